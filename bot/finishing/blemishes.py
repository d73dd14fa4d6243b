"""What should not be there: silence, clicks, clipping, an offset."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.finishing.intake import ratio
from bot.finishing.reel import Audio, blocks, peak

SHORTEST_GAP = 0.4
"""Seconds of silence inside the music that are a hole and not a rest."""
FLAT_RUN = 4
"""Samples standing at the very top that make a clipped peak."""
_QUIET_BELOW_PEAK = -60.0
_BLOCK = 64
_STEPS = 320
"""Steps of 10 ms that are looked at together."""
_LONE = 4.0
_LOUD_CLICK = 0.12
_MOST_CLICKS = 50


@dataclass(frozen=True, slots=True)
class Blemishes:
    """Faults of a piece. Times in seconds; ``dc`` is the larger channel's offset (full scale 1)."""

    silence_head: float
    silence_tail: float
    gaps: tuple[tuple[float, float], ...]
    clicks: tuple[float, ...]
    clipped: int
    dc: float


def blemishes(audio: Audio, rate: int) -> Blemishes:
    """Return the faults of a stereo piece. In silence everything is head."""
    seconds = audio.shape[1] / rate
    quiet = _quiet_runs(audio, rate)
    head = quiet[0][1] if quiet and quiet[0][0] == 0.0 else 0.0
    tail = seconds - quiet[-1][0] if quiet and quiet[-1][1] >= seconds - 1e-9 and head < seconds else 0.0
    gaps = tuple((a, b) for a, b in quiet if a > 0.0 and b < seconds - 1e-9 and b - a >= SHORTEST_GAP)
    sums = sum((block.sum(axis=1, dtype=np.float64) for _, block in blocks(audio)), np.zeros(len(audio)))
    dc = float(np.abs(sums / audio.shape[1]).max())
    return Blemishes(head, tail, gaps, clicks(audio, rate), clipped(audio), dc)


def clicks(audio: Audio, rate: int) -> tuple[float, ...]:
    """Return the times of lone discontinuities: one sharp bend of the waveform with nothing like it within 50 ms.

    The bend is the second difference; a drum's is followed by more of its kind for several milliseconds, a click's is
    not. What is below an eighth of the piece's peak (vinyl crackle, say) is let pass.
    """
    if audio.shape[1] < 4 * _BLOCK:
        return ()
    usable = (audio.shape[1] - 2) // _BLOCK
    tops = [_bends(audio, start, start + block.shape[1]) for start, block in blocks(audio[:, : usable * _BLOCK])]
    steepest = np.concatenate([part.reshape(-1, _BLOCK).max(axis=1) for part in tops])
    around = max(int(0.05 * rate / _BLOCK), 3)
    padded = np.pad(steepest, around)
    windows = np.lib.stride_tricks.sliding_window_view(padded, around - 1)
    left, right = windows[:usable].max(axis=1), windows[around + 2 :][:usable].max(axis=1)
    lone = (steepest > _LOUD_CLICK * peak(audio)) & (steepest > _LONE * np.maximum(left, right))
    found = (int(index) * _BLOCK for index in np.flatnonzero(lone)[:_MOST_CLICKS])
    return tuple(float((at + int(np.argmax(_bends(audio, at, at + _BLOCK))) + 1) / rate) for at in found)


def _bends(audio: Audio, start: int, stop: int) -> NDArray[np.float32]:
    """Return the second difference (of the channel where it is larger) that begins at each sample."""
    return np.asarray(np.abs(np.diff(audio[:, start : stop + 2], 2, axis=1)).max(axis=0), dtype=np.float32)


def clipped(audio: Audio) -> int:
    """Return how many times the waveform stands still at its highest or lowest value for four samples or more."""
    tops = [np.zeros(len(audio)), np.zeros(len(audio))]
    for _, block in blocks(audio):
        tops = [np.maximum(tops[0], block.max(axis=1)), np.maximum(tops[1], -block.min(axis=1))]
    found = 0
    for sign, highest in zip((1, -1), tops, strict=True):
        for channel, top in zip(audio, highest.tolist(), strict=True):
            found += _flat_tops(channel[np.newaxis], sign, top)
    return found


def _flat_tops(channel: Audio, sign: int, top: float) -> int:
    if top < 0.5:
        return 0
    limit = np.float32(top * (1.0 - 1e-6))
    at_top = [start + np.flatnonzero(sign * block[0] >= limit) for start, block in blocks(channel)]
    places = np.concatenate(at_top)
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return sum(len(run) >= FLAT_RUN for run in runs)


def _quiet_runs(audio: Audio, rate: int) -> list[tuple[float, float]]:
    """Return (start, end) in seconds of the stretches 60 dB below the peak, on a grid of 10 ms."""
    step = max(int(0.01 * rate), 1)
    levels = np.concatenate(
        [
            np.maximum.reduceat(np.abs(block).max(axis=0), np.arange(0, block.shape[1], step))
            for _, block in blocks(audio, step * _STEPS)
        ]
    )
    threshold = max(float(levels.max()) * ratio(_QUIET_BELOW_PEAK), 1e-5)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], levels < threshold, [False]])))
    last = audio.shape[1]
    return [
        (float(a) * step / rate, min(float(b) * step, last) / rate)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
