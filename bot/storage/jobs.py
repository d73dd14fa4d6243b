"""The work still to be done in the world: claimed under a lease, kept by a heartbeat, ended once."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import Problem
from bot.orders.explained import Explained
from bot.orders.facts import Fact, JobDied
from bot.storage.claiming import Job as Job
from bot.storage.claiming import Queue, Wish
from bot.storage.order_book import OrderBook
from bot.storage.outbox import alone_with
from bot.storage.owners import is_gone
from bot.storage.retries import LONGEST_WISH, OTHERWISE, RETRIES
from bot.storage.tables import jobs as table

OUTAGE = (OperationalError, InterfaceError, OSError)
"""Errors of the database that pass by themselves."""


class Hold(Explained):
    """What a worker hears about a job that it took."""

    OURS = "ours", "Go on."
    LOST = "lost", "Somebody else has it now, because this worker did not say in time that it is alive."
    UNWANTED = "unwanted", "Nobody wants it any more: the order was taken back, or has gone on without it."


class WorkOver(Exception):
    """Whoever works on a job must stop; ``hold`` says why. Nothing is written: the job is in other hands, or ended."""

    def __init__(self, hold: Hold) -> None:
        super().__init__(hold.sentence)
        self.hold = hold


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
    that was thought dead cannot overwrite the result of the one that took over, and what the story has dropped
    (`bot.storage.outbox.call_off`) leaves nothing behind.
    """

    def __init__(self, book: OrderBook) -> None:
        self._book = book
        self._database = book.database
        self._queue = Queue(book.database, lambda: book.clock())

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
            taken, buried = await self._queue.take(tx, Wish(kinds, owner, lease_seconds, limit, max_cost))
        for job in buried:
            async with self._database.write(job.order) as tx:
                await self._die(tx, job, _VANISHED, job.failures)
        return taken

    async def heartbeat(self, job: Job, progress: float | None = None) -> Hold:
        """Hold a job for another lease and note its progress (0 to 1); the answer says whether to go on."""
        values: dict[str, Any] = {"free_at": self._queue.moment(job.lease_seconds)}
        if progress is not None:
            values["progress"] = min(max(progress, 0.0), 1.0)
        async with self._database.write(quiet=True) as tx:
            return Hold.OURS if await _wrote(tx, job, values) else await _hold(tx, job)

    async def hold(self, job: Job) -> Hold:
        """Look whether to go on with a job, without holding it any longer."""
        async with self._database.read() as tx:
            return await _hold(tx, job)

    async def done(self, job: Job, fact: Fact | None = None) -> bool:
        """End a job, and tell its fact to the story in the same transaction; False says it is not ours any more."""
        async with self._database.write(job.order) as tx:
            await alone_with(self._database, tx, job.order)
            if not await _wrote(tx, job, self._ending("done")):
                return False
            if fact is not None:
                await self._book.tell_within(tx, fact)
            return True

    async def failed(self, job: Job, error: str, retry_after: float | None = None, final: bool = False) -> bool:
        """Note that a try failed: the job is free again after a pause, or dead after its last try.

        ``error`` is the technical cause; a `Problem` brings the sentence that people are told, its values plain data.
        ``retry_after`` is the pause in seconds that a service asked for; ``final`` says that no try will help. A dead
        job is a fact (`JobDied`) of its order in the same transaction. False says it is not ours any more.
        """
        failures = job.failures + 1
        retry = RETRIES.get(job.kind, OTHERWISE)
        async with self._database.write(job.order) as tx:
            if final or failures >= retry.tries:
                return await self._die(tx, job, error, failures)
            pause = retry.pause(failures) if retry_after is None else min(max(retry_after, 0.0), LONGEST_WISH)
            values = {"owner": None, "failures": failures, "error": _told(error), "progress": None}
            return await _wrote(tx, job, values | {"free_at": self._queue.moment(pause)})

    async def release(self, job: Job) -> bool:
        """Give a job back unharmed, free at once and not counted as a try; False says it is not ours any more."""
        async with self._database.write() as tx:
            return await _wrote(tx, job, {"owner": None, "progress": None, "free_at": self._queue.moment(0)})

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
                .values(owner=None, progress=None, free_at=self._queue.moment(0), losses=table.c.losses + 1)
            )
            return int(freed.rowcount)

    async def seconds_until_free(self, kinds: Collection[str]) -> float | None:
        """Return how soon a job of these kinds can be claimed (0 if one can now), or None if there is none."""
        waiting = [table.c.state == "open", table.c.kind.in_(kinds), self._queue.alone()]
        query = select(func.min(self._queue.free_from()), self._queue.moment(0)).where(*waiting)
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
        oldest_of, now_there = func.min(table.c.created), self._queue.moment(0)
        query = (
            select(table.c.kind, func.count(), func.count(table.c.owner), oldest_of, now_there)
            .where(table.c.state == "open")
            .group_by(table.c.kind)
        )
        async with self._database.read() as tx:
            return {
                kind: Depth(count, running, max(0.0, (now - oldest).total_seconds()))
                for kind, count, running, oldest, now in await tx.execute(query)
            }

    def _ending(self, state: str) -> dict[str, Any]:
        return {"state": state, "owner": None, "progress": None, "ended": self._queue.moment(0)}

    async def _any_free(self, kinds: Collection[str]) -> bool:
        """Look without the write lock, since most looks find nothing."""
        async with self._database.read() as tx:
            return (await tx.execute(select(table.c.id).where(*self._queue.free(kinds)).limit(1))).first() is not None

    async def _die(self, tx: AsyncConnection, job: Job, error: str, failures: int) -> bool:
        await alone_with(self._database, tx, job.order)
        if not await _wrote(tx, job, self._ending("dead") | {"error": _told(error), "failures": failures}):
            return False
        cause, values = (error.text, error.values) if isinstance(error, Problem) else ("", {})
        died = JobDied(kind=job.kind, error=_told(error), data=job.data, cause=cause, values=values)
        await self._book.tell_within(tx, Fact(job.order, f"job:{job.id}", "shop", died))
        return True


_VANISHED = Problem("worker after worker vanished over it", "cause-vanished")


def _still(job: Job) -> list[Any]:
    """Return the conditions under which a job is still in the hands of who claimed it."""
    owner = table.c.owner == job.owner if job.owner else table.c.owner.is_(None)
    return [table.c.id == job.id, table.c.state == "open", table.c.tries == job.tries, owner]


async def _wrote(tx: AsyncConnection, job: Job, values: dict[str, Any]) -> bool:
    """Change a job's row if it is still in the hands of who claimed it."""
    return (await tx.execute(update(table).where(*_still(job)).values(values))).rowcount == 1


async def _hold(tx: AsyncConnection, job: Job) -> Hold:
    """Say whose a job is. What was forgotten with its order (a row that is gone) is as unwanted as what was dropped."""
    if (await tx.execute(select(table.c.id).where(*_still(job)))).first() is not None:
        return Hold.OURS
    state = (await tx.execute(select(table.c.state).where(table.c.id == job.id))).scalar_one_or_none()
    return Hold.UNWANTED if state in ("dropped", None) else Hold.LOST


def _told(error: str) -> str:
    """Return an error short enough for a message, without the one character PostgreSQL cannot keep."""
    return error.replace("\0", "")[:500]
