/** A slash command being filled in: its name, a slot for each option begun, and a tail that offers the rest. */
import { cut, fresh, h } from "./dom.js";
import { t } from "./i18n.js";
import { post } from "./net.js";

const TYPE = { integer: 4, boolean: 5, user: 6, channel: 7, number: 10, attachment: 11 };
const PATIENCE_MS = 180;

export class Fill {
  /**
   * @param {object} entry the flattened command (see slash.js)
   * @param {{ctx, suggestions, onLeave: Function, onSend: Function}} around
   */
  constructor(entry, { ctx, suggestions, onLeave, onSend }) {
    Object.assign(this, { entry, ctx, suggestions, onLeave, onSend });
    this.slots = [];
    this.tail = h("input", {
      class: "tail",
      type: "text",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.offerOptions(),
      onfocus: () => this.offerOptions(),
      onkeydown: (event) => this.onTailKey(event),
    });
    this.box = h(
      "div",
      { class: "fill", role: "group", "aria-label": `/${entry.shown}` },
      h("span", { class: "name" }, `/${entry.shown}`),
      this.tail,
    );
    for (const option of entry.options.filter((option) => option.required)) this.addSlot(option);
    this.describe();
  }

  focus() {
    (this.slots.find((slot) => !slot.isFilled()) ?? { input: this.tail }).input.focus();
  }

  get remaining() {
    return this.entry.options.filter((option) => !this.slots.some((slot) => slot.option === option));
  }

  describe() {
    this.tail.setAttribute("aria-label", t(this.remaining.length ? "moreOptions" : "sendCommand"));
    this.tail.placeholder = this.remaining.length && !this.slots.length ? t("optionsOrEnter") : "";
  }

  /** Offer the options not begun yet. Nothing is marked: Enter sends what is there. */
  offerOptions() {
    const typed = this.tail.value.trim().toLowerCase();
    const fitting = this.remaining.filter((option) => option.display_name.toLowerCase().startsWith(typed));
    const items = fitting.map((option) => ({
      body: [
        h(
          "span",
          { class: "lines" },
          h("code", null, option.display_name),
          h("small", null, option.display_description),
        ),
      ],
      pick: () => this.begin(option),
    }));
    const header = [h("b", null, `/${this.entry.shown}`), ` ${this.entry.description}`];
    this.suggestions.show(this.tail, {
      header,
      items,
      at: typed ? 0 : -1,
      quiet: items.length ? null : t("enterSends"),
    });
  }

  begin(option) {
    this.tail.value = "";
    this.addSlot(option).input.focus();
    this.describe();
  }

  addSlot(option) {
    const slot = new Slot(option, this);
    this.slots.push(slot);
    this.box.insertBefore(slot.box, this.tail);
    return slot;
  }

  drop(slot) {
    const at = this.slots.indexOf(slot);
    this.slots.splice(at, 1);
    slot.box.remove();
    this.describe();
    (this.slots[at - 1]?.input ?? this.tail).focus();
  }

  /** Go on from a slot: to the next one, or to the tail. */
  next(slot) {
    const after = this.slots.slice(this.slots.indexOf(slot) + 1).find((other) => !other.isFilled());
    (after?.input ?? this.tail).focus();
  }

  onTailKey(event) {
    if (this.suggestions.onKey(event)) return;
    const isEmpty = !this.tail.value;
    if (event.key === "Enter") this.send();
    else if (event.key === "Escape") this.onLeave();
    else if (event.key === "Tab" && !event.shiftKey && this.remaining.length) this.begin(this.firstFitting());
    else if (event.key === "Backspace" && isEmpty && this.slots.length) this.slots.at(-1).input.focus();
    else if (event.key === "Backspace" && isEmpty) this.onLeave();
    else return;
    event.preventDefault();
  }

  firstFitting() {
    const typed = this.tail.value.trim().toLowerCase();
    return this.remaining.find((option) => option.display_name.toLowerCase().startsWith(typed)) ?? this.remaining[0];
  }

  /** Values typed so far by option name, without files. */
  values() {
    return Object.fromEntries(
      this.slots
        .filter((slot) => slot.option.type !== TYPE.attachment && slot.isFilled())
        .map((slot) => [slot.option.name, slot.value()]),
    );
  }

  send() {
    const wrong = this.slots.find((slot) => slot.problem());
    for (const slot of this.slots) slot.box.classList.toggle("is-wrong", Boolean(slot.problem()));
    if (wrong) return wrong.input.focus();
    const files = this.slots
      .filter((slot) => slot.option.type === TYPE.attachment && slot.isFilled())
      .map((slot) => [slot.option.name, slot.input.files[0]]);
    return this.onSend(
      { command: this.entry.command, subcommand: this.entry.subcommand, options: this.values() },
      files,
    );
  }
}

/** One option: its name and an input that knows what fits. */
class Slot {
  constructor(option, fill) {
    this.option = option;
    this.fill = fill;
    this.picked = null;
    this.asked = 0;
    const id = fresh("option");
    this.input = option.type === TYPE.attachment ? this.fileInput(id) : this.textInput(id);
    this.box = h("span", { class: "slot" }, h("label", { for: id }, option.display_name), this.input);
  }

  fileInput(id) {
    return h("input", {
      id,
      type: "file",
      onchange: () => this.fill.next(this),
      onkeydown: (event) => event.key === "Backspace" && this.fill.drop(this),
    });
  }

  textInput(id) {
    const isNumber = [TYPE.integer, TYPE.number].includes(this.option.type);
    return h("input", {
      id,
      type: "text",
      role: "combobox",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      autocomplete: "off",
      spellcheck: "false",
      inputmode: isNumber && !this.option.autocomplete ? "decimal" : null,
      maxlength: this.option.max_length ?? 6000,
      "aria-description": this.option.display_description,
      oninput: () => {
        this.picked = null;
        this.offer();
      },
      onfocus: () => this.offer(),
      onkeydown: (event) => this.onKey(event),
    });
  }

  onKey(event) {
    const { fill } = this;
    if (fill.suggestions.onKey(event)) return;
    if (event.key === "Enter") fill.send();
    else if (event.key === "Escape") fill.onLeave();
    else if (event.key === "Tab" && !event.shiftKey) fill.next(this);
    else if (event.key === "Backspace" && !this.input.value && !this.option.required) fill.drop(this);
    else return;
    event.preventDefault();
  }

  isFilled() {
    return this.input.type === "file" ? this.input.files.length > 0 : this.input.value.trim() !== "";
  }

  /** The value to send: of the choice picked, or what was typed. */
  value() {
    const typed = this.input.value.trim();
    const choice = this.picked ?? this.fixedChoices().find(({ name }) => name.toLowerCase() === typed.toLowerCase());
    if (choice) return choice.value;
    return [TYPE.integer, TYPE.number].includes(this.option.type) && typed !== "" && !Number.isNaN(Number(typed))
      ? Number(typed)
      : typed;
  }

  problem() {
    if (!this.isFilled()) return this.option.required ? "missing" : null;
    const isClosed = this.fixedChoices().length > 0;
    if (
      isClosed &&
      !this.picked &&
      !this.fixedChoices().some(({ name }) => name.toLowerCase() === this.input.value.trim().toLowerCase())
    )
      return "choose";
    const isNumber = [TYPE.integer, TYPE.number].includes(this.option.type);
    return isNumber && typeof this.value() !== "number" ? "number" : null;
  }

  fixedChoices() {
    const { option, fill } = this;
    if (option.type === TYPE.boolean)
      return [
        { name: t("yes"), value: true },
        { name: t("no"), value: false },
      ];
    if (option.type === TYPE.user) return fill.ctx.people().map(({ id, name }) => ({ name, value: id }));
    if (option.type === TYPE.channel)
      return fill.ctx.channels().map(({ id, name }) => ({ name: `#${name}`, value: id }));
    return (option.choices ?? []).map((choice) => ({ name: choice.display_name ?? choice.name, value: choice.value }));
  }

  async offer() {
    if (!this.option.autocomplete) {
      const typed = this.input.value.trim().toLowerCase();
      return this.showChoices(
        this.fixedChoices().filter(({ name }) => this.picked || name.toLowerCase().includes(typed)),
      );
    }
    const turn = ++this.asked;
    await new Promise((resolve) => setTimeout(resolve, this.input.value ? PATIENCE_MS : 0));
    if (turn !== this.asked) return undefined;
    if (!this.fill.suggestions.isOpen) this.showChoices([], t("loadingChoices"));
    const { ctx, entry } = this.fill;
    const options = { ...this.fill.values(), [this.option.name]: this.input.value };
    const command = [entry.command, entry.subcommand].filter(Boolean).join(" ");
    const answer = await post(`/api/${ctx.who}/autocomplete`, {
      channel: ctx.channel,
      command,
      options,
      focused: this.option.name,
    }).catch(() => null);
    if (turn !== this.asked || document.activeElement !== this.input) return undefined;
    return answer ? this.showChoices(answer.choices) : this.showChoices([], t("choicesFailed"));
  }

  showChoices(choices, quiet = null) {
    const header = [h("b", null, this.option.display_name), ` ${this.option.display_description}`];
    const items = choices.map((choice) => ({
      body: [h("span", { class: "lines" }, cut(choice.name, 100))],
      pick: () => this.take(choice),
    }));
    this.fill.suggestions.show(this.input, { header, items, quiet, at: this.input.value && !this.picked ? 0 : -1 });
  }

  take(choice) {
    this.input.value = choice.name;
    this.picked = choice;
    this.box.classList.remove("is-wrong");
    this.asked += 1;
    this.fill.suggestions.hide();
    this.fill.next(this);
  }
}
