"""What a line of the story's table is, and the step that it makes of an order and a fact."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.orders import facts
from bot.orders.brief import Brief
from bot.orders.facts import What
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.work import Work, work


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
    policy's time for the new state (None keeps the present deadline, "" ends it); ``at_least`` keeps it too, but puts
    it off to that time of the policy's if it is sooner.
    """

    when: State
    fact: type[What]
    to: State
    because: str
    do: tuple[str, ...] = ()
    only_if: Callable[[Order, Any], bool] | None = None
    remember: Callable[[Order, Any], dict[str, Any]] | None = None
    within: str | None = None
    at_least: str = ""


def step(row: Row, order: Order, what: What, policy: Policy, now: datetime) -> Step:
    """Return what a line of the table does to an order at the time ``now`` (UTC)."""
    data = order.data | (row.remember(order, what) if row.remember else {})
    after = replace(order, state=row.to, version=order.version + 1, data=data)
    if isinstance(what, facts.AgainAsked):
        brief = Brief.from_json(order.brief.to_json() | what.changes)
        after = replace(after, round=order.round + 1, brief=brief)
    if isinstance(what, facts.CheckoutOpened | facts.PaymentPending) and row.to is State.AWAITING_PAYMENT:
        after = replace(after, deadline=_time_to_pay(after))
    elif row.within is not None:
        seconds = getattr(policy, row.within) if row.within else None
        after = replace(after, deadline=None if seconds is None else now + timedelta(seconds=seconds))
    elif row.at_least and after.deadline is not None:
        least = now + timedelta(seconds=getattr(policy, row.at_least))
        after = replace(after, deadline=max(after.deadline, least))
    return Step(after, tuple(work(kind, after, what) for kind in row.do), row.because)


def _time_to_pay(order: Order) -> datetime:
    """Return until when a payment may come: as long as the page is open, or the bank may take."""
    ends = [order.data.get("checkout", {}).get("expires"), order.data.get("pending", {}).get("until")]
    return max(_moment(end) for end in ends if end) + _GRACE


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


_GRACE = timedelta(minutes=10)
"""A payment made in the last second may be heard of a little later."""
