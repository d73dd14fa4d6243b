"""Loops that loop: how the joint from the last sample to the first is judged, and how it is mended.

Four things give a bad joint away: it falls inside a bar, the waveform jumps, the level steps, or the sound changes
more than it does anywhere else from one beat to the next. Each is measured, and each has its remedy: stretch to whole
bars, wrap what rings on past the end onto the start, ramp the level, choose the place where both ends agree.
"""

from dataclasses import asdict, dataclass, fields
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.finishing.fades import alike, crossfade
from bot.finishing.features import Features, features
from bot.finishing.intake import decibels, ratio
from bot.finishing.musical import Tempo, tempo
from bot.finishing.reel import Audio, copied
from bot.finishing.stretch import MOST, stretch
from bot.finishing.trim import fit

BEAT_ERROR = 0.2
"""Beats that a loop may be off whole bars before it stumbles."""
LEVEL_STEP = 4.0
FLUX_RATIO = 1.35
JUMP = 4.0
SURE_OF_BEAT = 0.2
_EXACT = 0.005
_FREE_CROSSFADE, _BEAT_CROSSFADE, _RING = 0.8, 0.03, 3.0
_LARGEST_RAMP = 6.0
_BORDER = 0.8
"""How much of the strongest border within the piece the joint may be measured by."""
_ENOUGH, _FEW = 4, 0.75
"""Bar lines that tell what is strong in a piece; with fewer the joint counts for so much of what it is."""
_STILL = 0.05
"""A change of half a dB a band: below it nothing changes that could be heard."""


@dataclass(frozen=True, slots=True)
class Seam:
    """The joint of a loop. ``beat_error`` is the distance to whole bars in beats, None where nothing beats.

    ``level_step`` is in dB (the last bar beside the first), ``flux`` is the change of sound at the joint as a ratio
    to the strong changes elsewhere in the piece, ``jump`` the step of the waveform as a ratio to the steepest near it.
    """

    beat_error: float | None
    level_step: float
    flux: float
    jump: float

    @property
    def faults(self) -> tuple[str, ...]:
        """What can be heard at the joint: any of ``bars``, ``level``, ``flux``, ``click``; nothing is good."""
        found = {
            "bars": self.beat_error is not None and self.beat_error > BEAT_ERROR,
            "level": abs(self.level_step) > LEVEL_STEP,
            "flux": self.flux > FLUX_RATIO,
            "click": self.jump > JUMP,
        }
        return tuple(name for name, present in found.items() if present)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, with the faults spelled out."""
        return asdict(self) | {"faults": list(self.faults)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote; unknown keys (of a later version) are dropped."""
        return cls(**{field.name: data[field.name] for field in fields(cls)})


def measure_seam(
    audio: Audio, rate: int, tempo_bpm: float | None = None, beats_per_bar: int = 4, curves: Features | None = None
) -> Seam:
    """Return how well the end of a stereo piece runs into its start.

    ``tempo_bpm`` is the engine's own word, believed where the sound agrees within 0.5 %.
    """
    curves = curves or features(audio, rate)
    beat = _beat(curves, tempo_bpm)
    seconds = audio.shape[1] / rate
    bar = (beat or 0.5) * beats_per_bar
    error = None
    if beat and seconds >= bar:
        error = abs(seconds / bar - round(seconds / bar)) * beats_per_bar
    window = min(int(bar * rate), audio.shape[1] // 2) or 1
    step = decibels(_rms(audio[:, :window])) - decibels(_rms(audio[:, -window:]))
    return Seam(error, step, _flux(audio, rate, beat or 0.5, beats_per_bar, curves), _jump(audio, rate))


def repair_seam(audio: Audio, rate: int, samples: int, tempo_bpm: float | None = None, beats_per_bar: int = 4) -> Audio:
    """Return a loop of exactly ``samples`` samples made of the audio, which may be longer or shorter.

    Where there is a beat the music is stretched (at most 8 %) until that length is whole bars, or, failing that,
    whole beats. What sounds on past the end is blended into the start.
    """
    curves = features(audio, rate)
    beat = _beat(curves, tempo_bpm)
    if beat:
        whole = _whole_length(samples / rate, beat, beats_per_bar) * rate
        wanted = round(audio.shape[1] * samples / whole)
        if abs(whole - samples) > 2 and abs(wanted / audio.shape[1] - 1.0) <= MOST:
            audio = stretch(audio, rate, wanted)
    if audio.shape[1] < samples:
        audio = fit(audio, rate, samples, fading=False, tempo_bpm=60.0 / beat if beat else None).audio
    start = _best_start(audio, rate, samples, round(beat * beats_per_bar * rate) if beat else 0)
    loop = _joined(audio, rate, start, samples, beating=bool(beat))
    return _levelled(loop, rate, beat or 0.5, beats_per_bar)


def _beat(curves: Features, tempo_bpm: float | None) -> float | None:
    """Return the seconds of a beat, or None where nothing beats."""
    found: Tempo | None = tempo(curves, tempo_bpm)
    if found is None or found.confidence < SURE_OF_BEAT:
        return 60.0 / tempo_bpm if tempo_bpm else None
    if tempo_bpm and abs(found.bpm / tempo_bpm - 1.0) < _EXACT:
        return 60.0 / tempo_bpm
    return 60.0 / found.bpm


def _whole_length(seconds: float, beat: float, beats_per_bar: int) -> float:
    """Return the whole bars, or else beats, nearest to a length in seconds."""
    bar = beat * beats_per_bar
    bars = max(round(seconds / bar), 1) * bar
    if abs(seconds / bars - 1.0) <= MOST:
        return bars
    return max(round(seconds / beat), 1) * beat


def _best_start(audio: Audio, rate: int, samples: int, bar: int) -> int:
    """Return the sample to start from, of those the spare music allows, whose surroundings match ``samples`` later.

    Starting later is allowed by whole bars only, and costs a little. Without a beat any sample will do, so there the
    waveforms themselves are made to agree.
    """
    spare = audio.shape[1] - samples - int((_BEAT_CROSSFADE if bar else _FREE_CROSSFADE) * rate)
    if spare < max(bar, 1):
        return 0
    if not bar:
        return _in_phase(audio.mean(axis=0), samples, spare, int(_FREE_CROSSFADE * rate))
    curves = features(audio, rate)
    starts = np.arange(0, spare + 1, bar)
    reach = max(int(1.0 * curves.frame_rate), 1)
    frames = np.round(starts / rate * curves.frame_rate).astype(np.intp)
    later = np.round((starts + samples) / rate * curves.frame_rate).astype(np.intp)
    cost = [_unlike(curves.bands, int(a), int(b), reach) for a, b in zip(frames, later, strict=True)]
    return int(starts[int(np.argmin(np.array(cost) + 0.02 * np.arange(len(cost)) / len(cost)))])


def _in_phase(mono: NDArray[np.float32], samples: int, spare: int, length: int) -> int:
    """Return the start whose next ``length`` samples correlate best with those ``samples`` later."""
    here, later = mono[: spare + length].astype(np.float64), mono[samples : samples + spare + length].astype(np.float64)
    cross, one, two = (
        np.concatenate([[0.0], np.cumsum(product)]) for product in (here * later, here * here, later * later)
    )
    sums = [total[length:] - total[:-length] for total in (cross, one, two)]
    return int(np.argmax(sums[0] / np.sqrt(np.maximum(sums[1] * sums[2], 1e-12))))


def _unlike(bands: NDArray[np.float32], one: int, other: int, reach: int) -> float:
    """Return the mean squared difference of the log spectra around two frames."""
    before = min(reach, one)
    after = max(min(reach, len(bands) - other), 1)
    first, second = bands[one - before : one + after], bands[other - before : other + after]
    length = min(len(first), len(second))
    return float(np.mean((first[:length] - second[:length]) ** 2)) if length else 1e9


def _joined(audio: Audio, rate: int, start: int, samples: int, *, beating: bool) -> Audio:
    """Return ``samples`` from ``start``, with what comes after (or before) them blended over the joint."""
    loop = copied(audio[:, start : start + samples])
    after = audio[:, start + samples :]
    length = min(int((_BEAT_CROSSFADE if beating else _FREE_CROSSFADE) * rate), samples // 4)
    if after.shape[1] >= length and _rings_out(after, rate):
        ring = after[:, : min(int(_RING * rate), samples)]
        loop[:, : ring.shape[1]] += ring * _falling(ring.shape[1])
    elif after.shape[1] >= length > 0:
        loop[:, :length] = _blended(after[:, :length], loop[:, :length])
    elif start >= length > 0:
        loop[:, -length:] = _blended(loop[:, -length:], audio[:, start - length : start])
    elif length > 0:
        loop = _folded(loop, rate, length)
    return loop


def _folded(loop: Audio, rate: int, length: int) -> Audio:
    """Blend the end into the start where there is no music to spare: shorter by the blend, then stretched back."""
    samples = loop.shape[1]
    stretched = stretch(loop, rate, samples + min(length, int(samples * MOST / 2.0)))
    spare = stretched.shape[1] - samples
    body = copied(stretched[:, :samples])
    body[:, :spare] = _blended(stretched[:, samples:], body[:, :spare])
    return body


def _blended(before: Audio, after: Audio) -> Audio:
    return crossfade(before, after, alike(before, after))


def _rings_out(after: Audio, rate: int) -> bool:
    """Say whether what follows only dies away: its end is 18 dB below its first tenth of a second."""
    window = max(int(0.1 * rate), 1)
    if after.shape[1] < 2 * window:
        return True
    return _rms(after[:, -window:]) < _rms(after[:, :window]) * ratio(-18.0)


def _falling(length: int) -> NDArray[np.float32]:
    """Return a gain that is 1 for most of the way and 0 at the end."""
    along = np.linspace(0.0, 1.0, length, dtype=np.float32)
    return np.asarray(np.clip((1.0 - along) * 4.0, 0.0, 1.0), dtype=np.float32)


def _levelled(loop: Audio, rate: int, beat: float, beats_per_bar: int) -> Audio:
    """Ramp the level, in place, until the last bar is as loud as the first: at most 6 dB on either side."""
    samples = loop.shape[1]
    window = min(int(beat * beats_per_bar * rate), samples // 2) or 1
    step = decibels(_rms(loop[:, :window])) - decibels(_rms(loop[:, -window:]))
    if abs(step) <= LEVEL_STEP / 2.0:
        return loop
    half = float(np.clip(step / 2.0, -_LARGEST_RAMP, _LARGEST_RAMP))
    ramp = max(min(4 * window, samples // 3), 1)
    eased = half * _eased(ramp, samples=window)
    loop[:, -ramp:] *= np.float32(10.0) ** (eased / np.float32(20.0))
    loop[:, :ramp] *= np.float32(10.0) ** (-eased[::-1] / np.float32(20.0))
    return loop


def _eased(length: int, samples: int) -> NDArray[np.float32]:
    """Return a rise from 0 to 1 that has arrived for the last ``samples``."""
    rise = max(length - samples, 1)
    curve = np.ones(length, dtype=np.float32)
    curve[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise, dtype=np.float32) / rise)
    return curve


def _flux(audio: Audio, rate: int, beat: float, beats_per_bar: int, whole: Features) -> float:
    """Return the change of sound over the joint beside what else changes in the piece.

    That is the 95th percentile of all changes between beats or, where sections meet within the piece, nearly as much as
    the strongest of them: a joint that sounds like any other border between sections is none that is heard.
    """
    around = min(int(12.0 * rate), audio.shape[1])
    turned = features(np.concatenate([audio[:, -around:], audio[:, :around]], axis=1), rate)
    reach = max(int(beat * whole.frame_rate), 2)
    floor = whole.bands.max() - 6.0
    inside = _changes(np.maximum(whole.bands, floor), reach)
    joint = _changes(np.maximum(turned.bands, floor), reach)
    at = _change_at(joint, around / rate * turned.frame_rate)
    usual = float(np.percentile(inside[reach:-reach], 95.0)) if len(inside) > 3 * reach else 0.0
    bar, seconds = beat * beats_per_bar, audio.shape[1] / rate
    borders = [_change_at(inside, line * whole.frame_rate) for line in np.arange(bar, seconds - 0.5 * bar, bar)]
    few = 1.0 if len(borders) >= _ENOUGH else _FEW
    return few * at / max(usual, _BORDER * max(borders, default=0.0), _STILL)


def _change_at(changes: NDArray[np.float64], frame: float) -> float:
    """Return the change at a moment, whichever of the frames around it has the least."""
    near = changes[max(round(frame) - 2, 0) : round(frame) + 3]
    return float(near.min()) if len(near) else 0.0


def _changes(bands: NDArray[np.float32], reach: int) -> NDArray[np.float64]:
    """Return, for each frame, the distance between the mean log spectra of the ``reach`` before and after it."""
    sums = np.concatenate([np.zeros((1, bands.shape[1])), np.cumsum(bands, axis=0, dtype=np.float64)])
    index = np.arange(len(bands))
    low, high = np.maximum(index - reach, 0), np.minimum(index + reach, len(bands))
    before = (sums[index] - sums[low]) / np.maximum(index - low, 1)[:, np.newaxis]
    after = (sums[high] - sums[index]) / np.maximum(high - index, 1)[:, np.newaxis]
    return np.asarray(np.sqrt(((after - before) ** 2).mean(axis=1)), dtype=np.float64)


def _jump(audio: Audio, rate: int) -> float:
    """Return the step from the last sample to the first beside the steepest steps within 20 ms of it."""
    around = max(min(int(0.02 * rate), audio.shape[1] // 2), 2)
    turned = np.concatenate([audio[:, -around:], audio[:, :around]], axis=1)
    bends = np.abs(np.diff(turned, 2, axis=1)).max(axis=0)
    middle = min(around, audio.shape[1]) - 1
    here = float(bends[max(middle - 1, 0) : middle + 1].max(initial=0.0))
    usual = float(np.percentile(bends, 90.0)) if len(bends) else 0.0
    audible = 0.02 * float(np.abs(audio).max())
    return here / max(usual, audible / 4.0, 1e-9) if here > audible else 0.0


def _rms(audio: Audio) -> float:
    return float(np.sqrt(np.mean(np.square(audio, dtype=np.float64)))) if audio.size else 0.0
