"""Takes the README's pictures of the demo from the real page: ``python -m tests.stories.picture``."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.stories.on_the_page import Caller, Newcomer, opened
from tests.stories.phone import phone
from tests.stories.street import street

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"


async def on_discord() -> None:
    """Play the story up to the moment at which both sides have something to see."""
    with tempfile.TemporaryDirectory() as folder:
        async with street(Path(folder), takes=3) as here, opened(here, 1440, 960) as page:
            newcomer = Newcomer(page)
            await newcomer.order("Calm", "30 s", "YouTube")
            await newcomer.pay()
            await newcomer.read_messages()
            await newcomer.approve(await newcomer.card())
            await newcomer.receive()
            await expect(page.locator("#toasts > *")).to_have_count(0)
            await page.screenshot(path=PICTURES / "demo.png")


async def on_telegram() -> None:
    """The same on two phones."""
    with tempfile.TemporaryDirectory() as folder:
        async with phone(Path(folder), takes=3) as here, opened(here.street, 1440, 960) as page:
            caller = Caller(page)
            await caller.order("Calm", "30 s", "YouTube")
            await caller.pay()
            await caller.approve(takes=3)
            await caller.receive()
            await expect(page.locator("#toasts > *, .phone-notes > *")).to_have_count(0)
            await page.screenshot(path=PICTURES / "demo-telegram.png")


async def main() -> None:
    """Take both, one after the other."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    await on_discord()
    await on_telegram()


if __name__ == "__main__":
    asyncio.run(main())
