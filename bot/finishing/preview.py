"""The telling seconds: the part of a take that an operator needs to hear, or a buyer wants to."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.finishing.fades import fade
from bot.finishing.features import Features
from bot.finishing.heard import Heard, hear
from bot.finishing.loudness import HOP, Loudness
from bot.finishing.measure import onset_times
from bot.finishing.musical import tempo
from bot.finishing.reel import Audio

SHORTEST, USUAL, LONGEST = 12.0, 15.0, 20.0
FADE_IN, FADE_OUT = 0.02, 0.8
_LEAD = 0.015
_BEATS_PER_BAR = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a piece in seconds."""

    start: float
    seconds: float

    @property
    def end(self) -> float:
        """Where it stops, in seconds."""
        return self.start + self.seconds


def telling_span(
    audio: Audio, rate: int, seconds: float = USUAL, *, tempo_bpm: float | None = None, heard: Heard | None = None
) -> Span:
    """Return the span to be heard: loud and busy beside the rest, sounding like the whole, starting on a bar.

    ``seconds`` is kept between 12 and 20; a piece shorter than that is its own preview.
    """
    length = audio.shape[1] / rate
    wanted = float(np.clip(seconds, SHORTEST, LONGEST))
    if length <= wanted:
        return Span(0.0, length)
    heard = heard or hear(audio, rate)
    curves = heard.curves
    starts = _starts(curves, length - wanted, tempo_bpm)
    score = _loudness(heard.loudness, starts, wanted) + _business(curves, starts, wanted)
    score -= _strangeness(curves, starts, wanted)
    best = float(starts[int(np.argmax(score))])
    return Span(_onto_onset(curves, best), wanted)


def cut(audio: Audio, rate: int, span: Span) -> Audio:
    """Return the span as audio of its own, with a short fade at either end."""
    first = round(span.start * rate)
    return fade(audio[:, first : first + round(span.seconds * rate)], rate, FADE_IN, FADE_OUT)


def _starts(curves: Features, latest: float, tempo_bpm: float | None) -> NDArray[np.float64]:
    """Return the times that may begin a preview: bars where there is a beat, else every half second."""
    found = tempo(curves, tempo_bpm)
    if found is None or found.confidence < 0.2:
        return np.arange(0.0, latest, 0.5)
    bar = 60.0 / found.bpm * _BEATS_PER_BAR
    first = found.first_beat if found.first_beat < 60.0 / found.bpm * 0.9 else 0.0
    return np.arange(first, max(latest, first + 1e-6), bar)


def _loudness(heard: Loudness, starts: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """Return the mean loudness of each window: 1 for the loudest, 1 less for every 6 LU below it."""
    means = _window_means(np.maximum(heard.momentary, -60.0), starts / HOP, seconds / HOP)
    return np.asarray(1.0 + (means - means.max()) / 6.0, dtype=np.float64)


def _business(curves: Features, starts: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """Return how many onsets fall into each window, half a point for the busiest."""
    times = onset_times(curves)
    count = np.searchsorted(times, starts + seconds) - np.searchsorted(times, starts)
    return np.asarray(0.5 * count / max(int(count.max()), 1), dtype=np.float64)


def _strangeness(curves: Features, starts: NDArray[np.float64], seconds: float) -> NDArray[np.float64]:
    """Return how far each window's mean spectrum is from that of the whole piece: half a point for 6 dB a band."""
    whole = curves.bands.mean(axis=0)
    sums = np.concatenate([np.zeros((1, curves.bands.shape[1])), np.cumsum(curves.bands, axis=0, dtype=np.float64)])
    low = np.minimum((starts * curves.frame_rate).astype(np.intp), len(sums) - 2)
    high = np.minimum(low + int(seconds * curves.frame_rate), len(sums) - 1)
    means = (sums[high] - sums[low]) / (high - low)[:, np.newaxis]
    return np.asarray(0.5 * np.sqrt(((means - whole) ** 2).mean(axis=1)) / 0.6, dtype=np.float64)


def _window_means(curve: NDArray[np.float64], starts: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    sums = np.concatenate([[0.0], np.cumsum(curve)])
    low = np.minimum(starts.astype(np.intp), len(curve) - 1)
    high = np.minimum(low + max(int(length), 1), len(curve))
    return np.asarray((sums[high] - sums[low]) / (high - low), dtype=np.float64)


def _onto_onset(curves: Features, start: float) -> float:
    """Return a start just before the onset within 80 ms of it, so that the first hit is not cut in half."""
    times = onset_times(curves)
    near = times[np.abs(times - start) < 0.08]
    onset = float(near[np.argmin(np.abs(near - start))]) if len(near) else start
    return max(onset - _LEAD, 0.0)
