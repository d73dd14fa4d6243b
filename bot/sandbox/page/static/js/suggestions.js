/** The list above the writing line: commands, options, or an option's values. The focus stays in the input. */
import { fresh, h } from "./dom.js";

export class Suggestions {
  constructor(place) {
    this.box = h("div", { class: "slash", hidden: true });
    this.items = [];
    this.at = -1;
    place.append(this.box);
    // A press inside must not take the focus away from the input.
    this.box.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get isOpen() {
    return !this.box.hidden;
  }

  /**
   * @param {HTMLInputElement} input the combobox this list belongs to
   * @param {{header: Node[]|string, items: Array<{body: Node[], pick: Function}>, quiet?: string, at?: number}} shown
   */
  show(input, { header, items, quiet, at = 0 }) {
    const list = fresh("suggestions");
    if (this.input !== input) this.release();
    this.input = input;
    this.items = items.map(({ body, pick }, index) => {
      const element = h(
        "li",
        { class: "choice", role: "option", id: fresh("suggestion"), "aria-selected": "false" },
        body,
      );
      element.addEventListener("click", pick);
      element.addEventListener("pointermove", () => this.at !== index && this.moveTo(index));
      return { element, pick };
    });
    const title = fresh("suggestions-title");
    const options = this.items.map(({ element }) => element);
    this.box.replaceChildren(
      h("header", { id: title }, header),
      h("ul", { role: "listbox", id: list, "aria-labelledby": title }, options),
      ...(quiet ? [h("p", { class: "quiet", role: "status" }, quiet)] : []),
    );
    this.box.hidden = false;
    if (input.getAttribute("role") === "combobox") input.setAttribute("aria-expanded", String(this.isOpen));
    input.setAttribute("aria-controls", list);
    this.moveTo(Math.min(at, items.length - 1));
  }

  hide() {
    this.box.hidden = true;
    this.items = [];
    this.at = -1;
    this.release();
  }

  /** The input stops pointing at a list that is not there any more. */
  release() {
    if (this.input?.getAttribute("role") === "combobox") this.input.setAttribute("aria-expanded", "false");
    this.input?.removeAttribute("aria-activedescendant");
    this.input?.removeAttribute("aria-controls");
  }

  moveTo(index) {
    this.at = index;
    this.items.forEach(({ element }, i) => {
      element.classList.toggle("is-at", i === index);
      element.setAttribute("aria-selected", String(i === index));
    });
    const active = this.items[index]?.element;
    if (active) {
      this.input.setAttribute("aria-activedescendant", active.id);
      active.scrollIntoView({ block: "nearest" });
    } else this.input?.removeAttribute("aria-activedescendant");
  }

  /** Handle a key; returns whether it was one of the list's. Enter picks only where something is marked. */
  onKey(event) {
    if (!this.isOpen) return false;
    const { length } = this.items;
    if (event.key === "ArrowDown" && length) this.moveTo((this.at + 1) % length);
    else if (event.key === "ArrowUp" && length) this.moveTo((this.at - 1 + length) % length);
    else if (event.key === "Enter" && this.at >= 0) this.items[this.at].pick();
    else if (event.key === "Escape") this.hide();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
