"""The processes in which music is made, so that the event loop and the interpreter lock stay free for people.

Work reports its progress through shared memory and is cancelled the same way: whoever computes calls `report`, which
raises `Cancelled` once nobody waits for the result. A process that dies takes its work with it, not the program.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import parent_process
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog

from bot.errors import EngineFailed

P = ParamSpec("P")
T = TypeVar("T")
Report = Callable[[float], None]

SLOTS = 1024
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


def _open_desk(board: Any) -> None:
    # Interrupts from the terminal are for the parent, which ends its workers in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Below the chat's priority: on a small machine a buyer's answer goes before the next bar of music.
    with contextlib.suppress(OSError):
        os.nice(10)
    _desk.board = board
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _at_desk(slot: int, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    def report(share: float) -> None:
        if _desk.board[slot] == _CANCEL:
            raise Cancelled("nobody waits for this any more")
        _desk.board[slot] = min(1.0, max(0.0, share))

    report(0.0)
    return function(report, *args, **kwargs)


def _unwatched(_report: Report, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]) -> T:
    return function(*args, **kwargs)


class Studio:
    """A pool of processes for music. Created lazily, replaced when one of its processes dies."""

    def __init__(self, processes: int = 0) -> None:
        """``processes``: how many work at once; 0 means one per core, at most four."""
        self.processes = processes or min(4, os.cpu_count() or 1)
        # One thread per process: the processes themselves are the parallelism, and results do not depend on cores.
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
            os.environ.setdefault(name, "1")
        self._context = multiprocessing.get_context("spawn")
        self._board: Any = self._context.RawArray("d", SLOTS)
        self._free = deque(range(SLOTS))
        self._pool: ProcessPoolExecutor | None = None

    async def run(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Call ``function(*args, **kwargs)`` in a process and return what it returns; see `watched`."""
        return await self.watched(lambda _share: None, _unwatched, function, args, kwargs)

    async def watched(
        self,
        progress: Report,
        function: Callable[Concatenate[Report, P], T],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Call ``function(report, *args, **kwargs)`` in a process, telling ``progress`` now and then (share 0 to 1).

        :raises EngineFailed: if the process died (killed, out of memory); everything else as the function raises it.
        """
        if not self._free:
            raise EngineFailed("more work at once than the studio has desks for")
        slot = self._free.popleft()
        self._board[slot] = 0.0
        try:
            return await self._followed(self._submit(slot, function, args, kwargs), slot, progress)
        except BrokenProcessPool as error:
            self._replace_pool()
            raise EngineFailed("a composing process died; the work will be done again") from error

    def _submit(
        self, slot: int, function: Callable[..., T], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> "Future[T]":
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                self.processes, mp_context=self._context, initializer=_open_desk, initargs=(self._board,)
            )
        try:
            future = self._pool.submit(_at_desk, slot, function, args, kwargs)
        except BaseException:
            self._free.append(slot)
            raise
        # Only when the work itself has ended may the slot serve other work: until then it may carry its cancellation.
        future.add_done_callback(lambda _done: self._free.append(slot))
        return future

    async def _followed(self, future: "Future[T]", slot: int, progress: Report) -> T:
        waiting = asyncio.wrap_future(future)
        try:
            while not waiting.done():
                await asyncio.wait([waiting], timeout=_LOOK_EVERY)
                progress(max(0.0, self._board[slot]))
            return waiting.result()
        except asyncio.CancelledError:
            self._board[slot] = _CANCEL
            future.cancel()
            raise

    def _replace_pool(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            log.warning("studio_process_died")
            pool.shutdown(wait=False, cancel_futures=True)

    async def close(self) -> None:
        """Cancel what runs and end the processes."""
        pool, self._pool = self._pool, None
        for slot in range(SLOTS):
            self._board[slot] = _CANCEL
        if pool is not None:
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)
