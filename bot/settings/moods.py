"""What can be asked for, musically: ``config/moods.toml`` read and checked.

In comes the operator's file, out goes a `MoodBook`: moods, styles, purposes and instruments with everything the
built-in composer needs to know about them. Reading it costs no numpy: chat doorways use it for their menus.
"""

from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar, get_args

from pydantic import BaseModel, Field, StringConstraints, model_validator

from bot.errors import BadSetting, Problem
from bot.orders.brief import FASTEST_BPM, SLOWEST_BPM, Catalogue
from bot.settings.files import Strict, load

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=32)]
Share = Annotated[float, Field(ge=0, le=1)]
Bpm = Annotated[float, Field(ge=SLOWEST_BPM, le=FASTEST_BPM)]

Mode = Literal[
    "ionian", "dorian", "phrygian", "lydian", "mixolydian", "aeolian", "harmonic-minor", "pyeongjo", "gyemyeonjo"
]
Family = Literal[
    "gentle", "plagal", "pop", "anthem", "wistful", "minor-pop", "epic", "noir", "suspense", "funk", "jazz", "modal"
]
Curve = Literal["arch", "rise", "flat", "waves", "drop"]
Feel = Literal["straight", "loose", "swing"]
Metre = Literal["4/4", "3/4", "6/8", "12/8"]
Groove = Literal[
    "none", "soft", "brush", "shaker", "lofi", "boombap", "pop", "halftime", "rock", "dance", "house", "funk", "swing",
    "bossa", "trap", "taiko", "march", "pulse", "chip", "gutgeori", "jajinmori", "semachi", "hwimori",
]  # fmt: skip
Kit = Literal["acoustic", "brushes", "dusty", "electronic", "big", "rock", "chip", "gugak"]
BassLine = Literal["long", "roots", "pop", "eighths", "octaves", "offbeat", "walking", "funk", "drone", "gallop"]
Comping = Literal[
    "sustain", "blocks", "lazy", "broken", "arpeggio", "sixteenths", "strum", "stabs", "ostinato", "pulse", "offbeats",
    "waltz", "chip-arp", "power", "plucks",
]  # fmt: skip
Voicing = Literal["triads", "sevenths", "ninths", "power", "open"]
Texture = Literal["none", "vinyl", "air", "drone", "shimmer", "tape"]
Sound = Literal[
    "piano", "soft-piano", "rhodes", "ep", "fm-ep", "organ", "harp", "music-box", "glockenspiel", "vibraphone",
    "marimba", "kalimba", "bell", "nylon-guitar", "steel-guitar", "muted-guitar", "clean-guitar", "drive-guitar",
    "clav", "finger-bass", "upright-bass", "sub-bass", "saw-bass", "pluck-bass", "chip-bass", "strings",
    "slow-strings", "short-strings", "pizzicato", "cello", "horns", "brass", "flute", "clarinet", "choir", "voice",
    "warm-pad", "sweep-pad", "fantasia", "analog-pad", "glass-pad", "dark-drone", "supersaw", "pluck", "saw-lead",
    "square-lead", "sine-lead", "chip-lead", "chip-pulse", "gayageum", "daegeum", "haegeum",
]  # fmt: skip
Role = Literal["drums", "bass", "harmony", "pad", "lead", "counter", "texture"]


class Words(Strict):
    """The same words in both languages."""

    ko: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class Synonyms(Strict):
    """Words by which a buyer may mean it, per language."""

    ko: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Mood(Strict):
    """How a mood sounds: ranges and leanings, each explained by a comment in ``moods.toml``."""

    name: Words
    about: Words
    words: Synonyms = Synonyms()
    tempo: tuple[Bpm, Bpm]
    modes: dict[Mode, Annotated[int, Field(ge=1, le=100)]] = Field(min_length=1)
    progressions: tuple[Family, ...] = Field(min_length=1)
    metres: dict[Metre, Annotated[int, Field(ge=1, le=100)]] = Field(default={"4/4": 1}, min_length=1)
    feel: Feel = "straight"
    energy: Share
    curve: Curve
    brightness: Share
    density: Share
    tension: Share
    styles: tuple[Id, ...] = Field(min_length=1)
    instruments: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _tempo_rises(self) -> Self:
        return _rising(self, self.tempo)


class Style(Strict):
    """How a style is played: who plays what, on which groove, in which room."""

    name: Words
    about: Words
    words: Synonyms = Synonyms()
    tempo: tuple[Bpm, Bpm]
    voicing: Voicing
    swing: Annotated[float, Field(ge=0.5, le=0.7)] = 0.5
    looseness: Share
    grooves: tuple[Groove, ...] = Field(min_length=1)
    kit: Kit
    bass: tuple[Sound, ...] = Field(min_length=1)
    bass_lines: tuple[BassLine, ...] = Field(min_length=1)
    chords: tuple[Sound, ...] = Field(min_length=1)
    comping: tuple[Comping, ...] = Field(min_length=1)
    pads: tuple[Sound, ...] = ()
    leads: tuple[Sound, ...] = Field(min_length=1)
    counters: tuple[Sound, ...] = ()
    textures: tuple[Texture, ...] = ("none",)
    modes: dict[Mode, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)
    metres: tuple[Metre, ...] = ("4/4", "3/4", "6/8", "12/8")
    space: Share
    drive: Share = 0.0
    pump: Share = 0.0
    tilt: Annotated[float, Field(ge=-1, le=1)] = 0.0

    @model_validator(mode="after")
    def _tempo_rises(self) -> Self:
        return _rising(self, self.tempo)


class Purpose(Strict):
    """What the music is for: its form, its ending, its place under speech, its loudness."""

    name: Words
    about: Words
    words: Synonyms = Synonyms()
    form: Literal["song", "hook", "bed", "cue", "cycle"]
    ending: Literal["button", "fade", "loop"]
    density: Annotated[float, Field(ge=0.2, le=1.2)]
    melody: Share
    loudness: Annotated[float, Field(ge=-30, le=-8)]
    preview: Literal["start", "peak", "end", "even"]


class Instrument(Strict):
    """An instrument a buyer may want or not want, and which of the composer's sounds it is."""

    name: Words
    words: Synonyms = Synonyms()
    sounds: tuple[Sound, ...] = ()
    roles: tuple[Role, ...] = Field(min_length=1)


class MoodBook(Strict):
    """The whole of ``moods.toml``. Dictionaries keep the order of the file, which is the order of the menus."""

    moods: dict[Id, Mood] = Field(min_length=1)
    styles: dict[Id, Style] = Field(min_length=1)
    purposes: dict[Id, Purpose] = Field(min_length=1)
    instruments: dict[Id, Instrument] = Field(min_length=1)

    def catalogue(self) -> Catalogue:
        """Return the ids that may be asked for, in the order they are offered."""
        return Catalogue(tuple(self.moods), tuple(self.styles), tuple(self.purposes), tuple(self.instruments))


def load_moods(path: Path) -> MoodBook:
    """Read and check a ``moods.toml``.

    :raises BadSetting: naming every wrong or missing value at once, with file, key, value and what would be right.
    """
    book = load(MoodBook, path)
    if unknown := _unknown_names(path, book):
        raise BadSetting(unknown)
    return book


_E = TypeVar("_E", bound=BaseModel)


def _rising(entry: _E, tempo: tuple[float, float]) -> _E:
    if tempo[0] > tempo[1]:
        raise ValueError(Problem("tempo must be [slowest, fastest]", "reason-tempo"))
    return entry


def _unknown_names(path: Path, book: MoodBook) -> list[Problem]:
    problems = list[Problem]()
    for mood_id, mood in book.moods.items():
        for key, names, known in (
            ("styles", mood.styles, book.styles),
            ("instruments", mood.instruments, book.instruments),
        ):
            problems += [
                Problem(
                    f"{path}: moods.{mood_id}.{key} names {name!r}, which is none of: {', '.join(known)}",
                    "problem-name",
                    file=path,
                    key=f"moods.{mood_id}.{key}",
                    name=name,
                    known=", ".join(known),
                )
                for name in names
                if name not in known
            ]
    return problems


SOUNDS: tuple[str, ...] = get_args(Sound)
"""Every sound the composer can play, by name."""
