/** The wire to the page's server: questions and acts as JSON, what happens as an event stream. */

/** The server's plain refusal; `message` is a sentence a person may read. */
export class Refusal extends Error {}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Refusal("offline");
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(body.error ?? `${answer.status}`);
  return body;
}

/** Read something. Throws Refusal. */
export const get = (path) => ask(path, {});

/** Do something; `files` is a list of `[field, File]` that travel beside the JSON. Throws Refusal. */
export function post(path, body = {}, files = []) {
  if (!files.length) {
    return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }
  const form = new FormData();
  form.append("json", JSON.stringify(body));
  for (const [field, file] of files) form.append(field, file, file.name);
  return ask(path, { method: "POST", body: form });
}

/**
 * Listen to everything that happens. The browser reconnects by itself; `onGap` is called when it had to, because
 * what happened meanwhile was missed and has to be read again.
 */
export function listen({ onEvent, onGap, onOnline }) {
  const stream = new EventSource("/api/events");
  let isBroken = false;
  stream.onopen = () => {
    onOnline(true);
    if (isBroken) onGap();
    isBroken = false;
  };
  stream.onerror = () => {
    isBroken = true;
    onOnline(false);
  };
  stream.onmessage = (event) => onEvent(JSON.parse(event.data));
  return () => stream.close();
}
