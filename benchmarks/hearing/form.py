"""What an ear dislikes in form and playing, read in the score; sources in `benchmarks.hearing.tune`."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from benchmarks.hearing.tune import EARLY, Piece
from bot.generation.engines.composer import grooves
from bot.generation.engines.composer.score import Note, Part, Section

# Form ---------------------------------------------------------------------------------------------------------------


def _roles(piece: Piece, section: Section) -> frozenset[str]:
    return frozenset(
        f"{part.role} {part.sound}"
        for part in piece.song.parts
        if part.role != "texture" and len(piece.within(part.notes, section)) > 0
    )


def _events(piece: Piece, section: Section) -> set[tuple[str, int, int]]:
    at = section.start * piece.song.beats
    return {
        (f"{part.role} {part.sound}", round(piece.grid * (note.start - at)), note.pitch)
        for part in piece.song.parts
        if part.role != "texture"
        for note in piece.within(part.notes, section)
    }


def copied(piece: Piece) -> float | None:
    """Share of sections with the players and nine tenths of the notes of the last section on the same material."""
    last: dict[str, set[tuple[str, int, int]]] = {}
    compared = same = 0
    for section in piece.song.sections:
        if section.bars < 4 or section.name in ("intro", "ending"):
            continue
        events = _events(piece, section)
        if before := last.get(section.letter):
            compared += 1
            players = [{role for role, _, _ in heard} for heard in (events, before)]
            same += players[0] == players[1] and len(events & before) > 0.9 * len(events | before)
        last[section.letter] = events
    return same / compared if compared else None


def uneventful(piece: Piece) -> float | None:
    """Longest time in which nobody enters or leaves and no player changes manner (pieces from a minute on), seconds.

    Manner: strokes per bar of harmony, bass, figure and drums, to within a quarter.
    """
    if piece.song.seconds < 60:
        return None
    longest, since, before = 0.0, 0.0, None
    for section in piece.song.sections:
        at = section.start * piece.song.beats / piece.second
        now = _texture(piece, section)
        if before is not None and _differs(before, now):
            longest, since = max(longest, at - since), at
        before = now
    return max(longest, piece.song.seconds - since)


def _texture(piece: Piece, section: Section) -> dict[str, float]:
    return {
        f"{part.role} {part.sound}": len(piece.within(part.notes, section)) / section.bars
        for part in piece.song.parts
        if part.role != "texture"
    }


def _differs(one: dict[str, float], other: dict[str, float]) -> bool:
    return any(
        (one[name] == 0) != (other[name] == 0)
        or (name.split()[0] != "lead" and max(one[name], other[name]) > 1.25 * min(one[name], other[name]))
        for name in one
    )


def flat_form(piece: Piece) -> float | None:
    """Players in the fullest quarter of the piece less those in its first: 0 where nothing grows (not for beds)."""
    if piece.plan.form in ("bed", "cycle") or piece.plan.ending == "loop" or piece.plan.form == "hook":
        return None
    end = piece.song.seconds * piece.second
    weights = []
    for quarter in range(4):
        low, high = quarter * end / 4, (quarter + 1) * end / 4
        heard = [n.velocity for part in piece.song.parts for n in part.notes if low <= n.start < high]
        weights.append(sum(heard))
    return max(weights) / max(weights[0], 1e-6)


def one_block(piece: Piece) -> float | None:
    """1 where a piece of up to 20 s is as full in its second half as in its first, or has no close; else 0.

    Its halves differ where a player enters, or where any of them plays a quarter more or less.
    """
    if piece.song.seconds > 20 or piece.song.loop or piece.plan.ending == "fade":
        return None
    body = piece.song.bars - (piece.song.sections[-1].name == "ending")
    if body < 2:
        return 1.0
    halves = [Section("", "", 0, body // 2, 0.5), Section("", "", body // 2, body - body // 2, 0.5)]
    grows = _differs(_texture(piece, halves[0]), _texture(piece, halves[1]))
    return float(not grows or body == piece.song.bars)


def unended(piece: Piece) -> float | None:
    """1 where a piece with a last chord lacks its root in the bass, or its tune does not end at rest; else 0."""
    last = piece.song.sections[-1]
    if last.name != "ending" or len(piece.song.sections) < 2:
        return None
    at, chord = last.start * piece.song.beats, piece.song.chords[-1]
    final = {part.role: [n for n in part.notes if n.start >= at - EARLY] for part in piece.song.parts}
    low = [n.pitch for role, notes in final.items() if role not in ("drums", "texture") for n in notes]
    tune = [n.pitch % 12 for n in final.get("lead", [])]
    return float(not low or min(low) % 12 != chord.root or (bool(tune) and tune[-1] not in chord.classes))


def unannounced(piece: Piece) -> float | None:
    """Share of section ends (new material follows, drums play) whose last bar has the drums of the bar before it."""
    drums = piece.part("drums")
    if not drums:
        return None
    missed = total = 0
    for one, other in pairwise(piece.song.sections):
        last = one.start + one.bars - 1
        bars = [_bar(piece, drums, last - back) for back in (0, 1)]
        if one.bars < 4 or one.letter == other.letter or not bars[1]:
            continue
        total += 1
        missed += len(bars[0] ^ bars[1]) < 3
    return missed / total if total else None


def _bar(piece: Piece, drums: Sequence[Note], bar: int) -> set[tuple[int, int]]:
    start = bar * piece.song.beats
    low, high = start - EARLY, start + piece.song.beats - EARLY
    struck = [note for note in drums if low <= note.start < high and note.pitch != grooves.CRASH]
    return {(note.pitch, round(piece.grid * (note.start - start))) for note in struck}


def bare(piece: Piece) -> float | None:
    """Share of the piece's bars (intro and ending left out) in which only one player or none begins a note or holds."""
    body = [s for s in piece.song.sections if s.name not in ("intro", "ending")]
    bars = [bar for s in body for bar in range(s.start, s.start + s.bars)]
    return float(np.mean([_playing(piece, bar) <= 1 for bar in bars])) if bars else None


def crowded(piece: Piece) -> float | None:
    """Onsets a second in the fullest section, drums left out, chords counted once a player."""
    found = []
    for section in piece.song.sections:
        if section.bars < 2:
            continue
        seconds = section.bars * piece.song.beats / piece.second
        onsets = sum(
            len({round(n.start * 4) for n in piece.within(part.notes, section)})
            for part in piece.song.parts
            if part.role not in ("drums", "texture")
        )
        found.append(onsets / seconds)
    return max(found) if found and piece.plan.style != "chiptune" else None


def _playing(piece: Piece, bar: int) -> int:
    low, high = bar * piece.song.beats - EARLY, (bar + 1) * piece.song.beats - EARLY
    parts: list[Part] = [part for part in piece.song.parts if part.role != "texture"]
    return sum(any(n.start < high and n.start + n.length > low for n in part.notes) for part in parts)


# Playing ------------------------------------------------------------------------------------------------------------


def mechanical(piece: Piece) -> float | None:
    """Milliseconds by which drums, bass and tune stray from the grid, as a standard deviation (loose styles)."""
    if piece.plan.character.looseness < 0.2:
        return None
    off: list[float] = []
    for role in ("drums", "bass", "lead"):
        beats = [note.start - round(note.start) for note in piece.part(role) if note.length > 0.2]
        off += [late / piece.second * 1000 for late in beats if abs(late) < 0.1]
    return float(np.std(off)) if len(off) >= 20 else None


def level_strokes(piece: Piece) -> float | None:
    """Spread of the velocities of the most struck drum (or of the accompaniment), as a standard deviation of 127."""
    drums = piece.part("drums")
    if drums:
        most = Counter(note.pitch for note in drums).most_common(1)[0][0]
        notes: Sequence[Note] = [note for note in drums if note.pitch == most]
    else:
        notes = piece.part("harmony")
    return float(127 * np.std([note.velocity for note in notes])) if len(notes) >= 12 else None
