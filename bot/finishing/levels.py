"""Loudness to target, with the true peak held.

The limiter's gain moves slowly beside the K-weighting filters, so the loudness of limited music is foreseen from the
filtered power times the squared gain: the filters run once, however often the push is tried. The result is measured
for real afterwards.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.finishing.intake import ratio
from bot.finishing.limiter import BLOCK, Limited, block_tops, limit, per_sample
from bot.finishing.loudness import FLOOR_LUFS, Meter, hop_powers, integrated, metered
from bot.finishing.reel import Audio, blank, blocks, copied, peak, release
from bot.finishing.truepeak import PeakMeter, envelopes, true_peak

DEEPEST_LIMITING = 14.0
"""dB. Music that would need more is left quieter: a flattened master is worse than a soft one."""
MOST_GAIN = 45.0
"""dB. What is quieter than that is noise, and stays below the target."""
NEAR_ENOUGH = 0.05
_TRIES = 8
_ROUNDS = 3
_CHECK_FACTOR = 8
_GUARD = 0.02
_PUSHED_ON = 3.0
"""dB by which limited music may have to be pushed further than the loudness it lacks."""


@dataclass(frozen=True, slots=True)
class Levelled:
    """Audio at its target. ``gain_db`` is the push before the limiter, ``deepest`` the most the limiter took off."""

    audio: Audio
    gain_db: float
    deepest: float


def level(audio: Audio, rate: int, lufs: float, true_peak_dbtp: float) -> Levelled:
    """Return the audio at ``lufs`` (LUFS, integrated) with its true peak at or under ``true_peak_dbtp``.

    The peak is kept without exception (measured 8 times oversampled); the loudness within 0.1 LU unless that would
    take more than 14 dB of limiting or 45 dB of gain.
    """
    meter = metered(audio, rate, BLOCK)
    before = integrated(meter.hops)
    if before <= FLOOR_LUFS:
        quiet = copied(audio)
        return Levelled(_under(quiet, true_peak(quiet, _CHECK_FACTOR) - true_peak_dbtp), 0.0, 0.0)
    power = meter.gridded
    ceiling, wanted = true_peak_dbtp - _GUARD, lufs
    # What stays under the ceiling even when pushed further than the loudness alone asks needs no oversampling.
    above = max(peak(audio) * ratio(-DEEPEST_LIMITING - 6.0), ratio(ceiling - (lufs - before) - _PUSHED_ON))
    tops = np.concatenate([block_tops(part) for part in envelopes(audio, above=above)])
    done = blank(audio.shape[1])
    for _ in range(_ROUNDS):
        gain_db, limited = _push(power, tops, rate, wanted, before, ceiling)
        reached, top = _apply(audio, limited, rate, done)
        over, missing = max(top - true_peak_dbtp, 0.0), lufs - reached
        if limited.deepest >= DEEPEST_LIMITING - NEAR_ENOUGH or (over <= NEAR_ENOUGH and abs(missing) <= NEAR_ENOUGH):
            break
        ceiling, wanted = ceiling - over, wanted + missing
    return Levelled(_under(done, top - true_peak_dbtp), gain_db, limited.deepest)


def _apply(audio: Audio, limited: Limited, rate: int, into: Audio) -> tuple[float, float]:
    """Write the audio with the gain on it into ``into``; return what that measures, in LUFS and in dBTP."""
    meter, tops = Meter(rate, audio.shape[1]), PeakMeter(_CHECK_FACTOR)
    for start, block in blocks(audio):
        stop = start + block.shape[1]
        done = block * per_sample(limited, stop, start)
        meter.add(done)
        tops.add(done)
        into[:, start:stop] = done
        release(into)
    return integrated(meter.hops), tops.dbtp


def _push(
    power: NDArray[np.float32],
    tops: NDArray[np.float32],
    rate: int,
    lufs: float,
    before: float,
    ceiling: float,
) -> tuple[float, Limited]:
    """Return the push in dB, and the limiter's gain, that bring the loudness to ``lufs``."""
    most = min(MOST_GAIN, ceiling - 20.0 * float(np.log10(tops.max())) + DEEPEST_LIMITING)
    gain_db, slope = min(lufs - before, most), 1.0
    tried: tuple[float, float] | None = None
    for _ in range(_TRIES):
        limited = limit(tops, rate, gain_db, ceiling)
        reached = _foreseen(power, limited.gain, rate)
        missing = lufs - reached
        if abs(missing) <= NEAR_ENOUGH / 2 or (missing > 0 and gain_db >= most):
            break
        if tried and abs(gain_db - tried[0]) > 1e-3:
            slope = min(max((reached - tried[1]) / (gain_db - tried[0]), 0.15), 1.0)
        tried = (gain_db, reached)
        gain_db = min(gain_db + missing / slope, most)
    return gain_db, limited


def _foreseen(power: NDArray[np.float32], gain: NDArray[np.float32], rate: int) -> float:
    """Return the loudness in LUFS that blocks of that power will have under that gain."""
    return integrated(hop_powers(power * gain * gain, rate / BLOCK))


def _under(audio: Audio, over: float) -> Audio:
    """Return the audio turned down, in place, by so many dB and a breath more, if that is more than nothing."""
    if over > 0.0:
        for _, block in blocks(audio):
            block *= np.float32(ratio(-over - 0.001))
    return audio
