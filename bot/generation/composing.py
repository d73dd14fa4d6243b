"""The hand for ``compose``: a paid brief becomes takes that are made, finished, checked, drawn and ranked.

Each take is one piece of work in the studio (`bot.generation.making`) and leaves a folder
``orders/<id>/r<round>/t<index>``; of an interrupted round only what is not finished is made again. Seeds come from
order, round and index: the same work gives the same music.
"""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from bot.finishing.likeness import LIBRARY
from bot.generation.concluding import conclude
from bot.generation.making import COMPOSED, finish_take, make_take
from bot.generation.revising import change_of
from bot.generation.studio import Report, Studio
from bot.generation.takecard import finished_before
from bot.generation.takework import Learn, Room, TakeWork, played_file
from bot.generation.turns import Turn, Turns, Urgency
from bot.orders.facts import TakesReady
from bot.orders.order import Order
from bot.orders.revision import root_of, source_of
from bot.orders.work import wanted
from bot.storage.jobs import OUTAGE, Hold, Job, Jobs, WorkOver
from bot.storage.media import Media

T = TypeVar("T")

ENDING = Turn(Urgency.ENDING)
"""Whatever an engine has played is finished, and whatever is finished is shown, before new music is made."""

SAY_EVERY = 1.0
"""Seconds between two notes of progress in the queue."""

Family = Callable[[str], Awaitable[Sequence[Order]]]
"""Returns all orders that grew out of one, and that one itself, by its id."""


class Composing:
    """Makes the takes of an order. ``places`` are the config folders, ``count`` the takes of a round.

    ``family`` looks up what a revision has grown out of; ``room`` is where engines that make batches play, and
    ``learn`` hears how long orders took by ``clock`` (seconds).
    """

    def __init__(
        self,
        studio: Studio,
        media: Media,
        jobs: Jobs,
        places: Sequence[Path],
        engine: str,
        count: int,
        family: Family,
        room: Room | None = None,
        learn: Learn | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._studio = studio
        self._media = media
        self._jobs = jobs
        self._places = tuple(places)
        self._engine = engine
        self._count = count
        self._family = family
        self._room = room
        self._learn = learn
        self._clock = clock
        self._in_hand = 0
        self._turns = Turns()

    async def compose(self, job: Job, order: Order) -> TakesReady | None:
        """Make all takes of the order's round side by side, draw them, and rank them.

        Nothing of it goes on once this has ended, however it ends; what is finished is kept for the next try.

        :raises EngineFailed: if a take cannot be made. :raises WorkOver: if the job is no longer this worker's.
        """
        round_ = job.data["round"]
        if not wanted(order, job.kind, job.data):
            return None
        kin = {one.id: one for one in await self._family(root_of(order))} if source_of(order) else {}
        await self._media.fetch_folder(LIBRARY)
        if source := source_of(order):
            await self._media.fetch_folder(source.key)
        works = [self._work(order, round_, index, kin) for index in range(1, self._count + 1)]
        shares = [0.0] * self._count
        resumed = await asyncio.to_thread(_begun, works)
        started, self._in_hand = self._clock(), self._in_hand + 1
        try:
            with self._turns.order(order.brief.seconds * self._count) as turn:
                made = await _together((self._take(work, turn, shares) for work in works), self._say(job, shares))
            # Orders in hand at once share the machine, so each took its part of the time; one that goes on from what a
            # crash left says nothing of it.
            if self._learn is not None and not resumed:
                await self._learn((self._clock() - started) / self._in_hand, float(order.brief.seconds))
        finally:
            self._in_hand -= 1
        key = f"orders/{order.id}/r{round_}"
        ranked = await self._studio.line(ENDING).run(conclude, list(made), works, self._media.folder(key))
        # Who slept longer than the lease wakes up here with takes of its own of a round that others have told of, and
        # must not put them in the place of what the operator has heard.
        await self._still_ours(job, 1.0)
        await self._media.keep(key)
        return TakesReady(round_, ranked)

    async def _take(self, work: TakeWork, turn: Turn, shares: list[float]) -> dict[str, Any]:
        def note(share: float) -> None:
            shares[work.index - 1] = share

        take = await asyncio.to_thread(finished_before, work.folder)
        if take is None and self._room is None:
            take = await self._studio.line(turn).watched(note, make_take, work)
        for number in itertools.count() if take is None else ():
            played = await self._played(work, number, note)
            take = await self._studio.line(ENDING).watched(note, finish_take, work, number, played)
            if take is not None:
                break
        assert take is not None
        self._turns.made(work.brief.seconds)
        note(1.0)
        return take

    async def _played(self, work: TakeWork, number: int, note: Report) -> Path:
        """Return the file of an attempt as the engine room played it; after a crash it may be there already."""
        assert self._room is not None
        file = played_file(work, number)
        if not await asyncio.to_thread(file.is_file):
            await self._room.play(work, number, file, lambda share: note(share * COMPOSED))
        return file

    async def _say(self, job: Job, shares: list[float]) -> None:
        """Note the progress until cancelled. :raises WorkOver: once the queue answers that the work is not ours."""
        while True:
            await self._still_ours(job, sum(shares) / len(shares))
            await asyncio.sleep(SAY_EVERY)

    async def _still_ours(self, job: Job, progress: float) -> None:
        """Note the progress, which holds the job for another lease. :raises WorkOver: if the work is not ours."""
        try:
            hold = await self._jobs.heartbeat(job, progress=progress)
        except OUTAGE:  # the runner, which has the lease to keep, says so
            return
        if hold is not Hold.OURS:
            raise WorkOver(hold)

    def _work(self, order: Order, round_: int, index: int, kin: Mapping[str, Order]) -> TakeWork:
        key = f"orders/{order.id}/r{round_}/t{index}"
        source = source_of(order)
        parent = kin.get(source.order) if source else None
        return TakeWork(
            self._engine,
            self._places,
            order.brief,
            index,
            self._media.folder(key),
            key,
            self._media.path(LIBRARY),
            change_of(order, index, parent.brief if parent else None, self._media, parent.chosen if parent else None),
            tuple(kin),
        )


def _begun(works: Sequence[TakeWork]) -> bool:
    """Say whether an earlier try left anything of these takes; what it left half-written goes."""
    for folder in dict.fromkeys(place for work in works for place in (work.folder, work.folder.parent)):
        for part in folder.glob(".*"):
            if part.is_file():
                part.unlink(missing_ok=True)
    return any(next(work.folder.iterdir(), None) is not None for work in works)


async def _together(works: Iterable[Coroutine[Any, Any, T]], beside: Coroutine[Any, Any, None]) -> list[T]:
    """Return what all work gives, with something going on beside it until then.

    The first error ends everything else before it is raised, so that no task is left behind.
    """
    try:
        async with asyncio.TaskGroup() as group:
            aside = group.create_task(beside)
            tasks = [group.create_task(work) for work in works]
            await asyncio.gather(*tasks)
            aside.cancel()
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
    return [task.result() for task in tasks]
