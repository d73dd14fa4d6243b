"""How orders and journal entries lie in their rows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from bot.orders.brief import Brief
from bot.orders.order import Order, State
from bot.orders.pricing import Price


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an order's journal: what was said, by whom, and what it did.

    ``outcome`` is ``applied``, ``ignored`` or ``waiting``; ``before`` and ``after`` are the order's states, None while
    the order is not known yet; ``because`` is the sentence of the table, or why it was ignored.
    """

    id: int
    order: str
    key: str
    kind: str
    by: str
    data: dict[str, Any]
    at: datetime
    outcome: str
    before: State | None
    after: State | None
    because: str


def order_values(order: Order, now: datetime) -> dict[str, Any]:
    """Return the columns of an order that changed at ``now``."""
    return {
        "id": order.id,
        "state": order.state.value,
        "version": order.version,
        "round": order.round,
        "customer": order.customer,
        "locale": order.locale,
        "place": order.place,
        "brief": order.brief.to_json(),
        "price": order.price.to_json(),
        "data": order.data,
        "deadline": order.deadline,
        "created": order.created,
        "changed": now,
    }


def read_order(row: Row[Any]) -> Order:
    """Read what `order_values` wrote."""
    return Order(
        id=row.id,
        customer=row.customer,
        locale=row.locale,
        brief=Brief.from_json(row.brief),
        price=Price.from_json(row.price),
        state=State(row.state),
        version=row.version,
        round=row.round,
        place=row.place,
        deadline=row.deadline,
        created=row.created,
        data=row.data,
    )


def read_event(row: Row[Any]) -> Event:
    """Read one journal entry."""
    return Event(
        id=row.id,
        order=row.order_id,
        key=row.key,
        kind=row.kind,
        by=row.by,
        data=row.data,
        at=row.at,
        outcome=row.outcome,
        before=State(row.before) if row.before else None,
        after=State(row.after) if row.after else None,
        because=row.because,
    )
