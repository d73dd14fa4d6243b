"""Loudness against the standards' own test signals and an independent meter."""

import numpy as np
import pyloudnorm
import pytest

from bot.finishing.loudness import FLOOR_LUFS, k_weighting, loudness
from tests.finishing.music import Song, play, sine


def test_k_weighting_is_the_published_one_at_48_khz() -> None:
    published = [
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585],
        [1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621],
    ]
    assert np.allclose(k_weighting(48_000), published, atol=1e-7)


@pytest.mark.parametrize("rate", [32_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("level", [-23.0, -33.0])
def test_a_stereo_sine_reads_its_level(rate: int, level: float) -> None:
    """EBU Tech 3341, cases 1 and 2: 1 kHz at -23 and -33 dBFS on both sides, +-0.1 LU."""
    found = loudness(sine(1000.0, 20.0, level, rate), rate)
    assert found.integrated == pytest.approx(level, abs=0.1)
    assert found.short_max == pytest.approx(level, abs=0.1)
    assert found.momentary_max == pytest.approx(level, abs=0.1)


def test_quiet_passages_are_gated_out() -> None:
    """EBU Tech 3341, case 4: -72, -36, -23, -36 and -72 dBFS in turn read -23.0."""
    parts = [(-72.0, 10.0), (-36.0, 10.0), (-23.0, 60.0), (-36.0, 10.0), (-72.0, 10.0)]
    piece = np.concatenate([sine(1000.0, seconds, level) for level, seconds in parts], axis=1)
    assert loudness(piece, 44_100).integrated == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(
    ("quiet", "loud", "range_lu"), [(-30.0, -20.0, 10.0), (-20.0, -15.0, 5.0), (-40.0, -20.0, 20.0)]
)
def test_loudness_range_of_two_levels_is_their_distance(quiet: float, loud: float, range_lu: float) -> None:
    """EBU Tech 3342, cases 1 to 3: +-1 LU."""
    piece = np.concatenate([sine(1000.0, 20.0, loud), sine(1000.0, 20.0, quiet)], axis=1)
    assert loudness(piece, 44_100).range_lu == pytest.approx(range_lu, abs=1.0)


@pytest.mark.parametrize("song", [Song(seconds=12.3), Song(90.0, 15.0, 5, True, 7), Song(seconds=9.0, rate=48_000)])
def test_music_reads_as_an_independent_meter_reads_it(song: Song) -> None:
    music = play(song)
    meter = pyloudnorm.Meter(song.rate, filter_class="DeMan")
    assert loudness(music, song.rate).integrated == pytest.approx(meter.integrated_loudness(music.T), abs=0.05)


def test_silence_is_at_the_floor_and_a_scrap_has_a_loudness() -> None:
    assert loudness(np.zeros((2, 44_100), np.float32), 44_100).integrated == FLOOR_LUFS
    assert loudness(np.zeros((2, 1), np.float32), 44_100).range_lu == 0.0
    assert loudness(sine(1000.0, 0.2, -20.0), 44_100).integrated == pytest.approx(-20.0, abs=0.3)
