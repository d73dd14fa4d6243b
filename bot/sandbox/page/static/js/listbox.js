/** A list to choose from: opens beside its button, moves with the arrow keys, Home, End and typed letters. */
import { fresh, h, icon } from "./dom.js";
import { t } from "./i18n.js";

/**
 * Open a list box under `anchor`.
 * @param {HTMLElement} anchor the button it belongs to (`aria-expanded` is kept on it)
 * @param {{label: string, choices: Array, least: number, most: number, chosen: string[], layer: HTMLElement}} options
 * @param {(values: string[]) => void} onDone called with the values; not when the person leaves without choosing
 * @returns {() => void} closes it
 */
export function openListbox(anchor, { label, choices, least = 1, most = 1, chosen = [], layer }, onDone) {
  const isMany = most > 1;
  const picked = new Set(chosen);
  const items = choices.map((choice) => item(choice));
  const list = h(
    "ul",
    {
      role: "listbox",
      tabindex: "-1",
      id: fresh("list"),
      "aria-label": label,
      "aria-multiselectable": isMany ? "true" : null,
    },
    items,
  );
  const done = isMany && h("button", { class: "btn is-primary", type: "button", onclick: () => finish() }, t("done"));
  const box = h("div", { class: "pop" }, list, isMany && h("div", { class: "pop-foot" }, done));
  let at = Math.max(
    0,
    choices.findIndex((choice) => picked.has(choice.value)),
  );
  let typed = "";
  let typedAt = 0;

  function item(choice) {
    return h(
      "li",
      { class: "choice", role: "option", id: fresh("choice"), "aria-selected": String(picked.has(choice.value)) },
      choice.emoji && h("span", { class: "icon", "aria-hidden": "true" }, choice.emoji.name),
      h(
        "span",
        { class: "lines" },
        h("span", null, choice.label),
        choice.description && h("small", null, choice.description),
      ),
      h("span", { class: "tick" }, icon("tick")),
    );
  }

  function moveTo(index) {
    at = Math.max(0, Math.min(items.length - 1, index));
    items.forEach((other, i) => other.classList.toggle("is-at", i === at));
    list.setAttribute("aria-activedescendant", items[at]?.id ?? "");
    items[at]?.scrollIntoView({ block: "nearest" });
  }

  function pick(index) {
    const { value } = choices[index];
    if (!isMany) return finish([value]);
    if (picked.has(value)) picked.delete(value);
    else if (picked.size < most) picked.add(value);
    items.forEach((other, i) => other.setAttribute("aria-selected", String(picked.has(choices[i].value))));
    done.disabled = picked.size < least;
    return undefined;
  }

  function finish(values = [...picked]) {
    close();
    anchor.focus();
    onDone(values);
  }

  function close() {
    box.remove();
    anchor.setAttribute("aria-expanded", "false");
    document.removeEventListener("pointerdown", onOutside, true);
    window.removeEventListener("resize", close);
  }

  function onOutside(event) {
    if (!box.contains(event.target) && !anchor.contains(event.target)) close();
  }

  function onType(key) {
    typed = Date.now() - typedAt > 700 ? key : typed + key;
    typedAt = Date.now();
    const found = choices.findIndex((choice) => choice.label.toLowerCase().startsWith(typed.toLowerCase()));
    if (found >= 0) moveTo(found);
  }

  box.addEventListener("keydown", (event) => {
    if (event.target === done && event.key !== "Escape") return;
    const moves = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 6,
      PageUp: at - 6,
      Home: 0,
      End: items.length - 1,
    };
    if (event.key in moves) moveTo(moves[event.key]);
    else if (event.key === "Enter" || event.key === " ") pick(at);
    else if (event.key === "Escape") (close(), anchor.focus());
    else if (event.key === "Tab" && isMany) done.focus();
    else if (event.key === "Tab") close();
    else if (event.key.length === 1) onType(event.key);
    if (event.key === "Tab" && !isMany) return;
    event.preventDefault();
    event.stopPropagation();
  });
  items.forEach((element, index) => {
    element.addEventListener("pointermove", () => index !== at && moveTo(index));
    element.addEventListener("click", () => pick(index));
  });

  layer.append(box);
  beside(anchor, box);
  anchor.setAttribute("aria-expanded", "true");
  anchor.setAttribute("aria-controls", list.id);
  document.addEventListener("pointerdown", onOutside, true);
  window.addEventListener("resize", close);
  if (done) done.disabled = picked.size < least;
  list.focus();
  moveTo(at);
  return close;
}

/** Put `box` under `anchor`, or above it where there is more room. */
function beside(anchor, box) {
  const rect = anchor.getBoundingClientRect();
  const below = window.innerHeight - rect.bottom - 12;
  const above = rect.top - 12;
  box.style.width = `${Math.max(rect.width, Math.min(240, window.innerWidth - 24))}px`;
  box.style.left = `${Math.max(8, Math.min(rect.left, window.innerWidth - box.offsetWidth - 8))}px`;
  const isAbove = below < box.offsetHeight && above > below;
  box.style.maxHeight = `${Math.min(330, Math.max(below, above))}px`;
  if (isAbove) box.style.bottom = `${window.innerHeight - rect.top + 5}px`;
  else box.style.top = `${rect.bottom + 5}px`;
}
