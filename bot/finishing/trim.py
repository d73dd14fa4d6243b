"""Exact length, musically: what is cut or repeated is whole beats from the middle, so that start and ending survive.

A take of the right length passes untouched. One that is a little off is padded, cut or stretched by less than anybody
hears. One that is far off loses or repeats whole bars at the joint where the music around both ends of the cut is most
alike, and the few milliseconds that remain are stretched.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.finishing.fades import CLICK_GUARD, alike, crossfade, fade
from bot.finishing.features import Features, features
from bot.finishing.intake import ratio
from bot.finishing.musical import tempo
from bot.finishing.reel import Audio, blocks, joined, peak
from bot.finishing.stretch import MOST, stretch

SILENCE_BELOW_PEAK = -60.0
DEAD_HEAD = 0.3
"""Seconds of silence before the music that are a fault and not a breath."""
_TINY = 0.02
_STRETCH = 0.015
_PAD = 1.5
_CROSSFADE = 0.04
_CONTEXT = 2.0
_SCRAP_FADE = 0.3


@dataclass(frozen=True, slots=True)
class Fitted:
    """Audio at its length. ``joints`` are the times in seconds (in the result) where music was cut or repeated."""

    audio: Audio
    joints: tuple[float, ...] = ()
    stretched: float = 0.0


def heard(audio: Audio, rate: int) -> tuple[int, int]:
    """Return (first, stop) of the samples that are less than 60 dB below the peak, with 5 ms before and 50 ms after."""
    threshold = peak(audio) * ratio(SILENCE_BELOW_PEAK)
    start, stop = audio.shape[1], 0
    for at, block in blocks(audio):
        loud = np.flatnonzero(np.abs(block).max(axis=0) > threshold)
        if len(loud):
            start, stop = min(start, at + int(loud[0])), at + int(loud[-1]) + 1
    return max(start - int(0.005 * rate), 0), min(stop + int(0.05 * rate), audio.shape[1])


def without_silence(audio: Audio, rate: int, samples: int) -> Audio:
    """Return the audio without the silence around it, but never shorter than ``samples`` by cutting its end.

    A head of up to 0.3 s is left alone when the length is already right: it is part of the music's timing.
    """
    first, stop = heard(audio, rate)
    if first <= DEAD_HEAD * rate and audio.shape[1] <= samples + int(_TINY * rate):
        first = 0
    return audio[:, first : max(stop, min(first + samples, audio.shape[1]))]


def fit(audio: Audio, rate: int, samples: int, *, fading: bool, tempo_bpm: float | None = None) -> Fitted:
    """Return the audio with exactly ``samples`` samples.

    ``fading`` says that a fade-out follows, so a longer take may simply stop; otherwise its ending is kept.
    ``tempo_bpm`` spares the beat tracker where the engine knows its tempo.
    """
    over = audio.shape[1] - samples
    if over == 0:
        return Fitted(audio)
    if -_PAD * rate <= over < 0 and _ends_quietly(audio, rate):
        return Fitted(joined(audio, _silence(-over)))
    if over > 0 and (fading or over <= _TINY * rate or _quiet_from(audio, samples, rate)):
        return Fitted(fade(audio[:, :samples], rate, 0.0, CLICK_GUARD))
    if abs(over) <= _STRETCH * samples:
        return Fitted(stretch(audio, rate, samples), stretched=samples / audio.shape[1] - 1.0)
    return _spliced(audio, rate, samples, tempo_bpm)


def _spliced(audio: Audio, rate: int, samples: int, tempo_bpm: float | None) -> Fitted:
    """Cut or repeat whole beats until the length is within reach of a stretch, then stretch."""
    curves = features(audio, rate)
    found = tempo(curves, tempo_bpm)
    beat = 60.0 / (tempo_bpm or (found.bpm if found else 120.0))
    joints: list[float] = []
    done = audio
    while abs(over := done.shape[1] - samples) > _STRETCH * samples:
        jump = _whole_beats(over / rate, beat, done.shape[1] / rate)
        too_short = min(done.shape[1], samples) < 2.0 * beat * rate
        if too_short or abs(over / rate - jump) >= abs(over / rate):
            break
        done, at = _jump(done, rate, curves, jump)
        joints.append(at)
        curves = features(done, rate)
    if abs(samples / done.shape[1] - 1.0) <= MOST:
        return Fitted(stretch(done, rate, samples), tuple(joints), samples / done.shape[1] - 1.0)
    return Fitted(_forced(done, rate, samples), tuple(joints))


def _whole_beats(seconds: float, beat: float, length: float) -> float:
    """Return the jump in seconds: whole bars (of four) if near enough, else beats, at most half of the piece."""
    most = max(length * 0.5, beat)
    asked = float(np.clip(seconds, -most, most))
    for unit in (4.0 * beat, beat):
        whole = round(asked / unit) * unit
        if whole and abs(whole - asked) <= _STRETCH * length:
            return whole
    return (round(asked / beat) or int(np.sign(asked))) * beat


def _jump(audio: Audio, rate: int, curves: Features, seconds: float) -> tuple[Audio, float]:
    """Leave out (or, negative, repeat) ``seconds`` where the music before and after the joint is most alike."""
    frames = round(seconds * curves.frame_rate)
    cost = _joint_cost(curves, abs(frames))
    early = round(int(np.argmin(cost)) / curves.frame_rate * rate)
    late = min(early + round(abs(seconds) * rate), audio.shape[1])
    end, resume = (early, late) if seconds > 0 else (late, early)
    return _joined(audio, rate, end, resume), end / rate


def _joint_cost(curves: Features, frames: int) -> NDArray[np.float64]:
    """Return for each frame how unlike its surroundings and those ``frames`` later are; the edges cost more."""
    length = len(curves.bands)
    if frames >= length - 1:
        return np.zeros(1)
    distance = ((curves.bands[frames:] - curves.bands[:-frames]) ** 2).mean(axis=1)
    context = max(int(_CONTEXT * curves.frame_rate), 1)
    smooth = np.convolve(distance, np.hanning(context + 2)[1:-1] / context, mode="same")
    middle = (np.arange(len(smooth)) + frames / 2.0) / length
    return np.asarray(smooth + 0.5 * smooth.mean() * (2.0 * np.abs(middle - 0.5)) ** 2, dtype=np.float64)


def _joined(audio: Audio, rate: int, end: int, resume: int) -> Audio:
    """Return the music up to ``end`` going on from ``resume``, crossfaded around the joint."""
    half = min(int(_CROSSFADE * rate) // 2, end, resume, audio.shape[1] - max(end, resume))
    if half < 1:
        return joined(audio[:, :end], audio[:, resume:])
    before, after = audio[:, end - half : end + half], audio[:, resume - half : resume + half]
    return joined(audio[:, : end - half], crossfade(before, after, alike(before, after)), audio[:, resume + half :])


def _ends_quietly(audio: Audio, rate: int) -> bool:
    """Say whether the last 50 ms are 40 dB below the loudest, so that silence may follow."""
    return peak(audio[:, -int(0.05 * rate) :]) < peak(audio) * ratio(-40.0)


def _quiet_from(audio: Audio, sample: int, rate: int) -> bool:
    """Say whether everything from ``sample`` on is only a dying tail (50 dB below the loudest)."""
    return peak(audio[:, max(sample - int(0.02 * rate), 0) :]) < peak(audio) * ratio(-50.0)


def _forced(audio: Audio, rate: int, samples: int) -> Audio:
    """Stop, let silence follow, or start again, without regard to the beat: for scraps of music."""
    missing = samples - audio.shape[1]
    if missing <= 0:
        return fade(audio[:, :samples], rate, 0.0, _SCRAP_FADE)
    if missing <= _PAD * rate:
        return joined(fade(audio, rate, 0.0, _SCRAP_FADE), _silence(missing))
    return fade(joined(*[audio] * -(-samples // audio.shape[1]))[:, :samples], rate, 0.0, _SCRAP_FADE)


def _silence(samples: int) -> Audio:
    return np.zeros((2, samples), np.float32)
