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
 * Open the stream of everything that happens. Resolves once it is open; what comes before `attach` is kept for it, so
 * that nothing is missed between reading how things stand and listening to how they change.
 *
 * The browser reconnects by itself. `onGap` is called when it had to: what happened meanwhile is to be read again.
 */
export function connect() {
  const stream = new EventSource("/api/events");
  const early = [];
  stream.onmessage = (event) => early.push(event);
  const attach = ({ onEvent, onGap, onOnline }) => {
    let isBroken = stream.readyState !== EventSource.OPEN;
    stream.onmessage = (event) => onEvent(JSON.parse(event.data));
    stream.onerror = () => {
      isBroken = true;
      onOnline(false);
    };
    stream.onopen = () => {
      onOnline(true);
      if (isBroken) onGap();
      isBroken = false;
    };
    early.splice(0).forEach(stream.onmessage);
  };
  return new Promise((resolve) => {
    stream.onopen = () => resolve({ attach });
  });
}
