"""What the operator says about bank transfers: the money came, another amount came, it was sent back."""

from bot.commands.operator import MANUAL, allowed
from bot.commands.said import Answer, How, Person, Press, Reply, Submitted, data
from bot.commands.services import Services
from bot.errors import BadInput
from bot.orders.order import Order, State
from bot.orders.pricing import Money, read_amount
from bot.screens import Button, Field, Form, Screen, Tone

VERB = "transfer"
FORM = "came"
"""The verb of the form for an amount that is not the price."""


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
    if said.arg == "gone":
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
    return _thanks(services, person, order, "transfer-noted-came" if news else "transfer-known", money)


async def _gone(services: Services, person: Person, order: Order) -> Answer:
    paid = order.data.get("payment", {})
    refunding = order.state in (State.REFUNDING, State.REFUNDED)
    if services.transfers is None or paid.get("provider") != MANUAL or not refunding:
        raise BadInput(f"nothing of order {order.id} is to be sent back", text="error-no-transfer", order=order.id)
    news = await services.transfers.gone(order, person.id)
    money = Money(paid["amount"], paid["currency"])
    return _thanks(services, person, order, "transfer-noted-gone" if news else "transfer-known", money)


def _thanks(services: Services, person: Person, order: Order, key: str, money: Money) -> Reply:
    say, locale = services.texts.say, person.locale
    text = say(locale, key, order=order.id, amount=money, name=person.name)
    look = Button(say(locale, "alert-look"), data("look", order.id, "new"), emoji="🔎")
    return Reply(
        Screen(say(locale, "transfer-title", order=order.id), text, rows=((look,),), tone=Tone.GOOD), How.UPDATE
    )
