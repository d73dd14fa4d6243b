"""Fitting whole bars into an exact number of seconds."""

import math
from dataclasses import dataclass
from typing import Literal

Ending = Literal["button", "fade", "loop"]
_SLACK = 1.02
"""How far a tempo may leave its range where a short piece would not come out in whole bars otherwise."""
RING = 1.2
"""Seconds usually left for the last chord to ring out after the last written bar."""


@dataclass(frozen=True, slots=True)
class Fit:
    """``bars`` at ``tempo`` (beats per minute) fill the asked length; what is left over rings out."""

    bars: int
    tempo: float


def fit(
    seconds: float,
    beats: int,
    wish: float,
    span: tuple[float, float],
    ending: Ending,
    exact: bool,
    ring: float = RING,
) -> Fit:
    """Choose the number of bars, and the tempo where it is free, for a piece of ``seconds``.

    A loop fills its length with whole bars, so its tempo gives way by up to half a bar over the whole length even when
    it was asked for exactly. A fade plays on to the end. A button keeps time for the last chord.

    :param wish: the tempo aimed at, beats per minute; with ``exact`` it is kept unless the piece loops.
    :param span: slowest and fastest tempo allowed.
    :param ring: seconds for the last chord to ring out; pieces of one length differ in it, and so in tempo.
    """
    if ending == "fade":
        return Fit(max(1, math.ceil(seconds * wish / 60 / beats - 1e-9)), wish)
    ring = 0.0 if ending == "loop" else min(ring, 0.085 * seconds)
    if exact and ending != "loop":
        return Fit(max(1, math.floor((seconds - min(ring, 0.25)) * wish / 60 / beats)), wish)
    room = seconds - ring
    if exact:
        bars = max(1, round(room * wish / 60 / beats))
        return Fit(bars, bars * beats * 60 / room)
    last = 1 if ending == "button" else 0
    choices = [
        Fit(bars, bars * beats * 60 / room)
        for bars in range(1, math.ceil(span[1] * _SLACK * room / 60 / beats) + 1)
        if span[0] / _SLACK <= bars * beats * 60 / room <= span[1] * _SLACK
    ]
    if choices:
        return min(choices, key=lambda choice: _awkward(choice, wish, last))
    if ending == "loop":
        bars = max(1, round(room * wish / 60 / beats))
        return Fit(bars, bars * beats * 60 / room)
    return Fit(max(1, math.floor(room * wish / 60 / beats)), wish)


def _awkward(choice: Fit, wish: float, last: int) -> float:
    """Phrases of four bars are worth a tempo some percent away from the wish."""
    return abs(math.log(choice.tempo / wish)) * 10 + {0: 0.0, 2: 0.15}.get((choice.bars - last) % 4, 0.35)
