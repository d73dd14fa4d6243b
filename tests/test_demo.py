"""The demo's language switch: what is pressed on the page is what the shop, another process, speaks to the operator."""

import asyncio
import contextlib
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot import demo
from bot.commands import operators_tongue
from bot.orders.policy import Policy
from bot.sandbox.world import World
from bot.storage.database import open_database
from bot.storage.order_book import OrderBook
from bot.texts import Tongue


async def test_the_shop_speaks_the_language_of_the_pages_switch(tmp_path: Path) -> None:
    world, tongue = await World.start(), Tongue("ko", settled=False)
    try:
        async with demo.tongues_followed(world, tmp_path), aiohttp.ClientSession() as browser:
            database = open_database(f"sqlite:///{tmp_path / 'shop.sqlite3'}")
            book = OrderBook(database, Policy(), lambda: datetime.now(UTC))
            await operators_tongue.read(book, tongue)
            assert tongue.locale == "en"  # as the page begins, whatever this machine speaks
            following = asyncio.create_task(operators_tongue.follow(book, tongue))
            await browser.post(f"{world.page.url}api/locale", json={"locale": "ko"})
            async with asyncio.timeout(30):
                while tongue.locale != "ko":
                    await book.changed.wait(book.changed.count, 0.2)
            following.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await following
            await database.close()
    finally:
        await world.stop()


async def test_the_demo_is_open_only_once_its_commands_can_be_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await World.start()
    try:
        waiting = asyncio.create_task(demo._offers_commands(world))
        await asyncio.sleep(0)
        assert not waiting.done()
        world.discord.realm.commands[None][1] = {"name": "bgm"}
        await asyncio.wait_for(waiting, 10)
        world.discord.realm.commands[None].clear()
        monkeypatch.setattr(demo, "REGISTERS_WITHIN", 0.0)
        await asyncio.wait_for(demo._offers_commands(world), 10)  # a shop that registers none is shown all the same
    finally:
        await world.stop()
