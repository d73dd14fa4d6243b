/** One message as it stands in the log. */
import { h, icon } from "./dom.js";
import { t, when } from "./i18n.js";
import { isOnlyEmoji } from "./markdown.js";
import { attachments } from "./files.js";
import { embedCard } from "./embed.js";
import { componentRows } from "./components.js";

const EPHEMERAL = 64;
const THINKING = 128;
const SEVEN_MINUTES = 7 * 60_000;
const SPOKEN = new Set([0, 19, 20, 23]);
export const VERDICTS = ["1️⃣", "2️⃣", "3️⃣", "🔁", "❌"];

/** A round face: the shop's sign, or the first letter of a person's name in their colour. */
export function face(id, ctx) {
  if (id === ctx.scene.bot.id)
    return h("span", { class: "face is-shop", "aria-hidden": "true" }, h("img", { src: "/static/mark.svg", alt: "" }));
  const key = ctx.keyOf(id);
  return h(
    "span",
    { class: "face", "aria-hidden": "true", data: key ? { who: key } : {} },
    [...(ctx.user(id) || "?")][0].toUpperCase(),
  );
}

/** Whether `message` continues what the same author said just before. */
export function isJoined(message, previous) {
  if (!previous || previous.author.id !== message.author.id || !SPOKEN.has(message.type ?? 0)) return false;
  if (usedBy(message) || message.message_reference || (previous.flags & EPHEMERAL) !== (message.flags & EPHEMERAL))
    return false;
  return SPOKEN.has(previous.type ?? 0) && new Date(message.timestamp) - new Date(previous.timestamp) < SEVEN_MINUTES;
}

/** The command a message answers: `{user, name}` or null. */
function usedBy(message) {
  const user = message.interaction_metadata?.user ?? message.interaction?.user;
  const name = message.interaction?.name ?? message.interaction_metadata?.name;
  return name && user ? { user, name } : null;
}

export function messageItem(message, previous, ctx) {
  const isPrivate = Boolean(message.flags & EPHEMERAL);
  const joined = isJoined(message, previous);
  const mine = message.mentions?.some((user) => user.id === ctx.me.id) && message.author.id !== ctx.me.id;
  const used = usedBy(message);
  const classes = [
    "msg",
    joined && "is-joined",
    isPrivate && "is-private",
    mine && !isPrivate && "mentions-me",
    !SPOKEN.has(message.type ?? 0) && "is-system",
  ];
  return h(
    "li",
    { class: classes.filter(Boolean).join(" "), data: { id: message.id }, id: `${ctx.who}-${message.id}` },
    used &&
      h(
        "div",
        { class: "used" },
        face(used.user.id, ctx),
        h(
          "span",
          null,
          h("b", null, ctx.user(used.user.id) ?? used.user.username),
          ` ${t("used")} `,
          h("em", null, `/${used.name}`),
        ),
      ),
    !used && message.message_reference && SPOKEN.has(message.type ?? 0) ? reference(message, ctx) : null,
    face(message.author.id, ctx),
    h("div", { class: "body" }, byline(message, ctx), content(message, ctx), under(message, ctx, isPrivate)),
    !isPrivate && !(message.flags & THINKING) && tools(message, ctx),
  );
}

function reference(message, ctx) {
  const answered = message.referenced_message;
  const name = answered ? (ctx.user(answered.author.id) ?? answered.author.username) : null;
  const said = answered?.content || answered?.embeds?.[0]?.title || answered?.embeds?.[0]?.description || "…";
  return h(
    "div",
    { class: "used" },
    h("span", null, answered ? [h("b", null, name), ` ${said.slice(0, 90)}`] : t("gone")),
  );
}

function byline(message, ctx) {
  const at = new Date(message.timestamp);
  return h(
    "div",
    { class: "by" },
    h("b", null, ctx.user(message.author.id) ?? message.author.global_name ?? message.author.username),
    message.author.bot && h("span", { class: "app" }, "APP"),
    h("time", { datetime: message.timestamp }, when(at)),
  );
}

function content(message, ctx) {
  if (message.flags & THINKING)
    return h("div", { class: "thinking" }, dots(), t("thinking", { name: ctx.scene.bot.name }));
  if (message.type === 18) return h("div", { class: "text" }, t("startedThread", { name: message.content }));
  if (!message.content) return null;
  const edited =
    message.edited_timestamp &&
    h("span", { class: "edited", title: when(new Date(message.edited_timestamp)) }, t("edited"));
  return h(
    "div",
    { class: `text${isOnlyEmoji(message.content) ? " is-emoji" : ""}` },
    ctx.markdown(message.content),
    edited,
  );
}

export const dots = () => h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));

function under(message, ctx, isPrivate) {
  const failure = ctx.failures.get(message.id);
  return [
    (message.embeds ?? []).map((embed) => embedCard(embed, ctx)),
    attachments(message, ctx),
    componentRows(message, ctx),
    failure && h("p", { class: "failed", role: "alert" }, failure),
    reactions(message, ctx),
    isPrivate && !(message.flags & THINKING) && privateNote(message, ctx),
  ];
}

function privateNote(message, ctx) {
  return h(
    "div",
    { class: "private-note" },
    icon("eye"),
    h("span", null, t("onlyYou")),
    "·",
    h("button", { type: "button", onclick: () => ctx.dismiss(message) }, t("dismiss")),
  );
}

function reactions(message, ctx) {
  if (!message.reactions?.length) return null;
  return h(
    "div",
    { class: "reactions", role: "group", "aria-label": t("reactions") },
    message.reactions.map(({ emoji, count, me }) =>
      h(
        "button",
        {
          class: "reaction",
          type: "button",
          "aria-pressed": String(Boolean(me)),
          "aria-label": t("reactionCount", { emoji: emoji.name, count }),
          data: { key: `${message.id}/${emoji.name}` },
          onclick: () => ctx.react(message, emoji.name, !me),
        },
        h("b", { "aria-hidden": "true" }, emoji.name),
        String(count),
      ),
    ),
  );
}

/** The five verdicts, one key press or tap away. */
function tools(message, ctx) {
  return h(
    "div",
    { class: "msg-tools", role: "group", "aria-label": t("addReaction") },
    VERDICTS.map((emoji) => {
      const has = message.reactions?.find((reaction) => reaction.emoji.name === emoji)?.me;
      return h(
        "button",
        {
          type: "button",
          "aria-label": t("react", { emoji }),
          title: t("react", { emoji }),
          data: { key: `${message.id}/+${emoji}` },
          onclick: () => ctx.react(message, emoji, !has),
        },
        emoji,
      );
    }),
  );
}
