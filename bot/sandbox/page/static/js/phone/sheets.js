/** What slides over a phone: the payment sheet, an alert, the menu of a message, the choice of a chat. */
import { fresh, h, icon, trapFocus } from "../dom.js";
import { t } from "../i18n.js";
import { post } from "../net.js";
import { chatFace } from "./chats.js";

export const QUICK = ["👍", "❤", "🔥", "🎉", "👏", "🤔", "👎"];

/** Open a sheet over the phone; `body` is called with a function that closes it and returns the nodes. */
function open(ctx, { label, kind = "sheet", title = null }, body) {
  const before = document.activeElement;
  const heading = title && h("h3", { id: fresh("sheet") }, title);
  const box = h("div", { class: kind, role: "dialog", "aria-modal": "true" });
  box.setAttribute(heading ? "aria-labelledby" : "aria-label", heading ? heading.id : label);
  const veil = h("div", { class: "veil", onclick: (event) => event.target === veil && close() }, box);
  const release = trapFocus(box, () => close());
  function close() {
    release();
    veil.remove();
    if (before?.isConnected) before.focus({ preventScroll: true });
    else ctx.log.scroller.focus({ preventScroll: true });
  }
  box.append(...[heading, body(close)].flat().filter(Boolean));
  ctx.layer.append(veil);
  (box.querySelector("[data-first]") ?? box.querySelector("button"))?.focus({ preventScroll: true });
  return close;
}

/** Words that must be closed. */
export function openAlert(ctx, words) {
  open(ctx, { label: ctx.scene.bot.name, kind: "alert" }, (close) => [
    h("p", null, words),
    h("button", { class: "btn", type: "button", onclick: () => close() }, t("ok")),
  ]);
}

/** Confirm a payment in Stars, or leave it. `onPaid(outcome)` is called with how it went. */
export function openPayment(ctx, sheet, onPaid) {
  const price = t("starsOf", { stars: sheet.total_amount });
  open(ctx, { title: t("confirmPurchase") }, (close) => {
    const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
    const pay = h(
      "button",
      { class: "btn is-primary", type: "button", data: { first: "" }, onclick: () => confirm() },
      t("payStars", { stars: sheet.total_amount }),
    );
    async function confirm() {
      pay.disabled = true;
      pay.classList.add("is-busy");
      try {
        const paid = await post(`/api/phone/${ctx.who}/pay`, { sheet: sheet.id });
        if (paid.outcome === "paid") {
          close();
          return onPaid(paid);
        }
        wrong.textContent = paid.words ?? t(`pay_${paid.outcome}`, { stars: sheet.total_amount });
      } catch (error) {
        wrong.textContent = ctx.sentence(error);
      }
      wrong.hidden = false;
      pay.disabled = false;
      pay.classList.remove("is-busy");
      pay.focus({ preventScroll: true });
      return undefined;
    }
    return [
      h("span", { class: "big-star", "aria-hidden": "true" }, "⭐"),
      h("p", null, t("buyFor", { title: sheet.title, name: ctx.scene.bot.name, price })),
      h("p", { class: "quiet" }, t("balance", { stars: sheet.balance }), h("br"), t("playMoney")),
      wrong,
      pay,
      h("button", { class: "btn", type: "button", onclick: () => close() }, t("cancel")),
    ];
  });
}

/** What one may do with a message: react, reply, forward, change, delete. */
export function openMessageMenu(ctx, message) {
  open(ctx, { label: t("messageMenu"), kind: "sheet message-menu" }, (close) => {
    const after = (act) => () => (close(), act());
    const row = (name, label, act) =>
      h("button", { class: "row", type: "button", onclick: after(act) }, icon(name), label);
    const isOn = (emoji) => message.reactions.some((one) => one.emoji === emoji && one.mine);
    const mine = message.is_mine && message.text;
    return [
      h(
        "div",
        { class: "quick", role: "group", "aria-label": t("addReaction") },
        QUICK.map((emoji) =>
          h(
            "button",
            {
              type: "button",
              "aria-label": t("react", { emoji }),
              "aria-pressed": String(isOn(emoji)),
              onclick: after(() => ctx.react(message, emoji, !isOn(emoji))),
            },
            emoji,
          ),
        ),
      ),
      ctx.chat.can_write && row("reply", t("reply"), () => ctx.compose.answer(message)),
      !message.invoice && row("forward", t("forward"), () => openForward(ctx, message)),
      mine && row("pen", t("edit"), () => ctx.compose.change(message)),
      (message.is_mine || message.chat.type === "private") && row("trash", t("delete"), () => ctx.erase(message)),
    ].filter(Boolean);
  });
}

/** Choose where a message is passed on to. */
export function openForward(ctx, message) {
  open(ctx, { title: t("forwardTo") }, (close) =>
    [...ctx.seat.chats.values()]
      .filter((chat) => chat.can_write)
      .map((chat) =>
        h(
          "button",
          { class: "row", type: "button", onclick: () => (close(), ctx.forward(message, chat.id)) },
          chatFace(chat),
          ctx.nameOf(chat),
        ),
      ),
  );
}
