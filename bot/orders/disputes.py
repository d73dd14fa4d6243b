"""What an order remembers of disputes: ``order.data["disputes"]``, by the provider's reference. Pure.

An entry has the payment in question, its ``amount`` (minor units of ``currency``, perhaps only a part of the payment),
whether the bank has or had it (``taken``), the bank's reason, until when evidence is taken, and where it stands (open,
won, lost); of a lost one also what was ``returned`` to the shop all the same.
"""

from typing import Any

from bot.orders import facts
from bot.orders.order import Order


def opened(order: Order, what: facts.Disputed) -> dict[str, Any]:
    """A dispute that is open; one that was decided stays so, in whatever order the news come."""
    standing = order.data.get("disputes", {}).get(what.reference, {}).get("standing", "open")
    return _with(order, what, {"reason": what.reason, "until": what.until, "standing": standing})


def decided(order: Order, what: facts.DisputeClosed) -> dict[str, Any]:
    """How a dispute ended, and what of it came back although it is lost."""
    returned = {"returned": what.returned} if what.returned else {}
    return _with(order, what, {"standing": "won" if what.won else "lost"} | returned)


def _with(order: Order, what: facts.Disputed | facts.DisputeClosed, changes: dict[str, Any]) -> dict[str, Any]:
    disputes = order.data.get("disputes", {})
    entry = {"reason": "", "until": ""} | disputes.get(what.reference, {})
    now = {
        "provider": what.provider, "payment": what.payment, "amount": what.amount, "currency": what.currency.upper(),
        "taken": what.taken,
    }  # fmt: skip
    return {"disputes": disputes | {what.reference: entry | now | changes}}
