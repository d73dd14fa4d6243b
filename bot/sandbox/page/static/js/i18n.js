/** The page's own words in the language chosen; what the shop says comes localised from the shop. */
import { en } from "./words/en.js";
import { ko } from "./words/ko.js";

const WORDS = { en, ko };
const LOCALES = { en: "en-US", ko: "ko" };
let tongue = "en";

/** Choose `en` or `ko` for the page from now on. */
export function speak(language) {
  tongue = WORDS[language] ? language : "en";
  document.documentElement.lang = tongue;
}

export const language = () => tongue;
/** The Discord locale of the language chosen. */
export const locale = () => LOCALES[tongue];
export const languageOf = (code) => (code.toLowerCase().startsWith("ko") ? "ko" : "en");

/** Return the words under `key`, with `{name}` replaced. */
export function t(key, values = {}) {
  const words = WORDS[tongue][key] ?? WORDS.en[key];
  if (words === undefined) throw new Error(`no words for ${key}`);
  return words.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

const DAY = 86_400_000;
const midnight = (date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

export function clock(date) {
  return new Intl.DateTimeFormat(tongue, { hour: "numeric", minute: "2-digit" }).format(date);
}

/** "Today at 9:41", "Yesterday at …", or the date. */
export function when(date) {
  const days = Math.round((midnight(new Date()) - midnight(date)) / DAY);
  if (days === 0) return t("today", { time: clock(date) });
  if (days === 1) return t("yesterday", { time: clock(date) });
  return stamp(date, "f");
}

export function dayName(date) {
  return new Intl.DateTimeFormat(tongue, { dateStyle: "long" }).format(date);
}

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

/** Show a moment the way `<t:…:style>` asks for. */
export function stamp(date, style) {
  if (style === "R") return relative(date);
  return new Intl.DateTimeFormat(tongue, STYLES[style] ?? STYLES.f).format(date);
}

const UNITS = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
];

function relative(date) {
  const seconds = Math.round((date.getTime() - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? UNITS.at(-1);
  return new Intl.RelativeTimeFormat(tongue, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

export function weight(bytes) {
  const units = ["B", "KB", "MB"];
  const step = bytes < 1024 ? 0 : bytes < 1024 * 1024 ? 1 : 2;
  const value = bytes / 1024 ** step;
  return `${new Intl.NumberFormat(tongue, { maximumFractionDigits: step ? 1 : 0 }).format(value)} ${units[step]}`;
}
