"""Oscillators and envelopes: the raw material of the composer's own instruments."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.sampler import RATE

Array = NDArray[np.float32]
_SIZE = 2048
HIGHEST = 16_000.0
"""No oscillator makes partials above this, Hz."""


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch, A4 = 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


@lru_cache(maxsize=512)
def table(kind: str, partials: int, rolloff: float) -> Array:
    """Return one cycle of a wave.

    :param kind: saw, square, pulse25, pulse12, triangle, organ, reed, string or sine.
    :param partials: how many harmonics it may have.
    :param rolloff: the harmonic from which they fall by another 12 dB per octave (a low-pass filter's corner).
    """
    number = np.arange(1, max(1, min(partials, _SIZE // 2 - 1)) + 1)
    shapes = {
        "saw": 1 / number,
        "square": (number % 2) / number,
        "pulse25": np.sin(np.pi * number * 0.25) / number,
        "pulse12": np.sin(np.pi * number * 0.125) / number,
        "triangle": (number % 2) / number**2 * np.where(number % 4 == 3, -1, 1),
        "organ": np.isin(number, (1, 2, 3, 4, 6, 8)) / number**0.7,
        "reed": np.where(number % 2 == 1, 1.0, 0.45) / number**0.8,
        "string": np.sin(np.pi * number * 0.14) / number**1.1,
        "sine": (number == 1) * 1.0,
    }
    strength = shapes[kind] / (1 + (number / max(rolloff, 0.5)) ** 2)
    spectrum = np.zeros(_SIZE // 2 + 1, np.complex128)
    spectrum[1 : len(number) + 1] = strength * -1j
    wave = np.fft.irfft(spectrum, _SIZE)
    wave /= np.sqrt(np.mean(wave**2)) * 3
    return np.append(wave, wave[0]).astype(np.float32)


def phase(pitch: float, count: int, start: float = 0.0, bend: Array | None = None) -> NDArray[np.float64]:
    """Return the running phase of a pitch in cycles; ``bend`` shifts it by semitones, sample by sample."""
    step = hertz(pitch) / RATE
    if bend is None:
        return np.arange(count, dtype=np.float64) * step + start
    return np.asarray(np.cumsum(step * np.exp2(bend / 12), dtype=np.float64) + start)


def read(wave: Array, phases: NDArray[np.float64]) -> Array:
    """Play a table along a phase."""
    places = (phases - np.floor(phases)) * _SIZE
    whole = places.astype(np.int32)
    part = (places - whole).astype(np.float32)
    return wave[whole] * (1 - part) + wave[whole + 1] * part


def adsr(count: int, seconds: float, attack: float, decay: float, sustain: float, release: float) -> Array:
    """Return an envelope: rise, fall to ``sustain``, hold until ``seconds``, and die away. All times in seconds."""
    time = np.arange(count, dtype=np.float32) / RATE
    shape = np.minimum(1.0, time / max(attack, 0.0015))
    fallen = np.maximum(0.0, time - attack)
    shape *= sustain + (1 - sustain) * np.exp(-fallen / max(decay, 0.005))
    shape *= (1 - np.clip((time - seconds) / max(release, 0.004), 0, 1)) ** 2
    return np.asarray(shape, np.float32)


def fall(count: int, seconds: float) -> Array:
    """Return an exponential decay that reaches 37 % after ``seconds``."""
    return np.asarray(np.exp(np.arange(count, dtype=np.float32) * (-1.0 / (max(seconds, 1e-3) * RATE))), np.float32)


def noise(count: int, name: str) -> Array:
    """Return white noise between -1 and 1, the same for the same name."""
    seed = int(Dice(0, "noise", name).share() * 2**32)
    return np.random.Generator(np.random.PCG64(seed)).random(count, dtype=np.float32) * 2 - 1


def glide(count: int, semitones: float, seconds: float) -> Array:
    """Return a bend that starts ``semitones`` away and arrives on pitch after about ``seconds``."""
    return semitones * fall(count, seconds / 3)


def shake(count: int, depth: float, speed: float, after: float) -> Array:
    """Return a vibrato in semitones that grows in ``after`` seconds; ``speed`` in Hz."""
    time = np.arange(count, dtype=np.float32) / RATE
    grown = np.clip((time - after) / 0.4, 0, 1)
    return np.asarray(depth * grown * np.sin(2 * np.pi * speed * time), np.float32)
