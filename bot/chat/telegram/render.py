"""Screens as Telegram shows them: words with a keyboard, and sounds, papers and pictures in messages of their own.

A screen becomes one or more `Part` s, each one message (or one album). The last one bears the words and the keyboard;
where the screen has a picture and the words fit below it, that last one is the picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardMarkup

from bot.chat.telegram import limits
from bot.chat.telegram.addresses import read_person
from bot.chat.telegram.keyboard import hints, in_words, keyboard
from bot.chat.telegram.markup import Line, Piece, Style, as_html, fitted, length, lines, parted
from bot.screens import File, Link, Screen, Tone

SIGNS = {Tone.PLAIN: "", Tone.WAIT: "🟡 ", Tone.GOOD: "🟢 ", Tone.BAD: "🔴 "}
"""Stand for the colour that other chats give a message."""

SOUNDS = (".mp3", ".m4a")
"""What Telegram plays; a WAV goes as a document."""


class Kind(StrEnum):
    """What a message is made of."""

    TEXT = "text"
    PHOTO = "photo"
    AUDIO = "audio"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Part:
    """One message, or an album if it has several ``files``. ``words`` are Telegram's HTML."""

    kind: Kind
    words: str = ""
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Rendered:
    """A screen in messages; the last bears ``markup``. ``long`` is button data that must be kept beside them."""

    parts: tuple[Part, ...]
    markup: InlineKeyboardMarkup | None
    long: Mapping[str, str]

    @property
    def last(self) -> Part:
        """The message with the words and the buttons."""
        return self.parts[-1]


def render(screen: Screen, names: Mapping[int, str]) -> Rendered:
    """Return a screen in messages; ``names`` are people's names by their number on Telegram."""
    words, keys = words_of(screen, names), keyboard(screen.rows)
    parts = [*_albums(screen.files)]
    if screen.image and length(words) <= limits.CAPTION:
        parts.append(Part(Kind.PHOTO, as_html(words), (screen.image,)))
    else:
        if screen.image:
            parts.append(Part(Kind.PHOTO, "", (screen.image,)))
        parts += [Part(Kind.TEXT, as_html(part)) for part in parted(words, limits.TEXT)]
    return Rendered(tuple(parts), keys.markup, keys.long)


def caption(screen: Screen, names: Mapping[int, str]) -> str:
    """Return the words as they fit below a picture, cut if they must be."""
    return as_html(fitted(words_of(screen, names), limits.CAPTION))


def text(screen: Screen, names: Mapping[int, str]) -> str:
    """Return the words as they fit into one message, cut if they must be."""
    return as_html(fitted(words_of(screen, names), limits.TEXT))


def words_of(screen: Screen, names: Mapping[int, str]) -> list[Line]:
    """Return everything a screen says, section by section."""
    explained = hints(screen.rows, screen.text)
    sections = [
        _calling(screen, names),
        _titled(screen, names),
        lines(screen.text, names) if screen.text else [],
        *_facts(screen, names),
        lines("\n".join(explained), names) if explained else [],
        _links(screen),
    ]
    shown = "\n".join((screen.title, screen.text, *(value for _, value in screen.facts)))
    if screen.mark and screen.mark not in shown:
        sections.append([(Piece(screen.mark, Style.CODE),)])
    filled = [section for section in sections if section]
    spaced = [line for section in filled for line in (*section, ())][:-1]
    return spaced or [(Piece("–"),)]


def kind_of(file: File) -> Kind:
    """Return as what a file is sent."""
    return Kind.AUDIO if file.path.suffix.lower() in SOUNDS else Kind.DOCUMENT


def _calling(screen: Screen, names: Mapping[int, str]) -> list[Line]:
    caller = read_person(screen.calls) if screen.calls else None
    return [(Piece(names.get(caller, str(caller)), user=caller),)] if caller else []


def _titled(screen: Screen, names: Mapping[int, str]) -> list[Line]:
    return lines(f"{SIGNS[screen.tone]}{screen.title}", names, Style.BOLD) if screen.title else []


def _facts(screen: Screen, names: Mapping[int, str]) -> list[list[Line]]:
    """Return short facts line by line in one section, and each long one in a section of its own."""
    sections: list[list[Line]] = [[]]
    for label, value in screen.facts:
        body = lines(value.strip() or "–", names)
        if len(body) == 1 and len(value) <= SHORT:
            sections[-1].append((Piece(f"{label}: ", Style.BOLD), *body[0]))
        else:
            sections += [[(Piece(label, Style.BOLD),), *body], []]
    return sections


SHORT = 60


def _links(screen: Screen) -> list[Line]:
    """Return the addresses that no button can bear."""
    controls = [control for row in screen.rows for control in row]
    return [
        (Piece(f"{one.emoji} {one.label}: {one.url}".strip()),)
        for one in controls
        if isinstance(one, Link) and in_words(one)
    ]


def _albums(files: Sequence[File]) -> list[Part]:
    """Return sounds in one album and papers in another, as Telegram wants them, each of at most ten."""
    parts = []
    for kind in (Kind.AUDIO, Kind.DOCUMENT):
        chosen = [file for file in files if kind_of(file) is kind]
        parts += [
            Part(kind, files=tuple(chosen[start : start + limits.ALBUM]))
            for start in range(0, len(chosen), limits.ALBUM)
        ]
    return parts
