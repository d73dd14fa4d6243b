"""Peaks between the samples: ITU-R BS.1770-4, annex 2, by polyphase oversampling.

A windowed-sinc interpolator (16 taps a phase at any factor, Kaiser 8) stands for the annex's 12-tap example: flatter
up to 20 kHz, so that it finds a little more, never less, than the standard asks for. All phases of 16 neighbouring
samples are one row of a matrix product, which is several times faster than filtering phase by phase.
"""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.finishing.intake import decibels
from bot.finishing.reel import Audio, around, blocks

TAPS = 16
"""Taps of one phase; half of them look back."""
_BLOCK = 16
_BEFORE = TAPS // 2 - 1
_BATCH = 4096


@lru_cache(maxsize=4)
def phases(factor: int) -> NDArray[np.float32]:
    """Return the interpolator as (factor - 1, TAPS): one row for each point between a sample and the next."""
    half = TAPS // 2
    distance = np.arange(TAPS) - _BEFORE - np.arange(1, factor)[:, np.newaxis] / factor
    window = np.i0(8.0 * np.sqrt(np.maximum(1.0 - (distance / half) ** 2, 0.0))) / np.i0(8.0)
    rows = np.sinc(distance) * window
    return np.asarray(rows / rows.sum(axis=1, keepdims=True), dtype=np.float32)


def envelope(audio: Audio, factor: int = 4, above: float = 0.0) -> NDArray[np.float32]:
    """Return, for every sample, the largest magnitude of either channel from one sample before to one after.

    Only stretches that can exceed ``above`` are interpolated: elsewhere the plain sample peak stands, which is all a
    limiter with that ceiling needs. Works on the whole at once; `envelopes` does block by block.
    """
    found: NDArray[np.float32] = np.abs(audio).max(axis=0)
    between = np.zeros(len(found), dtype=np.float32)
    for channel in audio:
        np.maximum(between, _between(channel, factor, above), out=between)
    np.maximum(found, between, out=found)
    np.maximum(found[1:], between[:-1], out=found[1:])
    return found


def envelopes(audio: Audio, factor: int = 4, above: float = 0.0) -> Iterator[NDArray[np.float32]]:
    """Yield the envelope of a piece of any length, one block after the other."""
    for start, block in blocks(audio):
        stop = start + block.shape[1]
        yield envelope(around(audio, start - TAPS, stop + TAPS), factor, above)[TAPS:-TAPS]


class PeakMeter:
    """Follows a piece block by block and keeps its true peak, oversampled ``factor`` times."""

    def __init__(self, factor: int = 4) -> None:
        self._factor = factor
        self._most = 0.0
        self._before: Audio | None = None

    def add(self, block: Audio) -> None:
        """Hear the next samples. What lies between the last few of them is found when more, or silence, follow."""
        before = np.zeros((block.shape[0], TAPS), np.float32) if self._before is None else self._before
        heard = np.concatenate([before, block], axis=1)
        self._before = heard[:, -TAPS:].copy()
        self._most = max(self._most, float(np.abs(block).max(initial=0.0)))
        for channel in heard:
            between = _between(channel, self._factor, self._most)[_BEFORE : 1 - TAPS // 2 - 1]
            self._most = max(self._most, float(between.max(initial=0.0)))

    @property
    def dbtp(self) -> float:
        """The true peak in dBTP, silence being what follows."""
        if self._before is not None:
            self.add(np.zeros((self._before.shape[0], TAPS), np.float32))
        return decibels(self._most)


def true_peak(audio: Audio, factor: int = 4) -> float:
    """Return the true peak in dBTP of a piece, oversampled ``factor`` times (4 is the standard's least)."""
    meter = PeakMeter(factor)
    for _, block in blocks(audio):
        meter.add(block)
    return meter.dbtp


def _between(channel: NDArray[np.float32], factor: int, above: float) -> NDArray[np.float32]:
    """Return the largest interpolated magnitude between each sample and the next; 0 where it is below ``above``."""
    samples = len(channel)
    padded = np.pad(channel, (_BEFORE, TAPS + -samples % _BLOCK))
    rows = np.lib.stride_tricks.sliding_window_view(padded, _BLOCK + TAPS - 1)[: samples + _BLOCK - 1 : _BLOCK]
    found = np.zeros((len(rows), _BLOCK), dtype=np.float32)
    active = np.flatnonzero(_at_most(padded, len(rows), factor) > above)
    for start in range(0, len(active), _BATCH):
        batch = active[start : start + _BATCH]
        points = rows[batch] @ _toeplitz(factor)
        np.abs(points, out=points)
        found[batch] = points.reshape(len(batch), factor - 1, _BLOCK).max(axis=1)
    return found.ravel()[:samples]


def _at_most(padded: NDArray[np.float32], rows: int, factor: int) -> NDArray[np.float32]:
    """Return a bound for what can lie between the samples of each row, from how high they are and how they bend."""
    starts = np.arange(0, rows * _BLOCK, _BLOCK)

    def highest(values: NDArray[np.float32]) -> NDArray[np.float32]:
        tops = np.maximum.reduceat(np.abs(values), starts)
        return np.asarray(np.maximum(tops, np.append(tops[1:], np.float32(0.0))), dtype=np.float32)

    bend, slope = _overshoot(factor)
    return np.asarray((1.0 + 2.0 * slope) * highest(padded) + bend * highest(np.diff(padded, 2)), dtype=np.float32)


@lru_cache(maxsize=4)
def _overshoot(factor: int) -> tuple[float, float]:
    """Return how far the interpolator can leave the straight line between two samples.

    Beside that line it is a filter without a sum, and, but for a tiny rest (the second value), without a slope: a
    weighted sum of second differences. The first value is the sum of those weights' magnitudes, so that the steepest
    bend times it bounds the distance; the rest weighs the step from one sample to the next.
    """
    bend = slope = 0.0
    for point, row in enumerate(phases(factor).astype(np.float64), start=1):
        beside = row.copy()
        beside[_BEFORE] -= 1.0 - point / factor
        beside[_BEFORE + 1] -= point / factor
        moment = float(np.dot(beside, np.arange(TAPS)))
        beside[_BEFORE] += moment
        beside[_BEFORE + 1] -= moment
        bend = max(bend, float(np.abs(np.cumsum(np.cumsum(beside))).sum()))
        slope = max(slope, abs(moment))
    return bend, slope


@lru_cache(maxsize=4)
def _toeplitz(factor: int) -> NDArray[np.float32]:
    """Return the matrix that makes all points between 16 samples, phase by phase, from them and their neighbours."""
    matrix = np.zeros((_BLOCK + TAPS - 1, factor - 1, _BLOCK), dtype=np.float32)
    for index in range(_BLOCK):
        matrix[index : index + TAPS, :, index] = phases(factor).T
    return matrix.reshape(_BLOCK + TAPS - 1, -1)
