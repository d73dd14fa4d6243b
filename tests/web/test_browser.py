"""The download page and the verify page in a real browser, as wide as a phone and as a desk."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from playwright.async_api import Page, async_playwright, expect

from bot.delivery.boxing import marked
from bot.delivery.packing import mark_key
from bot.orders.brief import Brief
from tests.delivery import shop
from tests.delivery.band import FS, music
from tests.sandbox.page.conftest import CHROMIUM, QUIET
from tests.web.conftest import Kiosk

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
PICTURES = os.environ.get("PAGE_PICTURES", "")
"""A folder to leave pictures in, for one's own eyes."""


@pytest.fixture(params=[(390, 844), (1280, 900)], ids=["phone", "desk"])
async def page(request: pytest.FixtureRequest) -> AsyncIterator[Page]:
    """A tab in which every script error and refused resource is a failure."""
    width, height = request.param
    complaints: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = await browser.new_context(
            viewport={"width": width, "height": height}, locale="en-US", accept_downloads=True
        )
        tab = await context.new_page()
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        yield tab
        await browser.close()
    assert not complaints, "\n".join(complaints)


async def fits(page: Page) -> bool:
    """Say whether nothing sticks out to the side."""
    fits: Any = await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    return bool(fits)


async def played_beyond(page: Page, seconds: float) -> None:
    """Wait until the player stands beyond a moment (the page's policy forbids Playwright's own way of waiting)."""
    async with asyncio.timeout(60):
        while await page.evaluate("document.querySelector('audio').currentTime") <= seconds:
            await asyncio.sleep(0.05)


async def picture(page: Page, name: str) -> None:
    if PICTURES:
        width = page.viewport_size["width"] if page.viewport_size else 0
        await page.screenshot(path=Path(PICTURES) / f"{name}-{width}.png", full_page=True)


async def test_everything_that_was_bought_can_be_heard_and_fetched(kiosk: Kiosk, page: Page, tmp_path: Path) -> None:
    brief = Brief("calm", 60, "youtube", tier="business", extras=("stems", "midi"))
    order = await shop.bought(kiosk.media, kiosk.book, shop.order(brief=brief, locale="en-US"))
    client = await kiosk.open()
    await page.goto(str(client.make_url(f"/d/{kiosk.links.token(order)}")))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("Calm")
    assert await fits(page)
    # 1. It plays, and can be played from any place
    await page.get_by_role("button", name="Play").click()
    await played_beyond(page, 0.05)
    await page.get_by_role("button", name="Pause").click()
    await page.locator("input[type=range]").fill("900")
    await played_beyond(page, 1.0)
    # 2. Stems, notes, licence and kit are there under telling names
    for label, name in (("Stems", "calm-K7Q2-stems.zip"), ("MIDI", "calm-K7Q2.mid"), ("WAV", "calm-K7Q2.wav")):
        row = page.locator("li", has_text=label).first
        async with page.expect_download(timeout=60_000) as download:
            await row.get_by_role("link", name="Download").click()
        assert (await download.value).suggested_filename == name
    async with page.expect_download(timeout=60_000) as download:
        await page.get_by_role("link", name="Download the claim kit").click()
    assert (await download.value).suggested_filename.startswith("claim-kit-BGM-")
    # 3. A platform's text unfolds, ready to be copied
    await page.get_by_text("TikTok", exact=True).click()
    await expect(page.locator("pre", has_text="Please restore the sound.").first).to_be_visible()
    assert await page.locator("svg.qr").count() == 1
    assert await fits(page)
    await picture(page, "download")


async def test_a_file_from_anywhere_is_looked_at(kiosk: Kiosk, page: Page, tmp_path: Path) -> None:
    quiet = marked(music(1, 20.0), FS, mark_key(shop.keys()))
    soundfile.write(tmp_path / "found.ogg", np.ascontiguousarray(quiet[:, FS * 2 : FS * 17].T), FS)
    client = await kiosk.open()
    await page.goto(str(client.make_url("/verify")))
    assert await fits(page)
    await picture(page, "verify")
    await page.locator(".upload input[type=file]").set_input_files(tmp_path / "found.ogg")
    form = page.locator("form.upload")
    await form.evaluate("form => form.addEventListener('submit', (event) => event.preventDefault(), { once: true })")
    await form.locator("button").click()
    await expect(form.locator("button")).to_have_text("Sending and listening…")
    await expect(form.locator("button")).to_be_disabled()
    await page.evaluate("dispatchEvent(new Event('pageshow'))")  # as when the visitor comes back
    await page.get_by_role("button", name="Upload and check").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("What the file says", timeout=60_000)
    await expect(page.locator(".verdict")).to_have_class("verdict good")
    await expect(page.locator(".findings")).to_contain_text("inaudible mark is in the music")
    assert await fits(page)
    await picture(page, "verified")
