"""What only the shop's operator may say: ``/shop`` and the buttons that follow it."""

from collections.abc import Mapping
from typing import Any

from bot.commands.asked import asked_facts, price_lines, title
from bot.commands.my_orders import TONES, state_name, state_words
from bot.commands.said import Answer, Command, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.commands.summary import PAUSE
from bot.errors import BadInput, NotAllowed
from bot.orders.bundles import kept, sum_back
from bot.orders.facts import Fact, RefundAsked, RetryAsked, What
from bot.orders.order import Order, State
from bot.orders.pricing import Money
from bot.orders.revision import grown_from, root_of
from bot.screens import Button, Control, Field, Form, Look, Screen, Tone
from bot.texts import plain

JOURNAL = 12
MANUAL = "manual"
"""The provider of bank transfers."""
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
    changes = len(grown_from(order, await services.book.family(root_of(order))))
    amount = sum_back(order, await services.purse.spent(order))
    head = say(
        locale, "refund-title-changes" if changes else "refund-title",
        amount=_going_back(services, locale, order, amount), changes=changes,
    )  # fmt: skip
    return Form(data("refund", order.id, amount.amount), head, (field,))


async def refund_now(services: Services, person: Person, said: Submitted) -> Answer:
    """Send the money back, with the reason the buyer will read.

    :raises BadInput: if there is none, or another sum than the form said: credit was used since.
    """
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    amount = sum_back(order, await services.purse.spent(order))
    if order.state in REFUNDABLE and said.arg and said.arg != str(amount.amount):
        raise BadInput(f"now it is {amount}", text="error-refund-changed", order=order.id, amount=amount)
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


def _going_back(services: Services, locale: str, order: Order, amount: Money) -> str:
    """Return what a refund sends back: money, credit that was used, or both."""
    credit = Money(int(order.data.get("discounts", {}).get("credit", 0)), amount.currency)
    if not credit.amount:
        return services.texts.money(locale, amount)
    key = "refund-money-and-credit" if amount.amount else "refund-credit"
    return services.texts.say(locale, key, amount=amount, credit=credit)


def stuck(order: Order) -> bool:
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
    called = plain(str(order.data.get("name") or "?"), 60)
    buyer = say(locale, "shop-buyer-line", name=called, id=order.customer)
    facts = [
        *asked_facts(services, locale, order.brief.to_json()),
        (say(locale, "shop-buyer"), buyer),
        (say(locale, "summary-price"), price_lines(services, locale, order.price)),
    ]
    if spent := await services.purse.spent(order):
        values = {"spent": Money(spent, order.price.currency), "back": sum_back(order, spent)}
        key = "shop-bundle-kept" if kept(order, spent) else "shop-bundle-owed"
        facts.append((say(locale, "shop-bundle"), say(locale, key, **values)))
    if order.deadline:
        facts.append((say(locale, "shop-deadline"), services.texts.moment(locale, order.deadline)))
    if failure := order.data.get("failure"):
        facts += _failed(services, locale, failure)
    facts.append((say(locale, "shop-journal"), await _journal(services, locale, order)))
    buttons: list[Control] = [Button(say(locale, "orders-refresh"), data("look", order.id), emoji="🔄")]
    if order.state in RETRYABLE:
        buttons.append(Button(say(locale, "shop-retry"), data("retry", order.id), Look.MAIN, emoji="🔁"))
    if order.state in REFUNDABLE:
        buttons.append(Button(say(locale, "shop-refund"), data("refund", order.id), Look.BAD, emoji="💸"))
    rows = tuple(row for row in (tuple(buttons), _transfer(services, locale, order)) if row)
    heading = say(locale, "orders-one-title", order=order.id, title=title(services, locale, order.brief.to_json()))
    return Screen(
        heading, await state_words(services, locale, order), tuple(facts), rows=rows,
        tone=TONES.get(order.state, Tone.WAIT),
    )  # fmt: skip


def _failed(services: Services, locale: str, failure: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what failed last and why, in sentences, and the technical cause for whoever is asked for help."""
    say = services.texts.say
    told = (say(locale, f"alert-{failure['kind'].replace('_', '-')}"), services.texts.cause(locale, failure))
    detail = plain(f"{failure['kind']}: {failure['error']}", 400)
    return [(say(locale, "shop-failure"), "\n".join(filter(None, told))), (say(locale, "shop-detail"), detail)]


def _transfer(services: Services, locale: str, order: Order) -> tuple[Button, ...]:
    """Return the buttons by which the operator may speak of the order's bank transfer now."""
    say = services.texts.say
    awaited = order.data.get("checkout", {}).get("provider") == MANUAL and "payment" not in order.data
    if awaited and order.state in (State.AWAITING_PAYMENT, State.CANCELLED):
        return (
            Button(say(locale, "transfer-came-yes"), data("transfer", order.id, "came"), Look.GOOD, "🏦"),
            Button(say(locale, "transfer-other"), data("came", order.id)),
        )
    if order.state is State.REFUNDING and order.data.get("payment", {}).get("provider") == MANUAL:
        return (Button(say(locale, "transfer-gone-yes"), data("transfer", order.id, "gone"), Look.GOOD, "🏦"),)
    return ()


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
