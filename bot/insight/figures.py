"""The figures of a span of time: what was asked, how it was judged, how long people waited, what was earned. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.orders.order import State
from bot.storage.history import Asked, Moment
from bot.storage.ledger import Entry

Key = TypeVar("Key", str, int)

LENGTHS = (30, 60, 120, 180)
"""Seconds; the buckets in which lengths are counted, and one for everything longer."""

KINDS = ("Paid", "TakesReady", "Approved", "AgainAsked", "Rejected", "HandedOver", "RefundAsked")
"""The facts that the figures are made of."""

BACK = (State.REFUNDING, State.REFUNDED)


@dataclass(frozen=True, slots=True)
class Share:
    """How often something was asked for, and what became of it; the rest is still open or was never paid."""

    asked: int
    delivered: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a span. ``days`` are local dates; money is minor units by currency.

    ``first_time`` is the share of reviewed orders that were approved in their first round (None while there are none).
    ``waits`` are medians in seconds: ``ready`` from payment to takes, ``verdict`` from takes to the operator's verdict,
    ``handed`` from payment to the buyer's hands.
    """

    days: tuple[date, ...]
    placed: int
    paid: int
    delivered: int
    refunded: int
    buyers: int
    returning: int
    first_time: float | None
    waits: Mapping[str, float]
    per_day: tuple[int, ...]
    earned: Mapping[str, tuple[int, ...]]
    moods: Mapping[str, Share]
    purposes: Mapping[str, Share]
    styles: Mapping[str, Share]
    lengths: Mapping[int, Share]
    changes: Mapping[str, int]
    sources: Mapping[str, int]
    hours: tuple[int, ...]


def figures(
    asked: Sequence[Asked],
    moments: Sequence[Moment],
    entries: Iterable[Entry],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> Figures:
    """Work out the figures of what was read for ``since`` to ``until`` (both aware)."""
    days = _days(since, until, zone)
    new = [one for one in asked if not one.change]
    paid = [moment for moment in moments if moment.kind == "Paid"]
    buyers = Counter(one.customer for one in asked if one.state is not State.CANCELLED)
    per_day = Counter(moment.at.astimezone(zone).date() for moment in paid)
    hours = Counter(one.at.astimezone(zone).hour for one in asked)
    return Figures(
        days=days,
        placed=len(asked),
        paid=len(paid),
        delivered=sum(one.state is State.DELIVERED for one in asked),
        refunded=sum(one.state in BACK for one in asked),
        buyers=len(buyers),
        returning=sum(count > 1 for count in buyers.values()),
        first_time=_first_time(moments),
        waits=_waits(moments),
        per_day=tuple(per_day[day] for day in days),
        earned=_earned(entries, days, zone),
        moods=_shares(new, lambda one: str(one.brief.get("mood", ""))),
        purposes=_shares(new, lambda one: str(one.brief.get("purpose", ""))),
        styles=_shares(new, lambda one: str(one.brief.get("style") or "")),
        lengths=_shares(new, lambda one: _bucket(int(one.brief.get("seconds", 0)))),
        changes=dict(Counter(one.change for one in asked if one.change).most_common()),
        sources=dict(Counter(one.came_from for one in asked if one.came_from).most_common()),
        hours=tuple(hours[hour] for hour in range(24)),
    )


def _days(since: datetime, until: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    first, last = since.astimezone(zone).date(), until.astimezone(zone).date()
    return tuple(first + timedelta(days=step) for step in range((last - first).days + 1))


def _bucket(seconds: int) -> int:
    """Return the shortest length of `LENGTHS` it fits into, or 0 for anything longer."""
    return next((length for length in LENGTHS if seconds <= length), 0)


def _shares(asked: Iterable[Asked], key: Callable[[Asked], Key]) -> dict[Key, Share]:
    """Count by key, the most asked for first; what has no key is left out, except lengths beyond the last bucket."""
    counts: dict[Key, list[State]] = {}
    for one in asked:
        if (name := key(one)) != "":  # a style nobody chose
            counts.setdefault(name, []).append(one.state)
    shares = {
        name: Share(len(states), states.count(State.DELIVERED), sum(state in BACK for state in states))
        for name, states in counts.items()
    }
    return dict(sorted(shares.items(), key=lambda item: (-item[1].asked, str(item[0]))))


def _first_time(moments: Iterable[Moment]) -> float | None:
    """Return which share of the orders with a verdict was approved by the first one."""
    first: dict[str, str] = {}
    for moment in moments:
        if moment.kind in ("Approved", "AgainAsked", "Rejected"):
            first.setdefault(moment.order, moment.kind)
    return sum(kind == "Approved" for kind in first.values()) / len(first) if first else None


def _waits(moments: Iterable[Moment]) -> dict[str, float]:
    """Return the medians of the waits of which there are any, in seconds; an order's first occurrence counts."""
    seen: dict[str, dict[str, datetime]] = {}
    for moment in moments:
        kind = "Verdict" if moment.kind in ("Approved", "AgainAsked", "Rejected") else moment.kind
        seen.setdefault(moment.order, {}).setdefault(kind, moment.at)
    spans = {"ready": ("Paid", "TakesReady"), "verdict": ("TakesReady", "Verdict"), "handed": ("Paid", "HandedOver")}
    waits = {}
    for name, (start, end) in spans.items():
        lasted = [(at[end] - at[start]).total_seconds() for at in seen.values() if start in at and end in at]
        if lasted:
            waits[name] = median(lasted)
    return waits


def _earned(entries: Iterable[Entry], days: Sequence[date], zone: ZoneInfo) -> dict[str, tuple[int, ...]]:
    """Return what was left of each day, by currency."""
    sums: dict[str, Counter[date]] = {}
    for entry in entries:
        sums.setdefault(entry.movement.currency, Counter())[entry.at.astimezone(zone).date()] += entry.movement.amount
    return {currency: tuple(by_day[day] for day in days) for currency, by_day in sorted(sums.items())}
