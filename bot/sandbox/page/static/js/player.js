/** One audio file: play, a waveform to seek in, time, loop, download. Only one plays at a time. */
import { h, icon } from "./dom.js";
import { t } from "./i18n.js";
import { drawWave, peaksOf } from "./waveform.js";

const STEP = 5;
const BIG_STEP = 15;
const known = new Map();
let playing = null;

const time = (seconds) =>
  Number.isFinite(seconds)
    ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`
    : "–:––";

/**
 * Return the player of `file`. A message drawn anew gets the same player back, so that an edit or a reaction never
 * interrupts the music.
 */
export function player(file, message, ctx) {
  const key = `${ctx.who}:${file.id}`;
  if (!known.has(key)) known.set(key, new Player(file, message, ctx));
  return known.get(key).relabel().box;
}

/** Silence (the person or the room changes). */
export const hush = () => playing?.pause();

class Player {
  constructor(file, message, ctx) {
    this.file = file;
    this.url = ctx.url(file.url);
    this.audio = new Audio();
    this.audio.preload = "metadata";
    this.peaks = null;
    this.onHeard = () => ctx.heard(message);
    this.build(ctx);
    this.wire();
    this.watch();
  }

  build(ctx) {
    const { cover } = this.file;
    this.go = h(
      "button",
      {
        class: cover ? "go has-cover" : "go",
        type: "button",
        style: cover ? { "--cover": `url("${cover}")` } : {},
        onclick: () => this.toggle(),
      },
      icon("play"),
    );
    this.clock = h("small", null, "–:––");
    this.canvas = h("canvas", { "aria-hidden": "true" });
    this.seek = h("div", { class: "seek", role: "slider", tabindex: "0", "aria-valuemin": "0" }, this.canvas);
    this.again = h(
      "button",
      { class: "mini", type: "button", "aria-pressed": "false", onclick: () => this.toggleLoop() },
      icon("loop"),
    );
    this.save = h("a", { class: "mini", href: this.url, download: this.file.filename }, icon("save"));
    this.box = h(
      "div",
      { class: "player", role: "group", data: { who: ctx.who } },
      this.go,
      h(
        "div",
        { class: "player-name" },
        h("span", { title: this.file.filename }, this.file.description || this.file.filename),
        this.clock,
      ),
      h("div", { class: "player-row" }, this.seek, this.again, this.save),
    );
  }

  /** Say everything in the language of now. */
  relabel() {
    const name = this.file.description || this.file.filename;
    this.box.setAttribute("aria-label", name);
    this.seek.setAttribute("aria-label", t("seek", { name }));
    this.again.setAttribute("aria-label", t("loop"));
    this.again.title = t("loop");
    this.save.setAttribute("aria-label", t("download"));
    this.save.title = t("download");
    this.show();
    return this;
  }

  wire() {
    const { audio, seek } = this;
    for (const kind of ["play", "pause", "timeupdate", "loadedmetadata", "durationchange", "seeked"])
      audio.addEventListener(kind, () => this.show());
    audio.addEventListener("play", () => this.tick());
    audio.addEventListener("ended", () => this.show());
    audio.addEventListener("error", () => this.fail());
    seek.addEventListener("keydown", (event) => this.onKey(event));
    seek.addEventListener("pointerdown", (event) => {
      seek.setPointerCapture(event.pointerId);
      this.seekTo(event);
    });
    seek.addEventListener("pointermove", (event) => seek.hasPointerCapture(event.pointerId) && this.seekTo(event));
  }

  /** Load the length and the waveform once the player comes into view. */
  watch() {
    const seen = new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      seen.disconnect();
      if (!this.audio.src) this.audio.src = this.url;
      peaksOf(this.url, this.file.size).then((peaks) => {
        this.peaks = peaks;
        this.show();
      });
    });
    seen.observe(this.box);
    new ResizeObserver(() => this.show()).observe(this.seek);
  }

  toggle() {
    if (!this.audio.paused) return this.audio.pause();
    if (!this.audio.src) this.audio.src = this.url;
    if (playing && playing !== this.audio) playing.pause();
    playing = this.audio;
    this.onHeard();
    // A pause that comes before the sound has begun ends the wait for it; that is no failure
    return this.audio.play().catch((error) => error.name === "AbortError" || this.fail());
  }

  toggleLoop() {
    this.audio.loop = !this.audio.loop;
    this.again.setAttribute("aria-pressed", String(this.audio.loop));
  }

  get length() {
    return Number.isFinite(this.audio.duration) ? this.audio.duration : 0;
  }

  moveTo(seconds) {
    if (!this.audio.src) this.audio.src = this.url;
    this.audio.currentTime = Math.max(0, Math.min(this.length, seconds));
    this.show();
  }

  seekTo(event) {
    const { left, width } = this.seek.getBoundingClientRect();
    this.moveTo(((event.clientX - left) / width) * this.length);
  }

  onKey(event) {
    const at = this.audio.currentTime;
    const moves = {
      ArrowRight: at + STEP,
      ArrowUp: at + STEP,
      ArrowLeft: at - STEP,
      ArrowDown: at - STEP,
      PageUp: at + BIG_STEP,
      PageDown: at - BIG_STEP,
      Home: 0,
      End: this.length,
    };
    if (event.key in moves) this.moveTo(moves[event.key]);
    else if (event.key === " " || event.key === "Enter") this.toggle();
    else return;
    event.preventDefault();
  }

  tick() {
    this.draw();
    if (!this.audio.paused) requestAnimationFrame(() => this.tick());
  }

  show() {
    const { audio } = this;
    const isPlaying = !audio.paused && !audio.ended;
    this.box.classList.toggle("is-playing", isPlaying);
    if (this.go.dataset.state !== String(isPlaying)) this.go.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.go.dataset.state = String(isPlaying);
    this.go.setAttribute(
      "aria-label",
      t(isPlaying ? "pause" : "play", { name: this.file.description || this.file.filename }),
    );
    const isFresh = !audio.currentTime;
    this.clock.textContent = this.length
      ? isFresh
        ? time(this.length)
        : `${time(audio.currentTime)} / ${time(this.length)}`
      : "–:––";
    this.seek.setAttribute("aria-valuemax", this.length.toFixed(1));
    this.seek.setAttribute("aria-valuenow", audio.currentTime.toFixed(1));
    this.seek.setAttribute("aria-valuetext", t("atTime", { at: time(audio.currentTime), of: time(this.length) }));
    this.draw();
  }

  draw() {
    drawWave(this.canvas, this.peaks, this.length ? this.audio.currentTime / this.length : 0);
  }

  fail() {
    this.box.querySelector(".player-bad")?.remove();
    this.box.append(h("p", { class: "player-bad", role: "status" }, t("cannotPlay")));
  }
}
