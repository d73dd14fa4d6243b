"""The order story as one table: in this state, this fact leads to that state and leaves this work to be done.

`transition` is pure: the order book calls it inside the transaction that stores the fact, and writes the step's state,
data, deadline and work in the same transaction. A pair that is not in the table is ignored and journalled as such.
``docs/order-story.md`` is drawn from `TABLE`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.orders import facts
from bot.orders.brief import Brief
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.work import Work, work

A, C, R, P, D = State.AWAITING_PAYMENT, State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING
UNPAID = (A, State.CANCELLED)
PAID = (C, R, P, D, State.DELIVERED, State.REFUNDING, State.REFUNDED)


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
        brief = Brief.from_json(order.brief.to_json() | what.changes)
        after = replace(after, round=order.round + 1, brief=brief)
    if isinstance(what, facts.CheckoutOpened) and row.to is A:
        after = replace(after, deadline=_expiry(what) + _GRACE)
    elif row.within is not None:
        seconds = getattr(policy, row.within) if row.within else None
        after = replace(after, deadline=None if seconds is None else now + timedelta(seconds=seconds))
    return Step(after, tuple(work(kind, after, what) for kind in row.do), row.because)


def _expiry(what: facts.CheckoutOpened) -> datetime:
    expires = datetime.fromisoformat(what.expires)
    return expires if expires.tzinfo else expires.replace(tzinfo=UTC)


_GRACE = timedelta(minutes=10)
"""A payment made in the last second may be heard of a little later."""


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
    return not _its_payment(order, what.payment)


def _its_checkout(order: Order, what: facts.CheckoutClosed) -> bool:
    return bool(order.data.get("checkout", {}).get("reference") == what.reference)


def _news_of_its_payment(order: Order, what: facts.Refunded) -> bool:
    return _its_payment(order, what.payment) and _unheard(order, what)


def _news_of_another(order: Order, what: facts.Refunded) -> bool:
    return not _its_payment(order, what.payment) and _unheard(order, what)


def _all_back(order: Order, what: facts.Refunded) -> bool:
    if not _news_of_its_payment(order, what):
        return False
    earlier = (entry["amount"] for entry in order.data.get("refunds", ()) if entry["payment"] == what.payment)
    return bool(sum(earlier) + what.amount >= order.data["payment"]["amount"])


def _its_payment(order: Order, payment: str | None) -> bool:
    return bool(order.data.get("payment", {}).get("payment") == payment)


def _unheard(order: Order, what: facts.Refunded) -> bool:
    """A refund may be told by the job that asked for it and by the provider; it counts once."""
    return all(entry["reference"] != what.reference for entry in order.data.get("refunds", ()))


def _died(*kinds: str) -> Callable[[Order, facts.JobDied], bool]:
    """One of these kinds died, and not for an earlier round."""
    return lambda order, what: what.kind in kinds and what.data.get("round", order.round) == order.round


def _refund_died(order: Order, what: facts.JobDied) -> bool:
    return what.kind == "refund" and _its_payment(order, what.data.get("payment"))


def _second_refund_failed(order: Order, _what: facts.RetryAsked) -> bool:
    failure = order.data.get("failure", {})
    payment = failure.get("data", {}).get("payment")
    returned = [entry["payment"] for entry in order.data.get("refunds", ())]
    return failure.get("kind") == "refund" and not _its_payment(order, payment) and payment not in returned


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
    return {"failure": {"kind": what.kind, "error": what.error, "data": what.data}}


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
    Row(_REFUNDING, facts.Refunded, _REFUNDED, "The money is back.", ("tell_buyer", "update_card"), _all_back,
        _refund, ""),
    *(
        Row(state, facts.Refunded, _REFUNDED, "The money was sent back outside the shop.",
            ("tell_buyer", "update_card"), _all_back, _refund, "")
        for state in (C, R, P, D, _DELIVERED)
    ),
    *(
        Row(state, facts.Refunded, state, "Part of the money is back.", ("tell_buyer",), _news_of_its_payment, _refund)
        for state in (C, R, P, D, _DELIVERED, _REFUNDING)
    ),
    Row(_REFUNDED, facts.Refunded, _REFUNDED, "More money went back than came in.", ("alert_operator",),
        _news_of_its_payment, _refund),
    Row(_REFUNDING, facts.JobDied, _REFUNDING, "The refund failed; it is tried again later.", ("alert_operator",),
        _refund_died, _failure, "refund_retry"),
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
        Row(state, facts.Refunded, state, "A second payment is back.", ("tell_buyer",), _news_of_another, _refund)
        for state in PAID
    ),
    *(
        Row(state, facts.JobDied, state, "A second payment could not be sent back; the operator can retry.",
            ("alert_operator",), _died("refund"), _failure)
        for state in PAID
    ),
    *(
        Row(state, facts.RetryAsked, state, "The operator asked to try the second refund again.", ("refund",),
            _second_refund_failed)
        for state in (_DELIVERED, _REFUNDED)
    ),
    *(
        Row(state, facts.HandedOver, state, "The buyer has the music although the money goes back.",
            ("alert_operator",), None, _hand_over)
        for state in (_REFUNDING, _REFUNDED)
    ),
    # Telling
    *(Row(state, facts.BuyerTold, state, "The buyer's status message stands.", remember=_status) for state in State),
    # The verdict may be quicker than the receipt for the card; the card still has to be brought up to date.
    *(
        Row(state, facts.CardPosted, state, "A card came late and is brought up to date.", ("update_card",), None,
            _card)
        for state in PAID
    ),
)  # fmt: skip
