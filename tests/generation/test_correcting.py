"""A take finished otherwise: the real composer and finishing room, measured."""

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
import soundfile
from PIL import Image

from bot.generation.concluding import conclude
from bot.generation.correcting import Correcting
from bot.generation.making import make_take
from bot.generation.studio import Cancelled, Report
from bot.generation.takecard import CARD
from bot.generation.takework import TakeWork
from bot.orders import facts
from bot.orders.brief import Brief
from bot.orders.facts import Corrected, NotCorrected, What
from bot.orders.order import Order, State
from bot.settings.files import folders
from bot.storage.jobs import Job
from bot.storage.media import Media
from tests.orders.example import after, new_order, opened, paid

BRIEF = Brief("calm", 6, "youtube")
T = TypeVar("T")


@pytest.fixture(scope="module")
def composed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    """Two takes of one order, made once for all tests of this file."""
    root = tmp_path_factory.mktemp("media")
    works = [
        TakeWork("composer", folders(None), BRIEF, index, root / key, key, root / "sold")
        for index in (1, 2)
        for key in [f"orders/{new_order().id}/r1/t{index}"]
    ]
    takes = [make_take(lambda _share: None, work) for work in works]
    return root, conclude(takes, works, root / "orders" / new_order().id / "r1")


class Here:
    """Does the work in a thread of this process; ``last`` is the report at which it is called off."""

    def __init__(self) -> None:
        self.reports: list[float] = []
        self.last = 0

    def report(self, share: float) -> None:
        self.reports.append(share)
        if len(self.reports) == self.last:
            raise Cancelled("nobody waits for this any more")

    async def run(self, function: Callable[..., T], /, *args: Any) -> T:
        return await asyncio.to_thread(function, *args)

    async def watched(self, _progress: Report, function: Callable[..., T], /, *args: Any) -> T:
        return await asyncio.to_thread(function, self.report, *args)


class Room:
    """An order under review and the hand that corrects it."""

    def __init__(self, root: Path, takes: list[dict[str, Any]]) -> None:
        self.root = root
        order = replace(after(opened(), paid()), brief=BRIEF)
        self.order = after(facts.TakesReady(1, json.loads(json.dumps(takes))), order=order)
        self.here = Here()
        self.correcting = Correcting(self.here, Media(root), folders(None))

    async def press(self, *presses: str, take: int = 1) -> dict[str, Any]:
        """Press buttons one after the other, each rendered, and return the take as it stands."""
        for press in presses:
            self.order = after(facts.CorrectionAsked(1, take, press), order=self.order)
            self.order = after(await self.rendered(take), order=self.order)
        return self.take(take)

    async def rendered(self, take: int = 1) -> What:
        number = self.order.data["corrections"][str(take)]["asked"]
        what = await self.correcting.correct(self.job(take, number), self.order)
        assert what is not None
        return what

    def job(self, take: int, number: int) -> Job:
        return Job(1, "correct", self.order.id, "correct:1", {"round": 1, "take": take, "number": number})

    def take(self, index: int) -> dict[str, Any]:
        return next(take for take in self.order.data["takes"] if take["index"] == index)

    def sound(self, take: dict[str, Any]) -> tuple[np.ndarray[Any, Any], int]:
        audio, rate = soundfile.read(self.root / take["files"]["master"], always_2d=True)
        return audio.T, rate


@pytest.fixture
def room(composed: tuple[Path, list[dict[str, Any]]]) -> Room:
    return Room(*composed)


async def test_softer_is_one_and_a_half_decibels_softer(room: Room) -> None:
    before = room.take(1)
    made = await room.press("softer")
    assert made["lufs"] == pytest.approx(before["lufs"] - 1.5, abs=0.3)
    assert made["files"]["master"] != before["files"]["master"]
    assert made["files"]["raw"] == before["files"]["raw"]
    assert all((room.root / key).is_file() for key in made["files"].values())
    assert room.take(2) == Room(room.root, room.order.data["takes"]).take(2)


async def test_a_longer_fade_is_longer_than_what_the_purpose_does(room: Room) -> None:
    before = room.take(1)
    usual = before["target"]["fade_out"]
    made = await room.press("fade-out", "fade-in")
    assert made["corrections"]["fade_out"] == pytest.approx(usual + 2.0)
    (old, rate), (new, _) = room.sound(before), room.sound(made)
    half = rate // 2
    assert np.abs(new[:, :half]).mean() < 0.7 * np.abs(old[:, :half]).mean()
    assert np.abs(new[:, -half:]).mean() <= np.abs(old[:, -half:]).mean()


async def test_the_loudness_of_another_purpose_is_met(room: Room) -> None:
    made = await room.press("lufs:-20")
    assert made["lufs"] == pytest.approx(-20.0, abs=0.3)
    assert "check-loudness" not in {finding["text"] for finding in made["findings"]}


async def test_undo_leads_back_step_by_step_to_the_untouched_take(room: Room) -> None:
    untouched = room.take(1)
    softer = await room.press("softer")
    await room.press("fade-in")
    assert await room.press("undo") == softer
    assert await room.press("undo") == untouched


async def test_a_reset_can_be_undone(room: Room) -> None:
    untouched = room.take(1)
    corrected = await room.press("softer", "tame")
    assert await room.press("reset") == untouched
    assert await room.press("undo") == corrected


async def test_corrections_that_came_with_the_piece_are_where_buttons_start(room: Room) -> None:
    untouched = room.take(1)
    carried = untouched | {"corrections": {"gain_db": 1.5, "fade_in": 2.0}}
    here = Room(room.root, [carried, room.take(2)])
    louder = await here.press("louder")
    assert louder["corrections"]["gain_db"] == 3.0
    plain = await here.press("softer", "softer")
    assert (plain["corrections"].get("gain_db"), plain["corrections"]["fade_in"]) == (None, 2.0)
    assert plain["lufs"] == pytest.approx(untouched["lufs"], abs=0.3)
    assert await here.press("reset") == carried


async def test_the_picture_shows_all_takes_as_they_sound_now(room: Room) -> None:
    await room.press("softer")
    with Image.open(room.root / room.order.data["overview"]) as picture:
        assert picture.width == 1200
    first = room.order.data["overview"]
    await room.press("undo")
    assert room.order.data["overview"] != first


async def test_a_correction_that_is_called_off_ends_at_its_next_step_and_leaves_nothing_finished(room: Room) -> None:
    """An order is taken back, or the next button pressed: `bot.orders.work.wanted` has the hand cancelled."""
    await room.press("lufs:-19")
    steps = list(room.here.reports)
    assert len(steps) > 5
    assert steps == sorted(steps)
    assert max(end - begin for begin, end in itertools.pairwise([0.0, *steps, 1.0])) < 0.3
    there = set(room.root.rglob("*"))
    for last in (1, len(steps) // 2, len(steps)):
        room.here.reports, room.here.last = [], last
        room.order = after(facts.CorrectionAsked(1, 1, "fade-in"), order=room.order)
        with pytest.raises(Cancelled):
            await room.rendered()
        assert len(room.here.reports) == last
        new = set(room.root.rglob("*")) - there
        assert not [path for path in new if path.name == CARD or path.name.startswith(".")]


async def test_work_done_before_a_crash_is_found(room: Room) -> None:
    made = await room.press("softer")
    card = room.root / made["files"]["master"].replace("master.wav", CARD)
    stamp = card.stat().st_mtime_ns
    again = Room(room.root, [room.order.data["corrections"]["1"]["before"], room.take(2)])
    assert await again.press("softer") == made
    assert card.stat().st_mtime_ns == stamp


async def test_a_cut_that_leaves_nothing_is_taken_back_and_explained(room: Room) -> None:
    untouched = room.take(1)
    await room.press(*["trim-start"] * 3)
    presses = room.order.data["corrections"]["1"]["presses"]
    what: What | None = None
    for _ in range(20):
        room.order = after(facts.CorrectionAsked(1, 1, "trim-start"), order=room.order)
    what = await room.rendered()
    assert isinstance(what, NotCorrected)
    assert what.text == "error-correction-trim"
    room.order = after(what, order=room.order)
    entry = room.order.data["corrections"]["1"]
    assert (entry["presses"], entry["done"]) == (presses, entry["asked"])
    assert room.take(1)["corrections"]["trim_start"] == 1.5
    assert room.take(1) != untouched


async def test_a_press_that_another_followed_is_not_made_by_itself(room: Room) -> None:
    for press in ("louder", "softer"):
        room.order = after(facts.CorrectionAsked(1, 1, press), order=room.order)
    assert await room.correcting.correct(room.job(1, 1), room.order) is None
    what = await room.rendered()
    assert isinstance(what, Corrected)
    assert what.made["corrections"] == {}


async def test_a_decided_round_is_not_corrected_any_more(room: Room) -> None:
    room.order = after(facts.CorrectionAsked(1, 1, "softer"), order=room.order)
    what = await room.rendered()
    approved: Order = after(facts.Approved(1, 1), order=room.order)
    assert approved.state is State.PACKING
    with pytest.raises(AssertionError):
        after(what, order=approved)
    assert approved.chosen is not None
    assert approved.chosen["files"]["master"].endswith("t1/master.wav")
