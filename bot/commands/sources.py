"""Where buyers come from: a link to the shop may carry the name of the place it was published in."""

import re

from bot.commands.services import Services

NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
"""What a link may carry (Telegram's rule for deep links)."""


async def keep(services: Services, person: str, source: str) -> None:
    """Remember where somebody came from last; what is no name of a source is nothing to remember."""
    if NAME.fullmatch(source):
        await services.book.remember(_note(person), {"source": source, "at": services.clock().isoformat()})


async def came_from(services: Services, person: str) -> str:
    """Return the source a person came from last, empty if no link named one."""
    note = await services.book.recall(_note(person)) or {}
    return str(note.get("source", ""))


def _note(person: str) -> str:
    return f"came-from:{person}"
