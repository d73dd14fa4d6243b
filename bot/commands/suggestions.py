"""What is suggested while an option of a command is being typed."""

from bot.commands.asked import title
from bot.commands.length import offered
from bot.commands.menus import emoji_of
from bot.commands.my_orders import EMOJI
from bot.commands.operator import REFUNDABLE, RETRYABLE
from bot.commands.presets import suggested
from bot.commands.said import Asked, Choice, Person
from bot.commands.services import Services
from bot.commands.words import folded, ranked
from bot.errors import BadInput
from bot.orders.brief import read_length
from bot.orders.order import State

MOST = 25
"""Most suggestions that are shown (Discord's limit)."""


async def suggest(services: Services, person: Person, asked: Asked) -> list[Choice]:
    """Return what fits so far, best first; nothing for an option that is free text."""
    match asked.option:
        case "mood" | "purpose":
            return _items(services, person, asked)
        case "length":
            return _lengths(services, person, asked.typed)
        case "details":
            return (await suggested(services, person.locale, asked.typed))[:MOST]
        case "order" if person.operator:
            return await _orders(services, person, asked)
        case _:
            return []


def _items(services: Services, person: Person, asked: Asked) -> list[Choice]:
    kind, locale = asked.option, person.locale
    choices = []
    for item in ranked(services.menu.items(kind), asked.typed)[:MOST]:
        parts = (emoji_of(services, locale, kind, item.id), item.named(locale), "·", item.described(locale))
        label = " ".join(part for part in parts if part)
        choices.append(Choice(label.removesuffix(" ·"), item.id))
    return choices


def _lengths(services: Services, person: Person, typed: str) -> list[Choice]:
    """Offer what was typed if it is a length (``2`` may also mean minutes), else the common ones that begin so."""
    shortest, longest = services.catalogue.shortest, services.catalogue.longest
    meant: list[int] = []
    for text in (typed, f"{typed} min") if typed.strip() else ():
        try:
            meant.append(read_length(text, shortest, longest))
        except BadInput:
            continue
    begun = [
        one for one in offered(services) if folded(services.texts.length(person.locale, one)).startswith(folded(typed))
    ]
    seconds = dict.fromkeys([*meant, *begun])
    return [Choice(services.texts.length(person.locale, one), str(one)) for one in seconds]


async def _orders(services: Services, person: Person, asked: Asked) -> list[Choice]:
    states = {"shop refund": REFUNDABLE, "shop retry": RETRYABLE}.get(asked.command, tuple(State))
    sought, choices = folded(asked.typed.removeprefix("#")), list[Choice]()
    for state in states:
        for order in await services.book.standing(state, limit=200):
            heading = title(services, person.locale, order.brief.to_json())
            if folded(order.id).startswith(sought) or sought in folded(heading):
                choices.append(Choice(f"{EMOJI[state]} {order.id} · {heading}", order.id))
            if len(choices) == MOST:
                return choices
    return choices
