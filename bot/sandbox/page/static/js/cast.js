/** The head of a window: whose it is, and who one may be instead. */
import { h } from "./dom.js";
import { t } from "./i18n.js";
import { face } from "./message.js";

/** @param {{scene: object, who: string, around: {onCast: Function}, me: {name: string}}} ctx the window */
export function castHead(ctx) {
  const { people } = ctx.scene;
  const choose = (key, hasFocus) => key !== ctx.who && ctx.around.onCast(ctx, key, hasFocus);
  const onKey = (event, key) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const keys = people.map((person) => person.key);
    choose(keys[(keys.indexOf(key) + step + keys.length) % keys.length], true);
  };
  const cast = h(
    "div",
    { class: "cast", role: "radiogroup", "aria-label": t("youAre") },
    people.map((person) =>
      h(
        "button",
        {
          type: "button",
          role: "radio",
          "aria-checked": String(person.key === ctx.who),
          title: t(`role_${person.key}`),
          tabindex: person.key === ctx.who ? "0" : "-1",
          data: { cast: person.key },
          onclick: () => choose(person.key, false),
          onkeydown: (event) => onKey(event, person.key),
        },
        face(person.id, ctx),
        h("span", null, t(`role_${person.key}`)),
      ),
    ),
  );
  return h(
    "header",
    { class: "pane-head" },
    h(
      "div",
      { class: "pane-title" },
      h("strong", null, t(`title_${ctx.who}`)),
      h("span", null, t(`about_${ctx.who}`, { name: ctx.me.name })),
    ),
    cast,
  );
}
