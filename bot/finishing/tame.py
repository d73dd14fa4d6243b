"""Resonances and over-loud bands turned down, gently: a dynamic equaliser of five bands an octave.

In windows of 93 ms each band is held against two measures: over the whole piece, against its neighbours (a resonance
stands out of an octave and a half around it), and at every moment, its octave against that octave's usual loudness (a
note that shouts is over it). What exceeds either by more than music does is brought half way back, in dB, up to a
limit, with the gain gliding over time and frequency. Both channels get the same gain: the stereo image stands still.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from bot.finishing.reel import Audio, around, copied, release

USUAL = 0.5
"""How much is done without being asked, 0 (nothing) to 1 (firmly)."""
_WINDOW, _HOP = 4096, 1024
_BATCH = 64
"""Frames that are transformed together: they fit into a processor's cache."""
_NOTHING = 1e-4
"""A change of gain too small to be worth the work: 0.001 dB."""
_BANDS_PER_OCTAVE, _LOWEST_HZ, _HIGHEST_HZ = 5, 120.0, 14_000.0
_RESONANCE_DB, _SHOUT_DB = 7.0, 6.0
_MOST_DB = 9.0
_WORTHWHILE_DB = 0.4
_NOTES = 10
"""Bands, up to 480 Hz, in which single notes stand out by nature."""
_GLIDE_FRAMES = 4
_SECOND = 43


@dataclass(frozen=True, slots=True)
class Tamed:
    """Audio with its loud bands turned down. ``cut_db`` is the most that was taken off, around ``hertz``."""

    audio: Audio
    cut_db: float = 0.0
    hertz: float = 0.0


@dataclass(frozen=True, slots=True)
class Tone:
    """A change of three broad bands in dB: under 250 Hz, in the middle, over 4 kHz."""

    low_db: float = 0.0
    mid_db: float = 0.0
    high_db: float = 0.0


def tame(audio: Audio, rate: int, amount: float = USUAL, tone: Tone | None = None) -> Tamed:
    """Return the audio with what sticks out turned down; the very same audio where nothing does.

    ``amount`` from 0 to 1 scales both how early it begins and how deep it may go (9 dB at 1); ``tone`` is a fixed
    change on top.
    """
    tone = tone or Tone()
    if (amount <= 0.0 and tone == Tone()) or audio.shape[1] < _WINDOW:
        return Tamed(audio)
    centres, spread, gather = _bank(rate)
    cut = _cuts(10.0 * np.log10(_powers(audio, gather) + 1e-9), amount)
    deepest = float(cut.max())
    fixed = _fixed(centres, tone)
    if deepest < _WORTHWHILE_DB and not fixed.any():
        return Tamed(audio)
    at = float(centres[int(np.argmax(cut.max(axis=0)))])
    gains = np.exp((fixed - cut).astype(np.float32) * np.float32(np.log(10.0) / 20.0))
    return Tamed(_sounded(audio, gains, spread), deepest, at)


def _cuts(levels: NDArray[np.floating], amount: float) -> NDArray[np.float64]:
    """Return the attenuation in dB of each band at each frame, from its levels in dB."""
    if amount <= 0.0:
        return np.zeros(levels.shape)
    ease = 1.0 + 0.6 * (0.5 - amount)
    heard = levels.max(axis=1) > levels.max() - 50.0
    resonance = np.maximum(_standing_out(levels[heard]) - _RESONANCE_DB * ease, 0.0)
    resonance[:_NOTES] = 0.0
    above = _above_usual(levels, heard)
    sounding = (above > -8.0) & (levels > levels.max() - 45.0)
    over = np.where(sounding, np.maximum(resonance, above - _SHOUT_DB * ease), 0.0)
    cut = np.clip(0.5 * (0.5 + amount) * over, 0.0, _MOST_DB * amount)
    held = ndimage.maximum_filter1d(cut, 3, axis=0)
    return np.asarray(ndimage.gaussian_filter(held, (_GLIDE_FRAMES / 2.0, 0.5)), dtype=np.float64)


def _above_usual(levels: NDArray[np.floating], heard: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return how many dB the octave around each band is over what it usually reaches, beyond the music as a whole.

    What is usual is what the loudest moment of each second exceeds in a fifth of the piece: drums reach it with every
    bar, and so does a chorus; and where everything is louder, one octave may be as well.
    """
    power = 10.0 ** (levels / 10.0)
    octaves = 10.0 * np.log10(ndimage.uniform_filter1d(power, _BANDS_PER_OCTAVE, axis=1, mode="nearest"))
    usual = np.percentile(ndimage.maximum_filter1d(octaves, _SECOND, axis=0)[heard], 80.0, axis=0)
    above = octaves - usual
    return np.asarray(above - np.maximum(np.median(above, axis=1, keepdims=True), 0.0), dtype=np.float64)


def _standing_out(levels: NDArray[np.floating]) -> NDArray[np.float64]:
    """Return how many dB each band usually lies above the mean of the four bands on either side."""
    power = 10.0 ** (np.percentile(levels, 60.0, axis=0) / 10.0)
    weights = np.array([1.0] * 4 + [0.0] + [1.0] * 4) / 8.0
    around = ndimage.convolve1d(power, weights, mode="nearest")
    return np.asarray(10.0 * np.log10((power + 1e-9) / (around + 1e-9)), dtype=np.float64)


def _fixed(centres: NDArray[np.float64], tone: Tone) -> NDArray[np.float64]:
    """Return the tone's gain in dB for each band, the three regions gliding into each other over an octave."""
    octave = np.log2(centres)
    low = np.clip((np.log2(250.0) + 0.5 - octave), 0.0, 1.0)
    high = np.clip((octave - np.log2(4000.0) + 0.5), 0.0, 1.0)
    return np.asarray(low * tone.low_db + high * tone.high_db + (1.0 - low - high) * tone.mid_db, dtype=np.float64)


@lru_cache(maxsize=4)
def _bank(rate: int) -> tuple[NDArray[np.float64], NDArray[np.float32], NDArray[np.float32]]:
    """Return band centres in Hz, the (bands, bins) that spread band gains over bins, and those that gather powers."""
    top = min(_HIGHEST_HZ, rate / 2.3)
    count = int(np.log2(top / _LOWEST_HZ) * _BANDS_PER_OCTAVE) + 1
    centres = _LOWEST_HZ * 2.0 ** (np.arange(count) / _BANDS_PER_OCTAVE)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(_WINDOW, 1.0 / rate), 1.0))
    place = np.clip((octaves - np.log2(_LOWEST_HZ)) * _BANDS_PER_OCTAVE, 0.0, count - 1.0)
    spread = np.maximum(1.0 - np.abs(place[np.newaxis] - np.arange(count)[:, np.newaxis]), 0.0)
    inside = (octaves >= np.log2(_LOWEST_HZ) - 0.2) & (octaves <= np.log2(top) + 0.2)
    return centres, spread.astype(np.float32), np.where(inside, spread, 0.0).astype(np.float32)


def _window() -> NDArray[np.float32]:
    """Return a sine window; squared and overlapped four times it sums to 2."""
    return np.asarray(np.sin(np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW), dtype=np.float32)


def _count(audio: Audio) -> int:
    """Return how many frames a piece has: the first and the last hold nothing but the silence around it."""
    return int(audio.shape[1] + _WINDOW + _HOP) // _HOP + 1


def _spectra(audio: Audio, first: int, count: int) -> NDArray[np.complex64]:
    """Return the spectra of some frames, (channels, frames, bins); frame 0 ends where the music begins."""
    start = first * _HOP - _WINDOW
    part = around(audio, start, start + (count - 1) * _HOP + _WINDOW)
    views = np.lib.stride_tricks.sliding_window_view(part, _WINDOW, axis=1)[:, ::_HOP]
    return np.asarray(fft.rfft(views * _window(), axis=2), dtype=np.complex64)


def _powers(audio: Audio, gather: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the power of both channels in each frame and band."""
    # Real and imaginary parts lie side by side: squared as they are, each weighs what its bin weighs.
    inside = slice(*2 * (np.flatnonzero(gather.any(axis=0))[[0, -1]] + [0, 1]))
    weights = np.ascontiguousarray(np.repeat(gather, 2, axis=1).T[inside])
    found = []
    for first in range(0, _count(audio), _BATCH):
        spectra = _spectra(audio, first, min(_BATCH, _count(audio) - first))
        squares = np.square(spectra.view(np.float32)[..., inside])
        squares[0] += squares[1]
        found.append(squares[0] @ weights)
        release(audio)
    return np.asarray(np.concatenate(found), dtype=np.float32)


def _sounded(audio: Audio, gains: NDArray[np.float32], spread: NDArray[np.float32]) -> Audio:
    """Return the piece with the gain of each frame and band on it, its frames (four to a window) overlapped.

    What is added is the change alone, so that stretches in which nothing is turned down stay as they are, bit for bit.
    """
    out = copied(audio)
    shape = _window() * np.float32(0.5)
    for first in range(0, len(gains), _BATCH):
        change = gains[first : first + _BATCH] - np.float32(1.0)
        if float(np.abs(change).max()) < _NOTHING:
            continue
        spectra = _spectra(audio, first, len(change))
        waves = fft.irfft(spectra * (change @ spread), _WINDOW, axis=2) * shape
        added = np.zeros((len(out), (len(change) + _WINDOW // _HOP) * _HOP), np.float32)
        for offset in range(_WINDOW // _HOP):
            part = waves[:, offset :: _WINDOW // _HOP]
            length = part.shape[1] * _WINDOW
            added[:, offset * _HOP : offset * _HOP + length] += part.reshape(len(out), length)
        start = first * _HOP - _WINDOW
        low, high = max(start, 0), min(start + added.shape[1], out.shape[1])
        if low < high:
            out[:, low:high] += added[:, low - start : high - start]
        release(audio)
        release(out)
    return out
