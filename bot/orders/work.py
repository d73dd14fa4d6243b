"""The work that a step of the story leaves to be done in the world."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from bot.orders import corrections, facts
from bot.orders.facts import What
from bot.orders.order import Order, State

BATCH_SECONDS = 30
"""Pieces whose lengths fall into the same step of so many seconds may be made in one call."""

LONG = ("compose", "correct", "master")
"""What takes minutes of a machine that other buyers wait for; the rest is over before anybody could call it off."""


@dataclass(frozen=True, slots=True)
class Work:
    """One thing to be done in the world. ``key`` makes it unique for ever; smaller ``priority`` goes first.

    Work with the same ``batch_key`` may be done in one call; ``cost`` is seconds of audio (0 for anything else).
    """

    kind: str
    key: str
    data: dict[str, Any] = field(default_factory=dict)
    priority: int = 5
    batch_key: str = ""
    cost: float = 0.0


def work(kind: str, order: Order, what: What) -> Work:
    """Return the work of one kind for an order as it is after ``what`` happened."""
    match kind:
        case "compose":
            return _compose(order, what)
        case "refund":
            return _refund(order, what)
        case "post_card" | "update_card":
            return Work(kind, f"{kind}:{order.id}:{order.version}", {"round": getattr(what, "round", order.round)})
        case "correct" if isinstance(what, facts.CorrectionAsked):
            return _correct(order, what)
        case "letter":
            return Work(kind, f"letter:{order.id}:{order.version}", {"letter": len(order.data["letters"])}, priority=3)
        case "alert_operator":
            return Work(kind, f"alert:{order.id}:{order.version}", {"fact": type(what).__name__} | _alert(what))
        case _:
            return Work(kind, f"{kind}:{order.id}:{order.version}")


def wanted(order: Order, kind: str, data: Mapping[str, Any]) -> bool:
    """Whether long work that was given out with this data is of any use to an order as it stands now.

    Music is composed for the round that an order is in, a take corrected until the verdict or the next press, and an
    approved one packed until the order is taken back.
    """
    match kind:
        case "compose":
            return order.state is State.COMPOSING and bool(data["round"] == order.round)
        case "correct":
            newest = corrections.of_take(order, data["take"])["asked"] == data["number"]
            return order.state is State.REVIEWING and bool(data["round"] == order.round) and newest
        case "master":
            return order.state is State.PACKING
        case _:
            return True


def _compose(order: Order, what: What) -> Work:
    """A round is composed once, and again only when that was asked for; revisions go before new orders."""
    return Work(
        "compose",
        f"compose:{order.id}:{order.round}{_once_more(order, what)}",
        {"round": order.round},
        priority=4 if order.round > 1 else 5,
        batch_key=str(order.brief.seconds // BATCH_SECONDS),
        cost=float(order.brief.seconds),
    )


def _correct(order: Order, what: facts.CorrectionAsked) -> Work:
    """The operator waits for it, headphones on: it goes before everything that nobody waits for."""
    number = order.data["corrections"][str(what.take)]["asked"]
    data = {"round": what.round, "take": what.take, "number": number}
    return Work("correct", f"correct:{order.id}:{order.version}", data, priority=2)


def _refund(order: Order, what: What) -> Work:
    """A payment goes back once, and again only when the first attempt failed."""
    owed = _owed(order, what)
    data = {"payment": owed["payment"], "provider": owed["provider"]}
    return Work("refund", f"refund:{order.id}:{owed['payment']}{_once_more(order, what)}", data)


def _owed(order: Order, what: What) -> dict[str, Any]:
    """Return the payment that goes back: the one just told of, one whose refund failed, or the order's own."""
    if isinstance(what, facts.Paid | facts.DisputeClosed):
        return {"payment": what.payment, "provider": what.provider}
    if isinstance(what, facts.RetryAsked) and order.state is not State.REFUNDING:
        failed: dict[str, Any] = order.data["failure"]["data"]
        return failed
    own: dict[str, Any] = order.data["payment"]
    return own


def _once_more(order: Order, what: What) -> str:
    again = facts.RetryAsked | facts.DeadlinePassed | facts.DisputeClosed
    return f":{order.version}" if isinstance(what, again) else ""


def _alert(what: What) -> dict[str, Any]:
    match what:
        case facts.JobDied():
            return {"kind": what.kind, "error": what.error, "cause": what.cause, "values": what.values}
        case facts.WayClosed():
            cause = f"cause-way-{what.why.replace(' ', '-')}"
            return {"fact": "JobDied", "kind": "hand_over", "error": "", "cause": cause, "values": {}}
        case facts.RefundWished():
            return {"reason": what.reason}
        case facts.Paid():
            return {"amount": what.amount, "currency": what.currency}
        case facts.Disputed() | facts.DisputeClosed() | facts.RefundFailed():
            return asdict(what)
        case _:
            return {}
