"""Approved sound stays as it was, to the sample: what an engine made again around it is joined on with a crossfade."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bot.errors import EngineFailed
from bot.finishing.fades import alike, crossfade
from bot.generation.engine import Take

Sound = NDArray[np.float32]
JOINT_SECONDS = 0.05


def at_rate(source: Take, rate: int, channels: int) -> Sound:
    """Return a source's sound at a rate and with so many channels; at its own it is untouched."""
    sound = source.audio
    if source.rate != rate:
        common = int(np.gcd(rate, source.rate))
        sound = resample_poly(sound, rate // common, source.rate // common, axis=1)
    if sound.shape[0] != channels:
        sound = np.repeat(sound[:1], channels, axis=0) if channels > 1 else sound.mean(axis=0, keepdims=True)
    return np.asarray(sound, np.float32)


def longer(kept: Sound, fresh: Sound, rate: int) -> Sound:
    """Return ``kept`` followed by what ``fresh`` (of the same beginning) has beyond it.

    All but the last 50 ms of ``kept`` are in the result bit by bit.
    """
    end, joint = kept.shape[1], _joint(rate, kept.shape[1])
    met = _met(kept[:, end - joint :], fresh[:, end - joint : end])
    return np.concatenate([kept[:, : end - joint], met, fresh[:, end:]], axis=1)


def repainted(kept: Sound, fresh: Sound, first: int, stop: int, rate: int) -> Sound:
    """Return ``kept`` with the samples from ``first`` to ``stop`` out of ``fresh``, both of the same length.

    Outside that span every sample is that of ``kept``; the crossfades lie inside it.
    """
    joint = _joint(rate, (stop - first) // 2)
    whole = kept.copy()
    whole[:, first:stop] = fresh[:, first:stop]
    if first > 0:
        span = slice(first, first + joint)
        whole[:, span] = _met(kept[:, span], fresh[:, span])
    if stop < kept.shape[1]:
        span = slice(stop - joint, stop)
        whole[:, span] = _met(fresh[:, span], kept[:, span])
    return whole


def within_full_scale(sound: Sound) -> Sound:
    """Return a sound that clips nowhere, turned down as a whole if it would."""
    peak = float(np.abs(sound).max(initial=0.0))
    return sound if peak <= 1.0 else np.asarray(sound / peak, np.float32)


def span_of(seconds: tuple[float, float] | None, samples: int, rate: int) -> tuple[int, int]:
    """Return (first, stop) in samples of what is to be repainted. :raises EngineFailed: if that is nothing."""
    if seconds is None:
        raise EngineFailed("a part to be made again needs a beginning and an end")
    first, stop = (min(max(round(second * rate), 0), samples) for second in seconds)
    if stop - first < rate // 10:
        raise EngineFailed("a part to be made again has to last a tenth of a second")
    return first, stop


def _joint(rate: int, most: int) -> int:
    return min(int(JOINT_SECONDS * rate), most)


def _met(before: Sound, after: Sound) -> Sound:
    return crossfade(before, after, alike(before, after))
