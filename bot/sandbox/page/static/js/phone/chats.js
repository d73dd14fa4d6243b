/** The list of a phone's chats, and the round sign of each. */
import { h, icon } from "../dom.js";
import { clock, t } from "../i18n.js";
import { gist } from "./bubble.js";

export function chatFace(chat) {
  if (chat.type === "private")
    return h("span", { class: "face is-shop", "aria-hidden": "true" }, h("img", { src: "/static/mark.svg", alt: "" }));
  const sign = icon(chat.type === "channel" ? "horn" : "group");
  return h("span", { class: `face is-${chat.type}`, "aria-hidden": "true" }, sign);
}

/** One button for each chat: whose it is, what was said last, how much is unread. */
export const chatRows = (ctx) => [...ctx.seat.chats.values()].map((chat) => chatRow(chat, ctx));

function chatRow(chat, ctx) {
  const unread = ctx.seat.unread.get(chat.id);
  const nothing = t(chat.type === "private" ? "notStarted" : "nothingYet");
  return h(
    "button",
    { class: "chat-row", type: "button", data: { chat: chat.id }, onclick: () => ctx.enter(chat.id) },
    chatFace(chat),
    h(
      "span",
      { class: "lines" },
      h("b", null, ctx.nameOf(chat)),
      h("small", null, chat.last ? gist(chat.last, ctx) : nothing),
    ),
    h(
      "span",
      { class: "side-note" },
      chat.last ? h("time", null, clock(new Date(chat.last.date * 1000))) : null,
      unread ? h("span", { class: "badge" }, String(unread), h("span", { class: "unseen" }, t("unreadWord"))) : null,
    ),
  );
}
