/** The page: reads the scene, opens the two windows, keeps everything in step with what happens. */
import { h, icon } from "./dom.js";
import { language, languageOf, locale, speak, t } from "./i18n.js";
import { Guide } from "./guide.js";
import { refreshRelative } from "./markdown.js";
import { connect, get, post, Refusal } from "./net.js";
import { Pane } from "./pane.js";
import { Handsets } from "./phone/handsets.js";
import { Phone } from "./phone/phone.js";
import { Store } from "./store.js";
import { isStormy, openWeather } from "./weather.js";

const TONGUE = "kiosk.language";
const CHAT = "kiosk.chat";
const CHATS = ["discord", "telegram"];
const TOAST_MS = 6000;
const SIDES = ["left", "right"];

class Page {
  constructor(store, handsets, stream) {
    this.store = store;
    this.handsets = handsets;
    this.chat = chosenChat();
    this.cast = { left: "buyer", right: "operator" };
    this.tab = "left";
    this.root = document.getElementById("stage");
    this.toasts = document.getElementById("toasts");
    this.offline = document.getElementById("offline");
    this.draw();
    this.wire(stream);
  }

  wire(stream) {
    const { store } = this;
    stream.attach({
      onEvent: (event) => store.apply(event),
      onGap: () => store.refresh().catch((error) => this.say(error)),
      onOnline: (isOnline) => this.showOnline(isOnline),
    });
    store.addEventListener("guide", ({ detail }) => this.onGuide(detail));
    store.addEventListener("weather", () => this.drawTools());
    store.addEventListener("payment", ({ detail }) => this.toast(t(`payment_${detail.outcome}`), detail.outcome === "failed"));
    store.addEventListener("locale", ({ detail }) => this.onLocale(detail.language));
    store.addEventListener("reset", () => store.refresh().catch((error) => this.say(error)));
    store.addEventListener("unread", () => this.drawTabs());
    this.handsets.addEventListener("unread", () => this.drawTabs());
    document.addEventListener("visibilitychange", () => this.panes.forEach((pane) => pane.look()));
    window.addEventListener("resize", () => this.panes.forEach((pane) => pane.look()));
    setInterval(refreshRelative, 10_000);
  }

  onGuide(done) {
    const wasDone = this.guide.isDone;
    this.guide.draw(done);
    if (this.guide.isDone && !wasDone) this.toast(t("guideDone"));
  }

  /** Draw everything in the language of now. */
  draw() {
    this.panes?.forEach((pane) => pane.close());
    document.title = t("pageTitle");
    this.guide = new Guide(this.store.scene.guide, this.chat, (step) => this.showStep(step));
    this.tools = h("div", { class: "top-tools" });
    this.windows = h("main", { class: "windows" });
    this.chats = h("div", { class: "tongue chats", role: "radiogroup", "aria-label": t("chatApp") });
    this.tabs = h("div", { class: "pocket-tabs", role: "tablist", "aria-label": t("windows") });
    this.root.replaceChildren(
      h(
        "header",
        { class: "top" },
        h(
          "h1",
          { class: "brand" },
          h("img", { src: "/static/mark.svg", alt: "" }),
          h("span", null, "BGM Kiosk "),
          h("small", null, t("tagline")),
        ),
        this.chats,
        this.tools,
      ),
      this.guide.box,
      this.windows,
      this.tabs,
    );
    this.panes = SIDES.map((side) => this.newPane(side));
    this.windows.replaceChildren(...this.panes.map((pane) => pane.box));
    this.drawTools();
    this.showTab(this.tab);
  }

  newPane(side) {
    const around = {
      say: (error) => this.say(error),
      sentence: (error) => this.sentence(error),
      isShown: (pane) => this.isShown(pane),
      onCast: (pane, key, hasFocus) => this.recast(pane, key, hasFocus),
    };
    return this.chat === "telegram"
      ? new Phone(this.store, this.handsets, this.cast[side], around)
      : new Pane(this.store, this.cast[side], around);
  }

  /** Look at the other chat; everybody stays who they are. */
  chooseChat(chat) {
    if (chat === this.chat) return;
    this.chat = chat;
    localStorage.setItem(CHAT, chat);
    this.draw();
    this.chats.querySelector("[aria-checked='true']").focus();
  }

  unreadOf(chat, who) {
    return chat === "telegram" ? this.handsets.unreadOf(who) : this.store.unreadOf(who);
  }

  /** Which chat is shown; a dot says that something waits in the other one. */
  drawChats() {
    const waits = (chat) => chat !== this.chat && SIDES.some((side) => this.unreadOf(chat, this.cast[side]));
    this.chats.replaceChildren(
      ...CHATS.map((chat) =>
        h(
          "button",
          {
            type: "button",
            role: "radio",
            "aria-checked": String(this.chat === chat),
            data: { chat },
            onclick: () => this.chooseChat(chat),
          },
          chat === "discord" ? "Discord" : "Telegram",
          waits(chat) ? h("span", { class: "dot" }, h("span", { class: "unseen" }, t("unreadWord"))) : null,
        ),
      ),
    );
  }

  isShown(pane) {
    return pane.box.isConnected && pane.box.offsetParent !== null;
  }

  /** Another person takes a window; whoever sat in the other one as that person makes room. */
  recast(pane, key, hasFocus = false) {
    const side = SIDES[this.panes.indexOf(pane)];
    const other = SIDES.find((name) => name !== side);
    const changed = [side];
    if (this.cast[other] === key) {
      this.cast[other] = this.cast[side];
      changed.push(other);
    }
    this.cast[side] = key;
    const places = changed.map((name) => SIDES.indexOf(name));
    const old = places.map((index) => this.panes[index]);
    old.forEach((closing) => closing.close());
    places.forEach((index, i) => {
      this.panes[index] = this.newPane(SIDES[index]);
      old[i].box.replaceWith(this.panes[index].box);
    });
    this.drawTabs();
    this.panes.forEach((shown) => shown.look());
    if (hasFocus) this.panes[SIDES.indexOf(side)].box.querySelector(".cast [aria-checked='true']").focus();
  }

  drawTools() {
    const { weather } = this.store.scene;
    const tongue = (code, label) =>
      h(
        "button",
        {
          type: "button",
          role: "radio",
          "aria-checked": String(language() === code),
          lang: code,
          onclick: () => this.chooseTongue(code),
        },
        label,
      );
    this.tools.replaceChildren(
      h(
        "button",
        {
          class: "tool",
          type: "button",
          onclick: () => this.guide.toggle(),
          title: t("guide"),
          "aria-label": t("guide"),
        },
        icon("list"),
        h("span", null, t("guide")),
      ),
      h(
        "button",
        {
          class: `tool${isStormy(weather) ? " is-stormy" : ""}`,
          type: "button",
          title: t("weather"),
          "aria-label": t("weather"),
          onclick: () =>
            openWeather(this.store, { say: (error) => this.say(error), onReset: () => this.toast(t("resetDone")) }),
        },
        icon("storm"),
        h("span", null, t("weather")),
      ),
      h(
        "div",
        { class: "tongue", role: "radiogroup", "aria-label": t("language") },
        tongue("en", "EN"),
        tongue("ko", "한국어"),
      ),
    );
  }

  drawTabs() {
    this.drawChats();
    this.tabs.replaceChildren(
      ...SIDES.map((side) => {
        const who = this.cast[side];
        const unread = this.unreadOf(this.chat, who);
        return h(
          "button",
          {
            type: "button",
            role: "tab",
            "aria-selected": String(this.tab === side),
            data: { who },
            onclick: () => this.showTab(side),
          },
          h("span", { class: "dot", "aria-hidden": "true" }),
          t(`role_${who}`),
          unread ? h("span", { class: "badge" }, String(unread)) : null,
        );
      }),
    );
  }

  showTab(side) {
    this.tab = side;
    this.root.dataset.tab = side;
    this.drawTabs();
    this.panes.forEach((pane) => pane.look());
  }

  // Language: the page's own words, and the locale of everybody in the world

  async chooseTongue(code) {
    if (code === language()) return;
    try {
      localStorage.setItem(TONGUE, code);
      speak(code);
      await post("/api/locale", { locale: locale() });
      await this.store.refresh();
      this.draw();
      this.root.querySelector(".tongue [aria-checked='true']").focus();
    } catch (error) {
      this.say(error);
    }
  }

  /** Somebody changed the language in another tab. */
  async onLocale(code) {
    if (languageOf(code) === language()) return;
    speak(languageOf(code));
    await this.store.refresh();
    this.draw();
  }

  // The guide shows the way

  showStep(step) {
    const who = step === "approve" ? "operator" : "buyer";
    const side = SIDES.find((name) => this.cast[name] === who) ?? (who === "buyer" ? "left" : "right");
    if (this.cast[side] !== who) this.recast(this.panes[SIDES.indexOf(side)], who);
    this.showTab(side);
    const pane = this.panes[SIDES.indexOf(side)];
    if (this.chat === "telegram") pane.showStep(step);
    else WAYS[step](pane, this);
  }

  say(error) {
    this.toast(this.sentence(error), true);
  }

  sentence(error) {
    if (error instanceof Refusal && error.message === "offline") return t("offline");
    return error.message;
  }

  toast(words, isBad = false) {
    const box = h(
      "div",
      { class: `toast${isBad ? " is-bad" : ""}`, role: isBad ? "alert" : "status" },
      h("i"),
      h("span", null, words),
    );
    this.toasts.append(box);
    setTimeout(() => box.remove(), TOAST_MS);
  }

  showOnline(isOnline) {
    this.offline.textContent = t("reconnecting");
    this.offline.hidden = isOnline;
  }
}

/** How each step of the guide takes somebody there. */
const WAYS = {
  order(pane) {
    pane.enter(pane.scene.rooms.order);
    pane.composer.type("/bgm");
  },
  pay(pane, page) {
    const links = [...pane.box.querySelectorAll("a.btn[href]")];
    if (links.length) links.at(-1).focus();
    page.toast(t("payHow"));
  },
  approve(pane) {
    pane.enter(pane.scene.rooms.review);
    pane.log.scroller.focus();
  },
  listen(pane, page) {
    const dm = [...pane.seat.channels.values()].find((channel) => channel.type === 1);
    if (dm) pane.enter(dm.id);
    else page.toast(t("noDmYet"));
  },
};

/** The chat looked at last. */
function chosenChat() {
  const kept = localStorage.getItem(CHAT);
  return CHATS.includes(kept) ? kept : CHATS[0];
}

async function begin() {
  const stream = await connect();
  const scene = await get("/api/scene");
  const wish = localStorage.getItem(TONGUE) ?? languageOf(navigator.language);
  speak(wish);
  if (languageOf(scene.people.find((person) => person.key === "buyer").locale) !== wish) {
    await post("/api/locale", { locale: locale() });
  }
  const store = new Store(scene);
  const handsets = new Handsets(store);
  await Promise.all([store.load(), handsets.load()]);
  return new Page(store, handsets, stream);
}

begin().catch((error) => {
  document.getElementById("stage").replaceChildren(h("p", { class: "hello", role: "alert" }, error.message));
});
