"""Every mood in a quarter of the styles, every style in a quarter of the moods: mastered, and measured by others.

The 312 pairs are all planned and read as scores; a covering quarter of them, chosen so that every mood, style and
purpose comes up several times and half of the pieces loop, is played, mastered, and measured by pyloudnorm, a plain
FFT and the tests' own ears.
"""

from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pyloudnorm
import pytest
from scipy import signal

from bot.finishing.master import Finished, Target, finish
from bot.generation.engine import Take
from bot.generation.engines.composer import theory
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.plan import make
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, load_moods

from .conftest import MOODS, Compose
from .readback import key_ranking, relative, tempo_fits
from .test_loops import seam_faults

_BOOK = load_moods(MOODS)
_STYLES = list(_BOOK.styles)
PAIRS = [
    (mood, _STYLES[(5 * place + 4 * turn) % len(_STYLES)])
    for place, mood in enumerate(_BOOK.moods)
    for turn in range(len(_STYLES) // 4)
]
SECONDS = 9
TEMPO_HEARD: dict[str, bool] = {}


@dataclass(frozen=True)
class Piece:
    """One pair as it would be sold: the take, its master, and what was asked for."""

    take: Take
    master: Finished
    target: Target


@pytest.fixture(params=zip(PAIRS, cycle(_BOOK.purposes), strict=False), ids=lambda one: "-".join([*one[0], one[1]]))
def piece(request: pytest.FixtureRequest, compose: Compose) -> Piece:
    (mood, style), purpose = request.param
    loop = PAIRS.index((mood, style)) % 2 == 0 or _BOOK.purposes[purpose].ending == "loop"
    take = compose(mood, SECONDS, style=style, purpose=purpose, loop=loop)
    target = Target(
        float(SECONDS), _BOOK.purposes[purpose].loudness, loop=loop, tempo_bpm=take.tempo_bpm,
        beats_per_bar=take.beats_per_bar,
    )  # fmt: skip
    return Piece(take, finish(take.audio, take.rate, target), target)


def test_a_master_is_what_was_ordered(piece: Piece) -> None:
    take, audio, target = piece.take, piece.master.audio, piece.target
    assert audio.shape == (2, SECONDS * 44_100)
    assert np.isfinite(audio).all()
    # Loudness by pyloudnorm, true peak by a transform of eight times the length. That keeps everything up to half the
    # rate, where our own measure, as converters do, lets go above 20 kHz: a chip's edges differ by up to 0.12 dB.
    loudness = pyloudnorm.Meter(piece.master.rate).integrated_loudness(audio.T.astype(np.float64))
    assert loudness == pytest.approx(target.lufs, abs=0.5)
    assert 20 * np.log10(np.abs(signal.resample(audio, audio.shape[1] * 8, axis=1)).max()) <= -1.35
    # The key asked for, or one that key finders take for it.
    assert take.key is not None
    near = {take.key, relative(take.key), *neighbours(take.key)}
    assert near & set(key_ranking(audio, piece.master.rate)[:4])
    # The beat, or half of it, stands out; in the whole set it nearly always has to (below).
    assert take.tempo_bpm is not None
    fits = max(tempo_fits(audio, piece.master.rate, take.tempo_bpm * octave) for octave in (1, 2))
    TEMPO_HEARD[f"{len(TEMPO_HEARD)} {take.key} {take.tempo_bpm}"] = fits > 1.2
    # A loop has no seam, neither by the tests' measure nor by the finishing room's.
    if target.loop:
        assert seam_faults(audio, piece.master.rate, take.beats_per_bar * 60 / take.tempo_bpm) == []
        assert piece.master.facts.seam is not None
        assert piece.master.facts.seam.faults == ()


def test_the_tempo_is_heard_in_nearly_all_of_them() -> None:
    if len(TEMPO_HEARD) < len(PAIRS) // 2:
        pytest.skip("the pieces were not played in this run")
    assert np.mean(list(TEMPO_HEARD.values())) > 0.9


def neighbours(key: str) -> set[str]:
    """Return the keys a fifth away and their relatives: what a modal piece may be taken for."""
    tonic, minor = theory.read_key(key)
    mode = "aeolian" if minor else "ionian"
    found = {theory.key_name((tonic + step) % 12, mode) for step in (5, 7)}
    return found | {relative(other) for other in found}


def test_every_pair_can_be_planned_in_every_purpose(book: MoodBook) -> None:
    for place, mood in enumerate(book.moods):
        for turn, style in enumerate(book.styles):
            purpose = list(book.purposes)[(place + turn) % len(book.purposes)]
            plan = make(Brief(mood, 20, purpose, style=style, key="D minor", loop=turn % 3 == 0), place, book)
            song = arrange(plan)
            assert plan.key == "D minor"
            assert song.seconds == 20
            assert {"harmony", "lead"} & {part.role for part in song.parts}
            assert sum(len(part.notes) for part in song.parts) > 8
            low, high = book.moods[mood].tempo
            assert low * 0.95 <= song.tempo <= high * 1.05
            if song.loop:
                assert song.bars * song.beats == pytest.approx(song.seconds * song.tempo / 60)
