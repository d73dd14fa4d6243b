"""The score as a picture: a piano roll in the colours of the roles, drums below, sections and chords above."""

import io
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from bot.generation.engines.composer.score import Note, Song
from bot.generation.engines.composer.theory import note_name

_PAPER, _INK, _FAINT = (250, 248, 243), (58, 52, 46), (226, 220, 209)
COLOURS = {
    "lead": (208, 74, 60), "counter": (226, 140, 58), "harmony": (62, 124, 158), "figure": (94, 164, 186),
    "pad": (158, 178, 140), "bass": (92, 72, 130), "drums": (90, 84, 78), "texture": (190, 182, 170),
}  # fmt: skip
_SCALE = 2
"""Drawn twice as large and reduced, which smooths the edges."""


def picture(score: dict[str, Any], width: int = 1200, height: int = 420) -> bytes:
    """Return a PNG of a stored score (`Take.score`), ``width`` by ``height`` pixels."""
    song = Song.from_json(score["song"])
    image = Image.new("RGB", (width * _SCALE, height * _SCALE), _PAPER)
    draw = ImageDraw.Draw(image)
    page = _Page(song, width * _SCALE, height * _SCALE)
    page.sections(draw)
    page.chords(draw)
    page.roll(draw)
    page.drums(draw)
    page.legend(draw)
    out = io.BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


class _Page:
    def __init__(self, song: Song, width: int, height: int) -> None:
        self.song = song
        self.width, self.height = width, height
        self.beats = song.seconds * song.tempo / 60
        self.top, self.floor = 56 * _SCALE, height - 84 * _SCALE
        pitches = [note.pitch for part in self._pitched() for note in part.notes] or [60]
        self.low, self.high = min(pitches) - 2, max(pitches) + 2
        self.font = ImageFont.load_default(11 * _SCALE)
        self.small = ImageFont.load_default(9 * _SCALE)

    def _pitched(self) -> list[Any]:
        order = ("pad", "figure", "harmony", "bass", "counter", "lead")
        parts = [part for part in self.song.parts if part.role in order]
        return sorted(parts, key=lambda part: order.index(part.role))

    def x(self, beat: float) -> float:
        return 8 * _SCALE + (self.width - 16 * _SCALE) * min(1.0, beat / self.beats)

    def y(self, pitch: int) -> float:
        return float(self.floor - (pitch - self.low) / (self.high - self.low) * (self.floor - self.top))

    def sections(self, draw: ImageDraw.ImageDraw) -> None:
        for index, section in enumerate(self.song.sections):
            left = self.x(section.start * self.song.beats)
            right = self.x((section.start + section.bars) * self.song.beats)
            if index + 1 == len(self.song.sections):
                right = self.x(self.beats)
            shade = round(252 - 34 * section.energy)
            draw.rectangle((left, 24 * _SCALE, right, self.height - 22 * _SCALE), fill=(shade, shade - 2, shade - 8))
            draw.line((left, 8 * _SCALE, left, self.height - 22 * _SCALE), fill=_FAINT, width=_SCALE)
            if right - left > 30 * _SCALE:
                draw.text(
                    (left + 4 * _SCALE, 7 * _SCALE), f"{section.letter} {section.name}", fill=_INK, font=self.font
                )
        for bar in range(self.song.bars):
            at = self.x(bar * self.song.beats)
            draw.line((at, self.top, at, self.top + 4 * _SCALE), fill=_FAINT, width=_SCALE)

    def chords(self, draw: ImageDraw.ImageDraw) -> None:
        free = 0.0
        for chord in self.song.chords:
            left = self.x(chord.start)
            if left < free:
                continue
            quality = "m" if 3 in chord.tones and 4 not in chord.tones else ""
            label = note_name(chord.root, self.song.tonic, self.song.mode) + quality
            draw.text((left + 2 * _SCALE, 30 * _SCALE), label, fill=(120, 112, 102), font=self.small)
            free = left + draw.textlength(label, font=self.small) + 6 * _SCALE

    def roll(self, draw: ImageDraw.ImageDraw) -> None:
        for part in self._pitched():
            for note in part.notes:
                self._note(draw, note, part.role)

    def _note(self, draw: ImageDraw.ImageDraw, note: Note, role: str) -> None:
        thick = (2.6 if role == "lead" else 1.8) * _SCALE
        left, right = self.x(note.start), self.x(note.start + note.length)
        middle = self.y(note.pitch)
        pale = 0.25 + 0.75 * note.velocity
        colour = tuple(round(250 + (c - 250) * pale) for c in COLOURS[role])
        draw.rectangle((left, middle - thick / 2, max(left + 1, right - 1), middle + thick / 2), fill=colour)

    def drums(self, draw: ImageDraw.ImageDraw) -> None:
        drums = next((part for part in self.song.parts if part.role == "drums"), None)
        if drums is None:
            return
        voices = sorted({note.pitch for note in drums.notes})
        room = 46 * _SCALE
        for note in drums.notes:
            place = self.floor + 10 * _SCALE + room * (1 - (voices.index(note.pitch) + 0.5) / len(voices))
            size = (0.6 + 1.4 * note.velocity) * _SCALE
            at = self.x(note.start)
            draw.ellipse((at - size, place - size, at + size, place + size), fill=COLOURS["drums"])

    def legend(self, draw: ImageDraw.ImageDraw) -> None:
        at = 8.0 * _SCALE
        for part in self.song.parts:
            text = f"{part.role}: {part.sound}"
            base = self.height - 14 * _SCALE
            draw.rectangle((at, base, at + 8 * _SCALE, base + 8 * _SCALE), fill=COLOURS[part.role])
            draw.text((at + 12 * _SCALE, base - 2 * _SCALE), text, fill=_INK, font=self.small)
            at += 24 * _SCALE + draw.textlength(text, font=self.small)
