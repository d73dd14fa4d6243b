/** The writing line of a room: text and files, or a slash command. */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { post } from "./net.js";
import { typingSignal } from "./store.js";
import { Fill } from "./fill.js";
import { entriesOf, entryLine, fitting } from "./slash.js";
import { Suggestions } from "./suggestions.js";

export class Composer {
  constructor(ctx) {
    this.ctx = ctx;
    this.files = [];
    this.fill = null;
    this.signal = typingSignal(ctx.who);
    this.box = h("form", { class: "composer", onsubmit: (event) => (event.preventDefault(), this.send()) });
    this.suggestions = new Suggestions(this.box);
    this.error = h("p", { class: "line-error", role: "alert", hidden: true });
    this.parcels = h("div", { class: "parcels", hidden: true });
    this.area = h("textarea", {
      rows: "1",
      "aria-haspopup": "listbox",
      "aria-autocomplete": "list",
      maxlength: "4000",
      autocomplete: "off",
      oninput: () => this.onInput(),
      onkeydown: (event) => this.onKey(event),
      onpaste: (event) => this.onPaste(event),
    });
    this.picker = h("input", {
      type: "file",
      multiple: true,
      hidden: true,
      onchange: () => (this.attach([...this.picker.files]), (this.picker.value = "")),
    });
    this.plus = h("button", { class: "round", type: "button", onclick: () => this.picker.click() }, icon("plus"));
    this.go = h("button", { class: "round send", type: "submit" }, icon("send"));
    this.line = h("div", { class: "line" }, this.plus, this.area, this.go, this.picker);
    this.box.addEventListener("focusout", (event) => {
      if (!this.box.contains(event.relatedTarget)) this.suggestions.hide();
    });
    this.box.append(this.error, this.parcels, this.line);
    this.relabel();
  }

  /** The room changed: leave an unfinished command, name the box after the room. */
  relabel() {
    if (this.fill) this.leaveFill();
    const name = this.ctx.roomTitle();
    this.area.placeholder = t("writeTo", { room: name });
    this.area.setAttribute("aria-label", t("writeTo", { room: name }));
    this.plus.setAttribute("aria-label", t("attach"));
    this.go.setAttribute("aria-label", t("send"));
    this.readMenu();
  }

  /** Read the commands ahead, so that the menu is there the moment a slash is typed. */
  readMenu() {
    this.ctx.commands();
    this.onInput();
  }

  focus() {
    if (this.fill) this.fill.focus();
    else this.area.focus();
  }

  /** Put a command's beginning into the line, as if typed. */
  type(text) {
    if (this.fill) this.leaveFill();
    this.area.value = text;
    this.area.focus();
    this.onInput();
  }

  onInput() {
    this.area.style.height = "auto";
    this.area.style.height = `${Math.min(140, this.area.scrollHeight || 36)}px`;
    this.go.disabled = !this.fill && !this.area.value.trim() && !this.files.length;
    this.complain(null);
    const slash = /^\/([^\n]*)$/.exec(this.area.value);
    if (slash) this.offerCommands(slash[1]);
    else {
      this.suggestions.hide();
      if (this.area.value && document.activeElement === this.area) this.signal(this.ctx.channel);
    }
  }

  async offerCommands(typed) {
    const entries = entriesOf(await this.ctx.commands());
    if (this.area.value !== `/${typed}` || this.fill) return;
    const found = fitting(entries, typed.trimEnd());
    const exact = entries.find((entry) => typed.endsWith(" ") && entry.shown === typed.trim());
    if (exact) return void this.begin(exact);
    const items = found.map((entry) => ({ body: entryLine(entry), pick: () => this.begin(entry) }));
    this.suggestions.show(this.area, {
      header: t("commandsOf", { name: this.ctx.scene.bot.name }),
      items,
      quiet: items.length ? null : t(entries.length ? "noCommand" : "noCommands"),
    });
  }

  /**
   * Begin the command that was typed, however fast: the menu may not have been there yet. Returns whether the text is
   * taken care of; text that is no command is sent as it stands, except to a shop that knows no commands yet.
   */
  async beginTyped(typed) {
    const entries = entriesOf(await this.ctx.commands());
    const [entry] = fitting(entries, typed);
    if (entry && !this.fill) this.begin(entry);
    if (!entries.length) this.complain(t("noCommands"));
    return Boolean(entry) || !entries.length;
  }

  begin(entry) {
    this.suggestions.hide();
    this.area.value = "";
    this.area.hidden = true;
    this.plus.hidden = true;
    this.fill = new Fill(entry, {
      ctx: this.ctx,
      suggestions: this.suggestions,
      onLeave: () => (this.leaveFill(), this.area.focus()),
      onSend: (call, files) => this.run(call, files),
    });
    this.line.insertBefore(this.fill.box, this.go);
    this.go.disabled = false;
    this.fill.focus();
  }

  leaveFill() {
    this.fill?.box.remove();
    this.fill = null;
    this.area.hidden = false;
    this.plus.hidden = false;
    this.suggestions.hide();
    this.complain(null);
    this.go.disabled = !this.area.value.trim();
  }

  onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Tab" && this.suggestions.isOpen && this.suggestions.at >= 0) {
      event.preventDefault();
      this.suggestions.items[this.suggestions.at].pick();
    } else if (event.key === "Tab" && !event.shiftKey && this.area.value.startsWith("/")) event.preventDefault();
    else if (this.suggestions.onKey(event)) return;
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    }
  }

  onPaste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.attach(files);
  }

  attach(files) {
    const limit = this.ctx.scene.upload_limit;
    const tooBig = files.find((file) => file.size > limit);
    if (tooBig) return this.complain(t("tooBig", { name: tooBig.name, limit: Math.floor(limit / 1024 / 1024) }));
    this.files = [...this.files, ...files].slice(0, 10);
    this.showParcels();
    this.area.focus();
    return undefined;
  }

  showParcels() {
    this.parcels.hidden = !this.files.length;
    this.parcels.replaceChildren(
      ...this.files.map((file) =>
        h(
          "span",
          null,
          file.name,
          h(
            "button",
            {
              type: "button",
              "aria-label": t("removeFile", { name: file.name }),
              onclick: () => {
                this.files = this.files.filter((other) => other !== file);
                this.showParcels();
              },
            },
            "×",
          ),
        ),
      ),
    );
    this.go.disabled = !this.area.value.trim() && !this.files.length;
  }

  async send() {
    if (this.fill) return this.fill.send();
    const text = this.area.value.trim();
    if (/^\/\S/.test(text) && (await this.beginTyped(text.slice(1)))) return undefined;
    if (!text && !this.files.length) return undefined;
    const files = this.files.map((file, index) => [`file${index}`, file]);
    try {
      this.wait(true);
      await post(`/api/${this.ctx.who}/say`, { channel: this.ctx.channel, text }, files);
      this.area.value = "";
      this.files = [];
      this.showParcels();
      this.onInput();
    } catch (error) {
      this.complain(this.ctx.sentence(error));
    } finally {
      this.wait(false);
    }
    return undefined;
  }

  async run(call, files) {
    const { fill } = this;
    if (this.go.disabled) return;
    this.wait(true);
    try {
      const done = await post(`/api/${this.ctx.who}/use`, { channel: this.ctx.channel, ...call }, files);
      if (this.fill === fill) this.leaveFill();
      this.area.focus({ preventScroll: true });
      this.ctx.settle(done, null);
    } catch (error) {
      this.complain(this.ctx.sentence(error));
    } finally {
      this.wait(false);
    }
  }

  /** Show that something is on its way. */
  wait(isWaiting) {
    this.go.classList.toggle("is-busy", isWaiting);
    this.go.disabled = isWaiting || (!this.fill && !this.area.value.trim() && !this.files.length);
  }

  complain(sentence) {
    this.error.textContent = sentence ?? "";
    this.error.hidden = !sentence;
  }
}
