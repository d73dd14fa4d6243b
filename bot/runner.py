"""Whoever does the work: claims jobs, hands each to its room, writes down what came of it, and watches the clock."""

import asyncio
import errno
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from typing import Any

import structlog

from bot.errors import (
    BadInput,
    EngineFailed,
    NotAllowed,
    NotFound,
    OutOfMemory,
    Problem,
    Refused,
    ShopError,
    TooLarge,
    TryLater,
    Unreachable,
)  # fmt: skip
from bot.orders.facts import Fact, What
from bot.orders.order import Order
from bot.storage.jobs import OUTAGE, Hold, Job, Jobs, WorkOver
from bot.storage.order_book import OrderBook, Outcome
from bot.storage.owners import new_owner

Hand = Callable[[Job, Order], Awaitable[What | None]]
"""Does one job for an order (as it stands when the job starts) and returns the fact it leads to, if any.

It may be called again for the same job after a crash (``job.tries`` > 1), so that its effect must bear repetition.
"""

HOPELESS = (BadInput, NotAllowed, NotFound, Refused, TooLarge, Unreachable)
"""Errors of a hand that no further try will mend."""

AT_ONCE = 4
"""How many jobs of one kind run side by side unless the runner is told otherwise."""

DEADLINE_SECONDS = 1.0
"""How late a deadline may be noticed; it also keeps an order that cannot be told from being told without pause."""

RECOVERY_SECONDS = 2.0
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 60.0
"""Seconds; a laptop that slept finds out what is due within the longest one."""

_SORTS: tuple[tuple[type[Exception], str], ...] = (
    (TryLater, "cause-later"), (Unreachable, "cause-unreachable"), (TooLarge, "cause-too-large"),
    (Refused, "cause-refused"), (NotFound, "cause-missing"), (OutOfMemory, "cause-memory"),
    (EngineFailed, "cause-engine"),
)  # fmt: skip
"""What the operator is told of an error that brings no sentence of its own; everything else is a fault of ours."""

log = structlog.get_logger(__name__)


def cause(error: Exception) -> Problem:
    """Return why a job failed: the technical cause, with the sentence in which the operator is told of it."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Problem(str(error), "cause-disk")
    if isinstance(error, ShopError) and error.text != type(error).text and not error.text.startswith("reason-"):
        values = {
            name: value if isinstance(value, int | float) else str(value)[:200] for name, value in error.values.items()
        }
        return Problem(str(error), error.text, **values)
    key = next((key for sort, key in _SORTS if isinstance(error, sort)), "cause-fault")
    return Problem(str(error) if key != "cause-fault" else f"{type(error).__name__}: {error}", key)


class Runner:
    """Runs the jobs of the kinds it has hands for, ``concurrency`` at once of each kind, until it is stopped.

    A hand that returns ends its job and tells its fact in one transaction; `TryLater` and unforeseen errors are tried
    again later by the kind's policy; `HOPELESS` errors end it at once. A hand whose job nobody wants any more is
    cancelled as soon as its order changes. Orders whose time is over are told so.
    ``lease_seconds`` is how soon another process takes over after a crash. ``closed`` returns for a kind how many
    seconds nothing of it may begin (0: it may now); ``most_cost`` how much cost may be claimed in one batch.
    """

    def __init__(
        self,
        book: OrderBook,
        jobs: Jobs,
        hands: Mapping[str, Hand],
        concurrency: Mapping[str, int] | None = None,
        *,
        lease_seconds: float = 60.0,
        closed: Mapping[str, Callable[[], float]] | None = None,
        most_cost: Callable[[], float | None] = lambda: None,
    ) -> None:
        self._book = book
        self._jobs = jobs
        self._hands = dict(hands)
        self._most = {kind: (concurrency or {}).get(kind, AT_ONCE) for kind in hands}
        self._lease = lease_seconds
        self._closed = dict(closed or {})
        self._most_cost = most_cost
        self._owner = new_owner()
        self._running: dict[asyncio.Task[None], Job] = {}
        self._next_look = 0.0
        self._stopping = False
        self._loop: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Free what a crashed process of this host left behind, and begin."""
        await self._jobs.free_orphans()
        self._loop = asyncio.create_task(self.run(), name="runner")

    async def stop(self, grace_seconds: float = 5.0) -> None:
        """Claim nothing more, let running hands finish for so long, and give the rest back uncounted."""
        self._stopping = True
        self._book.changed.ring("")
        if self._loop is not None:
            await self._loop
        if self._running:
            await asyncio.wait(self._running, timeout=grace_seconds)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def run(self) -> None:
        """Work until `stop`; a database that is away for a while is waited for."""
        while not self._stopping:
            seen = self._book.changed.count
            try:
                await self._fill()
                pause = min(await self._until_work(), await self._until_deadline(), LONGEST_PAUSE)
            except OUTAGE as error:
                log.warning("the database is away", error=type(error).__name__)
                pause = RECOVERY_SECONDS
            except Exception:
                log.exception("the runner stumbled")
                pause = RECOVERY_SECONDS
            if not self._stopping:
                await self._book.changed.wait(seen, pause)

    async def _fill(self) -> None:
        """Claim and begin work while there is some, and room for it."""
        while not self._stopping and (room := self._room()):
            claimed = await self._jobs.claim(
                list(room), self._owner, self._lease, limit=min(room.values()), max_cost=self._most_cost()
            )
            for job in claimed:
                task = asyncio.create_task(self._work(job), name=f"job {job.id} {job.kind}")
                self._running[task] = job
                task.add_done_callback(self._finished)
            if not claimed:
                return

    def _room(self) -> dict[str, int]:
        """Return how many more jobs of each kind may begin now, where any may."""
        busy = [job.kind for job in self._running.values()]
        room = {kind: most - busy.count(kind) for kind, most in self._most.items()}
        return {kind: free for kind, free in room.items() if free > 0 and not self._shut(kind)}

    def _shut(self, kind: str) -> float:
        """Return the seconds for which nothing of a kind may begin."""
        return self._closed[kind]() if kind in self._closed else 0.0

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job could not be written down", task=task.get_name(), exc_info=error)
        self._book.changed.ring("")

    async def _until_work(self) -> float:
        """Return the seconds until a job's pause or lease is over, where there is room for one."""
        room = self._room()
        free = await self._jobs.seconds_until_free(list(room)) if room else None
        opens = [shut for kind in self._closed if (shut := self._shut(kind))]
        return max(min([LONGEST_PAUSE if free is None else free, *opens]), SHORTEST_PAUSE)

    async def _until_deadline(self) -> float:
        """Tell orders that their time is over, at most once a second; return the seconds until the next look."""
        loop = asyncio.get_running_loop()
        if (early := self._next_look - loop.time()) <= 0:
            now = self._book.clock()
            deadline = await self._book.next_deadline()
            if deadline is not None and deadline <= now:
                while any(told.outcome is Outcome.APPLIED for told in await self._book.overdue(now)):
                    pass
                deadline = await self._book.next_deadline()
            early = LONGEST_PAUSE if deadline is None else max((deadline - now).total_seconds(), DEADLINE_SECONDS)
            self._next_look = loop.time() + DEADLINE_SECONDS
        return early

    async def _work(self, job: Job) -> None:
        """Do one job and write down what came of it."""
        try:
            with self._book.changed.bell(job.order) as bell:
                order = await self._book.get(job.order)
                what = await self._held(job, order, bell)
        except asyncio.CancelledError:
            await self._write(partial(self._jobs.release, job))
            raise
        except WorkOver as over:
            log.info("a job is left alone", job=job.id, kind=job.kind, order=job.order, because=over.hold.sentence)
        except TryLater as error:
            log.info("a job is put off", job=job.id, kind=job.kind, order=job.order, error=str(error))
            await self._write(partial(self._jobs.failed, job, cause(error), retry_after=error.after))
        except HOPELESS as error:
            log.warning("a job failed for good", job=job.id, kind=job.kind, order=job.order, error=str(error))
            await self._write(partial(self._jobs.failed, job, cause(error), final=True))
        except Exception as error:
            log.exception("a job failed", job=job.id, kind=job.kind, order=job.order)
            await self._write(partial(self._jobs.failed, job, cause(error)))
        else:
            await self._end(job, what)

    async def _held(self, job: Job, order: Order, bell: asyncio.Event) -> What | None:
        """Let the hand work; say three times a lease that it still does, and look whenever its order has changed.

        :raises WorkOver: if the job is in other hands, or nobody wants it any more; the hand has ended by then.
        """
        hand = asyncio.ensure_future(self._hands[job.kind](job, order))
        rung = asyncio.ensure_future(bell.wait())
        clock = asyncio.get_running_loop().time
        beat = clock() + self._lease / 3
        try:
            while not hand.done():
                await asyncio.wait({hand, rung}, timeout=max(0.0, beat - clock()), return_when=asyncio.FIRST_COMPLETED)
                if hand.done():
                    break
                beating = clock() >= beat
                if rung.done():
                    bell.clear()
                    rung = asyncio.ensure_future(bell.wait())
                if (hold := await self._asked(job, beating=beating)) is not Hold.OURS:
                    raise WorkOver(hold)
                if beating:
                    beat = clock() + self._lease / 3
            if hand.cancelled():
                raise RuntimeError("the hand cancelled itself")
            return hand.result()
        finally:
            rung.cancel()
            if not hand.done():
                hand.cancel()
                await asyncio.gather(hand, return_exceptions=True)

    async def _asked(self, job: Job, *, beating: bool) -> Hold:
        """Ask whether to go on with a job; ``beating`` also says that it is being worked on."""
        try:
            return await (self._jobs.heartbeat(job) if beating else self._jobs.hold(job))
        except OUTAGE as error:
            log.warning("a heartbeat was not heard", job=job.id, error=type(error).__name__)
            return Hold.OURS  # fencing decides in the end

    async def _end(self, job: Job, what: What | None) -> None:
        """Write the result down; a fact that the story cannot take counts as a failure of the job."""
        fact = Fact(job.order, f"job:{job.id}", "shop", what) if what is not None else None
        try:
            await self._write(partial(self._jobs.done, job, fact))
        except OUTAGE:
            raise
        except Exception as error:
            log.exception("the story could not take a fact", job=job.id, kind=job.kind, order=job.order)
            await self._write(partial(self._jobs.failed, job, cause(error)))

    async def _write(self, step: Callable[[], Coroutine[Any, Any, bool]]) -> None:
        """Write to the end even when this task is being cancelled: what was done in the world must not be forgotten."""
        writing = asyncio.create_task(self._insist(step))
        try:
            ours = await asyncio.shield(writing)
        except asyncio.CancelledError:
            await writing
            raise
        if not ours:
            log.info("a result came too late: the job is in other hands, or nobody wants it any more")

    async def _insist(self, step: Callable[[], Coroutine[Any, Any, bool]]) -> bool:
        """Repeat a write while the database is away, for as long as the lease may last."""
        async with asyncio.timeout(self._lease):
            while True:
                try:
                    return await step()
                except OUTAGE as error:
                    log.warning("a result waits for the database", error=type(error).__name__)
                    await asyncio.sleep(RECOVERY_SECONDS)
