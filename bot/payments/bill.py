"""The order as the lines a buyer reads on the payment page, in the buyer's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.orders.order import Order
from bot.orders.pricing import Line
from bot.settings.moods import MoodBook
from bot.texts import Texts, language_of, plain


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill: what it is, and what it costs in minor units of the order's currency."""

    name: str
    amount: int


Bill = Callable[[Order], tuple[Item, ...]]
"""Writes an order's bill; the amounts add up to the order's price."""


def bill_of(texts: Texts, moods: MoodBook) -> Bill:
    """Return the writer of bills for this shop's words and menu.

    Every price line becomes an item. A payment page knows no items below zero: an order with a discount is one item.
    """

    def bill(order: Order) -> tuple[Item, ...]:
        title = plain(texts.say(order.locale, "asked-title", **_title(order, texts, moods)), 250)
        lines = order.price.lines
        if len(lines) == 1 or any(line.amount < 0 for line in lines):
            return (Item(title, order.price.total.amount),)
        first, *rest = lines
        return (Item(title, first.amount), *(_item(order, line, texts, moods) for line in rest if line.amount))

    return bill


def _title(order: Order, texts: Texts, moods: MoodBook) -> Mapping[str, str]:
    return {
        "mood": _mood(order, moods),
        "length": texts.length(order.locale, order.brief.seconds),
        "purpose": _purpose(order.brief.purpose, order, moods),
    }


def _item(order: Order, line: Line, texts: Texts, moods: MoodBook) -> Item:
    values: dict[str, object] = dict(line.values)
    if isinstance(purpose := values.get("purpose"), str):
        values["purpose"] = _purpose(purpose, order, moods)
    if isinstance(seconds := values.get("seconds"), int):
        values["length"] = texts.length(order.locale, seconds)
    return Item(plain(texts.say(order.locale, line.text, **values), 250), line.amount)


def _mood(order: Order, moods: MoodBook) -> str:
    known = moods.moods.get(order.brief.mood)
    return str(known.name.model_dump()[language_of(order.locale)]) if known else order.brief.mood


def _purpose(purpose: str, order: Order, moods: MoodBook) -> str:
    """Return the purpose's name; an id the menu has since lost stands for itself."""
    known = moods.purposes.get(purpose)
    return str(known.name.model_dump()[language_of(order.locale)]) if known else purpose
