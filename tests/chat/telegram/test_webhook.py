"""Updates brought to the shop's own address, each once, and only by Telegram."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.chat.telegram.client import TelegramBot
from bot.errors import NotAllowed
from tests.chat.telegram.conftest import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_updates_are_brought_and_answered(scene: Scene) -> None:
    bots: list[TelegramBot] = []

    async def take(request: web.Request) -> web.Response:
        await bots[0].webhook.hear(await request.read(), request.headers["X-Telegram-Bot-Api-Secret-Token"])
        return web.Response()

    site = web.Application()
    site.router.add_post("/telegram/webhook", take)
    async with TestServer(site) as server, scene.bot(webhook=str(server.make_url("/telegram/webhook"))) as bot:
        bots.append(bot)
        await scene.buyer.start()
        await scene.says("Welcome")
    called = {one.method for one in scene.world.requests}
    assert "setWebhook" in called
    assert "getUpdates" not in called


async def test_nobody_else_can_bring_updates(scene: Scene) -> None:
    async with scene.bot() as bot:
        with pytest.raises(NotAllowed):
            await bot.webhook.hear(b"{}", "guessed")
