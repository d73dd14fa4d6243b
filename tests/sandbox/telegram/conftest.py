"""A world, the real python-telegram-bot in it, and a client for what that library would never send."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from telegram import Update
from telegram.ext import Application, ApplicationBuilder, TypeHandler

from bot.sandbox.telegram import Person, TelegramWorld

SOON = 60.0
"""Seconds a condition may take on a busy machine; nobody waits longer than it needs."""
MP3 = b"ID3\x04\x00" + bytes(2000)
"""As much of an MP3 as Telegram looks at."""


class Probe:
    """A running bot that notes every update."""

    def __init__(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        self.application = application
        self.bot = application.bot
        self.heard: list[Update] = []
        self._news = asyncio.Event()

    async def note(self, update: Update, _: object) -> None:
        """Take an update in."""
        self.heard.append(update)
        self._news.set()

    async def until(self, wanted: Callable[[Update], Any]) -> Update:
        """Return the first update, there already or coming, that is wanted."""
        async with asyncio.timeout(SOON):
            while True:
                for update in self.heard:
                    if wanted(update):
                        return update
                self._news.clear()
                await self._news.wait()


class Wire:
    """Plain HTTP to the Bot API."""

    def __init__(self, world: TelegramWorld, session: aiohttp.ClientSession) -> None:
        self._world = world
        self._session = session

    async def call(self, method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        """Call a method with JSON and return status and body."""
        url = f"{self._world.api}/bot{self._world.token}/{method}"
        async with self._session.post(url, json=params) as answer:
            return answer.status, await answer.json()

    async def result(self, method: str, **params: Any) -> Any:
        """Call a method that must succeed and return its result."""
        status, body = await self.call(method, **params)
        assert status == 200, body
        return body["result"]

    async def refusal(self, method: str, **params: Any) -> tuple[int, str]:
        """Call a method that must be refused and return code and description."""
        status, body = await self.call(method, **params)
        assert body["ok"] is False
        assert body["error_code"] == status
        return status, body["description"]


@pytest.fixture
async def world() -> AsyncIterator[TelegramWorld]:
    running = await TelegramWorld.start(public_seed="tests")
    yield running
    await running.stop()


@pytest.fixture
async def wire(world: TelegramWorld) -> AsyncIterator[Wire]:
    async with aiohttp.ClientSession() as session:
        yield Wire(world, session)


@pytest.fixture
async def buyer(world: TelegramWorld) -> Person:
    """The buyer, who has pressed START."""
    person = world.person(world.buyer_id)
    await person.start()
    return person


@pytest.fixture
def operator(world: TelegramWorld) -> Person:
    return world.person(world.operator_id)


@asynccontextmanager
async def running(world: TelegramWorld, environment: str = "") -> AsyncIterator[Probe]:
    """Run python-telegram-bot by hand, long polling for every kind of update; `/test` is the test environment."""
    builder = ApplicationBuilder().token(world.token + environment)
    application = builder.base_url(f"{world.api}/bot").base_file_url(f"{world.api}/file/bot").build()
    probe = Probe(application)
    application.add_handler(TypeHandler(Update, probe.note))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0, allowed_updates=Update.ALL_TYPES)
        while not world.mailbox.polls:  # until then Telegram does not know which updates are wanted
            await world.mailbox.news()
        yield probe
        await application.updater.stop()
        await application.stop()


@pytest.fixture
async def probe(world: TelegramWorld) -> AsyncIterator[Probe]:
    async with running(world) as found:
        yield found
