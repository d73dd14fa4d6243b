"""An inaudible mark in the music itself: it stays when metadata is stripped, the file re-encoded, cut or re-timed.

The mark is a keyed patchwork. Time is cut into pairs of blocks and the spectrum into bands; in every band of a pair
the shop's key says which of the two blocks is a little louder and which a little softer. One pair proves nothing; over
thousands the sum of what the key foretold stands out of the music's own unrest. It carries presence only ("this shop
made it"); whose track it is, the certificate or a likeness search tells.

How much louder is decided by the `masking` model, not by taste: every tile is weakened until its change stays below
what the music hides. `detect` looks through beginnings, playing speeds and tempos.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import istft, resample_poly, stft

from bot.delivery import masking
from bot.delivery.masking import excess, threshold

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

STEPS: Final = 4
"""Positions tried per block when the beginning is not known."""

MOST_DB: Final = 1.5
MARGIN_DB: Final = 1.0
"""How strong a tile may be at most, and how far under the masking threshold it ends."""

ROUNDS: Final = 2
"""How often the strength is held against the masking model."""

EDGE: Final = 0.05
"""Seconds at both ends that stay as they are, so that a loop's joint stays what it was."""

SPEEDS: Final = tuple(round(1 + step * 0.004, 4) for step in range(-9, 10))
"""Playing speeds and tempos that are looked through: 0.964 to 1.036."""

CERTAIN: Final = 6.5
"""Score from which on the mark counts as there; see the tests for what unmarked music reaches."""

RATE: Final = 24_000
"""Hz at which is listened; enough for the highest band at the highest speed."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What detection found: its score in standard deviations of chance, and the speed the music seems to play at."""

    score: float
    speed: float

    @property
    def present(self) -> bool:
        """Whether the mark is there beyond chance."""
        return self.score >= CERTAIN


def embed(audio: Audio, rate: int, key: bytes) -> Audio:
    """Return the audio, of shape (channels, samples), with the key's mark in it; same length, same bits each time."""
    if audio.shape[1] < 2 * WINDOW:
        return audio.copy()
    plan = _Plan(audio.shape[1], rate, key)
    spectra = [_spectrum(samples, rate)[2] for samples in audio]
    thresholds = [threshold(samples, rate) for samples in audio]
    strength = np.full(plan.sign.shape, MOST_DB)
    for _ in range(ROUNDS):
        gain = plan.gain(strength)
        over = [
            plan.by_tile(excess(plan.change(spectrum, gain), allowed, rate))
            for allowed, spectrum in zip(thresholds, spectra, strict=True)
        ]
        strength *= 10 ** (-np.maximum(np.maximum.reduce(over) + MARGIN_DB, 0.0) / 20)
    gain = plan.gain(strength)
    changes = [plan.change(spectrum, gain) for spectrum in spectra]
    return (audio + np.stack(changes)).astype(np.float32)


class _Plan:
    """Where the tiles of one piece lie, and the key's sign in each: arrays of shape (bands, blocks)."""

    def __init__(self, samples: int, rate: int, key: bytes) -> None:
        self.samples, self.rate = samples, rate
        frames = -(-samples // HOP) + 1
        self.block = (np.arange(frames) * HOP / rate / BLOCK).astype(int)
        blocks = np.arange(self.block[-1] + 1)
        self.sign = _pattern(key)[(blocks // 2) % PAIRS].T * np.where(blocks % 2 == 0, 1.0, -1.0)
        frequencies = np.fft.rfftfreq(WINDOW, 1 / rate)
        self.band = np.searchsorted(_edges_hz(), frequencies, side="right") - 1
        self.inside = (self.band >= 0) & (self.band < len(self.sign))
        self.ramp = _edges(samples, rate).astype(np.float32)

    def gain(self, strength: Floats) -> Audio:
        """Return the change of every bin in every frame as a share of it, for strengths in dB per tile."""
        share = 10 ** (self.sign * strength / 20) - 1
        # Half the width of a number is a third of the time, and far finer than any ear.
        gain = np.zeros((self.band.size, self.block.size), np.float32)
        gain[self.inside] = share.astype(np.float32)[self.band[self.inside]][:, self.block]
        return gain

    def change(self, spectrum: NDArray[Any], gain: Audio) -> Audio:
        """Return what is added to the samples."""
        frames = min(spectrum.shape[1], gain.shape[1])
        _, added = istft(spectrum[:, :frames] * gain[:, :frames], self.rate, "hann", WINDOW, WINDOW - HOP)
        whole = np.zeros(self.samples, np.float32)
        whole[: min(added.size, self.samples)] = added[: self.samples]
        return np.asarray(whole * self.ramp, np.float32)

    def by_tile(self, over: Floats) -> Floats:
        """Return the worst excess that touches each tile, from one per critical band and frame."""
        places = np.minimum((np.arange(over.shape[1]) * masking.HOP / self.rate / BLOCK).astype(int), self.block[-1])
        worst = np.full((len(over), self.sign.shape[1]), -np.inf)
        np.maximum.at(worst.T, places, over.T)
        # A frame reaches half a window into the blocks beside it.
        worst = np.maximum(worst, np.maximum(np.roll(worst, 1, axis=1), np.roll(worst, -1, axis=1)))
        critical = np.minimum(masking.bark(_edges_hz()).astype(int), masking.BANDS - 1)
        # ... and a tile at the rim of the marked range leaks into the critical band beyond it.
        critical[0], critical[-1] = critical[0] - 1, critical[-1] + 1
        return np.asarray(np.maximum(worst[critical[:-1]], worst[critical[1:]]))


def detect(audio: Audio, rate: int, key: bytes) -> Heard:
    """Look for the key's mark in audio of shape (channels, samples), whatever happened to it. Blocks for seconds."""
    mono = audio.mean(axis=0, dtype=np.float64)
    mono = resample_poly(mono, RATE, rate) if rate != RATE else mono
    if mono.size < RATE * 2:
        return Heard(0.0, 1.0)
    _, _, spectrum = _spectrum(mono, RATE)
    power = np.abs(spectrum) ** 2
    cumulated = np.vstack([np.zeros(power.shape[1]), np.cumsum(power, axis=0)])
    pattern = _pattern(key)
    best = Heard(0.0, 1.0)
    for pitch in SPEEDS:
        bands = _band_powers(cumulated, RATE, pitch)
        running = np.hstack([np.zeros((len(bands), 1)), np.cumsum(bands, axis=1)])
        for speed in {pitch} if pitch != 1.0 else SPEEDS:
            score = _score(running, speed, pattern)
            if score > best.score:
                best = Heard(score, speed)
    return best


def _spectrum(samples: NDArray[Any], rate: int) -> tuple[Any, Any, NDArray[np.complex128]]:
    return stft(samples, rate, "hann", WINDOW, WINDOW - HOP)


def _edges_hz() -> Floats:
    count = int(np.log(HIGHEST / LOWEST) / np.log(RATIO))
    return np.asarray(LOWEST * RATIO ** np.arange(count + 1), np.float64)


def _pattern(key: bytes) -> Floats:
    """Return the key's signs, of shape (pairs, bands): as many plus as minus in every band."""
    seed = int.from_bytes(hashlib.sha256(b"bgm-kiosk watermark pattern 1" + key).digest())
    half = np.repeat([1.0, -1.0], PAIRS // 2)
    chance = np.random.Generator(np.random.PCG64(seed))
    return np.stack([chance.permutation(half) for _ in range(len(_edges_hz()) - 1)], axis=1)


def _edges(samples: int, rate: int) -> Floats:
    """Return a ramp that leaves both ends untouched."""
    ramp = np.ones(samples)
    rise = min(round(2 * EDGE * rate), samples // 2)
    slope = np.clip(np.linspace(-1, 1, rise), 0, 1) if rise else np.zeros(0)
    ramp[:rise] *= slope
    ramp[samples - rise :] *= slope[::-1]
    return ramp


def _band_powers(cumulated: Floats, rate: int, pitch: float) -> Floats:
    """Return the power of every band in every frame, for music whose pitch was shifted by that factor."""
    bins = _edges_hz() * pitch * WINDOW / rate
    whole = np.minimum(bins.astype(int), cumulated.shape[0] - 2)
    part = (bins - whole)[:, None]
    summed = cumulated[whole] * (1 - part) + cumulated[whole + 1] * part
    return np.asarray(np.maximum(np.diff(summed, axis=0), 0.0))


def _score(running: Floats, speed: float, pattern: Floats) -> float:
    """Return the best score over all beginnings, for music that plays at that speed."""
    block = BLOCK / speed * RATE / HOP
    last = running.shape[1] - 1
    count = int((last - 2 * block) / block)
    if count < 8:
        return 0.0
    best = 0.0
    for phase in range(2 * STEPS):
        places = (phase / STEPS + np.arange(count + 1)) * block
        level = _log_levels(running, places[places <= last])
        pairs = level.shape[1] // 2
        unrest = level[:, 0 : 2 * pairs : 2] - level[:, 1 : 2 * pairs : 2]
        best = max(best, _correlated(_calmed(unrest), pattern))
    return best


def _log_levels(running: Floats, places: Floats) -> Floats:
    whole = np.minimum(places.astype(int), running.shape[1] - 2)
    part = places - whole
    summed = running[:, whole] * (1 - part) + running[:, whole + 1] * part
    power = np.maximum(np.diff(summed, axis=1), 0.0)
    return np.asarray(10 * np.log10(power + 1e-9 * power.max(initial=1e-12) + 1e-20))


def _calmed(unrest: Floats) -> Floats:
    """Take away what neighbouring bands do together (drums, fades), and let no single event speak too loud."""
    reach = 3
    padded = np.pad(unrest, ((reach, reach), (0, 0)), mode="reflect")
    around = sum(padded[shift : shift + len(unrest)] for shift in range(2 * reach + 1)) / (2 * reach + 1)
    own = unrest - around
    scale = 1.4826 * np.median(np.abs(own), axis=1, keepdims=True) + 1e-6
    return np.asarray(np.tanh(own / (1.5 * scale)))


def _correlated(calmed: Floats, pattern: Floats) -> float:
    """Return the largest correlation over all shifts of the pattern, in standard deviations of chance."""
    folded = np.zeros((PAIRS, pattern.shape[1]))
    weight = np.zeros((PAIRS, pattern.shape[1]))
    places = np.arange(calmed.shape[1]) % PAIRS
    np.add.at(folded, places, calmed.T)
    np.add.at(weight, places, calmed.T**2)
    spectrum = np.fft.rfft(folded, axis=0) * np.conj(np.fft.rfft(pattern, axis=0))
    sums = np.fft.irfft(spectrum.sum(axis=1), PAIRS)
    return float(sums.max() / np.sqrt(weight.sum() + 1e-12))
