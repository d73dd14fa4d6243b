"""Faults put in on purpose are found where they were put, and music has none."""

import numpy as np
import pytest

from bot.finishing.blemishes import blemishes, clicks, clipped
from tests.finishing.music import RATE, Song, play, sine


@pytest.mark.parametrize("song", [Song(seconds=8.0), Song(84.0, 8.0, 4, True), Song(150.0, 8.0, drums=0.0)])
def test_music_has_no_blemish(song: Song) -> None:
    found = blemishes(play(song), RATE)
    assert (found.gaps, found.clicks, found.clipped) == ((), (), 0)
    assert found.silence_head < 0.05
    assert found.dc < 0.01


@pytest.mark.parametrize("at", [1.0, 3.337, 6.9])
def test_a_click_is_found_where_it_is(at: float) -> None:
    music = play(Song(seconds=8.0))
    music[:, int(at * RATE)] += 0.8
    (found,) = clicks(music, RATE)
    assert found == pytest.approx(at, abs=0.001)


def test_a_careless_cut_is_a_click() -> None:
    """Ten milliseconds taken out of a tone leave a step, heard as a click."""
    tone = sine(110.0, 4.0, -6.0)
    cut = np.delete(tone, np.arange(2 * RATE, 2 * RATE + 231), axis=1)
    (found,) = clicks(cut, RATE)
    assert found == pytest.approx(2.0, abs=0.001)


def test_the_edges_of_a_square_wave_are_its_sound() -> None:
    square = 0.4 * np.sign(np.sin(2 * np.pi * 110.0 * np.arange(3 * RATE) / RATE + 0.1))
    assert clicks(np.stack([square, square]).astype(np.float32), RATE) == ()


def test_silence_is_measured_at_both_ends_and_inside() -> None:
    music = play(Song(seconds=6.0))
    music[:, : RATE // 2] = 0.0
    music[:, 3 * RATE : 4 * RATE] = 0.0
    music[:, -RATE:] = 0.0
    found = blemishes(music, RATE)
    assert found.silence_head == pytest.approx(0.5, abs=0.03)
    assert found.silence_tail == pytest.approx(1.0, abs=0.3)
    ((start, end),) = found.gaps
    assert start == pytest.approx(3.0, abs=0.03)
    assert end == pytest.approx(4.0, abs=0.03)


def test_flat_peaks_are_counted_and_round_ones_are_not() -> None:
    tone = sine(200.0, 1.0, 6.0)
    assert clipped(np.clip(tone, -1.0, 1.0)) == pytest.approx(2 * 400, abs=4)
    assert clipped(0.4 * tone) == 0
    assert clipped(play(Song(seconds=4.0))) == 0


def test_an_offset_is_measured() -> None:
    assert blemishes(sine(440.0, 1.0, -12.0) + np.float32(0.1), RATE).dc == pytest.approx(0.1, abs=1e-3)


def test_silence_is_all_head() -> None:
    found = blemishes(np.zeros((2, RATE), np.float32), RATE)
    assert (found.silence_head, found.silence_tail, found.gaps) == (1.0, 0.0, ())
