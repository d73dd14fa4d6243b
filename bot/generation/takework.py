"""One take to be made, as it travels between the processes that make it."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from bot.orders.brief import Brief

if TYPE_CHECKING:
    from bot.generation.revising import Change


@dataclass(frozen=True, slots=True)
class TakeWork:
    """One take to be made: plain enough to travel to another process.

    ``change`` is what a revision changes, ``kin`` are the orders whose music it may resemble.
    """

    engine: str
    places: tuple[Path, ...]
    brief: Brief
    index: int
    folder: Path
    key: str
    sold: Path
    change: "Change | None" = None
    kin: tuple[str, ...] = ()

    def seed(self, attempt: int) -> int:
        """Return the seed of an attempt: 32 bits, the same on every machine."""
        return int.from_bytes(hashlib.sha256(f"{self.key}:{attempt}".encode()).digest()[:4])


def played_file(work: TakeWork, number: int) -> Path:
    """Return where an attempt lies between the engine room and the finishing room."""
    return work.folder / f"played-{number}.npz"


Learn = Callable[[float, float], Awaitable[None]]
"""Hears how many seconds of work an order took, and of how many seconds of music."""


class Room(Protocol):
    """Where engines play that make batches, each in a process of its own (`bot.generation.engine_room`)."""

    async def play(self, work: TakeWork, attempt: int, file: Path, note: Callable[[float], None], /) -> None:
        """Leave an attempt in a file (`bot.generation.played`). :raises EngineFailed: if the engine cannot make it."""
        ...
