"""The report behind ``/shop stats``: reads a span of time, works its figures out and shows them, pictures first."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.insight.charts import Chart, Series, page
from bot.insight.figures import KINDS, LENGTHS, Figures, Share, figures
from bot.insight.own_words import own_words
from bot.orders.pricing import Money
from bot.screens import Button, File, Look, Screen
from bot.storage.history import Asked, History
from bot.storage.ledger import Ledger
from bot.texts import Texts, language_of, plain

SPANS = (7, 30, 90, 365)
"""Days that a press chooses between."""

MOST = 8
"""Bars of a chart whose labels are words; what is asked for less often is left to the export."""


@dataclass(frozen=True, slots=True)
class Report:
    """Reads history and ledger, and draws with ``away`` (a call in another process).

    ``names(kind, id, locale)`` says what an id of the menu is called; ``font`` holds Latin and Hangul; ``folder`` is
    where the newest picture of each kind lies until it is sent; ``menu`` is every word by which something is chosen.
    """

    history: History
    ledger: Ledger
    texts: Texts
    names: Callable[[str, str, str], str]
    font: Path
    folder: Path
    zone: ZoneInfo
    clock: Callable[[], datetime]
    away: Callable[..., Awaitable[Any]]
    menu: Collection[str] = ()

    async def screen(self, locale: str, days: int) -> Screen:
        """Return the report of the last ``days`` days, today included, in a reader's language."""
        until = self.clock()
        since = _start(until.astimezone(self.zone).date() - timedelta(days=days - 1), self.zone)
        asked = await self.history.asked_since(since)
        found = figures(
            asked,
            await self.history.heard_since(since, KINDS),
            await self.ledger.between(since, until + timedelta(seconds=1)),
            since,
            until,
            self.zone,
        )
        say = self.texts.say
        title = say(locale, "stats-title", days=days)
        buttons = tuple(
            Button(say(locale, "stats-span", days=span), f"bgm:stats:{span}", Look.MAIN if span == days else Look.PLAIN)
            for span in SPANS
        )
        if not found.placed and not found.paid:
            return Screen(title, say(locale, "stats-nothing"), rows=(buttons,))
        image = await self._picture(locale, days, found)
        facts = (*self._facts(locale, found), *await self._own_words(locale, asked))
        return Screen(title, "", facts, image=image, rows=(buttons,))

    async def _picture(self, locale: str, days: int, found: Figures) -> File:
        blob = await self.away(page, self._charts(locale, found), self.font)
        picture = self.folder / f"stats-{days}-{language_of(locale)}.png"
        await asyncio.to_thread(_write, picture, blob)
        return File(picture, "stats.png", self.texts.say(locale, "stats-picture"))

    def _charts(self, locale: str, found: Figures) -> tuple[Chart, ...]:
        say = self.texts.say
        days = tuple(f"{day.month}/{day.day}" for day in found.days)
        charts = [Chart(say(locale, "stats-paid-days"), days, (Series("", "main", tuple(map(float, found.per_day))),))]
        for currency, amounts in found.earned.items():
            whole = tuple(float(Money(amount, currency).as_decimal()) for amount in amounts)
            charts.append(
                Chart(say(locale, "stats-earned-days", currency=currency), days, (Series("", "warm", whole),))
            )
        charts.append(self._shares(locale, "stats-moods", self._named(locale, "moods", found.moods)))
        charts.append(self._shares(locale, "stats-purposes", self._named(locale, "purposes", found.purposes)))
        charts.append(self._shares(locale, "stats-lengths", self._lengths(locale, found.lengths), sideways=False))
        hours = tuple(str(hour) for hour in range(24))
        asked = Series("", "main", tuple(map(float, found.hours)))
        charts.append(Chart(say(locale, "stats-hours"), hours, (asked,)))
        if found.styles:
            charts.append(self._shares(locale, "stats-styles", self._named(locale, "styles", found.styles)))
        if found.changes:
            changes = tuple(say(locale, f"change-{change.replace('_', '-')}") for change in found.changes)
            counts = Series("", "warm", tuple(map(float, found.changes.values())))
            charts.append(Chart(say(locale, "stats-changes"), changes, (counts,), sideways=True))
        return tuple(charts)

    def _shares(self, locale: str, title: str, shares: Mapping[str, Share], *, sideways: bool = True) -> Chart:
        say, some = self.texts.say, list(shares.items())[:MOST]
        series = (
            Series(say(locale, "stats-delivered"), "good", tuple(float(share.delivered) for _, share in some)),
            Series(say(locale, "stats-refunded"), "bad", tuple(float(share.refunded) for _, share in some)),
            Series(
                say(locale, "stats-other"), "open",
                tuple(float(share.asked - share.delivered - share.refunded) for _, share in some),
            ),
        )  # fmt: skip
        return Chart(say(locale, title), tuple(name for name, _ in some), series, sideways)

    def _named(self, locale: str, kind: str, shares: Mapping[str, Share]) -> dict[str, Share]:
        return {self.names(kind, one, locale): share for one, share in shares.items()}

    def _lengths(self, locale: str, shares: Mapping[int, Share]) -> dict[str, Share]:
        """Return every length from short to long, also those nobody asked for."""
        named = {f"≤ {self.texts.length(locale, length)}": shares.get(length) for length in LENGTHS}
        named[f"> {self.texts.length(locale, LENGTHS[-1])}"] = shares.get(0)
        return {name: share or Share(0, 0, 0) for name, share in named.items()}

    def _facts(self, locale: str, found: Figures) -> list[tuple[str, str]]:
        say = self.texts.say
        counts = say(
            locale, "stats-counts",
            placed=found.placed, paid=found.paid, delivered=found.delivered, refunded=found.refunded,
        )  # fmt: skip
        facts = [
            (say(locale, "stats-orders"), counts),
            (say(locale, "stats-buyers"), say(locale, "stats-buyers-of", all=found.buyers, returning=found.returning)),
        ]
        earned = [self.texts.money(locale, Money(sum(amounts), currency)) for currency, amounts in found.earned.items()]
        if earned:
            facts.append((say(locale, "today-money"), "\n".join(earned)))
        if found.first_time is not None:
            facts.append((say(locale, "stats-first-time"), f"{found.first_time:.0%}"))
        waits = [
            say(locale, f"stats-wait-{name}", span=self.texts.span(locale, seconds))
            for name, seconds in found.waits.items()
        ]
        if waits:
            facts.append((say(locale, "stats-waits"), "\n".join(waits)))
        if found.sources:
            lines = [f"{plain(source, 40)}: {count}" for source, count in list(found.sources.items())[:MOST]]
            facts.append((say(locale, "stats-sources"), "\n".join(lines)))
        return facts

    async def _own_words(self, locale: str, asked: Sequence[Asked]) -> list[tuple[str, str]]:
        """Return what was often wished for beside a mood: the operator may give it one of its own."""
        found = await asyncio.to_thread(own_words, asked, self.menu)
        lines = []
        for mood, words in list(found.items())[:MOST]:
            often = ", ".join(f"{word} ({buyers})" for word, buyers in list(words.items())[:MOST])
            lines.append(f"{self.names('moods', mood, locale)}: {often}")
        return [(self.texts.say(locale, "stats-own-words"), "\n".join(lines))] if lines else []


def _start(day: date, zone: ZoneInfo) -> datetime:
    """Return the first moment of a local day, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _write(path: Path, blob: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(blob)
