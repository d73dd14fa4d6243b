"""The whole story as a newcomer plays it on the sandbox's page, in a real browser with the real shop."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import ConsoleMessage, Locator, Page, async_playwright, expect

from tests.sandbox.page.conftest import CHROMIUM, QUIET
from tests.stories.street import PATIENCE, Street

SOON = PATIENCE * 1000
"""Milliseconds; what the shop composes may take a while on a busy machine."""


@asynccontextmanager
async def opened(here: Street, width: int = 1440, height: int = 900) -> AsyncIterator[Page]:
    """Open the page in English; a script error or a refused resource fails the story."""
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        context = await browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(_complaint(said)) if said.type == "error" else None)
        await page.goto(here.world.page.url)
        yield page
        await browser.close()
        assert not complaints, "\n".join(complaints)


def _complaint(said: ConsoleMessage) -> str:
    """Return what the browser complains of, with the address it complains about."""
    return f"{said.text} ({said.location.get('url', '')})"


class Newcomer:
    """Somebody who has just typed ``make demo`` and follows the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.buyer = page.locator(".pane[data-who=buyer]")
        self.operator = page.locator(".pane[data-who=operator]")

    async def choose(self, placeholder: str, label: str) -> None:
        """Pick from a list."""
        await self.buyer.get_by_role("button", name=placeholder).last.click()
        await self.buyer.get_by_role("option", name=label).click()

    async def order(self, mood: str, length: str, purpose: str) -> None:
        """Type /bgm and answer question after question."""
        await self.buyer.locator("textarea").press_sequentially("/bgm")
        await self.page.keyboard.press("Enter")
        await self.page.keyboard.press("Enter")
        await self.choose("Mood (Calm", mood)
        await self.buyer.get_by_role("button", name=length, exact=True).click()
        await self.choose("Purpose", purpose)
        await self.buyer.get_by_role("button", name="Skip").click()
        await self.buyer.get_by_role("button", name="Agree and pay").click()

    async def pay(self) -> None:
        """Follow the pay button to the hosted page and pay there."""
        async with self.page.context.expect_page() as opening:
            await self.buyer.get_by_role("link", name="Pay").last.click()
        checkout = await opening.value
        await checkout.locator("button[value=pay]").click()
        await checkout.wait_for_url("**/paid?**")
        await checkout.close()

    async def read_messages(self) -> None:
        """Open the direct messages of the shop."""
        await self.buyer.locator(".room", has_text="BGM Kiosk").click()

    async def card(self) -> Locator:
        """Wait for the review card with its picture and three previews."""
        card = self.operator.locator(".msg", has_text="round 1").last
        await expect(card.locator(".player")).to_have_count(3, timeout=SOON)
        await expect(card.locator(".picture img")).to_be_visible()
        return card

    async def approve(self, card: Locator) -> None:
        """Listen to the second take and react to it."""
        await card.get_by_role("button", name="Play").nth(1).click()
        await expect(card.locator(".player").nth(1)).to_have_class("player is-playing")
        await card.get_by_role("button", name="2️⃣, 1 reactions").click()

    async def receive(self) -> None:
        """Find music, licence and link in the direct messages, and listen."""
        parcel = self.buyer.locator(".msg", has_text="Your music is here")
        await expect(parcel).to_be_visible(timeout=SOON)
        async with self.page.expect_download() as downloading:
            await parcel.locator(".file", has_text="licence.pdf").click()
        assert (await downloading.value).suggested_filename.endswith("licence.pdf")
        async with self.page.context.expect_page() as opening:
            await parcel.locator("a.btn", has_text="Download").click()
        track = await opening.value
        await expect(track.locator("audio")).to_have_count(1)
        await track.close()
        await parcel.get_by_role("button", name="Play").first.click()
        await expect(parcel.locator(".player").first).to_have_class("player is-playing")


class Caller:
    """The same newcomer on the other side of the page, where buyer and operator hold phones."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.buyer = page.locator(".pane[data-who=buyer]")
        self.operator = page.locator(".pane[data-who=operator]")

    async def order(self, *answers: str) -> None:
        """Press START, send /bgm and answer question after question with the buttons of the newest message."""
        await self.page.get_by_role("radio", name="Telegram").click()
        await self.buyer.get_by_role("button", name="Start", exact=True).click()
        await expect(self.buyer.locator(".bubble:not(.is-mine)").first).to_be_visible(timeout=SOON)
        await self.buyer.locator("textarea").press_sequentially("/bgm")
        await self.page.keyboard.press("Enter")
        for answer in (*answers, "Skip", "Agree and pay"):
            key = self.buyer.locator(".bubble").last.locator(".key", has_text=answer)
            await key.first.click(timeout=SOON)

    async def pay(self) -> None:
        """Pay the invoice in Stars."""
        await self.buyer.locator(".key.is-pay").click(timeout=SOON)
        await self.buyer.get_by_role("dialog").locator(".is-primary").click()
        await expect(self.buyer.locator(".service", has_text="You paid")).to_be_visible(timeout=SOON)

    async def approve(self, takes: int) -> None:
        """Wait for the card with its album, listen to the second take and choose it."""
        await expect(self.operator.locator(".player")).to_have_count(takes, timeout=SOON)
        await self.operator.get_by_role("button", name="Play").nth(1).click()
        await expect(self.operator.locator(".player").nth(1)).to_have_class("player is-playing")
        await self.operator.locator(".key", has_text="Take 2").click(timeout=SOON)

    async def receive(self) -> None:
        """Find music and licence on the phone, and listen."""
        licence = self.buyer.locator(".file", has_text="licence.pdf")
        await expect(licence).to_be_visible(timeout=SOON)
        async with self.page.expect_download() as downloading:
            await licence.click()
        assert (await downloading.value).suggested_filename.endswith("licence.pdf")
        await self.buyer.get_by_role("button", name="Play").first.click()
        await expect(self.buyer.locator(".player").first).to_have_class("player is-playing")
