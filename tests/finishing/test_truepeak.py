"""True peaks against signals whose peaks between the samples are known."""

import numpy as np
import pytest
from scipy import signal

from bot.finishing.truepeak import envelope, phases, true_peak
from tests.finishing.music import Song, play, sine


def faded(hertz: float, phase: float, level: float = -6.0, rate: int = 48_000) -> np.ndarray:
    wave = sine(hertz, 0.5, level, rate, phase)
    return np.asarray(wave * np.hanning(wave.shape[1]), dtype=np.float32)


@pytest.mark.parametrize("share", [4, 6, 8])
@pytest.mark.parametrize("phase", [0.0, 45.0, 60.0, 67.5])
@pytest.mark.parametrize("factor", [4, 8])
def test_a_sine_peaks_at_its_amplitude_wherever_its_samples_fall(share: int, phase: float, factor: int) -> None:
    """EBU Tech 3341, cases 15 to 19: fs/4, fs/6 and fs/8 at -6 dBFS read -6.0, +0.2 / -0.4 dB."""
    found = true_peak(faded(48_000 / share, np.radians(phase)), factor)
    assert -6.4 <= found <= -5.8


def test_the_sample_peak_alone_would_miss_three_decibels() -> None:
    wave = faded(12_000.0, np.radians(45.0), 0.0)
    assert 20 * np.log10(np.abs(wave).max()) < -2.9
    assert true_peak(wave) == pytest.approx(0.0, abs=0.1)


@pytest.mark.parametrize("samples", [1, 2, 15, 16, 17, 31, 1000, 30_011])
def test_skipping_quiet_stretches_changes_nothing(samples: int) -> None:
    noise = (0.1 * np.random.default_rng(samples).standard_normal((2, samples))).astype(np.float32)
    padded = np.pad(noise, ((0, 0), (7, 8)))
    slow = max(np.abs(np.convolve(side, taps[::-1], "valid")).max() for side in padded for taps in phases(4))
    expected = 20 * np.log10(max(slow, np.abs(noise).max()))
    assert true_peak(noise) == pytest.approx(expected, abs=1e-4)
    assert 20 * np.log10(envelope(noise).max()) == pytest.approx(expected, abs=1e-4)


def test_music_reads_as_a_long_resampler_reads_it() -> None:
    music = play(Song(seconds=6.0))
    fine = signal.resample_poly(music.astype(np.float64), 16, 1, axis=1)
    assert true_peak(music, 8) == pytest.approx(20 * np.log10(np.abs(fine).max()), abs=0.15)


def test_the_envelope_covers_each_sample_and_both_its_neighbourhoods() -> None:
    wave = faded(11_025.0, np.radians(45.0), 0.0, 44_100)
    covered = envelope(wave)
    assert (covered >= np.abs(wave).max(axis=0) - 1e-6).all()
    middle = wave.shape[1] // 2
    assert covered[middle - 4 : middle + 4].min() > 0.98
