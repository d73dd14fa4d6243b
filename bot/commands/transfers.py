"""What the operator says about bank transfers: the money came, another amount came, it was sent back.

Once it is said, the question in the review place shows who said what, and asks no more.
"""

import structlog

from bot.commands.operator import MANUAL, allowed
from bot.commands.said import Answer, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.errors import BadInput, Outside
from bot.orders.order import Order, State
from bot.orders.pricing import Money, read_amount
from bot.screens import Button, Field, Form, Screen, Tone

VERB = "transfer"
FORM = "came"
"""The verb of the form for an amount that is not the price."""
CAME, GONE = "came", "gone"
"""What is said, and what was asked."""

log = structlog.get_logger(__name__)


async def form(services: Services, person: Person, said: Press) -> Answer:
    """Ask which amount came."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    say, locale = services.texts.say, person.locale
    example = str(order.price.total.as_decimal())
    field = Field("amount", say(locale, "transfer-amount"), "", example, required=True, most=20)
    return Form(data(FORM, order.id), say(locale, "transfer-other-title"), (field,))


async def pressed(services: Services, person: Person, said: Press) -> Answer:
    """Take a press: the whole amount came, or it was sent back."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    if said.arg == GONE:
        return await _gone(services, person, order)
    return await _came(services, person, order, order.price.total)


async def submitted(services: Services, person: Person, said: Submitted) -> Answer:
    """Take the amount that came. :raises BadInput: if it is none."""
    allowed(services, person, said.place)
    order = await services.book.get(said.target)
    money = read_amount(said.fields.get("amount", ""), order.price.currency)
    return await _came(services, person, order, money)


async def _came(services: Services, person: Person, order: Order, money: Money) -> Answer:
    if services.transfers is None or order.data.get("checkout", {}).get("provider") != MANUAL:
        raise BadInput(f"order {order.id} is not paid by transfer", text="error-no-transfer", order=order.id)
    news = await services.transfers.came(order, money.amount, person.id)
    return _thanks(services, person, order, CAME, money, news=news)


async def _gone(services: Services, person: Person, order: Order) -> Answer:
    paid = order.data.get("payment", {})
    refunding = order.state in (State.REFUNDING, State.REFUNDED)
    if services.transfers is None or paid.get("provider") != MANUAL or not refunding:
        raise BadInput(f"nothing of order {order.id} is to be sent back", text="error-no-transfer", order=order.id)
    news = await services.transfers.gone(order, person.id)
    money = Money(paid["amount"] - order.kept, paid["currency"])
    return _thanks(services, person, order, GONE, money, news=news)


def _thanks(services: Services, person: Person, order: Order, what: str, money: Money, *, news: bool) -> Reply:
    key = f"transfer-noted-{what}" if news else "transfer-known"
    standing = f"transfer-noted-{what}" if news else "transfer-answered"

    async def later() -> None:
        screen = _noted(services, person, services.tongue.locale, order, standing, money)
        await _close_question(services, order, what, screen)

    return Reply(_noted(services, person, person.locale, order, key, money), How.UPDATE, later=later)


def _noted(services: Services, person: Person, locale: str, order: Order, key: str, money: Money) -> Screen:
    say = services.texts.say
    text = say(locale, key, order=order.id, amount=money, name=person.name)
    look = Button(say(locale, "alert-look"), data("look", order.id, "new"), emoji="🔎")
    return Screen(say(locale, "transfer-title", order=order.id), text, rows=((look,),), tone=Tone.GOOD)


async def _close_question(services: Services, order: Order, what: str, screen: Screen) -> None:
    """Put an answer in place of the question, once. One that could not be reached is closed by the next press."""
    note = question_note(order.id, what)
    asked = await services.book.recall(note) or {}
    message = str(asked.get("message", ""))
    doorway = services.doorways.get(message.partition(":")[0])
    if doorway is None or asked.get("answered"):
        return
    try:
        await doorway.edit(message, screen)
    except Outside as error:
        log.info("transfer_question_stays", order=order.id, error=str(error))
        return
    await services.book.remember(note, asked | {"answered": True})


def question_note(order_id: str, what: str) -> str:
    """Return the name of the note that says where the operator was asked about a transfer (see the bank's desk)."""
    return f"transfer:{order_id}:{what}"
