"""What a fact adds to an order's data. Pure; everything returned is plain data that JSON can hold."""

from typing import Any

from bot.orders import facts
from bot.orders.conditions import unheard
from bot.orders.order import Order


def checkout(_order: Order, what: facts.CheckoutOpened) -> dict[str, Any]:
    """The page to pay on."""
    return {
        "checkout": {
            "provider": what.provider, "reference": what.reference, "url": what.url, "expires": what.expires,
        }
    }  # fmt: skip


def pending(_order: Order, what: facts.PaymentPending) -> dict[str, Any]:
    """The page whose bank is waited for."""
    return {"pending": {"reference": what.reference, "until": what.until}}


def closed(_order: Order, what: facts.CheckoutClosed) -> dict[str, Any]:
    """Nobody is waited for any more, and why."""
    return {"pending": {}, "closed": what.reason}


def payment(_order: Order, what: facts.Paid) -> dict[str, Any]:
    """What the order was paid with."""
    return {
        "payment": {
            "provider": what.provider, "reference": what.reference, "payment": what.payment,
            "amount": what.amount, "currency": what.currency.upper(),
        }
    }  # fmt: skip


def takes(_order: Order, what: facts.TakesReady) -> dict[str, Any]:
    """The takes of the round."""
    return {"takes": what.takes}


def card(order: Order, what: facts.CardPosted) -> dict[str, Any]:
    """Where the card of the round is."""
    return {"cards": order.data.get("cards", {}) | {str(what.round): what.message}}


def chosen(_order: Order, what: facts.Approved) -> dict[str, Any]:
    """The number of the take."""
    return {"chosen": what.take}


def earlier_round(order: Order, _what: facts.AgainAsked) -> dict[str, Any]:
    """The takes of the round that is over."""
    return {"rounds": [*order.data.get("rounds", ()), {"round": order.round, "takes": order.data["takes"]}]}


def reason(_order: Order, what: facts.Rejected | facts.RefundAsked) -> dict[str, Any]:
    """Why the money goes back."""
    return {"reason": what.reason}


def files(_order: Order, what: facts.Mastered) -> dict[str, Any]:
    """The master files."""
    return {"files": what.files}


def certificate(_order: Order, what: facts.Certified) -> dict[str, Any]:
    """The number of the certificate, and its file."""
    return {"certificate": {"number": what.certificate, "file": what.file}}


def hand_over(order: Order, what: facts.HandedOver) -> dict[str, Any]:
    """By which ways the buyer has it, and where."""
    return {"hand_over": order.data.get("hand_over", {}) | {what.way: what.reference}}


def refund(order: Order, what: facts.Refunded) -> dict[str, Any]:
    """The refunds that are news, as one entry."""
    news = unheard(order, what)
    entry = {
        "payment": what.payment, "reference": ",".join(news), "amount": sum(news.values()), "currency": what.currency,
    }  # fmt: skip
    return {"refunds": [*order.data.get("refunds", ()), entry]}


def failure(_order: Order, what: facts.JobDied) -> dict[str, Any]:
    """What failed last."""
    return {"failure": {"kind": what.kind, "error": what.error, "data": what.data}}


def status(_order: Order, what: facts.BuyerTold) -> dict[str, Any]:
    """Where the buyer's status message is."""
    return {"status": what.message}


def refund_failed(order: Order, what: facts.RefundFailed) -> dict[str, Any]:
    """The refunds without the one that failed, and what the operator may try again."""
    left = []
    for entry in order.data.get("refunds", ()):
        references = entry["reference"].split(",")
        if what.reference not in references:
            left.append(entry)
        elif entry["amount"] > what.amount:
            kept = ",".join(reference for reference in references if reference != what.reference)
            left.append(entry | {"reference": kept, "amount": entry["amount"] - what.amount})
    again = {"payment": what.payment, "provider": what.provider}
    return {"refunds": left, "failure": {"kind": "refund", "error": what.reason, "data": again}}


def dispute(order: Order, what: facts.Disputed) -> dict[str, Any]:
    """A dispute that is open."""
    entry = {"reason": what.reason, "until": what.until, "standing": "open"}
    return _with_dispute(order, what, entry)


def dispute_end(order: Order, what: facts.DisputeClosed) -> dict[str, Any]:
    """How a dispute ended."""
    return _with_dispute(order, what, {"standing": "won" if what.won else "lost"})


def _with_dispute(order: Order, what: facts.Disputed | facts.DisputeClosed, changes: dict[str, Any]) -> dict[str, Any]:
    disputes = order.data.get("disputes", {})
    entry = {
        "provider": what.provider, "payment": what.payment, "amount": what.amount, "currency": what.currency,
        "taken": what.taken, "reason": "", "until": "",
    } | disputes.get(what.reference, {})  # fmt: skip
    return {"disputes": disputes | {what.reference: entry | changes | {"taken": what.taken}}}
