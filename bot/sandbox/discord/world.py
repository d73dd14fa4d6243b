"""Discord on this machine: one server that speaks REST v10, gateway v10 and the CDN, and the people in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.people import Person


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One REST request as the server saw it."""

    method: str
    path: str
    """Below `/api/v10`, without the query."""
    query: dict[str, str]
    body: Any
    """The JSON body (of a multipart request its `payload_json`), or None."""
    files: tuple[tuple[str, int], ...]
    """Name and size in bytes of each uploaded file."""
    status: int
    """0 where the answer was lost on purpose."""
    answer: Any
    at: float
    """Unix time of arrival in seconds."""
    ms: float
    """Milliseconds until the answer."""


class DiscordWorld:
    """A running world. Start it with `await DiscordWorld.start()`; all of its state is in memory.

    Point discord.py at it before login: `discord.http.Route.BASE = world.api` and
    `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(world.gateway)`.
    """

    api: str
    """Base URL of the REST interface; ends in `/api/v10`."""
    gateway: str
    """`ws://` URL of the gateway."""
    cdn: str
    """Base URL of the files."""
    token: str
    """The bot's token."""
    application_id: int
    bot_id: int
    guild_id: int
    general_channel_id: int
    order_channel_id: int
    review_channel_id: int
    buyer_id: int
    operator_id: int
    stranger_id: int
    faults: Faults
    requests: list[LoggedRequest]
    """Every REST request so far, oldest first."""

    @classmethod
    async def start(cls, host: str = "127.0.0.1", port: int = 0, public_seed: str | None = None) -> DiscordWorld:
        """Open the default world on `host:port` (0: any free port) and return it.

        The same `public_seed` gives the same token and ids again, so that saved settings survive a restart.
        """
        raise NotImplementedError

    async def stop(self) -> None:
        """Close every connection and the port."""
        raise NotImplementedError

    def person(self, user_id: int | str) -> Person:
        """Return one of the people (always the same object for the same id). Raises KeyError."""
        raise NotImplementedError

    async def add_person(self, name: str, locale: str = "en-US") -> Person:
        """Let one more ordinary member join the guild."""
        raise NotImplementedError
