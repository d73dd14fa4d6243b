"""Melodies: a motif is invented once per letter of the form and developed over the chords, phrase by phrase."""

from dataclasses import dataclass
from typing import NamedTuple

from bot.generation.engines.composer import theory
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.score import Chord, Note

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

_SHAPES = ("abac", "aabc", "abcd", "abab", "aaac", "abbc")
"""Which bar of a four-bar phrase takes up which idea; the last one always cadences."""


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
    rhythm = _rhythm(beats, _TERNARY if ternary else _BINARY, density, dice)
    step, move, tones = 0, 0, []
    for start, length in rhythm:
        tones.append(Tone(start, length, step))
        if abs(move) >= 3:
            move = -1 if move > 0 else 1
        else:
            pull = -0.12 * step
            move = dice.weighted(
                {-4: 0.05, -2: 0.14, -1: 0.34 - pull, 0: 0.1, 1: 0.34 + pull, 2: 0.16, 4: 0.07, 5: 0.03}
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


@dataclass(frozen=True, slots=True)
class Singer:
    """Who sings: range as MIDI pitches, the level of ornament, and how its notes are joined."""

    low: int
    high: int
    legato: float
    ornament: float


def sing(
    idea: Idea, chords: list[Chord], start: float, bars: int, beats: int, singer: Singer, dice: Dice, rests: float
) -> list[Note]:
    """Develop an idea over ``bars`` of chords from beat ``start``; ``rests`` is the share of phrases left silent."""
    notes: list[Note] = []
    anchor = (singer.low + singer.high) / 2 + dice.bell(2)
    for phrase in range(0, bars, 4):
        length = min(4, bars - phrase)
        silent = dice.chance(rests) and not (phrase == 0 and rests < 0.6)
        for bar in range(length):
            at = start + (phrase + bar) * beats
            last = bar == length - 1
            letter = "abcd".index(idea.shape[bar % 4])
            motif = idea.motifs[letter % len(idea.motifs)]
            if last:
                motif = _cadence(motif, beats, dice)
            if silent and not (last and dice.chance(0.3)):
                continue
            placed = _place(motif, chords, at, beats, anchor, singer, dice)
            if placed:
                anchor = 0.6 * placed[-1].pitch + 0.4 * (singer.low + singer.high) / 2
                notes += placed
    return _joined(notes, singer, beats, dice)


def _cadence(motif: Motif, beats: int, dice: Dice) -> Motif:
    """End a phrase: a few notes of the motif, then one that is held."""
    head = [tone for tone in motif if tone.start < beats / 2][: dice.whole(1, 3)]
    if not head:
        return (Tone(0.0, float(beats) - 0.5, 0),)
    rest = head[-1].start + head[-1].length
    return (*head, Tone(rest, max(0.5, beats - rest - 0.25), head[-1].step + dice.pick((-1, 1, -2))))


def _place(
    motif: Motif, chords: list[Chord], at: float, beats: int, anchor: float, singer: Singer, dice: Dice
) -> list[Note]:
    """Give a motif pitches: its first note on a chord tone near the anchor, strong beats on chord tones."""
    notes = []
    base: int | None = None
    for tone in motif:
        chord = chord_under(chords, at + tone.start)
        steps = theory.ladder(chord.scale, singer.low - 12, singer.high + 12)
        stable = [pitch for pitch in steps if pitch % 12 in chord.classes and singer.low <= pitch <= singer.high]
        if base is None:
            base = theory.nearest(stable or steps, anchor)
            pitch = base
        else:
            index = min(range(len(steps)), key=lambda i: abs(steps[i] - base))
            pitch = steps[max(0, min(len(steps) - 1, index + tone.step - motif[0].step))]
        strong = tone.start % 2 == 0 or tone.length >= 1
        if strong and pitch % 12 not in chord.classes and stable:
            near = theory.nearest(stable, pitch)
            pitch = near if abs(near - pitch) <= 3 else pitch
        while pitch > singer.high:
            pitch -= 12
        while pitch < singer.low:
            pitch += 12
        accent = 0.08 if tone.start == 0 else (0.03 if tone.start % 1 == 0 else -0.05)
        arch = 0.06 * (pitch - anchor) / 12
        notes.append(Note(at + tone.start, tone.length, pitch, 0.70 + accent + arch + dice.bell(0.02)))
    return notes


def chord_under(chords: list[Chord], beat: float) -> Chord:
    """Return the chord sounding at a beat."""
    low, high = 0, len(chords) - 1
    while low < high:
        middle = (low + high + 1) // 2
        if chords[middle].start <= beat + 1e-6:
            low = middle
        else:
            high = middle - 1
    return chords[low]


def _joined(notes: list[Note], singer: Singer, beats: int, dice: Dice) -> list[Note]:
    """Join notes the way the instrument does, shorten where the next one begins, and add ornaments."""
    joined: list[Note] = []
    for place, note in enumerate(notes):
        gap = (notes[place + 1].start - note.start) if place + 1 < len(notes) else note.length
        length = min(note.length * (0.6 + 0.45 * singer.legato), gap * (1.02 if singer.legato > 0.8 else 0.98))
        long = length >= 1.0
        joined.append(note._replace(length=max(0.12, length), articulation="vibrato" if long else ""))
        upper = place + 1 < len(notes) and 0 < notes[place + 1].pitch - note.pitch <= 4
        if long and dice.chance(singer.ornament) and upper:
            joined[-1] = joined[-1]._replace(length=max(0.12, length - 0.25))
            joined.append(Note(note.start + gap - 0.25, 0.22, notes[place + 1].pitch, note.velocity - 0.12, ""))
    return joined


def counter(chords: list[Chord], low: int, high: int, dice: Dice) -> list[Note]:
    """Write a second voice in long notes: thirds and sevenths of the chords, moving as little as it can."""
    notes: list[Note] = []
    last = (low + high) / 2 + dice.bell(2)
    for chord in chords:
        wanted = [c for c in chord.classes[1:] if (c - chord.root) % 12 != 7] or list(chord.classes)
        pitch = theory.nearest(theory.ladder(tuple(wanted), low, high) or [int(last)], last)
        if notes and notes[-1].pitch == pitch and notes[-1].length < 8:
            notes[-1] = notes[-1]._replace(length=notes[-1].length + chord.length)
        else:
            notes.append(Note(chord.start, chord.length * 1.02, pitch, 0.52 + dice.bell(0.02), "vibrato"))
        last = pitch
    return notes
