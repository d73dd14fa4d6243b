"""Independent ears: tempo, key and brightness read from the sound alone, by methods the composer does not use."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
MINOR_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
# Probe-tone profiles: C. L. Krumhansl, Cognitive Foundations of Musical Pitch (1990), table 2.1.
_MAJOR = np.array([6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88])
_MINOR = np.array([6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17])


def spectrogram(audio: Array, window: int, hop: int) -> NDArray[np.float64]:
    """Return magnitudes, (windows, bins), of the mono sum."""
    mono = np.pad(audio.mean(axis=0), (window // 2, window // 2))
    frames = np.lib.stride_tricks.sliding_window_view(mono, window)[::hop]
    return np.asarray(np.abs(np.fft.rfft(frames * np.hanning(window), axis=1)), np.float64)


def onset_curve(audio: Array, hop: int = 512) -> NDArray[np.float64]:
    """Return the spectral flux in decibels, one value per hop."""
    levels = np.log1p(100 * spectrogram(audio, 2048, hop))
    return np.asarray(np.maximum(0, np.diff(levels, axis=0)).sum(axis=1), np.float64)


def tempo_fits(audio: Array, rate: int, tempo: float) -> float:
    """Return how much stronger the onsets repeat at the beat of ``tempo`` than at unrelated distances (1: no more)."""
    hop = 512
    flux = onset_curve(audio, hop)
    flux = flux - np.convolve(flux, np.ones(80) / 80, "same")
    size = 1 << int(np.ceil(np.log2(2 * len(flux))))
    spectrum = np.abs(np.fft.rfft(flux * np.hanning(len(flux)), size * 4))
    hz = np.fft.rfftfreq(size * 4, hop / rate)

    def strength(bpm: float) -> float:
        total = 0.0
        for multiple in (1, 2, 4):
            near = np.abs(hz - multiple * bpm / 60) < 0.012 * multiple * bpm / 60
            total += float(spectrum[near].max())
        return total

    others = [strength(tempo * factor) for factor in (0.89, 0.93, 1.07, 1.12, 1.19, 0.84)]
    return strength(tempo) / float(np.median(others))


def chroma(audio: Array, rate: int) -> NDArray[np.float64]:
    """Return the energy per pitch class between 60 Hz and 2 kHz."""
    window = 8192
    power = spectrogram(audio, window, 4096) ** 1.0
    power = power.sum(axis=0)
    hz = np.fft.rfftfreq(window, 1 / rate)
    total = np.zeros(12)
    for bin_hz, value in zip(hz, power, strict=True):
        if 60 < bin_hz < 2000:
            total[round(69 + 12 * np.log2(bin_hz / 440)) % 12] += value / bin_hz**0.5
    return total


def key_ranking(audio: Array, rate: int) -> list[str]:
    """Return all 24 keys, the likeliest first."""
    classes = chroma(audio, rate)
    classes = classes - classes.min()
    scores = {}
    for tonic, name in enumerate(NAMES):
        for profile, called in ((_MAJOR, f"{name} major"), (_MINOR, f"{MINOR_NAMES[tonic]} minor")):
            scores[called] = float(np.corrcoef(np.roll(profile, tonic), classes)[0, 1])
    return sorted(scores, key=lambda key: -scores[key])


def relative(key: str) -> str:
    """Return the key with the same signature."""
    tonic, mode = key.split()
    if mode == "major":
        return f"{MINOR_NAMES[(NAMES.index(tonic) + 9) % 12]} minor"
    return f"{NAMES[(MINOR_NAMES.index(tonic) + 3) % 12]} major"


def centroid(audio: Array, rate: int) -> float:
    """Return the spectral centroid in Hz, of power weighted windows."""
    power = spectrogram(audio, 4096, 4096) ** 2
    hz = np.fft.rfftfreq(4096, 1 / rate)
    return float((power.sum(axis=0) @ hz) / power.sum())


def liveliness(audio: Array) -> float:
    """Return how much of the spectrum is new from one moment (12 ms) to the next, 0 to 1."""
    levels = spectrogram(audio, 2048, 512)
    return float(np.maximum(0, np.diff(levels, axis=0)).sum(axis=1).mean() / levels.sum(axis=1).mean())
