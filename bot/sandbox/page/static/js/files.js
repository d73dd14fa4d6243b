/** Attachments: pictures that zoom, audio that plays, everything else as a card to download. */
import { fresh, h, icon } from "./dom.js";
import { t, weight } from "./i18n.js";
import { player } from "./player.js";
import { urlsShown } from "./embed.js";

const AUDIO = /\.(mp3|wav|ogg|oga|flac|m4a|aac|opus)$/i;
const IMAGE = /\.(png|jpe?g|gif|webp|avif)$/i;
const isAudio = (file) => /^audio\//.test(file.content_type ?? "") || AUDIO.test(file.filename);
const isImage = (file) =>
  /^image\/(png|jpeg|gif|webp|avif)/.test(file.content_type ?? "") || (!file.content_type && IMAGE.test(file.filename));

/** Return the files of a message that no embed or layout component shows already. */
export function attachments(message, ctx) {
  const shown = urlsShown(message.embeds ?? []);
  const files = (message.attachments ?? []).filter((file) => !shown.has(file.url.split("?")[0]));
  const images = files.filter(isImage);
  const others = files.filter((file) => !isImage(file));
  return [
    images.length
      ? h(
          "div",
          { class: "gallery" },
          images.map((file) => picture(file.url, file.description ?? file.filename, ctx, file)),
        )
      : null,
    others.length
      ? h(
          "div",
          { class: "files" },
          others.map((file) => (isAudio(file) ? player(file, message, ctx) : fileCard(file, ctx))),
        )
      : null,
  ];
}

export function fileCard(file, ctx) {
  const ending = (/\.(\w{1,4})$/.exec(file.filename)?.[1] ?? "file").toUpperCase();
  return h(
    "a",
    { class: "file", href: ctx.url(file.url), download: file.filename, title: file.description },
    h("span", { class: "kind", "aria-hidden": "true" }, ending),
    h("span", { class: "what" }, h("b", null, file.filename), h("span", null, weight(file.size))),
    icon("save"),
    h("span", { class: "unseen" }, t("download")),
  );
}

/** A picture that opens large. One from elsewhere, which this page does not load, is a link to it. */
export function picture(url, description, ctx, size = {}) {
  const address = ctx.url(url);
  const words = description ?? t("picture");
  if (/^https?:/i.test(address)) {
    return h("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, words);
  }
  const image = h("img", { src: address, alt: words, loading: "lazy", width: size.width, height: size.height });
  return h(
    "button",
    {
      class: "picture",
      type: "button",
      "aria-label": t("zoom", { what: words }),
      onclick: () => zoom(address, description),
    },
    image,
  );
}

/** Show a picture over the whole page; a click switches between fitted and full size. */
function zoom(url, description) {
  const label = fresh("zoom");
  const image = h("img", { src: url, alt: description ?? "", onclick: () => image.classList.toggle("is-full") });
  const dialog = h(
    "dialog",
    {
      class: "zoom",
      "aria-labelledby": label,
      onclick: (event) => event.target === dialog && dialog.close(),
      onclose: () => dialog.remove(),
    },
    image,
    h("p", { id: label }, description ?? t("picture")),
    h(
      "div",
      { class: "bar" },
      h("a", { href: url, download: "", "aria-label": t("download") }, icon("save")),
      h("button", { type: "button", "aria-label": t("close"), onclick: () => dialog.close() }, icon("close")),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
}
