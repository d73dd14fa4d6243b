"""What the ear follows, as curves: spectrum, onsets and chroma of a piece, computed once and shared.

Works on a mono mix at about 22 kHz, in windows of 2048 samples (93 ms) every 512 (23 ms): fine enough for beats,
coarse enough for ten minutes of music in a second of work.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage, signal

from bot.finishing.reel import BLOCK, Audio, around, blocks

WINDOW, HOP = 2048, 512
CHROMA_WINDOW, CHROMA_HOP = 8192, 2048
_VALUES = 262_144
"""Values that are transformed together: they, and what becomes of them, fit into a processor's cache."""
_MARGIN = CHROMA_WINDOW // 2
_LOWEST_NOTE_HZ, _HIGHEST_NOTE_HZ = 55.0, 4000.0
_FLUX_BANDS = 40


@dataclass(frozen=True, slots=True)
class Features:
    """Curves of one piece. ``frame_rate`` is in frames a second; ``onsets`` is the rise of the log spectrum.

    ``spectrum`` is the mean power by ``frequencies`` (Hz); ``bands`` is the log power of 40 mel-spaced bands, frame by
    frame; ``chroma`` holds 12 pitch classes (C first) at ``chroma_rate`` frames a second.
    """

    frame_rate: float
    onsets: NDArray[np.float32]
    bands: NDArray[np.float32]
    frequencies: NDArray[np.float64]
    spectrum: NDArray[np.float64]
    chroma: NDArray[np.float32]
    chroma_rate: float


def features(audio: Audio, rate: int) -> Features:
    """Return the curves of a stereo piece of any length (shorter than a window: padded with silence)."""
    padded, low_rate = _halved(audio, rate)
    weights = _mel(low_rate)
    bands, spectrum, frames = [], np.zeros(WINDOW // 2 + 1), 0
    for power in _powers(padded, WINDOW, HOP):
        bands.append(np.log10(power @ weights.T + 1e-9, dtype=np.float32))
        spectrum += power.sum(axis=0, dtype=np.float64)
        frames += len(power)
    logs = np.concatenate(bands)
    classes = _pitch_classes(low_rate)
    sounding = slice(*np.flatnonzero(classes.any(axis=0))[[0, -1]] + [0, 1])
    shares = np.ascontiguousarray(classes[:, sounding].T)
    notes = [np.sqrt(power[:, sounding]) @ shares for power in _powers(padded, CHROMA_WINDOW, CHROMA_HOP)]
    return Features(
        frame_rate=low_rate / HOP,
        onsets=_rises(logs),
        bands=logs,
        frequencies=np.fft.rfftfreq(WINDOW, 1.0 / low_rate).astype(np.float64),
        spectrum=spectrum / max(frames, 1),
        chroma=np.concatenate(notes).astype(np.float32),
        chroma_rate=low_rate / CHROMA_HOP,
    )


def _halved(audio: Audio, rate: int) -> tuple[NDArray[np.float32], int]:
    """Return the mono mix at half its rate (a quarter from 88.2 kHz on), low-passed; rates up to 24 kHz are kept.

    `_MARGIN` samples of silence stand on either side.
    """
    factor = 1 if rate <= 24_000 else 2 if rate <= 48_000 else round(rate / 22_050)
    taps = signal.firwin(32 * factor + 1, 0.92 / factor).astype(np.float32) if factor > 1 else np.ones(1, np.float32)
    total = -(-(audio.shape[1] + len(taps) - 1) // factor)
    padded = np.zeros(total + 2 * _MARGIN, np.float32)
    before = 32 * factor
    size = BLOCK // factor * factor
    for start, block in blocks(audio, size):
        first = start // factor
        last = start + block.shape[1] == audio.shape[1]
        mono = around(audio, start - before, start + block.shape[1]).mean(axis=0, dtype=np.float32)
        found = signal.upfirdn(taps, mono, 1, factor)[before // factor :]
        count = total - first if last else size // factor
        padded[_MARGIN + first : _MARGIN + first + count] = found[:count]
    return padded, rate // factor


def _powers(padded: NDArray[np.float32], window: int, hop: int) -> Iterator[NDArray[np.float32]]:
    """Yield the power spectra of all frames, in batches; frame i is centred at sample i * hop."""
    edge = _MARGIN - window // 2
    views = np.lib.stride_tricks.sliding_window_view(padded[edge : len(padded) - edge], window)[::hop]
    shape = signal.windows.hann(window, sym=False).astype(np.float32)
    batch = _VALUES // window
    for start in range(0, len(views), batch):
        spectra = fft.rfft(views[start : start + batch] * shape, axis=1)
        yield np.asarray(spectra.real**2 + spectra.imag**2, dtype=np.float32)


def _rises(logs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how much the log spectrum rises at each frame, averaged over the bands, less its local mean."""
    floor = np.maximum(logs, logs.max() - 6.0)
    before = ndimage.maximum_filter1d(floor, 3, axis=1)
    rise = np.zeros(len(logs), dtype=np.float32)
    rise[2:] = np.maximum(floor[2:] - before[:-2], 0.0).mean(axis=1)
    return np.asarray(np.maximum(rise - 0.5 * ndimage.uniform_filter1d(rise, 43), 0.0), dtype=np.float32)


@lru_cache(maxsize=4)
def _mel(rate: int) -> NDArray[np.float32]:
    """Return triangular mel bands (40 Hz to 10 kHz) as (bands, bins)."""
    top = min(10_000.0, rate / 2.0)
    mels = np.linspace(_to_mel(40.0), _to_mel(top), _FLUX_BANDS + 2)
    edges = 700.0 * (10.0 ** (mels / 2595.0) - 1.0)
    bins = np.fft.rfftfreq(WINDOW, 1.0 / rate)[np.newaxis]
    low, middle, high = edges[:-2, np.newaxis], edges[1:-1, np.newaxis], edges[2:, np.newaxis]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    return np.asarray(np.maximum(np.minimum(rising, falling), 0.0) + 1e-6, dtype=np.float32)


def _to_mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))


@lru_cache(maxsize=4)
def _pitch_classes(rate: int) -> NDArray[np.float32]:
    """Return the share of each bin (of the long window) in each pitch class as (12, bins), A4 = 440 Hz."""
    hertz = np.fft.rfftfreq(CHROMA_WINDOW, 1.0 / rate)
    audible = (hertz >= _LOWEST_NOTE_HZ) & (hertz <= min(_HIGHEST_NOTE_HZ, rate / 2.2))
    midi = 69.0 + 12.0 * np.log2(np.where(audible, hertz, 440.0) / 440.0)
    distance = (midi[np.newaxis] - np.arange(12)[:, np.newaxis] + 6.0) % 12.0 - 6.0
    octave_weight = np.exp(-0.5 * ((midi - 60.0) / 15.0) ** 2)
    share = np.exp(-0.5 * (distance / 0.35) ** 2) * octave_weight
    return np.asarray(np.where(audible, share, 0.0), dtype=np.float32)
