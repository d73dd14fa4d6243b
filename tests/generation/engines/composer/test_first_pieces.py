"""A calm, an upbeat and a cinematic piece: what a first buyer may ask for, heard by independent ears."""

import numpy as np
import pyloudnorm
import pytest

from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief

from .conftest import Compose
from .readback import key_ranking, relative, tempo_fits

PIECES = [
    ("calm", "acoustic"),
    ("happy", "corporate"),
    ("energetic", "electronic"),
    ("epic", "cinematic"),
    ("dark", None),
]


@pytest.mark.parametrize(("mood", "style"), PIECES)
def test_is_exactly_as_long_as_asked_and_clean(compose: Compose, mood: str, style: str | None) -> None:
    take = compose(mood, 30, style=style)
    assert take.audio.shape == (2, 30 * 44100)
    assert take.audio.dtype == np.float32
    assert np.isfinite(take.audio).all()
    assert 0.1 < np.abs(take.audio).max() < 0.89
    loudness = pyloudnorm.Meter(take.rate).integrated_loudness(take.audio.T.astype(np.float64))
    assert -21 < loudness < -15.5


@pytest.mark.parametrize(("mood", "style"), PIECES)
def test_stems_add_up_to_the_mix(compose: Compose, mood: str, style: str | None) -> None:
    take = compose(mood, 30, style=style, stems=True)
    assert {"harmony", "bass"} <= set(take.stems)
    # The mix is equalised as a whole, the stems one by one: filters in single precision differ by their rounding.
    assert np.abs(sum(take.stems.values()) - take.audio).max() < 1e-4
    plain = compose(mood, 30, style=style)
    assert plain.stems == {}
    assert np.array_equal(plain.audio, take.audio)


@pytest.mark.parametrize(("mood", "style"), PIECES)
def test_bass_survives_one_loudspeaker(compose: Compose, mood: str, style: str | None) -> None:
    left, right = compose(mood, 30, style=style, stems=True).stems["bass"]
    assert np.mean((left + right) ** 2) > 0.9 * 2 * np.mean(left**2 + right**2) * 0.95


@pytest.mark.parametrize("tempo", [92, 117, 132])
def test_asked_tempo_is_heard(compose: Compose, tempo: int) -> None:
    take = compose("happy", 40, style="electronic", tempo_bpm=tempo)
    assert take.tempo_bpm == pytest.approx(tempo)
    assert tempo_fits(take.audio, take.rate, tempo) > 2.5


@pytest.mark.parametrize("key", ["C major", "A minor", "F# minor", "Eb major"])
def test_asked_key_is_heard(compose: Compose, key: str) -> None:
    take = compose("hopeful", 40, key=key, style="corporate")
    assert take.key == key
    assert {key, relative(key)} & set(key_ranking(take.audio, take.rate)[:2])


def test_progress_rises_smoothly_and_may_cancel(composer: Composer) -> None:
    request = Request(Brief("calm", 12, "vlog"), (4,))
    seen: list[float] = []
    composer.generate(request, seen.append)
    assert len(seen) >= 15
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    class EnoughError(Exception):
        pass

    def stop(share: float) -> None:
        if share > 0.4:
            raise EnoughError

    with pytest.raises(EnoughError):
        composer.generate(request, stop)


def test_same_seed_same_music_other_seed_other_music(composer: Composer) -> None:
    brief = Brief("warm", 10, "vlog")
    first, other = composer.generate(Request(brief, (11, 12)), lambda share: None)
    (again,) = composer.generate(Request(brief, (11,)), lambda share: None)
    assert np.array_equal(first.audio, again.audio)
    assert not np.array_equal(first.audio, other.audio)
