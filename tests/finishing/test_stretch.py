"""Music at another tempo: its attacks stay single and on the beat, its pitch stays, its tones do not tremble."""

import numpy as np
import pytest
from scipy import signal

from bot.errors import BadInput
from bot.finishing.features import features
from bot.finishing.musical import key, tempo
from bot.finishing.stretch import at_tempo
from tests.finishing.music import RATE, Audio, Song, play


def struck(audio: Audio) -> np.ndarray:
    """Return the times in seconds of clicks: where a millisecond of treble is loudest within 25 ms, and loud."""
    treble = signal.sosfilt(signal.butter(4, 3000, "hp", fs=RATE, output="sos"), audio.mean(axis=0))
    step = RATE // 1000
    power = (treble[: len(treble) // step * step].reshape(-1, step) ** 2).mean(axis=1)
    found, _ = signal.find_peaks(power, height=0.02 * power.max(), distance=6)
    return np.asarray(found / 1000.0)


def clicks_over_a_chord(bpm: float, seconds: float) -> tuple[Audio, np.ndarray]:
    """Return a chord with a click on every eighth, as short as sticks, and when they come."""
    time = np.arange(int(seconds * RATE)) / RATE
    music = 0.1 * np.sin(2 * np.pi * np.outer((130.8, 164.8, 196.0), time)).sum(axis=0)
    times = np.arange(1, int(seconds * bpm / 30) - 1) * 30.0 / bpm
    click = np.random.default_rng(1).standard_normal(RATE // 500) * np.exp(-np.arange(RATE // 500) / 20.0)
    for moment in times:
        at = round(moment * RATE)
        music[at : at + len(click)] += 0.6 * click
    return np.stack([music, music]).astype(np.float32), times


@pytest.mark.parametrize("faster", [0.8, 0.89, 1.12, 1.25])
def test_every_attack_is_heard_once_and_in_time(faster: float) -> None:
    music, times = clicks_over_a_chord(100.0, 12.0)
    done = at_tempo(music, RATE, faster)
    assert done.shape[1] == round(music.shape[1] / faster)
    heard = struck(done)
    assert len(heard) == len(times)
    late = heard - times / faster
    assert np.abs(late).max() < 0.036
    assert late.std() < 0.011


@pytest.mark.parametrize("faster", [0.89, 1.12])
def test_key_level_and_exact_tempo(faster: float) -> None:
    music = play(Song(120.0, 12.0, 9, minor=True))
    done = at_tempo(music, RATE, faster)
    curves = features(done, RATE)
    found, beat = key(curves), tempo(curves, 120.0 * faster)
    assert found is not None
    assert beat is not None
    assert found.name == "A minor"
    assert beat.bpm == pytest.approx(120.0 * faster, rel=0.002)
    assert np.sqrt(np.mean(done**2)) == pytest.approx(np.sqrt(np.mean(music**2)), rel=0.05)


def flutter(audio: Audio) -> float:
    """Return how far the level goes up and down at 2 to 25 Hz, in dB."""
    power = signal.sosfiltfilt(signal.butter(2, 25, fs=RATE, output="sos"), audio[0].astype(np.float64) ** 2)
    level = np.sqrt(power.clip(1e-9))[RATE:-RATE]
    moving = signal.sosfiltfilt(signal.butter(2, 2, "hp", fs=RATE, output="sos"), level) / level.mean()
    return float(20.0 * np.log10(1.0 + np.sqrt(2.0) * moving.std()))


@pytest.mark.parametrize("faster", [0.8, 0.89, 1.12, 1.25])
def test_a_held_chord_does_not_tremble(faster: float) -> None:
    time, chance = np.arange(8 * RATE) / RATE, np.random.default_rng(0)
    tones = [(hertz * part, 0.03 / part) for hertz in (65.4, 196.0, 246.9, 329.6, 587.3) for part in range(1, 7)]
    phases = chance.uniform(0, 2 * np.pi, len(tones))
    held = sum(
        (loud * np.sin(2 * np.pi * hertz * time + phase) for (hertz, loud), phase in zip(tones, phases, strict=True)),
        np.zeros(len(time)),
    )
    chord = np.stack([held, held]).astype(np.float32)
    assert flutter(at_tempo(chord, RATE, faster)) < flutter(chord) + 0.15


@pytest.mark.parametrize("faster", [0.79, 1.26])
def test_what_would_be_no_music_any_more_is_refused(faster: float) -> None:
    with pytest.raises(BadInput):
        at_tempo(play(Song(seconds=2.0)), RATE, faster)
