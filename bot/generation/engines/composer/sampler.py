"""One note out of a sampled instrument: pitch, loop, envelope, tone."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

from bot.generation.engines.composer.soundfont import SoundFont, Zone

Array = NDArray[np.float32]
RATE = 44_100
"""Sampling rate of everything the composer makes, Hz."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """Which preset a sound is and how it is played. ``attack`` and ``release`` in seconds replace the bank's own.

    ``dull`` (Hz) is the tone of the softest stroke; the hardest is open. ``transpose`` in semitones. ``most`` limits
    how long a struck note may ring, in seconds.
    """

    program: int
    dull: float = 2500.0
    attack: float | None = None
    release: float | None = None
    transpose: int = 0
    most: float = 6.0
    vibrato: float = 0.0
    bank: int = 0
    damped: float = 0.0


def play(font: SoundFont, how: Sampled, pitch: int, seconds: float, hardness: float, vibrato: bool) -> Array:
    """Return one mono note.

    :param seconds: how long the key is held; the release follows it.
    :param hardness: 0 to 1, how bright the stroke is.
    """
    zone = font.zone(how.bank, how.program, pitch + how.transpose)
    if zone is None:
        return np.zeros(1, np.float32)
    sound, rate, loop_start, loop_end = font.sample(zone)
    release = how.release if how.release is not None else min(max(zone.release, 0.08), 2.0)
    count = int((min(seconds, 30.0) + release) * RATE)
    if not zone.looped:
        count = min(count, int(how.most * RATE))
    steps = 2 ** (((pitch + how.transpose) - zone.root) * zone.scale / 12) * rate / RATE
    places = _places(count, steps, how.vibrato if vibrato else 0.0)
    if zone.looped and loop_end - loop_start > 8:
        places = np.where(places < loop_end, places, loop_start + np.mod(places - loop_start, loop_end - loop_start))
    else:
        places = places[places < len(sound) - 2]
    whole = places.astype(np.int32)
    part = (places - whole).astype(np.float32)
    wave = sound[whole] * (1 - part) + sound[whole + 1] * part
    wave *= _envelope(zone, how, len(wave), seconds, release)
    return _toned(wave, zone, how, hardness)


def _places(count: int, steps: float, vibrato: float) -> NDArray[np.float64]:
    """Return where in the sample each output sample lies; ``vibrato`` in semitones, growing in after a moment."""
    if not vibrato:
        return np.arange(count, dtype=np.float64) * steps
    time = np.arange(count) / RATE
    depth = vibrato * np.clip((time - 0.25) / 0.5, 0, 1)
    bent = steps * 2 ** (depth * np.sin(2 * np.pi * 5.3 * time) / 12)
    return np.asarray(np.cumsum(bent) - steps, np.float64)


def _envelope(zone: Zone, how: Sampled, count: int, seconds: float, release: float) -> Array:
    time = np.arange(count, dtype=np.float32) / RATE
    attack = how.attack if how.attack is not None else max(zone.attack, 0.001)
    shape = np.minimum(1.0, time / max(attack, 1e-4))
    fallen = np.maximum(0.0, time - attack - zone.hold)
    if zone.sustain < 0.999 and zone.decay > 0.01:
        # The specification's decay runs 100 dB down in a straight line of decibels, and stops at the sustain level.
        shape *= np.maximum(zone.sustain, 10 ** (-5.0 * fallen / zone.decay))
    if how.damped:
        shape *= np.exp(-fallen / how.damped)
    gone = np.clip((time - min(seconds, 30.0)) / release, 0.0, 1.0)
    return np.asarray(shape * (1 - gone) ** 2 * zone.gain, np.float32)


def _toned(wave: Array, zone: Zone, how: Sampled, hardness: float) -> Array:
    cutoff = min(zone.cutoff, how.dull * (18000 / how.dull) ** hardness)
    if cutoff >= 15000 or len(wave) < 16:
        return wave
    return np.asarray(sosfilt(butter(1, cutoff, fs=RATE, output="sos").astype(np.float32), wave), np.float32)
