"""What was asked for and what became of it, read for statistics: a few columns of many orders, never whole orders."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bot.orders.order import State
from bot.storage.database import Database
from bot.storage.tables import events, orders

MOST = 100_000
"""Rows read at most; a shop with more than that in a span sees the newest."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One order: what was asked (the fields of its `Brief`), how it stands, and in which round.

    ``change`` is what a revision changes ("" for a new order), ``came_from`` where the buyer had read of the shop.
    """

    order: str
    customer: str
    at: datetime
    state: State
    round: int
    brief: dict[str, Any]
    change: str
    came_from: str


@dataclass(frozen=True, slots=True)
class Moment:
    """One fact that counted: for which order, of which kind (``Paid``), and when (UTC)."""

    order: str
    kind: str
    at: datetime


class History:
    """Reads what happened since a moment."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def asked_since(self, since: datetime) -> list[Asked]:
        """Return the orders placed since then, oldest first."""
        data = orders.c.data
        columns = (
            orders.c.id, orders.c.customer, orders.c.created, orders.c.state, orders.c.round, orders.c.brief,
            data["source"]["change"].as_string(), data["came_from"].as_string(),
        )  # fmt: skip
        query = select(*columns).where(orders.c.created >= since).order_by(orders.c.created.desc()).limit(MOST)
        async with self._database.read() as tx:
            rows = (await tx.execute(query)).all()
        return [
            Asked(order, customer, at, State(state), round_, brief, change or "", came_from or "")
            for order, customer, at, state, round_, brief, change, came_from in reversed(rows)
        ]

    async def heard_since(self, since: datetime, kinds: Collection[str]) -> list[Moment]:
        """Return the facts of some kinds that counted since then, in the order they were heard."""
        counted = (events.c.at >= since) & (events.c.outcome == "applied") & events.c.kind.in_(kinds)
        query = select(events.c.order_id, events.c.kind, events.c.at).where(counted).order_by(events.c.id.desc())
        async with self._database.read() as tx:
            rows = (await tx.execute(query.limit(MOST))).all()
        return [Moment(*row) for row in reversed(rows)]
