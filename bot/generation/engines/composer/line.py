"""The line of a phrase: which pitch each of its notes takes, as the cheapest way through all that would fit.

What costs, and why it sounds wrong: tones foreign to the chord on a beat; a dissonance that does not move on by step;
a leap that does not turn back (von Hippel and Huron, *Music Perception* 18(1), 2000); a pitch struck a third time;
leaving the motif's own direction; straying from the arch of the phrase; ending away from the chord. The best line is
found by dynamic programming over pitches and what the line has just done (Viterbi): nothing is patched up later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.score import Chord

Costs = NDArray[np.float64]
Close = Literal["", "open", "closed"]
"""Whether a note ends a phrase, and whether it asks a question or answers one."""
_FOREIGN = 4.5
"""Cost of a tone foreign to its chord where it weighs most."""
_HANGING = 5.0
_BY_SIZE = (0.0, 0.0, 0.0, 0.7, 0.8, 1.1, 2.0, 1.3, 2.2, 2.5, 3.2, 4.5, 3.0)
"""Cost of a move by its size in semitones; more than an octave is out of the question."""
_TOO_FAR = 15.0
_AGAIN = 1.8
_WORN = 10.0
"""Cost of a pitch for the share of the tune that it has had beyond its due."""
_NEITHER, _LEAPT_UP, _LEAPT_DOWN, _REPEATED = range(4)
_WIDE = 5
"""Semitones from which a move is a leap that the line has to make up for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A note of a phrase that has no pitch yet.

    ``move`` is what the motif wants from the note before, in semitones; ``aim`` the pitch about which the phrase is
    here; ``weight`` how much it matters that the chord knows the tone, from 0 to 1 or more before a silence; ``held``
    whether it lasts; ``later`` the chord that it sounds on into, if any.
    """

    chord: Chord
    move: float
    aim: float
    weight: float
    held: bool
    close: Close = ""
    later: Chord | None = None


def draw(places: Sequence[Place], low: int, high: int, sung: Sequence[int], dice: Dice) -> list[int]:
    """Return one MIDI pitch from ``low`` to ``high`` for each place.

    :param sung: the pitches of the tune so far; the line goes on from the last, and lets rest what was sung most.
    """
    pitches = np.arange(low, high + 1)
    taste = np.array([dice.share(0.0, 0.6) for _ in range(12)])[pitches % 12]
    if sung:
        share = np.bincount(np.clip(np.array(sung) - low, 0, len(pitches)), minlength=len(pitches) + 1)[:-1] / len(sung)
        taste = taste + _WORN * np.maximum(0.0, share - 0.15)
    moves = pitches[None, :] - pitches[:, None]
    done, behaviour = _done(moves), _behaviour(moves)
    costs = np.full((4, len(pitches)), np.inf)
    own, hanging = _own(places[0], pitches)
    costs[_NEITHER] = own + taste + (0.12 * np.abs(pitches - sung[-1]) if sung else 0.0)
    ways: list[NDArray[np.intp]] = []
    for place in places[1:]:
        step = _wished(moves, place.move) + np.where(hanging[:, None] & ~_resolved(moves), _HANGING, 0.0)
        own, hanging = _own(place, pitches)
        total = costs[:, :, None] + behaviour + step[None] + (own + taste)[None, None]
        flat = total.reshape(-1, len(pitches))
        way = np.empty((4, len(pitches)), np.intp)
        for state in range(4):
            reached = np.where(np.tile(done == state, (4, 1)), flat, np.inf)
            way[state] = np.argmin(reached, axis=0)
            costs[state] = reached[way[state], np.arange(len(pitches))]
        ways.append(way)
    return _traced(costs, ways, low)


def _traced(costs: Costs, ways: list[NDArray[np.intp]], low: int) -> list[int]:
    count = costs.shape[1]
    state, index = divmod(int(np.argmin(costs)), count)
    line = [low + index]
    for way in reversed(ways):
        state, index = divmod(int(way[state, index]), count)
        line.append(low + index)
    return line[::-1]


def _own(place: Place, pitches: NDArray[np.int_]) -> tuple[Costs, NDArray[np.bool_]]:
    """Return what each pitch costs by itself, and which of them would have to be resolved."""
    classes = pitches % 12
    inside = np.isin(classes, place.chord.classes)
    cost = np.where(inside, 0.0, _FOREIGN * place.weight + 0.3)
    cost += np.where(np.isin(classes, place.chord.scale), 0.0, 12.0)
    rubs = ~inside & np.isin((classes - 1) % 12, place.chord.classes)
    cost += np.where(rubs, 3.5 if place.held or place.weight >= 0.5 else 0.5, 0.0)
    if place.later:
        rubs = np.isin((classes - 1) % 12, place.later.classes) & ~np.isin(classes, place.later.classes)
        cost += np.where(np.isin(classes, place.later.classes), 0.0, 1.2) + np.where(rubs, 3.5, 0.0)
    cost += 0.14 * np.abs(pitches - place.aim)
    cost += 0.5 * np.maximum(0, pitches[0] + 2 - pitches) + 0.5 * np.maximum(0, pitches - pitches[-1] + 2)
    if place.close:
        root = classes == place.chord.root
        cost += np.where(inside, 0.0, 8.0)
        cost += np.where(root, 0.0, 1.8) if place.close == "closed" else np.where(root, 1.5, 0.0)
    return cost, ~inside & (place.weight >= 0.5)


def _wished(moves: NDArray[np.int_], wish: float) -> Costs:
    """Return what it costs to move otherwise than the motif."""
    cost = np.minimum(3.0, 0.33 * np.abs(moves - wish))
    against = (moves * wish < 0) | ((moves == 0) & (abs(wish) > 0.5))
    return np.asarray(cost + np.where(against, 0.8, 0.0) + np.where((moves == 0) & (abs(wish) > 0.5), _AGAIN, 0.0))


def _resolved(moves: NDArray[np.int_]) -> NDArray[np.bool_]:
    return np.asarray((np.abs(moves) <= 2) & (moves != 0), np.bool_)


def _done(moves: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return what the line will have done by each move."""
    done = np.where(moves >= _WIDE, _LEAPT_UP, np.where(moves <= -_WIDE, _LEAPT_DOWN, _NEITHER))
    return np.where(moves == 0, _REPEATED, done)


def _behaviour(moves: NDArray[np.int_]) -> Costs:
    """Return the cost of each move by its size and by what was done before it: (4, pitches, pitches)."""
    size = np.abs(moves)
    table = np.array(_BY_SIZE)
    plain = np.where(size < len(table), table[np.minimum(size, len(table) - 1)], _TOO_FAR)
    behaviour = np.stack([plain] * 4)
    behaviour[_LEAPT_UP] += np.where(moves > 0, 2.0 + 0.3 * size, np.where(moves == 0, 0.5, 0.0))
    behaviour[_LEAPT_DOWN] += np.where(moves < 0, 2.0 + 0.3 * size, np.where(moves == 0, 0.5, 0.0))
    behaviour[_REPEATED] += np.where(moves == 0, 3.5, 0.0)
    return behaviour
