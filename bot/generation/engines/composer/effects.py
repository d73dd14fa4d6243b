"""Equaliser, compressor, ducking, saturation, reverb: what a mix is made with. Arrays are (2, samples) float32.

An effect is called with one block after the other (`bot.finishing.reel`) and works on it in place; what rings on past
the block it remembers. So a rack of effects passes over a long sound once, a few seconds of it at a time.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.signal import butter, lfilter, sosfilt

from bot.finishing.reel import BLOCK, blocks, release
from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.waves import noise

Array = NDArray[np.float32]
Sections = NDArray[np.float64]
Effect = Callable[[Array, int], None]
"""Works on a block in place; the number is where in the sound the block begins, in samples."""
_CONTROL = 64
"""Samples between two points of a gain curve; blocks are whole numbers of it."""


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


def run(sound: Array, rack: Sequence[Effect]) -> Array:
    """Run a sound through effects, one after the other, in place."""
    for start, block in blocks(sound):
        for effect in rack:
            effect(block, start)
    return sound


class Volume:
    """One gain for the whole sound: a factor, or one for each side as (2, 1)."""

    def __init__(self, gain: float | Array) -> None:
        self._gain = np.asarray(gain, np.float32)

    def __call__(self, block: Array, start: int) -> None:
        """Multiply the block in place."""
        block *= self._gain


class Added:
    """Adds other sounds of the same length, each with its gain."""

    def __init__(self, sounds: Sequence[Array], gains: Sequence[float] | None = None) -> None:
        self._sounds = sounds
        self._gains = np.ones(len(sounds), np.float32) if gains is None else np.array(gains, np.float32)

    def __call__(self, block: Array, start: int) -> None:
        """Add what the others hold at the block's place."""
        for sound, gain in zip(self._sounds, self._gains, strict=True):
            block += sound[:, start : start + block.shape[1]] * gain
            release(sound)


class Equaliser:
    """Filters in a row."""

    def __init__(self, sections: Sequence[Sections], before: Array | None = None) -> None:
        """``before`` is heard before the sound, such as a loop's end: the filters start as they are after it."""
        self._shape = np.array(sections, np.float32)
        self._state = np.zeros((len(sections), 2, 2), np.float32)
        if before is not None:
            _, self._state = sosfilt(self._shape, before, axis=-1, zi=self._state)

    def __call__(self, block: Array, start: int) -> None:
        """Filter the block in place."""
        block[:], self._state = sosfilt(self._shape, block, axis=-1, zi=self._state)


def response(sections: Sequence[Sections], hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the power gain of filters at some frequencies."""
    z = np.exp(-2j * np.pi * hz / RATE)
    total = np.ones(len(hz))
    for s in sections:
        total *= np.abs((s[0] + s[1] * z + s[2] * z**2) / (s[3] + s[4] * z + s[5] * z**2)) ** 2
    return total


class PowerMeter:
    """Changes nothing and notes how loud it is: the mean power of every `_CONTROL` samples."""

    def __init__(self) -> None:
        self._found: list[NDArray[np.float64]] = []

    def __call__(self, block: Array, start: int) -> None:
        """Note the power of the block; a last stretch shorter than `_CONTROL` is passed over."""
        steps = block[:, : block.shape[1] // _CONTROL * _CONTROL].reshape(2, -1, _CONTROL)
        self._found.append(np.einsum("cbs,cbs->b", steps, steps, dtype=np.float64) / (2 * _CONTROL))

    @property
    def power(self) -> NDArray[np.float64]:
        """What was noted."""
        return np.concatenate(self._found)


def compression(
    power: NDArray[np.float64], ratio: float, over: float, attack: float = 0.012, release: float = 0.18
) -> NDArray[np.float64]:
    """Return the gain curve that brings loud moments down, one value every `_CONTROL` samples.

    :param power: mean power, one value every `_CONTROL` samples (`PowerMeter`).
    :param over: threshold, in decibels above the sound's own average level.
    :param attack: seconds; with ``release`` the time constants of the detector.
    """
    if not power.any():
        return np.ones(len(power))
    rise, drop = (np.exp(-_CONTROL / RATE / seconds) for seconds in (attack, release))
    quick = lfilter([1 - rise], [1, -rise], power)
    slow = lfilter([1 - drop], [1, -drop], power)
    level = 10 * np.log10(np.maximum(quick, slow) + 1e-12)
    average = 10 * np.log10(np.mean(power[power > 1e-6 * power.max()]))
    reduction = -np.maximum(0.0, level - average - over) * (1 - 1 / ratio)
    return np.asarray(10 ** (reduction / 20), np.float64)


def ducking(count: int, strikes: Sequence[int], depth: float, release: float) -> NDArray[np.float64]:
    """Return the gain curve of a sound of ``count`` samples that makes way for each strike (sample positions).

    :param depth: 0 to 1, how far down; ``release`` in seconds is how long it takes to come back.
    """
    points = count // _CONTROL + 1
    curve = np.ones(points)
    length = int(release * 2 * RATE / _CONTROL)
    dip = 1 - depth * (1 - np.linspace(0, 1, length)) ** 1.6
    for strike in strikes:
        at = strike // _CONTROL
        part = dip[: max(0, points - at)]
        curve[at : at + len(part)] = np.minimum(curve[at : at + len(part)], part)
    return curve


class Gain:
    """A gain given every `_CONTROL` samples, in straight lines between; the last value stays."""

    def __init__(self, curve: NDArray[np.float64]) -> None:
        self._points = curve.astype(np.float32)

    def __call__(self, block: Array, start: int) -> None:
        """Multiply the block in place."""
        first = start // _CONTROL
        steps = -(-block.shape[1] // _CONTROL)
        places = np.minimum(np.arange(first, first + steps + 1), len(self._points) - 1)
        points = self._points[places]
        ramp = np.arange(_CONTROL, dtype=np.float32) / np.float32(_CONTROL)
        block *= (points[:-1, None] + np.diff(points)[:, None] * ramp).ravel()[: block.shape[1]]


class Saturator:
    """Rounds off peaks: a soft curve that leaves quiet sound as it is."""

    def __init__(self, level: float, drive: float) -> None:
        """``level`` is the sound's own, as an amplitude (root of its mean power); ``drive`` 0 to 1."""
        self._knee = np.float32((level + 1e-9) * (9.0 - 6.5 * drive))

    def __call__(self, block: Array, start: int) -> None:
        """Bend the block in place."""
        block /= self._knee
        np.tanh(block, out=block)
        block *= self._knee


class MonoBelow:
    """Makes everything below ``hz`` the same on both sides, so that nothing cancels on one loudspeaker."""

    def __init__(self, hz: float) -> None:
        self._cut = butter(2, hz, "high", fs=RATE, output="sos").astype(np.float32)
        self._state = np.zeros((1, 2), np.float32)

    def __call__(self, block: Array, start: int) -> None:
        """Narrow the lows of the block in place."""
        side, self._state = sosfilt(self._cut, (block[0] - block[1]) * np.float32(0.5), zi=self._state)
        middle = (block[0] + block[1]) * np.float32(0.5)
        block[0], block[1] = middle + side, middle - side


class Widener:
    """Spreads a sound over both sides; what is added cancels in mono: one loudspeaker hears it as it was."""

    def __init__(self, amount: float) -> None:
        """``amount`` 0 to 1: the middle, 13 ms late and without lows, is added left and taken away right."""
        self._amount = np.float32(amount)
        self._cut = butter(2, 300, "high", fs=RATE, output="sos").astype(np.float32)
        self._state = np.zeros((1, 2), np.float32)
        self._late = np.zeros(int(0.013 * RATE), np.float32)

    def __call__(self, block: Array, start: int) -> None:
        """Widen the block in place."""
        delayed = np.concatenate([self._late, (block[0] + block[1]) * np.float32(0.5)])
        self._late = delayed[block.shape[1] :].copy()
        side, self._state = sosfilt(self._cut, delayed[: block.shape[1]], zi=self._state)
        side *= self._amount
        block[0] += side
        block[1] -= side


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


class Reverb:
    """Adds a room's answer; the send is mono, the room is wide."""

    def __init__(self, echo: Array, wet: float) -> None:
        """``echo`` is the room (`room`), ``wet`` how much of it is heard."""
        self._taps = echo.shape[1]
        self._size = fft.next_fast_len(BLOCK + self._taps, real=True)
        self._kernels = [fft.rfft(side * np.float32(wet), self._size) for side in echo]
        self._ringing = np.zeros((2, self._taps), np.float32)

    def __call__(self, block: Array, start: int) -> None:
        """Add the room to the block in place, in stretches that a transform holds with their answer."""
        hop = self._size - self._taps + 1
        for begin in range(0, block.shape[1], hop):
            part = block[:, begin : begin + hop]
            count, keep = part.shape[1], self._taps - 1
            send = fft.rfft((part[0] + part[1]) * np.float32(0.5), self._size)
            for side in (0, 1):
                answer = fft.irfft(send * self._kernels[side], self._size)
                answer[: self._taps] += self._ringing[side]
                self._ringing[side, :keep] = answer[count : count + keep]
                part[side] += answer[:count]
