"""A world, and the real discord.py as a small bot in it."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import discord
import pytest
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from PIL import Image

from bot.sandbox.discord import DiscordWorld, Person


class ProbeBot(discord.Client):
    """discord.py as a shop would use it; collects what the gateway tells it."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        wanted = intents or discord.Intents(guilds=True, guild_reactions=True, dm_messages=True)
        super().__init__(intents=wanted, guild_ready_timeout=0.05, **options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, Any]] = []
        self._news = asyncio.Event()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Note every event before discord.py hands it on."""
        self.heard.append((event, args[0] if args else None))
        self._news.set()
        super().dispatch(event, *args, **kwargs)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Do not wait the five seconds between two IDENTIFYs."""

    async def until(self, event: str, count: int = 1, timeout: float = 10.0) -> Any:
        """Wait until an event was heard `count` times and return the last one's payload."""
        async with asyncio.timeout(timeout):
            while True:
                found = [payload for name, payload in self.heard if name == event]
                if len(found) >= count:
                    return found[count - 1]
                self._news.clear()
                await self._news.wait()

    def count(self, event: str) -> int:
        """Return how often an event was heard."""
        return sum(name == event for name, _ in self.heard)


def png(width: int, height: int) -> bytes:
    """Return a picture of this size."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[DiscordWorld]:
    running = await DiscordWorld.start(public_seed="tests")
    monkeypatch.setattr(Route, "BASE", running.api)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.gateway))
    yield running
    await running.stop()


@asynccontextmanager
async def running(bot: ProbeBot, world: DiscordWorld) -> AsyncIterator[ProbeBot]:
    """Log a bot in, wait until it is ready, and log it out again."""
    async with bot:
        task = asyncio.create_task(bot.start(world.token))
        ready = asyncio.create_task(bot.until("ready"))
        try:
            await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            yield bot
        finally:
            await bot.close()
            ready.cancel()
            await asyncio.gather(task, ready, return_exceptions=True)


@pytest.fixture
async def bot(world: DiscordWorld) -> AsyncIterator[ProbeBot]:
    async with running(ProbeBot(), world) as probe:
        yield probe


@pytest.fixture
def buyer(world: DiscordWorld) -> Person:
    return world.person(world.buyer_id)


@pytest.fixture
def operator(world: DiscordWorld) -> Person:
    return world.person(world.operator_id)
