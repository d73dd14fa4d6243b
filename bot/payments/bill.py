"""The order as the lines a buyer reads on the payment page, in the buyer's language."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.orders.order import Order
from bot.orders.pricing import Line
from bot.texts import Texts, plain


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a bill: what it is, and what it costs in minor units of the order's currency."""

    name: str
    amount: int


Bill = Callable[[Order], tuple[Item, ...]]
"""Writes an order's bill; the amounts add up to the order's price."""

Names = Callable[[str, str, str], str]
"""Says what an id is called: its kind (``moods``, ``purposes``, ``tiers``), the id, the reader's locale."""


def bill_of(texts: Texts, names: Names) -> Bill:
    """Return the writer of bills for this shop's words and menu.

    Every price line becomes an item. A payment page knows no items below zero: an order with a discount is one item.
    """

    def bill(order: Order) -> tuple[Item, ...]:
        title = title_of(order, texts, names)
        lines = order.price.lines
        if len(lines) == 1 or any(line.amount < 0 for line in lines):
            return (Item(title, order.price.total.amount),)
        first, *rest = lines
        return (Item(title, first.amount), *(_item(order, line, texts, names) for line in rest if line.amount))

    return bill


def title_of(order: Order, texts: Texts, names: Names) -> str:
    """Return an order in a few words of its buyer's language."""
    brief = order.brief
    said = texts.say(
        order.locale,
        "asked-title",
        mood=names("moods", brief.mood, order.locale),
        length=texts.length(order.locale, brief.seconds),
        purpose=names("purposes", brief.purpose, order.locale),
    )
    return plain(said, 250)


def _item(order: Order, line: Line, texts: Texts, names: Names) -> Item:
    values: dict[str, object] = dict(line.values)
    for one, kind in (("purpose", "purposes"), ("tier", "tiers")):
        if one in values:
            values[one] = names(kind, str(values[one]), order.locale)
    if isinstance(seconds := values.get("seconds"), int):
        values["length"] = texts.length(order.locale, seconds)
    return Item(plain(texts.say(order.locale, line.text, **values), 250), line.amount)
