"""Work in processes: progress, errors, cancellation and death."""

import asyncio
import gc
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.errors import EngineFailed
from bot.generation.studio import Studio
from bot.generation.turns import Turn, Turns, Urgency

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


def never_look_up(begun: Path) -> None:
    begun.touch()
    while True:
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
    work = asyncio.create_task(studio.line(Turn()).watched(seen.put_nowait, rise, released))
    async with asyncio.timeout(30):
        while await seen.get() != 0.25:
            pass
    released.touch()
    assert await work == "done"


async def test_cancelled_work_notices_and_the_next_is_unharmed(studio: Studio, tmp_path: Path) -> None:
    noticed, complaints = tmp_path / "noticed", list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    work = asyncio.create_task(studio.line(Turn()).watched(ignore, until_cancelled, noticed))
    await appears(noticed.with_suffix(".started"))
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await studio.run(double, 1) == 2
    assert noticed.exists()
    del work
    gc.collect()
    assert complaints == []  # nothing about it stands in the operator's log


async def test_work_that_hears_nothing_is_cancelled_with_its_process_and_the_next_is_unharmed(
    studio: Studio, tmp_path: Path
) -> None:
    complaints = list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    first, begun = await studio.run(os.getpid), tmp_path / "begun"
    work = asyncio.create_task(studio.line(Turn()).killable(never_look_up, begun))
    await appears(begun)
    waiting = asyncio.create_task(studio.run(os.getpid))
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    async with asyncio.timeout(30):
        assert await waiting != first
    assert await studio.line(Turn()).killable(double, 2) == 4
    del work
    gc.collect()
    assert complaints == []


def note(name: str, into: Path) -> None:
    with into.open("a") as file:
        file.write(f"{name}\n")


async def test_who_listens_goes_first_then_what_ends_an_order_then_the_shorter_order(
    studio: Studio, tmp_path: Path
) -> None:
    released, log, turns = tmp_path / "go", tmp_path / "log", Turns()
    busy = asyncio.create_task(studio.line(Turn()).watched(ignore, rise, released))
    with turns.order(1800) as long, turns.order(90) as short, turns.order(90) as later:
        line = [("long", long)] * 2 + [("short", short)] * 2 + [("later", later)]
        line += [("conclude", Turn(Urgency.ENDING)), ("correct", Turn(Urgency.LISTENING))]
        asked = [asyncio.create_task(studio.line(turn).run(note, name, log)) for name, turn in line]
        called_off = asyncio.create_task(studio.line(Turn(Urgency.LISTENING)).run(note, "called off", log))
        await asyncio.sleep(0)
        called_off.cancel()
        released.touch()
        async with asyncio.timeout(30):
            await asyncio.gather(busy, *asked)
    assert log.read_text().split() == ["correct", "conclude", "short", "short", "later", "long", "long"]


def test_a_long_order_is_not_passed_for_ever() -> None:
    turns = Turns()
    with turns.order(300) as long:
        passed = 0
        while True:
            with turns.order(90) as short:
                if short > long:
                    break
                passed += 1
                turns.made(90)
    assert passed == 5  # sharing evenly, the sixth would be over after the long one


async def test_a_process_that_dies_takes_nobody_elses_work_along(tmp_path: Path) -> None:
    studio, released = Studio(2), tmp_path / "go"
    try:
        seen = asyncio.Queue[float]()
        other = asyncio.create_task(studio.line(Turn()).watched(seen.put_nowait, rise, released))
        async with asyncio.timeout(30):
            while await seen.get() != 0.25:
                pass
        with pytest.raises(EngineFailed, match="died"):
            await studio.run(die)
        assert await studio.run(double, 4) == 8
        released.touch()
        assert await other == "done"
    finally:
        await studio.close()


async def test_a_process_without_work_is_ended_and_started_again() -> None:
    studio = Studio(1, idle_seconds=0.05)
    try:
        first = await studio.run(os.getpid)
        async with asyncio.timeout(30):
            while Path(f"/proc/{first}").exists():
                await asyncio.sleep(0.01)
        assert await studio.run(os.getpid) != first
    finally:
        await studio.close()


async def test_the_last_process_stays_where_one_is_kept(tmp_path: Path) -> None:
    studio, released = Studio(2, idle_seconds=0.05, keep=1), tmp_path / "go"
    try:
        await studio.warm("wave")
        busy = asyncio.create_task(studio.line(Turn()).watched(ignore, rise, released))
        second = await studio.run(os.getpid)
        async with asyncio.timeout(30):
            while Path(f"/proc/{second}").exists():
                await asyncio.sleep(0.01)
        released.touch()
        assert await busy == "done"
        kept = await studio.run(os.getpid)
        await asyncio.sleep(0.2)  # four times as long as a process rests
        assert await studio.run(os.getpid) == kept
    finally:
        await studio.close()


async def test_closing_refuses_whoever_waits(tmp_path: Path) -> None:
    studio = Studio(1)
    noticed = tmp_path / "noticed"
    busy = asyncio.create_task(studio.line(Turn()).watched(ignore, until_cancelled, noticed))
    await appears(noticed.with_suffix(".started"))
    waiting = asyncio.create_task(studio.run(double, 1))
    await asyncio.sleep(0)
    await studio.close()
    with pytest.raises(EngineFailed, match="closed"):
        await waiting
    with pytest.raises(EngineFailed):
        await busy
    with pytest.raises(EngineFailed, match="closed"):
        await studio.run(double, 1)


async def test_a_dead_process_is_an_error_and_is_replaced(studio: Studio) -> None:
    with pytest.raises(EngineFailed, match="died"):
        await studio.run(die)
    assert await studio.run(double, 3) == 6
