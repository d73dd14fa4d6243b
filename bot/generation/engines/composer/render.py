"""From score to sound: every part becomes a track. Each distinct note is made once and used wherever it returns."""

import tempfile
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.generation.engines.composer import percussion, textures
from bot.generation.engines.composer.grooves import KICK
from bot.generation.engines.composer.instruments import Orchestra
from bot.generation.engines.composer.sampler import RATE
from bot.generation.engines.composer.score import Note, Part, Song
from bot.generation.engines.composer.voices import VOICES

Array = NDArray[np.float32]
Tick = Callable[[], None]
_LAYERS = 6
"""Velocity layers: within a layer only loudness differs, between layers the tone does too."""
_STEP_BEATS = {True: 1 / 12, False: 1 / 4}
"""To what part of a beat lengths are rounded: finer for sounds that are held than for those that ring by themselves."""
_KEY_SPREAD = {"piano": 0.35, "soft-piano": 0.3, "harp": 0.4, "marimba": 0.35, "vibraphone": 0.3, "gayageum": 0.25}
"""How far a keyboard's low notes lie to the left and its high ones to the right."""


_OVERLAP = 0.5
"""Seconds by which a background is longer than the piece, to close a loop with."""
_IN_MEMORY = 16_000_000
"""Values a track may have before it is kept in a temporary file: a few minutes of stereo."""


def blank(count: int) -> Array:
    """Return a silent stereo track of ``count`` samples; a long one lies in a file that goes away with it."""
    if 2 * count <= _IN_MEMORY:
        return np.zeros((2, count), np.float32)
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, np.float32, "w+", shape=(2, count))


def samples(song: Song) -> int:
    """Return the exact length of the piece in samples."""
    return round(song.seconds * RATE)


def render_part(part: Part, song: Song, orchestra: Orchestra, track: Array, tick: Tick) -> None:
    """Play a part into a silent track (2, samples) of the song's exact length; a loop's tails come round again."""
    if part.role == "texture":
        _textures(part, song, track, tick)
        return
    made: dict[tuple[int, int, int, str], Array] = {}
    for index, note in enumerate(part.notes):
        key = _key(note, part)
        if key not in made:
            made[key] = _make(note, part, song, orchestra, key)
        wave = made[key]
        gain = note.velocity**1.5
        _lay(track, wave, round(note.start * 60 / song.tempo * RATE), _sides(part, note, wave, gain), song.loop)
        if index % 64 == 0:
            tick()


def _key(note: Note, part: Part) -> tuple[int, int, int, str]:
    layer = min(_LAYERS - 1, int(note.velocity * _LAYERS))
    if part.role == "drums":
        return note.pitch, 0, layer, ""
    step = _STEP_BEATS[VOICES[part.sound].held]
    return note.pitch, max(1, round(note.length / step)), layer, note.articulation


def _make(note: Note, part: Part, song: Song, orchestra: Orchestra, key: tuple[int, int, int, str]) -> Array:
    hardness = (key[2] + 0.5) / _LAYERS
    if part.role == "drums":
        return orchestra.drum(part.sound, note.pitch, hardness)
    seconds = key[1] * _STEP_BEATS[VOICES[part.sound].held] * 60 / song.tempo
    return orchestra.note(
        part.sound, note.pitch, seconds, hardness, note.articulation == "vibrato", note.articulation == "short"
    )


def _sides(part: Part, note: Note, wave: Array, gain: float) -> tuple[float, float]:
    """Return the gains of the left and right side; equal power over the width of the instrument."""
    if part.role == "drums":
        place = percussion.PLACES.get(note.pitch, 0.0) * 0.75
    elif wave.ndim == 2 or part.sound not in _KEY_SPREAD:
        place = 0.0
    else:
        place = _KEY_SPREAD[part.sound] * max(-1.0, min(1.0, (note.pitch - 62) / 24))
    return gain * float(np.sqrt(1 - place)), gain * float(np.sqrt(1 + place))


def _lay(track: Array, wave: Array, at: int, sides: tuple[float, float], loop: bool) -> None:
    """Add a note to the track; what reaches beyond the end is cut, or comes in again at the start of a loop."""
    length, done = track.shape[1], 0
    at = at % length if loop else at
    total = wave.shape[-1]
    while done < total and at < length:
        count = min(length - at, total - done)
        for side in (0, 1):
            piece = wave[done : done + count] if wave.ndim == 1 else wave[side, done : done + count]
            track[side, at : at + count] += piece * np.float32(sides[side])
        done += count
        at = 0
        if not loop:
            return


def _textures(part: Part, song: Song, track: Array, tick: Tick) -> None:
    for note in part.notes:
        closing = song.loop and part.sound in textures.BACKGROUNDS
        wave = textures.make(part.sound, note.pitch, note.length * 60 / song.tempo + (_OVERLAP if closing else 0.0))
        if closing:
            wave = _closed(wave, track.shape[1])
        at = round(note.start * 60 / song.tempo * RATE)
        if at < 0:
            wave, at = (wave, at + track.shape[1]) if song.loop else (wave[:, -at:], 0)
        _lay(track, wave, at, (note.velocity, note.velocity), song.loop)
        tick()


def _closed(wave: Array, length: int) -> Array:
    """Return a background whose end flows into its start: what reaches beyond ``length`` fades over the beginning."""
    over = min(wave.shape[1] - length, length)
    ramp = np.sqrt(np.linspace(0, 1, over, dtype=np.float32))
    closed = wave[:, :length].copy()
    closed[:, :over] = closed[:, :over] * ramp + wave[:, length : length + over] * ramp[::-1]
    return closed


def kicks(song: Song) -> list[int]:
    """Return where the kick drum strikes, in samples: what the rest may be ducked by."""
    drums = next((part for part in song.parts if part.role == "drums"), None)
    return [round(n.start * 60 / song.tempo * RATE) for n in drums.notes if n.pitch == KICK] if drums else []
