"""A look-ahead true-peak limiter, vectorised: no sample waits for the one before it.

The gain is found for blocks of 16 samples (a third of a millisecond) in four steps, each one pass over the piece
(attenuation in dB, both channels linked), and drawn through the blocks' middles in straight lines:

1. what the true peak around each sample needs to stay under the ceiling;
2. the most of it within the look-ahead, so that the gain is down before the peak arrives;
3. release: falling by a constant number of dB a second, which is a running maximum once the slope is added
   (y[n] + d*n = max over the past of x + d*n). Fast for a single hit, slow where the music pushes for longer;
4. a smoothing as long as the look-ahead. A mean over a stretch in which every value is enough is itself enough.

Gain changes over the look-ahead move the true peak by a few hundredths of a dB; `levels` measures and takes them off.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from bot.finishing.intake import ratio

BLOCK = 16
"""Samples that share a gain."""
LOOK_AHEAD = 0.003
"""Seconds of warning before a peak."""
FAST_RELEASE = 60.0
SLOW_RELEASE = 8.0
"""dB of gain given back per second after one hit, and after a passage that was limited throughout."""
_PASSAGE = 0.25
"""Seconds over which being limited counts as a passage."""


@dataclass(frozen=True, slots=True)
class Limited:
    """What a limiter did. ``gain`` is the factor for each block, ``deepest`` the most it took away in dB."""

    gain: NDArray[np.float32]
    deepest: float


def block_tops(peaks: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the highest of every 16 values (the last block may be shorter)."""
    return np.asarray(np.maximum.reduceat(peaks, np.arange(0, len(peaks), BLOCK)), dtype=np.float32)


def limit(tops: NDArray[np.float32], rate: int, gain_db: float, ceiling_dbtp: float) -> Limited:
    """Return the gain per block for a piece whose blocks peak at ``tops`` (true peak), pushed by ``gain_db``.

    ``rate`` is that of the samples in Hz. The push is part of the gain. Pieces that stay below the ceiling get the
    push alone.
    """
    push, ceiling = ratio(gain_db), ratio(ceiling_dbtp)
    if float(tops.max()) * push <= ceiling:
        return Limited(np.full(len(tops), push, dtype=np.float32), 0.0)
    needed = 20.0 * np.log10(np.maximum(tops * np.float32(push / ceiling), np.float32(1.0)))
    per_second = rate / BLOCK
    ahead = max(int(LOOK_AHEAD * per_second), 1)
    held = ndimage.maximum_filter1d(needed, 2 * ahead + 3, mode="nearest")
    window = max(int(_PASSAGE * per_second), 1)
    passage = ndimage.uniform_filter1d(held, window, mode="nearest", origin=(window - 1) // 2)
    released = np.maximum(_released(held, FAST_RELEASE / per_second), _released(passage, SLOW_RELEASE / per_second))
    smooth = ndimage.uniform_filter1d(released, ahead, mode="nearest")
    smooth = ndimage.uniform_filter1d(smooth, ahead, mode="nearest")
    gain = 10.0 ** (smooth / -20.0) * push
    return Limited(np.asarray(gain, dtype=np.float32), float(smooth.max()))


def per_sample(limited: Limited, stop: int, start: int = 0) -> NDArray[np.float32]:
    """Return the gain of each sample from ``start`` (a multiple of 16) on: straight lines between block middles."""
    first, last = start // BLOCK, -(-stop // BLOCK)
    gain = limited.gain[first:last, np.newaxis]
    before = limited.gain[np.maximum(np.arange(first - 1, last - 1), 0), np.newaxis]
    after = limited.gain[np.minimum(np.arange(first + 1, last + 1), len(limited.gain) - 1), np.newaxis]
    along = (np.arange(BLOCK, dtype=np.float32) + np.float32(0.5)) / np.float32(BLOCK)
    early = before * np.maximum(0.5 - along, 0.0) + gain * np.minimum(0.5 + along, 1.0)
    curve = early + (after - gain) * np.maximum(along - 0.5, 0.0)
    return np.asarray(curve, dtype=np.float32).ravel()[: stop - start]


def _released(needed: NDArray[np.float32], slope: float) -> NDArray[np.float32]:
    """Return the running maximum that falls by ``slope`` dB a block."""
    ramp = np.arange(len(needed), dtype=np.float64) * slope
    risen = needed + ramp
    np.maximum.accumulate(risen, out=risen)
    risen -= ramp
    return risen.astype(np.float32)
