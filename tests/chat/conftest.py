"""The shop's Discord client, logged into a Discord of its own over the wire."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.chat.discord.client import ShopClient, create_bot
from bot.chat.discord.wire import point_at
from bot.sandbox.discord import DiscordWorld, Person
from tests.commands.shop import Shop, open_shop


class WatchedBot(ShopClient):
    """The shop's client, which lets tests wait for what it has finished."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.times_ready = 0
        self.news = asyncio.Condition()

    async def on_ready(self) -> None:
        await super().on_ready()
        async with self.news:
            self.times_ready += 1
            self.news.notify_all()

    async def until_ready(self, times: int = 1) -> None:
        async with asyncio.timeout(15), self.news:
            await self.news.wait_for(lambda: self.times_ready >= times)


@dataclass
class Scene:
    """A world with the shop in it."""

    world: DiscordWorld
    shop: Shop
    operators: set[str]

    @property
    def buyer(self) -> Person:
        return self.world.person(self.world.buyer_id)

    @property
    def operator(self) -> Person:
        return self.world.person(self.world.operator_id)

    @property
    def stranger(self) -> Person:
        return self.world.person(self.world.stranger_id)

    @property
    def hall(self) -> int:
        return self.world.order_channel_id

    @property
    def review(self) -> int:
        return self.world.review_channel_id

    @property
    def review_place(self) -> str:
        return f"discord:channel:{self.review}"

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[WatchedBot]:
        """Let the shop come online, and leave again."""
        template = create_bot(self.shop.services)
        bot = WatchedBot(
            self.shop.services,
            intents=template.intents,
            allowed_mentions=template.allowed_mentions,
            max_messages=None,
            guild_ready_timeout=0.05,
        )
        running = asyncio.create_task(bot.start(self.world.token))
        try:
            await bot.until_ready()
            yield bot
        finally:
            await bot.close()
            await asyncio.wait({running})
            running.exception()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    world = await DiscordWorld.start()
    point_at(world.api, world.gateway)
    operators = {f"discord:{world.operator_id}"}
    try:
        async with open_shop(
            tmp_path,
            is_operator=lambda person, place: person in operators,
            review_places={"discord": f"discord:channel:{world.review_channel_id}"},
        ) as shop:
            yield Scene(world, shop, operators)
    finally:
        await world.stop()


@pytest.fixture
async def bot(scene: Scene) -> AsyncIterator[WatchedBot]:
    async with scene.bot() as bot:
        yield bot
