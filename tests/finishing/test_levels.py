"""Loudness reaches its target and no peak gets through, whatever comes in."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from bot.finishing.levels import level
from bot.finishing.limiter import block_tops, limit, per_sample
from bot.finishing.loudness import loudness
from bot.finishing.truepeak import envelope, true_peak
from tests.finishing.music import RATE, Song, play, sine


@pytest.mark.parametrize("target", [-11.0, -14.0, -16.0, -23.0])
def test_music_lands_on_its_loudness_under_the_ceiling(target: float) -> None:
    done = level(play(Song(seconds=10.0)), RATE, target, -1.5)
    assert loudness(done.audio, RATE).integrated == pytest.approx(target, abs=0.1)
    assert true_peak(done.audio, 4) <= -1.5
    assert true_peak(done.audio, 8) <= -1.5


def test_what_is_quiet_enough_is_only_turned_not_squeezed() -> None:
    music = play(Song(seconds=8.0))
    done = level(music, RATE, -30.0, -1.5)
    gain = 10.0 ** (done.gain_db / 20.0)
    assert done.deepest == 0.0
    assert np.allclose(done.audio, music * gain, atol=1e-6)


def test_a_lone_hit_is_caught_before_it_arrives_and_let_go_after() -> None:
    quiet = sine(220.0, 2.0, -20.0)
    quiet[:, RATE] = 0.99
    gain = per_sample(limit(block_tops(envelope(quiet)), RATE, 0.0, -6.0), quiet.shape[1])
    assert gain.shape == (2 * RATE,)
    assert gain[RATE] <= 10 ** (-5.9 / 20)
    assert gain[RATE - int(0.01 * RATE)] == pytest.approx(1.0)
    assert gain[RATE + int(0.6 * RATE)] == pytest.approx(1.0, abs=0.02)
    assert np.abs(np.diff(gain)).max() < 0.02


def test_hopeless_dynamics_stay_softer_rather_than_flat() -> None:
    clicks = sine(220.0, 10.0, -50.0)
    clicks[:, ::RATE] = 0.9
    done = level(clicks, RATE, -14.0, -1.5)
    assert done.deepest <= 14.5
    assert loudness(done.audio, RATE).integrated < -14.5
    assert true_peak(done.audio, 8) <= -1.5


@settings(max_examples=25, deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
@given(
    seed=st.integers(0, 2**16),
    loud=st.floats(-60.0, 12.0),
    spikes=st.integers(0, 30),
    target=st.floats(-30.0, -8.0),
    ceiling=st.floats(-6.0, -0.5),
)
def test_no_signal_gets_over_the_ceiling(seed: int, loud: float, spikes: int, target: float, ceiling: float) -> None:
    chance = np.random.default_rng(seed)
    noise = chance.standard_normal((2, RATE)) * 0.1 * np.linspace(0.1, 1.0, RATE) ** chance.uniform(0, 3)
    noise[:, chance.integers(0, RATE, spikes)] *= 20.0
    done = level((noise * 10 ** (loud / 20)).astype(np.float32), RATE, target, ceiling)
    assert np.isfinite(done.audio).all()
    assert true_peak(done.audio, 8) <= ceiling
    assert loudness(done.audio, RATE).integrated <= target + 0.15
