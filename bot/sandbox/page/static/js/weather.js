/** The drawer for people who want to break it: faults of the world around the shop, and a fresh start. */
import { fresh, h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { post } from "./net.js";

const LASTING = ["dms_closed", "bot_blocked", "discord_down", "telegram_down", "duplicate_webhooks"];
const PASSING = ["drop_gateway"];

/** Whether anything is wrong at the moment. */
export const isStormy = (weather) => LASTING.some((fault) => weather[fault]);

/** Open the drawer. `say` shows a sentence; `onReset` is called when everything was put back. */
export function openWeather(store, { say, onReset }) {
  const title = fresh("weather");
  const list = h("div");
  const draw = () => list.replaceChildren(...LASTING.map(lasting), ...PASSING.map(passing));
  const dialog = h(
    "dialog",
    {
      class: "drawer",
      "aria-labelledby": title,
      onclick: (event) => event.target === dialog && dialog.close(),
      onclose: leave,
    },
    h(
      "header",
      null,
      h("h2", { id: title }, t("weather")),
      h(
        "button",
        { class: "close", type: "button", "aria-label": t("close"), onclick: () => dialog.close() },
        icon("close"),
      ),
    ),
    h("p", null, t("weatherAbout")),
    list,
    h(
      "div",
      { class: "again" },
      h("p", null, t("resetAbout")),
      h("button", { class: "btn", type: "button", onclick: reset }, icon("loop"), t("reset")),
    ),
  );

  function described(fault, control) {
    return h(
      "div",
      { class: "fault" },
      h("b", null, t(`fault_${fault}`)),
      h("span", null, t(`about_${fault}`)),
      control,
    );
  }

  function lasting(fault) {
    const isOn = Boolean(store.scene.weather[fault]);
    return described(
      fault,
      h("button", {
        class: "switch",
        type: "button",
        role: "switch",
        "aria-checked": String(isOn),
        "aria-label": t(`fault_${fault}`),
        data: { fault },
        onclick: () => change(fault, !isOn),
      }),
    );
  }

  function passing(fault) {
    return described(
      fault,
      h(
        "button",
        { class: "btn", type: "button", data: { fault }, onclick: () => change(fault, true) },
        t(`do_${fault}`),
      ),
    );
  }

  async function change(fault, isOn) {
    try {
      store.scene.weather = await post("/api/weather", { [fault]: isOn });
      draw();
      list.querySelector(`[data-fault="${fault}"]`)?.focus();
    } catch (error) {
      say(error);
    }
  }

  async function reset() {
    try {
      await post("/api/reset");
      dialog.close();
      onReset();
    } catch (error) {
      say(error);
    }
  }

  function leave() {
    store.removeEventListener("weather", draw);
    dialog.remove();
  }

  store.addEventListener("weather", draw);
  draw();
  document.body.append(dialog);
  dialog.showModal();
}
