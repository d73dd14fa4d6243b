"""Motifs: short figures of rhythm and direction, invented once per letter of the form, that a piece is made of."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.generation.engines.composer.chance import Dice

_BINARY: dict[tuple[float, ...], tuple[float, float]] = {
    (2.0,): (0.5, -1.0), (1.0,): (1.6, -0.6), (0.5, 0.5): (1.2, 0.6), (-0.5, 0.5): (0.7, 0.2),
    (1.5, 0.5): (0.9, -0.2),
    (0.75, 0.25): (0.35, 0.5), (0.5, 0.25, 0.25): (0.15, 1.0), (0.25, 0.25, 0.5): (0.2, 1.0), (-1.0,): (0.6, -0.9),
    (0.5, 1.0, 0.5): (0.6, 0.3), (0.75, 0.75, 0.5): (0.45, 0.5), (3.0,): (0.15, -1.2),
    (0.25, 0.25, 0.25, 0.25): (0.05, 1.4),
}  # fmt: skip
_TERNARY: dict[tuple[float, ...], tuple[float, float]] = {
    (1.0,): (1.4, -0.5), (2 / 3, 1 / 3): (1.5, 0.4), (1 / 3, 1 / 3, 1 / 3): (0.7, 1.0), (-1 / 3, 2 / 3): (0.3, 0.2),
    (2.0,): (0.5, -1.0), (-1.0,): (0.5, -0.8), (4 / 3, 2 / 3): (0.4, 0.0), (-1 / 3, 1 / 3, 1 / 3): (0.3, 0.8),
}  # fmt: skip
"""Rhythm cells in beats (negative: rest) with their weight and how much a dense piece favours them."""

_SHAPES = ("abac", "aabc", "abab", "aaac", "abbc", "abcb")
"""Which bar of a four-bar phrase takes up which idea; the last one always cadences."""


_TRIES = 8


class Tone(NamedTuple):
    """A note of a motif: beats from its bar, length in beats, steps of the scale from the motif's first note."""

    start: float
    length: float
    step: int


Motif = tuple[Tone, ...]


@dataclass(frozen=True, slots=True)
class Idea:
    """What a letter of the form is about: motifs for its bars, and the order they come in."""

    motifs: tuple[Motif, ...]
    shape: str

    def to_json(self) -> list[object]:
        """Return plain data that `from_json` reads back."""
        return [[[list(tone) for tone in motif] for motif in self.motifs], self.shape]

    @classmethod
    def from_json(cls, data: list[object]) -> "Idea":
        """Read what `to_json` wrote."""
        motifs, shape = data
        assert isinstance(motifs, list)
        return cls(tuple(tuple(Tone(float(a), float(b), int(c)) for a, b, c in motif) for motif in motifs), str(shape))


def invent(beats: int, ternary: bool, density: float, dice: Dice) -> Idea:
    """Invent an idea of four related motifs, each a bar of ``beats``; ``density`` (0 to 1) is how many notes."""
    first = _motif(beats, ternary, density, dice)
    second = _answer(first, beats, ternary, density, dice)
    third = _sequence(first, dice) if dice.chance(0.5) else _motif(beats, ternary, density * 0.8, dice)
    return Idea((first, second, third, _mirror(second)), dice.pick(_SHAPES))


def _motif(beats: int, ternary: bool, density: float, dice: Dice) -> Motif:
    """Invent a bar that goes somewhere: two tones in turn are no motif."""
    for _ in range(_TRIES):
        motif = _try(beats, ternary, density, dice)
        if len(motif) < 4 or len({tone.step for tone in motif}) >= 3:
            break
    return motif


def _try(beats: int, ternary: bool, density: float, dice: Dice) -> Motif:
    rhythm = _rhythm(beats, _TERNARY if ternary else _BINARY, density, dice)
    step, move, tones = 0, 1, []
    for start, length in rhythm:
        tones.append(Tone(start, length, step))
        if abs(move) >= 3:
            move = -1 if move > 0 else 1
        else:
            pull = -0.04 * step
            again = 0.1 if move else 0.0
            move = dice.weighted(
                {-4: 0.03, -2: 0.11, -1: 0.37 - pull, 0: again, 1: 0.37 + pull, 2: 0.12, 4: 0.05, 5: 0.02}
            )
        step = max(-5, min(6, step + move))
    return tuple(tones)


def _rhythm(
    beats: int, cells: dict[tuple[float, ...], tuple[float, float]], density: float, dice: Dice
) -> list[tuple[float, float]]:
    while True:
        at, notes = 0.0, []
        while at < beats - 1e-6:
            fitting = {
                cell: max(0.01, weight * (1 + lean * (density - 0.45) * 2.2))
                for cell, (weight, lean) in cells.items()
                if at + sum(map(abs, cell)) <= beats + 1e-6
            }
            for length in dice.weighted(fitting):
                if length > 0:
                    notes.append((at, length))
                at += abs(length)
        if len(notes) >= min(3, beats - 1):
            return notes


def _answer(motif: Motif, beats: int, ternary: bool, density: float, dice: Dice) -> Motif:
    """Keep the first half, turn the second: the listener recognises the question in the answer."""
    head = [tone for tone in motif if tone.start < beats / 2]
    tail = [tone for tone in _motif(beats, ternary, density, dice) if tone.start >= beats / 2]
    if not head or not tail:
        return _mirror(motif)
    shift = head[-1].step - tail[0].step + dice.pick((-2, -1, 1, 2))
    held = head[-1]._replace(length=min(head[-1].length, beats / 2 - head[-1].start))
    return (*head[:-1], held, *(tone._replace(step=tone.step + shift) for tone in tail))


def _sequence(motif: Motif, dice: Dice) -> Motif:
    shift = dice.pick((-2, -1, 1, 2))
    return tuple(tone._replace(step=tone.step + shift) for tone in motif)


def _mirror(motif: Motif) -> Motif:
    return tuple(tone._replace(step=-tone.step) for tone in motif)
