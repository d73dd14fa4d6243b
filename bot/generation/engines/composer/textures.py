"""Backgrounds and transition effects: crackle, air, drones, risers, impacts."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.waves import fall, hertz, noise, phase, read, table

Array = NDArray[np.float32]
PERIOD = 11.0
"""Seconds after which a background repeats; long enough not to be noticed under music."""


def make(sound: str, pitch: int, seconds: float) -> Array:
    """Return a transition effect that takes ``seconds``: (2, samples)."""
    return _EFFECTS[sound](pitch, seconds)


def cycle(sound: str, pitch: int) -> Array:
    """Return one turn of a background, (2, samples): its end leads into its start."""
    return _closed(_CYCLES[sound](pitch))


def turning(turn: Array, start: int, count: int) -> Array:
    """Return ``count`` samples of a background that goes round for ever, from sample ``start`` on."""
    places = np.arange(start, start + count) % turn.shape[1]
    return turn[:, places]


def _filtered(low: float, high: float, name: str, count: int, order: int = 1) -> Array:
    shape = butter(order, [low, high], "bandpass", fs=RATE, output="sos").astype(np.float32)
    return np.stack([np.asarray(sosfilt(shape, noise(count, f"{name}{side}")), np.float32) for side in "lr"])


def _closed(turn: Array) -> Array:
    """Fade the last 50 ms of a turn into its first, which are cut off, so that the joint does not click."""
    edge = int(0.05 * RATE)
    ramp = np.linspace(0, 1, edge, dtype=np.float32)
    body = turn[:, edge:].copy()
    body[:, -edge:] = body[:, -edge:] * (1 - ramp) + turn[:, :edge] * ramp
    return body


def _vinyl(pitch: int) -> Array:
    count = int(PERIOD * RATE)
    dice = Dice(0, "vinyl")
    clicks = np.zeros((2, count), np.float32)
    for _ in range(int(PERIOD * 14)):
        at = dice.whole(0, count - 200)
        size = dice.share() ** 3
        clicks[dice.whole(0, 1), at : at + 90] += size * noise(90, f"crack{at % 9}") * fall(90, 0.0006)
    needle = butter(2, [700, 4200], "bandpass", fs=RATE, output="sos").astype(np.float32)
    soft = np.asarray(sosfilt(needle, clicks, axis=-1), np.float32)
    return np.asarray(soft + _filtered(300, 5000, "hiss", count) * 0.05, np.float32)


def _tape(pitch: int) -> Array:
    count = int(PERIOD * RATE)
    return np.asarray(_filtered(900, 9000, "tape", count) * 0.1, np.float32)


def _air(pitch: int) -> Array:
    count = int(PERIOD * RATE)
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * np.arange(count, dtype=np.float32) / count * 2)
    return np.asarray(_filtered(250, 2600, "air", count) * swell * 0.15, np.float32)


def _drone(pitch: int) -> Array:
    count = int(PERIOD * RATE)
    sides = []
    for cents in (-5.0, 5.0):
        low = read(table("saw", 60, 2.5), phase(pitch - 12 + cents / 100, count))
        high = read(table("triangle", 20, 2.0), phase(pitch + 7 + cents / 80, count))
        sides.append(low + 0.25 * high)
    swell = 0.75 + 0.25 * np.sin(2 * np.pi * np.arange(count, dtype=np.float32) / count)
    return np.asarray(np.stack(sides) * swell * 0.4, np.float32)


def _shimmer(pitch: int) -> Array:
    count = int(PERIOD * RATE)
    sound = np.zeros((2, count), np.float32)
    dice = Dice(0, "shimmer")
    for index, above in enumerate((36, 43, 48, 50, 55)):
        tone = np.sin(2 * np.pi * hertz(pitch + above) / RATE * np.arange(count)).astype(np.float32)
        swell = np.maximum(
            0, np.sin(2 * np.pi * (np.arange(count, dtype=np.float32) / count * (index + 2) + dice.share()))
        )
        sound[index % 2] += 0.12 * tone * swell
        sound[1 - index % 2] += 0.05 * tone * swell
    return sound


def _riser(pitch: int, seconds: float) -> Array:
    count = max(RATE // 10, int(seconds * RATE))
    grow = np.linspace(0, 1, count, dtype=np.float32) ** 2
    bend = np.asarray(np.linspace(-12, 0, count), np.float32)
    tone = read(table("saw", 40, 8.0), phase(pitch, count, 0.0, bend)) * 0.25
    dark, bright = _filtered(300, 1500, "riser", count), _filtered(2500, 12000, "riser", count)
    return np.asarray((dark * (1 - grow) + bright * grow + tone) * grow * _let_go(count), np.float32)


def _let_go(count: int) -> Array:
    """Return a gain that closes over the last 25 ms: a swell that is cut, without the click of cutting it."""
    edge = min(count, int(0.025 * RATE))
    gain = np.ones(count, np.float32)
    gain[count - edge :] = np.linspace(1, 0, edge, dtype=np.float32)
    return gain


def _reverse(pitch: int, seconds: float) -> Array:
    count = max(RATE // 10, int(min(seconds, 3.0) * RATE))
    swell = fall(count, count / RATE / 3.2)[::-1] * _let_go(count)
    lead = np.zeros((2, max(0, int(seconds * RATE) - count)), np.float32)
    return np.concatenate([lead, _filtered(3000, 14000, "reverse", count) * swell], axis=1)


def _impact(pitch: int, seconds: float) -> Array:
    count = int(2.6 * RATE)
    sweep = hertz(pitch) + 60 * fall(count, 0.07)
    boom = np.sin(2 * np.pi * np.cumsum(sweep) / RATE).astype(np.float32) * fall(count, 0.65)
    dust = _filtered(150, 3500, "impact", count) * fall(count, 0.28) * 0.8
    return np.asarray(dust + boom, np.float32)


def _chimes(pitch: int, seconds: float) -> Array:
    count = int(3.0 * RATE)
    sound = np.zeros((2, count), np.float32)
    for index, above in enumerate((14, 12, 9, 7, 4, 2, 0)):
        at = int(index * 0.085 * RATE)
        time = np.arange(count - at)
        tone = np.sin(2 * np.pi * hertz(pitch + above) / RATE * time).astype(np.float32) * fall(count - at, 0.5)
        sound[:, at:] += 0.2 * tone * np.array([[1 - index / 8], [0.2 + index / 8]], np.float32)
    return sound


_CYCLES: dict[str, Callable[[int], Array]] = {
    "vinyl": _vinyl,
    "tape": _tape,
    "air": _air,
    "drone": _drone,
    "shimmer": _shimmer,
}
_EFFECTS: dict[str, Callable[[int, float], Array]] = {
    "riser": _riser,
    "reverse": _reverse,
    "impact": _impact,
    "chimes": _chimes,
}
BACKGROUNDS = frozenset(_CYCLES)
"""Textures that lie under the whole piece."""
