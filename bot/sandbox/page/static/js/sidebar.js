/** The side bar: the server's channels with their threads, then direct messages. */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { face } from "./message.js";

const DM = 1;
const THREADS = [10, 11, 12];

/** Return the side bar for the person of `ctx`; `onEnter(channelId)` is called when a room is chosen. */
export function sidebar(ctx, onEnter) {
  const seat = ctx.seat;
  const channels = [...seat.channels.values()];
  const dms = channels.filter((channel) => channel.type === DM);
  const threads = channels.filter((channel) => THREADS.includes(channel.type));
  const rooms = channels.filter((channel) => channel.type !== DM && !THREADS.includes(channel.type));
  rooms.sort((a, b) => (a.position ?? 0) - (b.position ?? 0));
  const row = (channel) => roomButton(channel, ctx, onEnter);
  return [
    h("h2", null, ctx.scene.guild.name),
    h("h3", null, t("channels")),
    rooms.map((channel) => [row(channel), threads.filter((thread) => thread.parent_id === channel.id).map(row)]),
    h("h3", null, t("directMessages")),
    dms.length ? dms.map(row) : h("p", { class: "none" }, t("noDms")),
  ].flat(3);
}

function roomButton(channel, ctx, onEnter) {
  const seat = ctx.seat;
  const unread = seat.unread.get(channel.id) ?? 0;
  const isHere = seat.current === channel.id;
  const isThread = THREADS.includes(channel.type);
  return h(
    "button",
    {
      class: `room${unread ? " is-unread" : ""}${isThread ? " is-thread" : ""}`,
      type: "button",
      "aria-current": isHere ? "true" : null,
      data: { channel: channel.id },
      onclick: () => onEnter(channel.id),
    },
    channel.type === DM ? face(ctx.otherOf(channel), ctx) : icon(roomIcon(channel, ctx)),
    h("span", { class: "name" }, ctx.titleOf(channel)),
    unread
      ? h(
          "span",
          { class: "badge" },
          h("span", { "aria-hidden": "true" }, unread > 99 ? "99+" : String(unread)),
          h("span", { class: "unseen" }, t("unread", { count: unread })),
        )
      : null,
  );
}

export function roomIcon(channel, ctx) {
  if (channel.type === DM) return "at";
  if (THREADS.includes(channel.type)) return "thread";
  return channel.id === ctx.scene.rooms.review ? "lock" : "hash";
}
