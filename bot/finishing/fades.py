"""Fades, by the shapes ears expect."""

from typing import Final

import numpy as np

from bot.finishing.reel import Audio, copied

CLICK_GUARD: Final = 0.004
"""Seconds of fade at a cut that is not meant to be heard."""


def fade(audio: Audio, rate: int, fade_in: float, fade_out: float) -> Audio:
    """Return a faded copy of the audio; see `fade_in_place`."""
    return fade_in_place(copied(audio), rate, fade_in, fade_out)


def fade_in_place(audio: Audio, rate: int, fade_in: float, fade_out: float) -> Audio:
    """Fade the audio in and out over so many seconds; where both overlap they share the length.

    In: a raised cosine in amplitude, gone before it is noticed. Out: the same curve squared, which falls evenly in
    loudness for most of its way and reaches true silence at the last sample.
    """
    samples = audio.shape[1]
    asked = max(fade_in, 0.0) + max(fade_out, 0.0)
    share = min(1.0, samples / rate / asked) if asked > 0.0 else 0.0
    rising, falling = (int(max(seconds, 0.0) * share * rate) for seconds in (fade_in, fade_out))
    if rising:
        audio[:, :rising] *= 0.5 - 0.5 * np.cos(np.pi * np.arange(rising, dtype=np.float32) / rising)
    if falling:
        curve = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, falling + 1, dtype=np.float32) / falling)
        audio[:, -falling:] *= curve**2
    return audio


def crossfade(before: Audio, after: Audio, alike: float) -> Audio:
    """Return ``before`` turning into ``after`` over their common length.

    ``alike`` is their correlation (-1 to 1): the curves keep the power constant for what is unrelated (0) and the
    amplitude constant for what is the same (1).
    """
    along = np.linspace(0.0, 1.0, before.shape[1], dtype=np.float32)
    rising = np.sin(0.5 * np.pi * along)
    falling = np.cos(0.5 * np.pi * along)
    power = np.sqrt(rising**2 + falling**2 + 2.0 * max(alike, 0.0) * rising * falling)
    return np.asarray((before * falling + after * rising) / power, dtype=np.float32)


def alike(one: Audio, other: Audio) -> float:
    """Return the correlation of two stretches of equal length, from -1 to 1; 0 where one is silent."""
    size = float(np.linalg.norm(one)) * float(np.linalg.norm(other))
    return float(np.vdot(one, other)) / size if size > 0.0 else 0.0
