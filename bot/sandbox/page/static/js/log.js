/** The log of a room: messages in order, kept at the end while the reader is at the end. */
import { h } from "./dom.js";
import { Ending } from "./ending.js";
import { dayName, t } from "./i18n.js";
import { dots, face, messageItem } from "./message.js";
import { post } from "./net.js";

export class Log {
  constructor(ctx) {
    this.ctx = ctx;
    this.items = h("ol", { class: "items" });
    this.scroller = h(
      "div",
      { class: "log", role: "log", tabindex: "0", "aria-live": "polite", "aria-relevant": "additions" },
      this.items,
    );
    this.ending = new Ending(this.scroller, this.items);
    this.box = h("div", { class: "log-wrap" }, this.scroller, this.ending.newer);
    this.typing = h("p", { class: "typing", role: "status" });
    this.turn = 0;
  }

  /** Show the room of now from its first message. */
  async open() {
    const turn = ++this.turn;
    const { ctx } = this;
    this.scroller.setAttribute("aria-label", t("logOf", { room: ctx.roomTitle() }));
    let messages = [];
    try {
      messages = ctx.channel ? await ctx.store.messages(ctx.who, ctx.channel) : [];
    } catch (error) {
      ctx.say(error);
    }
    if (turn !== this.turn) return;
    this.scroller.setAttribute("aria-live", "off");
    this.items.replaceChildren(
      hello(ctx),
      ...messages.map((message, index) => this.itemWithDay(message, messages[index - 1])).flat(),
    );
    this.ending.restart();
    requestAnimationFrame(() => this.scroller.setAttribute("aria-live", "polite"));
    this.showTyping();
  }

  itemWithDay(message, previous) {
    const day = dayOf(message);
    const isNewDay = previous && dayOf(previous) !== day;
    const item = messageItem(message, isNewDay ? null : previous, this.ctx);
    return isNewDay
      ? [h("li", { class: "day", role: "separator" }, dayName(new Date(message.timestamp))), item]
      : [item];
  }

  /** Draw one message again, or for the first time. */
  async put(message, isNew) {
    const messages = await this.ctx.store.messages(this.ctx.who, this.ctx.channel);
    const at = messages.findIndex((other) => other.id === message.id);
    if (at < 0) return;
    const old = this.find(message.id);
    const [...nodes] = this.itemWithDay(messages[at], messages[at - 1]);
    if (old) this.replace(old, nodes.at(-1));
    else this.insert(nodes, messages[at + 1], isNew, message);
    const follower = messages[at + 1] && this.find(messages[at + 1].id);
    if (!old && follower) follower.replaceWith(...this.itemWithDay(messages[at + 1], messages[at]).slice(-1));
  }

  replace(old, item) {
    const { key } = document.activeElement?.dataset ?? {};
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(item);
    if (!hadFocus) return;
    // What had the focus may be gone (the next question stands there now): go on with the first thing to do.
    const same = key && item.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    (same || item.querySelector(".picker, .btn:not(:disabled)"))?.focus({ preventScroll: true });
  }

  insert(nodes, next, isNew, message) {
    const before = next ? this.find(next.id) : null;
    const item = nodes.at(-1);
    if (isNew) item.classList.add("is-new");
    if (before) before.before(...nodes);
    else this.items.append(...nodes);
    this.ending.grew(message.author.id === this.ctx.me.id || message.flags & 64);
  }

  remove(id) {
    const item = this.find(id);
    if (!item) return;
    const hadFocus = item.contains(document.activeElement);
    item.remove();
    if (hadFocus) this.scroller.focus({ preventScroll: true });
  }

  find(id) {
    return this.items.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  showTyping() {
    const { ctx } = this;
    const names = [...(ctx.seat.typing.get(ctx.channel)?.keys() ?? [])].map((id) => ctx.user(id)).filter(Boolean);
    this.typing.replaceChildren(
      ...(names.length ? [dots(), t(names.length === 1 ? "isTyping" : "areTyping", { names: names.join(", ") })] : []),
    );
  }
}

const dayOf = (message) => new Date(message.timestamp).toDateString();

/** The beginning of a room. */
function hello(ctx) {
  const channel = ctx.seat.channels.get(ctx.channel);
  if (!channel) return h("li", { class: "hello" });
  const { rooms } = ctx.scene;
  const isDm = channel.type === 1;
  const key = isDm
    ? "helloDm"
    : ({ [rooms.order]: "helloOrder", [rooms.review]: "helloReview" }[channel.id] ?? "helloRoom");
  const name = ctx.titleOf(channel);
  return h(
    "li",
    { class: "hello" },
    isDm && face(ctx.otherOf(channel), ctx),
    h("h3", null, isDm ? name : `#${name}`),
    h("p", null, t(key, { name })),
  );
}

/** React or take it back, as `isOn` says. */
export const react = (ctx, message, emoji, isOn) =>
  post(`/api/${ctx.who}/react`, { channel: message.channel_id, message: message.id, emoji, on: isOn });
