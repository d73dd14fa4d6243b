"""What should not be there: silence, clicks, clipping, an offset."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.finishing.intake import Audio, ratio

SHORTEST_GAP = 0.4
"""Seconds of silence inside the music that are a hole and not a rest."""
FLAT_RUN = 4
"""Samples standing at the very top that make a clipped peak."""
_QUIET_BELOW_PEAK = -60.0
_BLOCK = 64
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
    dc = float(np.abs(audio.mean(axis=1, dtype=np.float64)).max())
    return Blemishes(head, tail, gaps, clicks(audio, rate), clipped(audio), dc)


def clicks(audio: Audio, rate: int) -> tuple[float, ...]:
    """Return the times of lone discontinuities: one sharp bend of the waveform with nothing like it within 50 ms.

    The bend is the second difference; a drum's is followed by more of its kind for several milliseconds, a click's is
    not. What is below an eighth of the piece's peak (vinyl crackle, say) is let pass.
    """
    if audio.shape[1] < 4 * _BLOCK:
        return ()
    bend = np.abs(np.diff(audio, 2, axis=1)).max(axis=0)
    usable = len(bend) // _BLOCK * _BLOCK
    blocks = bend[:usable].reshape(-1, _BLOCK).max(axis=1)
    around = max(int(0.05 * rate / _BLOCK), 3)
    padded = np.pad(blocks, around)
    windows = np.lib.stride_tricks.sliding_window_view(padded, around - 1)
    left, right = windows[: len(blocks)].max(axis=1), windows[around + 2 :][: len(blocks)].max(axis=1)
    lone = (blocks > _LOUD_CLICK * float(np.abs(audio).max())) & (blocks > _LONE * np.maximum(left, right))
    peaks = np.flatnonzero(lone)[:_MOST_CLICKS]
    return tuple(
        float((index * _BLOCK + int(np.argmax(bend[index * _BLOCK :][:_BLOCK])) + 1) / rate) for index in peaks
    )


def clipped(audio: Audio) -> int:
    """Return how many times the waveform stands still at its highest or lowest value for four samples or more."""
    return sum(_flat_tops(channel) + _flat_tops(-channel) for channel in audio)


def _flat_tops(channel: NDArray[np.float32]) -> int:
    top = float(channel.max())
    if top < 0.5:
        return 0
    at_top = channel >= top * (1.0 - 1e-6)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], at_top, [False]])))
    return int(np.count_nonzero(edges[1::2] - edges[::2] >= FLAT_RUN))


def _quiet_runs(audio: Audio, rate: int) -> list[tuple[float, float]]:
    """Return (start, end) in seconds of the stretches 60 dB below the peak, on a grid of 10 ms."""
    block = max(int(0.01 * rate), 1)
    starts = np.arange(0, audio.shape[1], block)
    levels = np.maximum.reduceat(np.abs(audio).max(axis=0), starts)
    threshold = max(float(levels.max()) * ratio(_QUIET_BELOW_PEAK), 1e-5)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], levels < threshold, [False]])))
    last = audio.shape[1]
    return [
        (float(a) * block / rate, min(float(b) * block, last) / rate)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
    ]
