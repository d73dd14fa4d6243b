"""Bass lines: what the low end plays under the chords, and how it leads from one to the next."""

from collections.abc import Callable, Sequence

from bot.generation.engines.composer import theory
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.score import Chord, Note

_POP = (
    (0, 1.5, 2, 3.5), (0, 2.5), (0, 1.5, 2.5, 3.5), (0, 0.5, 2, 3.5), (0, 1.5, 2), (0, 1, 2.5, 3.5), (0, 2, 2.5, 3.5),
    (0, 1.5, 3), (0, 0.75, 1.5, 2.5), (0, 2.5, 3, 3.5),
)  # fmt: skip
_FUNK = (
    (0, 0.75, 1.5, 2.25, 2.5, 3.25), (0, 0.5, 1.75, 2.5, 3, 3.75), (0, 0.25, 1.5, 1.75, 2.75, 3.5),
    (0, 1.25, 1.5, 2.5, 2.75, 3.5), (0, 0.75, 1.75, 2, 2.75, 3.25), (0, 0.5, 0.75, 2.25, 2.5, 3.75),
    (0, 1.5, 1.75, 2.25, 3, 3.25), (0, 0.25, 0.75, 2.5, 3.25, 3.75),
)  # fmt: skip

Segment = tuple[Chord, float, float, Chord | None]
"""A chord, where its share of the bar begins and how long it is (beats), and the chord that follows."""


class BassPlayer:
    """Plays one line over a section, with the same figures wherever the piece comes back to them."""

    def __init__(self, line: str, low: int, ternary: bool, beats: int, dice: Dice) -> None:
        self._write = _LINES[line]
        self._low = low
        self.ternary = ternary
        self.beats = beats
        self.dice = dice
        self.pop = dice.pick(_POP)
        self.funk = dice.pick(_FUNK)
        self.last = low + 7.0

    def play(self, chords: Sequence[Chord], following: Chord | None) -> list[Note]:
        """Return the notes under these chords; ``following`` is the first chord after them."""
        notes: list[Note] = []
        for place, chord in enumerate(chords):
            after = chords[place + 1] if place + 1 < len(chords) else following
            notes += self._write(self, (chord, chord.start, chord.length, after))
        return notes

    def root(self, chord: Chord) -> int:
        """Return the chord's bass note, close to the last one and within an octave and a half of the lowest."""
        choices = [pitch for pitch in range(self._low, self._low + 17) if pitch % 12 == chord.bass]
        choice = theory.nearest(choices, 0.6 * self.last + 0.4 * (self._low + 6))
        self.last = choice
        return choice

    def fifth(self, chord: Chord, root: int) -> int:
        """Return the fifth of the chord (or what it has instead) above, or below where there is room."""
        wanted = {(chord.root + tone) % 12 for tone in chord.tones if 5 < tone < 9} or {chord.root}
        above = next(pitch for pitch in range(root + 1, root + 13) if pitch % 12 in wanted)
        return above - 12 if above - 12 >= self._low and self.dice.chance(0.4) else above

    def approach(self, chord: Chord, root: int, after: Chord | None) -> int:
        """Return a note that leads to the next chord's bass by a step of the scale or a semitone."""
        if after is None:
            return root
        target = theory.nearest([pitch for pitch in range(self._low, self._low + 17) if pitch % 12 == after.bass], root)
        below = [target - 1, target - 2, target + 2, target + 1]
        inside = [pitch for pitch in below if pitch % 12 in chord.scale]
        return self.dice.pick(inside or below[:1])

    def beat(self, place: float) -> float:
        """Return where a point of a binary beat falls in this metre."""
        if not self.ternary:
            return place
        whole, part = divmod(place, 1)
        return whole + {0.0: 0.0, 0.25: 1 / 3, 0.5: 2 / 3, 0.75: 2 / 3}[part]


def _long(player: BassPlayer, segment: Segment) -> list[Note]:
    chord, start, length, _ = segment
    return [Note(start, length * 0.98, player.root(chord), 0.68)]


def _drone(player: BassPlayer, segment: Segment) -> list[Note]:
    chord, start, length, _ = segment
    return [Note(start, length * 1.02, player.root(chord), 0.6)]


def _roots(player: BassPlayer, segment: Segment) -> list[Note]:
    chord, start, length, after = segment
    root = player.root(chord)
    if length < 3:
        return [Note(start, length * 0.92, root, 0.7)]
    half = float(int(length / 2 + 0.5))
    second = root if player.dice.chance(0.5) else player.fifth(chord, root)
    notes = [Note(start, half * 0.92, root, 0.74), Note(start + half, (length - half) * 0.9, second, 0.64)]
    if player.dice.chance(0.35):
        notes[-1] = notes[-1]._replace(length=max(0.4, length - half - 1))
        notes.append(Note(start + length - 1, 0.85, player.approach(chord, root, after), 0.62))
    return notes


def _figure(player: BassPlayer, segment: Segment, places: Sequence[float], staccato: float) -> list[Note]:
    chord, start, length, after = segment
    root = player.root(chord)
    offset = start % player.beats
    inside = sorted(
        {player.beat(p) for p in places if offset - 1e-6 <= player.beat(p) < offset + length - 1e-6} | {offset}
    )
    notes = []
    for index, place in enumerate(inside):
        until = inside[index + 1] if index + 1 < len(inside) else offset + length
        pitch = root
        if index:
            pitch = player.dice.weighted({root: 0.55, player.fifth(chord, root): 0.25, root + 12: 0.2})
        if index and index == len(inside) - 1 and player.dice.chance(0.5):
            pitch = player.approach(chord, root, after)
        velocity = 0.78 if index == 0 else 0.64
        notes.append(Note(start + place - offset, (until - place) * staccato, pitch, velocity))
    return notes


def _pop(player: BassPlayer, segment: Segment) -> list[Note]:
    return _figure(player, segment, player.pop, 0.88)


def _funk(player: BassPlayer, segment: Segment) -> list[Note]:
    return _figure(player, segment, player.funk, 0.62)


def _repeated(player: BassPlayer, segment: Segment, places: Sequence[float], jump: int, skip: bool) -> list[Note]:
    """Play the same note at these places of every beat; ``jump`` semitones up on every second one."""
    chord, start, length, after = segment
    root = player.root(chord)
    notes = []
    spots = [(beat, index, player.beat(p)) for beat in range(int(length + 0.5)) for index, p in enumerate(places)]
    for beat, index, place in spots:
        pitch = root + (jump if index % 2 else 0)
        last = beat == int(length + 0.5) - 1 and index == len(places) - 1
        if last and player.dice.chance(0.5):
            pitch = player.approach(chord, root, after)
        reach = (places[index + 1] if index + 1 < len(places) else 1.0) - places[index]
        accent = 0.06 if beat % 2 == 0 and index == 0 else 0.0
        notes.append(Note(start + beat + place, reach * (0.7 if skip else 0.85), pitch, 0.66 + accent))
    return notes


def _eighths(player: BassPlayer, segment: Segment) -> list[Note]:
    return _repeated(player, segment, (0, 0.5), 0, False)


def _octaves(player: BassPlayer, segment: Segment) -> list[Note]:
    return _repeated(player, segment, (0, 0.5), 12, True)


def _offbeat(player: BassPlayer, segment: Segment) -> list[Note]:
    return _repeated(player, segment, (0.5,), 0, False)


def _gallop(player: BassPlayer, segment: Segment) -> list[Note]:
    return _repeated(player, segment, (0, 0.5, 0.75), 0, True)


def _walking(player: BassPlayer, segment: Segment) -> list[Note]:
    chord, start, length, after = segment
    root = player.root(chord)
    notes = [Note(start, 0.92, root, 0.74)]
    steps = theory.ladder(chord.scale, player._low - 2, player._low + 19)
    last, direction = root, player.dice.pick((-1, 1))
    for beat in range(1, int(length + 0.5)):
        if beat == int(length + 0.5) - 1:
            pitch = player.approach(chord, last, after)
        else:
            index = min(range(len(steps)), key=lambda i: abs(steps[i] - last))
            index += direction * player.dice.pick((1, 1, 2))
            direction = -direction if not 1 <= index < len(steps) - 1 else direction
            pitch = steps[max(0, min(len(steps) - 1, index))]
        notes.append(Note(start + beat, 0.9, pitch, 0.66 + player.dice.bell(0.03)))
        last = pitch
    player.last = last
    return notes


_LINES: dict[str, Callable[[BassPlayer, Segment], list[Note]]] = {
    "long": _long,
    "drone": _drone,
    "roots": _roots,
    "pop": _pop,
    "funk": _funk,
    "eighths": _eighths,
    "octaves": _octaves,
    "offbeat": _offbeat,
    "gallop": _gallop,
    "walking": _walking,
}
