"""The order story as one table: in this state, this fact leads to that state and leaves this work to be done.

`transition` is pure: the order book calls it inside the transaction that stores the fact, and writes the step's state,
data, deadline and work in the same transaction. A pair that is not in the table is ignored and journalled as such.
``docs/order-story.md`` is drawn from `TABLE`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.orders.policy import Policy

A, C, R, P, D = State.AWAITING_PAYMENT, State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING
UNPAID = (A, State.CANCELLED)
PAID = (C, R, P, D, State.DELIVERED, State.REFUNDING, State.REFUNDED)


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


@dataclass(frozen=True, slots=True)
class Step:
    """What a fact does to an order: the order as it is afterwards, and the work that follows."""

    order: Order
    works: tuple[Work, ...]
    because: str


@dataclass(frozen=True, slots=True)
class Ignored:
    """The fact changes nothing; ``because`` says why, for the journal."""

    because: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. ``when`` and ``fact`` select it, ``only_if`` may narrow it; the first match counts.

    ``remember`` returns what the fact adds to the order's data, ``do`` names the work that follows, ``within`` is the
    policy's time for the new state (None keeps the present deadline, "" ends it).
    """

    when: State
    fact: type[What]
    to: State
    because: str
    do: tuple[str, ...] = ()
    only_if: Callable[[Order, Any], bool] | None = None
    remember: Callable[[Order, Any], dict[str, Any]] | None = None
    within: str | None = None


def transition(order: Order, fact: Fact, policy: Policy, now: datetime) -> Step | Ignored:
    """Return what ``fact`` does to ``order`` at the time ``now`` (UTC)."""
    for row in TABLE:
        fits = row.when is order.state and isinstance(fact.what, row.fact)
        if fits and (row.only_if is None or row.only_if(order, fact.what)):
            return _step(row, order, fact.what, policy, now)
    return Ignored(f"{fact.kind} means nothing while {order.state}")


def placed(order: Order, policy: Policy, now: datetime) -> Step:
    """Return the first step of a new order."""
    order = replace(order, version=1, deadline=now + timedelta(seconds=policy.pay_within))
    works = tuple(work(kind, order, facts.Placed()) for kind in ("open_checkout", "tell_buyer"))
    return Step(order, works, "The buyer confirmed the summary.")


def _step(row: Row, order: Order, what: What, policy: Policy, now: datetime) -> Step:
    data = order.data | (row.remember(order, what) if row.remember else {})
    after = replace(order, state=row.to, version=order.version + 1, data=data)
    if isinstance(what, facts.AgainAsked):
        after = replace(after, round=order.round + 1, brief=order.brief.but(**what.changes))
    if isinstance(what, facts.CheckoutOpened) and row.to is A:
        after = replace(after, deadline=datetime.fromisoformat(what.expires) + _GRACE)
    elif row.within is not None:
        seconds = getattr(policy, row.within) if row.within else None
        after = replace(after, deadline=None if seconds is None else now + timedelta(seconds=seconds))
    return Step(after, tuple(work(kind, after, what) for kind in row.do), row.because)


_GRACE = timedelta(minutes=10)
"""A payment made in the last second may be heard of a little later."""


def work(kind: str, order: Order, what: What) -> Work:
    """Return the work of one kind for an order as it is after ``what`` happened."""
    match kind, what:
        case "compose", _:
            brief = order.brief
            return Work(
                kind,
                f"compose:{order.id}:{order.round}" + (f":{order.version}" if _again(what) else ""),
                {"round": order.round},
                priority=4 if order.round > 1 else 5,
                batch_key=f"{brief.seconds // 30}",
                cost=float(brief.seconds),
            )
        case "refund", facts.Paid() if order.data.get("payment", {}).get("payment") != what.payment:
            return Work(kind, f"refund:{order.id}:{what.payment}", {"payment": what.payment, "provider": what.provider})
        case "refund", _:
            payment = order.data["payment"]
            key = f"refund:{order.id}:{payment['payment']}" + (f":{order.version}" if _again(what) else "")
            return Work(kind, key, {"payment": payment["payment"], "provider": payment["provider"]})
        case (("post_card" | "update_card"), _):
            return Work(kind, f"{kind}:{order.id}:{order.version}", {"round": _judged_round(order, what)})
        case "alert_operator", _:
            return Work(kind, f"alert:{order.id}:{order.version}", {"fact": type(what).__name__} | _alert(what))
        case _:
            return Work(kind, f"{kind}:{order.id}:{order.version}")


def _again(what: What) -> bool:
    return isinstance(what, facts.RetryAsked | facts.DeadlinePassed)


def _judged_round(order: Order, what: What) -> int:
    return what.round if isinstance(what, facts.AgainAsked) else order.round


def _alert(what: What) -> dict[str, Any]:
    match what:
        case facts.JobDied():
            return {"kind": what.kind, "error": what.error}
        case facts.Paid():
            return {"amount": what.amount, "currency": what.currency}
        case _:
            return {}


def _this_round(order: Order, what: Any) -> bool:
    return bool(what.round == order.round)


def _known_take(order: Order, what: facts.Approved) -> bool:
    return what.round == order.round and any(take["index"] == what.take for take in order.data.get("takes", ()))


def _this_version(order: Order, what: facts.DeadlinePassed) -> bool:
    return what.version == order.version


def _price_met(order: Order, what: facts.Paid) -> bool:
    total = order.price.total
    return what.amount == total.amount and what.currency.upper() == total.currency


def _another_payment(order: Order, what: facts.Paid) -> bool:
    return bool(order.data.get("payment", {}).get("payment") != what.payment)


def _its_checkout(order: Order, what: facts.CheckoutClosed) -> bool:
    return bool(order.data.get("checkout", {}).get("reference") == what.reference)


def _its_payment(order: Order, what: facts.Refunded) -> bool:
    return bool(order.data.get("payment", {}).get("payment") == what.payment)


def _died(*kinds: str) -> Callable[[Order, facts.JobDied], bool]:
    return lambda _order, what: what.kind in kinds


def _checkout(_order: Order, what: facts.CheckoutOpened) -> dict[str, Any]:
    return {
        "checkout": {
            "provider": what.provider, "reference": what.reference, "url": what.url, "expires": what.expires,
        }
    }  # fmt: skip


def _payment(_order: Order, what: facts.Paid) -> dict[str, Any]:
    return {
        "payment": {
            "provider": what.provider, "reference": what.reference, "payment": what.payment,
            "amount": what.amount, "currency": what.currency.upper(),
        }
    }  # fmt: skip


def _takes(_order: Order, what: facts.TakesReady) -> dict[str, Any]:
    return {"takes": what.takes}


def _card(order: Order, what: facts.CardPosted) -> dict[str, Any]:
    return {"cards": order.data.get("cards", {}) | {str(what.round): what.message}}


def _chosen(_order: Order, what: facts.Approved) -> dict[str, Any]:
    return {"chosen": what.take}


def _earlier_round(order: Order, _what: facts.AgainAsked) -> dict[str, Any]:
    return {"rounds": [*order.data.get("rounds", ()), {"round": order.round, "takes": order.data["takes"]}]}


def _reason(_order: Order, what: facts.Rejected | facts.RefundAsked) -> dict[str, Any]:
    return {"reason": what.reason}


def _files(_order: Order, what: facts.Mastered) -> dict[str, Any]:
    return {"files": what.files}


def _certificate(_order: Order, what: facts.Certified) -> dict[str, Any]:
    return {"certificate": {"number": what.certificate, "file": what.file}}


def _hand_over(order: Order, what: facts.HandedOver) -> dict[str, Any]:
    return {"hand_over": order.data.get("hand_over", {}) | {what.way: what.reference}}


def _refund(order: Order, what: facts.Refunded) -> dict[str, Any]:
    entry = {"payment": what.payment, "reference": what.reference, "amount": what.amount, "currency": what.currency}
    return {"refunds": [*order.data.get("refunds", ()), entry]}


def _failure(_order: Order, what: facts.JobDied) -> dict[str, Any]:
    return {"failure": {"kind": what.kind, "error": what.error}}


def _status(_order: Order, what: facts.BuyerTold) -> dict[str, Any]:
    return {"status": what.message}


_BACK = ("refund", "tell_buyer")
_REFUNDING, _REFUNDED, _CANCELLED, _DELIVERED = State.REFUNDING, State.REFUNDED, State.CANCELLED, State.DELIVERED

TABLE: tuple[Row, ...] = (
    # Paying
    Row(A, facts.CheckoutOpened, A, "There is a page to pay on.", ("tell_buyer",), remember=_checkout),
    Row(A, facts.Paid, C, "The price is paid.", ("compose", "tell_buyer"), _price_met, _payment, "compose_within"),
    Row(A, facts.Paid, _REFUNDING, "Another amount than the price was paid; it goes back.",
        (*_BACK, "alert_operator"), None, _payment, "refund_retry"),
    Row(A, facts.CheckoutClosed, _CANCELLED, "The payment page closed unpaid.", ("tell_buyer",), _its_checkout,
        within=""),
    Row(A, facts.Withdrawn, _CANCELLED, "The buyer called it off.", ("close_checkout", "tell_buyer"), within=""),
    Row(A, facts.DeadlinePassed, _CANCELLED, "Nobody paid in time.", ("close_checkout", "tell_buyer"), _this_version,
        within=""),
    Row(A, facts.JobDied, _CANCELLED, "No payment page could be opened.", ("tell_buyer", "alert_operator"),
        _died("open_checkout"), _failure, ""),
    Row(_CANCELLED, facts.CheckoutOpened, _CANCELLED, "The page opened too late; it is closed again.",
        ("close_checkout",), remember=_checkout),
    Row(_CANCELLED, facts.Paid, _REFUNDING, "Paid after it was called off; the money goes back.", _BACK, None,
        _payment, "refund_retry"),
    # Composing
    Row(C, facts.TakesReady, R, "Takes are ready to be heard.", ("post_card", "tell_buyer"), _this_round, _takes,
        "review_within"),
    Row(C, facts.JobDied, _REFUNDING, "The music could not be made; the money goes back.", (*_BACK, "alert_operator"),
        _died("compose"), _failure, "refund_retry"),
    Row(C, facts.DeadlinePassed, _REFUNDING, "It took too long; the money goes back.", (*_BACK, "alert_operator"),
        _this_version, within="refund_retry"),
    Row(C, facts.RetryAsked, C, "The operator asked to try again.", ("compose",), within="compose_within"),
    # Reviewing
    Row(R, facts.CardPosted, R, "The operator has the card.", (), _this_round, _card),
    Row(R, facts.Approved, P, "The operator chose a take.", ("master", "update_card", "tell_buyer"), _known_take,
        _chosen, "deliver_within"),
    Row(R, facts.AgainAsked, C, "The operator wants other takes.", ("compose", "update_card", "tell_buyer"),
        _this_round, _earlier_round, "compose_within"),
    Row(R, facts.Rejected, _REFUNDING, "The operator turned it down; the money goes back.",
        (*_BACK, "update_card"), _this_round, _reason, "refund_retry"),
    Row(R, facts.DeadlinePassed, _REFUNDING, "Nobody listened in time; the money goes back.",
        (*_BACK, "update_card", "alert_operator"), _this_version, within="refund_retry"),
    Row(R, facts.JobDied, R, "The card could not be posted.", ("alert_operator",), _died("post_card"), _failure),
    Row(R, facts.RetryAsked, R, "The operator asked for the card again.", ("post_card",), within="review_within"),
    # Packing
    Row(P, facts.CardPosted, P, "The verdict was quicker than the receipt for the card.", ("update_card",),
        _this_round, _card),
    Row(P, facts.Mastered, P, "The master files are ready; the licence names their hashes.", ("certify",), _this_round,
        _files),
    Row(P, facts.Certified, D, "Music and licence are packed.", ("hand_over", "tell_buyer"), None, _certificate),
    Row(P, facts.JobDied, P, "Packing failed; the operator can retry or refund.", ("alert_operator",),
        _died("master", "certify"), _failure),
    Row(P, facts.DeadlinePassed, _REFUNDING, "It could not be packed in time; the money goes back.",
        (*_BACK, "update_card", "alert_operator"), _this_version, within="refund_retry"),
    Row(P, facts.RetryAsked, P, "The operator asked to pack again.", ("master",), within="deliver_within"),
    # Delivering
    Row(D, facts.HandedOver, _DELIVERED, "The buyer has it.", ("tell_buyer", "update_card"), None, _hand_over, ""),
    Row(D, facts.JobDied, D, "Nobody could be handed the parcel; the operator can retry.", ("alert_operator",),
        _died("hand_over"), _failure),
    Row(D, facts.DeadlinePassed, _REFUNDING, "It could not be handed over in time; the money goes back.",
        (*_BACK, "update_card", "alert_operator"), _this_version, within="refund_retry"),
    Row(D, facts.RetryAsked, D, "The operator asked to hand it over again.", ("hand_over",), within="deliver_within"),
    # Money going back
    *(
        Row(state, facts.RefundAsked, _REFUNDING, "The money was asked back.", (*_BACK, "update_card"), None, _reason,
            "refund_retry")
        for state in (C, R, P, D, _DELIVERED)
    ),
    Row(_REFUNDING, facts.Refunded, _REFUNDED, "The money is back.", ("tell_buyer", "update_card"), _its_payment,
        _refund, ""),
    Row(_REFUNDING, facts.JobDied, _REFUNDING, "The refund failed; it is tried again later.", ("alert_operator",),
        _died("refund"), _failure, "refund_retry"),
    Row(_REFUNDING, facts.DeadlinePassed, _REFUNDING, "The refund is tried again.", ("refund",), _this_version,
        within="refund_retry"),
    Row(_REFUNDING, facts.RetryAsked, _REFUNDING, "The operator asked to try the refund again.", ("refund",),
        within="refund_retry"),
    *(
        Row(state, facts.Paid, state, "Paid a second time; the second payment goes back.",
            ("refund", "alert_operator"), _another_payment)
        for state in PAID
    ),
    *(
        Row(state, facts.Refunded, state, "A second payment is back.", ("tell_buyer",), None, _refund)
        for state in PAID
    ),
    *(
        Row(state, facts.JobDied, state, "A second payment could not be sent back.", ("alert_operator",),
            _died("refund"), _failure)
        for state in PAID
        if state is not _REFUNDING
    ),
    # Telling
    *(Row(state, facts.BuyerTold, state, "The buyer's status message stands.", remember=_status) for state in State),
    # The hand-over may be known before an operator's late card receipt; the card still has to be brought up to date.
    *(
        Row(state, facts.CardPosted, state, "A card came late and is brought up to date.", ("update_card",), None,
            _card)
        for state in (C, D, _DELIVERED, _REFUNDING, _REFUNDED)
    ),
)  # fmt: skip
