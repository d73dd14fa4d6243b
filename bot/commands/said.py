"""What a person can say to the shop, and what the shop can answer, without knowing the chat it is said in.

A doorway turns its own events into these and renders the answers; people, places and messages are the strings that
`bot.screens` explains. Nothing of it lives longer than one answer: what must be remembered is a row.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.screens import Form, Screen


@dataclass(frozen=True, slots=True)
class Person:
    """Who speaks: ``id`` like ``discord:123``, ``locale`` as their client is set, and whether they run the shop."""

    id: str
    name: str
    locale: str
    operator: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command with its options, e.g. ``bgm`` or ``shop order``; ``key`` is unique to this one use of it.

    An attached file is told by its SHA-256 (hexadecimal); the file itself stays in the chat.
    """

    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed, or ``values`` chosen from a list. Its data was ``bgm:<verb>:<target>[:<arg>]``."""

    verb: str
    target: str
    arg: str = ""
    values: tuple[str, ...] = ()
    message: str = ""
    place: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form filled in: ``fields`` by their id. Its data was ``bgm:<verb>:<target>[:<arg>]``."""

    verb: str
    target: str
    arg: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    place: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Something written without a command, where people simply write to the shop; ``answers`` is the message that it
    is a reply to."""

    text: str
    place: str = ""
    key: str = ""
    answers: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """An option of a command being typed; the answer is a list of `Choice`."""

    command: str
    option: str
    typed: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One suggestion: what is shown, and what is sent when it is taken."""

    label: str
    value: str


Said = Command | Press | Submitted | Words


class How(StrEnum):
    """Where a reply is shown."""

    NEW = "new"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Reply:
    """A screen shown to the person who spoke: as a new message, or in place of the message they pressed on.

    ``private`` replies are seen by that person alone. ``later``, if given, is awaited after the reply is shown and may
    return a better version of it; it ends by itself within seconds, and nothing is lost if it never comes.
    ``pays`` is the order that can be paid from the screen: the doorway notes where that stands (`bot.commands.to_pay`),
    so that the pay button goes when there is nothing left to pay.
    """

    screen: Screen
    how: How = How.NEW
    private: bool = True
    later: Callable[[], Awaitable[Screen | None]] | None = None
    pays: str = ""


Answer = Reply | Form


def data(verb: str, target: str, arg: str | int = "") -> str:
    """Return the data of a control, ``bgm:<verb>:<target>[:<arg>]``."""
    return f"bgm:{verb}:{target}" + (f":{arg}" if arg != "" else "")


def read_data(text: str) -> tuple[str, str, str] | None:
    """Return (verb, target, arg) of a control's data, or None if it is not one of ours."""
    parts = text.split(":", 3)
    if len(parts) < 3 or parts[0] != "bgm" or not parts[1]:
        return None
    return parts[1], parts[2], parts[3] if len(parts) == 4 else ""
