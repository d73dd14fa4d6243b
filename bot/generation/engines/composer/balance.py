"""Measures by which the mix is set: loudness over time and the spectrum, from a few short windows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from bot.finishing.reel import blocks
from bot.generation.engines.composer import effects
from bot.generation.engines.composer.sampler import RATE

Array = NDArray[np.float32]
_WINDOW = 8192
_HOP = int(0.2 * RATE)
_AT_ONCE = 16
"""Windows that are transformed together."""
OCTAVES = np.array([31.25, 62.5, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0])
_EVEN = np.array([-13.0, -3.5, -1.0, -1.0, -2.5, -4.5, -7.5, -11.0, -15.5, -23.0])
"""Octave levels (dB) of a mix of middle brightness: what long averages of released pop, film and lo-fi music look like,
falling a little faster than pink noise above 500 Hz."""


def k_weight(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power weighting of ITU-R BS.1770-5, approximated: a 4 dB shelf above 1.7 kHz, a cut below 60 Hz."""
    shelf = effects.shelf(1681.0, 4.0, True)
    cut = effects.low_cut(38.0)
    return effects.response([shelf, cut], hz)


_BANDS = (
    (100.0, 62.5, "low"),
    (180.0, 170.0, "peak"),
    (420.0, 420.0, "peak"),
    (1000.0, 1000.0, "peak"),
    (2300.0, 2300.0, "peak"),
    (4600.0, 6500.0, "high"),
)
"""Corner or centre (Hz) of each filter of the corrective equaliser, and where its effect is judged."""


@dataclass(frozen=True, slots=True)
class Measure:
    """``loudness``: weighted power per window; ``spectrum``: mean power per octave of `OCTAVES`."""

    loudness: NDArray[np.float64]
    spectrum: NDArray[np.float64]

    @property
    def active(self) -> float:
        """Mean weighted power of the windows in which it plays (10 dB gate, as loudness meters do)."""
        if not self.loudness.any():
            return 0.0
        heard = self.loudness[self.loudness > 1e-7 * self.loudness.max()]
        return float(np.mean(heard[heard >= 0.1 * heard.mean()]))


def measure(sound: Array) -> Measure:
    """Measure a stereo sound in windows of 0.19 s every 0.2 s."""
    hz = np.fft.rfftfreq(_WINDOW, 1 / RATE)
    weight = k_weight(np.maximum(hz, 1.0)).astype(np.float32)
    window = np.hanning(_WINDOW).astype(np.float32)
    scale = 2.0 / (np.sum(window**2) * _WINDOW)
    edges = np.searchsorted(hz, np.append(OCTAVES / np.sqrt(2), RATE / 2))[:-1]
    loudness, spectrum = [], np.zeros(len(hz))
    for start, block in blocks(sound, _HOP * _AT_ONCE):
        if block.shape[1] < _WINDOW:
            if start:
                break
            block = np.pad(block, ((0, 0), (0, _WINDOW - block.shape[1])))
        windows = np.lib.stride_tricks.sliding_window_view(block, _WINDOW, axis=1)[:, ::_HOP]
        bins = fft.rfft(windows * window, axis=2)
        power = np.sum(bins.real**2 + bins.imag**2, axis=0) * np.float32(scale)
        loudness.append(power @ weight)
        spectrum += power.sum(axis=0, dtype=np.float64)
    found = np.concatenate(loudness).astype(np.float64)
    return Measure(found, np.add.reduceat(spectrum, edges) / len(found))


def correction(spectrum: NDArray[np.float64], brightness: float) -> list[effects.Sections]:
    """Return an equaliser that brings a mix near its target: cuts of up to 10 dB, lifts of up to 5.

    The bands overlap, so that their gains are found by trying: what is still missing is added four times.

    :param spectrum: the mix's power per octave.
    :param brightness: 0 dark to 1 bright; tilts the target around 500 Hz.
    """
    lean = brightness - 0.5
    target = _EVEN + lean * (6.5 if lean < 0 else 4.5) * np.clip(np.log2(OCTAVES / 500), 0, 4.5)
    target = target - lean * 2.5 * np.clip(np.log2(250 / OCTAVES), 0, 2)
    level = 10 * np.log10(spectrum + 1e-12)
    middle = slice(2, 6)
    wanted = (target - np.mean(target[middle])) - (level - np.mean(level[middle]))
    gains = np.zeros(len(_BANDS))
    sections = _bank(gains)
    for _ in range(4):
        missing = wanted - 10 * np.log10(effects.response(sections, OCTAVES))
        gains += 0.6 * np.interp(np.log2([band[1] for band in _BANDS]), np.log2(OCTAVES), missing)
        gains = np.clip(gains, -10, 5)
        sections = _bank(gains)
    return sections


def _bank(gains: NDArray[np.float64]) -> list[effects.Sections]:
    """Return the six filters with these gains in decibels."""
    return [
        effects.peak(hz, gain, 0.8) if kind == "peak" else effects.shelf(hz, gain, kind == "high")
        for (hz, _, kind), gain in zip(_BANDS, gains.tolist(), strict=True)
    ]
