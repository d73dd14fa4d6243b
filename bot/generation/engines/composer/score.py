"""The piece as written: notes in beats, in parts, over sections and chords. Plain data that survives JSON."""

from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Articulation = Literal["", "short", "slide", "vibrato", "roll"]
STEM_OF = {"figure": "harmony"}
"""Parts whose sound belongs to another role's stem."""


class Note(NamedTuple):
    """One note. ``start`` and ``length`` in beats, ``pitch`` as MIDI number (drums: General MIDI drum map)."""

    start: float
    length: float
    pitch: int
    velocity: float
    articulation: Articulation = ""


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord of the piece: ``root`` and ``bass`` as pitch classes, ``tones`` as semitones above the root."""

    start: float
    length: float
    symbol: str
    root: int
    tones: tuple[int, ...]
    bass: int
    scale: tuple[int, ...]

    @property
    def classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord, root first."""
        return tuple((self.root + tone) % 12 for tone in self.tones)


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of the form: ``start`` and ``bars`` in bars, ``energy`` from 0 to 1, ``letter`` its material."""

    name: str
    letter: str
    start: int
    bars: int
    energy: float


@dataclass(frozen=True, slots=True)
class Part:
    """What one player plays. ``role`` decides its stem and its treatment in the mix."""

    role: str
    sound: str
    notes: tuple[Note, ...]

    @property
    def stem(self) -> str:
        """The stem this part is mixed into."""
        return STEM_OF.get(self.role, self.role)


@dataclass(frozen=True, slots=True)
class Song:
    """A whole piece. ``tempo`` in beats per minute, ``seconds`` its exact length, ``beats`` per bar."""

    tempo: float
    beats: int
    ternary: bool
    seconds: float
    tonic: int
    mode: str
    loop: bool
    sections: tuple[Section, ...]
    chords: tuple[Chord, ...]
    parts: tuple[Part, ...] = field(default=())

    @property
    def bars(self) -> int:
        """Number of written bars."""
        return sum(section.bars for section in self.sections)

    def to_json(self) -> dict[str, Any]:
        """Return plain data, compact enough to be stored with every take."""
        return {
            "tempo_bpm": self.tempo,
            "beats_per_bar": self.beats,
            "ternary": self.ternary,
            "seconds": self.seconds,
            "tonic": self.tonic,
            "mode": self.mode,
            "loop": self.loop,
            "sections": [[s.name, s.letter, s.start, s.bars, round(s.energy, 3)] for s in self.sections],
            "chords": [
                [round(c.start, 4), round(c.length, 4), c.symbol, c.root, list(c.tones), c.bass, list(c.scale)]
                for c in self.chords
            ],
            "parts": [
                {
                    "role": part.role,
                    "sound": part.sound,
                    "notes": [
                        [round(n.start, 4), round(n.length, 4), n.pitch, round(n.velocity, 3), n.articulation]
                        for n in part.notes
                    ],
                }
                for part in self.parts
            ],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Song":
        """Read what `to_json` wrote."""
        return cls(
            tempo=data["tempo_bpm"],
            beats=data["beats_per_bar"],
            ternary=data["ternary"],
            seconds=data["seconds"],
            tonic=data["tonic"],
            mode=data["mode"],
            loop=data["loop"],
            sections=tuple(Section(*section) for section in data["sections"]),
            chords=tuple(
                Chord(start, length, symbol, root, tuple(tones), bass, tuple(scale))
                for start, length, symbol, root, tones, bass, scale in data["chords"]
            ),
            parts=tuple(
                Part(part["role"], part["sound"], tuple(Note(*note) for note in part["notes"]))
                for part in data["parts"]
            ),
        )
