"""Work in processes: progress, errors, cancellation and death."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.errors import EngineFailed
from bot.generation.studio import Studio

Report = Callable[[float], None]


def double(value: int) -> int:
    return value * 2


def refuse() -> None:
    raise EngineFailed("no such sound")


def until_cancelled(report: Report, noticed: Path) -> None:
    noticed.with_suffix(".started").touch()
    while True:
        try:
            report(0.5)
        except EngineFailed:
            noticed.touch()
            raise
        time.sleep(0.005)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def ignore(_share: float) -> None:
    pass


def rise(report: Report, released: Path) -> str:
    report(0.25)
    while not released.exists():
        time.sleep(0.005)
    return "done"


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    studio = Studio(1)
    yield studio
    await studio.close()


async def appears(path: Path) -> None:
    async with asyncio.timeout(30):
        while not path.exists():
            await asyncio.sleep(0.01)


async def test_returns_what_the_work_returns(studio: Studio) -> None:
    assert await studio.run(double, 21) == 42


async def test_errors_come_back_as_they_were_raised(studio: Studio) -> None:
    with pytest.raises(EngineFailed, match="no such sound"):
        await studio.run(refuse)


async def test_tells_progress_while_the_work_goes_on(studio: Studio, tmp_path: Path) -> None:
    released, seen = tmp_path / "go", asyncio.Queue[float]()
    work = asyncio.create_task(studio.watched(seen.put_nowait, rise, released))
    async with asyncio.timeout(30):
        while await seen.get() != 0.25:
            pass
    released.touch()
    assert await work == "done"


async def test_cancelled_work_notices_and_the_next_is_unharmed(studio: Studio, tmp_path: Path) -> None:
    noticed = tmp_path / "noticed"
    work = asyncio.create_task(studio.watched(ignore, until_cancelled, noticed))
    await appears(noticed.with_suffix(".started"))
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await studio.run(double, 1) == 2
    assert noticed.exists()


async def test_a_dead_process_is_an_error_and_is_replaced(studio: Studio) -> None:
    with pytest.raises(EngineFailed, match="died"):
        await studio.run(die)
    assert await studio.run(double, 3) == 6
