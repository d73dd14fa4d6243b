"""Accompaniment: how a chord is broken into notes by whoever plays the harmony."""

from collections.abc import Callable, Sequence

from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.harmony import voice
from bot.generation.engines.composer.score import Chord, Note

_BLOCKS = ((0,), (0, 2), (0, 1.5), (0, 2.5), (0, 1.5, 3), (0, 1, 2, 3), (0, 3), (0, 1.5, 2.5))
_LAZY = ((0, 2.5), (0.5, 2), (0, 1.75), (0, 3.5), (0.25, 2.75), (0, 1.5, 3.25), (0, 2.75))
_STABS = (
    (0.5, 1.5, 2.5, 3.5), (0, 0.75, 2.5), (1, 1.75, 3, 3.75), (0, 1.5, 2.75), (0.25, 1, 2.25, 3.5),
    (0.5, 1.25, 2.5, 3.75),
    (1, 3), (0, 0.75, 1.5, 2.75, 3.5), (0.75, 2.5), (1.5, 3.25),
)  # fmt: skip
_BROKEN = ((0, 2, 1, 2), (0, 1, 2, 1), (0, 2, 3, 2), (0, 1, 3, 2), (0, 3, 1, 2), (0, 1, 2, 3), (0, 2, 1, 3))
_RUNS = ((0, 1, 2, 3), (3, 2, 1, 0), (0, 1, 2, 3, 2, 1), (0, 2, 1, 3), (3, 1, 2, 0), (0, 3, 1, 2), (0, 1, 0, 2, 0, 3))
_STRUM = (
    (0, 1, 1.5, 2.5, 3, 3.5), (0, 0.5, 1.5, 2, 3, 3.5), (0, 1, 1.5, 2, 2.5, 3.5), (0, 1.5, 2, 3, 3.5),
    (0, 1, 2, 2.5, 3, 3.5),
    (0, 0.75, 1.5, 2, 2.75, 3.5),
)  # fmt: skip
_PLUCKS = (
    (0, 0.75, 1.5, 2.25, 3, 3.5), (0, 0.5, 1.5, 2, 3, 3.5), (0, 0.75, 1.5, 2, 2.75, 3.5), (0, 1, 1.5, 2.5, 3, 3.75),
    (0, 0.75, 1.25, 2, 2.75, 3.25), (0, 0.5, 1, 1.75, 2.5, 3.25),
)  # fmt: skip
_OSTINATO = ((0, 0, 1, 0), (0, 1, 2, 1), (0, 0, 2, 1), (0, 2, 0, 1), (0, 1, 0, 2), (0, 0, 0, 1), (2, 0, 1, 0))


class Comper:
    """Plays one manner of accompaniment over the whole piece, with figures drawn once."""

    def __init__(
        self, manner: str, centre: int, voices: int, beats: int, ternary: bool, held: bool, dice: Dice
    ) -> None:
        self._write = _MANNERS[manner]
        self._centre = centre
        self._voices = voices
        self._previous: tuple[int, ...] | None = None
        self.beats = beats
        self.ternary = ternary
        self.held = held
        self.dice = dice
        self.figures = {
            "blocks": dice.pick(_BLOCKS), "lazy": dice.pick(_LAZY), "stabs": dice.pick(_STABS),
            "strum": dice.pick(_STRUM),
            "plucks": dice.pick(_PLUCKS),
        }  # fmt: skip
        self.broken = dice.pick(_BROKEN)
        self.run = dice.pick(_RUNS)
        self.ostinato = dice.pick(_OSTINATO)

    def play(self, chords: Sequence[Chord]) -> list[Note]:
        """Return the accompaniment over these chords."""
        notes: list[Note] = []
        for chord in chords:
            pitches = voice(chord, self._previous, self._centre, self._voices)
            self._previous = pitches
            notes += self._write(self, chord, pitches)
        return notes

    def beat(self, place: float) -> float:
        """Return where a point of a binary beat falls in this metre."""
        if not self.ternary:
            return place
        whole, part = divmod(place, 1)
        return whole + {0.0: 0.0, 0.25: 1 / 3, 0.5: 2 / 3, 0.75: 2 / 3}[part]

    def places(self, chord: Chord, figure: Sequence[float], always: bool) -> list[float]:
        """Return the beats of a figure that fall on a chord, the chord's first one too if ``always``."""
        offset = chord.start % self.beats
        inside = {self.beat(p) for p in figure if offset - 1e-6 <= self.beat(p) < offset + chord.length - 1e-6}
        return [chord.start + p - offset for p in sorted(inside | ({offset} if always else set()))]

    def grid(self, chord: Chord, fine: bool) -> list[float]:
        """Return every eighth (``fine``: sixteenth) of a chord; triplets where the beat has three parts."""
        step = 1 / 3 if self.ternary else (0.25 if fine else 0.5)
        return [chord.start + index * step for index in range(int(chord.length / step + 0.5))]


def _spread(
    at: float, length: float, pitches: Sequence[int], velocity: float, comper: Comper, roll: float
) -> list[Note]:
    """Strike a chord, its notes ``roll`` beats apart, the top one a little louder."""
    top = len(pitches) - 1
    return [
        Note(
            at + index * roll,
            max(0.1, length - index * roll),
            pitch,
            velocity + (0.05 if index == top else 0.0) + comper.dice.bell(0.02),
        )
        for index, pitch in enumerate(pitches)
    ]  # fmt: skip


def _sustain(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    return _spread(chord.start, chord.length * 1.0, pitches, 0.52, comper, 0.0 if comper.held else 0.06)


def _at_places(comper: Comper, chord: Chord, pitches: tuple[int, ...], places: list[float], short: float) -> list[Note]:
    notes: list[Note] = []
    end = chord.start + chord.length
    for index, place in enumerate(places):
        until = places[index + 1] if index + 1 < len(places) else end
        velocity = 0.62 if place % comper.beats == 0 else 0.54
        notes += _spread(place, (until - place) * short, pitches, velocity, comper, 0.015)
    return notes


def _blocks(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    return _at_places(comper, chord, pitches, comper.places(chord, comper.figures["blocks"], True), 0.94)


def _lazy(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    notes: list[Note] = []
    for place in comper.places(chord, comper.figures["lazy"], chord.length < comper.beats):
        left = chord.start + chord.length - place
        notes += _spread(
            place, min(left, comper.dice.pick((1.4, 1.9, 2.6))), pitches, 0.55, comper, comper.dice.pick((0.02, 0.05))
        )
    return notes


def _broken(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    tones = (*pitches, pitches[0] + 12)
    notes = []
    for index, place in enumerate(comper.grid(chord, False)):
        pitch = tones[comper.broken[index % len(comper.broken)] % len(tones)]
        left = chord.start + chord.length - place
        notes.append(Note(place, min(left, 1.5), pitch, (0.62 if index % 4 == 0 else 0.5) + comper.dice.bell(0.03)))
    return notes


def _running(comper: Comper, chord: Chord, pitches: tuple[int, ...], fine: bool, ring: float) -> list[Note]:
    tones = (*pitches[:3], pitches[0] + 12) if len(pitches) < 4 else pitches[:4]
    notes = []
    for index, place in enumerate(comper.grid(chord, fine)):
        octave = 12 if (index // (2 * len(comper.run))) % 2 else 0
        pitch = tones[comper.run[index % len(comper.run)] % len(tones)] + octave
        accent = 0.1 if index % len(comper.run) == 0 else 0.0
        notes.append(Note(place, ring, pitch, 0.5 + accent + comper.dice.bell(0.02)))
    return notes


def _arpeggio(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    return _running(comper, chord, pitches, False, 0.9)


def _sixteenths(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    return _running(comper, chord, pitches, True, 0.24)


def _chip_arp(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    step = 0.125 if not comper.ternary else 1 / 6
    tones = pitches[:3]
    count = int(chord.length / step + 0.5)
    return [Note(chord.start + i * step, step * 0.95, tones[i % 3], 0.6 if i % 8 == 0 else 0.5) for i in range(count)]


def _strum(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    places = comper.places(chord, comper.figures["strum"], True)
    notes: list[Note] = []
    for index, place in enumerate(places):
        until = places[index + 1] if index + 1 < len(places) else chord.start + chord.length
        up = place % 1 > 0.3
        struck = tuple(reversed(pitches[-3:])) if up else pitches
        velocity = 0.5 if up else (0.64 if place % 2 == 0 else 0.57)
        notes += _spread(place, (until - place) * 0.97, struck, velocity, comper, 0.022 if up else 0.034)
    return notes


def _stabs(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    notes: list[Note] = []
    for place in comper.places(chord, comper.figures["stabs"], False):
        notes += [n._replace(articulation="short") for n in _spread(place, 0.22, pitches, 0.6, comper, 0.0)]
    return notes


def _ostinato(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    notes = []
    for index, place in enumerate(comper.grid(chord, False)):
        pitch = pitches[comper.ostinato[index % len(comper.ostinato)] % len(pitches)]
        accent = 0.14 if index % 4 == 0 else 0.0
        notes.append(Note(place, 0.4, pitch, 0.56 + accent + comper.dice.bell(0.02), "short"))
        if accent:
            notes.append(Note(place, 0.4, pitches[0] - 12, 0.58, "short"))
    return notes


def _pulse(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    notes: list[Note] = []
    for index, place in enumerate(comper.grid(chord, False)):
        notes += _spread(place, 0.42, pitches, 0.56 if index % 2 == 0 else 0.46, comper, 0.0)
    return notes


def _offbeats(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    notes: list[Note] = []
    for beat in range(int(chord.length + 0.5)):
        notes += _spread(chord.start + beat + comper.beat(0.5), 0.35, pitches, 0.58, comper, 0.0)
    return notes


def _waltz(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    notes = [Note(chord.start, 0.9, pitches[0] - 12, 0.62)]
    for beat in range(1, int(chord.length + 0.5)):
        if comper.beats % 2 or beat % 2:
            notes += _spread(chord.start + beat, 0.6, pitches, 0.5, comper, 0.0)
        else:
            notes.append(Note(chord.start + beat, 0.9, pitches[-1] - 12, 0.56))
    return notes


def _power(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    low = chord.root + 36 if chord.root >= 4 else chord.root + 48
    struck = set(comper.places(chord, comper.figures["strum"], True)[::2])
    notes = []
    for place in comper.grid(chord, False):
        accent = any(abs(place - p) < 0.01 for p in struck)
        length, velocity = (0.5, 0.72) if accent else (0.2, 0.5)
        notes += [
            Note(place, length, low + tone, velocity + comper.dice.bell(0.02), "" if accent else "short")
            for tone in (0, 7, 12)
        ]
    return notes


def _plucks(comper: Comper, chord: Chord, pitches: tuple[int, ...]) -> list[Note]:
    tones = (*pitches, pitches[0] + 12)
    places = comper.places(chord, comper.figures["plucks"], True)
    return [
        Note(place, 0.6, tones[comper.run[index % len(comper.run)] % len(tones)], 0.62 if index == 0 else 0.54)
        for index, place in enumerate(places)
    ]


_MANNERS: dict[str, Callable[[Comper, Chord, tuple[int, ...]], list[Note]]] = {
    "sustain": _sustain, "blocks": _blocks, "lazy": _lazy, "broken": _broken, "arpeggio": _arpeggio,
    "sixteenths": _sixteenths, "strum": _strum, "stabs": _stabs, "ostinato": _ostinato, "pulse": _pulse,
    "offbeats": _offbeats, "waltz": _waltz, "chip-arp": _chip_arp, "power": _power, "plucks": _plucks,
}  # fmt: skip
