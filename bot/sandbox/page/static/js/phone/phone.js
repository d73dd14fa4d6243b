/** One person's phone: the list of chats, and the chat they are in. */
import { castHead } from "../cast.js";
import { h, icon } from "../dom.js";
import { t } from "../i18n.js";
import { post } from "../net.js";
import { hush } from "../player.js";
import { chatFace, chatRows } from "./chats.js";
import { Compose } from "./compose.js";
import { PhoneLog } from "./log.js";
import { openAlert, openMessageMenu, openPayment } from "./sheets.js";

const NOTE_MS = 6000;

export class Phone {
  /**
   * @param {import("../store.js").Store} store
   * @param {import("./handsets.js").Handsets} handsets
   * @param {string} who the person's key (`buyer`, `operator`, `stranger`)
   * @param {{say: Function, sentence: Function, onCast: Function, isShown: Function}} around
   */
  constructor(store, handsets, who, around) {
    Object.assign(this, { store, handsets, who, around });
    this.busy = new Set();
    this.box = h("section", { class: "pane is-phone", data: { who } });
    this.stopListening = [];
    this.seat.isOpen = () => around.isShown(this) && document.visibilityState === "visible";
    this.log = new PhoneLog(this);
    this.compose = new Compose(this);
    this.build();
    this.wire();
    this.show();
  }

  // What the renderers may ask of a phone

  /** The scene as the shared renderers expect it: the bot's name, the people, the limits. */
  get scene() {
    return this.store.scene;
  }
  get seat() {
    return this.handsets.seats[this.who];
  }
  get me() {
    return this.seat;
  }
  get chat() {
    return this.seat.chats.get(this.seat.current) ?? null;
  }
  get layer() {
    return this.device;
  }
  get say() {
    return this.around.say;
  }
  get sentence() {
    return this.around.sentence;
  }
  /** People by their Discord id (the heads of windows) or their Telegram id. */
  keyOf(id) {
    return this.store.keyOf(id) ?? this.scene.telegram.people.find((person) => person.id === id)?.key ?? null;
  }
  user(id) {
    return this.store.nameOf(id);
  }
  url(address) {
    return address;
  }
  messages() {
    return this.handsets.messages(this.seat, this.seat.current);
  }
  commands() {
    return this.chat ? this.handsets.commands(this.seat, this.seat.current) : [];
  }
  nameOf(chat) {
    return chat.type === "private" ? this.scene.telegram.bot.name : chat.title;
  }
  title() {
    return this.chat ? this.nameOf(this.chat) : t("chats");
  }

  // Building

  build() {
    this.box.setAttribute("aria-label", t(`title_${this.who}`));
    this.head = h("header", { class: "phone-head" });
    this.foot = h("div", { class: "phone-foot" });
    this.notes = h("div", { class: "phone-notes", role: "status" });
    this.chatView = h("div", { class: "phone-chat" }, this.log.box, this.foot);
    this.listView = h("nav", { class: "phone-list" });
    this.device = h("div", { class: "device" }, this.head, this.listView, this.chatView, this.notes);
    this.box.replaceChildren(castHead(this), h("div", { class: "desk" }, this.device));
  }

  wire() {
    const on = (kind, handler) => {
      const listener = ({ detail }) => (detail.who === undefined || detail.who === this.who) && handler(detail);
      this.handsets.addEventListener(kind, listener);
      this.stopListening.push(() => this.handsets.removeEventListener(kind, listener));
    };
    const here = (handler) => (detail) => detail.chat === this.seat.current && handler(detail);
    on(
      "message",
      here(({ message, isNew }) => this.log.put(message, isNew)),
    );
    on(
      "gone",
      here(({ id }) => this.log.remove(id)),
    );
    on(
      "action",
      here(() => this.showHead()),
    );
    on("menu", () => this.compose.readMenu());
    on("chats", () => this.showList());
    on("unread", () => this.showList());
    on("balance", () => this.showHead());
    on("entered", () => this.show());
    on("refreshed", () => this.show());
  }

  /** Stop listening: another person takes this place. */
  close() {
    this.stopListening.forEach((stop) => stop());
    delete this.seat.isOpen;
    hush();
  }

  enter(chat) {
    this.handsets.enter(this.seat, chat);
  }

  /** The phone came into view: what stands in it counts as read. */
  look() {
    if (this.chat && this.seat.isOpen()) this.handsets.markRead(this.seat, this.seat.current);
  }

  show() {
    const isInside = this.chat !== null;
    this.chatView.hidden = !isInside;
    this.listView.hidden = isInside;
    this.box.dataset.chat = this.seat.current ?? "";
    this.showList();
    if (!isInside) return;
    this.showFoot();
    this.compose.relabel();
    this.log.open();
    this.look();
  }

  showHead() {
    const { chat } = this;
    const unread = this.handsets.unreadOf(this.who);
    this.head.replaceChildren(
      ...(chat
        ? [
            h(
              "button",
              { class: "back", type: "button", "aria-label": t("chats"), onclick: () => this.leave() },
              icon("back"),
              unread ? h("span", { class: "badge" }, String(unread)) : null,
            ),
            chatFace(chat),
            h("div", { class: "phone-title" }, h("h2", null, this.nameOf(chat)), h("small", null, this.subtitle(chat))),
            this.stopButton(chat),
          ]
        : [h("h2", null, t("chats"))]
      ).filter(Boolean),
      h("span", { class: "stars", title: t("balance", { stars: this.seat.stars }) }, "⭐ ", String(this.seat.stars)),
    );
  }

  leave() {
    this.enter(null);
    this.listView.querySelector("button")?.focus({ preventScroll: true });
  }

  subtitle(chat) {
    const action = this.seat.actions.get(chat.id)?.action;
    if (action) return t(action.startsWith("upload") ? "isUploading" : "isWriting");
    return t({ private: "isBot", channel: "isChannel" }[chat.type] ?? "isGroup");
  }

  stopButton(chat) {
    if (chat.type !== "private" || !chat.is_started || chat.is_blocked) return null;
    const name = t("blockBot");
    return h(
      "button",
      { class: "stop", type: "button", "aria-label": name, title: name, onclick: () => this.block(true) },
      icon("stop"),
    );
  }

  /** The list of chats; it also names the one that is open. */
  showList() {
    this.showHead();
    if (this.chat) return;
    this.listView.setAttribute("aria-label", t("chats"));
    this.listView.replaceChildren(...chatRows(this));
  }

  /** What stands at the bottom: the writing line, START, or why nobody can write. */
  showFoot() {
    const { chat } = this;
    const begin = (label) => h("button", { class: "begin", type: "button", onclick: () => this.start() }, label);
    if (chat.type === "private" && !chat.is_started) this.foot.replaceChildren(begin(t("startBot")));
    else if (chat.type === "private" && chat.is_blocked) this.foot.replaceChildren(begin(t("restartBot")));
    else if (!chat.can_write) this.foot.replaceChildren(h("p", { class: "begin is-quiet" }, t("readOnly")));
    else this.foot.replaceChildren(this.compose.box);
  }

  hello() {
    const key = { private: "helloBot", channel: "helloSamples" }[this.chat.type] ?? "helloDesk";
    return h("li", { class: "hello" }, h("div", null, chatFace(this.chat), h("p", null, t(key))));
  }

  /** After reading: the bot's keyboard of now, and a question that wants an answer. */
  onRead(messages) {
    const last = messages.findLast(
      ({ is_mine: mine, reply_markup: markup }) => !mine && markup && !markup.inline_keyboard,
    );
    const markup = last?.reply_markup;
    this.compose.showKeys(markup?.keyboard ? markup : null);
    if (markup?.force_reply && last === messages.at(-1) && this.compose.answered?.message_id !== last.message_id)
      this.compose.answer(last, markup.input_field_placeholder);
  }

  // What a person does

  act(verb, body) {
    return post(`/api/phone/${this.who}/${verb}`, { chat: this.seat.current, ...body });
  }

  async try(act) {
    try {
      return await act();
    } catch (error) {
      this.note(this.sentence(error), true);
      return undefined;
    }
  }

  async start() {
    await this.try(() => this.act("start", {}));
    await this.handsets.loadChats(this.seat);
    this.showFoot();
    this.compose.focus();
  }

  block(isOn) {
    return this.try(() => this.act("block", { on: isOn }));
  }

  send(text) {
    return this.try(() => this.act("write", { text }));
  }

  async press(message, data, key) {
    const name = `${message.message_id}/${key}`;
    if (this.busy.has(name)) return;
    this.busy.add(name);
    this.log.put(message, false);
    await this.try(async () => {
      const answer = await this.act("press", { message: message.message_id, data });
      if (answer.text && answer.is_alert) openAlert(this, answer.text);
      else if (answer.text) this.note(answer.text);
    });
    this.busy.delete(name);
    this.log.put(message, false);
  }

  react(message, emoji, isOn) {
    return this.try(() => this.act("react", { message: message.message_id, emoji, on: isOn }));
  }

  erase(message) {
    return this.try(() => this.act("delete", { message: message.message_id }));
  }

  forward(message, to) {
    return this.try(async () => {
      await this.act("forward", { message: message.message_id, to });
      this.enter(to);
    });
  }

  pay(message) {
    return this.try(async () => {
      const sheet = await this.act("sheet", { message: message.message_id });
      openPayment(this, sheet, () => this.note(t("payment_paid")));
    });
  }

  copy(text) {
    return this.try(async () => {
      await navigator.clipboard.writeText(text);
      this.note(t("copied"));
    });
  }

  openMenu(message) {
    openMessageMenu(this, message);
  }

  jumpTo(id) {
    this.log.jumpTo(id);
  }

  heard() {
    this.act("heard", {}).catch(() => {});
  }

  /** A link leaves for another tab. */
  left() {
    hush();
  }

  note(words, isBad = false) {
    const box = h("p", { class: isBad ? "is-bad" : "" }, words);
    this.notes.replaceChildren(box);
    setTimeout(() => box.remove(), NOTE_MS);
  }

  // The guide shows the way

  showStep(step) {
    const { review } = this.scene.telegram;
    const own = this.scene.telegram.people.find((person) => person.key === this.who).id;
    this.enter(step === "approve" ? review : own);
    if (step === "order") {
      if (this.chat.is_started) this.compose.type("/bgm");
      else this.foot.querySelector("button")?.focus();
    } else if (step === "pay") {
      const keys = [...this.box.querySelectorAll(".key.is-pay:not(:disabled)")];
      keys.at(-1)?.focus();
      this.note(t("payHow_phone"));
    } else this.log.scroller.focus();
  }
}
