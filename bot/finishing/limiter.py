"""A look-ahead true-peak limiter, vectorised: no sample waits for the one before it.

The gain is found in four steps, each one pass over the piece (attenuation in dB, both channels linked):

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

from bot.finishing.intake import Audio, ratio

LOOK_AHEAD = 0.003
"""Seconds of warning before a peak."""
FAST_RELEASE = 60.0
SLOW_RELEASE = 8.0
"""dB of gain given back per second after one hit, and after a passage that was limited throughout."""
_PASSAGE = 0.25
"""Seconds over which being limited counts as a passage."""


@dataclass(frozen=True, slots=True)
class Limited:
    """What a limiter did. ``gain`` is the factor for each sample, ``deepest`` the most it took away in dB."""

    gain: NDArray[np.float32]
    deepest: float


def limit(peaks: NDArray[np.float32], rate: int, gain_db: float, ceiling_dbtp: float) -> Limited:
    """Return the gain per sample for a piece whose true-peak envelope is ``peaks``, pushed by ``gain_db``.

    The push is part of the gain. Pieces that stay below the ceiling get the push alone.
    """
    push, ceiling = ratio(gain_db), ratio(ceiling_dbtp)
    if float(peaks.max()) * push <= ceiling:
        return Limited(np.full(len(peaks), push, dtype=np.float32), 0.0)
    needed = np.maximum(peaks * np.float32(push / ceiling), np.float32(1.0))
    np.log10(needed, out=needed)
    needed *= np.float32(20.0)
    ahead = max(int(LOOK_AHEAD * rate), 1)
    held = ndimage.maximum_filter1d(needed, 2 * ahead + 1, mode="nearest")
    window = max(int(_PASSAGE * rate), 1)
    passage = ndimage.uniform_filter1d(held, window, mode="nearest", origin=(window - 1) // 2)
    released = np.maximum(_released(held, FAST_RELEASE / rate), _released(passage, SLOW_RELEASE / rate))
    smooth = ndimage.uniform_filter1d(released, ahead, mode="nearest")
    smooth = ndimage.uniform_filter1d(smooth, ahead, mode="nearest")
    gain = np.exp(smooth * np.float32(-np.log(10.0) / 20.0)) * np.float32(push)
    return Limited(gain.astype(np.float32), float(smooth.max()))


def apply(audio: Audio, limited: Limited) -> Audio:
    """Return the audio with the gain of each sample put on it."""
    return np.asarray(audio * limited.gain, dtype=np.float32)


def _released(needed: NDArray[np.float32], slope: float) -> NDArray[np.float32]:
    """Return the running maximum that falls by ``slope`` dB a sample."""
    ramp = np.arange(len(needed), dtype=np.float64) * slope
    return np.asarray(np.maximum.accumulate(needed + ramp) - ramp, dtype=np.float32)
