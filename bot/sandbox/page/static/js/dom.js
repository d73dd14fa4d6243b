/** Build elements. Text only ever becomes text nodes: nothing on this page is parsed as HTML. */

/**
 * @param {string} tag
 * @param {object|null} props attributes; `class`, `data`, `style` (custom properties) and `onX` listeners are special
 * @param {...(Node|string|number|null|false|undefined|Array)} children
 */
export function h(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") for (const [k, v] of Object.entries(value)) element.style.setProperty(k, v);
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "disabled" || name === "checked" || name === "hidden") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0 || child === ""));
  return element;
}

const SHAPES = {
  hash: "M9.5 4 7.5 20M16.5 4l-2 16M4.5 9h16M3.5 15h16",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  thread: "M5 5h14M5 10h9M12 15h7M12 15v4",
  at: "M16 12a4 4 0 1 1-8 0 4 4 0 0 1 8 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a9 9 0 1 0-3.6 7.2",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  plus: "M12 5v14M5 12h14",
  send: "M5 12h13M12.5 6l6 6-6 6",
  down: "m6 9.5 6 6 6-6",
  tick: "m5 12.5 4.5 4.5L19 7.5",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  save: "M12 4v11M7.5 11l4.5 4.5L16.5 11M5 20h14",
  loop: "M17 3l3.5 3.5L17 10M20 6.5H8.5a5 5 0 0 0-5 5V12M7 21l-3.5-3.5L7 14M4 17.5h11.5a5 5 0 0 0 5-5V12",
  out: "M14 4h6v6M20 4l-9 9M10 5H5v14h14v-5",
  storm: "M7 15.5a4.5 4.5 0 1 1 .9-8.9 5.5 5.5 0 0 1 10.6 1.9A3.6 3.6 0 0 1 18 15.5M12.5 12.5l-3 4.5h4.5l-3 4.5",
  list: "M10 6h10M10 12h10M10 18h10M4 6l1 1 2-2M4 12l1 1 2-2M4 18l1 1 2-2",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  back: "m14.5 5.5-6.5 6.5 6.5 6.5",
  clip: "M19.5 11.5 12 19a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-7.8 7.7a1.4 1.4 0 0 1-2-2l6.8-6.7",
  reply: "M9.5 6 4 11.5 9.5 17M4.5 11.5H14a6 6 0 0 1 6 6V19",
  forward: "m14.5 6 5.5 5.5-5.5 5.5M19.5 11.5H10a6 6 0 0 0-6 6V19",
  pen: "M4.5 19.5l1-4.5L16 4.5l3.5 3.5L9 18.5ZM13.5 7l3.5 3.5",
  stop: "M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17ZM6 6l12 12",
  group:
    "M9 11.5a3.3 3.3 0 1 0 0-6.6 3.3 3.3 0 0 0 0 6.6ZM2.8 19.5a6.2 6.2 0 0 1 12.4 0M16 5.2a3.3 3.3 0 0 1 0 6.1M18 14.2a6.2 6.2 0 0 1 3.2 5.3",
  horn: "M4 10v4h3l8 5V5L7 10ZM18.5 9a4.5 4.5 0 0 1 0 6",
  trash: "M5 7h14M10 7V4.5h4V7M7 7l1 13h8l1-13",
};

/** Return a line icon. It is decoration: the button around it carries the name. */
export function icon(name) {
  const NS = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(NS, "svg");
  const path = document.createElementNS(NS, "path");
  const filled = {
    play: "M8 5.2v13.6a.8.8 0 0 0 1.2.7l11-6.8a.8.8 0 0 0 0-1.4l-11-6.8A.8.8 0 0 0 8 5.2Z",
    pause: "M7 5h3.6v14H7zM13.4 5H17v14h-3.6z",
  }[name];
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("fill", filled ? "currentColor" : "none");
  path.setAttribute("d", filled ?? SHAPES[name]);
  if (!filled) {
    path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "2");
    path.setAttribute("stroke-linecap", "round");
    path.setAttribute("stroke-linejoin", "round");
  }
  svg.append(path);
  return svg;
}

let counter = 0;
/** Return an id no other element of the page has. */
export const fresh = (stem) => `${stem}-${++counter}`;

/** Return `text` cut to `length` characters with an ellipsis. */
export const cut = (text, length) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);

/** Keep Tab inside `box` and call `leave` on Escape, until the returned function is called. */
export function trapFocus(box, leave) {
  const onKey = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      leave();
    }
    if (event.key !== "Tab") return;
    const stops = [...box.querySelectorAll("a[href], button:not(:disabled), input, textarea")].filter(
      (stop) => stop.offsetParent,
    );
    const edge = event.shiftKey ? stops[0] : stops.at(-1);
    if (stops.length && document.activeElement === edge) {
      event.preventDefault();
      (event.shiftKey ? stops.at(-1) : stops[0]).focus();
    }
  };
  box.addEventListener("keydown", onKey);
  return () => box.removeEventListener("keydown", onKey);
}
