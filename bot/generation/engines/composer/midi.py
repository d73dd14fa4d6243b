"""The score as a Standard MIDI File, for whoever wants to go on working on it."""

import io
from typing import Any

import mido  # type: ignore[import-untyped]

from bot.generation.engines.composer import grooves
from bot.generation.engines.composer.score import Note, Part, Song
from bot.generation.engines.composer.theory import key_name

_TICKS = 480
_DRUM_CHANNEL = 9
PROGRAMS = {
    "piano": 0, "soft-piano": 0, "rhodes": 4, "ep": 5, "fm-ep": 5, "organ": 16, "harp": 46, "music-box": 10,
    "glockenspiel": 9, "vibraphone": 11, "marimba": 12, "kalimba": 108, "bell": 14, "nylon-guitar": 24,
    "steel-guitar": 25, "muted-guitar": 28, "clean-guitar": 27, "drive-guitar": 30, "clav": 7, "finger-bass": 33,
    "upright-bass": 32, "sub-bass": 38, "saw-bass": 38, "pluck-bass": 39, "chip-bass": 87, "strings": 48,
    "slow-strings": 49, "short-strings": 48, "pizzicato": 45, "cello": 42, "horns": 60, "brass": 61, "flute": 73,
    "clarinet": 71, "choir": 52, "voice": 53, "warm-pad": 89, "sweep-pad": 95, "fantasia": 88, "analog-pad": 90,
    "glass-pad": 92, "dark-drone": 94, "supersaw": 81, "pluck": 84, "saw-lead": 81, "square-lead": 80, "sine-lead": 82,
    "chip-lead": 80, "chip-pulse": 80, "gayageum": 107, "daegeum": 77, "haegeum": 110,
}  # fmt: skip
"""The General MIDI program closest to each sound (counted from 0)."""

_GM_DRUMS = {
    grooves.TAIKO_LOW: 41, grooves.TAIKO_HIGH: 47, grooves.BRUSH: 40, grooves.JINGLE: 83, grooves.KUNG: 64,
    grooves.DEOK: 62, grooves.GIDEOK: 60, grooves.BUK: 41, grooves.JING: 52, grooves.KKWAENG: 56,
}  # fmt: skip


def of_score(score: dict[str, Any]) -> bytes:
    """Return the MIDI file of a stored score (`Take.score`)."""
    return to_midi(Song.from_json(score["song"]))


def to_midi(song: Song) -> bytes:
    """Write a song as a type 1 MIDI file: one track for tempo and sections, one for each pitched part and the drums."""
    file = mido.MidiFile(type=1, ticks_per_beat=_TICKS)
    file.tracks.append(_conductor(song))
    channels = [channel for channel in range(16) if channel != _DRUM_CHANNEL]
    for index, part in enumerate(part for part in song.parts if part.role != "texture"):
        channel = _DRUM_CHANNEL if part.role == "drums" else channels[index % len(channels)]
        file.tracks.append(_track(part, channel, 1.5 if song.ternary else 1.0))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


def _conductor(song: Song) -> mido.MidiTrack:
    """Beats of three parts are dotted quarters in MIDI's time signatures, so they are one and a half quarters long."""
    scale = 1.5 if song.ternary else 1.0
    tonic, quality = key_name(song.tonic, song.mode).split()
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name="BGM Kiosk"))
    track.append(mido.MetaMessage("set_tempo", tempo=mido.bpm2tempo(song.tempo * scale)))
    numerator, denominator = (song.beats * 3, 8) if song.ternary else (song.beats, 4)
    track.append(mido.MetaMessage("time_signature", numerator=numerator, denominator=denominator))
    track.append(mido.MetaMessage("key_signature", key=tonic + ("m" if quality == "minor" else "")))
    last = 0
    for section in song.sections:
        at = round(section.start * song.beats * scale * _TICKS)
        track.append(mido.MetaMessage("marker", text=f"{section.name} {section.letter}", time=at - last))
        last = at
    return track


def _track(part: Part, channel: int, scale: float) -> mido.MidiTrack:
    track = mido.MidiTrack()
    track.append(mido.MetaMessage("track_name", name=f"{part.role}: {part.sound}"))
    if channel != _DRUM_CHANNEL:
        track.append(mido.Message("program_change", channel=channel, program=PROGRAMS[part.sound]))
    last = 0
    for at, message in sorted(_messages(part.notes, channel, scale), key=lambda pair: pair[0]):
        track.append(message.copy(time=at - last))
        last = at
    return track


def _messages(notes: tuple[Note, ...], channel: int, scale: float) -> list[tuple[int, mido.Message]]:
    found = []
    for note in notes:
        pitch = _GM_DRUMS.get(note.pitch, note.pitch) if channel == _DRUM_CHANNEL else note.pitch
        begin = round(note.start * scale * _TICKS)
        end = max(begin + 1, round((note.start + note.length) * scale * _TICKS))
        velocity = max(1, min(127, round(note.velocity * 127)))
        if channel != _DRUM_CHANNEL and note.articulation == "vibrato":
            found.append((begin, mido.Message("control_change", channel=channel, control=1, value=0)))
            found.append(((begin + end) // 2, mido.Message("control_change", channel=channel, control=1, value=64)))
        found.append((begin, mido.Message("note_on", channel=channel, note=pitch, velocity=velocity)))
        found.append((end, mido.Message("note_off", channel=channel, note=pitch, velocity=0)))
    return found
