/** A dialogue the shop opened: text fields, selects and files, checked before they are sent. */
import { fresh, h, icon, trapFocus } from "./dom.js";
import { t } from "./i18n.js";
import { defaults, KIND, selectButton } from "./components.js";
import { face } from "./message.js";

const PARAGRAPH = 2;

/**
 * Show `modal` over the window.
 * @param {(fields: object, files: Array) => Promise<void>} onSubmit throws a Refusal whose sentence is shown
 */
export function openModal(modal, ctx, onSubmit) {
  const before = document.activeElement;
  const title = fresh("modal");
  const fields = modal.components.map((component) => fieldOf(component, ctx)).filter(Boolean);
  const wrong = h("p", { class: "wrong", role: "alert", hidden: true });
  const send = h("button", { class: "btn is-primary", type: "submit" }, t("submit"));
  const form = h(
    "form",
    { class: "form", novalidate: true, onsubmit: submit },
    h(
      "header",
      null,
      face(ctx.scene.bot.id, ctx),
      h("h3", { id: title }, modal.title),
      h("button", { class: "close", type: "button", "aria-label": t("close"), onclick: close }, icon("close")),
    ),
    h(
      "div",
      { class: "fields" },
      wrong,
      fields.map((field) => field.box),
    ),
    h("footer", null, h("button", { class: "btn", type: "button", onclick: close }, t("cancel")), send),
  );
  const veil = h(
    "div",
    { class: "veil", role: "dialog", "aria-modal": "true", "aria-labelledby": title, data: { who: ctx.who } },
    form,
  );
  const release = trapFocus(form, close);
  ctx.layer.append(veil);
  form.querySelector("input, textarea, .picker")?.focus();

  function close() {
    release();
    veil.remove();
    if (before?.isConnected) before.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const bad = fields.find((field) => field.problem());
    if (bad) return complain(bad.problem(), bad.focus);
    send.disabled = true;
    send.classList.add("is-busy");
    try {
      const values = Object.fromEntries(
        fields.filter((field) => !field.files).map((field) => [field.id, field.value()]),
      );
      await onSubmit(
        values,
        fields.flatMap((field) => (field.files ? field.files() : [])),
      );
      close();
    } catch (error) {
      complain(ctx.sentence(error));
      send.disabled = false;
      send.classList.remove("is-busy");
    }
    return undefined;
  }

  function complain(sentence, focus) {
    wrong.textContent = sentence;
    wrong.hidden = false;
    wrong.scrollIntoView({ block: "nearest" });
    focus?.();
  }
  return close;
}

/** Rows hold one text input; labels (the newer form) hold a text input, a select or a file field. */
function fieldOf(top, ctx) {
  if (top.type === KIND.text)
    return {
      box: h("div", { class: "text" }, ctx.markdown(top.content)),
      problem: () => null,
      id: "",
      value: () => "",
      files: () => [],
    };
  const component = top.component ?? top.components?.[0];
  if (!component) return null;
  const label = { text: top.label ?? component.label, hint: top.description, id: fresh("field") };
  if (component.type === KIND.textInput) return textField(component, label);
  if (component.type === KIND.fileUpload) return fileField(component, label);
  return selectField(component, label, ctx);
}

function framed(label, isRequired, control, isButton = false) {
  return h(
    "div",
    null,
    h(
      isButton ? "div" : "label",
      { class: "label", id: isButton ? label.id : null, for: isButton ? null : label.id },
      label.text,
      isRequired && h("span", { class: "must", "aria-hidden": "true" }, " *"),
    ),
    label.hint && h("span", { class: "hint" }, label.hint),
    control,
  );
}

function textField(component, label) {
  const isRequired = component.required !== false;
  const isLong = component.style === PARAGRAPH;
  const most = component.max_length ?? 4000;
  const count = h("span", { class: "count", "aria-hidden": "true" });
  const input = h(isLong ? "textarea" : "input", {
    id: label.id,
    type: isLong ? null : "text",
    maxlength: most,
    placeholder: component.placeholder,
    value: component.value ?? "",
    "aria-required": String(isRequired),
    oninput: () => recount(),
  });
  const recount = () => {
    count.textContent = most < 4000 || input.value.length > 3500 ? `${input.value.length} / ${most}` : "";
  };
  recount();
  return {
    id: component.custom_id,
    box: framed(label, isRequired, [input, isLong && count]),
    value: () => input.value,
    focus: () => input.focus(),
    problem() {
      if (isRequired && !input.value.trim()) return t("fieldMissing", { label: label.text });
      if (input.value && input.value.length < (component.min_length ?? 0))
        return t("fieldShort", { label: label.text, least: component.min_length });
      return null;
    },
  };
}

function selectField(component, label, ctx) {
  const isRequired = component.required !== false;
  let chosen = defaults(component);
  const holder = h("div");
  const redraw = () =>
    holder.replaceChildren(
      selectButton(component, ctx, {
        chosen,
        labelledby: label.id,
        onPick(values) {
          chosen = values;
          redraw();
          holder.firstChild.focus();
        },
      }),
    );
  redraw();
  return {
    id: component.custom_id,
    box: framed(label, isRequired, holder, true),
    value: () => chosen,
    focus: () => holder.firstChild.focus(),
    problem: () =>
      isRequired && chosen.length < Math.max(1, component.min_values ?? 1)
        ? t("fieldMissing", { label: label.text })
        : null,
  };
}

function fileField(component, label) {
  const isRequired = component.required !== false;
  const input = h("input", { id: label.id, type: "file", multiple: (component.max_values ?? 1) > 1 });
  return {
    id: component.custom_id,
    box: framed(label, isRequired, input),
    files: () => [...input.files].map((file) => [component.custom_id, file]),
    focus: () => input.focus(),
    problem: () => (isRequired && !input.files.length ? t("fieldMissing", { label: label.text }) : null),
  };
}
