"""What comes in: any engine's array made safe to work on."""

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy import signal

from bot.errors import BadInput, EngineFailed
from bot.finishing.reel import BLOCK, Audio, around, blank, blocks, peak, release

LOWEST_RATE, HIGHEST_RATE = 8_000, 192_000
SILENCE_DBFS = -80.0
_REACH = 12
"""Periods of the slower rate that a resampled value looks to either side (scipy's filter reaches 10)."""
LOUDEST = 1e4
"""No engine means +80 dBFS; beyond it the numbers have come apart."""


def stereo(audio: ArrayLike, rate: int) -> Audio:
    """Return the take as float32 of shape (2, samples), a copy of its own. Mono is put on both sides.

    :raises BadInput: if it is no audio at all (shape, rate, no samples).
    :raises EngineFailed: if the engine left NaN, infinite or absurdly large samples.
    """
    samples = np.asarray(audio)
    if samples.ndim == 1:
        samples = samples[np.newaxis]
    if samples.ndim != 2 or samples.shape[0] not in (1, 2):
        raise BadInput(f"audio of shape {samples.shape} is neither mono nor stereo", text="error-take-shape")
    if not LOWEST_RATE <= rate <= HIGHEST_RATE:
        raise BadInput(f"a rate of {rate} Hz is outside {LOWEST_RATE}-{HIGHEST_RATE}", text="error-take-shape")
    if samples.shape[1] == 0:
        raise BadInput("the take has no samples", text="error-take-empty")
    safe, broken = blank(samples.shape[1]), 0
    with np.errstate(over="ignore", invalid="ignore"):
        for start, block in blocks(samples):
            piece = safe[:, start : start + block.shape[1]]
            piece[:] = block
            broken += int(np.count_nonzero(~(np.abs(piece) <= LOUDEST)))
            release(safe)
    if broken:
        raise EngineFailed(f"the take holds {broken} samples that are no sound", text="error-take-broken", count=broken)
    return safe


def without_dc(audio: Audio) -> Audio:
    """Return the audio with each channel's constant offset removed, in place."""
    total = sum((block.sum(axis=1, keepdims=True, dtype=np.float64) for _, block in blocks(audio)), np.zeros((2, 1)))
    offset = (total / audio.shape[1]).astype(np.float32)
    for _, block in blocks(audio):
        block -= offset
    return audio


def audible(audio: Audio) -> Audio:
    """Return the audio unchanged if anything can be heard in it.

    :raises EngineFailed: if its peak is under -80 dBFS (digital silence, or nothing but an offset).
    """
    if decibels(peak(audio)) < SILENCE_DBFS:
        raise EngineFailed("the take is silent", text="error-take-silent")
    return audio


def delivery_rate(rate: int) -> int:
    """Return the rate in Hz a master is delivered at: 44,100 for its family, 48,000 for every other."""
    return 44_100 if rate % 11_025 == 0 else 48_000


def at_rate(audio: Audio, rate: int, wanted: int) -> Audio:
    """Return the audio resampled to ``wanted`` Hz by a polyphase filter; unchanged where the rates agree."""
    if rate == wanted:
        return audio
    shared = math.gcd(rate, wanted)
    up, down = wanted // shared, rate // shared
    whole = blank(-(-audio.shape[1] * up // down), audio.shape[0])
    # Blocks of whole periods, each with as much around it as the filter reaches: the joints are those of one pass.
    size = max(BLOCK // down, 1) * down
    margin = -(-_REACH * max(up, down) // up // down) * down
    for start in range(0, audio.shape[1], size):
        stop = min(start + size, audio.shape[1])
        last = stop == audio.shape[1]
        part = around(audio, start - margin, stop if last else stop + margin)
        found = signal.resample_poly(part, up, down, axis=1)[:, margin * up // down :]
        at = start * up // down
        count = whole.shape[1] - at if last else size * up // down
        whole[:, at : at + count] = found[:, :count]
        release(audio)
        release(whole)
    return whole


def decibels(amplitude: float) -> float:
    """Return an amplitude ratio in dB, -120 at the least (so that facts stay finite in JSON)."""
    return 20.0 * math.log10(max(amplitude, 1e-6))


def ratio(level: float) -> float:
    """Return a level in dB as an amplitude ratio."""
    return float(10.0 ** (level / 20.0))
