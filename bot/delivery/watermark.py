"""An inaudible mark in the music itself: it stays when metadata is stripped, the file re-encoded, cut or re-timed.

The mark is a keyed patchwork. Time is cut into pairs of blocks and the spectrum into bands; in every band of a pair
the shop's key says which of the two blocks is a little louder and which a little softer. One pair proves nothing; over
thousands the sum of what the key foretold stands out of the music's own unrest: `detector` listens for it. It carries
presence only ("this shop made it"); whose track it is, the certificate or a likeness search tells.

How much louder is decided by the `masking` model, not by taste: every tile is weakened until its change stays below
what the music hides.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import fft
from scipy.ndimage import maximum_filter1d
from scipy.signal import get_window

from bot.delivery import masking

Audio = NDArray[np.float32]
Floats = NDArray[np.float64]

WINDOW: Final = 2048
HOP: Final = 512
LOWEST, HIGHEST, RATIO = 400.0, 7000.0, 1.12
"""Hz of the first and last edge, and how much wider each band is: codecs keep this range even at 48 kbit/s."""

BLOCK: Final = 0.16
"""Seconds of one block; a pair is two."""

PAIRS: Final = 32
"""Pairs after which the pattern repeats (about ten seconds)."""

MOST_DB: Final = 1.5
MARGIN_DB: Final = 0.5
"""How strong a tile may be at most, and how far under the masking threshold it ends."""

ROUNDS: Final = 2
"""How often the strength is held against the masking model."""

REACH: Final = 3 * WINDOW // (4 * HOP)
"""Frames on either side in which a changed frame is heard: where their windows overlap by a quarter or more."""

AT_ONCE: Final = 512
"""Frames worked on at a time, so that a long piece needs little memory."""

EDGE: Final = 0.05
"""Seconds at both ends that stay as they are, so that a loop's joint stays what it was."""


def embed(audio: Audio, rate: int, key: bytes) -> Audio:
    """Return the audio, of shape (channels, samples), with the key's mark in it; same length, same bits each time."""
    return np.asarray(audio + mark(audio, rate, key), np.float32)


def mark(audio: Audio, rate: int, key: bytes) -> Audio:
    """Return the key's mark alone, as it is added to the audio; of the same shape."""
    if audio.shape[1] < 2 * WINDOW:
        return np.zeros_like(audio, np.float32)
    plan = _Plan(audio.shape[1], rate, key)
    heard = [plan.listen(samples) for samples in audio]
    # 1. As strong as the music hides in both ears
    strength = np.full(plan.sign.shape, MOST_DB)
    for _ in range(ROUNDS):
        over = [plan.excess(one, strength) for one in heard]
        strength *= 10 ** (-np.maximum(np.maximum.reduce(over) + MARGIN_DB, 0.0) / 20)
    # 2. The change itself
    return np.stack([plan.change(one, strength) for one in heard])


@dataclass(frozen=True, slots=True)
class _Ear:
    """What one channel sounds like: its spectrum where the mark may lie (frames, bins), the power that a change may
    have there (frames, critical bands), and the power of every pair of tile row and critical band (frames, pairs)."""

    spectrum: NDArray[np.complex64]
    allowed: Audio
    power: Audio


class _Plan:
    """Where the tiles of one piece lie, and the key's sign in each: arrays of shape (bands, blocks)."""

    def __init__(self, samples: int, rate: int, key: bytes) -> None:
        self.samples, self.frames = samples, -(-samples // HOP) + 1
        self.block = (np.arange(self.frames) * HOP / rate / BLOCK).astype(int)
        blocks = np.arange(self.block[-1] + 1)
        self.sign = pattern(key)[(blocks // 2) % PAIRS].T * np.where(blocks % 2 == 0, 1.0, -1.0)
        frequencies = np.fft.rfftfreq(WINDOW, 1 / rate)
        self.critical = masking.critical_bands(frequencies)
        row = np.searchsorted(band_edges(), frequencies, side="right") - 1
        inside = np.flatnonzero((row >= 0) & (row < len(self.sign)))
        self.inside = slice(int(inside[0]), int(inside[-1]) + 1)
        self.row = row[self.inside]
        # A tile row may reach over two critical bands: such pairs are weighed apart.
        pair = self.row * masking.BANDS + self.critical[self.inside]
        self.pairs = np.flatnonzero(np.diff(pair, prepend=-1))
        self.ramp = _edges(samples, rate).astype(np.float32)
        self.window = get_window("hann", WINDOW).astype(np.float32)

    def listen(self, samples: Audio) -> _Ear:
        """Return what a channel sounds like, a few seconds at a time: only what the mark needs is kept."""
        padded = np.pad(samples, (WINDOW // 2, self.frames * HOP + WINDOW // 2 - samples.size)).astype(np.float32)
        framed = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP][: self.frames]
        kept, allowed = [], []
        for start in range(0, self.frames, AT_ONCE):
            whole = fft.rfft(framed[start : start + AT_ONCE] * self.window, axis=1)
            power = (whole.real**2 + whole.imag**2) * np.float32(1 / self.window.sum() ** 2)
            allowed.append(masking.threshold(power, self.critical))
            kept.append(whole[:, self.inside])
        spectrum = np.concatenate(kept)
        power = (spectrum.real**2 + spectrum.imag**2) * np.float32(1 / self.window.sum() ** 2)
        return _Ear(spectrum, np.concatenate(allowed), np.add.reduceat(power, self.pairs, axis=1))

    def excess(self, ear: _Ear, strength: Floats) -> Floats:
        """Return by how many dB each tile is over what may be changed unheard, at the worst place it reaches."""
        share = self._share(strength)[self.row[self.pairs]][:, self.block]
        critical = self.critical[self.inside][self.pairs]
        bands, first = np.unique(critical, return_index=True)
        changed = np.add.reduceat(ear.power * share.T**2, first, axis=1)
        over = 10 * np.log10((changed + 1e-20) / ear.allowed[:, bands])
        over = maximum_filter1d(over, 2 * REACH + 1, axis=0)
        worst = np.full((len(bands), self.sign.shape[1]), -np.inf)
        np.maximum.at(worst.T, self.block, over)
        found = np.full(self.sign.shape, -np.inf)
        np.maximum.at(found, self.row[self.pairs], worst[np.searchsorted(bands, critical)])
        return found

    def change(self, ear: _Ear, strength: Floats) -> Audio:
        """Return what is added to the samples of a channel."""
        share = self._share(strength).astype(np.float32)[self.row].T
        steps = WINDOW // HOP
        added = np.zeros((self.frames + steps, HOP), np.float32)
        for start in range(0, self.frames, AT_ONCE):
            stop = min(start + AT_ONCE, self.frames)
            whole = np.zeros((stop - start, len(self.critical)), np.complex64)
            whole[:, self.inside] = ear.spectrum[start:stop] * share[self.block[start:stop]]
            frames = (fft.irfft(whole, WINDOW, axis=1) * self.window).reshape(stop - start, steps, HOP)
            for step in range(steps):
                added[start + step : stop + step] += frames[:, step]
        # The window is laid over the music twice, and the overlaps of its square add up to this.
        evenly = float((self.window.astype(np.float64) ** 2).sum() / HOP)
        whole_piece = added.ravel()[WINDOW // 2 :][: self.samples] / np.float32(evenly)
        return np.asarray(whole_piece * self.ramp, np.float32)

    def _share(self, strength: Floats) -> Floats:
        """Return the change of every tile as a share of it, for strengths in dB."""
        return np.asarray(10 ** (self.sign * strength / 20) - 1)


def band_edges() -> Floats:
    """Return the edges of the bands in Hz, one more than there are bands."""
    count = int(np.log(HIGHEST / LOWEST) / np.log(RATIO))
    return np.asarray(LOWEST * RATIO ** np.arange(count + 1), np.float64)


def pattern(key: bytes) -> Floats:
    """Return the key's signs, of shape (pairs, bands): as many plus as minus in every band."""
    seed = int.from_bytes(hashlib.sha256(b"bgm-kiosk watermark pattern 1" + key).digest())
    half = np.repeat([1.0, -1.0], PAIRS // 2)
    chance = np.random.Generator(np.random.PCG64(seed))
    return np.stack([chance.permutation(half) for _ in range(len(band_edges()) - 1)], axis=1)


def _edges(samples: int, rate: int) -> Floats:
    """Return a ramp that leaves both ends untouched."""
    ramp = np.ones(samples)
    rise = min(round(2 * EDGE * rate), samples // 2)
    slope = np.clip(np.linspace(-1, 1, rise), 0, 1) if rise else np.zeros(0)
    ramp[:rise] *= slope
    ramp[samples - rise :] *= slope[::-1]
    return ramp
