"""Fades start and end where they should, and joints keep their strength."""

import numpy as np
import pytest

from bot.finishing.fades import crossfade, fade
from tests.finishing.music import RATE, sine


def test_a_fade_out_ends_in_silence_and_leaves_the_rest_alone() -> None:
    tone = sine(440.0, 4.0, -6.0)
    done = fade(tone, RATE, 0.0, 1.0)
    assert (done[:, : 3 * RATE] == tone[:, : 3 * RATE]).all()
    assert np.abs(done[:, -1]).max() < 1e-6
    blocks = np.abs(done[0, 3 * RATE :]).reshape(10, -1).max(axis=1)
    assert (np.diff(blocks) < 0).all()


def test_fades_longer_than_the_piece_share_it() -> None:
    done = fade(np.ones((2, 1000), np.float32), 1000, 6.0, 2.0)
    assert np.argmax(done[0]) == pytest.approx(750, abs=2)
    assert done[0, 0] == 0.0
    assert done[0, -1] < 1e-6


@pytest.mark.parametrize("samples", [1, 2, 5])
def test_scraps_survive_a_fade(samples: int) -> None:
    assert np.isfinite(fade(np.ones((2, samples), np.float32), RATE, 1.0, 1.0)).all()


def test_a_crossfade_of_the_same_keeps_its_amplitude_and_of_strangers_their_power() -> None:
    tone = sine(440.0, 0.5, -6.0)
    assert np.allclose(crossfade(tone, tone, 1.0), tone, atol=1e-5)
    chance = np.random.default_rng(3)
    one, other = chance.standard_normal((2, 2, 40_000)).astype(np.float32)
    middle = crossfade(one, other, 0.0)[:, 15_000:25_000]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(1.0, abs=0.03)
