"""The processes in which music is made, so that the event loop and the interpreter lock stay free for people.

Work reports its progress through shared memory and is cancelled the same way: whoever computes calls `report`, which
raises `Cancelled` once nobody waits for the result. Work that reports nothing can be cancelled with its process
(`Line.killable`). Each process is on its own: one that dies takes its work with it, not that of the others and not the
program.
"""

import asyncio
import contextlib
import heapq
import importlib
import itertools
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from bot.errors import EngineFailed
from bot.generation.apprentice import NICE, stand_back
from bot.generation.turns import Turn

P = ParamSpec("P")
T = TypeVar("T")
Report = Callable[[float], None]

IDLE_SECONDS = 900.0
"""A composing process keeps 300 MB of sounds and pages; an idle shop has better use for them."""

_CANCEL = -1.0
_LOOK_EVERY = 0.5
"""Seconds between two looks at the progress of running work."""

log = structlog.get_logger(__name__)


class Cancelled(EngineFailed):
    """Nobody waits for this work any more; nothing half-made is returned."""


@dataclass(slots=True)
class _Desk:
    """What a worker process was given at its start."""

    board: Any


_desk = _Desk(None)


def _open_desk(board: Any, pids: Any, slot: int, nice: int) -> None:
    stand_back(nice)
    _desk.board = board
    pids[slot] = os.getpid()


def _at_desk(slot: int, work: Callable[..., T], args: tuple[Any, ...]) -> T:
    def report(share: float) -> None:
        if _desk.board[slot] == _CANCEL:
            raise Cancelled("nobody waits for this any more")
        _desk.board[slot] = min(1.0, max(0.0, share))

    report(0.0)
    return work(report, *args)


def _watched(report: Report, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    return function(report, *args, **kwargs)


def _unwatched(_report: Report, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    return function(*args, **kwargs)


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        importlib.import_module(module)


class Studio:
    """Processes for music: started when there is work for them, replaced when they die, ended after a while without.

    More work than processes waits in line (`bot.generation.turns`).
    """

    def __init__(
        self, processes: int = 0, *, nice: int = NICE, idle_seconds: float = IDLE_SECONDS, keep: int = 0
    ) -> None:
        """``processes``: how many work at once; 0 means one per core, at most four. ``nice`` is how far they stand back
        (nice(2)). After ``idle_seconds`` without work a process is ended, which gives its memory back; ``keep`` of
        those that were started stay."""
        self.processes = processes or min(4, os.cpu_count() or 1)
        # One thread per process: the processes themselves are the parallelism, and results do not depend on cores.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
            os.environ.setdefault(name, "1")
        self._nice, self._idle, self._keep = nice, idle_seconds, keep
        self._context = multiprocessing.get_context("spawn")
        self._board: Any = self._context.RawArray("d", self.processes)
        self._pids: Any = self._context.RawArray("q", self.processes)
        self._pools: list[ProcessPoolExecutor | None] = [None] * self.processes
        self._free = list(reversed(range(self.processes)))
        self._resting: dict[int, asyncio.TimerHandle] = {}
        self._line: list[tuple[Turn, int, asyncio.Future[int]]] = []
        self._numbers = itertools.count()
        self._closed = False

    def line(self, turn: Turn) -> "Line":
        """Return a way into the studio for work of that turn."""
        return Line(self, turn)

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function(*args, **kwargs)`` in a process; see `Line.run`."""
        return await Line(self, Turn()).run(function, *args, **kwargs)

    async def warm(self, *modules: str) -> None:
        """Have a process started that has imported what its work will need, so that nobody waits for that."""
        with contextlib.suppress(EngineFailed):
            await self.run(_import, modules)

    async def close(self) -> None:
        """Cancel what runs, refuse what waits, and end the processes."""
        self._closed = True
        for slot in range(self.processes):
            self._board[slot] = _CANCEL
        for _, _, waiting in self._line:
            if not waiting.done():
                waiting.set_exception(EngineFailed("the studio is closed"))
        for timer in self._resting.values():
            timer.cancel()
        pools = [pool for pool in self._pools if pool is not None]
        self._pools = [None] * self.processes
        ending = (asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True) for pool in pools)
        await asyncio.gather(*ending)

    async def do(self, turn: Turn, progress: Report, work: Callable[..., T], *args: Any, killable: bool = False) -> T:
        """Call ``work(report, *args)`` in the next process that is free once it is this turn's; see `Line.watched`.

        ``killable`` work does not hear that it is cancelled: its process is ended.
        """
        if self._closed:
            raise EngineFailed("the studio is closed")
        slot = await self._process(turn)
        try:
            future = self._begin(slot, work, args)
        except BaseException:
            self._give(slot)
            raise
        try:
            return await self._followed(future, slot, progress)
        except asyncio.CancelledError:
            if killable and not future.done():
                self._kill(slot)
            raise
        except BrokenProcessPool as error:
            log.warning("studio_process_died")
            raise EngineFailed("a composing process died; the work will be done again") from error

    async def _process(self, turn: Turn) -> int:
        """Wait in line for a process; the one that worked last goes first, so that no more are started than needed."""
        if self._free:
            return self._free.pop()
        waiting: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._line, (turn, next(self._numbers), waiting))
        try:
            return await waiting
        except asyncio.CancelledError:
            let_in = waiting.done() and not waiting.cancelled() and waiting.exception() is None
            if let_in:  # and called off in that very moment
                self._give(waiting.result())
            raise

    def _begin(self, slot: int, work: Callable[..., T], args: tuple[Any, ...]) -> "Future[T]":
        if timer := self._resting.pop(slot, None):
            timer.cancel()
        self._board[slot] = 0.0
        future = self._submit(slot, work, args)
        loop = asyncio.get_running_loop()

        def over(_done: object) -> None:
            # Only now may the process serve others: until its work has ended, its place says that it is called off.
            with contextlib.suppress(RuntimeError):  # the loop may be closed by then
                loop.call_soon_threadsafe(self._give, slot)

        future.add_done_callback(over)
        return future

    def _submit(self, slot: int, work: Callable[..., T], args: tuple[Any, ...]) -> "Future[T]":
        """Hand work to a process; one that died unnoticed is replaced."""
        for pool in (self._pools[slot], None):
            if pool is None:
                self._pids[slot] = 0
                desk = (self._board, self._pids, slot, self._nice)
                pool = self._pools[slot] = ProcessPoolExecutor(
                    1, mp_context=self._context, initializer=_open_desk, initargs=desk
                )
            with contextlib.suppress(BrokenProcessPool):
                return pool.submit(_at_desk, slot, work, args)
        raise EngineFailed("no composing process can be started")

    async def _followed(self, future: "Future[T]", slot: int, progress: Report) -> T:
        waiting = asyncio.wrap_future(future)
        try:
            while not waiting.done():
                await asyncio.wait([waiting], timeout=_LOOK_EVERY)
                progress(max(0.0, self._board[slot]))
            return waiting.result()
        except asyncio.CancelledError:
            self._board[slot] = _CANCEL
            waiting.cancel()  # and with it work that has not begun; what the process still says is nobody's news
            raise

    def _kill(self, slot: int) -> None:
        """End a process in the middle of its work. One that is still starting hears of it before it begins."""
        pool, pid = self._pools[slot], self._pids[slot]
        if pool is not None and pid:
            self._pools[slot] = None
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            pool.shutdown(wait=False)

    def _give(self, slot: int) -> None:
        """Let the first in line have a process, or let it rest."""
        while self._line:
            _, _, waiting = heapq.heappop(self._line)
            if not waiting.done():
                waiting.set_result(slot)
                return
        self._free.append(slot)
        if not self._closed:
            self._resting[slot] = asyncio.get_running_loop().call_later(self._idle, self._dismiss, slot)

    def _dismiss(self, slot: int) -> None:
        """End a process that has had nothing to do for a while, unless it is one of those to keep."""
        self._resting.pop(slot, None)
        started = [pool for pool in self._pools if pool is not None]
        pool = self._pools[slot]
        if pool is not None and len(started) > self._keep:
            log.info("studio_process_ended")
            self._pools[slot] = None
            pool.shutdown(wait=False)


@dataclass(frozen=True, slots=True)
class Line:
    """A way into a studio, for work of one turn."""

    studio: Studio
    turn: Turn

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function(*args, **kwargs)`` in a process and return what it returns; see `watched`."""
        return await self.studio.do(self.turn, lambda _share: None, _unwatched, function, args, kwargs)

    async def killable(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function as `run` does; cancelling the call ends its process, wherever it is.

        For work that takes long and reports nothing, and of which nothing half-made is taken for whole.
        """
        return await self.studio.do(self.turn, lambda _share: None, _unwatched, function, args, kwargs, killable=True)

    async def watched(
        self,
        progress: Report,
        function: Callable[Concatenate[Report, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call ``function(report, *args, **kwargs)`` in a process, telling ``progress`` now and then (share 0 to 1).

        Cancelling the call has the work stop the next time it reports.

        :raises EngineFailed: if the process died (killed, out of memory); everything else as the function raises it.
        """
        return await self.studio.do(self.turn, progress, _watched, function, args, kwargs)
