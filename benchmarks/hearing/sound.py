"""What an ear dislikes that can only be heard: balance, masking, width, movement of loudness, and how a piece ends.

Every measure takes a `Sounding` and returns its number, or None where it does not apply. Sources, by short name:

- Elowsson and Friberg, *J. Acoust. Soc. Am.* 141(4), 2017: the mean spectrum of 12,345 popular songs is a parabola over
  the logarithm of frequency; what stands out of that parabola is mud (150 to 400 Hz) or harshness (2 to 5 kHz).
- EBU Tech 3341/3342: momentary and short-term loudness, loudness range.
- ITU-R BS.1770-5: weighting.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from benchmarks.hearing.tune import Piece
from bot.finishing.master import Finished
from bot.generation.engines.composer.render import kicks

Array = NDArray[np.float32]
_BLOCK = 0.1
"""Seconds between two values of a level curve."""


@dataclass(frozen=True, slots=True)
class Sounding:
    """A piece, its mix and stems (2, samples), and its master."""

    piece: Piece
    mix: Array
    stems: dict[str, Array]
    master: Finished

    @property
    def rate(self) -> int:
        """Samples a second."""
        return self.master.rate


def _levels(sound: Array, rate: int, band: tuple[float, float] | None = None) -> NDArray[np.float64]:
    """Return the power in dB of every tenth of a second of the mono sum, in a band (Hz) if one is given."""
    mono = sound.mean(axis=0)
    if band:
        mono = signal.sosfilt(signal.butter(3, band, "bandpass", fs=rate, output="sos"), mono)
    size = int(_BLOCK * rate)
    blocks = mono[: len(mono) // size * size].reshape(-1, size).astype(np.float64)
    return np.asarray(10 * np.log10((blocks**2).mean(axis=1) + 1e-12), np.float64)


def _residual(sounding: Sounding, low: float, high: float) -> float:
    """Return by how many dB a range stands out of the parabola through the third-octave levels (50 Hz to 10 kHz)."""
    hz, power = signal.welch(sounding.master.audio.mean(axis=0), sounding.rate, nperseg=16384)
    centres = 50 * 2 ** (np.arange(24) / 3)
    levels = np.array([10 * np.log10(power[(hz >= c / 1.122) & (hz < c * 1.122)].sum() + 1e-15) for c in centres])
    octaves = np.log2(centres / 500)
    off = levels - np.polyval(np.polyfit(octaves, levels, 2), octaves)
    return float(off[(centres >= low) & (centres <= high)].mean())


def mud(sounding: Sounding) -> float:
    """Decibels by which 150 to 400 Hz stand out of the spectrum."""
    return _residual(sounding, 150, 400)


def harshness(sounding: Sounding) -> float:
    """Decibels by which 2 to 5 kHz stand out of the spectrum."""
    return _residual(sounding, 2000, 5000)


def boom(sounding: Sounding) -> float:
    """Decibels by which the loudest third octave from 40 to 125 Hz exceeds the mean of 150 Hz to 1 kHz."""
    hz, power = signal.welch(sounding.master.audio.mean(axis=0), sounding.rate, nperseg=16384)
    third = [
        10 * np.log10(power[(hz >= c / 1.122) & (hz < c * 1.122)].sum() + 1e-15) for c in (40, 50, 63, 80, 100, 125)
    ]
    middle = 10 * np.log10(power[(hz >= 150) & (hz < 1000)].sum() / 8.2 + 1e-15)
    return float(max(third) - middle)


def masked_kick(sounding: Sounding) -> float | None:
    """Decibels by which the bass exceeds the drums below 130 Hz in the 70 ms after the kick's strokes, median."""
    strikes = kicks(sounding.piece.song)
    if len(strikes) < 4 or not {"drums", "bass"} <= set(sounding.stems):
        return None
    low = signal.butter(3, 130, "low", fs=sounding.rate, output="sos")
    found = []
    drums, bass = (signal.sosfilt(low, sounding.stems[name].mean(axis=0)) for name in ("drums", "bass"))
    width = int(0.07 * sounding.rate)
    for at in strikes:
        powers = [
            float((stem[at : at + width] ** 2).mean()) if at + width < len(stem) else 0.0 for stem in (bass, drums)
        ]
        if min(powers) > 1e-10:
            found.append(10 * np.log10(powers[0] / powers[1]))
    return float(np.median(found)) if len(found) >= 4 else None


def buried_lead(sounding: Sounding) -> float | None:
    """Decibels by which everything else exceeds the tune from 300 Hz to 5 kHz while it plays, median."""
    lead = sounding.stems.get("lead")
    if lead is None or len(sounding.piece.lead) < 8:
        return None
    tune = _levels(lead, sounding.rate, (300, 5000))
    rest = _levels(sounding.mix - lead, sounding.rate, (300, 5000))
    playing = tune > tune.max() - 14
    return float(np.median((rest - tune)[playing]))


def pumping(sounding: Sounding) -> float:
    """Standard deviation in dB of the gain that mastering adds from tenth to tenth of a second, where music plays."""
    before, after = _levels(sounding.mix, sounding.rate), _levels(sounding.master.audio, sounding.rate)
    count = min(len(before), len(after))
    inner = slice(5, max(6, count - 45))
    loud = before[:count][inner] > before.max() - 25
    gain = (after[:count] - before[:count])[inner][loud]
    return float(np.std(gain)) if len(gain) > 10 else 0.0


def narrow(sounding: Sounding) -> float:
    """Correlation of the two sides above 200 Hz: 1 is mono."""
    high = signal.butter(2, 200, "high", fs=sounding.rate, output="sos")
    left, right = signal.sosfilt(high, sounding.master.audio, axis=1)
    return float(np.corrcoef(left, right)[0, 1])


def mono_loss(sounding: Sounding) -> float:
    """Decibels lost when both sides are summed, at worst over the octaves from 125 Hz to 8 kHz."""
    left, right = sounding.master.audio.astype(np.float64)
    hz, whole = signal.welch(np.stack([left, right]), sounding.rate, nperseg=8192)
    _, summed = signal.welch((left + right) / 2, sounding.rate, nperseg=8192)
    losses = []
    for centre in 125 * 2.0 ** np.arange(7):
        inside = (hz >= centre / 1.414) & (hz < centre * 1.414)
        losses.append(10 * np.log10((whole[:, inside].sum() / 2 + 1e-15) / (summed[inside].sum() + 1e-15)))
    return float(max(losses))


def cut_tail(sounding: Sounding) -> float | None:
    """Level of the last half second but 0.1 against the piece's loudest second, dB: high where the end is cut off."""
    if sounding.piece.song.loop:
        return None
    levels = 10 ** (_levels(sounding.master.audio, sounding.rate) / 10)
    second = np.convolve(levels, np.ones(10) / 10, "valid").max()
    return float(10 * np.log10(levels[-6:-1].mean() / second))


def dead_tail(sounding: Sounding) -> float | None:
    """Seconds at the end under -60 dB of the loudest: silence that was paid for."""
    if sounding.piece.song.loop:
        return None
    levels = _levels(sounding.master.audio, sounding.rate)
    quiet = levels < levels.max() - 60
    return float(_BLOCK * (len(quiet) if quiet.all() else int(np.argmin(quiet[::-1]))))


def seam(sounding: Sounding) -> float | None:
    """Number of faults that the finishing room finds in a loop's seam."""
    found = sounding.master.facts.seam
    return float(len(found.faults)) if found is not None else None


def seam_step(sounding: Sounding) -> float | None:
    """Loudness step over a loop's seam, LU."""
    found = sounding.master.facts.seam
    return abs(found.level_step) if found is not None else None


def flat_dynamics(sounding: Sounding) -> float | None:
    """Loudness range of a piece of half a minute or more that neither loops nor lies under speech, LU."""
    if sounding.piece.song.loop or sounding.piece.song.seconds < 30 or sounding.piece.plan.form in ("bed", "cycle"):
        return None
    return sounding.master.facts.lra


def late_start(sounding: Sounding) -> float:
    """Seconds until the first sound within 30 dB of the loudest tenth of a second."""
    levels = _levels(sounding.master.audio, sounding.rate)
    return float(_BLOCK * int(np.argmax(levels > levels.max() - 30)))
