"""The engine room: batches over takes and orders, and every way in which a process with a model can go wrong.

The engine is a bench of noise in a real process of its own; only its music is not real.
"""

import asyncio
import errno
import os
import signal
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from bot.errors import EngineFailed, OutOfMemory
from bot.finishing.likeness import LIBRARY
from bot.generation.engine import NeuralKind
from bot.generation.engine_room import EngineRoom, Limits
from bot.generation.played import read_played
from bot.generation.rights import engine_kind
from bot.generation.takework import TakeWork, played_file
from bot.orders.brief import Brief
from bot.settings.files import folders

KNOWN = engine_kind("musicgen")
BENCH = NeuralKind(
    "musicgen", KNOWN.rights, KNOWN.capabilities, "tests.generation.engines.bench_engine:BenchEngine", "", (0, 0)
)
PATIENCE = 120

Rooms = Callable[..., EngineRoom]


@pytest.fixture
async def rooms(tmp_path: Path) -> AsyncIterator[Rooms]:
    opened: list[EngineRoom] = []

    def room(**limits: float) -> EngineRoom:
        opened.append(EngineRoom(BENCH, folders(None), tmp_path / "log", Limits(**limits)))  # type: ignore[arg-type]
        return opened[-1]

    yield room
    for one in opened:
        await one.close()


def work(folder: Path, index: int = 1, details: str = "", seconds: int = 10) -> TakeWork:
    key = f"orders/ORDER/r1/t{index}"
    brief = Brief("calm", seconds, "youtube", details=details)
    return TakeWork("musicgen", folders(None), brief, index, folder / key, key, folder / LIBRARY)


async def played(room: EngineRoom, *works: TakeWork) -> list[object]:
    """Ask for takes side by side; returns for each None or the error."""
    async with asyncio.timeout(PATIENCE):
        asked = (room.play(one, 0, played_file(one, 0), lambda _share: None) for one in works)
        return list(await asyncio.gather(*asked, return_exceptions=True))


def log(folder: Path) -> list[str]:
    return (folder / "log").read_text().splitlines()


def said(folder: Path) -> list[str]:
    return [line.partition(" ")[2] for line in log(folder)]


async def test_what_is_asked_together_is_made_together_and_the_model_is_loaded_once(
    rooms: Rooms, tmp_path: Path
) -> None:
    room = rooms()
    several = [work(tmp_path, index) for index in range(1, 6)]
    assert await played(room, *several) == [None] * 5
    assert await played(room, work(tmp_path, 6), work(tmp_path, 7, seconds=40)) == [None, None]
    assert said(tmp_path) == ["load", "batch 5 of 50 s", "batch 1 of 10 s", "batch 1 of 40 s"]
    assert len({line.partition(" ")[0] for line in log(tmp_path)}) == 1
    take = read_played(played_file(several[0], 0))
    assert (take.seed, take.rate, take.audio.shape) == (several[0].seed(0), 32_000, (2, 320_000))
    assert take.made["batch_seeds"] == [one.seed(0) for one in several]
    assert take.state is not None


async def test_a_batch_holds_no_more_music_than_allowed(rooms: Rooms, tmp_path: Path) -> None:
    assert await played(rooms(most_seconds=25), *(work(tmp_path, index) for index in range(1, 6))) == [None] * 5
    assert said(tmp_path) == ["load", "batch 2 of 20 s", "batch 2 of 20 s", "batch 1 of 10 s"]


async def test_short_of_memory_the_batch_is_halved_and_stays_halved(rooms: Rooms, tmp_path: Path) -> None:
    room = rooms()
    several = [work(tmp_path, index, "short 20") for index in range(1, 5)]
    assert await played(room, *several) == [None] * 4
    assert said(tmp_path) == ["load", "batch 4 of 40 s", "batch 2 of 20 s", "batch 2 of 20 s"]
    assert room.most_seconds == 20


async def test_what_does_not_fit_even_alone_is_an_error(rooms: Rooms, tmp_path: Path) -> None:
    (error,) = await played(rooms(), work(tmp_path, 1, "short 5"))
    assert isinstance(error, OutOfMemory)


async def test_a_process_that_dies_is_started_again_and_loses_nothing(rooms: Rooms, tmp_path: Path) -> None:
    several = [work(tmp_path, 1, f"die {tmp_path / 'died'}"), work(tmp_path, 2)]
    assert await played(rooms(), *several) == [None, None]
    assert said(tmp_path).count("load") == 2
    assert len({line.partition(" ")[0] for line in log(tmp_path)}) == 2


async def test_killed_from_outside_between_two_orders_nobody_notices(rooms: Rooms, tmp_path: Path) -> None:
    room = rooms()
    await played(room, work(tmp_path, 1))
    os.kill(int(log(tmp_path)[0].partition(" ")[0]), signal.SIGKILL)
    assert await played(room, work(tmp_path, 2)) == [None]


async def test_killed_in_the_very_moment_in_which_it_is_sent_work_nothing_waits_for_ever(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms()
    await played(room, work(tmp_path, 1))
    process = room._process
    assert process is not None
    process.handle.kill()
    process.handle.join()
    monkeypatch.setattr(process.handle, "is_alive", lambda: True)  # it was, when the room looked
    assert await played(room, work(tmp_path, 2)) == [None]
    assert said(tmp_path).count("load") == 2


async def test_where_no_process_can_be_started_the_order_hears_of_it(
    rooms: Rooms, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = rooms()
    with monkeypatch.context() as patch:

        def full(*_: object, **__: object) -> object:
            raise OSError(errno.ENOMEM, "Cannot allocate memory")

        patch.setattr(room, "_started", full)
        (error,) = await played(room, work(tmp_path, 1))
    assert isinstance(error, EngineFailed)
    assert "Cannot allocate memory" in str(error)
    assert await played(room, work(tmp_path, 2)) == [None]


async def test_a_process_whose_device_is_lost_is_started_again_and_loses_nothing(rooms: Rooms, tmp_path: Path) -> None:
    """After a fault every further call in the same process fails: no other order may pay for that with its own."""
    several = [work(tmp_path, 1, f"break {tmp_path / 'broken'}"), work(tmp_path, 2)]
    assert await played(rooms(), *several) == [None, None]
    assert said(tmp_path).count("load") == 2
    assert len({line.partition(" ")[0] for line in log(tmp_path)}) == 2


async def test_a_process_that_hangs_is_ended_and_started_again(rooms: Rooms, tmp_path: Path) -> None:
    room = rooms(silent_seconds=1.5)
    assert await played(room, work(tmp_path, 1, f"hang {tmp_path / 'hung'}")) == [None]
    assert said(tmp_path).count("load") == 2


async def test_a_take_over_which_the_process_dies_again_and_again_is_given_up(rooms: Rooms, tmp_path: Path) -> None:
    room = rooms()
    (error,) = await played(room, work(tmp_path, 1, "always-die"))
    assert isinstance(error, EngineFailed)
    assert "2 times" in str(error)
    assert await played(room, work(tmp_path, 2)) == [None]


async def test_a_refusal_keeps_its_sentence_and_the_process(rooms: Rooms, tmp_path: Path) -> None:
    room = rooms()
    (error,) = await played(room, work(tmp_path, 1, "fail"))
    assert isinstance(error, EngineFailed)
    assert (str(error), error.text) == ("will not", "error-engine")
    assert await played(room, work(tmp_path, 2)) == [None]
    assert said(tmp_path).count("load") == 1


async def test_cancelled_work_is_dropped_and_leaves_nothing_half_made(rooms: Rooms, tmp_path: Path) -> None:
    room, begun, given_up = rooms(), asyncio.Event(), work(tmp_path, 1)
    waiting = asyncio.create_task(room.play(given_up, 0, played_file(given_up, 0), lambda _share: begun.set()))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
    waiting.cancel()
    assert await played(room, work(tmp_path, 2)) == [None]
    assert list(given_up.folder.parent.glob("t1/*.part")) == []


async def test_one_share_of_a_batch_is_dropped_and_the_others_go_on(rooms: Rooms, tmp_path: Path) -> None:
    room, begun, given_up = rooms(), asyncio.Event(), work(tmp_path, 1)
    kept = [work(tmp_path, 2, f"wait {tmp_path / 'go-on'}"), work(tmp_path, 3)]
    waiting = asyncio.create_task(room.play(given_up, 0, played_file(given_up, 0), lambda _share: begun.set()))
    others = asyncio.create_task(played(room, *kept))
    async with asyncio.timeout(PATIENCE):
        await begun.wait()
        waiting.cancel()
        await asyncio.wait([waiting])
        (tmp_path / "go-on").touch()
        assert await others == [None, None]
    assert said(tmp_path) == ["load", "batch 3 of 30 s"]
    assert not played_file(given_up, 0).exists()
    assert read_played(played_file(kept[0], 0)).made["batch_seeds"] == [one.seed(0) for one in (given_up, *kept)]


async def test_without_work_the_memory_is_given_back(rooms: Rooms, tmp_path: Path) -> None:
    room = rooms(idle_seconds=0.2)
    await played(room, work(tmp_path, 1))
    process = int(log(tmp_path)[0].partition(" ")[0])
    async with asyncio.timeout(PATIENCE):
        while Path(f"/proc/{process}").exists():
            await asyncio.sleep(0.02)
    assert await played(room, work(tmp_path, 2)) == [None]
    assert said(tmp_path).count("load") == 2


async def test_an_engine_without_weights_says_so(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="the neural extra is not installed")
    room = EngineRoom(KNOWN, folders(None), None)
    try:
        (error,) = await played(room, work(tmp_path, 1))
        assert isinstance(error, EngineFailed)
        assert error.text == "error-no-weights"
    finally:
        await room.close()
