"""How the score is played: swing, small delays, the rise and fall of phrases."""

import math
from dataclasses import replace

from bot.generation.engines.composer import grooves
from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.plan import Plan
from bot.generation.engines.composer.score import Note, Part, Section, Song

_STRAY_MS = {"drums": 5.0, "bass": 6.0, "harmony": 9.0, "figure": 7.0, "pad": 0.0, "lead": 10.0, "counter": 12.0}
"""How far each role strays from the grid, as a standard deviation in milliseconds; half of it where it means to be
straight, a quarter where it is a machine. Musicians keep time to within some 5 to 15 ms (M. Hellmer and G. Madison,
*Music Perception* 33(2), 2015)."""

_SIXTEENTH_SWING = frozenset({"lofi", "boombap", "funk", "trap", "soft", "pop", "dance", "house"})


def perform(song: Song, plan: Plan) -> Song:
    """Return the song as played: onsets and velocities moved, nothing added or taken away."""
    unit = 0.5 if set(plan.cast.grooves) & _SIXTEENTH_SWING and plan.character.swing < 0.62 else 1.0
    return replace(song, parts=tuple(_played(part, song, plan, unit) for part in song.parts))


def _played(part: Part, song: Song, plan: Plan, unit: float) -> Part:
    if part.role == "texture":
        return part
    dice = Dice(plan.seed, "hands", part.role)
    beats_per_ms = song.tempo / 60000
    tightest = 0.25 if plan.cast.kit == "chip" or (part.role == "drums" and plan.cast.kit == "electronic") else 0.5
    stray = _STRAY_MS[part.role] * (tightest + 0.8 * plan.character.looseness) * beats_per_ms
    late = 9.0 * plan.character.looseness * beats_per_ms
    notes = []
    for note in part.notes:
        start = note.start if song.ternary else swung(note.start, plan.character.swing, unit)
        end = note.start + note.length if song.ternary else swung(note.start + note.length, plan.character.swing, unit)
        moved = start + dice.bell(stray)
        if part.role == "drums" and note.pitch in (grooves.SNARE, grooves.CLAP, grooves.RIM):
            moved += late
        velocity = note.velocity * _dynamics(note, song.sections, song.beats, part.role, plan) + dice.bell(0.015)
        notes.append(note._replace(start=max(0.0, moved), length=end - start, velocity=min(1.0, max(0.08, velocity))))
    return replace(part, notes=tuple(notes))


def swung(beat: float, swing: float, unit: float) -> float:
    """Return where a point of the even grid falls when off-beats are late.

    :param swing: place of the off-beat within its pair, 0.5 is even.
    :param unit: length of the pair in beats: 1 swings eighths, 0.5 swings sixteenths.
    """
    whole, part = divmod(beat / unit, 1.0)
    bent = part * 2 * swing if part < 0.5 else swing + (part - 0.5) * 2 * (1 - swing)
    return (whole + bent) * unit


def _dynamics(note: Note, sections: tuple[Section, ...], beats: int, role: str, plan: Plan) -> float:
    """Louder with the section's energy, breathing over each phrase of four bars."""
    bar = note.start / beats
    section = next((s for s in reversed(sections) if s.start <= bar + 1e-6), sections[0])
    whole = max(0.05, plan.character.energy)
    level = min(1.0, max(0.0, 2 * section.energy / whole - 1))
    force = (0.76 + 0.28 * whole) * (0.54 + 0.48 * level) * _accent(note, beats, role)
    if role in ("drums", "texture") or plan.ending == "loop":
        return force
    phrase = ((bar - section.start) % 4) / 4
    return force * (0.94 + 0.10 * math.sin(math.pi * phrase))


def _accent(note: Note, beats: int, role: str) -> float:
    """Return how the bar is felt in an accompaniment: its first beat leans, what lies between beats is lighter."""
    if role not in ("harmony", "figure", "bass"):
        return 1.0
    place = note.start % beats
    if min(place, beats - place) < 0.1:
        return 1.05
    return 1.0 if abs(place - round(place)) < 0.1 else 0.93
