"""From score to sound: every part becomes a track. Each distinct note is made once and used wherever it returns."""

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bot.finishing.reel import blocks, release
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
_KEPT = 10_000_000
"""Samples of notes that a part keeps for their return (40 MB): what a piece of some minutes needs."""


def samples(song: Song) -> int:
    """Return the exact length of the piece in samples."""
    return round(song.seconds * RATE)


def render_part(part: Part, song: Song, orchestra: Orchestra, track: Array, tick: Tick) -> None:
    """Play a part into a silent track (2, samples) of the song's exact length; a loop's tails come round again."""
    if part.role == "texture":
        _textures(part, song, track, tick)
        return
    made = _Made()
    laid = 0
    for index, note in enumerate(part.notes):
        key = _key(note, part)
        wave = made.get(key)
        if wave is None:
            wave = made.keep(key, _make(note, part, song, orchestra, key))
        gain = note.velocity**1.5
        _lay(track, wave, round(note.start * 60 / song.tempo * RATE), _sides(part, note, wave, gain), song.loop)
        laid += wave.shape[-1]
        if laid > _KEPT:
            release(track)
            laid = 0
        if index % 64 == 0:
            tick()
    release(track)


_Key = tuple[int, int, int, str]


class _Made:
    """Notes that have been made, as long as there is room for them; the one played longest ago goes first."""

    def __init__(self) -> None:
        self._waves: OrderedDict[_Key, Array] = OrderedDict()
        self._size = 0

    def get(self, key: _Key) -> Array | None:
        if key in self._waves:
            self._waves.move_to_end(key)
        return self._waves.get(key)

    def keep(self, key: _Key, wave: Array) -> Array:
        self._waves[key] = wave
        self._size += wave.size
        while self._size > _KEPT and len(self._waves) > 1:
            self._size -= self._waves.popitem(last=False)[1].size
        return wave


def _key(note: Note, part: Part) -> _Key:
    layer = min(_LAYERS - 1, int(note.velocity * _LAYERS))
    if part.role == "drums":
        return note.pitch, 0, layer, ""
    step = _STEP_BEATS[VOICES[part.sound].held]
    return note.pitch, max(1, round(note.length / step)), layer, note.articulation


def _make(note: Note, part: Part, song: Song, orchestra: Orchestra, key: _Key) -> Array:
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
    if part.sound in textures.BACKGROUNDS:
        for note in part.notes:
            _background(part.sound, note, track, song.loop)
            tick()
        return
    for note in part.notes:
        wave = textures.make(part.sound, note.pitch, note.length * 60 / song.tempo)
        at = round(note.start * 60 / song.tempo * RATE)
        if at < 0:
            wave, at = (wave, at + track.shape[1]) if song.loop else (wave[:, -at:], 0)
        _lay(track, wave, at, (note.velocity, note.velocity), song.loop)
        tick()


def _background(sound: str, note: Note, track: Array, loop: bool) -> None:
    """Lay a background under the whole track; in a loop, what comes after the end fades over the beginning."""
    cycle = textures.cycle(sound, note.pitch) * np.float32(note.velocity)
    for start, block in blocks(track):
        block += textures.turning(cycle, start, block.shape[1])
    if loop:
        length = track.shape[1]
        over = min(int(_OVERLAP * RATE), length)
        ramp = np.sqrt(np.linspace(0, 1, over, dtype=np.float32))
        track[:, :over] = track[:, :over] * ramp + textures.turning(cycle, length, over) * ramp[::-1]
        release(track)


def kicks(song: Song) -> list[int]:
    """Return where the kick drum strikes, in samples: what the rest may be ducked by."""
    drums = next((part for part in song.parts if part.role == "drums"), None)
    return [round(n.start * 60 / song.tempo * RATE) for n in drums.notes if n.pitch == KICK] if drums else []
