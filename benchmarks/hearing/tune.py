"""What an ear dislikes in melody and harmony, read in the score, one number each.

Every measure takes a `Piece` and returns its number, or None where it does not apply. Sources, by short name:

- Huron: D. Huron, *Sweet Anticipation* (2006), ch. 5: melodies move in small steps, arch, and turn back after leaps.
- von Hippel and Huron, *Music Perception* 18(1), 2000: after a leap of more than a fifth, the line returns.
- Huron 2001: "Tone and Voice", *Music Perception* 19(1): common tones and small steps keep voices apart and smooth.
- Hellmer and Madison, *Music Perception* 33(2), 2015: played timing strays by some 5 to 15 ms; a grid does not.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from bot.generation.engines.composer import theory
from bot.generation.engines.composer.melody import chord_under
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.score import Note, Section, Song

EARLY = 0.12
"""Beats by which a played note may come before the beat it belongs to."""
_DRIVING = frozenset({"chiptune", "electronic", "rock"})
"""Styles in which a hammered note is the style."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A composed piece: its plan and its score as played."""

    plan: Plan
    song: Song

    def part(self, role: str) -> tuple[Note, ...]:
        """Return the notes of everybody in a role, in time."""
        found = [note for part in self.song.parts if part.role == role for note in part.notes]
        return tuple(sorted(found, key=lambda note: note.start))

    @property
    def lead(self) -> tuple[Note, ...]:
        """The tune, where it has enough notes to be one, without grace notes and the last chord."""
        end = self.song.sections[-1]
        until = end.start * self.song.beats - EARLY if end.name == "ending" else np.inf
        notes = tuple(note for note in self.part("lead") if note.start < until and note.length > 0.23)
        return notes if len(notes) >= 8 else ()

    @property
    def grid(self) -> int:
        """Steps of a beat that rhythms are compared in."""
        return 3 if self.song.ternary else 4

    @property
    def second(self) -> float:
        """Beats in a second."""
        return self.song.tempo / 60

    def within(self, notes: Sequence[Note], section: Section) -> list[Note]:
        """Return the notes that begin in a section."""
        start, end = (bar * self.song.beats - EARLY for bar in (section.start, section.start + section.bars))
        return [note for note in notes if start <= note.start < end]


# Melody -------------------------------------------------------------------------------------------------------------


def stuck(piece: Piece) -> float | None:
    """Share of the tune's notes that are its most frequent pitch."""
    counted = Counter(note.pitch for note in piece.lead)
    return max(counted.values()) / len(piece.lead) if counted else None


def hammered(piece: Piece) -> float | None:
    """Longest run of one pitch struck again within three quarters of a second, outside styles that want it."""
    if not piece.lead or piece.plan.style in _DRIVING:
        return None
    longest = run = 1
    for one, other in pairwise(piece.lead):
        run = run + 1 if other.pitch == one.pitch and (other.start - one.start) < 0.75 * piece.second else 1
        longest = max(longest, run)
    return float(longest)


def steps(piece: Piece) -> float | None:
    """Share of the tune's moves (repeats left out) that are steps of the scale; Huron: about two thirds."""
    moves = [abs(b.pitch - a.pitch) for a, b in pairwise(piece.lead) if a.pitch != b.pitch]
    second = 2 if len(theory.MODES[piece.song.mode]) > 5 else 3
    return float(np.mean([move <= second for move in moves])) if len(moves) >= 6 else None


def wild_leaps(piece: Piece) -> float | None:
    """Leaps of more than a fifth that do not turn back (von Hippel and Huron), per hundred moves within a phrase."""
    notes = piece.lead
    wild = total = 0
    for a, b, c in zip(notes, notes[1:], notes[2:], strict=False):
        if b.start - a.start > 2 * piece.song.beats:
            continue
        total += 1
        leap = b.pitch - a.pitch
        wild += abs(leap) > 12 or (abs(leap) > 7 and (c.pitch - b.pitch) * leap > 0)
    return 100 * wild / total if total >= 6 else None


def harsh_notes(piece: Piece) -> float | None:
    """Tune notes on a beat or long, foreign to the chord, that do not move on by step: share of all such notes."""
    notes, chords = piece.lead, list(piece.song.chords)
    heavy = bad = 0
    for place, note in enumerate(notes):
        beat = round(note.start)
        if not (abs(note.start - beat) < EARLY and note.length >= 0.45) and note.length < 1.0:
            continue
        heavy += 1
        if note.pitch % 12 in chord_under(chords, note.start + EARLY).classes:
            continue
        after = notes[place + 1] if place + 1 < len(notes) else None
        resolved = after is not None and 0 < abs(after.pitch - note.pitch) <= 2 and note.length <= 1.6
        bad += not resolved
    return bad / heavy if heavy >= 5 else None


def rubbed(piece: Piece) -> float | None:
    """Share of the tune's sounding time a semitone (or minor ninth) above a chord tone that sounds with it."""
    chords = list(piece.song.chords)
    time = bad = 0.0
    for note in piece.lead:
        for place in np.arange(note.start + EARLY, note.start + note.length, 0.25):
            chord = chord_under(chords, float(place))
            time += 0.25
            clash = (note.pitch - 1) % 12 in chord.classes and note.pitch % 12 not in chord.classes
            bad += 0.25 * (clash and note.length >= 0.75)
    return bad / time if time else None


def breathless(piece: Piece) -> float | None:
    """Longest stretch of tune without a rest or a held note (1.5 beats), seconds: singers and winds breathe."""
    if not piece.lead:
        return None
    longest, begun = 0.0, piece.lead[0].start
    for a, b in pairwise(piece.lead):
        if b.start - a.start >= 1.45 or b.start - (a.start + a.length) >= 0.4:
            longest, begun = max(longest, a.start + a.length - begun), b.start
    return max(longest, piece.lead[-1].start - begun) / piece.second


def homeless(piece: Piece) -> float | None:
    """Share of phrases (before a rest of a beat or more) that do not end on a tone of their chord."""
    notes, chords = piece.lead, list(piece.song.chords)
    ends = [a for a, b in pairwise(notes) if b.start - (a.start + a.length) >= 0.9 or b.start - a.start >= 2.4]
    bad = [note.pitch % 12 not in chord_under(chords, note.start + EARLY).classes for note in ends]
    return float(np.mean(bad)) if len(bad) >= 2 else None


def unanswered(piece: Piece) -> float | None:
    """Share of the tune's bars whose rhythm comes only once: a motif is what comes back."""
    if not piece.lead:
        return None
    bars: dict[int, list[int]] = {}
    for note in piece.lead:
        bar = int((note.start + EARLY) // piece.song.beats)
        bars.setdefault(bar, []).append(round((note.start - bar * piece.song.beats) * piece.grid))
    counted = Counter(tuple(bar) for bar in bars.values())
    return sum(1 for bar in bars.values() if counted[tuple(bar)] == 1) / len(bars) if len(bars) >= 8 else None


# Harmony ------------------------------------------------------------------------------------------------------------


def jumping_chords(piece: Piece) -> float | None:
    """Semitones the top of the accompaniment's or the pad's chords moves from chord to chord, mean (Huron 2001)."""
    moves: list[int] = []
    for role in ("harmony", "pad"):
        tops: list[int] = []
        notes = piece.part(role)
        starts = np.array([note.start for note in notes])
        for chord in piece.song.chords:
            low, high = np.searchsorted(starts, (chord.start - EARLY, chord.start + 0.4))
            struck = [note.pitch for note in notes[low:high]]
            if len(struck) >= 3:
                tops.append(max(struck))
        moves += [abs(b - a) for a, b in pairwise(tops)]
    return float(np.mean(moves)) if len(moves) >= 3 else None


def muddy_chords(piece: Piece) -> float | None:
    """Share of struck chords with an interval under a fourth whose lower note lies under C3 (low interval limits)."""
    bad = total = 0
    for role in ("harmony", "pad", "figure"):
        struck: dict[float, list[int]] = {}
        for note in piece.part(role):
            struck.setdefault(round(note.start * 2) / 2, []).append(note.pitch)
        for pitches in struck.values():
            total += 1
            bad += any(a < 48 and 0 < b - a < 5 for a, b in pairwise(sorted(pitches)))
    return bad / total if total else None


def crossed(piece: Piece) -> float | None:
    """Share of the tune's notes under the top of the accompaniment sounding with them."""
    harmony = piece.part("harmony")
    if not piece.lead or not harmony:
        return None
    starts = np.array([note.start for note in harmony])
    under = 0
    for note in piece.lead:
        low, high = np.searchsorted(starts, (note.start - 2.0, note.start + 0.1))
        sounding = [n.pitch for n in harmony[low:high] if n.start + n.length > note.start + 0.05]
        under += bool(sounding) and max(sounding) > note.pitch
    return under / len(piece.lead)
