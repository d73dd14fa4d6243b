"""The work still to be done in the world: claimed under a lease, kept by a heartbeat, ended once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.facts import Fact, JobDied
from bot.storage.order_book import OrderBook
from bot.storage.owners import is_gone
from bot.storage.tables import jobs as table


@dataclass(frozen=True, slots=True)
class Retry:
    """How often work is tried, and how long is waited in between: ``first`` seconds, then ``growth`` times as long
    after every further failure, but never longer than ``longest`` seconds."""

    tries: int
    first: float
    growth: float = 3.0
    longest: float = 900.0

    def pause(self, failures: int) -> float:
        """Return the seconds to wait after that many failures (counted from 1)."""
        return float(min(self.first * self.growth ** (failures - 1), self.longest))


RETRIES: dict[str, Retry] = {
    # A buyer waits for the page: quick at first, and given up within a quarter of an hour.
    "open_checkout": Retry(tries=7, first=1, longest=300),
    "close_checkout": Retry(tries=8, first=5),
    # The story tries a dead refund again every hour, so that one job must be over within one.
    "refund": Retry(tries=6, first=5),
    # Music that failed three times from the same brief will not succeed the fourth time.
    "compose": Retry(tries=3, first=5, longest=60),
    "master": Retry(tries=4, first=5, longest=300),
    "certify": Retry(tries=4, first=5, longest=300),
    # The operator waits for it: what failed twice is taken back at once.
    "correct": Retry(tries=2, first=1),
    # Chats are down for hours now and then; whoever is told later is still told.
    "post_card": Retry(tries=12, first=2),
    "update_card": Retry(tries=10, first=2),
    "alert_operator": Retry(tries=12, first=2),
    "tell_buyer": Retry(tries=10, first=2),
    "hand_over": Retry(tries=20, first=2),
    "hand_over_thread": Retry(tries=12, first=2),
    "hand_over_claim": Retry(tries=12, first=2),
    # Mail servers turn strangers away for minutes (greylisting), and are down for hours now and then.
    "hand_over_mail": Retry(tries=14, first=20, growth=2, longest=1800),
    "paper": Retry(tries=20, first=2),
    "letter": Retry(tries=20, first=2),
}
"""By kind of work; `OTHERWISE` for the rest."""

OTHERWISE = Retry(tries=5, first=5)

LOSSES_ALLOWED = 20
"""How many workers may vanish (crash, power cut) over one job before it counts as the cause."""

LONGEST_WISH = 3600.0
"""How long a service may make one job wait, in seconds."""


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
class Depth:
    """How much work of one kind there is: open jobs, how many of them are being worked on, and the seconds since the
    oldest open one was written down."""

    count: int
    running: int
    oldest: float


class Jobs:
    """The queue beside an order book.

    Whoever holds a `Job` may write its end only while id, tries and owner still match its row (fencing): a worker
    that was thought dead cannot overwrite the result of the one that took over.
    """

    def __init__(self, book: OrderBook) -> None:
        self._book = book
        self._database = book.database

    async def claim(
        self,
        kinds: Collection[str],
        owner: str,
        lease_seconds: float,
        limit: int = 1,
        max_cost: float | None = None,
    ) -> list[Job]:
        """Take the first job that is free, and up to ``limit`` - 1 more of the same kind and ``batch_key``.

        The head of the queue (smallest priority, then oldest) is always taken, whatever it costs; more are added
        while the sum of costs stays within ``max_cost``. Two jobs of the same kind and order never run at once.
        """
        if not kinds or not await self._any_free(kinds):
            return []
        async with self._database.write(quiet=True) as tx:
            taken, buried = await self._claim_batch(tx, kinds, owner, lease_seconds, limit, max_cost)
            for job in buried:
                await self._die(tx, job, "worker after worker vanished over it", job.failures)
                await self._database.announce(tx, job.order)
        for job in buried:
            self._book.changed.ring(job.order)
        return taken

    async def heartbeat(self, job: Job, progress: float | None = None) -> bool:
        """Hold a job for another lease and note its progress (0 to 1); False says it is somebody else's now."""
        values: dict[str, Any] = {"free_at": self._in(job.lease_seconds)}
        if progress is not None:
            values["progress"] = min(max(progress, 0.0), 1.0)
        async with self._database.write(quiet=True) as tx:
            return await _wrote(tx, job, values)

    async def done(self, job: Job, fact: Fact | None = None) -> bool:
        """End a job, and tell its fact to the story in the same transaction; False says it is somebody else's now."""
        async with self._database.write(job.order) as tx:
            if not await _wrote(tx, job, self._ending("done")):
                return False
            if fact is not None:
                await self._book.tell_within(tx, fact)
            return True

    async def failed(self, job: Job, error: str, retry_after: float | None = None, final: bool = False) -> bool:
        """Note that a try failed: the job is free again after a pause, or dead after its last try.

        ``retry_after`` is the pause in seconds that a service asked for; ``final`` says that no try will help. A dead
        job is a fact (`JobDied`) of its order in the same transaction. False says it is somebody else's now.
        """
        failures = job.failures + 1
        retry = RETRIES.get(job.kind, OTHERWISE)
        async with self._database.write(job.order) as tx:
            if final or failures >= retry.tries:
                return await self._die(tx, job, error, failures)
            pause = retry.pause(failures) if retry_after is None else min(max(retry_after, 0.0), LONGEST_WISH)
            values = {"owner": None, "failures": failures, "error": _told(error), "progress": None}
            return await _wrote(tx, job, values | {"free_at": self._in(pause)})

    async def release(self, job: Job) -> bool:
        """Give a job back unharmed, free at once and not counted as a try; False says it is somebody else's now."""
        async with self._database.write() as tx:
            return await _wrote(tx, job, {"owner": None, "progress": None, "free_at": self._in(0)})

    async def free_orphans(self) -> int:
        """Free the jobs of this host's processes that are gone, so that nobody waits for their leases; how many.

        Called at start, before this process claims anything.
        """
        held = (table.c.state == "open") & table.c.owner.is_not(None)
        async with self._database.write() as tx:
            owners = (await tx.execute(select(table.c.owner).where(held).distinct())).scalars()
            freed = await tx.execute(
                update(table)
                .where(held, table.c.owner.in_([owner for owner in owners if is_gone(owner)]))
                .values(owner=None, progress=None, free_at=self._in(0), losses=table.c.losses + 1)
            )
            return int(freed.rowcount)

    async def seconds_until_free(self, kinds: Collection[str]) -> float | None:
        """Return how soon a job of these kinds can be claimed (0 if one can now), or None if there is none."""
        waiting = [table.c.state == "open", table.c.kind.in_(kinds), self._alone()]
        query = select(func.min(table.c.free_at), self._in(0)).where(*waiting)
        async with self._database.read() as tx:
            earliest, now = (await tx.execute(query)).one()
        return None if earliest is None else max(0.0, (earliest - now).total_seconds())

    async def progress_of(self, order_id: str) -> float | None:
        """Return how far the work in hand for an order is (0 to 1), or None if nobody has said."""
        query = select(func.max(table.c.progress)).where(table.c.order_id == order_id, table.c.state == "open")
        async with self._database.read() as tx:
            progress: float | None = (await tx.execute(query)).scalar_one()
            return progress

    async def position(self, order_id: str, kind: str = "compose") -> int | None:
        """Return an order's place in the queue of a kind: 0 while it is worked on, 1 if it is next, None if absent."""
        waiting = [table.c.state == "open", table.c.kind == kind]
        query = select(table).where(*waiting, table.c.order_id == order_id).order_by(table.c.priority, table.c.id)
        async with self._database.read() as tx:
            own = (await tx.execute(query.limit(1))).one_or_none()
            if own is None or own.owner is not None:
                return None if own is None else 0
            sooner = tuple_(table.c.priority, table.c.id) <= tuple_(own.priority, own.id)
            ahead = select(func.count()).select_from(table).where(*waiting, table.c.owner.is_(None), sooner)
            return int((await tx.execute(ahead)).scalar_one())

    async def depth(self) -> dict[str, Depth]:
        """Return how much open work of each kind there is."""
        query = (
            select(table.c.kind, func.count(), func.count(table.c.owner), func.min(table.c.created), self._in(0))
            .where(table.c.state == "open")
            .group_by(table.c.kind)
        )
        async with self._database.read() as tx:
            return {
                kind: Depth(count, running, max(0.0, (now - oldest).total_seconds()))
                for kind, count, running, oldest, now in await tx.execute(query)
            }

    def _in(self, seconds: float) -> ColumnElement[datetime]:
        """Return a moment that many seconds ahead, by the clock that measures leases."""
        return self._database.now(self._book.clock, seconds)

    def _free(self, kinds: Collection[str]) -> list[ColumnElement[bool]]:
        return [table.c.state == "open", table.c.kind.in_(kinds), table.c.free_at <= self._in(0), self._alone()]

    def _alone(self) -> ColumnElement[bool]:
        """No other job of the same kind and order is in somebody's hands."""
        return ~_SIBLING.where(_other.c.free_at > self._in(0)).correlate(table).exists()

    def _ending(self, state: str) -> dict[str, Any]:
        return {"state": state, "owner": None, "progress": None, "ended": self._in(0)}

    async def _any_free(self, kinds: Collection[str]) -> bool:
        """Look without the write lock, since most looks find nothing."""
        async with self._database.read() as tx:
            return (await tx.execute(select(table.c.id).where(*self._free(kinds)).limit(1))).first() is not None

    async def _claim_batch(
        self,
        tx: AsyncConnection,
        kinds: Collection[str],
        owner: str,
        lease_seconds: float,
        limit: int,
        max_cost: float | None,
    ) -> tuple[list[Job], list[Job]]:
        """Take the head of the queue, then what fits beside it; also return what is beyond help."""
        taken: list[Job] = []
        spent = 0.0
        most = max(limit, 3)
        rows = await self._candidates(tx, self._free(kinds), most)
        buried = [_job(row) for row in rows if _lost(row)]
        waiting = [row for row in rows if not _lost(row)]
        while waiting and len(taken) < limit:
            row = waiting.pop(0)
            if taken and not (_fits(row, taken) and (max_cost is None or spent + row.cost <= max_cost)):
                continue
            claimed = await self._take(tx, row, owner, lease_seconds)
            if claimed and not taken and limit > 1 and len(rows) == most:  # there is more than was looked at
                waiting = await self._beside(tx, claimed[0], 4 * limit)
            taken += claimed
            spent += sum(job.cost for job in claimed)
        return taken, buried

    async def _beside(self, tx: AsyncConnection, head: Job, limit: int) -> list[Row[Any]]:
        same = [*self._free([head.kind]), table.c.batch_key == head.batch_key]
        return [row for row in await self._candidates(tx, same, limit) if not _lost(row)]

    async def _candidates(
        self, tx: AsyncConnection, conditions: Sequence[ColumnElement[bool]], limit: int
    ) -> Sequence[Row[Any]]:
        query = select(table).where(*conditions).order_by(table.c.priority, table.c.id).limit(limit)
        return (await tx.execute(query.with_for_update(skip_locked=True))).all()

    async def _take(self, tx: AsyncConnection, row: Row[Any], owner: str, lease_seconds: float) -> list[Job]:
        """Claim one job, unless another of its kind and order is in somebody's hands."""
        if not self._database.is_sqlite:
            lock = func.hashtextextended(f"{row.kind}:{row.order_id}", 1)
            if not (await tx.execute(select(func.pg_try_advisory_xact_lock(lock)))).scalar_one():
                return []
        values = {
            "owner": owner, "tries": row.tries + 1, "free_at": self._in(lease_seconds), "progress": None,
            "losses": row.losses + (row.owner is not None),
        }  # fmt: skip
        claim = update(table).where(table.c.id == row.id, self._alone()).values(values).returning(table)
        return [replace(_job(claimed), lease_seconds=lease_seconds) for claimed in await tx.execute(claim)]

    async def _die(self, tx: AsyncConnection, job: Job, error: str, failures: int) -> bool:
        if not await _wrote(tx, job, self._ending("dead") | {"error": _told(error), "failures": failures}):
            return False
        died = JobDied(kind=job.kind, error=_told(error), data=job.data)
        await self._book.tell_within(tx, Fact(job.order, f"job:{job.id}", "shop", died))
        return True


_other = table.alias("other")
_SIBLING = select(_other.c.id).where(
    _other.c.order_id == table.c.order_id,
    _other.c.kind == table.c.kind,
    _other.c.state == "open",
    _other.c.id != table.c.id,
    _other.c.owner.is_not(None),
)
"""A job of the same kind and order in somebody's hands."""


async def _wrote(tx: AsyncConnection, job: Job, values: dict[str, Any]) -> bool:
    """Change a job's row if it is still in the hands of who claimed it."""
    owner = table.c.owner == job.owner if job.owner else table.c.owner.is_(None)
    held = [table.c.id == job.id, table.c.state == "open", table.c.tries == job.tries, owner]
    return (await tx.execute(update(table).where(*held).values(values))).rowcount == 1


def _lost(row: Row[Any]) -> bool:
    """Say whether worker after worker has vanished over a job, the present holder included."""
    return bool(row.losses + (row.owner is not None) >= LOSSES_ALLOWED)


def _fits(row: Row[Any], batch: list[Job]) -> bool:
    """Say whether a job may be done together with others: of the same kind and key, for another order."""
    alike = (row.kind, row.batch_key) == (batch[0].kind, batch[0].batch_key)
    return alike and all(row.order_id != job.order for job in batch)


def _job(row: Row[Any]) -> Job:
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


def _told(error: str) -> str:
    """Return an error short enough for a message, without the one character PostgreSQL cannot keep."""
    return error.replace("\0", "")[:500]
