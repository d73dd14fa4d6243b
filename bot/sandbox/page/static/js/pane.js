/** One window: a person, their side bar and the room they are in. */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { post } from "./net.js";
import { castHead } from "./cast.js";
import { Composer } from "./composer.js";
import { Log, react } from "./log.js";
import { openModal } from "./modal.js";
import { hush } from "./player.js";
import { markdown } from "./markdown.js";
import { roomIcon, sidebar } from "./sidebar.js";

export class Pane {
  /**
   * @param {import("./store.js").Store} store
   * @param {string} who the person's key (`buyer`, `operator`, `stranger`)
   * @param {{say: Function, sentence: Function, onCast: Function, isShown: Function}} around
   */
  constructor(store, who, around) {
    Object.assign(this, { store, who, around });
    this.busy = new Map();
    this.failures = new Map();
    this.mentions = {
      user: (id) => this.user(id) ?? t("someone"),
      channel: (id) => this.seat.channels.get(id)?.name ?? null,
      open: (id) => this.open(id),
    };
    this.box = h("section", { class: "pane", data: { who } });
    this.stopListening = [];
    this.seat.isOpen = () => around.isShown(this) && document.visibilityState === "visible";
    this.build();
    this.wire();
  }

  // What the renderers may ask of a window

  get scene() {
    return this.store.scene;
  }
  get seat() {
    return this.store.seats[this.who];
  }
  get me() {
    return this.seat;
  }
  get channel() {
    return this.seat.current;
  }
  get layer() {
    return this.box;
  }
  get say() {
    return this.around.say;
  }
  get sentence() {
    return this.around.sentence;
  }
  user(id) {
    return this.store.nameOf(id);
  }
  keyOf(id) {
    return this.store.keyOf(id);
  }
  people() {
    return [...this.scene.people, this.scene.bot];
  }
  channels() {
    return [...this.seat.channels.values()].filter((channel) => channel.type === 0);
  }
  commands() {
    return this.channel ? this.store.commands(this.who, this.channel) : [];
  }
  markdown(text) {
    return markdown(text, this.mentions);
  }
  open(id) {
    if (this.seat.channels.has(id)) this.enter(id);
  }
  url(address) {
    return address.startsWith(this.scene.cdn) ? `/cdn${address.slice(this.scene.cdn.length)}` : address;
  }
  otherOf(channel) {
    return channel.recipients?.[0]?.id ?? this.scene.bot.id;
  }
  titleOf(channel) {
    return channel.type === 1 ? (this.user(this.otherOf(channel)) ?? "DM") : channel.name;
  }
  /** The topics this world began with are told in the page's language. */
  topicOf({ id, topic }) {
    const { rooms } = this.scene;
    return { [rooms.order]: t("topicOrder"), [rooms.review]: t("topicReview") }[id] ?? topic;
  }
  roomTitle() {
    const channel = this.seat.channels.get(this.channel);
    return channel ? `${channel.type === 1 ? "@" : "#"}${this.titleOf(channel)}` : "";
  }

  build() {
    const { who } = this;
    this.log = new Log(this);
    this.composer = new Composer(this);
    this.side = h("nav", { class: "side", "aria-label": `${t(`role_${who}`)}: ${t("rooms")}` });
    this.head = h("header", { class: "chat-head" });
    this.box.setAttribute("aria-label", t(`title_${who}`));
    this.box.replaceChildren(
      castHead(this),
      this.side,
      h("div", { class: "scrim", onclick: () => this.box.classList.remove("show-side") }),
      h("div", { class: "chat" }, this.head, this.log.box, this.log.typing, this.composer.box),
    );
    this.side.addEventListener("keydown", (event) => event.key === "Escape" && this.box.classList.remove("show-side"));
    this.showRoom();
  }

  wire() {
    const on = (kind, handler) => {
      const listener = ({ detail }) => (detail.who === undefined || detail.who === this.who) && handler(detail);
      this.store.addEventListener(kind, listener);
      this.stopListening.push(() => this.store.removeEventListener(kind, listener));
    };
    const here = (handler) => (detail) => detail.channel === this.channel && handler(detail);
    on(
      "message",
      here(({ message, isNew }) => this.log.put(message, isNew)),
    );
    on(
      "gone",
      here(({ id }) => this.log.remove(id)),
    );
    on(
      "typing",
      here(() => this.log.showTyping()),
    );
    on("unread", () => this.showSide());
    on("channels", () => this.showSide());
    on("entered", () => this.showRoom());
    on("commands", () => this.composer.readMenu());
    on("refreshed", () => this.showRoom());
  }

  /** Stop listening: another person takes this place. */
  close() {
    this.stopListening.forEach((stop) => stop());
    delete this.seat.isOpen;
    hush();
  }

  enter(channel) {
    this.box.classList.remove("show-side");
    this.store.enter(this.who, channel);
  }

  /** The window came into view: what stands in it counts as read. */
  look() {
    if (this.channel && this.seat.isOpen()) this.store.markRead(this.who, this.channel);
  }

  showRoom() {
    const channel = this.seat.channels.get(this.channel);
    this.box.dataset.room = this.channel ?? "";
    const topic = channel?.topic ? this.topicOf(channel) : null;
    this.menuDot = h("span", { class: "dot", hidden: true });
    const openSide = () => {
      this.box.classList.add("show-side");
      this.side.querySelector("[aria-current], button")?.focus();
    };
    this.head.replaceChildren(
      h(
        "button",
        { class: "menu", type: "button", "aria-label": t("rooms"), onclick: openSide },
        icon("menu"),
        this.menuDot,
      ),
      ...(channel
        ? [h("span", { class: "kind" }, icon(roomIcon(channel, this))), h("h2", null, this.titleOf(channel))]
        : []),
      ...(topic ? [h("p", { title: topic }, topic)] : []),
    );
    this.showSide();
    this.log.open();
    this.composer.relabel();
    this.look();
  }

  showSide() {
    const focused = this.side.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    this.side.replaceChildren(
      ...sidebar(this, (id) => (this.enter(id), this.composer.area.focus({ preventScroll: true }))),
    );
    if (focused) this.side.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
    if (this.menuDot) this.menuDot.hidden = !this.store.unreadOf(this.who);
  }

  // What a person does to a message

  /** Press a button or pick from a select: busy while it is on its way, a red line when nothing came back. */
  async press(message, key, { custom_id: customId, values }) {
    if (this.busy.has(key)) return;
    this.busy.set(key, values ?? []);
    this.failures.delete(message.id);
    this.redraw(message);
    const verb = values ? "choose" : "click";
    try {
      this.settle(
        await post(`/api/${this.who}/${verb}`, {
          channel: message.channel_id,
          message: message.id,
          custom_id: customId,
          values,
        }),
        message,
      );
    } catch (error) {
      this.failures.set(message.id, this.sentence(error));
    } finally {
      this.busy.delete(key);
      this.redraw(message);
    }
  }

  redraw(message) {
    if (message.channel_id === this.channel) this.log.put(message, false);
  }

  /** See how an interaction went; `message` is the one it came from, if any. */
  settle(done, message) {
    if (done.modal) {
      openModal(done.modal, this, async (fields, files) => {
        const sent = await post(`/api/${this.who}/submit`, { modal: done.modal, fields }, files);
        if (sent.state === "failed") throw Object.assign(new Error(sent.error), { isPlain: true });
        this.settle(sent, message);
      });
    } else if (done.state === "failed") {
      if (message) this.failures.set(message.id, t("interactionFailed"));
      else this.say(Object.assign(new Error(t("didNotRespond")), { isPlain: true }));
    }
  }

  react(message, emoji, isOn) {
    react(this, message, emoji, isOn).catch((error) => this.say(error));
  }

  dismiss(message) {
    post(`/api/${this.who}/dismiss`, { channel: message.channel_id, message: message.id }).catch((error) =>
      this.say(error),
    );
  }

  heard(message) {
    post(`/api/${this.who}/heard`, { channel: message.channel_id, message: message.id }).catch(() => {});
  }

  /** A link leaves for another tab. */
  left() {
    hush();
  }
}
