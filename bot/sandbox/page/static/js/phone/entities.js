/** Telegram's formatted text, as DOM nodes: entities may nest, their offsets are UTF-16 units like JavaScript's own. */
import { h } from "../dom.js";

const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const LINKS = /^(https?:|mailto:)/i;

/**
 * Return the nodes of a text.
 * @param {string} text
 * @param {Array<{type: string, offset: number, length: number, url?: string}>} entities sorted, outer before inner
 * @param {(command: string) => void} onCommand a command in the text was pressed
 */
export function formatted(text, entities = [], onCommand = null) {
  return nodes(text, 0, text.length, [...entities], onCommand);
}

function nodes(text, from, to, entities, onCommand) {
  const made = [];
  let at = from;
  while (entities.length && entities[0].offset < to) {
    const entity = entities.shift();
    const end = Math.min(to, entity.offset + entity.length);
    if (entity.offset < at) continue;
    made.push(text.slice(at, entity.offset));
    const inner = [];
    while (entities.length && entities[0].offset < end) inner.push(entities.shift());
    made.push(
      element(entity, nodes(text, entity.offset, end, inner, onCommand), text.slice(entity.offset, end), onCommand),
    );
    at = end;
  }
  made.push(text.slice(at, to));
  return made.filter((node) => node !== "");
}

function element(entity, children, words, onCommand) {
  if (entity.type === "bot_command" && onCommand)
    return h("button", { class: "command", type: "button", onclick: () => onCommand(words) }, children);
  const address = { text_link: entity.url, url: words, email: `mailto:${words}` }[entity.type];
  if (address && LINKS.test(address))
    return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, children);
  if (entity.type === "spoiler") {
    const hidden = h(
      "button",
      { class: "spoiler", type: "button", onclick: () => hidden.classList.add("is-open") },
      children,
    );
    return hidden;
  }
  if (entity.type === "text_mention") return h("b", { class: "mention" }, children);
  if (TAGS[entity.type]) return h(TAGS[entity.type], null, children);
  return h("span", null, children);
}
