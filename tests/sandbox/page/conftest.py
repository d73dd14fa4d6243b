"""A whole world, the small shop in it, and a browser where the machine has one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox.world import World
from tests.sandbox.page.shop import Shop, open_shop
from tests.sandbox.page.stall import Stall, open_stall

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test of this folder run in one event loop, so that one browser serves them all."""
    for item in items:
        if item.path.is_relative_to(HERE) and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


expect.set_options(timeout=15_000)
"""Milliseconds a condition may take on a busy machine; nobody waits longer than it needs."""


@pytest_asyncio.fixture(loop_scope="session")
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    running = await World.start(seed="page tests")
    monkeypatch.setattr(Route, "BASE", running.discord.api)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(running.discord.gateway))
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(world: World) -> AsyncIterator[Shop]:
    opened, running = await open_shop(world)
    yield opened
    await opened.close()
    await asyncio.gather(running, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="session")
async def stall(world: World) -> AsyncIterator[Stall]:
    opened = await open_stall(world)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def web(world: World) -> AsyncIterator[aiohttp.ClientSession]:
    """A client that asks the page's server directly, as the page's own scripts would."""
    async with aiohttp.ClientSession(world.page.url) as session:
        yield session


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, world: World) -> AsyncIterator[Page]:
    """The page on a desktop in English; a script error or a refused resource fails the test."""
    context = await browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(world.page.url)
    yield page
    await context.close()
    assert complaints == []


@pytest_asyncio.fixture(loop_scope="session")
async def phones(tab: Page) -> Page:
    """The same page, turned to Telegram."""
    await tab.get_by_role("radio", name="Telegram").click()
    return tab
