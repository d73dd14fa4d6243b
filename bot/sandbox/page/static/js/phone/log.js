/** The messages of a chat, as bubbles. */
import { h } from "../dom.js";
import { Ending } from "../ending.js";
import { dayName, t } from "../i18n.js";
import { bubble, dayOf } from "./bubble.js";

export class PhoneLog {
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
    this.turn = 0;
  }

  /** Show the chat of now from its first message. */
  async open() {
    const turn = ++this.turn;
    const { ctx } = this;
    let messages = [];
    try {
      messages = await ctx.messages();
    } catch (error) {
      ctx.say(error);
    }
    if (turn !== this.turn) return;
    this.scroller.setAttribute("aria-label", t("logOf", { room: ctx.title() }));
    this.scroller.setAttribute("aria-live", "off");
    const drawn = messages.map((message, index) => this.withDay(message, messages[index - 1])).flat();
    this.items.replaceChildren(...(drawn.length ? drawn : [ctx.hello()]));
    this.ending.restart();
    requestAnimationFrame(() => this.scroller.setAttribute("aria-live", "polite"));
    ctx.onRead(messages);
  }

  withDay(message, previous) {
    const item = bubble(message, previous, this.ctx);
    if (previous && dayOf(previous) === dayOf(message)) return [item];
    const day = dayName(new Date(message.date * 1000));
    return [
      h("li", { class: "day", role: "separator", data: { before: message.message_id } }, h("span", null, day)),
      item,
    ];
  }

  /** Draw one message again, or for the first time. */
  async put(message, isNew) {
    const messages = await this.ctx.messages();
    const at = messages.findIndex((other) => other.message_id === message.message_id);
    if (at < 0) return;
    this.items.querySelector(".hello")?.remove();
    const old = this.find(message.message_id);
    const nodes = this.withDay(messages[at], messages[at - 1]);
    if (old) this.replace(old, nodes.at(-1));
    else {
      if (isNew) nodes.at(-1).classList.add("is-new");
      const next = messages[at + 1] && this.find(messages[at + 1].message_id);
      if (next) next.before(...nodes);
      else this.items.append(...nodes);
      this.ending.grew(message.is_mine);
    }
    this.ctx.onRead(messages);
  }

  replace(old, item) {
    const { key } = document.activeElement?.dataset ?? {};
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(item);
    if (!hadFocus) return;
    // What had the focus may be gone (the next question stands there now): go on with the first thing to do.
    const same = key && item.querySelector(`[data-key="${CSS.escape(key)}"]:not(:disabled)`);
    (same || item.querySelector(".key:not(:disabled)"))?.focus({ preventScroll: true });
  }

  remove(id) {
    const item = this.find(id);
    if (!item) return;
    const hadFocus = item.contains(document.activeElement);
    this.items.querySelector(`.day[data-before="${id}"]`)?.remove();
    item.remove();
    if (hadFocus) this.scroller.focus({ preventScroll: true });
  }

  find(id) {
    return this.items.querySelector(`:is(.bubble, .service)[data-id="${id}"]`);
  }

  /** Show a message that was answered, and where it is. */
  jumpTo(id) {
    const item = this.find(id);
    item?.scrollIntoView({ block: "center", behavior: "smooth" });
    item?.classList.add("is-found");
    setTimeout(() => item?.classList.remove("is-found"), 1200);
  }
}
