"""A loop that stumbles is caught, whatever makes it stumble, and mended."""

import numpy as np
import pytest

from bot.finishing.seam import measure_seam, repair_seam
from tests.finishing.music import RATE, Song, play

BAR = 2 * RATE
"""Samples of a bar at 120 beats a minute."""


@pytest.fixture(scope="module")
def music() -> np.ndarray:
    return play(Song(120.0, 24.0))


@pytest.mark.parametrize("bars", [4, 8, 11])
def test_whole_bars_pass(music: np.ndarray, bars: int) -> None:
    seam = measure_seam(music[:, : bars * BAR], RATE)
    assert seam.faults == ()
    assert seam.beat_error == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("beats_over", [0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5])
@pytest.mark.parametrize("told", [None, 120.0])
def test_a_cut_inside_a_bar_is_caught(music: np.ndarray, beats_over: float, told: float | None) -> None:
    cut = music[:, : 8 * BAR + round(beats_over * RATE / 2)]
    seam = measure_seam(cut, RATE, told)
    assert "bars" in seam.faults
    assert seam.beat_error == pytest.approx(min(beats_over, 4.0 - beats_over), abs=0.08)


def test_three_beats_to_the_bar_are_counted_as_three(music: np.ndarray) -> None:
    twelve_bars_of_three = music[:, : 36 * RATE // 2]
    assert measure_seam(twelve_bars_of_three, RATE, 120.0, beats_per_bar=3).beat_error == pytest.approx(0.0, abs=0.05)
    assert "bars" in measure_seam(music[:, : 34 * RATE // 2], RATE, 120.0, beats_per_bar=3).faults


def test_an_ending_that_dies_away_is_caught(music: np.ndarray) -> None:
    quiet = music[:, : 8 * BAR].copy()
    quiet[:, -2 * BAR :] *= np.linspace(1.0, 0.05, 2 * BAR, dtype=np.float32)
    assert "level" in measure_seam(quiet, RATE).faults


def test_a_step_of_the_waveform_is_caught() -> None:
    tone = 0.5 * np.sin(2 * np.pi * 110.0 * np.arange(4 * RATE) / RATE)
    smooth = np.stack([tone, tone]).astype(np.float32)
    assert "click" not in measure_seam(smooth, RATE).faults
    assert "click" in measure_seam(smooth[:, : -RATE // 440], RATE).faults


def test_another_sound_at_the_joint_is_caught(music: np.ndarray) -> None:
    changed = music[:, : 8 * BAR].copy()
    noise = np.random.default_rng(4).standard_normal((2, BAR)).astype(np.float32)
    level = np.sqrt(np.mean(changed[:, -BAR:] ** 2))
    changed[:, -BAR:] = noise * level
    assert "flux" in measure_seam(changed, RATE, 120.0).faults


@pytest.mark.parametrize("seconds", [14.0, 15.0, 16.25, 17.5, 19.0, 23.0])
@pytest.mark.parametrize("spare", [True, False])
def test_any_cut_is_mended_to_the_sample(music: np.ndarray, seconds: float, spare: bool) -> None:
    samples = round(seconds * RATE)
    loop = repair_seam(music if spare else music[:, :samples], RATE, samples)
    seam = measure_seam(loop, RATE)
    assert loop.shape == (2, samples)
    assert seam.faults == ()


def test_what_rings_on_is_heard_at_the_start(music: np.ndarray) -> None:
    samples = 8 * BAR
    ring = np.zeros((2, RATE), np.float32)
    ring[:] = 0.2 * np.sin(2 * np.pi * 1000.0 * np.arange(RATE) / RATE) * np.exp(-np.arange(RATE) / RATE * 6)
    loop = repair_seam(np.concatenate([music[:, :samples], ring], axis=1), RATE, samples, 120.0)
    added = loop[:, : RATE // 4] - music[:, : RATE // 4]
    assert np.allclose(added, ring[:, : RATE // 4], atol=1e-3)


def test_a_quiet_ending_is_brought_up_to_the_start(music: np.ndarray) -> None:
    quiet = music[:, : 8 * BAR].copy()
    quiet[:, -2 * BAR :] *= np.float32(0.4)
    before, after = measure_seam(quiet, RATE), measure_seam(repair_seam(quiet, RATE, 8 * BAR), RATE)
    assert "level" in before.faults
    assert after.faults == ()


def test_a_drone_without_a_beat_loops_too() -> None:
    time = np.arange(13 * RATE) / RATE
    drone = sum(np.sin(2 * np.pi * hertz * time + hertz) for hertz in (110.3, 164.9, 220.7)) * 0.1
    audio = np.stack([drone, drone]).astype(np.float32)
    loop = repair_seam(audio, RATE, 10 * RATE)
    assert loop.shape[1] == 10 * RATE
    assert measure_seam(loop, RATE).faults == ()


@pytest.mark.parametrize("samples", [1, 10, 1000])
def test_scraps_have_a_joint_as_well(samples: int) -> None:
    scrap = (0.1 * np.random.default_rng(samples).standard_normal((2, samples))).astype(np.float32)
    assert np.isfinite(measure_seam(scrap, RATE).level_step)
    assert repair_seam(scrap, RATE, samples).shape[1] == samples
