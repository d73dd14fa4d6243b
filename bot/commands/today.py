"""How the shop stands: what is open, what waits for the operator, what came in and what was earned.

The same screen answers ``/shop today`` (since midnight) and is posted every morning (since the morning before).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.commands.asked import title
from bot.commands.my_orders import EMOJI, state_key
from bot.commands.operator import NEEDED_BY, allowed, stuck
from bot.commands.said import Answer, Command, Person, Reply, data
from bot.commands.services import Services
from bot.commands.summary import PAUSE
from bot.orders.ledger import Kind
from bot.orders.order import Order, State
from bot.orders.pricing import Money
from bot.screens import Control, Option, Screen, Select, Tone

ATTENTION = 10
"""Orders listed by name; the rest is counted."""

COUNTED = ("Placed", "Paid", "HandedOver", "Refunded")


async def today(services: Services, person: Person, said: Command) -> Answer:
    """Answer ``/shop today``."""
    allowed(services, person, said.place)
    day = services.texts.day(person.locale, services.clock())
    heading = services.texts.say(person.locale, "today-title", day=day)
    return Reply(await standing(services, person.locale, heading, _midnight(services)))


async def morning(services: Services, since: datetime) -> Screen:
    """Return the digest of the morning: what happened since a moment, in the operator's language."""
    say, locale = services.texts.say, services.tongue.locale
    day = services.texts.day(locale, services.clock())
    return await standing(services, locale, say(locale, "morning-title", day=day), since)


async def standing(services: Services, locale: str, heading: str, since: datetime) -> Screen:
    """Return how the shop stands, counting what happened since a moment (UTC)."""
    say, book = services.texts.say, services.book
    counts = await book.by_state()
    waiting = list(await book.standing(State.REVIEWING))
    failed = [order for state in NEEDED_BY for order in await book.standing(state) if stuck(order)]
    heard = await book.heard_since(since)
    counted = {kind: sum(event.kind == kind and event.outcome == "applied" for event in heard) for kind in COUNTED}
    lines = (say(locale, f"today-{kind.lower()}", count=count) for kind, count in counted.items())
    earned = await services.totals(since, services.clock() + timedelta(seconds=1))
    facts = (
        (say(locale, "today-listen"), _names(services, locale, waiting)),
        (say(locale, "today-stuck"), _names(services, locale, failed)),
        (say(locale, "today-open"), _open_lines(services, locale, counts)),
        (say(locale, "today-since", since=since), "\n".join(lines)),
        (say(locale, "today-money"), _earned_lines(services, locale, earned)),
    )
    text = say(locale, "today-paused") if await book.recall(PAUSE) else ""
    tone = Tone.BAD if failed else Tone.WAIT if waiting else Tone.GOOD
    return Screen(heading, text, facts, rows=_picker(services, locale, [*failed, *waiting]), tone=tone)


def _open_lines(services: Services, locale: str, counts: Mapping[State, int]) -> str:
    shown = [(one, counts[one]) for one in State if not one.ended and counts[one]]
    lines = [f"{EMOJI[one]} {services.texts.say(locale, state_key(one))}: {count}" for one, count in shown]
    return "\n".join(lines) or services.texts.say(locale, "today-nothing")


def _earned_lines(services: Services, locale: str, totals: Mapping[str, Mapping[Kind, int]]) -> str:
    """Return what is left in each currency, and below it what came and what went."""
    say, lines = services.texts.say, list[str]()
    for currency, kinds in sorted(totals.items()):
        lines.append(say(locale, "today-net", amount=Money(sum(kinds.values()), currency)))
        parts = {name: sum(kinds.get(kind, 0) for kind in members) for name, members in FLOWS.items()}
        lines += [
            say(locale, f"today-flow-{name}", amount=Money(amount, currency))
            for name, amount in parts.items()
            if amount
        ]
    return "\n".join(lines) or say(locale, "today-nothing")


FLOWS: Mapping[str, tuple[Kind, ...]] = {
    "paid": (Kind.PAYMENT,),
    "fees": (Kind.FEE,),
    "back": (Kind.REFUND, Kind.REFUND_FAILED),
    "disputes": (Kind.DISPUTE, Kind.DISPUTE_WON),
}
"""What the movements of the ledger are to somebody who wants to know where the money went."""


def _names(services: Services, locale: str, orders: list[Order]) -> str:
    if not orders:
        return services.texts.say(locale, "today-nothing")
    lines = [f"{order.id} · {title(services, locale, order.brief.to_json())}" for order in orders[:ATTENTION]]
    if len(orders) > ATTENTION:
        lines.append(services.texts.say(locale, "today-more", count=len(orders) - ATTENTION))
    return "\n".join(lines)


def _picker(services: Services, locale: str, orders: list[Order]) -> tuple[tuple[Control, ...], ...]:
    if not orders:
        return ()
    unique = list({order.id: order for order in orders}.values())[:25]
    options = tuple(
        Option(order.id, order.id, title(services, locale, order.brief.to_json()), EMOJI[order.state])
        for order in unique
    )
    return ((Select(data("look", "list", "new"), services.texts.say(locale, "orders-pick"), options),),)


def _midnight(services: Services) -> datetime:
    local = services.clock().astimezone(ZoneInfo(services.front.timezone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
