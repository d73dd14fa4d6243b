"""What keeps a process going: work beside the rest while a part of the shop is open, and waiting to be told to stop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

from bot.errors import ShopError

log = structlog.get_logger(__name__)


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None], name: str) -> AsyncIterator[None]:
    """Run something in the background until the block ends; if it ends before that by an error, the log says so."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_report_end)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await task


async def until_told_to_stop() -> None:
    """Wait for SIGINT or SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop.set)
    await stop.wait()


def _report_end(task: "asyncio.Task[None]") -> None:
    if task.cancelled() or (error := task.exception()) is None:
        return
    if isinstance(error, ShopError):  # deliberate, so that its sentence says all there is to say
        log.error("a part of the shop ended", part=task.get_name(), error=str(error))
    else:
        log.error("a part of the shop ended", part=task.get_name(), exc_info=error)
