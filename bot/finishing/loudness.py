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

from bot.finishing.intake import Audio

FLOOR_LUFS = -120.0
ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
RANGE_GATE = -20.0
HOP = 0.1
"""Seconds between two loudness values. Momentary blocks are 4 hops long, short-term blocks 30."""

_SHELF_HZ, _SHELF_DB, _SHELF_Q = 1681.974450955533, 3.999843853973347, 0.7071752369554196
_PASS_HZ, _PASS_Q = 38.13547087602444, 0.5003270373238773
_CHUNK = 262_144


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


def weighted_power(audio: Audio, rate: int) -> NDArray[np.float32]:
    """Return the K-weighted power of each sample, summed over both channels (each weighs 1)."""
    sections = k_weighting(rate)
    state = np.zeros((len(sections), audio.shape[0], 2))
    power = np.empty(audio.shape[1], dtype=np.float32)
    for start in range(0, audio.shape[1], _CHUNK):
        chunk = audio[:, start : start + _CHUNK].astype(np.float64)
        weighted, state = signal.sosfilt(sections, chunk, axis=1, zi=state)
        power[start : start + _CHUNK] = np.einsum("cn,cn->n", weighted, weighted)
    return power


def hop_powers(power: NDArray[np.float32], rate: float) -> NDArray[np.float64]:
    """Return the mean power of every whole 0.1 s; less than 0.1 s counts as one hop."""
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
    hops = hop_powers(weighted_power(audio, rate), rate)
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
