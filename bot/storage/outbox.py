"""The outbox: the work that is left to be done in the world, written in the transaction of what it follows from.

What the same step makes useless is called off there, too, so that nobody goes on with it.
"""

from collections.abc import Iterable

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.order import Order
from bot.orders.work import LONG, Work, wanted
from bot.storage import tables
from bot.storage.database import Clock, Database


async def give_out(database: Database, clock: Clock, tx: AsyncConnection, order_id: str, works: Iterable[Work]) -> None:
    """Write work down; a key that was used before is not done again."""
    now = database.now(clock)
    rows = [
        {
            "key": work.key, "order_id": order_id, "kind": work.kind, "data": work.data,
            "priority": work.priority, "batch_key": work.batch_key, "cost": work.cost, "state": "open",
            "free_at": now, "tries": 0, "failures": 0, "losses": 0, "created": now,
        }
        for work in works
    ]  # fmt: skip
    if rows:
        insert = database.insert(tables.jobs).values(rows)
        await tx.execute(insert.on_conflict_do_nothing(index_elements=["key"]))


async def call_off(database: Database, clock: Clock, tx: AsyncConnection, order: Order) -> None:
    """End the long work that nobody wants any more now that an order stands so, also what is in somebody's hands:
    their next heartbeat says so, and the end they would write is fenced off."""
    jobs = tables.jobs
    there = [jobs.c.order_id == order.id, jobs.c.state == "open", jobs.c.kind.in_(LONG)]
    rows = (await tx.execute(select(jobs.c.id, jobs.c.kind, jobs.c.data).where(*there))).all()
    idle = [row.id for row in rows if not wanted(order, row.kind, row.data)]
    if idle:
        values = {"state": "dropped", "owner": None, "progress": None, "ended": database.now(clock)}
        await tx.execute(update(jobs).where(jobs.c.id.in_(idle), jobs.c.state == "open").values(values))


async def alone_with(database: Database, tx: AsyncConnection, order_id: str) -> None:
    """Let one transaction at a time write about an order, also while the order is not there yet.

    Whoever changes a job's row and the story takes this lock first; `call_off` goes the same way round.
    """
    if not database.is_sqlite:  # there the whole transaction has the only write lock
        await tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(order_id, 0))))
