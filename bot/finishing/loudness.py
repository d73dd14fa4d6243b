"""How loud it is: ITU-R BS.1770-4 and EBU Tech 3341/3342, vectorised.

The two K-weighting filters are given by BS.1770 as coefficients at 48 kHz. Here they are made for any rate from the
analogue prototypes behind them (shelf 1681.97 Hz, +4.00 dB, Q 0.7072; high-pass 38.135 Hz, Q 0.5003), which give the
published coefficients back at 48 kHz to seven digits.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from bot.finishing.reel import Audio, blocks

FLOOR_LUFS = -120.0
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
RANGE_GATE = -20.0
HOP = 0.1
"""Seconds between two loudness values. Momentary blocks are 4 hops long, short-term blocks 30."""

_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_PASS_HZ, _PASS_Q = 38.13547087602444, 0.5003270373238773


@dataclass(frozen=True, slots=True)
class Loudness:
    """One piece's loudness. ``momentary`` and ``short`` are curves in LUFS, one value every 0.1 s of block start."""

    integrated: float
    range_lu: float
    momentary: NDArray[np.float64]
    short: NDArray[np.float64]

    @property
    def momentary_max(self) -> float:
        """The loudest 400 ms in LUFS."""
        return float(self.momentary.max())

    @property
    def short_max(self) -> float:
        """The loudest 3 s in LUFS."""
        return float(self.short.max())


def k_weighting(rate: int) -> NDArray[np.float64]:
    """Return the two K-weighting filters as second-order sections for ``rate`` Hz (BS.1770-4, annex 1)."""
    k = math.tan(math.pi * _SHELF_HZ / rate)
    high = 10.0 ** (_SHELF_DB / 20.0)
    band = high**0.4996667741545416
    a0 = 1.0 + k / _SHELF_Q + k * k
    shelf = [
        (high + band * k / _SHELF_Q + k * k) / a0,
        2.0 * (k * k - high) / a0,
        (high - band * k / _SHELF_Q + k * k) / a0,
        1.0,
        2.0 * (k * k - 1.0) / a0,
        (1.0 - k / _SHELF_Q + k * k) / a0,
    ]
    k = math.tan(math.pi * _PASS_HZ / rate)
    a0 = 1.0 + k / _PASS_Q + k * k
    high_pass = [1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / a0, (1.0 - k / _PASS_Q + k * k) / a0]
    return np.array([shelf, high_pass])


class Meter:
    """Follows a piece block by block and keeps its K-weighted power, summed over both channels (each weighs 1).

    Give it a ``grid`` to keep the mean of every so many samples as well (`gridded`).
    """

    def __init__(self, rate: int, samples: int, grid: int = 0) -> None:
        self._sections = k_weighting(rate)
        self._state: NDArray[np.float64] | None = None
        edges = np.floor(np.arange(int(samples / (HOP * rate)) + 1) * HOP * rate).astype(np.intp)
        self._edges = edges if len(edges) > 1 else np.array([0, samples])
        self._sums = np.zeros(len(self._edges) - 1)
        self._grid = grid
        self._means: list[NDArray[np.float32]] = []
        self._at = 0

    def add(self, block: Audio) -> None:
        """Hear the next samples; all blocks but the last are whole numbers of the grid long."""
        if self._state is None:
            self._state = np.zeros((len(self._sections), block.shape[0], 2))
        weighted, self._state = signal.sosfilt(self._sections, block.astype(np.float64), axis=1, zi=self._state)
        power = np.einsum("cn,cn->n", weighted, weighted)
        if self._grid:
            filled = np.pad(power, (0, -len(power) % self._grid))
            self._means.append(filled.reshape(-1, self._grid).mean(axis=1).astype(np.float32))
        start, stop = self._at, min(self._at + len(power), int(self._edges[-1]))
        if start < stop:
            first = int(np.searchsorted(self._edges, start, "right")) - 1
            last = int(np.searchsorted(self._edges, stop, "left"))
            cuts = np.maximum(self._edges[first:last] - start, 0)
            self._sums[first:last] += np.add.reduceat(power[: stop - start], cuts)
        self._at += len(power)

    @property
    def hops(self) -> NDArray[np.float64]:
        """The mean power of every whole 0.1 s; less than 0.1 s counts as one hop."""
        return np.asarray(self._sums / np.diff(self._edges), dtype=np.float64)

    @property
    def gridded(self) -> NDArray[np.float32]:
        """The mean power of every stretch of the grid (silence follows the last sample)."""
        return np.concatenate(self._means)


def metered(audio: Audio, rate: int, grid: int = 0) -> Meter:
    """Return a meter that has heard the whole piece."""
    meter = Meter(rate, audio.shape[1], grid)
    for _, block in blocks(audio):
        meter.add(block)
    return meter


def hop_powers(power: NDArray[np.float32], rate: float) -> NDArray[np.float64]:
    """Return the mean of every whole 0.1 s of a power curve with ``rate`` values a second."""
    edges = np.floor(np.arange(int(len(power) / (HOP * rate)) + 1) * HOP * rate).astype(np.intp)
    if len(edges) < 2:
        edges = np.array([0, len(power)])
    sums = np.add.reduceat(power[: edges[-1]], edges[:-1], dtype=np.float64)
    return np.asarray(sums / np.diff(edges), dtype=np.float64)


def integrated(hops: NDArray[np.float64]) -> float:
    """Return the gated loudness in LUFS of 0.1 s powers: 400 ms blocks, gates at -70 LUFS and -10 LU (BS.1770-4)."""
    blocks = _blocks(hops, 4)
    levels = _lufs(blocks)
    heard = blocks[levels >= ABSOLUTE_GATE]
    if not len(heard):
        return FLOOR_LUFS
    gate = float(_lufs(heard.mean(keepdims=True))[0]) + RELATIVE_GATE
    kept = blocks[(levels >= ABSOLUTE_GATE) & (levels >= gate)]
    return float(_lufs(kept.mean(keepdims=True))[0])


def loudness(audio: Audio, rate: int) -> Loudness:
    """Return integrated loudness, loudness range and both curves of a stereo piece.

    A piece shorter than a block is measured as one block of its own length.
    """
    return read(metered(audio, rate))


def read(meter: Meter) -> Loudness:
    """Return what a meter has heard."""
    hops = meter.hops
    short = _lufs(_blocks(hops, 30))
    return Loudness(integrated(hops), _range(short), _lufs(_blocks(hops, 4)), short)


def _range(short: NDArray[np.float64]) -> float:
    """Return the loudness range in LU: 10th to 95th percentile of the gated short-term values (EBU Tech 3342)."""
    heard = short[short >= ABSOLUTE_GATE]
    if len(heard) < 2:
        return 0.0
    gate = 10.0 * math.log10(float(np.mean(10.0 ** (heard / 10.0)))) + RANGE_GATE
    low, high = np.percentile(heard[heard >= gate], [10.0, 95.0])
    return float(high - low)


def _blocks(hops: NDArray[np.float64], length: int) -> NDArray[np.float64]:
    """Return the mean power of every run of ``length`` hops."""
    length = min(length, len(hops))
    sums = np.concatenate([[0.0], np.cumsum(hops)])
    return np.asarray((sums[length:] - sums[:-length]) / length, dtype=np.float64)


def _lufs(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.maximum(-0.691 + 10.0 * np.log10(np.maximum(power, 1e-20)), FLOOR_LUFS), dtype=np.float64)
