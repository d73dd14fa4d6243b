"""Pieces a buyer wants to find again: a star on an order, and a list of them.

Every star is a note of its own, so that two presses at once never lose one.
"""

from collections.abc import Sequence

from bot.commands.my_orders import PAGE, list_screen, order_screen, owned, read_moment, star_note
from bot.commands.said import Answer, How, Person, Press, Reply
from bot.commands.services import Services
from bot.errors import NotFound
from bot.orders.order import Order


async def toggle(services: Services, person: Person, said: Press) -> Answer:
    """Put a star on an order, or take it away; ``arg`` says which, so that a press repeated changes nothing."""
    order = await owned(services, person, said.target)
    if said.arg == "off":
        await services.book.forget(star_note(person, order.id))
    else:
        await services.book.remember(star_note(person, order.id), {"order": order.id})
    return Reply(await order_screen(services, person, order), How.UPDATE)


async def show(services: Services, person: Person, said: Press) -> Answer:
    """List the orders with a star, the latest star first."""
    before = read_moment(said.arg)
    notes = await services.book.recall_all(star_note(person, ""), PAGE + 1, before)
    orders = await _orders(services, person, [name.rpartition(":")[2] for name, _ in notes])
    stamp = notes[PAGE - 1][1] if len(notes) > PAGE else None
    screen = list_screen(services, person, orders[:PAGE], first=before is None, verb="favourites", older=stamp)
    return Reply(screen, How.UPDATE)


async def _orders(services: Services, person: Person, ids: Sequence[str]) -> list[Order]:
    found = []
    for order_id in ids:
        try:
            found.append(await owned(services, person, order_id))
        except NotFound:
            continue
    return found
