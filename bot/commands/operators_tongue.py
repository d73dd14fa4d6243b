"""In which language the operator is spoken to where the settings name none: that of their own chat, as last heard.

The first of the named operators who is heard decides, and goes on deciding, so that cards do not change their language
with whoever pressed last. Before anybody was heard it is this machine's language.
"""

import asyncio
from typing import Any, Protocol

from bot.commands.said import Person
from bot.commands.services import Services
from bot.texts import Tongue, language_of

NOTE = "operators-tongue"
"""What is remembered: ``{"person", "language"}``; a ``person`` of "" gives way to anybody."""

REST = 1.0
"""Seconds between two looks at the note, however much is written meanwhile."""


class Changes(Protocol):
    """The wake-ups of the order book."""

    count: int

    async def wait(self, seen: int, timeout: float | None = None) -> int:
        """Return once something was written after ``seen``."""
        ...


class Notes(Protocol):
    """The durable notes of the order book."""

    @property
    def changed(self) -> Changes:
        """Wakes whoever waits for something to be written, here or in another process."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a note."""
        ...


async def heard(services: Services, person: Person) -> None:
    """Note the language of an operator who says something, if it is theirs that counts."""
    tongue = services.tongue
    if tongue.settled or not services.is_operator(person.id, ""):
        return
    note, language = await services.book.recall(NOTE), language_of(person.locale)
    decides = note["person"] if note else ""
    if decides not in ("", person.id) and services.is_operator(decides, ""):
        return
    tongue.locale = language
    if note != (new := {"person": person.id, "language": language}):
        await services.book.remember(NOTE, new)


async def read(notes: Notes, tongue: Tongue) -> None:
    """Speak the language that was noted, unless the settings name one."""
    if not tongue.settled and (note := await notes.recall(NOTE)):
        tongue.locale = note["language"]


async def follow(notes: Notes, tongue: Tongue) -> None:
    """Speak the language that another process notes, too, until cancelled."""
    while not tongue.settled:
        seen = notes.changed.count
        await read(notes, tongue)
        await asyncio.sleep(REST)
        await notes.changed.wait(seen)
