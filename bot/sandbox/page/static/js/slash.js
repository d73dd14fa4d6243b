/** The slash menu's entries: every command and subcommand as one line. */
import { h } from "./dom.js";
import { t } from "./i18n.js";

const SUBCOMMAND = 1;
const GROUP = 2;
const CHAT_INPUT = 1;

/**
 * Flatten the registered commands: `{command, subcommand, shown, description, options}` each, sorted by name.
 * `command` and `subcommand` are the names to send; `shown` is what stands in the menu.
 */
export function entriesOf(commands) {
  const entries = commands
    .filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT)
    .flatMap((command) => branch(command, command.name, [], command.display_name));
  return entries.sort((a, b) => a.shown.localeCompare(b.shown));
}

function branch(node, command, path, shown) {
  const options = node.options ?? [];
  const inner = options.filter((option) => [SUBCOMMAND, GROUP].includes(option.type));
  if (inner.length)
    return inner.flatMap((child) => branch(child, command, [...path, child.name], `${shown} ${child.display_name}`));
  return [{ command, subcommand: path.join(" ") || null, shown, description: node.display_description ?? "", options }];
}

/** The entries that fit what was typed after the slash; those that begin with it come first. */
export function fitting(entries, typed) {
  const wish = typed.toLowerCase();
  const place = (entry) => {
    const names = [entry.shown, [entry.command, entry.subcommand].filter(Boolean).join(" ")];
    const found = names.map((name) => name.toLowerCase().indexOf(wish)).filter((at) => at >= 0);
    return found.length ? Math.min(...found) : -1;
  };
  const begins = entries.filter((entry) => place(entry) === 0);
  return [...begins, ...entries.filter((entry) => place(entry) > 0)];
}

/** One line of the menu. */
export function entryLine(entry) {
  const count = entry.options.length;
  return [
    h("span", { class: "lines" }, h("code", null, `/${entry.shown}`), h("small", null, entry.description)),
    count ? h("span", { class: "extra" }, t(count === 1 ? "oneOption" : "manyOptions", { count })) : null,
  ].filter(Boolean);
}
