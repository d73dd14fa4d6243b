"""What a buyer sees of their orders: the list, and one order with everything that can be done about it now."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from bot.commands.asked import asked_facts, price_lines, title
from bot.commands.revision_buttons import controls as revision_controls
from bot.commands.revision_buttons import revision_line
from bot.commands.said import Answer, Command, How, Person, Press, Reply, data
from bot.commands.services import Services
from bot.errors import NotAllowed
from bot.orders.consents import confirmed, may_withdraw
from bot.orders.facts import Fact, Withdrawn
from bot.orders.letters import OPERATOR, last_of, open_question
from bot.orders.order import Order, State
from bot.orders.to_pay import payable
from bot.screens import Button, Control, Link, Look, Option, Screen, Select, Tone

PAGE = 10
LONGEST_STAMP = 17
"""Digits of a moment in microseconds, for the next three thousand years."""

SETTLE_SECONDS = 20.0
"""How long a fresh order's screen waits for its payment page and for the buyer's DM."""

TONES = {
    State.AWAITING_PAYMENT: Tone.PLAIN,
    State.DELIVERED: Tone.GOOD,
    State.CANCELLED: Tone.BAD,
    State.REFUNDED: Tone.BAD,
    State.REFUNDING: Tone.BAD,
}


async def show_list(services: Services, person: Person, said: Command | Press) -> Answer:
    """Answer ``/orders``, or turn its pages."""
    before = read_moment(said.arg) if isinstance(said, Press) else None
    orders = await services.book.find(person.id, PAGE + 1, before)
    how = How.UPDATE if isinstance(said, Press) else How.NEW
    older = orders[PAGE - 1].created if len(orders) > PAGE else None
    return Reply(list_screen(services, person, orders[:PAGE], first=before is None, older=older), how)


async def show_one(services: Services, person: Person, said: Press) -> Answer:
    """Show one order, chosen from the list or asked for again by its refresh button."""
    order = await owned(services, person, said.values[0] if said.values else said.target)
    return Reply(await order_screen(services, person, order), How.UPDATE, pays=_pays(order))


async def withdraw(services: Services, person: Person, said: Press) -> Answer:
    """Call off an order that is not paid yet."""
    order = await owned(services, person, said.target)
    told = await services.book.tell(Fact(order.id, f"withdrawn:{order.id}", person.id, Withdrawn()))
    return Reply(await order_screen(services, person, told.order or order), How.UPDATE)


async def order_reply(services: Services, person: Person, order: Order) -> Reply:
    """Show an order just placed, and once more when its payment page and the buyer's DM are there (or refused)."""
    complete = "status" in order.data and _payable(services, order)

    async def later() -> Screen | None:
        settled = await _settled(services, order)
        return await order_screen(services, person, settled) if settled.version > order.version else None

    screen = await order_screen(services, person, order)
    return Reply(screen, How.UPDATE, later=None if complete else later, pays=_pays(order))


def _pays(order: Order) -> str:
    return order.id if payable(order) else ""


async def owned(services: Services, person: Person, order_id: str) -> Order:
    """Return one of the person's own orders.

    :raises NotFound: if there is none of that id; :raises NotAllowed: if it is another person's.
    """
    order = await services.book.get(order_id)
    if order.customer != person.id:
        raise NotAllowed(f"{person.id} asked for another's order", text="error-not-your-order")
    return order


async def order_screen(services: Services, person: Person, order: Order) -> Screen:
    """Return an order as its buyer sees it."""
    say, locale = services.texts.say, person.locale
    words = [await state_words(services, locale, order)]
    if order.data.get("status") == "" and not order.state.ended:
        words.append(say(locale, "orders-dm-closed"))
    elif order.state is State.AWAITING_PAYMENT and not order.data.get("pending") and ":dm:" not in order.place:
        words.append(say(locale, "orders-dm-open"))
    if standing := order.data.get("wish", {}).get("standing"):
        words.append(say(locale, f"wish-{standing}"))
    if question := last_of(order, OPERATOR):
        words.append(say(locale, "orders-letter", text=question["text"]))
    return Screen(
        title=say(locale, "orders-one-title", order=order.id, title=title(services, locale, order.brief.to_json())),
        text="\n\n".join(words),
        facts=(
            *revision_line(services, locale, order),
            *asked_facts(services, locale, order.brief.to_json()),
            (say(locale, "summary-price"), price_lines(services, locale, order.price)),
            *_how_to_pay(services, locale, order),
        ),
        rows=await _controls(services, person, order),
        tone=TONES.get(order.state, Tone.WAIT),
    )


async def state_words(services: Services, locale: str, order: Order) -> str:
    """Return where the order stands, with the place in the queue or the progress while it is composed."""
    say = services.texts.say
    if order.state is State.COMPOSING:
        progress = await services.queue.progress_of(order.id)
        if progress is not None:
            return say(locale, "state-composing-progress", percent=round(progress * 100))
        if ahead := await services.queue.position(order.id):
            return say(locale, "state-composing-queued", ahead=ahead)
    if order.state is State.AWAITING_PAYMENT and order.data.get("pending"):
        return say(locale, "told-bank")
    if order.state is State.DELIVERING and order.held:
        return say(locale, "told-held")
    return say(locale, f"{state_key(order.state)}-text")


def _how_to_pay(services: Services, locale: str, order: Order) -> tuple[tuple[str, str], ...]:
    """Return how an order is paid that has no page to pay on."""
    words = order.data.get("checkout", {}).get("words")
    awaited = order.state is State.AWAITING_PAYMENT
    return ((services.texts.say(locale, "transfer-pay"), words),) if words and awaited else ()


def state_key(state: State) -> str:
    """Return the key of the text that names a state in a word or two."""
    return f"state-{state.replace('_', '-')}"


def state_name(services: Services, locale: str, order: Order) -> str:
    """Return the order's state in a word or two."""
    return services.texts.say(locale, state_key(order.state))


async def _controls(services: Services, person: Person, order: Order) -> tuple[tuple[Control, ...], ...]:
    say, locale = services.texts.say, person.locale
    first: list[Control] = []
    match order.state:
        case State.AWAITING_PAYMENT if payable(order):
            label = say(locale, "orders-pay", amount=order.price.total)
            if services.billed(order):
                first.append(Button(label, data("pay", order.id), Look.MAIN))
            elif (link := services.pay_link(order)) and not order.data.get("checkout", {}).get("words"):
                first.append(Link(label, link, emoji="💳"))
            first.append(Button(say(locale, "orders-withdraw"), data("cancel", order.id), Look.BAD))
        case State.DELIVERED:
            if link := await services.download_link(order):
                first.append(Link(say(locale, "orders-download"), link, emoji="⬇️"))
    if may_withdraw(order, services.clock()):
        first.append(Button(say(locale, "unbuy"), data("unbuy", order.id), emoji="↩️"))
    if confirmed(order):
        first.append(Button(say(locale, "contract"), data("contract", order.id), emoji="📜"))
    if order.state.ended:
        first.append(Button(say(locale, "orders-again"), data("reorder", order.id), emoji="🎵"))
    else:
        first.append(Button(say(locale, "orders-refresh"), data("order", order.id), emoji="🔄"))
    first.append(Button(say(locale, "orders-all"), data("orders", "all"), emoji="📃"))
    more = await _keepsakes(services, person, order)
    rows = [tuple(first), (_letter_button(services, locale, order), *more), _afterwards(services, locale, order)]
    if order.state is State.DELIVERED:
        rows += revision_controls(services, locale, order)
    return tuple(row for row in rows if row)


async def _keepsakes(services: Services, person: Person, order: Order) -> tuple[Control, ...]:
    """Return the buttons for the certificate, the star, and the wish for a refund."""
    say, locale = services.texts.say, person.locale
    found: list[Control] = []
    if order.state is State.DELIVERED:
        if services.deliveries is not None:
            found.append(Button(say(locale, "orders-certificate"), data("certificate", order.id), emoji="🎖️"))
        starred = await services.book.recall(star_note(person, order.id)) is not None
        key, arg = ("orders-unstar", "off") if starred else ("orders-star", "on")
        found.append(Button(say(locale, key), data("favourite", order.id, arg), emoji="⭐"))
    if wishable(order):
        found.append(Button(say(locale, "orders-wish"), data("wish", order.id), emoji="💸"))
    return tuple(found)


def star_note(person: Person, order_id: str) -> str:
    """Return the name of the note that is a person's star on an order; without an order the beginning of them all."""
    return f"favourite:{person.id}:{order_id}"


def wishable(order: Order) -> bool:
    """Whether there is money or credit to ask back, and nobody has asked for it yet."""
    paid = order.state in (State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING, State.DELIVERED)
    return paid and order.sold and "wish" not in order.data


def _letter_button(services: Services, locale: str, order: Order) -> Button:
    """Return how to write to the shop about the order: an answer where it has asked."""
    if question := open_question(order):
        label, arg = services.texts.say(locale, "letter-answer"), data("answer", order.id, question["id"])
        return Button(label, arg, Look.MAIN, "💬")
    return Button(services.texts.say(locale, "letter-ask"), data("ask", order.id), emoji="💬")


def _afterwards(services: Services, locale: str, order: Order) -> tuple[Control, ...]:
    """Return what a buyer comes back for once the music is there."""
    if services.deliveries is None or order.state is not State.DELIVERED:
        return ()
    say = services.texts.say
    kit = Button(say(locale, "orders-kit"), data("kit", order.id), emoji="🛡️")
    mail = Button(say(locale, "orders-mail"), data("mail", order.id), emoji="✉️")
    name = Button(say(locale, "orders-licensee"), data("licensee", order.id), emoji="✏️")
    return (kit, mail, name) if services.deliveries.mails else (kit, name)


def list_screen(
    services: Services,
    person: Person,
    shown: Sequence[Order],
    *,
    first: bool,
    verb: str = "orders",
    older: datetime | None = None,
) -> Screen:
    """Return a page of orders to choose from. ``verb`` is what turns its pages, ``older`` where the next begins."""
    say, locale = services.texts.say, person.locale
    if not shown:
        none = Screen(say(locale, f"{verb}-title"), say(locale, f"{verb}-none" if first else "orders-no-more"))
        back = Button(say(locale, "orders-all"), data("orders", "all"), emoji="📃")
        return none if verb == "orders" else replace(none, rows=((back,),))
    options = tuple(
        Option(
            order.id,
            title(services, locale, order.brief.to_json()),
            say(locale, "orders-line", state=state_name(services, locale, order), day=_day(services, locale, order)),
            EMOJI[order.state],
        )
        for order in shown
    )
    turn: list[Control] = []
    if not first:
        turn.append(Button(say(locale, "orders-newest"), data(verb, "all"), emoji="⏮️"))
    if older is not None:
        turn.append(Button(say(locale, "orders-older"), data(verb, "all", _stamp(older)), emoji="▶️"))
    other, sign = ("favourites", "⭐") if verb == "orders" else ("orders", "📃")
    turn.append(Button(say(locale, f"{other}-title"), data(other, "all"), emoji=sign))
    lines = [
        f"{EMOJI[order.state]} {title(services, locale, order.brief.to_json())}\n"
        + say(locale, "orders-line", state=state_name(services, locale, order), day=_day(services, locale, order))
        for order in shown
    ]
    rows: tuple[tuple[Control, ...], ...] = ((Select(data("order", "list"), say(locale, "orders-pick"), options),),)
    return Screen(say(locale, f"{verb}-title"), "\n\n".join(lines), rows=(*rows, tuple(turn)))


async def _settled(services: Services, order: Order) -> Order:
    """Return the order once the buyer has been written to and it can be paid (or is over), or when time is up."""
    latest = order
    try:
        async with asyncio.timeout(SETTLE_SECONDS):
            async for latest in services.book.watch(order.id):
                payable = _payable(services, latest) and "checkout" in latest.data
                if latest.state is not State.AWAITING_PAYMENT or (payable and "status" in latest.data):
                    break
    except TimeoutError:
        pass
    return latest


def _payable(services: Services, order: Order) -> bool:
    by_hand = bool(order.data.get("checkout", {}).get("words"))
    return by_hand or services.pay_link(order) is not None or services.billed(order)


EMOJI = {
    State.AWAITING_PAYMENT: "💳",
    State.COMPOSING: "🎼",
    State.REVIEWING: "🎧",
    State.PACKING: "📦",
    State.DELIVERING: "📨",
    State.DELIVERED: "✅",
    State.REFUNDING: "↩️",
    State.REFUNDED: "💸",
    State.CANCELLED: "✖️",
}


def _day(services: Services, locale: str, order: Order) -> str:
    return services.texts.day(locale, order.created) if order.created else ""


def _stamp(moment: datetime) -> str:
    return str(round(moment.timestamp() * 1_000_000))


def read_moment(stamp: str) -> datetime | None:
    """Read what `_stamp` wrote; what no clock ever showed is the newest page."""
    readable = stamp.isascii() and stamp.isdigit() and len(stamp) <= LONGEST_STAMP
    return datetime.fromtimestamp(int(stamp) / 1_000_000, UTC) if readable else None
