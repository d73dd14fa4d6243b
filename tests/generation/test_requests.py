"""What an engine that makes sound is asked for when a piece is changed: as little as the change allows."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bot.finishing.master import Target
from bot.generation.engine import Capabilities, Progress, Request, Take
from bot.generation.passages import passage_in
from bot.generation.played import write_state
from bot.generation.requests import played, request_of
from bot.generation.revising import ANEW, EDITED, Change, change_of
from bot.generation.rights import engine_kind
from bot.generation.takework import TakeWork
from bot.orders.brief import Brief
from bot.orders.order import Order
from bot.orders.revision import Source
from bot.settings.files import folders
from bot.storage.media import Media
from tests.orders.example import free_order

RATE, SECONDS = 8_000, 30
BRIEF = Brief("calm", SECONDS, "youtube")
EVERYTHING = Capabilities(RATE, 2, 5, 600, extend=True, vary=True, repaint=True, batches=True)


class Player:
    """An engine that writes down what it is asked for, and answers with noise of the right length."""

    name = "ace-step"
    rights = engine_kind("ace-step").rights

    def __init__(self, capabilities: Capabilities = EVERYTHING) -> None:
        self.capabilities = capabilities
        self.asked: list[list[Request]] = []

    def load(self) -> None:
        pass

    def unload(self) -> None:
        pass

    def estimate(self, request: Request) -> float:
        return 0.0

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        return self.generate_many([request], progress)[0]

    def generate_many(self, requests: Sequence[Request], progress: Progress) -> list[list[Take]]:
        self.asked.append(list(requests))
        progress(0.5)
        progress(1.0)
        return [[self._take(request, seed) for seed in request.seeds] for request in requests]

    def _take(self, request: Request, seed: int) -> Take:
        noise = np.random.default_rng(seed).uniform(-0.1, 0.1, (2, request.brief.seconds * RATE)).astype(np.float32)
        return Take(noise, RATE, seed, self.name, "bench", "1", 0.0, made={"mode": request.mode})


@pytest.fixture
def sold(tmp_path: Path) -> Path:
    """The folder of the approved take."""
    folder = tmp_path / "orders" / "PARENT2345" / "r1" / "t1"
    folder.mkdir(parents=True)
    take = Player()._take(Request(BRIEF, (7,)), 7)
    soundfile.write(folder / "raw.flac", take.audio.T, RATE)
    card = {"seed": 7, "engine": "ace-step", "model": "bench", "revision": "1"}
    (folder / "take.json").write_text(json.dumps(card))
    write_state(replace(take, state={"codes": np.ones((4, 3), np.int16)}), folder)
    return folder


def revision(sold: Path, change: str, *, brief: Brief = BRIEF, words: str = "", edits: tuple[str, ...] = ()) -> Order:
    key = sold.relative_to(sold.parents[3]).as_posix()
    source = Source("PARENT2345", "PARENT2345", 1, key, change, words, edits, free=True)
    return replace(free_order("CHILD23456"), brief=brief, data={"source": source.to_json()})


def asked(
    sold: Path,
    order: Order,
    *,
    index: int = 1,
    attempt: int = 0,
    engine: Player | None = None,
    approved: dict[str, Any] | None = None,
    parent: Brief = BRIEF,
) -> tuple[Request, str]:
    change = change_of(order, index, parent, Media(sold.parents[3]), approved)
    work = TakeWork("ace-step", folders(None), order.brief, index, sold, f"k{index}", sold / "sold", change)
    return request_of(work, attempt, engine or Player())


def test_a_new_piece_changes_nothing(sold: Path) -> None:
    work = TakeWork("ace-step", folders(None), BRIEF, 1, sold, "k", sold / "sold")
    request, way = request_of(work, 0, Player())
    assert (request.mode, request.source, way) == ("new", None, "")
    assert request.prompt.startswith("acoustic, calm")


def test_brighter_varies_the_piece_and_further_takes_go_further(sold: Path) -> None:
    first, second, again = (
        asked(sold, revision(sold, "brighter"), index=index, attempt=attempt)[0]
        for index, attempt in ((1, 0), (2, 0), (1, 1))
    )
    for request in (first, second, again):
        assert (request.mode, request.brief.seconds) == ("vary", SECONDS)
        assert request.prompt.startswith("brighter")
        assert request.source is not None
        assert (request.source.rate, request.source.seed, request.source.engine) == (RATE, 7, "ace-step")
        assert request.source.audio.shape == (2, SECONDS * RATE)
        assert request.source.state is not None
    assert first.strength < second.strength == again.strength
    other, _ = asked(sold, revision(sold, "brighter"), engine=type("Named", (Player,), {"name": "musicgen"})())
    assert other.strength == 0.5  # of musicgen's own line in presets.toml


def test_longer_goes_on_from_the_piece(sold: Path) -> None:
    order = revision(sold, "longer", brief=BRIEF.but(seconds=45))
    for index in (1, 2, 3):
        request, way = asked(sold, order, index=index)
        assert (request.mode, request.brief.seconds, request.change, way) == ("extend", 45, "", EDITED)


@pytest.mark.parametrize(
    ("change", "brief"), [("shorter", BRIEF.but(seconds=20)), ("loop", BRIEF.but(loop=True)),
                          ("words", BRIEF.but(seconds=20, loop=True))]
)  # fmt: skip
def test_shorter_or_a_loop_is_the_approved_take_itself(sold: Path, change: str, brief: Brief) -> None:
    edits = ("loop", "shorter") if change == "words" else ()
    order = revision(sold, change, brief=brief, edits=edits, words="shorter, and loop it" if edits else "")
    first, way = asked(sold, order)
    assert (first.mode, way) == ("keep", EDITED)
    engine = Player()
    ((take,),) = played(engine, [first], lambda _share: None)
    assert engine.asked == []
    assert take.audio.shape[1] == SECONDS * RATE  # the finishing room cuts whole bars out of it
    assert (take.seed, take.made) == (7, {"mode": "keep"})
    # Further takes, and one that missed its order, are performances of the same piece.
    for index, attempt in ((2, 0), (1, 1)):
        further, _ = asked(sold, order, index=index, attempt=attempt)
        assert (further.mode, further.brief.seconds) == ("vary", SECONDS)


def test_another_style_is_no_mere_cut(sold: Path) -> None:
    order = revision(
        sold, "words", brief=BRIEF.but(seconds=20, style="jazz"), words="shorter, jazz", edits=("shorter",)
    )
    request, _ = asked(sold, order)
    assert (request.mode, request.brief.seconds) == ("vary", SECONDS)
    assert "jazz" in request.prompt


def test_longer_and_darker_is_varied_first_and_gone_on_from_then(sold: Path) -> None:
    order = revision(sold, "words", brief=BRIEF.but(seconds=45), words="longer, darker", edits=("longer", "darker"))
    both, way = asked(sold, order)
    assert (both.mode, both.change, way) == ("extend", "darker", EDITED)
    plain, _ = asked(sold, revision(sold, "longer", brief=BRIEF.but(seconds=45)))
    kept = replace(plain, mode="keep")
    engine, told = Player(), list[float]()
    takes = played(engine, [plain, both, kept], told.append)
    assert [[one.mode for one in call] for call in engine.asked] == [["vary"], ["extend", "extend"]]
    varied, then = engine.asked[0][0], engine.asked[1][1]
    assert (varied.brief.seconds, then.brief.seconds) == (SECONDS, 45)
    assert then.source is not None
    assert then.source.made == {"mode": "vary"}
    assert [take.made["mode"] for (take,) in takes] == ["extend", "vary", "keep"]
    assert takes[1][0].made["strength"] == both.strength
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_words_about_a_part_have_that_part_made_again(sold: Path) -> None:
    order = revision(sold, "words", words="마지막 5초를 더 차분하게", edits=("calmer",))
    request, way = asked(sold, order)
    assert (request.mode, request.span, way) == ("repaint", (25.0, 30.0), EDITED)
    assert request.prompt.startswith("calmer")
    unable = Player(replace(EVERYTHING, repaint=False))
    assert asked(sold, order, engine=unable)[0].mode == "vary"
    # With another length besides, a part of the old piece means nothing.
    longer = revision(sold, "words", brief=BRIEF.but(seconds=45), words="the last 5 seconds calmer, longer",
                      edits=("calmer", "longer"))  # fmt: skip
    assert asked(sold, longer)[0].mode == "extend"


def test_a_change_starts_from_the_piece_with_the_times_the_buyer_heard(sold: Path) -> None:
    raw, _ = soundfile.read(sold / "raw.flac", dtype="float32", always_2d=True)
    target = Target(25.0, fade_out=3.0, rate=RATE).to_json()
    approved = {"target": target, "corrections": {"trim_start": 2.0, "high_db": -3.0}}
    brief = BRIEF.but(seconds=25)
    order = revision(sold, "words", brief=brief, words="the last five seconds calmer", edits=("calmer",))
    request, _ = asked(sold, order, approved=approved, parent=brief)
    assert (request.mode, request.span, request.brief.seconds) == ("repaint", (20.0, 25.0), 25)
    source = request.source
    assert source is not None
    assert source.audio.shape == (2, 25 * RATE)
    inside = slice(RATE, 24 * RATE)  # beyond the few milliseconds that keep the cuts from clicking
    moved = slice(inside.start + 2 * RATE, inside.stop + 2 * RATE)
    assert np.abs(source.audio[:, inside] - raw.T[:, moved]).max() < 1e-3
    assert source.state is None  # what was kept of the take is about its own times
    # Longer goes on from there; a take that is as long as it was ordered is taken as it is, with what is known of it.
    longer, _ = asked(sold, revision(sold, "longer", brief=BRIEF.but(seconds=45)), approved=approved, parent=brief)
    assert (longer.mode, longer.source and longer.source.audio.shape[1]) == ("extend", 25 * RATE)
    whole, _ = asked(
        sold, revision(sold, "longer", brief=BRIEF.but(seconds=45)), approved={"target": Target(30.0).to_json()}
    )
    assert whole.source is not None
    assert np.array_equal(whole.source.audio, raw.T)
    assert whole.source.state is not None


def test_what_goes_on_from_a_piece_comes_without_a_hole(sold: Path) -> None:
    raw, _ = soundfile.read(sold / "raw.flac", dtype="float32", always_2d=True)
    raw[-2 * RATE :] = 0.0
    soundfile.write(sold / "raw.flac", raw, RATE)
    longer, _ = asked(sold, revision(sold, "longer", brief=BRIEF.but(seconds=45)))
    assert longer.source is not None
    assert longer.source.audio.shape[1] == pytest.approx(28.05 * RATE, abs=0.01 * RATE)
    assert np.array_equal(longer.source.audio, raw.T[:, : longer.source.audio.shape[1]])
    varied, _ = asked(sold, revision(sold, "brighter"))
    assert varied.source is not None
    assert varied.source.audio.shape[1] == SECONDS * RATE


def test_takes_of_one_batch_share_the_piece_they_change(sold: Path) -> None:
    first, second, third = (asked(sold, revision(sold, "slower"), index=index)[0].source for index in (1, 2, 3))
    assert first is second is third is not None


@pytest.mark.parametrize(("edit", "times"), [("slower", 0.89), ("faster", 1.12)])
def test_slower_and_faster_are_the_piece_itself_at_another_tempo(sold: Path, edit: str, times: float) -> None:
    order = revision(sold, "words", words=f"{edit} please", edits=(edit,))
    approved = {"target": Target(30.0, rate=RATE).to_json(), "tempo_bpm": 100.0}
    first, way = asked(sold, order, approved=approved)
    assert (first.mode, first.faster, way) == ("keep", times, EDITED)
    assert first.source is not None
    assert first.source.audio.shape == (2, round(SECONDS * RATE / times))
    second, _ = asked(sold, order, index=2, approved=approved)
    assert (second.mode, second.faster, second.tempo_bpm) == ("vary", times, round(100.0 * times))
    assert second.brief.seconds == round(SECONDS / times)
    assert second.source is first.source
    # Longer besides: the engine goes on from the piece at its new tempo, and nothing else is changed.
    longer = revision(sold, "words", brief=BRIEF.but(seconds=60), words=f"longer, {edit}", edits=("longer", edit))
    both, _ = asked(sold, longer, approved=approved)
    assert (both.mode, both.change, both.faster, both.tempo_bpm) == ("extend", "", times, round(100.0 * times))
    # A part keeps to the beat of what is around it.
    part = revision(sold, "words", words=f"the last 5 seconds {edit}", edits=(edit,))
    request, _ = asked(sold, part, approved=approved)
    assert (request.mode, request.faster, request.tempo_bpm) == ("repaint", 1.0, 100.0)


@pytest.mark.parametrize(
    ("named", "measured", "mode", "times"),
    [(104, 100.0, "keep", 1.04), (104, 200.0, "keep", 1.04), (104, 51.0, "keep", 104 / 102), (140, 100.0, "vary", 1.0),
     (104, None, "vary", 1.0)],
)  # fmt: skip
def test_a_tempo_by_its_number_is_reached_from_the_measured_one(
    sold: Path, named: int, measured: float | None, mode: str, times: float
) -> None:
    order = revision(sold, "words", brief=BRIEF.but(tempo_bpm=named), words=f"{named} bpm")
    request, _ = asked(sold, order, approved={"target": Target(30.0, rate=RATE).to_json(), "tempo_bpm": measured})
    assert (request.mode, request.tempo_bpm) == (mode, named)
    assert request.faster == pytest.approx(times)


def test_a_tempo_that_was_named_before_stays(sold: Path) -> None:
    brief = BRIEF.but(tempo_bpm=90)
    order = revision(sold, "calmer", brief=brief)
    request, _ = asked(sold, order, parent=brief, approved={"target": Target(30.0).to_json(), "tempo_bpm": 91.0})
    assert (request.mode, request.faster, request.tempo_bpm) == ("vary", 1.0, 90)


@pytest.mark.parametrize("able", [replace(EVERYTHING, vary=False), replace(EVERYTHING, vary=False, extend=False)])
def test_what_an_engine_cannot_do_is_composed_anew(sold: Path, able: Capabilities) -> None:
    request, way = asked(sold, revision(sold, "calmer"), engine=Player(able))
    assert (request.mode, request.source, way) == ("new", None, ANEW)
    assert request.prompt.startswith("calmer")
    longer = asked(sold, revision(sold, "longer", brief=BRIEF.but(seconds=45)), engine=Player(able))
    assert longer[1] == (EDITED if able.extend else ANEW)


@pytest.mark.parametrize("damage", ["card", "words", "sound", "missing"])
def test_a_piece_that_is_gone_or_damaged_is_composed_anew(sold: Path, damage: str) -> None:
    match damage:
        case "card":
            (sold / "take.json").write_text('{"seed": 7}')
        case "words":
            (sold / "take.json").write_text("[")
        case "sound":
            (sold / "raw.flac").write_bytes(b"fLaC and no more")
        case _:
            (sold / "raw.flac").unlink()
    request, way = asked(sold, revision(sold, "calmer"))
    assert (request.mode, way) == ("new", ANEW)


def test_a_change_travels_with_what_it_is_about(sold: Path) -> None:
    media = Media(sold.parents[3])
    change = change_of(revision(sold, "words", words="from 0:10 to 0:15 too loud", edits=("calmer",)), 1, BRIEF, media)
    assert change == Change(sold / "score.json", ("calmer",), vary=False, span=(10.0, 15.0))


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("the last ten seconds are boring", (50.0, 60.0)), ("from 0:30 to 0:45 it is too loud", (30.0, 45.0)),
        ("between 20s and 30s please redo", (20.0, 30.0)), ("10-20 seconds should be softer", (10.0, 20.0)),
        ("30초부터 45초까지 조용하게", (30.0, 45.0)), ("0:10~0:20 다시 만들어 주세요", (10.0, 20.0)),
        ("처음 5초 다시", (0.0, 5.0)), ("인트로를 부드럽게", (0.0, 12.0)), ("the ending is dull", (48.0, 60.0)),
        ("0:50 - 2:00 softer", (50.0, 60.0)),
        # about the whole piece, about two parts, or about no part of this one
        ("calmer from beginning to end", None), ("the whole thing, the intro too", None), ("10 seconds longer", None),
        ("make it 0:30 long", None), ("90 to 100 BPM", None), ("2 or 3 to 4 more instruments", None),
        ("the intro and the ending softer", None), ("in the end I want it calmer", None),
        ("1분 5초부터 1분 20초까지", None),
        ("0:00 to 1:00", None), ("0:45 to 0:30", None),
    ],
)  # fmt: skip
def test_which_part_words_name(words: str, span: tuple[float, float] | None) -> None:
    assert passage_in(words, 60.0) == span
