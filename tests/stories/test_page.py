"""The whole story on the sandbox's page, in a real browser, against the real shop."""

from pathlib import Path

from playwright.async_api import expect

from tests.stories.on_the_page import SOON, Caller, Newcomer, opened
from tests.stories.phone import phone
from tests.stories.street import street


async def test_a_newcomer_is_buyer_and_operator(tmp_path: Path) -> None:
    async with street(tmp_path, takes=3) as here, opened(here) as page:
        newcomer = Newcomer(page)
        await newcomer.order("Calm", "30 s", "YouTube")
        await newcomer.pay()
        await newcomer.read_messages()
        await expect(newcomer.buyer.locator(".msg", has_text="Composing").first).to_be_visible(timeout=SOON)
        await newcomer.approve(await newcomer.card())
        await newcomer.receive()
        await expect(page.locator(".step.is-done")).to_have_count(4)


async def test_a_newcomer_holds_both_phones(tmp_path: Path) -> None:
    async with phone(tmp_path, takes=2) as here, opened(here.street) as page:
        caller = Caller(page)
        await caller.order("Calm", "15 s", "YouTube")
        await caller.pay()
        await caller.approve(takes=2)
        await caller.receive()
        await expect(page.locator(".step.is-done")).to_have_count(4)
