"""Approved sound stays as it was, to the sample: what an engine made again around it is joined on with a crossfade."""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bot.errors import EngineFailed
from bot.finishing.fades import alike, crossfade
from bot.finishing.limiter import block_tops, limit, per_sample
from bot.generation.engine import Take

Sound = NDArray[np.float32]
JOINT_SECONDS = 0.05
TRUE_PICTURE = 0.5
"""Correlation from which what an engine makes of kept music says how loud it is."""
MOST_GAIN = 4.0


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


def matched(kept: Sound, fresh: Sound, rate: int, without: tuple[int, int] | None = None) -> Sound:
    """Return ``fresh`` at the level of ``kept``, with which it begins, and nowhere beyond full scale.

    Their power is compared where both are the same music: everywhere in ``kept``, or outside the samples ``without``.
    An engine turns a take down as a whole, and what it adds later would otherwise be louder than what it joins. What is
    no true picture of the kept music tells nothing of its level, and is left alone.
    """
    common = min(kept.shape[1], fresh.shape[1])
    same = np.ones(common, dtype=bool)
    if without is not None:
        same[max(without[0], 0) : without[1]] = False
    one, other = kept[:, :common][:, same], fresh[:, :common][:, same]
    if alike(one, other) >= TRUE_PICTURE:
        gain = float(np.linalg.norm(one) / np.linalg.norm(other))
        fresh = np.asarray(fresh * np.float32(np.clip(gain, 1 / MOST_GAIN, MOST_GAIN)), np.float32)
    return _limited(fresh, rate)


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


def _limited(sound: Sound, rate: int) -> Sound:
    """Return a sound whose peaks are held at full scale; the rest of it keeps its level, for it joins other sound."""
    if float(np.abs(sound).max(initial=0.0)) <= 1.0:
        return sound
    found = limit(block_tops(np.abs(sound).max(axis=0)), rate, 0.0, 0.0)
    return np.asarray(np.clip(sound * per_sample(found, sound.shape[1]), -1.0, 1.0), np.float32)


def _joint(rate: int, most: int) -> int:
    return min(int(JOINT_SECONDS * rate), most)


def _met(before: Sound, after: Sound) -> Sound:
    return crossfade(before, after, alike(before, after))
