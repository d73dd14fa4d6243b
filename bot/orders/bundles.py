"""A bundle that is taken back: what of its credit stands, and what the shop keeps for credit that was used. Pure.

The credit ends with the decision to send the money back, so that nobody spends it meanwhile. What had been used of it
was bought at the bundle's price: that share of the payment stays with the shop, and the pieces had for it with their
buyer.
"""

from typing import Any

from bot.orders.discounts import Discounts
from bot.orders.order import Order, State
from bot.orders.pricing import STARS, Money, unit


def brought(order: Order) -> int:
    """Return the credit that the delivery of an order brings its buyer, in minor units."""
    return Discounts.from_json(order.data.get("discounts", {})).bundle


def standing(order: Order) -> int:
    """Return what of that credit is the buyer's as the order stands, spent or not.

    None while a bank questions the payment, and none for a payment that the buyer has back altogether.
    """
    match order.state:
        case State.DELIVERED:
            return 0 if order.held else brought(order)
        case State.REFUNDING | State.REFUNDED if 0 < order.kept <= order.data["payment"]["amount"] - order.back:
            return int(order.data["spent"])
        case _:
            return 0


def kept(order: Order, spent: int) -> int:
    """Return what the shop keeps of a bundle's payment when so much of its credit was used, in minor units.

    Nothing of Telegram Stars, which go back as a whole or not at all: there the buyer owes the credit.
    """
    bundle, price = brought(order), order.price
    if not bundle or price.currency == STARS:
        return 0
    first = sum(line.amount for line in price.lines if line.text != "price-bundle")
    step = unit(price.currency)
    return price.total.amount * min(spent, bundle) // (first + bundle) // step * step


def noted(order: Order, spent: int) -> dict[str, Any]:
    """Return what an order remembers of that decision; nothing where nothing is kept."""
    keeps = kept(order, spent)
    return {"spent": spent, "kept": keeps} if keeps else {}


def sum_back(order: Order, spent: int) -> Money:
    """Return what a buyer gets back whose order is taken back now, having used so much of its bundle's credit."""
    payment = order.data.get("payment", {"amount": order.price.total.amount, "currency": order.price.currency})
    return Money(max(0, payment["amount"] - order.back - kept(order, spent)), payment["currency"])
