"""Melodies: the motifs of a piece made into phrases that ask and answer, over its chords.

A phrase is four bars: two that ask and take a breath, two that answer and come to rest. Which motif is in which bar is
the piece's idea (motif); what pitches they take is the line (line); here is when they sound and how they are sung.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from bot.generation.engines.composer import theory
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.line import Close, Place, draw
from bot.generation.engines.composer.motif import Idea, Motif, Tone
from bot.generation.engines.composer.score import Chord, Note

PHRASE = 4
"""Bars of a phrase."""
_CONTOURS = {
    "arch": ((0.0, 0.6, 1.0), (-2.0, 3.5, -1.5)),
    "fall": ((0.0, 0.2, 1.0), (2.5, 3.0, -3.0)),
    "rise": ((0.0, 0.8, 1.0), (-3.0, 3.0, 2.5)),
    "bowl": ((0.0, 0.5, 1.0), (2.0, -2.5, 1.5)),
}
"""How a phrase lies around its middle: places from 0 to 1, semitones. Arches are the commonest in sung melody, then
falls, then rises (D. Huron, *Computing in Musicology* 10, 1996)."""
_CONTOUR_WEIGHTS = {"arch": 4.0, "fall": 2.6, "rise": 2.0, "bowl": 1.0}


@dataclass(frozen=True, slots=True)
class Singer:
    """Who sings: range as MIDI pitches, the level of ornament, and how its notes are joined."""

    low: int
    high: int
    legato: float
    ornament: float


@dataclass(frozen=True, slots=True)
class Stanza:
    """Where a tune is sung: ``bars`` of ``beats`` from beat ``start``, for the ``turn``-th time (0 the first).

    ``rests`` is the share of phrases left silent.
    """

    start: float
    bars: int
    beats: int
    turn: int
    rests: float


_LEFT = 1.8
"""How much a note matters after which there is silence: it goes on sounding in the ear."""
_FAIR = 0.35
"""Share of a phrase that one pitch may have; where it has more, the phrase is drawn once more, away from it."""


class _Sung(NamedTuple):
    """A note of a phrase that has its time but no pitch: beats from the phrase's start, steps of the scale.

    ``opens``: it is the first of its motif.
    """

    start: float
    length: float
    step: int
    close: Close = ""
    opens: bool = False


def sing(
    idea: Idea, chords: list[Chord], stanza: Stanza, singer: Singer, sung: Sequence[int], form: Dice, dice: Dice
) -> list[Note]:
    """Develop an idea over a stanza.

    :param sung: the pitches of the tune before this stanza.
    :param form: falls the same whenever the letter comes back: how phrases lie and end.
    :param dice: falls anew each time: what is varied, and which pitch is taken where several would do.
    """
    notes: list[Note] = []
    shapes = [form.weighted(_CONTOUR_WEIGHTS), form.weighted({"fall": 2.0, "arch": 2.0, "bowl": 0.6})]
    heads = form.whole(1, 3)
    motifs = tuple(_varied(motif, dice) for motif in idea.motifs) if stanza.turn else idea.motifs
    for phrase, bar in enumerate(range(0, stanza.bars, PHRASE)):
        bars = min(PHRASE, stanza.bars - bar)
        answer = phrase % 2 == 1 or bar + bars >= stanza.bars
        silent = dice.chance(stanza.rests) and not (phrase == 0 and stanza.rests < 0.6)
        tones = _phrase(Idea(motifs, idea.shape), bars, stanza.beats, heads, closed=answer)
        if silent:
            tones = [tone for tone in tones if tone.start >= bars * stanza.beats / 2] if dice.chance(0.3) else []
        if tones:
            before = [*sung, *(note.pitch for note in notes)]
            at = stanza.start + bar * stanza.beats
            notes += _placed(tones, chords, at, bars * stanza.beats, shapes[phrase % 2], singer, before, dice)
    return _joined(notes, singer, dice)


def _phrase(idea: Idea, bars: int, beats: int, heads: int, *, closed: bool) -> list[_Sung]:
    """Line up the motifs of a phrase: the call ends in a breath, the answer in a note that is held."""
    sung: list[_Sung] = []
    for bar in range(bars):
        motif = idea.motifs["abcd".index(idea.shape[bar % PHRASE]) % len(idea.motifs)]
        at = float(bar * beats)
        if bar == bars - 1:
            sung += [_Sung(at + t.start, t.length, t.step) for t in _cadence(motif, beats, heads)]
            sung[-1] = sung[-1]._replace(close="closed" if closed else "open")
        elif bar == 1 and bars == PHRASE:
            sung += [_Sung(at + t.start, t.length, t.step) for t in _breathing(motif, beats)]
            sung[-1] = sung[-1]._replace(close="open")
        else:
            sung += [_Sung(at + t.start, t.length, t.step) for t in motif]
        first = next(place for place, tone in enumerate(sung) if tone.start >= at)
        sung[first] = sung[first]._replace(opens=True)
    return sung


def _breath(beats: int) -> float:
    """Return the beats of silence that end a call."""
    return 1.0 if beats >= 3 else 0.6


def _breathing(motif: Motif, beats: int) -> Motif:
    """Leave room for a breath at the end of a motif's bar."""
    end = beats - _breath(beats)
    kept = [tone for tone in motif if tone.start < end - 0.2] or [motif[0]._replace(start=0.0)]
    last = kept[-1]
    return (*kept[:-1], last._replace(length=min(max(last.length, 1.0), end - last.start)))


def _cadence(motif: Motif, beats: int, heads: int) -> Motif:
    """End a phrase: a few notes of the motif, then one that is held."""
    head = [tone for tone in motif if tone.start < beats / 2 - 0.1][:heads]
    at = max((tone.start + tone.length for tone in head), default=0.0)
    until = beats - _breath(beats) * 0.75
    if until - at < 0.75:
        head, at = head[:1], min(1.0, head[0].start + head[0].length) if head else 0.0
        head = [tone._replace(length=min(tone.length, at - tone.start)) for tone in head]
    step = head[-1].step - 1 if head else 0
    return (*head, Tone(at, max(0.5, until - at), step))


def _varied(motif: Motif, dice: Dice) -> Motif:
    """Break a long note into a turn with its neighbour: what comes back has lived in the meantime."""
    long = [tone for tone in motif if 1.0 <= tone.length <= 2.0]
    if not long or not dice.chance(0.6):
        return motif
    tone = dice.pick(long)
    half, place = tone.length / 2, motif.index(tone)
    turned = Tone(tone.start + half, half, tone.step + dice.pick((-1, 1)))
    return (*motif[:place], tone._replace(length=half), turned, *motif[place + 1 :])


def _placed(
    tones: Sequence[_Sung],
    chords: list[Chord],
    at: float,
    beats: float,
    shape: str,
    singer: Singer,
    sung: Sequence[int],
    dice: Dice,
) -> list[Note]:
    """Give a phrase its pitches and its swell."""
    middle = (singer.low + singer.high) / 2
    where, heights = _CONTOURS[shape]
    height = min(1.0, (singer.high - singer.low) / 16)
    places, last, aimed = [], tones[0].step, middle
    for tone, after in zip(tones, [*tones[1:], None], strict=True):
        chord = chord_under(chords, at + tone.start)
        aim = middle + height * float(np.interp(tone.start / beats, where, heights))
        # Motifs follow the phrase: taken up again where it has risen, a motif becomes a sequence.
        semitones = aim - aimed if tone.opens else (tone.step - last) * 12 / max(5, len(chord.scale))
        left = after is None or after.start - tone.start - tone.length >= 0.5
        weight = _LEFT if left else _weight(tone)
        end = chord_under(chords, at + tone.start + tone.length - 0.4)
        later = end if end.start > chord.start else None
        places.append(Place(chord, semitones, aim, weight, tone.length >= 0.7, tone.close, later))
        last, aimed = tone.step, aim if tone.opens else aimed
    line = draw(places, singer.low, singer.high, sung, dice)
    if len(line) >= 6 and max(map(line.count, line)) > _FAIR * len(line):
        other = draw(places, singer.low, singer.high, [*line, *sung], dice)
        line = min(line, other, key=lambda one: max(map(one.count, one)))
    notes = []
    for tone, pitch in zip(tones, line, strict=True):
        accent = 0.08 if tone.start % 4 == 0 else (0.03 if tone.start % 1 == 0 else -0.05)
        swell = 0.012 * float(np.clip(pitch - middle, -7, 7)) - (0.05 if tone.close else 0.0)
        notes.append(Note(at + tone.start, tone.length, pitch, 0.70 + accent + swell + dice.bell(0.025)))
    return notes


def _weight(tone: _Sung) -> float:
    """Return how much a note has to agree with its chord: all of it where it is long or on a strong beat."""
    if tone.length >= 1.0 or tone.start % 2 == 0:
        return 1.0
    return 0.6 if tone.start % 1 == 0 or tone.length >= 0.6 else 0.15


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


def _joined(notes: list[Note], singer: Singer, dice: Dice) -> list[Note]:
    """Join notes the way the instrument does, shorten where the next one begins, and add ornaments."""
    joined: list[Note] = []
    for place, note in enumerate(notes):
        gap = (notes[place + 1].start - note.start) if place + 1 < len(notes) else note.length
        length = min(note.length * (0.6 + 0.45 * singer.legato), gap * (1.02 if singer.legato > 0.8 else 0.98))
        long = length >= 1.0
        joined.append(note._replace(length=max(0.12, length), articulation="vibrato" if long else ""))
        upper = place + 1 < len(notes) and 0 < notes[place + 1].pitch - note.pitch <= 4
        if long and dice.chance(singer.ornament) and upper and gap - note.length < 0.1:
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
