"""Tempo and key of music whose tempo and key are known."""

import numpy as np
import pytest

from bot.finishing.features import features
from bot.finishing.musical import key, key_distance, octave_error, tempo
from tests.finishing.music import RATE, Song, play, sine


@pytest.mark.parametrize("bpm", [72.0, 82.8, 95.5, 110.0, 124.1, 140.0])
def test_the_tempo_is_exact_enough_to_count_bars(bpm: float) -> None:
    found = tempo(features(play(Song(bpm, 24.0)), RATE), hint_bpm=bpm)
    assert found is not None
    assert found.bpm == pytest.approx(bpm, rel=0.0008)
    assert found.confidence > 0.4
    nearest = found.first_beat - round(found.first_beat / (60.0 / bpm)) * 60.0 / bpm
    assert nearest == pytest.approx(0.0, abs=0.02) or abs(nearest) == pytest.approx(30.0 / bpm, abs=0.02)


@pytest.mark.parametrize("bpm", [60.0, 90.0, 120.0, 180.0])
def test_without_a_hint_only_the_octave_may_be_wrong(bpm: float) -> None:
    found = tempo(features(play(Song(bpm, 20.0)), RATE))
    assert found is not None
    assert octave_error(found.bpm, bpm) < 0.002


@pytest.mark.parametrize("root", range(12))
@pytest.mark.parametrize("minor", [False, True])
def test_the_key_is_found(root: int, minor: bool) -> None:
    names = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
    found = key(features(play(Song(seconds=12.0, root=root, minor=minor)), RATE))
    assert found is not None
    assert key_distance(found.name, f"{names[root]} {'minor' if minor else 'major'}") == 0


def test_what_does_not_beat_or_sing_claims_nothing() -> None:
    noise = (0.1 * np.random.default_rng(1).standard_normal((2, 5 * RATE))).astype(np.float32)
    silence = np.zeros((2, 5 * RATE), np.float32)
    assert tempo(features(silence, RATE)) is None
    assert tempo(features(sine(440.0, 0.5, -6.0), RATE)) is None
    assert key(features(silence, RATE)) is None
    assert key(features(noise, RATE)) is None


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ("C major", "C major", 0),
        ("Db major", "C# major", 0),
        ("C major", "A minor", 1),
        ("A minor", "C major", 1),
        ("C major", "C minor", 1),
        ("C major", "G major", 1),
        ("F major", "C major", 1),
        ("C major", "D major", 2),
        ("C major", "E minor", 2),
        ("F# minor", "Gb minor", 0),
    ],
)
def test_neighbouring_keys_are_near(one: str, other: str, distance: int) -> None:
    assert key_distance(one, other) == distance
    assert key_distance(other, one) == distance
