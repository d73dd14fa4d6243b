"""From a paid brief to ranked takes: the real composer and finishing room, in the studio's processes."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from PIL import Image

from bot.errors import BadSetting, EngineFailed
from bot.finishing.corrections import Corrections
from bot.finishing.likeness import LIBRARY
from bot.finishing.master import Target
from bot.generation.composing import Composing
from bot.generation.engines.composer.engine import Composer
from bot.generation.making import make_take
from bot.generation.revising import Approved
from bot.generation.rights import ENGINES, engine_kind, sellable_engine
from bot.generation.studio import Studio
from bot.generation.takecard import CARD
from bot.generation.takework import TakeWork
from bot.generation.turns import Turn
from bot.orders.brief import Brief
from bot.orders.facts import TakesReady
from bot.orders.order import Order, State
from bot.orders.revision import Source
from bot.settings.files import folders
from bot.storage.jobs import Hold, Job, Jobs, WorkOver
from bot.storage.media import Media
from tests.orders.example import new_order

BRIEF = Brief("calm", 5, "youtube")


def ignore(_share: float) -> None:
    pass


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    studio = Studio(2)
    yield studio
    await studio.close()


class Ours:
    """A queue in which a job stays ours."""

    async def heartbeat(self, job: Job, progress: float | None = None) -> Hold:
        return Hold.OURS


async def no_kin(_root: str) -> Sequence[Order]:
    return ()


@pytest.fixture
def composing(studio: Studio, tmp_path: Path) -> Composing:
    return Composing(studio, Media(tmp_path), cast(Jobs, Ours()), folders(None), "composer", 2, no_kin)


@pytest.fixture
def order() -> Order:
    return replace(new_order(), brief=BRIEF, state=State.COMPOSING)


def job(order: Order) -> Job:
    return Job(1, "compose", order.id, "compose:1", {"round": order.round})


def work(folder: Path, index: int = 1) -> TakeWork:
    key = f"orders/{new_order().id}/r1/t{index}"
    return TakeWork("composer", folders(None), BRIEF, index, folder / key, key, folder / LIBRARY)


async def test_takes_are_made_ranked_and_drawn(composing: Composing, order: Order, tmp_path: Path) -> None:
    ready = await composing.compose(job(order), order)
    assert isinstance(ready, TakesReady)
    assert [take["index"] for take in ready.takes] == [1, 2]
    assert sorted(take["rank"] for take in ready.takes) == [1, 2]
    assert len({take["seed"] for take in ready.takes}) == 2
    for take in ready.takes:
        assert take["seconds"] == 5.0
        assert take["true_peak_dbtp"] <= -1.5
        assert take["reason"]["text"].startswith("rank-")
        assert all((tmp_path / key).is_file() for key in take["files"].values())
    assert json.dumps(ready.takes)
    with Image.open(tmp_path / "orders" / order.id / "r1" / "overview.png") as overview:
        assert overview.width == 1200


async def test_after_a_crash_only_what_is_missing_is_made(composing: Composing, order: Order, tmp_path: Path) -> None:
    first = await composing.compose(job(order), order)
    kept, lost = (tmp_path / "orders" / order.id / "r1" / name for name in ("t1", "t2"))
    stamp = (kept / "master.wav").stat().st_mtime_ns
    (lost / CARD).unlink()
    (lost / "master.wav").write_bytes(b"half a f")
    second = await composing.compose(job(order), order)
    assert (kept / "master.wav").stat().st_mtime_ns == stamp
    assert first == second


async def test_work_for_an_earlier_round_is_left_alone(composing: Composing, order: Order, tmp_path: Path) -> None:
    assert await composing.compose(job(order), replace(order, round=2)) is None
    assert not (tmp_path / "orders").exists()


async def test_nothing_is_made_for_an_order_that_was_taken_back(
    composing: Composing, order: Order, tmp_path: Path
) -> None:
    assert await composing.compose(job(order), replace(order, state=State.REFUNDING)) is None
    assert not (tmp_path / "orders").exists()


class SlowToEnd:
    """A queue whose heartbeat needs a while to end when it is called off; it answers once it is told what."""

    def __init__(self) -> None:
        self.begun, self.answer, self.ended = asyncio.Event(), asyncio.get_running_loop().create_future(), False

    async def heartbeat(self, job: Job, progress: float | None = None) -> Hold:
        self.begun.set()
        try:
            return Hold(await self.answer)
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            self.ended = True


class Bench:
    """A studio that works on the first take until it is told how that ends, and on the others for ever."""

    def __init__(self) -> None:
        self.at_work, self.all_there = set[int](), asyncio.Event()
        self.first = asyncio.get_running_loop().create_future()

    def line(self, _turn: Turn) -> "Bench":
        return self

    async def watched(self, _note: Any, _function: Any, work: TakeWork) -> dict[str, Any]:
        self.at_work.add(work.index)
        if len(self.at_work) == 3:
            self.all_there.set()
        try:
            await (self.first if work.index == 1 else asyncio.get_running_loop().create_future())
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
            self.at_work.discard(work.index)
        return {}


ENDS: Mapping[str, type[BaseException]] = {
    "a take fails": EngineFailed, "called off": asyncio.CancelledError, "not wanted": WorkOver, "lost": WorkOver,
}  # fmt: skip


@pytest.mark.parametrize("way", ENDS)
async def test_nothing_goes_on_once_the_hand_has_ended(order: Order, tmp_path: Path, way: str) -> None:
    jobs, bench = SlowToEnd(), Bench()
    queue, studio = cast(Jobs, jobs), cast(Studio, bench)
    composing = Composing(studio, Media(tmp_path), queue, folders(None), "composer", 3, no_kin)
    hand = asyncio.create_task(composing.compose(job(order), order))
    async with asyncio.timeout(20):
        await jobs.begun.wait()
        await bench.all_there.wait()
        match way:
            case "a take fails":
                bench.first.set_exception(EngineFailed("no music today"))
            case "called off":
                hand.cancel()
            case _:
                jobs.answer.set_result(Hold.UNWANTED if way == "not wanted" else Hold.LOST)
        with pytest.raises(ENDS[way]):
            await hand
    assert jobs.ended
    assert bench.at_work == set()


class Shelf:
    """A studio that keeps the work it is given and makes none of it."""

    def __init__(self) -> None:
        self.given: list[TakeWork] = []

    def line(self, _turn: Turn) -> "Shelf":
        return self

    async def watched(self, _note: Any, _function: Any, work: TakeWork) -> dict[str, Any]:
        self.given.append(work)
        raise EngineFailed("seen enough")


async def test_a_change_starts_from_the_take_as_it_was_approved(order: Order, tmp_path: Path) -> None:
    target = Target(5.0, fade_out=1.0)
    approved = {"index": 2, "target": target.to_json(), "corrections": {"low_db": -3.0}, "tempo_bpm": 71.5}
    others = [{"index": 1, "target": target.to_json(), "corrections": {"low_db": 6.0}}, approved]
    parent = replace(order, data={"takes": others, "chosen": 2})
    source = Source(parent.id, parent.id, 2, f"orders/{parent.id}/r1/t2", "calmer", free=True)
    child = replace(order, id="CHILD23456", data={"source": source.to_json()})

    async def family(_root: str) -> Sequence[Order]:
        return (parent, child)

    shelf = Shelf()
    queue, studio = cast(Jobs, Ours()), cast(Studio, shelf)
    composing = Composing(studio, Media(tmp_path), queue, folders(None), "composer", 1, family)
    with pytest.raises(EngineFailed):
        await composing.compose(job(child), child)
    (work,) = shelf.given
    assert work.change is not None
    assert work.change.approved == Approved(target, Corrections(low_db=-3.0), 71.5)


async def test_what_is_finished_is_kept_when_another_take_fails(
    composing: Composing, order: Order, tmp_path: Path
) -> None:
    folder = tmp_path / "orders" / order.id / "r1"
    kept = await asyncio.to_thread(make_take, ignore, work(tmp_path, 1))
    (folder / "t2").write_bytes(b"no folder: this take cannot be written down")
    with pytest.raises(OSError, match="t2"):
        await composing.compose(job(order), order)
    (folder / "t2").unlink()
    stamp = (folder / "t1" / "master.wav").stat().st_mtime_ns
    ready = await composing.compose(job(order), order)
    assert ready is not None
    assert ready.takes[0]["seed"] == kept["seed"]
    assert (folder / "t1" / "master.wav").stat().st_mtime_ns == stamp


def test_the_same_work_gives_the_same_music(tmp_path: Path) -> None:
    one, two = (make_take(ignore, work(tmp_path / name)) for name in ("one", "two"))
    assert one == two
    first, second = (tmp_path / name / one["files"]["master"] for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()


def test_a_piece_like_one_that_was_sold_is_made_anew(tmp_path: Path) -> None:
    before = make_take(ignore, work(tmp_path / "before"))
    sold = tmp_path / "after" / LIBRARY
    sold.mkdir(parents=True)
    (sold / "EARLIER-r1.bin").write_bytes((tmp_path / "before" / before["files"]["fingerprint"]).read_bytes())
    after = make_take(ignore, work(tmp_path / "after"))
    assert after["seed"] != before["seed"]
    assert not any(finding["text"] == "check-duplicate" for finding in after["findings"])


def test_progress_is_told_often_and_ends_with_everything_done(tmp_path: Path) -> None:
    told: list[float] = []
    make_take(told.append, work(tmp_path))
    assert len(told) >= 20
    assert told[-1] == 1.0
    assert all(0.0 <= share <= 1.0 for share in told)


class ForResearchOnly(Composer):
    rights = replace(Composer.rights, sellable="no", condition="for research only")


def test_an_engine_whose_music_may_not_be_sold_never_takes_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.generation.rights.ENGINES", {**ENGINES, "other": lambda: ForResearchOnly})
    assert engine_kind("other").rights.sellable == "no"
    with pytest.raises(BadSetting, match=r"other may not make music for sale.*use one of: composer"):
        sellable_engine("other")
    with pytest.raises(BadSetting, match="known: composer"):
        sellable_engine("nobody")
