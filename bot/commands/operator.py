"""What only the shop's operator may say: ``/shop`` and the buttons that follow it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.commands.asked import asked_facts, price_lines, title
from bot.commands.my_orders import EMOJI, TONES, state_key, state_name, state_words
from bot.commands.said import Answer, Command, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.commands.summary import PAUSE
from bot.errors import BadInput, NotAllowed
from bot.orders.facts import Fact, RefundAsked, RetryAsked, What
from bot.orders.order import Order, State
from bot.orders.pricing import Money
from bot.screens import Button, Control, Field, Form, Look, Option, Screen, Select, Tone
from bot.texts import plain

ATTENTION = 10
"""Orders listed by name; the rest is counted."""
JOURNAL = 12
REFUNDABLE = (State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING, State.DELIVERED)
RETRYABLE = (State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING, State.REFUNDING)

NEEDED_BY = {
    State.REVIEWING: ("post_card",),
    State.PACKING: ("master", "certify"),
    State.DELIVERING: ("hand_over",),
    State.REFUNDING: ("refund",),
}
"""The work without which an order stays where it is."""


def allowed(services: Services, person: Person, place: str) -> None:
    """Pass only the operator, and only where no buyer reads along.

    :raises NotAllowed: with the sentence that says which of the two is wrong.
    """
    if not person.operator:
        raise NotAllowed(f"{person.id} is no operator", text="error-operators-only")
    review = services.review_places.get(person.id.partition(":")[0])
    if review and place and place != review and ":dm:" not in place:
        raise NotAllowed(f"{place} is not the review channel", text="error-review-only")


async def today(services: Services, person: Person, said: Command) -> Answer:
    """Answer ``/shop today``: what is open, what waits for the operator, and what today has brought."""
    allowed(services, person, said.place)
    say, locale = services.texts.say, person.locale
    counts = await services.book.by_state()
    waiting = list(await services.book.standing(State.REVIEWING))
    stuck = [order for state in NEEDED_BY for order in await services.book.standing(state) if _stuck(order)]
    midnight = _midnight(services)
    heard = await services.book.heard_since(midnight)
    counted = {kind: sum(event.kind == kind and event.outcome == "applied" for event in heard) for kind in COUNTED}
    facts = (
        (say(locale, "today-open"), _open_lines(services, locale, counts)),
        (
            say(locale, "today-day"),
            "\n".join(say(locale, f"today-{kind.lower()}", count=n) for kind, n in counted.items()),
        ),
        (say(locale, "today-money"), _money_lines(services, locale, heard)),
        (say(locale, "today-listen"), _names(services, locale, waiting)),
        (say(locale, "today-stuck"), _names(services, locale, stuck)),
    )
    paused = await services.book.recall(PAUSE)
    text = say(locale, "today-paused") if paused else ""
    rows = _picker(services, locale, [*stuck, *waiting])
    day = services.texts.day(locale, services.clock())
    return Reply(Screen(say(locale, "today-title", day=day), text, facts, rows=rows))


COUNTED = ("Placed", "Paid", "HandedOver", "Refunded")


async def one(services: Services, person: Person, said: Command | Press) -> Answer:
    """Answer ``/shop order``, and a press that asks for one: everything about an order, and what can be done."""
    allowed(services, person, said.place)
    if isinstance(said, Press):
        order = await services.book.get(said.values[0] if said.values else said.target)
        return Reply(await _order_screen(services, person, order), How.UPDATE if said.arg != "new" else How.NEW)
    return Reply(await _order_screen(services, person, await _named(services, said)))


async def refund(services: Services, person: Person, said: Command | Press) -> Answer:
    """Ask for a reason before the money goes back; nothing happens until the form is sent."""
    allowed(services, person, said.place)
    if isinstance(said, Command):
        return await one(services, person, said)
    order = await services.book.get(said.target)
    if order.state not in REFUNDABLE:
        raise BadInput(
            f"order {order.id} is {order.state}", text="error-not-refundable", **_state(services, person, order)
        )
    say, locale = services.texts.say, person.locale
    field = Field(
        "reason", say(locale, "refund-reason"), placeholder=say(locale, "refund-example"), long=True, most=300
    )
    return Form(data("refund", order.id), say(locale, "refund-title", amount=order.price.total), (field,))


async def refund_now(services: Services, person: Person, said: Submitted) -> Answer:
    """Send the money back, with the reason the buyer will read."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    reason = plain(said.fields.get("reason", ""), 300)
    return await _tell(
        services, person, order, f"refund-asked:{order.id}:{order.version}", RefundAsked(reason), "refund"
    )


async def retry(services: Services, person: Person, said: Command | Press) -> Answer:
    """Try again what failed."""
    allowed(services, person, said.place)
    order = await (_named(services, said) if isinstance(said, Command) else services.book.get(said.target))
    return await _tell(services, person, order, f"retry-asked:{order.id}:{order.version}", RetryAsked(), "retry")


async def pause(services: Services, person: Person, said: Command) -> Answer:
    """Take no new orders; who wants to order reads the operator's words. What is open goes on."""
    allowed(services, person, said.place)
    words = plain(said.options.get("words", ""), 500)
    await services.book.remember(PAUSE, {"since": services.clock().isoformat(), "words": words})
    say, locale = services.texts.say, person.locale
    return Reply(Screen(say(locale, "pause-title"), words or say(locale, "closed-pause"), tone=Tone.WAIT))


async def resume(services: Services, person: Person, said: Command) -> Answer:
    """Take new orders again."""
    allowed(services, person, said.place)
    await services.book.remember(PAUSE, {})
    say, locale = services.texts.say, person.locale
    return Reply(Screen(say(locale, "resume-title"), say(locale, "resume-text"), tone=Tone.GOOD))


def _stuck(order: Order) -> bool:
    """Whether what failed is what the order's state still waits for; an earlier failure that was mended is past."""
    failed = order.data.get("failure", {}).get("kind")
    posted = order.state is State.REVIEWING and str(order.round) in order.data.get("cards", {})
    return failed in NEEDED_BY[order.state] and not posted


async def _tell(services: Services, person: Person, order: Order, key: str, what: What, verb: str) -> Answer:
    told = await services.book.tell(Fact(order.id, key, person.id, what))
    if told.outcome not in ("applied", "duplicate"):
        raise BadInput(
            f"order {order.id} is {order.state}",
            text=f"error-no-{verb}",
            **_state(services, person, told.order or order),
        )
    return Reply(await _order_screen(services, person, told.order or order))


async def _named(services: Services, said: Command) -> Order:
    return await services.book.get(said.options.get("order", "").strip().upper().removeprefix("#"))


def _state(services: Services, person: Person, order: Order) -> dict[str, object]:
    return {"order": order.id, "state": state_name(services, person.locale, order)}


async def _order_screen(services: Services, person: Person, order: Order) -> Screen:
    say, locale = services.texts.say, person.locale
    buyer = say(locale, "shop-buyer-line", name=str(order.data.get("name") or "?"), id=order.customer)
    facts = [
        *asked_facts(services, locale, order.brief.to_json()),
        (say(locale, "shop-buyer"), buyer),
        (say(locale, "summary-price"), price_lines(services, locale, order.price)),
    ]
    if order.deadline:
        facts.append((say(locale, "shop-deadline"), services.texts.moment(locale, order.deadline)))
    if failure := order.data.get("failure"):
        facts.append((say(locale, "shop-failure"), plain(f"{failure['kind']}: {failure['error']}", 400)))
    facts.append((say(locale, "shop-journal"), await _journal(services, locale, order)))
    buttons: list[Control] = [Button(say(locale, "orders-refresh"), data("look", order.id), emoji="🔄")]
    if order.state in RETRYABLE:
        buttons.append(Button(say(locale, "shop-retry"), data("retry", order.id), Look.MAIN, emoji="🔁"))
    if order.state in REFUNDABLE:
        buttons.append(Button(say(locale, "shop-refund"), data("refund", order.id), Look.BAD, emoji="💸"))
    heading = say(locale, "orders-one-title", order=order.id, title=title(services, locale, order.brief.to_json()))
    return Screen(
        heading, await state_words(services, locale, order), tuple(facts), rows=(tuple(buttons),),
        tone=TONES.get(order.state, Tone.WAIT),
    )  # fmt: skip


async def _journal(services: Services, locale: str, order: Order) -> str:
    heard = await services.book.journal(order.id)
    events = [event for event in heard if event.kind != "BuyerTold" or not event.data["message"]][-JOURNAL:]
    return "\n".join(
        services.texts.say(
            locale,
            "shop-journal-line" if event.outcome == "applied" else "shop-journal-line-ignored",
            at=services.texts.moment(locale, event.at),
            what=services.texts.say(locale, f"journal-{event.kind.lower()}"),
            by=event.by,
        )
        for event in events
    )


def _open_lines(services: Services, locale: str, counts: Mapping[State, int]) -> str:
    shown = [(one, counts[one]) for one in State if not one.ended and counts[one]]
    lines = [f"{EMOJI[one]} {services.texts.say(locale, state_key(one))}: {count}" for one, count in shown]
    return "\n".join(lines) or services.texts.say(locale, "today-nothing")


def _money_lines(services: Services, locale: str, heard: Sequence[Any]) -> str:
    sums: dict[str, int] = {}
    for event in heard:
        sign = {"Paid": 1, "Refunded": -1}.get(event.kind, 0)
        if sign and event.outcome == "applied":
            currency = str(event.data["currency"]).upper()
            sums[currency] = sums.get(currency, 0) + sign * int(event.data["amount"])
    lines = [services.texts.money(locale, Money(amount, currency)) for currency, amount in sorted(sums.items())]
    return "\n".join(lines) or services.texts.say(locale, "today-nothing")


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
