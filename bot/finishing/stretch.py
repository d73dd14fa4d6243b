"""Time-stretch without a change of pitch: by a few per cent to make a length, or to another tempo (WSOLA).

Waveform-similarity overlap-add (Verhelst and Roelands, ICASSP 1993): windows are laid at an even distance, each taken
from where, within 12 ms of the ideal place, the music continues most like the window before it. The last window is
taken from its ideal place, so that the end stays the end. Attacks are laid whole, and once: a window with one in its
crossfade goes on from the window before, and what is missed is made up for between the attacks (after S. Grofit and
Y. Lavner, *IEEE Transactions on Audio, Speech, and Language Processing* 16(1), 2008).
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from bot.errors import BadInput
from bot.finishing.reel import Audio, around, blank, blocks, release

WINDOW = 0.08
SEARCH = 0.012
LATEST = 0.03
"""How far a window that carries an attack may be from its ideal place."""
NEARER = 0.15
"""How much less alike a place at the edge of the search may be than the ideal one: beats stay on their grid."""

HURRY = 1.0
"""The same where an attack comes next: that it is in time is heard more than what the crossfade before it does."""
TWICE = 1.0
"""How much less alike a place counts whose crossfade would hold an attack: as nothing but silence would."""

_LET_GO = 100
"""Windows after which the memory of what they were taken from is given back."""
MOST = 0.08
"""The largest change of length, as a share, that still passes for untouched music."""
SLOWEST, FASTEST = 0.8, 1.25
"""How many times as fast music may become on purpose."""

_FINE = 128
_BEFORE = 3 * _FINE // 2
_RISE_DB = 4.0
"""What makes an attack: so many decibels more treble than ever in the 24 ms before, in steps of 128 samples."""


def stretch(audio: Audio, rate: int, samples: int) -> Audio:
    """Return the audio with exactly ``samples`` samples, its pitch kept.

    :raises BadInput: if that is more than 8 % longer or shorter.
    """
    if abs(samples / audio.shape[1] - 1.0) > MOST:
        raise BadInput(f"cannot stretch {audio.shape[1]} samples to {samples}", text="error-take-stretch")
    return _laid(audio, rate, samples)


def at_tempo(audio: Audio, rate: int, faster: float) -> Audio:
    """Return the music so many times as fast, its pitch kept.

    :raises BadInput: if that is outside `SLOWEST` to `FASTEST`.
    """
    if not SLOWEST <= faster <= FASTEST:
        raise BadInput(f"cannot make music {faster:.2f} times as fast", text="error-take-stretch")
    return _laid(audio, rate, round(audio.shape[1] / faster))


def _laid(audio: Audio, rate: int, samples: int) -> Audio:
    source = audio.shape[1]
    if samples == source:
        return audio
    hop = int(WINDOW * rate) // 2
    shape = (0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * hop) + 0.5) / hop)).astype(np.float32)
    out = blank(samples, audio.shape[0])
    for index, place in enumerate(_places(audio, rate, source / samples, hop, -(-(samples + hop) // hop))):
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


def _places(audio: Audio, rate: int, speed: float, hop: int, count: int) -> Iterator[int]:
    """Yield where in the source each window is taken from; the first starts one hop before the music."""
    reach, latest = int(SEARCH * rate), int(LATEST * rate)
    size = fft.next_fast_len(2 * hop + 2 * reach, real=True)
    far = np.linspace(-1.0, 1.0, 2 * reach + 1) ** 2
    attacks = _attacks(audio, rate)
    place = -hop
    yield place
    for index in range(1, count):
        ideal, natural = -hop + round(index * hop * speed), place + hop
        away = abs(ideal - natural)
        coming = _within(attacks, natural + hop, natural + 3 * hop)
        if len(coming) and ideal + 3 * hop <= audio.shape[1]:  # the next attack shall be in time
            ideal = int(coming[0]) - round(int(coming[0]) / speed) + (index - 1) * hop
        if ideal + 3 * hop > audio.shape[1] and away > 1:
            place = ideal
        elif away <= 1 or (away < latest and any(len(_within(attacks, at, at + hop)) for at in (natural, ideal))):
            place = natural
        else:
            span, pattern = _mono(audio, ideal - reach, ideal + reach + hop), _mono(audio, natural, natural + hop)
            match = _correlate(span, pattern, size)[: 2 * reach + 1]
            energy = np.concatenate([[0.0], np.cumsum(span.astype(np.float64) ** 2)])
            power = np.sqrt((energy[hop:] - energy[:-hop]) * float(np.sum(pattern.astype(np.float64) ** 2)))
            score = match / (power + 1e-9) - (HURRY if len(coming) else NEARER) * far
            for attack in _within(attacks, ideal - reach, ideal + reach + hop):
                low = int(attack) - _BEFORE - hop - ideal + reach
                score[max(low, 0) : max(int(attack) - ideal + reach, 0)] -= TWICE
            place = ideal - reach + int(np.argmax(score))
        yield place


def _attacks(audio: Audio, rate: int) -> NDArray[np.intp]:
    """Return the samples at which something is struck, in order."""
    powers = []
    for _start, block in blocks(audio, 1000 * _FINE):
        mono = block.mean(axis=0, dtype=np.float64)
        treble = np.diff(mono, n=2, prepend=mono[:1], append=mono[-1:])
        powers.append((treble[: len(treble) // _FINE * _FINE].reshape(-1, _FINE) ** 2).mean(axis=1))
    power = np.concatenate(powers)
    if not power.any():
        return np.zeros(0, np.intp)
    floor = 1e-4 * float(np.percentile(power, 95)) + 1e-14
    past = 2 * max(round(0.012 * rate / _FINE), 1)
    before = np.concatenate([[floor], ndimage.maximum_filter1d(power, past, origin=past // 2 - 1)[:-1]])
    rise = 10.0 * np.log10((power + floor) / (before + floor))
    alone = rise == ndimage.maximum_filter1d(rise, 2 * round(0.03 * rate / _FINE) + 1)
    return np.flatnonzero(alone & (rise > _RISE_DB)) * _FINE


def _within(attacks: NDArray[np.intp], first: int, stop: int) -> NDArray[np.intp]:
    """Return the attacks between two samples; one begins up to a step and a half before it is found."""
    return attacks[np.searchsorted(attacks, first - _BEFORE) : np.searchsorted(attacks, stop)]


def _mono(audio: Audio, first: int, stop: int) -> NDArray[np.float32]:
    return np.asarray(around(audio, first, stop).mean(axis=0), dtype=np.float32)


def _correlate(span: NDArray[np.float32], pattern: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    return np.asarray(fft.irfft(fft.rfft(span, size) * np.conj(fft.rfft(pattern, size)), size), dtype=np.float32)
