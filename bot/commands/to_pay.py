"""Answers with a pay button: noted as soon as they are shown, and brought up to date when there is nothing to pay.

The postman does that beside the status message (`bot.delivery.postman`); here is what a doorway does about an answer it
has shown. Where answers can be edited for a while only, the button goes before that while is over (`lapsed`).
"""

from bot.commands.my_orders import order_screen
from bot.commands.said import Person, data
from bot.commands.services import Services
from bot.orders.to_pay import payable, to_pay_note
from bot.screens import Button, Screen

MOST = 10
"""Answers about one order that are kept up to date; whoever asks more often has newer ones."""


async def noted(services: Services, person: Person, order_id: str, message: str, until: str = "") -> Screen | None:
    """Note that a message bears an order's pay button, and until when (ISO, UTC) it can be edited.

    Returns what the message is to show instead if the order was paid, or was over, in the meantime.
    """
    known = await _messages(services, order_id)
    if message not in known:
        kept = dict([*known.items(), (message, until)][-MOST:])
        await services.book.remember(to_pay_note(order_id), {"messages": kept})
    order = await services.book.get(order_id)
    return None if payable(order) else await order_screen(services, person, order)


async def lapsed(services: Services, order_id: str, message: str) -> Screen | None:
    """Return what a message shows that is about to be out of reach: how to come by the pay button again.

    None if its pay button has gone already. The message is noted no longer.
    """
    known = await _messages(services, order_id)
    if message not in known:
        return None
    left = {one: until for one, until in known.items() if one != message}
    await services.book.remember(to_pay_note(order_id), {"messages": left})
    order = await services.book.get(order_id)
    say, locale = services.texts.say, order.locale
    again = Button(say(locale, "orders-refresh"), data("order", order.id), emoji="🔄")
    return Screen(say(locale, "to-pay-lapsed-title", order=order.id), say(locale, "to-pay-lapsed"), rows=((again,),))


async def with_an_end(services: Services) -> list[tuple[str, str, str]]:
    """Return (order, message, until) of every noted message that can be edited for a while only."""
    found = []
    for name, _ in await services.book.recall_all(to_pay_note(""), limit=1000):
        order_id = name.removeprefix(to_pay_note(""))
        messages = await _messages(services, order_id)
        found += [(order_id, message, until) for message, until in messages.items() if until]
    return found


async def _messages(services: Services, order_id: str) -> dict[str, str]:
    note = await services.book.recall(to_pay_note(order_id)) or {}
    found: dict[str, str] = note.get("messages", {})
    return found
