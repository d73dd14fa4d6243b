"""Time-stretch by a few per cent without a change of pitch (WSOLA).

Waveform-similarity overlap-add (Verhelst and Roelands, ICASSP 1993): windows are laid at an even distance, each taken
from where, within 12 ms of the ideal place, the music continues most like the window before it. The last window is
taken from its ideal place, so that the end stays the end.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from bot.errors import BadInput
from bot.finishing.intake import Audio

WINDOW = 0.08
SEARCH = 0.012
MOST = 0.08
"""The largest change of length, as a share, that still passes for untouched music."""


def stretch(audio: Audio, rate: int, samples: int) -> Audio:
    """Return the audio with exactly ``samples`` samples, its pitch kept.

    :raises BadInput: if that is more than 8 % longer or shorter.
    """
    source = audio.shape[1]
    if samples == source:
        return audio
    if abs(samples / source - 1.0) > MOST:
        raise BadInput(f"cannot stretch {source} samples to {samples}", text="error-take-stretch")
    hop = int(WINDOW * rate) // 2
    reach = int(SEARCH * rate)
    shape = (0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * hop) + 0.5) / hop)).astype(np.float32)
    margin = 2 * hop + reach
    padded = np.pad(audio, ((0, 0), (margin, 2 * margin)))
    out = np.zeros((2, samples + 4 * hop), dtype=np.float32)
    for start, place in zip(range(0, samples + hop, hop), _places(padded, source / samples, hop, reach), strict=False):
        out[:, start : start + 2 * hop] += padded[:, place : place + 2 * hop] * shape
    return out[:, hop : hop + samples]


def _places(padded: Audio, speed: float, hop: int, reach: int) -> list[int]:
    """Return where in the padded source each window is taken from; the first starts one hop before the music."""
    margin = 2 * hop + reach
    last = padded.shape[1] - 2 * margin
    mono = padded.mean(axis=0)
    energy = np.concatenate([[0.0], np.cumsum(mono.astype(np.float64) ** 2)])
    size = fft.next_fast_len(2 * hop + 2 * reach, real=True)
    places = [margin - hop]
    while True:
        ideal = margin - hop + round(len(places) * hop * speed)
        if ideal + reach + 2 * hop >= len(mono):
            return places
        natural = places[-1] + hop
        if abs(ideal - natural) <= 1 or ideal + 3 * hop > last:
            places.append(natural if abs(ideal - natural) <= 1 else ideal)
            continue
        span = mono[ideal - reach : ideal + reach + hop]
        match = _correlate(span, mono[natural : natural + hop], size)[: 2 * reach + 1]
        power = energy[ideal - reach + hop : ideal + reach + hop + 1] - energy[ideal - reach : ideal + reach + 1]
        places.append(ideal - reach + int(np.argmax(match / np.sqrt(power + 1e-9))))


def _correlate(span: NDArray[np.float32], pattern: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    return np.asarray(fft.irfft(fft.rfft(span, size) * np.conj(fft.rfft(pattern, size)), size), dtype=np.float32)
