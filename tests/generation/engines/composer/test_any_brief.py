"""Whatever is asked for: no exception, the exact length, no clipping, nothing that is not a number."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.generation.engine import Request
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.engine import Composer
from bot.generation.engines.composer.plan import make
from bot.generation.engines.composer.voices import VOICES
from bot.orders.brief import Brief, read_key
from bot.settings.moods import MoodBook, load_moods

from .conftest import MOODS, Compose

BOOK = load_moods(MOODS)
CATALOGUE = BOOK.catalogue()
KEYS = [read_key(f"{tonic} {mode}") for tonic in ("C", "F#", "Bb", "E") for mode in ("major", "minor")]


def briefs(shortest: int, longest: int) -> st.SearchStrategy[Brief]:
    some = st.lists(st.sampled_from(CATALOGUE.instruments), max_size=4, unique=True).map(tuple)
    return st.builds(
        Brief,
        mood=st.sampled_from(CATALOGUE.moods),
        seconds=st.integers(shortest, longest),
        purpose=st.sampled_from(CATALOGUE.purposes),
        style=st.sampled_from((None, *CATALOGUE.styles)),
        tempo_bpm=st.none() | st.integers(40, 220),
        key=st.none() | st.sampled_from(KEYS),
        wanted=some,
        unwanted=some,
        loop=st.booleans(),
    )


QUICK: dict[str, Any] = {
    "derandomize": True, "deadline": None, "database": None, "suppress_health_check": list(HealthCheck),
}  # fmt: skip


@settings(max_examples=120, **QUICK)
@given(brief=briefs(5, 150), seed=st.integers(0, 2**31))
def test_any_brief_becomes_a_sound_score(brief: Brief, seed: int) -> None:
    plan = make(brief, seed, BOOK)
    song = arrange(plan)
    beats = song.seconds * song.tempo / 60
    assert song.seconds == brief.seconds
    assert song.parts
    for part in song.parts:
        for note in part.notes:
            assert note.length > 0
            assert 0 < note.velocity <= 1
            assert note.start >= 0 or part.role == "texture"
            if part.sound in VOICES:
                assert 20 <= note.pitch <= 110
    written = plan.bars * plan.beats
    if plan.ending == "loop":
        assert written == pytest.approx(beats)
    if brief.tempo_bpm is not None and plan.ending != "loop":
        assert plan.tempo == brief.tempo_bpm
    if brief.key is not None:
        assert plan.key == brief.key.replace("Gb", "F#").replace("A# ", "Bb ")
    ruled_out = {s for name in brief.unwanted for s in BOOK.instruments[name].sounds}
    ruled_out -= {s for name in brief.wanted for s in BOOK.instruments[name].sounds}
    assert not ruled_out & {part.sound for part in song.parts}
    if "drums" in brief.unwanted:
        assert all(part.role != "drums" for part in song.parts)


@settings(max_examples=14, **QUICK)
@given(brief=briefs(5, 8), seed=st.integers(0, 2**31))
def test_any_brief_becomes_clean_sound(brief: Brief, seed: int) -> None:
    (take,) = composer().generate(Request(brief, (seed,), stems=True), lambda share: None)
    assert take.audio.shape == (2, brief.seconds * 44100)
    assert take.audio.dtype == np.float32
    assert np.isfinite(take.audio).all()
    assert 0.02 < np.abs(take.audio).max() <= 0.85
    assert np.abs(sum(take.stems.values()) - take.audio).max() < 1e-4
    assert abs(float(take.audio.mean())) < 1e-3


_KEPT: list[Composer] = []


def composer() -> Composer:
    """Return one composer for all examples: its bank is read once."""
    if not _KEPT:
        _KEPT.append(Composer(BOOK))
    return _KEPT[0]


def test_the_longest_brief_is_planned_to_the_end(book: MoodBook) -> None:
    plan = make(Brief("focus", 600, "study"), 5, book)
    song = arrange(plan)
    last = max(note.start for part in song.parts for note in part.notes)
    assert last * 60 / song.tempo > 590
    assert len({section.letter for section in song.sections}) >= 3


@pytest.mark.parametrize("wanted", CATALOGUE.instruments)
def test_every_wanted_instrument_plays(book: MoodBook, wanted: str) -> None:
    for mood, style in (("calm", None), ("epic", "orchestral")):
        song = arrange(make(Brief(mood, 40, "youtube", style=style, wanted=(wanted,)), 3, book))
        if wanted == "drums":
            assert any(part.role == "drums" and part.notes for part in song.parts)
        else:
            assert {part.sound for part in song.parts} & set(book.instruments[wanted].sounds)


def test_another_process_composes_the_same(compose: Compose) -> None:
    code = (
        "import hashlib, sys; from pathlib import Path; from bot.settings.moods import load_moods;"
        "from bot.generation.engine import Request; from bot.orders.brief import Brief;"
        "from bot.generation.engines.composer.engine import Composer;"
        f"composer = Composer(load_moods(Path({str(MOODS)!r})));"
        "take, = composer.generate(Request(Brief('playful', 8, 'ad'), (77,)), lambda share: None);"
        "print(hashlib.sha256(take.audio.tobytes()).hexdigest())"
    )
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert len(hashes) == 1
