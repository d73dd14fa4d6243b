/** Message components: rows of buttons and selects, and the layout components around them. */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { fileCard, picture } from "./files.js";
import { openListbox } from "./listbox.js";
import { player } from "./player.js";

export const KIND = {
  row: 1,
  button: 2,
  stringSelect: 3,
  textInput: 4,
  userSelect: 5,
  roleSelect: 6,
  mentionableSelect: 7,
  channelSelect: 8,
  section: 9,
  text: 10,
  thumbnail: 11,
  gallery: 12,
  file: 13,
  separator: 14,
  container: 17,
  label: 18,
  fileUpload: 19,
};
const STYLES = { 1: "is-primary", 2: "", 3: "is-success", 4: "is-danger", 5: "" };
const LINK = 5;

/** Return everything interactive under a message. */
export function componentRows(message, ctx) {
  const tops = message.components ?? [];
  if (!tops.length) return null;
  const isLayout = tops.some((top) => top.type !== KIND.row);
  return h(
    "div",
    { class: isLayout ? "v2" : "rows" },
    tops.map((top) => draw(top, message, ctx)),
  );
}

function draw(component, message, ctx) {
  const drawer = DRAWERS[component.type];
  return drawer ? drawer(component, message, ctx) : null;
}

const all = (components, message, ctx) => components.map((component) => draw(component, message, ctx));

const DRAWERS = {
  [KIND.row]: (row, message, ctx) => h("div", { class: "row" }, all(row.components, message, ctx)),
  [KIND.button]: button,
  [KIND.stringSelect]: picker,
  [KIND.userSelect]: picker,
  [KIND.channelSelect]: picker,
  [KIND.text]: (text, _, ctx) => h("div", { class: "text" }, ctx.markdown(text.content)),
  [KIND.section]: (section, message, ctx) =>
    h(
      "div",
      { class: "v2-section" },
      h("div", null, all(section.components, message, ctx)),
      draw(section.accessory, message, ctx),
    ),
  [KIND.thumbnail]: (thumb, _, ctx) => picture(thumb.media.url, thumb.description, ctx),
  [KIND.gallery]: (gallery, _, ctx) =>
    h(
      "div",
      { class: "gallery" },
      gallery.items.map((item) => picture(item.media.url, item.description, ctx, item.media)),
    ),
  [KIND.file]: layoutFile,
  [KIND.separator]: (line) => h("hr", { class: line.divider === false ? "is-bare" : "" }),
  [KIND.container]: (box, message, ctx) =>
    h(
      "div",
      {
        class: `v2-box${box.accent_color ? " has-bar" : ""}`,
        style: box.accent_color ? { "--bar": `#${box.accent_color.toString(16).padStart(6, "0")}` } : {},
      },
      all(box.components, message, ctx),
    ),
};

function layoutFile(component, message, ctx) {
  const { url, content_type: type } = component.file;
  const name = component.name ?? decodeURIComponent(url.split("?")[0].split("/").at(-1));
  const file = {
    id: `${message.id}-${component.id}`,
    url,
    filename: name,
    size: component.size ?? 0,
    content_type: type,
  };
  return h("div", { class: "files" }, /^audio\//.test(type ?? "") ? player(file, message, ctx) : fileCard(file, ctx));
}

function emojiOf(component) {
  return component.emoji?.name && !component.emoji.id
    ? h("span", { "aria-hidden": "true" }, component.emoji.name)
    : null;
}

function button(component, message, ctx) {
  const label = [emojiOf(component), component.label && h("span", null, component.label)];
  if (component.style === LINK) {
    const isSafe = /^(https?|discord):/i.test(component.url);
    return h(
      "a",
      {
        class: "btn",
        href: isSafe ? component.url : null,
        target: "_blank",
        rel: "noopener",
        onclick: () => ctx.left(component.url),
      },
      label,
      icon("out"),
      h("span", { class: "unseen" }, t("newTab")),
    );
  }
  const key = `${message.id}/${component.custom_id}`;
  const isBusy = ctx.busy.has(key);
  return h(
    "button",
    {
      class: `btn ${STYLES[component.style] ?? ""}${isBusy ? " is-busy" : ""}`,
      type: "button",
      disabled: component.disabled,
      "aria-disabled": isBusy ? "true" : null,
      "aria-busy": isBusy ? "true" : null,
      "aria-label": component.label ? null : component.emoji?.name,
      data: { key },
      onclick: () => ctx.press(message, key, { custom_id: component.custom_id }),
    },
    label,
  );
}

/** What each kind of select offers: its own options, or the people or channels of the server. */
function choicesOf(component, ctx) {
  if (component.type === KIND.userSelect) return ctx.people().map(({ id, name }) => ({ label: name, value: id }));
  if (component.type === KIND.channelSelect)
    return ctx.channels().map(({ id, name }) => ({ label: `#${name}`, value: id }));
  return component.options ?? [];
}

function picker(component, message, ctx) {
  const key = `${message.id}/${component.custom_id}`;
  const isBusy = ctx.busy.has(key);
  return h(
    "div",
    { class: "row", style: { flex: "1" } },
    selectButton(component, ctx, {
      key,
      isBusy,
      chosen: isBusy ? ctx.busy.get(key) : defaults(component),
      onPick: (values) => ctx.press(message, key, { custom_id: component.custom_id, values }),
    }),
  );
}

export const defaults = (component) =>
  (component.options ?? []).filter((option) => option.default).map((option) => option.value);

/** The closed select: a button that shows what is chosen and opens the list. */
export function selectButton(component, ctx, { key, isBusy = false, chosen = [], onPick, labelledby = null }) {
  const choices = choicesOf(component, ctx);
  const named = choices.filter((choice) => chosen.includes(choice.value));
  const shown = named.map((choice) => [choice.emoji?.name, choice.label].filter(Boolean).join(" ")).join(", ");
  const empty = component.placeholder || t("choose");
  const open = () =>
    !isBusy &&
    openListbox(
      self,
      {
        label: empty,
        choices,
        least: component.min_values ?? 1,
        most: Math.min(component.max_values ?? 1, choices.length),
        chosen,
        layer: ctx.layer,
      },
      onPick,
    );
  const self = h(
    "button",
    {
      class: `picker${isBusy ? " is-busy" : ""}`,
      type: "button",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      disabled: component.disabled,
      "aria-disabled": isBusy ? "true" : null,
      "aria-labelledby": labelledby,
      "aria-label": labelledby ? null : shown ? `${empty}: ${shown}` : empty,
      data: { key: key ?? component.custom_id },
      onclick: open,
      onkeydown: (event) => ["ArrowDown", "ArrowUp"].includes(event.key) && (event.preventDefault(), open()),
    },
    h("span", { class: `shown${shown ? "" : " is-empty"}` }, shown || empty),
    icon("down"),
  );
  return self;
}
