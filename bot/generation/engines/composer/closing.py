"""The close of a piece: its last chord, and who holds it."""

from dataclasses import replace

from bot.generation.engines.composer import grooves, harmony
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.score import Chord, Note, Part, Song
from bot.generation.engines.composer.voices import VOICES

_BELOW = 7
"""Semitones under its good range that an instrument may reach for the last root."""


def with_close(song: Song, plan: Plan) -> Song:
    """Let everybody who plays before the last bar land on the last chord and hold it to the end."""
    last = song.sections[-1]
    if last.name != "ending":
        return song
    at = float(last.start * song.beats)
    left = song.seconds * song.tempo / 60 - at
    hold = max(1.0, left - max(0.8 * song.tempo / 60, 0.35 * left))
    chord = song.chords[-1]
    final: dict[int, list[Note]] = {}
    for index, part in enumerate(song.parts):
        playing = any(note.start >= at - 4 * song.beats for note in part.notes)
        if playing or part.role in ("harmony", "pad"):
            final[index] = _final_notes(part, chord, at, hold, plan)
    _founded(final, song, chord)
    parts = (replace(part, notes=(*part.notes, *final.get(index, ()))) for index, part in enumerate(song.parts))
    return replace(song, parts=tuple(parts))


def _founded(final: dict[int, list[Note]], song: Song, chord: Chord) -> None:
    """Put the root under the last chord where nobody has it: an inversion does not close."""
    pitched = {index: notes for index, notes in final.items() if notes and song.parts[index].role != "drums"}
    if not pitched:
        return
    bottom = min((note for notes in pitched.values() for note in notes), key=lambda note: note.pitch)
    root = bottom.pitch - (bottom.pitch - chord.root) % 12
    reach = {index: VOICES[song.parts[index].sound].low for index in pitched if song.parts[index].role != "lead"}
    if root == bottom.pitch or not reach:
        return
    deepest = min(reach, key=lambda index: reach[index])
    if root >= reach[deepest] - _BELOW:
        final[deepest].append(bottom._replace(pitch=root))


def _final_notes(part: Part, chord: Chord, at: float, hold: float, plan: Plan) -> list[Note]:
    before = [note for note in part.notes if note.start < at]
    if not before:
        return []
    if part.role == "drums":
        if plan.cast.kit == "gugak":
            return [Note(at, 2.0, grooves.JING, 0.6), Note(at, 1.0, grooves.KUNG, 0.8)]
        hits = {"big": (grooves.TAIKO_LOW, grooves.CRASH)}.get(plan.cast.kit, (grooves.KICK, grooves.CRASH))
        loud = plan.character.energy > 0.4
        return [Note(at, 2.0, hits[0], 0.8), *([Note(at, 4.0, hits[1], 0.6)] if loud else [])]
    last = before[-1].pitch
    if part.role in ("bass", "lead", "counter"):
        tones = (chord.root,) if part.role != "counter" else chord.classes[1:2]
        near = [p for p in range(last - 7, last + 7) if p % 12 in tones]
        low = VOICES[part.sound].low
        pitch = next((p for p in sorted(near, key=lambda p: abs(p - last)) if p >= low), last)
        return [Note(at, hold, pitch, 0.7, "vibrato" if part.role != "bass" else "")]
    pitches = harmony.voice(chord, None, 58 if part.role != "figure" else 66, 4)
    return [Note(at + 0.04 * index, hold, pitch, 0.6) for index, pitch in enumerate(pitches)]
