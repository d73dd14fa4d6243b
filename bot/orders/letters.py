"""What buyer and operator have written to each other about an order.

``order.data["letters"]`` is the whole conversation, oldest first: ``id`` (from 1), ``side`` ("buyer" or "operator"),
``who``, ``text``, ``answers`` (the id of the letter that it answers, 0: none) and ``message``, where its reader has it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.orders.order import Order

BUYER, OPERATOR = "buyer", "operator"

LONGEST = 1500
"""Characters of one letter."""


def conversation(order: Order) -> Sequence[Mapping[str, Any]]:
    """Return the conversation, oldest first."""
    found: Sequence[Mapping[str, Any]] = order.data.get("letters", ())
    return found


def letter(order: Order, number: int) -> Mapping[str, Any] | None:
    """Return one letter by its number."""
    return next((one for one in conversation(order) if one["id"] == number), None)


def last_of(order: Order, side: str) -> Mapping[str, Any] | None:
    """Return the newest letter of one side."""
    return next((one for one in reversed(conversation(order)) if one["side"] == side), None)


def open_question(order: Order) -> Mapping[str, Any] | None:
    """Return the operator's newest question that the buyer has not answered: nothing of theirs came after it."""
    newest = next(iter(reversed(conversation(order))), None)
    return newest if newest is not None and newest["side"] == OPERATOR and not newest["answers"] else None
