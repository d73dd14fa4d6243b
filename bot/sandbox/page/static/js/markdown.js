/** Discord's markdown, as DOM nodes. Anything not understood stays the text it was. */
import { h } from "./dom.js";
import { stamp } from "./i18n.js";

/**
 * Return the nodes for `source`.
 * @param {string} source
 * @param {{user: Function, channel: Function, open: Function}} ctx how mentions are named and channels opened
 */
export function markdown(source, ctx) {
  return blocks(source.replace(/\r\n?/g, "\n"), ctx, 0);
}

const FENCE = /```(?:([\w+-]*)\n)?([\s\S]*?)\n?```/;
const LIST = /^(\s*)([-*]|\d{1,9}\.)\s+(.*)$/;

function blocks(source, ctx, depth) {
  const fence = FENCE.exec(source);
  if (fence && fence[2].trim()) {
    const before = source.slice(0, fence.index).replace(/\n$/, "");
    const after = source.slice(fence.index + fence[0].length).replace(/^\n/, "");
    return [
      ...(before ? blocks(before, ctx, depth) : []),
      h("pre", { tabindex: "0" }, h("code", null, fence[2])),
      ...(after ? blocks(after, ctx, depth) : []),
    ];
  }
  const lines = source.split("\n");
  const nodes = [];
  let needsBreak = false;
  while (lines.length) {
    const block = takeBlock(lines, ctx, depth);
    if (block) {
      nodes.push(block);
      needsBreak = false;
    } else {
      if (needsBreak) nodes.push("\n");
      nodes.push(...inline(lines.shift(), ctx));
      needsBreak = true;
    }
  }
  return nodes;
}

/** Take a heading, subtext, quote or list from the head of `lines`; null where it is a plain line. */
function takeBlock(lines, ctx, depth) {
  const line = lines[0];
  const heading = /^(#{1,3}) +(\S.*)$/.exec(line);
  if (heading) {
    lines.shift();
    return h(`h${heading[1].length + 3}`, null, inline(heading[2], ctx));
  }
  if (/^-# +\S/.test(line)) return h("small", null, inline(lines.shift().slice(3).trim(), ctx));
  if (depth === 0 && line.startsWith(">>> "))
    return h("blockquote", null, blocks(lines.splice(0).join("\n").slice(4), ctx, 1));
  if (depth === 0 && line.startsWith("> ")) {
    const quoted = [];
    while (lines.length && lines[0].startsWith("> ")) quoted.push(lines.shift().slice(2));
    return h("blockquote", null, blocks(quoted.join("\n"), ctx, 1));
  }
  return LIST.test(line) ? takeList(lines, ctx) : null;
}

function takeList(lines, ctx) {
  const [, indent, mark] = LIST.exec(lines[0]);
  const isOrdered = /\d/.test(mark);
  const list = h(isOrdered ? "ol" : "ul", isOrdered ? { start: parseInt(mark, 10) } : null);
  while (lines.length) {
    const item = LIST.exec(lines[0]);
    if (!item || item[1].length < indent.length) break;
    if (item[1].length === indent.length && /\d/.test(item[2]) !== isOrdered) break;
    if (item[1].length > indent.length && list.lastChild) {
      list.lastChild.append(takeList(lines, ctx));
      continue;
    }
    lines.shift();
    list.append(h("li", null, inline(item[3], ctx)));
  }
  return list;
}

const SAFE_URL = /^https?:\/\//i;
const URL_END = /[.,:;!?'"\])}>*_~|]+$/;

function link(url, children) {
  return h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, children);
}

const wrap =
  (tag, pick = 1) =>
  (match, ctx) =>
    h(tag, null, inline(match[pick], ctx));

/** Each rule: what starts at this very place, and the node it becomes. */
const RULES = [
  [/^\\([^\sA-Za-z0-9])/, (m) => m[1]],
  [/^``(.+?)``(?!`)/s, (m) => h("code", null, m[1].trim())],
  [/^`([^`]+)`/, (m) => h("code", null, m[1])],
  [/^\|\|([\s\S]+?)\|\|/, (m, ctx) => spoiler(inline(m[1], ctx))],
  [/^\*\*\*(\S[\s\S]*?)\*\*\*/, (m, ctx) => h("b", null, h("i", null, inline(m[1], ctx)))],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, wrap("b")],
  [/^__([\s\S]+?)__(?!_)/, wrap("u")],
  [/^\*(?![\s*])((?:\*\*[\s\S]+?\*\*|[^*])+?)(?<!\s)\*(?!\*)/, wrap("i")],
  [/^_(?![\s_])((?:__[\s\S]+?__|[^_])+?)_(?![\w_])/, wrap("i")],
  [/^~~([\s\S]+?)~~/, wrap("s")],
  [/^<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>/, (m) => timestamp(Number(m[1]), m[2] ?? "f")],
  [/^<a?:(\w{2,32}):\d{5,20}>/, (m) => `:${m[1]}:`],
  [/^<\/([^:>]{1,99}):\d{5,20}>/, (m) => h("span", { class: "mention" }, `/${m[1]}`)],
  [/^<@!?(\d{5,20})>/, (m, ctx) => h("span", { class: "mention" }, `@${ctx.user(m[1])}`)],
  [/^<@&(\d{5,20})>/, () => h("span", { class: "mention" }, "@role")],
  [/^<#(\d{5,20})>/, (m, ctx) => channelMention(m[1], ctx)],
  [/^@(everyone|here)\b/, (m) => h("span", { class: "mention" }, m[0])],
  [
    /^\[((?:\\.|[^\]\\])+)\]\(<?(https?:\/\/[^\s)>]+)>?(?:\s+["'].*?["'])?\)/i,
    (m, ctx) => link(m[2], inline(m[1], ctx)),
  ],
  [/^<(https?:\/\/[^\s>]+)>/i, (m) => link(m[1], m[1])],
];

function inline(source, ctx) {
  const nodes = [];
  let plain = "";
  let at = 0;
  const flush = () => {
    if (plain) nodes.push(plain);
    plain = "";
  };
  while (at < source.length) {
    const rest = source.slice(at);
    const isWordBefore = /\w/.test(source[at - 1] ?? " ");
    const bare =
      !isWordBefore && SAFE_URL.test(rest) ? /^https?:\/\/[^\s<]+/i.exec(rest)[0].replace(URL_END, "") : null;
    const found = bare ? null : matchRule(rest, isWordBefore);
    if (bare && bare.length > 8) {
      flush();
      nodes.push(link(bare, bare));
      at += bare.length;
    } else if (found) {
      flush();
      nodes.push(found.make(found.match, ctx));
      at += found.match[0].length;
    } else {
      plain += source[at];
      at += 1;
    }
  }
  flush();
  return nodes;
}

function matchRule(rest, isWordBefore) {
  if (!"\\`|*_~<@[".includes(rest[0])) return null;
  if (rest[0] === "_" && isWordBefore && !rest.startsWith("__")) return null;
  for (const [pattern, make] of RULES) {
    const match = pattern.exec(rest);
    if (match) return { match, make };
  }
  return null;
}

function spoiler(children) {
  const box = h("span", { class: "spoiler", role: "button", tabindex: "0", "aria-expanded": "false" }, children);
  const open = () => {
    box.classList.add("is-open");
    box.setAttribute("aria-expanded", "true");
  };
  box.addEventListener("click", open);
  box.addEventListener("keydown", (event) => ["Enter", " "].includes(event.key) && (event.preventDefault(), open()));
  return box;
}

function timestamp(seconds, style) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `<t:${seconds}>`;
  const shown = h(
    "time",
    { class: "stamp", datetime: date.toISOString(), title: stamp(date, "F") },
    stamp(date, style),
  );
  if (style === "R") shown.dataset.relative = String(date.getTime());
  return shown;
}

/** Re-read every "in 5 minutes" on the page. */
export function refreshRelative() {
  for (const shown of document.querySelectorAll("time[data-relative]")) {
    shown.textContent = stamp(new Date(Number(shown.dataset.relative)), "R");
  }
}

function channelMention(id, ctx) {
  const name = ctx.channel(id);
  if (!name) return h("span", { class: "mention" }, "#…");
  return h("button", { class: "mention", type: "button", onclick: () => ctx.open(id) }, `#${name}`);
}

const ONLY_EMOJI = /^(?:[\p{Extended_Pictographic}\p{Regional_Indicator}\u200d\ufe0f\u20e3]|[\d#*]\ufe0f?\u20e3|\s)+$/u;
/** Whether a short message is nothing but emoji (shown large). */
export const isOnlyEmoji = (text) => text.length <= 40 && ONLY_EMOJI.test(text);
