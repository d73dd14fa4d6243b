"""How the bot hears of things: long polling, the webhook, and what it did not ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.sandbox.telegram import Person, TelegramWorld
from tests.sandbox.telegram.conftest import MP3, SOON, Probe, Wire, running

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


class Door:
    """A bot's own web server: `answers` are the statuses it gives, then 200."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.brought: asyncio.Queue[tuple[str | None, dict[str, Any]]] = asyncio.Queue()
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        """Take one delivery."""
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        self.brought.put_nowait((secret, await request.json()))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    opened, app = Door(), web.Application()
    app.router.add_post("/hook", opened.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    opened.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield opened
    await runner.cleanup()


async def test_the_real_library_hears_what_people_write(probe: Probe, buyer: Person) -> None:
    await buyer.write(buyer.id, "calm, please")
    update = await probe.until(lambda u: u.message and u.message.text == "calm, please")
    assert update.effective_user is not None
    assert (update.effective_user.id, update.effective_user.language_code) == (buyer.id, "en")


async def test_an_update_comes_again_until_it_is_confirmed(wire: Wire, buyer: Person) -> None:
    first = await wire.result("getUpdates")
    assert await wire.result("getUpdates") == first
    await buyer.write(buyer.id, "two")
    await buyer.write(buyer.id, "three")
    last = first[-1]["update_id"]
    assert [u["message"]["text"] for u in await wire.result("getUpdates", offset=last + 1)] == ["two", "three"]
    assert [u["message"]["text"] for u in await wire.result("getUpdates", offset=-1)] == ["three"]
    assert len(await wire.result("getUpdates")) == 1


async def test_a_second_poller_ends_the_first(wire: Wire, world: TelegramWorld) -> None:
    first = asyncio.create_task(wire.refusal("getUpdates", timeout=30))
    while not world.mailbox.polls:
        await world.mailbox.news()
    await wire.result("getUpdates")
    assert await asyncio.wait_for(first, SOON) == (409, CONFLICT)


async def test_what_was_not_asked_for_is_never_made(wire: Wire, buyer: Person) -> None:
    message = await wire.result("sendMessage", chat_id=buyer.id, text="like it?")
    await buyer.react(buyer.id, message["message_id"], "👍")
    await wire.result("getUpdates", allowed_updates=["message_reaction"])
    await buyer.react(buyer.id, message["message_id"], "🔥")
    await buyer.write(buyer.id, "lost on the bot")
    kinds = [set(update) - {"update_id"} for update in await wire.result("getUpdates")]
    assert kinds == [{"message"}, {"message_reaction"}]


async def test_a_webhook_is_brought_everything_with_its_secret(wire: Wire, buyer: Person, door: Door) -> None:
    await wire.result("setWebhook", url=door.url, secret_token="s3cret-_", drop_pending_updates=True)
    await buyer.write(buyer.id, "hello")
    secret, update = await asyncio.wait_for(door.brought.get(), SOON)
    assert (secret, update["message"]["text"]) == ("s3cret-_", "hello")
    status, said = await wire.refusal("getUpdates")
    assert (status, said.startswith("Conflict: can't use getUpdates method while webhook is active")) == (409, True)
    await wire.result("deleteWebhook")
    assert await wire.result("getUpdates") == []


async def test_a_failed_delivery_is_tried_again(wire: Wire, world: TelegramWorld, buyer: Person, door: Door) -> None:
    world.rules.webhook_retry_after = 0.01
    door.answers = [500, 503]
    await wire.result("setWebhook", url=door.url, drop_pending_updates=True)
    await buyer.write(buyer.id, "again")
    brought = [(await asyncio.wait_for(door.brought.get(), SOON))[1]["update_id"] for _ in range(3)]
    assert len(set(brought)) == 1
    info = await wire.result("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"url": "http://example.com/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://example.com", "secret_token": "two words"}, "secret token contains unallowed characters"),
    ],
)
async def test_a_bad_webhook_is_refused(wire: Wire, params: dict[str, str], said: str) -> None:
    assert await wire.refusal("setWebhook", **params) == (400, f"Bad Request: {said}")


async def test_the_test_environment_is_served_too(world: TelegramWorld, buyer: Person) -> None:
    async with running(world, "/test") as probe:
        await buyer.send_file(buyer.id, "tune.mp3", MP3)
        message = (await probe.until(lambda u: u.message and u.message.audio)).message
        assert message is not None
        assert message.audio is not None
        assert await (await message.audio.get_file()).download_as_bytearray() == MP3
    assert all(request.is_test for request in world.requests)


async def test_another_token_opens_nothing(world: TelegramWorld, wire: Wire) -> None:
    assert await wire.refusal("noSuchMethod") == (404, "Not Found")
    world.token = "1:wrong"
    assert await wire.refusal("getMe") == (401, "Unauthorized")
