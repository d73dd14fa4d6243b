"""Every take becomes exactly as long as ordered, and still sounds like itself."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.finishing.features import features
from bot.finishing.musical import key, key_distance, tempo
from bot.finishing.stretch import stretch
from bot.finishing.trim import fit, without_silence
from tests.finishing.music import RATE, Song, play


def beat_of(audio: np.ndarray) -> float:
    found = tempo(features(audio, RATE), hint_bpm=120.0)
    assert found is not None
    return found.bpm


@pytest.mark.parametrize("seconds", [10.0, 14.7, 19.9, 21.3, 30.0, 44.4])
def test_length_is_exact_and_the_beat_goes_on(seconds: float) -> None:
    music = play(Song(120.0, 20.0, 3))
    fitted = fit(music, RATE, round(seconds * RATE), fading=False, tempo_bpm=120.0)
    assert fitted.audio.shape == (2, round(seconds * RATE))
    assert beat_of(fitted.audio) == pytest.approx(120.0, rel=0.02)
    found = key(features(fitted.audio, RATE))
    assert found is not None
    assert key_distance(found.name, "Eb major") == 0
    assert np.array_equal(fitted.audio[:, : RATE // 2], music[:, : RATE // 2]) or abs(fitted.stretched) > 0.0


def test_a_cut_lies_on_the_beat_so_that_the_pulse_never_stumbles() -> None:
    """Onsets of 20 s of music cut to 14 s stay on one grid from the first to the last bar."""
    fitted = fit(play(Song(120.0, 20.0)), RATE, 14 * RATE, fading=False, tempo_bpm=120.0)
    assert len(fitted.joints) == 1
    curves = features(fitted.audio, RATE)
    early, late = curves.onsets[: len(curves.onsets) // 2], curves.onsets[len(curves.onsets) // 2 :]
    turns = [np.exp(-2j * np.pi * 2.0 * np.arange(len(curves.onsets)) / curves.frame_rate)]
    phases = [np.angle(np.dot(early, turns[0][: len(early)])), np.angle(np.dot(late, turns[0][len(early) :]))]
    assert abs(np.angle(np.exp(1j * (phases[0] - phases[1])))) < 0.2


def test_a_take_of_the_right_length_is_not_touched() -> None:
    music = play(Song(seconds=6.0))
    assert fit(music, RATE, music.shape[1], fading=False).audio is music


def test_a_dying_tail_may_be_cut_and_silence_may_follow_an_ending() -> None:
    music = play(Song(seconds=6.0)) * np.clip(np.linspace(6.0, -1.0, 6 * RATE), 0.0, 1.0).astype(np.float32)
    longer = fit(music, RATE, 7 * RATE, fading=False)
    assert longer.audio.shape[1] == 7 * RATE
    assert (longer.audio[:, : 6 * RATE] == music).all()
    shorter = fit(longer.audio, RATE, 6 * RATE, fading=False)
    assert shorter.joints == ()
    assert np.array_equal(shorter.audio[:, : 5 * RATE], music[:, : 5 * RATE])


def test_silence_around_the_music_goes() -> None:
    music = play(Song(seconds=4.0))
    padded = np.pad(music, ((0, 0), (2 * RATE, 3 * RATE)))
    cleaned = without_silence(padded, RATE, 4 * RATE)
    assert cleaned.shape[1] == pytest.approx(4.05 * RATE, abs=0.02 * RATE)


def test_a_breath_before_the_first_note_stays_when_the_length_is_right() -> None:
    music = np.pad(play(Song(seconds=4.0)), ((0, 0), (RATE // 5, 0)))
    assert without_silence(music, RATE, music.shape[1]).shape == music.shape


@pytest.mark.parametrize("share", [0.93, 0.99, 1.01, 1.07])
def test_stretching_keeps_key_and_level_and_moves_the_tempo(share: float) -> None:
    music = play(Song(120.0, 12.0, 9, minor=True))
    done = stretch(music, RATE, round(music.shape[1] * share))
    assert done.shape[1] == round(music.shape[1] * share)
    assert beat_of(done) == pytest.approx(120.0 / share, rel=0.01)
    found = key(features(done, RATE))
    assert found is not None
    assert found.name == "A minor"
    assert np.sqrt(np.mean(done**2)) == pytest.approx(np.sqrt(np.mean(music**2)), rel=0.1)


def test_a_stretch_that_would_be_heard_is_refused() -> None:
    with pytest.raises(BadInput):
        stretch(play(Song(seconds=2.0)), RATE, 3 * RATE)


@settings(max_examples=25, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(source=st.integers(1, 3 * RATE), wanted=st.integers(RATE // 5, 6 * RATE), fading=st.booleans())
def test_any_length_becomes_any_other(source: int, wanted: int, fading: bool) -> None:
    noise = (0.1 * np.random.default_rng(source).standard_normal((2, source))).astype(np.float32)
    fitted = fit(noise, RATE, wanted, fading=fading)
    assert fitted.audio.shape == (2, wanted)
    assert np.isfinite(fitted.audio).all()
    assert np.abs(fitted.audio).max() <= 1.5 * np.abs(noise).max()
