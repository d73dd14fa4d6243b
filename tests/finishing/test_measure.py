"""Facts mean what they say, and survive being kept."""

import json
from dataclasses import fields

import numpy as np
import pytest
from scipy import signal

from bot.finishing.measure import Facts, measure
from tests.finishing.music import RATE, Song, play, sine


def test_facts_of_a_known_song() -> None:
    facts = measure(play(Song(124.0, 16.0, 9, True)), RATE, tempo_bpm=124.0)
    assert (facts.seconds, facts.samples, facts.rate) == (16.0, 16 * RATE, RATE)
    assert facts.tempo_bpm == pytest.approx(124.0, rel=0.001)
    assert facts.key == "A minor"
    assert facts.majorness < 0.0
    assert facts.sample_peak_dbfs == pytest.approx(20 * np.log10(0.7), abs=0.01)
    assert facts.true_peak_dbtp >= facts.sample_peak_dbfs
    assert facts.lufs_momentary_max >= facts.lufs_short_max >= facts.lufs
    assert facts.seam is None


def test_facts_are_kept_as_finite_json() -> None:
    for audio in (play(Song(seconds=6.0)), np.zeros((2, 5000), np.float32), np.ones((2, 1), np.float32)):
        facts = measure(audio, RATE, loop=True)
        kept = json.loads(json.dumps(facts.to_json(), allow_nan=False))
        again = Facts.from_json(kept | {"from_a_later_version": 1})
        assert again.to_json() == facts.to_json()
        for field in fields(Facts):
            assert type(getattr(again, field.name)) is type(getattr(facts, field.name))


def test_brightness_follows_the_treble() -> None:
    music = play(Song(seconds=8.0))
    dark = signal.sosfilt(signal.butter(2, 800, fs=RATE, output="sos"), music, axis=1).astype(np.float32)
    shelf = music + signal.sosfilt(signal.butter(1, 3000, "high", fs=RATE, output="sos"), music, axis=1) * 2.0
    facts = [measure(audio, RATE) for audio in (dark, music, shelf.astype(np.float32))]
    assert facts[0].brightness < facts[1].brightness - 0.1
    assert facts[1].brightness < facts[2].brightness - 0.05
    assert facts[0].tilt_db_per_octave < facts[1].tilt_db_per_octave < facts[2].tilt_db_per_octave


def test_energy_and_density_follow_the_playing_not_the_loudness() -> None:
    slow, calm, busy = (
        measure(play(song), RATE) for song in (Song(60.0, 12.0, drums=0.0), Song(84.0, 12.0), Song(150.0, 12.0))
    )
    assert slow.energy < calm.energy < busy.energy
    assert slow.density < calm.density < busy.density
    quiet = measure(play(Song(150.0, 12.0)) * np.float32(0.1), RATE)
    assert quiet.energy == pytest.approx(busy.energy, abs=0.03)
    assert quiet.density == pytest.approx(busy.density, abs=0.05)


def test_correlation_tells_mono_from_out_of_phase() -> None:
    tone = sine(300.0, 1.0, -12.0)
    assert measure(tone, RATE).correlation == pytest.approx(1.0, abs=1e-4)
    tone[1] *= -1.0
    assert measure(tone, RATE).correlation == pytest.approx(-1.0, abs=1e-4)
