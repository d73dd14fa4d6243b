"""Time-stretch by a few per cent without a change of pitch (WSOLA).

Waveform-similarity overlap-add (Verhelst and Roelands, ICASSP 1993): windows are laid at an even distance, each taken
from where, within 12 ms of the ideal place, the music continues most like the window before it. The last window is
taken from its ideal place, so that the end stays the end.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from bot.errors import BadInput
from bot.finishing.reel import Audio, around, blank, release

WINDOW = 0.08
SEARCH = 0.012
_LET_GO = 100
"""Windows after which the memory of what they were taken from is given back."""
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
    out = blank(samples)
    for index, place in enumerate(_places(audio, source / samples, hop, reach, -(-(samples + hop) // hop))):
        # Windows are laid one hop before the music first, so that its beginning is whole.
        start = (index - 1) * hop
        low, high = max(start, 0), min(start + 2 * hop, samples)
        if low < high:
            wave = around(audio, place, place + 2 * hop) * shape
            out[:, low:high] += wave[:, low - start : high - start]
        if index % _LET_GO == 0:
            release(out)
            release(audio)
    return out


def _places(audio: Audio, speed: float, hop: int, reach: int, count: int) -> Iterator[int]:
    """Yield where in the source each window is taken from; the first starts one hop before the music."""
    size = fft.next_fast_len(2 * hop + 2 * reach, real=True)
    place = -hop
    yield place
    for index in range(1, count):
        ideal, natural = -hop + round(index * hop * speed), place + hop
        if abs(ideal - natural) <= 1 or ideal + 3 * hop > audio.shape[1]:
            place = natural if abs(ideal - natural) <= 1 else ideal
        else:
            span = _mono(audio, ideal - reach, ideal + reach + hop)
            match = _correlate(span, _mono(audio, natural, natural + hop), size)[: 2 * reach + 1]
            energy = np.concatenate([[0.0], np.cumsum(span.astype(np.float64) ** 2)])
            power = energy[hop:] - energy[:-hop]
            place = ideal - reach + int(np.argmax(match / np.sqrt(power + 1e-9)))
        yield place


def _mono(audio: Audio, first: int, stop: int) -> NDArray[np.float32]:
    return np.asarray(around(audio, first, stop).mean(axis=0), dtype=np.float32)


def _correlate(span: NDArray[np.float32], pattern: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    return np.asarray(fft.irfft(fft.rfft(span, size) * np.conj(fft.rfft(pattern, size)), size), dtype=np.float32)
