/** Four things to try; the server says which of them have happened. */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";

export const STEPS = ["order", "pay", "approve", "listen"];
const HIDDEN = "kiosk.guide.hidden";

/** The strip below the top bar. `onStep(name)` is called when somebody wants to be shown the way. */
export class Guide {
  /** @param {"discord"|"telegram"} chat where the four things are done: it has words of its own for some of them */
  constructor(done, chat, onStep) {
    this.onStep = onStep;
    this.chat = chat;
    this.box = h("nav", { class: "guide" });
    this.draw(done);
    this.box.hidden = sessionStorage.getItem(HIDDEN) === "yes";
  }

  get isDone() {
    return STEPS.every((step) => this.done.includes(step));
  }

  toggle() {
    this.box.hidden = !this.box.hidden;
    sessionStorage.setItem(HIDDEN, this.box.hidden ? "yes" : "no");
  }

  draw(done) {
    const before = this.done ?? done;
    const next = STEPS.find((step) => !done.includes(step));
    this.done = done;
    this.box.setAttribute("aria-label", t("guide"));
    this.box.replaceChildren(
      h(
        "ol",
        null,
        STEPS.map((step, index) =>
          this.step(step, index, {
            isDone: done.includes(step),
            isNext: step === next,
            isFresh: !before.includes(step),
          }),
        ),
      ),
      h(
        "button",
        {
          class: "close",
          type: "button",
          "aria-label": t("hideGuide"),
          title: t("hideGuide"),
          onclick: () => this.toggle(),
        },
        icon("close"),
      ),
    );
  }

  step(name, index, { isDone, isNext, isFresh }) {
    const classes = ["step", isDone && "is-done", isNext && "is-next", isDone && isFresh && "just-done"]
      .filter(Boolean)
      .join(" ");
    return h(
      "li",
      null,
      h(
        "button",
        {
          class: classes,
          type: "button",
          "aria-current": isNext ? "step" : null,
          data: { step: name, who: name === "approve" ? "operator" : "buyer" },
          onclick: () => this.onStep(name),
        },
        h("span", { class: "num", "aria-hidden": "true" }, isDone ? icon("tick") : String(index + 1)),
        h(
          "span",
          { class: "says" },
          h("b", null, t(`step_${this.chat}_${name}`)),
          h("small", null, t(`hint_${this.chat}_${name}`)),
        ),
        isDone && h("span", { class: "unseen" }, t("done")),
      ),
    );
  }
}
