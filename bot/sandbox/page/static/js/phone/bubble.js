/** One message of a phone: its bubble, what hangs under it, and its keyboard. */
import { h, icon } from "../dom.js";
import { clock, t } from "../i18n.js";
import { fileCard, picture } from "../files.js";
import { player } from "../player.js";
import { formatted } from "./entities.js";

const FIVE_MINUTES = 300;
const SERVICE = [
  "successful_payment",
  "refunded_payment",
  "migrate_to_chat_id",
  "migrate_from_chat_id",
  "pinned_message",
];

const isService = (message) => SERVICE.some((kind) => kind in message);
const authorOf = (message) => message.from?.id ?? message.sender_chat?.id;
export const dayOf = (message) => new Date(message.date * 1000).toDateString();

/** Whether `message` continues what the same author said just before. */
function isJoined(message, previous) {
  if (!previous || isService(previous) || dayOf(previous) !== dayOf(message)) return false;
  return authorOf(previous) === authorOf(message) && message.date - previous.date < FIVE_MINUTES;
}

export function bubble(message, previous, ctx) {
  const data = { id: message.message_id };
  if (isService(message)) return h("li", { class: "service", data }, h("span", null, serviceWords(message, ctx)));
  const isAlbum = message.media_group_id && message.media_group_id === previous?.media_group_id;
  const classes = [
    "bubble",
    message.is_mine && "is-mine",
    isJoined(message, previous) && "is-joined",
    isAlbum && "is-album",
    message.photo && "has-photo",
  ];
  return h(
    "li",
    { class: classes.filter(Boolean).join(" "), data },
    h(
      "div",
      { class: "bubble-body" },
      isJoined(message, previous) ? null : author(message, ctx),
      origin(message, ctx),
      isAlbum ? null : quote(message, ctx),
      media(message, ctx),
      invoice(message),
      words(message, ctx) ?? stamp(message),
      reactions(message, ctx),
      more(message, ctx),
    ),
    keyboard(message, ctx),
  );
}

/** What a message says in one line: for the list of chats, replies and forwards. */
export function gist(message, ctx) {
  if (isService(message)) return serviceWords(message, ctx);
  if (message.text) return message.text.split("\n")[0];
  if (message.invoice) return `⭐ ${message.invoice.title}`;
  if (message.audio) return `🎵 ${message.audio.title ?? message.audio.file_name ?? t("music")}`;
  if (message.document) return `📎 ${message.document.file_name}`;
  if (message.photo) return `🖼 ${message.caption?.split("\n")[0] ?? t("photo")}`;
  return t("message");
}

function serviceWords(message, ctx) {
  if (message.successful_payment)
    return t("paidStars", { stars: message.successful_payment.total_amount, name: ctx.scene.bot.name });
  if (message.refunded_payment)
    return t("refundedStars", { stars: message.refunded_payment.total_amount, name: ctx.scene.bot.name });
  if (message.migrate_to_chat_id || message.migrate_from_chat_id) return t("nowSupergroup");
  return t("pinned");
}

function author(message, ctx) {
  if (message.is_mine || message.chat.type === "private") return null;
  const name = message.from?.first_name ?? message.sender_chat?.title;
  const key = ctx.keyOf(message.from?.id);
  return h("b", { class: "author", data: key ? { who: key } : {} }, name);
}

function origin({ forward_origin: from }, ctx) {
  if (!from) return null;
  const name = from.sender_user?.first_name ?? from.chat?.title ?? from.sender_user_name ?? "";
  return h("p", { class: "forwarded" }, t("forwardedFrom", { name: name || ctx.scene.bot.name }));
}

function quote(message, ctx) {
  const answered = message.reply_to_message;
  if (!answered) return null;
  return h(
    "button",
    { class: "quote", type: "button", onclick: () => ctx.jumpTo(answered.message_id) },
    h("b", null, answered.from?.first_name ?? answered.sender_chat?.title ?? ""),
    h("span", null, gist(answered, ctx)),
  );
}

function media(message, ctx) {
  if (message.photo) {
    const photo = message.photo.at(-1);
    return picture(fileUrl(photo, "photo.jpg"), message.caption ?? t("photo"), ctx, photo);
  }
  if (message.audio) {
    const { audio } = message;
    const name = [audio.performer, audio.title].filter(Boolean).join(" – ");
    const file = {
      id: `${ctx.who}-${audio.file_id}-${message.message_id}`,
      url: fileUrl(audio, audio.file_name ?? "music.mp3"),
      filename: audio.file_name ?? "music.mp3",
      size: audio.file_size ?? 0,
      description: name || null,
      cover: audio.thumbnail ? fileUrl(audio.thumbnail, "cover.jpg") : null,
    };
    return player(file, message, ctx);
  }
  if (message.document) {
    const { document: paper } = message;
    return fileCard(
      { url: fileUrl(paper, paper.file_name), filename: paper.file_name, size: paper.file_size ?? 0 },
      ctx,
    );
  }
  return null;
}

const fileUrl = (file, name) => `/phone/files/${encodeURIComponent(file.file_id)}/${encodeURIComponent(name)}`;

function invoice(message) {
  const asked = message.invoice;
  if (!asked) return null;
  return h(
    "div",
    { class: "invoice" },
    h("b", null, asked.title),
    h("p", null, asked.description),
    h("span", { class: "price" }, h("i", { "aria-hidden": "true" }, "⭐"), t("starsOf", { stars: asked.total_amount })),
  );
}

function words(message, ctx) {
  const text = message.text ?? message.caption;
  if (!text) return null;
  const nodes = formatted(text, message.entities ?? message.caption_entities, (command) => ctx.send(command));
  return h("div", { class: "text" }, nodes, stamp(message));
}

/** When it was said; it stands at the end of the last line where there is room. */
function stamp(message) {
  const edited = message.edit_date ? `${t("editedShort")} ` : "";
  return h("span", { class: "at" }, edited, clock(new Date(message.date * 1000)));
}

function reactions(message, ctx) {
  if (!message.reactions.length) return null;
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": t("reactions") },
    message.reactions.map(({ emoji, count, mine }) =>
      h(
        "button",
        {
          class: "reaction",
          type: "button",
          "aria-pressed": String(mine),
          "aria-label": t("reactionCount", { emoji, count }),
          data: { key: `react/${emoji}` },
          onclick: () => ctx.react(message, emoji, !mine),
        },
        h("b", { "aria-hidden": "true" }, emoji),
        String(count),
      ),
    ),
  );
}

function more(message, ctx) {
  return h(
    "button",
    {
      class: "more",
      type: "button",
      "aria-label": t("messageMenu"),
      "aria-haspopup": "menu",
      data: { key: "more" },
      onclick: (event) => ctx.openMenu(message, event.currentTarget),
    },
    icon("more"),
  );
}

/** The buttons under a message, in the rows the bot gave them. */
function keyboard(message, ctx) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows?.length) return null;
  return h(
    "div",
    { class: "keys", role: "group", "aria-label": t("buttons") },
    rows.map((row) =>
      h(
        "div",
        { class: "key-row" },
        row.map((button) => key(button, message, ctx)),
      ),
    ),
  );
}

function key(button, message, ctx) {
  if (button.url)
    return h(
      "a",
      {
        class: "key",
        href: button.url,
        target: "_blank",
        rel: "noopener noreferrer",
        title: t("newTab"),
        onclick: () => ctx.left(),
      },
      button.text,
      icon("out"),
    );
  const name = `key/${button.callback_data ?? button.text}`;
  const isBusy = ctx.busy.has(`${message.message_id}/${name}`);
  const acts = {
    pay: () => ctx.pay(message),
    copy: () => ctx.copy(button.copy_text.text),
    press: () => ctx.press(message, button.callback_data, name),
  };
  const act = button.pay ? "pay" : button.copy_text ? "copy" : button.callback_data ? "press" : null;
  const isPaid = button.pay && message.is_paid;
  return h(
    "button",
    {
      class: `key${isBusy ? " is-busy" : ""}${button.pay ? " is-pay" : ""}`,
      type: "button",
      "aria-busy": isBusy ? "true" : null,
      disabled: !act || isPaid,
      data: { key: name },
      onclick: acts[act],
    },
    isPaid ? t("paidAlready") : button.text,
  );
}
