"""Equaliser, compressor, ducking, saturation, reverb: what a mix is made with. Arrays are (2, samples) float32."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import butter, lfilter, sosfilt

from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.waves import noise

Array = NDArray[np.float32]
Sections = NDArray[np.float64]
_CONTROL = 64
"""Samples between two points of a gain curve."""
_PIECE = 1 << 17


def shelf(hz: float, decibels: float, high: bool) -> Sections:
    """Return a shelving filter (R. Bristow-Johnson, Audio EQ Cookbook, slope 1)."""
    amp = 10 ** (decibels / 40)
    angle = 2 * np.pi * hz / RATE
    cos, alpha = np.cos(angle), np.sin(angle) / 2 * np.sqrt(2)
    sign = -1.0 if high else 1.0
    root = 2 * np.sqrt(amp) * alpha
    b = [amp * (amp + 1 - sign * (amp - 1) * cos + root), sign * 2 * amp * (amp - 1 - sign * (amp + 1) * cos)]
    b.append(amp * (amp + 1 - sign * (amp - 1) * cos - root))
    a = [amp + 1 + sign * (amp - 1) * cos + root, -sign * 2 * (amp - 1 + sign * (amp + 1) * cos)]
    a.append(amp + 1 + sign * (amp - 1) * cos - root)
    return np.asarray(np.array([*b, *a]) / a[0], np.float64)


def peak(hz: float, decibels: float, width: float = 1.0) -> Sections:
    """Return a peaking filter of quality ``width`` (same source)."""
    amp = 10 ** (decibels / 40)
    angle = 2 * np.pi * hz / RATE
    alpha = np.sin(angle) / (2 * width)
    a0 = 1 + alpha / amp
    middle = -2 * np.cos(angle)
    sections = np.array([1 + alpha * amp, middle, 1 - alpha * amp, a0, middle, 1 - alpha / amp])
    return np.asarray(sections / a0, np.float64)


def low_cut(hz: float) -> Sections:
    """Return a second-order high-pass filter."""
    return np.asarray(butter(2, hz, "high", fs=RATE, output="sos"), np.float64).reshape(6)


def equalise(sound: Array, sections: Sequence[Sections], before: Array | None = None) -> Array:
    """Run a sound through filters, one after the other, in place and piece by piece.

    :param before: what is heard before the sound, such as a loop's end; the filters start as they are after it.
    """
    if not sections:
        return sound
    shape = np.array(sections, np.float32)
    state = np.zeros((len(sections), 2, 2), np.float32)
    if before is not None:
        _, state = sosfilt(shape, before, axis=-1, zi=state)
    for piece in _pieces(sound):
        piece[:], state = sosfilt(shape, piece, axis=-1, zi=state)
    return sound


def _pieces(sound: Array) -> Iterator[Array]:
    """Yield views of a few seconds each: small enough for the cache, and no second copy of a long sound."""
    for begin in range(0, sound.shape[1], _PIECE):
        yield sound[:, begin : begin + _PIECE]


def response(sections: Sequence[Sections], hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power gain of filters at some frequencies."""
    z = np.exp(-2j * np.pi * hz / RATE)
    total = np.ones(len(hz))
    for s in sections:
        total *= np.abs((s[0] + s[1] * z + s[2] * z**2) / (s[3] + s[4] * z + s[5] * z**2)) ** 2
    return total


def compress(sound: Array, ratio: float, over: float, attack: float = 0.012, release: float = 0.18) -> Array:
    """Bring loud moments down, in place.

    :param over: threshold, in decibels above the sound's own average level.
    :param attack: seconds; with ``release`` the time constants of the detector.
    """
    blocks = sound.shape[1] // _CONTROL
    steps = sound[:, : blocks * _CONTROL].reshape(2, blocks, _CONTROL)
    power = np.einsum("cbs,cbs->b", steps, steps, dtype=np.float64) / (2 * _CONTROL)
    power = np.append(power, power[-1:])
    if not power.any():
        return sound
    rise, drop = (np.exp(-_CONTROL / RATE / seconds) for seconds in (attack, release))
    quick = lfilter([1 - rise], [1, -rise], power)
    slow = lfilter([1 - drop], [1, -drop], power)
    level = 10 * np.log10(np.maximum(quick, slow) + 1e-12)
    average = 10 * np.log10(np.mean(power[power > 1e-6 * power.max()]))
    reduction = -np.maximum(0.0, level - average - over) * (1 - 1 / ratio)
    return _apply(sound, 10 ** (reduction / 20))


def _apply(sound: Array, curve: NDArray[np.float64]) -> Array:
    """Multiply by a gain given every `_CONTROL` samples, in place and piece by piece."""
    points = np.append(curve, curve[-1]).astype(np.float32)
    ramp = np.arange(_CONTROL, dtype=np.float32) / _CONTROL
    chunk = 4096
    for first in range(0, len(curve), chunk):
        last = min(first + chunk, len(curve))
        gain = (points[first:last, None] + (points[first + 1 : last + 1] - points[first:last])[:, None] * ramp).ravel()
        begin, end = first * _CONTROL, min(last * _CONTROL, sound.shape[1])
        sound[:, begin:end] *= gain[: end - begin]
    return sound


def duck(sound: Array, strikes: Sequence[int], depth: float, release: float) -> Array:
    """Lower the sound for a moment at each strike (sample positions), in place.

    :param depth: 0 to 1, how far down; ``release`` in seconds is how long it takes to come back.
    """
    blocks = -(-sound.shape[1] // _CONTROL)
    curve = np.ones(blocks)
    length = int(release * 2 * RATE / _CONTROL)
    dip = 1 - depth * (1 - np.linspace(0, 1, length)) ** 1.6
    for strike in strikes:
        at = strike // _CONTROL
        part = dip[: max(0, blocks - at)]
        curve[at : at + len(part)] = np.minimum(curve[at : at + len(part)], part)
    return _apply(sound, curve)


def saturate(sound: Array, drive: float) -> Array:
    """Round off peaks, in place: a soft curve that leaves quiet sound as it is. ``drive`` 0 to 1."""
    level = float(np.sqrt(np.mean(np.square(sound[:, ::7])))) + 1e-9
    knee = np.float32(level * (9.0 - 6.5 * drive))
    for piece in _pieces(sound):
        piece /= knee
        np.tanh(piece, out=piece)
        piece *= knee
    return sound


def mono_below(sound: Array, hz: float) -> Array:
    """Make everything below ``hz`` the same on both sides, so that nothing cancels on one loudspeaker; in place."""
    cut = butter(2, hz, "high", fs=RATE, output="sos").astype(np.float32)
    state = np.zeros((1, 2), np.float32)
    for piece in _pieces(sound):
        side, state = sosfilt(cut, (piece[0] - piece[1]) * np.float32(0.5), zi=state)
        middle = (piece[0] + piece[1]) * np.float32(0.5)
        piece[0], piece[1] = middle + side, middle - side
    return sound


def widen(sound: Array, amount: float) -> Array:
    """Spread a sound over both sides, in place; what is added cancels in mono: one loudspeaker hears it as it was.

    :param amount: 0 to 1; the middle, 13 ms late and without lows, is added left and taken away right.
    """
    if amount <= 0:
        return sound
    late = int(0.013 * RATE)
    cut = butter(2, 300, "high", fs=RATE, output="sos").astype(np.float32)
    state = np.zeros((1, 2), np.float32)
    tail = np.zeros(late, np.float32)
    for piece in _pieces(sound):
        middle = (piece[0] + piece[1]) * np.float32(0.5)
        delayed = np.concatenate([tail, middle])
        tail = delayed[piece.shape[1] :].copy()
        side, state = sosfilt(cut, delayed[: piece.shape[1]], zi=state)
        side *= np.float32(amount)
        piece[0] += side
        piece[1] -= side
    return sound


@lru_cache(maxsize=8)
def room(seconds: float, dark: float) -> Array:
    """Return the echo of a room, (2, samples): early reflections, then noise whose highs die first.

    :param seconds: reverberation time (60 dB) of the middle frequencies.
    :param dark: 0 to 1, how much faster the highs die.
    """
    count = int(seconds * 0.85 * RATE)
    time = np.arange(count, dtype=np.float32) / RATE
    sides = []
    for side in "lr":
        white = noise(count, f"room{side}")
        sound = np.zeros(count, np.float32)
        for low, high, share in ((180, 700, 1.0), (700, 2800, 0.9 - 0.2 * dark), (2800, 9000, 0.62 - 0.4 * dark)):
            band = butter(2, [low, high], "bandpass", fs=RATE, output="sos").astype(np.float32)
            sound += np.asarray(sosfilt(band, white), np.float32) * np.exp(-6.9 * time / (seconds * share))
        sound *= np.minimum(1, time / 0.018)
        for index, late in enumerate((0.011, 0.017, 0.023, 0.031, 0.043)):
            place = int((late + (0.0013 if side == "r" else 0.0)) * RATE)
            sound[place] += (0.5 - 0.08 * index) * (1 if (index + (side == "r")) % 2 else -1)
        sides.append(sound / np.sqrt(np.sum(sound**2)))
    return np.stack(sides).astype(np.float32)


def reverberate(sound: Array, echo: Array, wet: float) -> Array:
    """Add the room's answer to a sound, in place; the send is mono, the room is wide."""
    taps = echo.shape[1]
    size = fft.next_fast_len(max(1 << 17, 2 * taps), real=True)
    hop = size - taps + 1
    kernels = [fft.rfft(echo[side] * np.float32(wet), size) for side in (0, 1)]
    length = sound.shape[1]
    tails = np.zeros((2, taps), np.float32)
    for begin in range(0, length, hop):
        end = min(begin + hop, length)
        send = fft.rfft((sound[0, begin:end] + sound[1, begin:end]) * np.float32(0.5), size)
        for side in (0, 1):
            answer = fft.irfft(send * kernels[side], size).astype(np.float32, copy=False)
            answer[:taps] += tails[side]
            tails[side, : taps - 1] = answer[end - begin : end - begin + taps - 1]
            sound[side, begin:end] += answer[: end - begin]
    return sound
