"""Paying inside a chat: may this be paid now, it is paid, and the bill once more.

A chat that takes money itself asks before it does (`refusal`), within seconds and for the last time; what it then
reports (`paid`) is a fact with the payment's own number as its key, so that it counts once however often it is told.
"""

from bot.commands.my_orders import owned
from bot.commands.said import Answer, Person, Press, Reply
from bot.commands.services import Services
from bot.errors import BadInput, NotFound
from bot.orders.facts import Fact, Paid
from bot.orders.order import State
from bot.orders.pricing import Money
from bot.screens import Screen, Tone

PROVIDER = "stars"


async def refusal(services: Services, person: Person, order_id: str, money: Money) -> str:
    """Return why an order cannot be paid with that money by that person now, kindly; "" if it can."""
    say, locale = services.texts.say, person.locale
    try:
        order = await services.book.get(order_id)
    except NotFound:
        return say(locale, "paying-unknown")
    if order.customer != person.id:
        return say(locale, "paying-not-yours")
    if order.state is State.CANCELLED or (order.deadline and order.deadline <= services.clock()):
        return say(locale, "paying-late")
    if order.state is not State.AWAITING_PAYMENT:
        return say(locale, "paying-done")
    if order.price.total != money:
        return say(locale, "paying-price")
    return ""


async def paid(services: Services, order_id: str, charge: str, money: Money) -> None:
    """Tell the story of a payment; ``charge`` is the chat's own number of it, which a refund names."""
    what = Paid(PROVIDER, charge, money.amount, money.currency, charge)
    await services.book.tell(Fact(order_id, f"{PROVIDER}:paid:{charge}", PROVIDER, what))


async def pay(services: Services, person: Person, said: Press) -> Answer:
    """Send the bill of an order once more. :raises BadInput: if it need not be paid any more."""
    order = await owned(services, person, said.target)
    if order.state is not State.AWAITING_PAYMENT or services.send_bill is None:
        raise BadInput(f"order {order.id} is {order.state}", text="error-nothing-to-pay", order=order.id)
    await services.send_bill(order)
    return Reply(Screen(text=services.texts.say(person.locale, "paying-sent"), tone=Tone.WAIT))
