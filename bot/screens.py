"""What a person is shown, before any chat renders it: text, picture, files and things to press.

Rooms build a `Screen` from finished sentences; a `Doorway` shows it in its own way (embeds and components in one chat,
captions and keyboards in another). People and places are strings that start with their platform: a person is
``discord:123``, a place is ``discord:channel:456`` or ``discord:dm:123``, a message is ``discord:456/789``. The
conversation under a message is a place as well, ``discord:under:456/789``: a thread in one chat, replies in another.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol


class Tone(StrEnum):
    """The colour a chat gives a screen."""

    PLAIN = "plain"
    WAIT = "wait"
    GOOD = "good"
    BAD = "bad"


class Look(StrEnum):
    """The weight of a button."""

    MAIN = "main"
    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Track:
    """What a music player shows of a sound: ``seconds`` is its length, ``cover`` a picture on this machine's disk."""

    title: str
    performer: str = ""
    seconds: int = 0
    cover: Path | None = None


@dataclass(frozen=True, slots=True)
class File:
    """A file on this machine's disk, the name it is sent under, and what it shows for who cannot see it."""

    path: Path
    name: str
    alt: str = ""
    track: Track | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. ``data`` is ``bgm:<verb>:<order or draft>[:<arg>]``, at most 64 bytes."""

    label: str
    data: str
    look: Look = Look.PLAIN
    emoji: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an address (at most 512 characters)."""

    label: str
    url: str
    emoji: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    hint: str = ""
    emoji: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose from (at most 25 options); ``data`` as in `Button`."""

    data: str
    placeholder: str
    options: tuple[Option, ...]
    least: int = 1
    most: int = 1


Control = Button | Link | Select


@dataclass(frozen=True, slots=True)
class Screen:
    """One message. ``facts`` are short (label, value) pairs; ``rows`` hold controls (a select fills its row).

    ``mark`` is a short visible code that no other message bears, by which a doorway that lost an answer finds out
    whether the message was sent; ``reactions`` are emoji the shop offers under it. ``calls`` is the person (such as
    ``discord:123``) whom a message in a shared place is meant for: the doorway mentions them, and nobody else.
    """

    title: str = ""
    text: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    image: File | None = None
    files: tuple[File, ...] = ()
    rows: tuple[tuple[Control, ...], ...] = ()
    mark: str = ""
    tone: Tone = Tone.PLAIN
    reactions: tuple[str, ...] = ()
    calls: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One line or paragraph of a form."""

    id: str
    label: str
    value: str = ""
    placeholder: str = ""
    required: bool = False
    long: bool = False
    most: int = 1000


@dataclass(frozen=True, slots=True)
class Form:
    """A small form (at most five fields); ``data`` as in `Button`."""

    data: str
    title: str
    fields: tuple[Field, ...]


class Doorway(Protocol):
    """A chat through which people are written to."""

    platform: str

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        """Show a screen in a place and return the message.

        ``once`` is the same for every attempt at this message; with ``again`` (an earlier attempt may have got
        through) the doorway first looks back for the message of that attempt, brings it up to date and returns it.

        :raises Unreachable: if the person has closed their DMs or the place is gone.
        :raises TooLarge: if a file is over the limit.
        :raises TryLater: on limits and outages; :raises Refused: if it never will.
        """
        ...

    async def edit(self, message: str, screen: Screen) -> None:
        """Bring a message up to date; files that it already bears under the same name are kept, not sent again.

        :raises Unreachable: if the message is gone; `TryLater`, `Refused` as `post`.
        """
        ...
