"""The engine room: keeps a neural engine in a process of its own, and makes batches of what is asked for.

Whoever composes asks for one take after another (`play`); what waits when the engine is free and may share a batch goes
into one call, over takes and over orders, up to what the memory bears. The process is watched: if it dies or says
nothing for too long it is ended and started again, and what it was making is made again in smaller batches. After a
while without work it is ended too, which gives every byte back.

This module never imports torch: only the process does.
"""

import asyncio
import contextlib
import multiprocessing
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot.errors import EngineFailed, OutOfMemory
from bot.generation.engine_process import BEAT, DROP, GIVEN_UP, SHARE, Errand, serve
from bot.generation.requests import batch_key
from bot.generation.rights import EngineKind
from bot.generation.takework import TakeWork

GATHER_SECONDS = 0.05
"""The takes of orders claimed together are asked for within a moment; the first of them waits for the others."""

LOOK_EVERY = 0.25
LOADING_SECONDS = 900.0
"""How long loading may take before it counts as hung: large weights from a slow disk."""

LEAVING_SECONDS = 2.0

LOSSES = 2
"""How often the process may die over one take before the take counts as the cause."""

Note = Callable[[float], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """``threads`` on a CPU (0: one a core), ``most_seconds`` of music in one batch, ``idle_seconds`` until memory is
    given back, and ``silent_seconds`` without a sign of life after which the process counts as hung."""

    most_seconds: float = 960.0
    idle_seconds: float = 900.0
    silent_seconds: float = 300.0
    threads: int = 0


@dataclass(eq=False, slots=True)
class _Asked:
    errand: Errand
    note: Note
    answer: "asyncio.Future[None]"
    losses: int = 0


@dataclass(slots=True)
class _Process:
    handle: Any
    pipe: Any
    board: Any
    batches: int = 0
    since: float = field(default_factory=time.monotonic)


class _Lost(Exception):
    """The process died, hung, or can do nothing more."""


class EngineRoom:
    """Makes takes with one engine, in one process at a time, started when there is work.

    ``most_seconds`` is how much music goes into one batch now, ``device`` what it was last made on.
    """

    def __init__(
        self,
        kind: EngineKind,
        places: Sequence[Path],
        weights: Path | None,
        limits: Limits | None = None,
    ) -> None:
        self._kind, self._places, self._weights = kind, tuple(places), weights
        self._most_takes = kind.capabilities.max_takes
        self._limits = limits or Limits()
        self.most_seconds = self._limits.most_seconds
        self.device = ""
        self._loading = 0.0
        self._waiting: deque[_Asked] = deque()
        self._wake = asyncio.Event()
        self._process: _Process | None = None
        self._loop: asyncio.Task[None] | None = None
        self._context = multiprocessing.get_context("spawn")

    async def play(self, work: TakeWork, attempt: int, file: Path, note: Note) -> None:
        """Have a take played and left in a file (`bot.generation.played`); ``note`` hears the share done.

        Cancelling the call gives the work up.

        :raises EngineFailed: if the engine cannot make it; `OutOfMemory` if not even alone.
        """
        asked = _Asked(Errand(work, attempt, file), note, asyncio.get_running_loop().create_future())
        self._waiting.append(asked)
        self._wake.set()
        if self._loop is None or self._loop.done():
            self._loop = asyncio.create_task(self._work(), name="engine room")
        await asked.answer

    def clock(self) -> float:
        """Return monotonic seconds that stand still while the engine is being loaded: what is measured by them does
        not depend on whether it was in memory already."""
        return time.monotonic() - self._loading

    async def close(self) -> None:
        """Give up what is being made and end the process."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        _refuse(self._waiting, EngineFailed("the engine room closed"))
        self._waiting.clear()
        await self._end()

    async def _work(self) -> None:
        """Make batches until there has been nothing to do for a while."""
        while True:
            if not self._waiting:
                self._wake.clear()
                try:
                    await asyncio.wait_for(self._wake.wait(), self._limits.idle_seconds)
                except TimeoutError:
                    if not self._waiting:
                        log.info("engine_unloaded", engine=self._kind.name)
                        await self._end()
                        if not self._waiting:
                            return
            await asyncio.sleep(GATHER_SECONDS)
            if batch := self._next_batch():
                await self._make(batch)

    def _next_batch(self) -> list[_Asked]:
        """Take the head of the queue and what may be made with it, up to what the memory bears."""
        waiting = [asked for asked in self._waiting if not asked.answer.done()]
        batch: list[_Asked] = []
        spent = 0.0
        for asked in waiting:
            cost = asked.errand.work.brief.seconds
            alike = not batch or batch_key(asked.errand.work) == batch_key(batch[0].errand.work)
            room = not batch or (spent + cost <= self.most_seconds and len(batch) < self._most_takes)
            if alike and room:
                batch.append(asked)
                spent += cost
        self._waiting = deque(asked for asked in waiting if asked not in batch)
        return batch

    async def _make(self, batch: list[_Asked]) -> None:
        """Have a batch made and answer whoever asked; what is lost on the way goes back to the head of the queue."""
        try:
            process = await self._ready()
            what, told = await self._sent(process, batch)
        except _Lost as error:
            await self._end(lost=True)
            self._back(batch, str(error))
        except EngineFailed as error:
            _refuse(batch, error)
        except asyncio.CancelledError:
            _refuse(batch, EngineFailed("the engine room closed"))
            raise
        except Exception as error:  # no process to be had, say; whatever it is, nobody may wait for ever
            log.exception("engine_room_failed", engine=self._kind.name)
            await self._end(lost=True)
            _refuse(batch, EngineFailed(f"{type(error).__name__}: {error}"))
        else:
            self._answered(batch, what, told)

    def _answered(self, batch: list[_Asked], what: str, told: Any) -> None:
        match what:
            case "made":
                for asked in batch:
                    asked.note(1.0)
                    if not asked.answer.done():
                        asked.answer.set_result(None)
            case "short" if len(batch) > 1:
                self._halve(batch)
                self._waiting.extendleft(reversed(batch))
            case "short":
                _refuse(batch, OutOfMemory("not even one take fits into the memory"))
            case "failed":
                _refuse(batch, _error(told))
            case _:
                pass  # dropped: nobody waits

    def _halve(self, batch: Sequence[_Asked]) -> None:
        """Make smaller batches from now on: half of what was too much, but never less than the longest single take."""
        half = sum(asked.errand.work.brief.seconds for asked in batch) / 2
        self.most_seconds = max(half, max(asked.errand.work.brief.seconds for asked in batch))
        log.warning("engine_batch_halved", engine=self._kind.name, most_seconds=self.most_seconds)

    def _back(self, batch: list[_Asked], why: str) -> None:
        log.warning("engine_process_lost", engine=self._kind.name, takes=len(batch), why=why)
        for asked in batch:
            asked.losses += 1
        hopeless = [asked for asked in batch if asked.losses >= LOSSES]
        _refuse(hopeless, EngineFailed(f"the engine's process was lost {LOSSES} times over this: {why}"))
        if len(batch) > 1:
            self._halve(batch)
        self._waiting.extendleft(asked for asked in reversed(batch) if asked not in hopeless)

    async def _sent(self, process: _Process, batch: list[_Asked]) -> tuple[str, Any]:
        """Send a batch and follow it to its end.

        :raises _Lost: if the process dies, loses its device, or says nothing for too long.
        """
        process.batches += 1
        number = process.batches

        def given_up(place: int, _answer: "asyncio.Future[None]") -> None:
            if process.batches != number:  # over; its places are another batch's now
                return
            process.board[GIVEN_UP + place] = number
            if all(asked.answer.done() for asked in batch):
                process.board[DROP] = number

        for place, asked in enumerate(batch):
            asked.answer.add_done_callback(partial(given_up, place))
        process.board[SHARE], process.board[BEAT] = 0.0, time.monotonic()
        try:
            await asyncio.to_thread(process.pipe.send, (number, [asked.errand for asked in batch]))
        except OSError as error:
            raise _Lost("it died before it was sent work") from error
        while True:
            if (answer := await self._heard(process)) is not None:
                found, what, told = answer
                if what == "lost":
                    raise _Lost(told[0])
                if found == number:
                    return what, told
                continue
            for asked in batch:
                asked.note(process.board[SHARE])
            if time.monotonic() - process.board[BEAT] > self._limits.silent_seconds:
                raise _Lost("it hung")

    async def _ready(self) -> _Process:
        """Return the running process with its engine loaded. :raises EngineFailed: if the engine cannot be loaded."""
        if self._process is not None and self._process.handle.is_alive():
            return self._process
        await self._end()
        process = self._process = await asyncio.to_thread(self._started)
        while time.monotonic() - process.since < LOADING_SECONDS:
            if (answer := await self._heard(process)) is not None:
                what, told = answer
                if what == "unfit":
                    await self._end()
                    raise _error(told)
                self.device = told
                self._loading += time.monotonic() - process.since
                log.info("engine_loaded", engine=self._kind.name, device=told)
                return process
        raise _Lost("loading took too long")

    def _started(self) -> _Process:
        here, there = self._context.Pipe()
        board = self._context.RawArray("d", GIVEN_UP + self._most_takes)
        handle = self._context.Process(
            target=serve,
            args=(there, self._kind, self._places, self._weights, self._limits.threads, board),
            name="engine",
            daemon=True,
        )
        handle.start()
        there.close()
        return _Process(handle, here, board)

    async def _heard(self, process: _Process) -> Any:
        """Return the next word of the process, or None if it says nothing for a moment. :raises _Lost: if it died."""

        def listen() -> Any:
            return process.pipe.recv() if process.pipe.poll(LOOK_EVERY) else None

        try:
            return await asyncio.to_thread(listen)
        except (EOFError, OSError) as error:
            raise _Lost("it died") from error

    async def _end(self, *, lost: bool = False) -> None:
        """End the process: one that is well leaves by itself when its pipe closes."""
        process, self._process = self._process, None
        if process is None:
            return

        def end() -> None:
            with contextlib.suppress(OSError):
                process.pipe.close()
            process.handle.join(0.0 if lost else LEAVING_SECONDS)
            process.handle.kill()
            process.handle.join()
            process.handle.close()

        await asyncio.to_thread(end)


def _refuse(batch: Iterable[_Asked], error: Exception) -> None:
    for asked in batch:
        if not asked.answer.done():
            asked.answer.set_exception(error)


def _error(told: tuple[str, str, dict[str, Any]]) -> EngineFailed:
    message, text, values = told
    return EngineFailed(message, text=text, **values)
