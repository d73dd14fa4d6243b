"""Every sentence a person reads: Fluent files in ``config/texts/``, numbers, money and dates by Babel."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import structlog
from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal, get_currency_precision
from fluent.runtime import FluentBundle, FluentResource
from fluent.syntax.ast import Junk, Resource

from bot.errors import BadSetting, Problem, ShopError
from bot.orders.pricing import STARS, Money

LANGUAGES = ("ko", "en")
DEFAULT_LANGUAGE = "en"
_MOMENT = {"ko": "y. M. d. aaaa h:mm", "en": "MMM d, y, h:mm a"}
"""To the minute; Korean says 오전 and 오후, which Babel's own formats write as AM and PM."""
_ON_PAPER = {"ko": "y년 M월 d일 aaaa h:mm (ZZZZ)", "en": "MMMM d, y, h:mm a (ZZZZ)"}
_KOREAN_TIME = timedelta(hours=9)

log = structlog.get_logger(__name__)


def language_of(locale: str | None) -> str:
    """Return the shop's language for a platform's locale: ``ko-KR`` → ``ko``; unknown ones read English."""
    code = (locale or "").replace("_", "-").split("-")[0].lower()
    return code if code in LANGUAGES else DEFAULT_LANGUAGE


def machine_language(environment: Mapping[str, str]) -> str:
    """Return the language this machine is set to, by the variables POSIX names for it."""
    found = (environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return language_of(next((value for value in found if value), None))


@dataclass(slots=True)
class Tongue:
    """The language somebody is spoken to in: asked for at every sentence, since it may change meanwhile.

    A ``settled`` one is named by the settings and does not change.
    """

    locale: str
    settled: bool = True


class Texts:
    """The sentences of every language. ``folders`` are read in order; later files override earlier ones key by key.

    :raises BadSetting: naming the file and line of every sentence that cannot be read.
    """

    def __init__(self, folders: Iterable[Path], timezone: str = "Asia/Seoul") -> None:
        self._bundles: dict[str, FluentBundle] = {}
        self._zone = ZoneInfo(timezone)
        sources = [folder / "texts" for folder in folders]
        problems: list[Problem] = []
        for language in LANGUAGES:
            bundle = FluentBundle([language], use_isolating=False)
            for source in sources:
                path = source / f"{language}.ftl"
                if path.is_file():
                    problems += _read_into(bundle, path)
            self._bundles[language] = bundle
        if problems:
            raise BadSetting(problems)

    def say(self, locale: str, key: str, /, **values: object) -> str:
        """Return the sentence ``key`` in the reader's language. `Money` and `datetime` values are written out."""
        language = language_of(locale)
        bundle = self._bundles[language]
        if not bundle.has_message(key) or bundle.get_message(key).value is None:
            log.error("text_missing", key=key, language=language)
            return key
        filled = {name: self._written(language, value) for name, value in values.items()}
        pattern = bundle.get_message(key).value
        assert pattern is not None
        text, errors = bundle.format_pattern(pattern, filled)
        if errors:
            log.error("text_incomplete", key=key, language=language, errors=[str(error) for error in errors])
        return str(text)

    def has(self, locale: str, key: str) -> bool:
        """Return whether there is a sentence of that key."""
        return self._bundles[language_of(locale)].has_message(key)

    def error(self, locale: str, error: ShopError | Problem) -> str:
        """Return the sentence that explains an error to its reader."""
        return self.say(locale, error.text, **error.values)

    def cause(self, locale: str, failure: Mapping[str, Any]) -> str:
        """Return why a job failed, as it was noted (`bot.orders.facts.JobDied`): "" if nothing can be said of it."""
        key = str(failure.get("cause") or "")
        return self.say(locale, key, **failure.get("values") or {}) if key and self.has(locale, key) else ""

    def money(self, locale: str, money: Money) -> str:
        """Return e.g. ``₩15,000``, ``$15.00`` or ``⭐ 900`` (Telegram Stars), as the language writes it."""
        if money.currency == STARS:
            return f"⭐ {self.number(locale, money.amount)}"
        amount = money.as_decimal()
        whole = (
            amount == amount.to_integral_value()
        )  # where nobody writes decimals any more, a price may still have some
        exact = whole or bool(get_currency_precision(money.currency))
        return format_currency(amount, money.currency, locale=language_of(locale), decimal_quantization=exact)

    def number(self, locale: str, value: float, places: int = 0) -> str:
        """Return a number with that many decimals, as the language writes it."""
        return format_decimal(value, "#,##0." + "0" * places if places else "#,##0", locale=language_of(locale))

    def length(self, locale: str, seconds: float) -> str:
        """Return a length such as ``1:30`` or ``45 s`` / ``45초``."""
        whole = round(seconds)
        if whole < 60:
            return self.say(locale, "length-seconds", seconds=whole)
        return f"{whole // 60}:{whole % 60:02d}"

    def span(self, locale: str, seconds: float) -> str:
        """Return about how long something takes: ``3 minutes`` / ``3분``."""
        return format_timedelta(timedelta(seconds=max(1, round(seconds))), locale=language_of(locale))

    def within(self, locale: str, seconds: float) -> str:
        """Return a time that is promised, never rounded up: ``7 days`` / ``7일`` from two whole days on, else hours."""
        days, rest = divmod(int(seconds), 86_400)
        unit: Literal["day", "hour"] = "day" if days > 1 and not rest else "hour"
        whole = timedelta(hours=int(seconds) // 3600)
        return format_timedelta(whole, granularity=unit, threshold=float("inf"), locale=language_of(locale))

    def day(self, locale: str, moment: datetime) -> str:
        """Return a date in the shop's time zone."""
        return format_date(moment.astimezone(self._zone).date(), "medium", locale=language_of(locale))

    def moment(self, locale: str, moment: datetime) -> str:
        """Return date and time in the shop's time zone, which is named to whoever may live in another one."""
        local = moment.astimezone(self._zone)
        language = language_of(locale)
        pattern = _MOMENT[language]
        if language != "ko" or local.utcoffset() != _KOREAN_TIME:
            pattern += " ZZZZ"
        return format_datetime(local, pattern, locale=Locale(language))

    def on_paper(self, locale: str, moment: datetime) -> str:
        """Return date and time as a paper has them, which is read anywhere and years later: the month in full, the
        time zone always said."""
        language = language_of(locale)
        return format_datetime(moment.astimezone(self._zone), _ON_PAPER[language], locale=Locale(language))

    def engine(self, locale: str, engine: str, model: str = "") -> str:
        """Return what people are told an engine is, with the model it is known by: ``the shop's own composer
        (composer-3)``."""
        key = f"engine-{engine}"
        known = self.say(locale, key) if self.has(locale, key) else engine
        return f"{known} ({model})" if model and model.casefold() not in known.casefold() else known

    def _written(self, language: str, value: object) -> str | int | float:
        match value:
            case Money():
                return self.money(language, value)
            case datetime():
                return self.moment(language, value)
            case timedelta():
                return self.length(language, value.total_seconds())
            case bool():
                return str(value).lower()
            case int() | float():
                return value
            case Problem():
                return self.say(language, value.text, **value.values)
            case ShopError():
                # What a service said is quoted; a sentence for a whole class of errors would say nothing beside it.
                return str(value) if value.text == type(value).text else self.error(language, value)
            case tuple():
                return "\n".join(str(self._written(language, one)) for one in value)
            case _:
                return str(value)


def plain(text: str, limit: int = 200) -> str:
    """Return a person's own words as one harmless line: no control characters, nothing to click on, no longer than
    ``limit`` (but for the signs that part addresses)."""
    line = re.sub(r"\s+", " ", "".join(c for c in text if c.isprintable() or c.isspace())).strip()
    return unlinked(line if len(line) <= limit else line[: limit - 1] + "…")


def paragraphs(text: str, limit: int) -> str:
    """Return a person's own words with their line breaks: no control characters, no longer than ``limit``."""
    kept = "".join(c for c in text.replace("\r\n", "\n") if c.isprintable() or c in "\n\t")
    words = re.sub(r"\n{3,}", "\n\n", kept).strip()
    return words if len(words) <= limit else words[: limit - 1] + "…"


def unlinked(text: str) -> str:
    """Return text in which no chat sees an address to click on: an invisible sign parts ``https:`` from the rest."""
    return re.sub(r":(?=//)", ":\u200b", text)


def keys(path: Path) -> Mapping[str, str]:
    """Return the message keys of one Fluent file with their source, for checks that languages agree."""
    found = re.findall(r"(?m)^([a-z][a-z0-9-]*)\s*=((?:.*\n?)(?:^[ \t]+.*\n?|^\n(?=[ \t]))*)", path.read_text("utf-8"))
    return dict(found)


@lru_cache(maxsize=8)
def _parsed(source: str) -> Resource:
    """Parse the text of a Fluent file once: it takes a tenth of a second, and nobody changes what comes of it."""
    return FluentResource(source)


def _read_into(bundle: FluentBundle, path: Path) -> list[Problem]:
    resource = _parsed(path.read_text("utf-8"))
    bundle.add_resource(resource, allow_overrides=True)
    return [
        Problem(f"{path}: not a sentence of this file format: {words!r}", "problem-sentence", file=path, words=words)
        for words in (plain(entry.content or "", 60) for entry in resource.body if isinstance(entry, Junk))
    ]
