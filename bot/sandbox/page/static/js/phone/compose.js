/** The writing line of a phone: words, files, an answer or a change, the command menu, the bot's own keyboard. */
import { h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { post } from "../net.js";
import { Suggestions } from "../suggestions.js";
import { gist } from "./bubble.js";

export class Compose {
  constructor(ctx) {
    this.ctx = ctx;
    this.files = [];
    this.answered = null;
    this.changed = null;
    this.box = h("form", { class: "composer", onsubmit: (event) => (event.preventDefault(), this.send()) });
    this.suggestions = new Suggestions(this.box);
    this.error = h("p", { class: "line-error", role: "alert", hidden: true });
    this.about = h("div", { class: "about", hidden: true });
    this.parcels = h("div", { class: "parcels", hidden: true });
    this.area = h("textarea", {
      rows: "1",
      maxlength: "4096",
      autocomplete: "off",
      "aria-haspopup": "listbox",
      "aria-autocomplete": "list",
      oninput: () => this.onInput(),
      onkeydown: (event) => this.onKey(event),
    });
    this.picker = h("input", {
      type: "file",
      multiple: true,
      hidden: true,
      onchange: () => (this.attach([...this.picker.files]), (this.picker.value = "")),
    });
    this.menu = h(
      "button",
      { class: "menu-button", type: "button", "aria-haspopup": "listbox", onclick: () => this.toggleMenu() },
      icon("menu"),
    );
    this.plus = h("button", { class: "round", type: "button", onclick: () => this.picker.click() }, icon("clip"));
    this.go = h("button", { class: "round send", type: "submit" }, icon("send"));
    this.line = h("div", { class: "line" }, this.menu, this.area, this.plus, this.go, this.picker);
    this.keys = h("div", { class: "reply-keys", hidden: true });
    this.box.addEventListener("focusout", (event) => {
      if (!this.box.contains(event.relatedTarget)) this.suggestions.hide();
    });
    this.box.append(this.error, this.about, this.parcels, this.line, this.keys);
  }

  /** Another chat, or another language. */
  relabel() {
    this.leave();
    this.area.placeholder = t("message");
    this.area.setAttribute("aria-label", t("writeTo", { room: this.ctx.title() }));
    this.plus.setAttribute("aria-label", t("attach"));
    this.go.setAttribute("aria-label", t("send"));
    this.menu.setAttribute("aria-label", t("menu"));
    this.readMenu();
    this.onInput();
  }

  async readMenu() {
    const chat = this.ctx.chat?.id;
    const commands = await this.ctx.commands();
    if (this.ctx.chat?.id === chat) this.menu.hidden = !commands.length;
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  type(text) {
    this.area.value = text;
    this.focus();
    this.onInput();
  }

  onInput() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(120, this.area.scrollHeight || 36)}px`;
    this.go.disabled = !this.area.value.trim() && !this.files.length;
    this.complain(null);
    const typed = /^\/(\w*)$/.exec(this.area.value);
    if (typed) this.offer(typed[1]);
    else this.suggestions.hide();
  }

  /** Show the commands that begin with what was typed. */
  async offer(typed, isWhole = false) {
    const commands = await this.ctx.commands();
    if (!isWhole && this.area.value !== `/${typed}`) return;
    const items = commands
      .filter(({ command }) => command.startsWith(typed.toLowerCase()))
      .map(({ command, description }) => ({
        body: h("span", { class: "lines" }, h("code", null, `/${command}`), h("small", null, description)),
        pick: () => this.run(`/${command}`),
      }));
    const quiet = items.length ? null : t(commands.length ? "noCommand" : "noCommands");
    this.suggestions.show(this.area, { header: t("commandsOf", { name: this.ctx.scene.bot.name }), items, quiet });
  }

  toggleMenu() {
    if (this.suggestions.isOpen) return this.suggestions.hide();
    this.focus();
    return this.offer("", true);
  }

  run(command) {
    this.suggestions.hide();
    this.area.value = command;
    this.send();
  }

  onKey(event) {
    if (event.isComposing || this.suggestions.onKey(event)) return;
    if (event.key === "Escape" && !this.about.hidden) this.leave();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  attach(files) {
    const limit = this.ctx.scene.upload_limit;
    const tooBig = files.find((file) => file.size > limit);
    if (tooBig) return this.complain(t("tooBig", { name: tooBig.name, limit: Math.floor(limit / 1024 / 1024) }));
    this.files = [...this.files, ...files].slice(0, 10);
    this.showParcels();
    this.focus();
    return undefined;
  }

  showParcels() {
    this.parcels.hidden = !this.files.length;
    const drop = (file) => {
      this.files = this.files.filter((other) => other !== file);
      this.showParcels();
    };
    this.parcels.replaceChildren(
      ...this.files.map((file) =>
        h(
          "span",
          null,
          file.name,
          h(
            "button",
            { type: "button", "aria-label": t("removeFile", { name: file.name }), onclick: () => drop(file) },
            "×",
          ),
        ),
      ),
    );
    this.go.disabled = !this.area.value.trim() && !this.files.length;
  }

  // Answering and changing

  answer(message, placeholder = null) {
    this.leave();
    this.answered = message;
    this.area.placeholder = placeholder || t("message");
    this.showAbout(t("replyTo", { name: message.from?.first_name ?? "" }), message);
    this.focus();
  }

  change(message) {
    this.leave();
    this.changed = message;
    this.showAbout(t("editing"), message);
    this.type(message.text);
  }

  leave() {
    if (this.changed) this.area.value = "";
    this.answered = this.changed = null;
    this.about.hidden = true;
    this.area.placeholder = t("message");
  }

  showAbout(title, message) {
    this.about.hidden = false;
    this.about.replaceChildren(
      h("span", null, h("b", null, title), h("small", null, gist(message, this.ctx))),
      h(
        "button",
        { class: "close", type: "button", "aria-label": t("cancel"), onclick: () => this.leave() },
        icon("close"),
      ),
    );
  }

  /** Show the keyboard the bot has put below the line, or none. */
  showKeys(markup) {
    const rows = markup?.keyboard ?? [];
    this.keys.hidden = !rows.length;
    const say = (words) => () => this.ctx.send(words);
    this.keys.replaceChildren(
      ...rows.map((row) =>
        h(
          "div",
          { class: "key-row" },
          row.map(({ text }) => h("button", { class: "key", type: "button", onclick: say(text) }, text)),
        ),
      ),
    );
  }

  async send() {
    const text = this.area.value.trim();
    if (this.go.classList.contains("is-busy") || (!text && !this.files.length)) return;
    const { who, chat } = this.ctx;
    const { answered, changed } = this;
    this.wait(true);
    try {
      if (changed) await post(`/api/phone/${who}/edit`, { chat: chat.id, message: changed.message_id, text });
      else {
        const files = this.files.map((file, index) => [`file${index}`, file]);
        await post(`/api/phone/${who}/write`, { chat: chat.id, text, reply_to: answered?.message_id }, files);
      }
      // A question may have come meanwhile that wants the next answer.
      if (this.answered === answered && this.changed === changed) this.leave();
      this.area.value = "";
      this.files = [];
      this.showParcels();
      this.onInput();
    } catch (error) {
      this.complain(this.ctx.sentence(error));
    } finally {
      this.wait(false);
      this.focus();
    }
  }

  wait(isWaiting) {
    this.go.classList.toggle("is-busy", isWaiting);
    this.go.disabled = isWaiting || (!this.area.value.trim() && !this.files.length);
  }

  complain(sentence) {
    this.error.textContent = sentence ?? "";
    this.error.hidden = !sentence;
  }
}
