"""The outbox: the work that is left to be done in the world, written in the transaction of what it follows from."""

from collections.abc import Iterable

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.work import Work
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
