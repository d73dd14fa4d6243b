/** Embeds: the framed cards under a message. */
import { h } from "./dom.js";
import { stamp } from "./i18n.js";
import { picture } from "./files.js";

export function embedCard(embed, ctx) {
  const bar = typeof embed.color === "number" ? `#${embed.color.toString(16).padStart(6, "0")}` : null;
  return h(
    "article",
    { class: "embed", style: bar ? { "--bar": bar } : {}, "aria-label": embed.title ?? embed.author?.name },
    embed.author &&
      h(
        "div",
        { class: "embed-author" },
        badge(embed.author.icon_url, ctx),
        maybeLink(embed.author.name, embed.author.url),
      ),
    embed.title &&
      h(
        "div",
        { class: "embed-title text" },
        embed.url ? maybeLink(embed.title, embed.url) : ctx.markdown(embed.title),
      ),
    embed.description && h("div", { class: "text" }, ctx.markdown(embed.description)),
    embed.fields?.length ? fields(embed.fields, ctx) : null,
    embed.thumbnail &&
      h("div", { class: "embed-thumb" }, picture(embed.thumbnail.url, embed.thumbnail.description, ctx)),
    embed.image &&
      h(
        "div",
        { class: "embed-image" },
        picture(embed.image.url, embed.image.description ?? embed.title, ctx, embed.image),
      ),
    footer(embed, ctx),
  );
}

function maybeLink(text, url) {
  return /^https?:\/\//i.test(url ?? "")
    ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, text)
    : h("span", null, text);
}

/** A small round picture beside a name; only the sandbox's own files are loaded. */
function badge(url, ctx) {
  const address = url && ctx.url(url);
  return address?.startsWith("/") ? h("img", { src: address, alt: "", loading: "lazy" }) : null;
}

/** Inline fields stand up to three abreast, as in the real client. */
function fields(list, ctx) {
  const rows = [];
  for (const field of list) {
    const row = rows.at(-1);
    if (field.inline && row?.[0].inline && row.length < 3) row.push(field);
    else rows.push([field]);
  }
  const width = (row) => ({ 2: "w6", 3: "w4" })[row.length] ?? "";
  return h(
    "dl",
    { class: "embed-fields" },
    rows.map((row) =>
      row.map((field) =>
        h(
          "div",
          { class: width(row) },
          h("dt", { class: "text" }, ctx.markdown(field.name)),
          h("dd", { class: "text" }, ctx.markdown(field.value)),
        ),
      ),
    ),
  );
}

function footer(embed, ctx) {
  const when = embed.timestamp ? stamp(new Date(embed.timestamp), "s") : null;
  if (!embed.footer && !when) return null;
  const words = [embed.footer?.text, when].filter(Boolean).join(" · ");
  return h("div", { class: "embed-foot" }, badge(embed.footer?.icon_url, ctx), h("span", null, words));
}

/** The URLs that embeds show already: such a file is not listed a second time. */
export function urlsShown(embeds) {
  const bare = (url) => url?.split("?")[0];
  return new Set(
    embeds.flatMap((embed) => [
      bare(embed.image?.url),
      bare(embed.thumbnail?.url),
      bare(embed.author?.icon_url),
      bare(embed.footer?.icon_url),
    ]),
  );
}
