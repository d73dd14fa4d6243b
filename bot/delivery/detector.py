"""Listening for the shop's inaudible mark (`watermark`), whatever happened to the music on the way.

Every beginning, playing speed and tempo is tried. The mark lies far below what the music itself does from one block to
the next, so what can be foretold of that is taken away first: drums and fades move all bands together, and a long decay
goes on as it went before. Middle and sides are listened to apart, for they carry the mark both and their music not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly, stft

from bot.delivery.watermark import BLOCK, HOP, PAIRS, WINDOW, band_edges, pattern

Audio = NDArray[np.float32]
Floats = NDArray[np.float64]

RATE: Final = 24_000
"""Hz at which is listened; enough for the highest band at the highest speed."""

SPEEDS: Final = tuple(round(1 + step * 0.004, 4) for step in range(-9, 10))
"""Playing speeds and tempos that are looked through: 0.964 to 1.036."""

STEPS: Final = 4
"""Positions tried per block when the beginning is not known."""

FEWEST: Final = 4
"""Pairs below which nothing can be told."""

FAINT: Final = 1e-4
"""Power of the sides beside the middle's (-40 dB) below which they hold a codec's noise rather than music."""

CALM: Final = 2.0
LOUDEST: Final = 1.5
"""How many of its usual sizes a change may have before it is held back, on its way in and once it is cleared."""

RIDGE: Final = 8.0
"""What keeps the regression steady on pieces hardly longer than it has rows, in pairs."""

CERTAIN: Final = 6.0
"""Score from which on the mark counts as there. Scores of unmarked music fall off as the maximum of some ten thousand
normal deviates does: one in ten thousand reaches 5.4, which leaves about four in a million that reach this."""

TRIALS: Final = 8320
HIGHEST_UNMARKED: Final = 5.4
"""How many trials on unmarked music were made (windows of 26 pieces times 40 keys), and the highest score any reached:
`benchmarks.watermark`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What detection found: its score in standard deviations of chance, and the speed the music seems to play at."""

    score: float
    speed: float

    @property
    def present(self) -> bool:
        """Whether the mark is there beyond chance."""
        return self.score >= CERTAIN


def detect(audio: Audio, rate: int, key: bytes) -> Heard:
    """Look for the key's mark in audio of shape (channels, samples), whatever happened to it. Blocks for seconds."""
    signs, best = pattern(key), Heard(0.0, 1.0)
    for cleared, speed in listened(audio, rate):
        score = correlated(cleared, signs)
        if score > best.score:
            best = Heard(score, speed)
    return best


def listened(audio: Audio, rate: int) -> Iterator[tuple[Floats, float]]:
    """Yield what a pattern is held against, of shape (bands, pairs), and the speed, for every pitch, tempo and place of
    the first pair that a piece may have been brought to."""
    sides = [_spectrum(side, rate) for side in _middle_and_sides(audio)]
    for pitch in SPEEDS:
        running = [_running(spectrum, pitch) for spectrum in sides]
        for speed in {pitch} if pitch != 1.0 else SPEEDS:
            for begin in range(2 * STEPS):
                cleared = [_cleared(_levels(side, begin / STEPS, speed)) for side in running]
                if cleared and cleared[0].shape[1] >= FEWEST:
                    yield np.sum(cleared, axis=0), speed


def correlated(cleared: Floats, signs: Floats) -> float:
    """Return the largest correlation over all shifts of the pattern, in standard deviations of chance.

    The deviation is that of the pairs folded onto the pattern, not of the single ones: music that repeats itself, as a
    loop does, adds up there just as a mark would, without saying more.
    """
    folded = np.zeros(signs.shape)
    np.add.at(folded, np.arange(cleared.shape[1]) % PAIRS, cleared.T)
    spectrum = np.fft.rfft(folded, axis=0) * np.conj(np.fft.rfft(signs, axis=0))
    sums = np.fft.irfft(spectrum.sum(axis=1), PAIRS)
    return float(sums.max() / np.sqrt(np.square(folded).sum() + 1e-12))


def _middle_and_sides(audio: Audio) -> list[Floats]:
    middle = audio.mean(axis=0, dtype=np.float64)
    if len(audio) < 2:
        return [middle]
    sides = (audio[0] - middle).astype(np.float64)
    return [middle, sides] if np.square(sides).sum() > FAINT * np.square(middle).sum() else [middle]


def _spectrum(samples: Floats, rate: int) -> Floats:
    """Return the power summed up over frequency, of shape (bins + 1, frames)."""
    samples = resample_poly(samples, RATE, rate) if rate != RATE else samples
    if samples.size < WINDOW:
        return np.zeros((WINDOW // 2 + 2, 0))
    power = np.abs(stft(samples, RATE, "hann", WINDOW, WINDOW - HOP)[2]) ** 2
    return np.vstack([np.zeros(power.shape[1]), np.cumsum(power, axis=0)])


def _running(spectrum: Floats, pitch: float) -> Floats:
    """Return the power of every band summed up over time, for music whose pitch was shifted by that factor."""
    bins = band_edges() * pitch * WINDOW / RATE
    whole = np.minimum(bins.astype(int), spectrum.shape[0] - 2)
    part = (bins - whole)[:, None]
    bands = np.diff(spectrum[whole] * (1 - part) + spectrum[whole + 1] * part, axis=0)
    return np.hstack([np.zeros((len(bands), 1)), np.cumsum(np.maximum(bands, 0.0), axis=1)])


def _levels(running: Floats, begin: float, speed: float) -> Floats:
    """Return the level of every band in every block in dB, whole pairs only, from so many blocks after the start on."""
    block, last = BLOCK / speed * RATE / HOP, running.shape[1] - 1
    pairs = max(int((last / block - begin) / 2), 0)
    places = (begin + np.arange(2 * pairs + 1)) * block
    whole = np.minimum(places.astype(int), max(last - 1, 0))
    part = places - whole
    summed = running[:, whole] * (1 - part) + running[:, np.minimum(whole + 1, last)] * part
    power = np.maximum(np.diff(summed, axis=1), 0.0)
    return np.asarray(10 * np.log10(power + 1e-9 * power.max(initial=1e-12) + 1e-20))


def _cleared(levels: Floats) -> Floats:
    """Return how each pair changes beyond what everything else foretells, of shape (bands, pairs), in usual sizes.

    A row is foretold by all others: the changes of the other bands, and how the levels of the pairs before and after
    differ. What a regression on all other rows leaves of a row is the inverse covariance times the rows, over its
    diagonal.
    """
    if levels.shape[1] < 2 * FEWEST:
        return np.zeros((len(levels), 0))
    first, second = levels[:, 0::2], levels[:, 1::2]
    around = np.pad(first + second, ((0, 0), (1, 1)), mode="edge") / 2
    change, trend = first - second, (around[:, :-2] - around[:, 2:]) / 2
    size = CALM * _usual(change)
    rows = np.vstack([np.tanh(change / size), np.tanh(trend / size)])
    inverse = np.linalg.inv(rows @ rows.T + RIDGE * np.eye(len(rows)))[: len(change)]
    left = inverse @ rows / np.diag(inverse)[:, None]
    return np.asarray(np.tanh(left / (LOUDEST * _usual(left))))


def _usual(rows: Floats) -> Floats:
    """Return each row's standard deviation, as far as its single events allow (1.4826 median absolute deviations)."""
    return np.asarray(1.4826 * np.median(np.abs(rows), axis=1, keepdims=True) + 1e-6)
