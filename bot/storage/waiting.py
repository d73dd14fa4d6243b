"""How much music stands between an order and its takes."""

from sqlalchemy import func, select, tuple_

from bot.storage.database import Database
from bot.storage.tables import jobs as table


async def music_until(database: Database, order_id: str, kind: str = "compose") -> float | None:
    """Return how many seconds of music are still to be made until an order's is, its own included.

    What is in hand counts for the share that is not done yet, whoever has it. None: nothing is to be made for it.
    """
    open_jobs = [table.c.state == "open", table.c.kind == kind]
    left = table.c.cost * (1.0 - func.coalesce(table.c.progress, 0.0))
    query = select(table.c.priority, table.c.id, table.c.owner, left.label("left"))
    async with database.read() as tx:
        own_first = query.where(*open_jobs, table.c.order_id == order_id).order_by(table.c.priority, table.c.id)
        own = (await tx.execute(own_first.limit(1))).one_or_none()
        if own is None:
            return None
        in_hand = table.c.owner.is_not(None)
        sooner = tuple_(table.c.priority, table.c.id) < tuple_(own.priority, own.id)
        ahead = in_hand if own.owner is not None else in_hand | sooner
        others = select(func.sum(left)).where(*open_jobs, table.c.order_id != order_id, ahead)
        return float(own.left) + float((await tx.execute(others)).scalar_one() or 0.0)
