"""Whose turn it is in the queue: the first job that is free, what may be done beside it, and what is beyond help."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.database import Clock, Database
from bot.storage.tables import jobs as table

LOSSES_ALLOWED = 20
"""How many workers may vanish (crash, power cut) over one job before it counts as the cause."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work, claimed. ``tries`` counts the claims, this one included: beyond 1, an earlier attempt may
    have reached the world. ``cost`` is seconds of audio; ``progress`` is 0 to 1; ``lease_seconds`` is how long a claim
    or a heartbeat holds it, ``leased_until`` the first such moment, by the clock that measures leases."""

    id: int
    kind: str
    order: str
    key: str
    data: dict[str, Any] = field(default_factory=dict)
    tries: int = 1
    failures: int = 0
    owner: str = ""
    priority: int = 5
    batch_key: str = ""
    cost: float = 0.0
    lease_seconds: float = 60.0
    leased_until: datetime | None = None
    progress: float | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """What a worker would take: of which kinds, under which name and lease, how many and how much cost at once."""

    kinds: Collection[str]
    owner: str
    lease_seconds: float
    limit: int = 1
    max_cost: float | None = None


class Queue:
    """The open jobs in the order in which they are taken: smallest priority, then oldest."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def moment(self, seconds: float) -> ColumnElement[datetime]:
        """Return a moment that many seconds ahead, by the clock that measures leases."""
        return self._database.now(self._clock, seconds)

    def free(self, kinds: Collection[str]) -> list[ColumnElement[bool]]:
        """Return the conditions under which a job of these kinds may be claimed now."""
        due = or_(table.c.free_at <= self.moment(0), _NEVER_PUT_OFF)
        return [table.c.state == "open", table.c.kind.in_(kinds), due, self.alone()]

    def free_from(self) -> ColumnElement[datetime]:
        """Return when a job may be claimed."""
        return case((_NEVER_PUT_OFF, self.moment(0)), else_=table.c.free_at)

    def alone(self) -> ColumnElement[bool]:
        """No other job of the same kind and order is in somebody's hands."""
        return ~_SIBLING.where(_other.c.free_at > self.moment(0)).correlate(table).exists()

    async def take(self, tx: AsyncConnection, wish: Wish) -> tuple[list[Job], list[Job]]:
        """Take the head of the queue, then what fits beside it; also return what is beyond help, untouched."""
        taken: list[Job] = []
        spent = 0.0
        most = max(wish.limit, 3)
        rows = await self._candidates(tx, self.free(wish.kinds), most)
        buried = [job_of(row) for row in rows if _lost(row)]
        waiting = [row for row in rows if not _lost(row)]
        while waiting and len(taken) < wish.limit:
            row = waiting.pop(0)
            if taken and not (_fits(row, taken) and (wish.max_cost is None or spent + row.cost <= wish.max_cost)):
                continue
            claimed = await self._claim(tx, row, wish)
            if claimed and not taken and wish.limit > 1 and len(rows) == most:  # there is more than was looked at
                waiting = await self._beside(tx, claimed[0], 4 * wish.limit)
            taken += claimed
            spent += sum(job.cost for job in claimed)
        return taken, buried

    async def _beside(self, tx: AsyncConnection, head: Job, limit: int) -> list[Row[Any]]:
        same = [*self.free([head.kind]), table.c.batch_key == head.batch_key]
        return [row for row in await self._candidates(tx, same, limit) if not _lost(row)]

    async def _candidates(
        self, tx: AsyncConnection, conditions: Sequence[ColumnElement[bool]], limit: int
    ) -> Sequence[Row[Any]]:
        query = select(table).where(*conditions).order_by(table.c.priority, table.c.id).limit(limit)
        return (await tx.execute(query.with_for_update(skip_locked=True))).all()

    async def _claim(self, tx: AsyncConnection, row: Row[Any], wish: Wish) -> list[Job]:
        """Claim one job, unless another of its kind and order is in somebody's hands."""
        if not self._database.is_sqlite:
            lock = func.hashtextextended(f"{row.kind}:{row.order_id}", 1)
            if not (await tx.execute(select(func.pg_try_advisory_xact_lock(lock)))).scalar_one():
                return []
        values = {
            "owner": wish.owner, "tries": row.tries + 1, "free_at": self.moment(wish.lease_seconds), "progress": None,
            "losses": row.losses + (row.owner is not None),
        }  # fmt: skip
        claim = update(table).where(table.c.id == row.id, self.alone()).values(values).returning(table)
        return [replace(job_of(claimed), lease_seconds=wish.lease_seconds) for claimed in await tx.execute(claim)]


_NEVER_PUT_OFF = and_(table.c.owner.is_(None), table.c.failures == 0)
"""Nobody has it and no try has failed: it waits for no moment, even if the clock was set back since it was written."""

_other = table.alias("other")
_SIBLING = select(_other.c.id).where(
    _other.c.order_id == table.c.order_id,
    _other.c.kind == table.c.kind,
    _other.c.state == "open",
    _other.c.id != table.c.id,
    _other.c.owner.is_not(None),
)
"""A job of the same kind and order in somebody's hands."""


def job_of(row: Row[Any]) -> Job:
    """Return a row of the table as whoever holds it sees it."""
    return Job(
        id=row.id,
        kind=row.kind,
        order=row.order_id,
        key=row.key,
        data=row.data,
        tries=row.tries,
        failures=row.failures,
        owner=row.owner or "",
        priority=row.priority,
        batch_key=row.batch_key,
        cost=row.cost,
        leased_until=row.free_at,
        progress=row.progress,
    )


def _lost(row: Row[Any]) -> bool:
    """Say whether worker after worker has vanished over a job, the present holder included."""
    return bool(row.losses + (row.owner is not None) >= LOSSES_ALLOWED)


def _fits(row: Row[Any], batch: list[Job]) -> bool:
    """Say whether a job may be done together with others: of the same kind and key, for another order."""
    alike = (row.kind, row.batch_key) == (batch[0].kind, batch[0].batch_key)
    return alike and all(row.order_id != job.order for job in batch)
