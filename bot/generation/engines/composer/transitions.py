"""What happens between sections: risers, reversed cymbals, impacts; and the background that lies under everything."""

from itertools import pairwise

from bot.generation.engines.composer.chance import Dice
from bot.generation.engines.composer.plan import Character
from bot.generation.engines.composer.score import Note, Part, Song

LIFT = 0.07
"""A section this much fuller than the one before is announced."""


def atmosphere(song: Song, texture: str) -> list[Part]:
    """Return the background as one note over the whole piece; its pitch is the tonic."""
    if texture == "none":
        return []
    beats = song.seconds * song.tempo / 60
    return [Part("texture", texture, (Note(0.0, beats, 36 + song.tonic, 0.5),))]


def crossings(song: Song, character: Character, dice: Dice) -> list[Part]:
    """Return the effects that announce fuller sections: they end where the section starts."""
    found: dict[str, list[Note]] = {}
    pairs = list(pairwise(song.sections))
    if song.loop and len(song.sections) > 1:
        pairs.append((song.sections[-1], song.sections[0]))
    for before, after in pairs:
        if after.name == "ending" or after.energy - before.energy < LIFT * character.energy:
            continue
        at = float((before.start + before.bars) * song.beats)
        length = float(song.beats * (2 if before.bars >= 8 and character.energy > 0.55 else 1))
        velocity = 0.35 + 0.5 * after.energy
        if character.energy > 0.45 and character.voicing != "triads" and dice.chance(0.7):
            kind = dice.pick(("riser", "reverse")) if character.energy > 0.6 else "reverse"
            found.setdefault(kind, []).append(Note(at - length, length, 60 + song.tonic, velocity))
        if character.energy > 0.6 and character.space > 0.2 and not song.loop and dice.chance(0.7):
            found.setdefault("impact", []).append(Note(at, 4.0, 24 + song.tonic, velocity))
        elif character.energy <= 0.45 and dice.chance(0.35):
            found.setdefault("chimes", []).append(Note(at - 1.0, 4.0, 84 + song.tonic, 0.3))
    return [Part("texture", sound, tuple(notes)) for sound, notes in found.items()]
