"""Takes the README's picture of the demo from the real page: ``python -m tests.stories.picture``."""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import expect

from tests.stories.on_the_page import Newcomer, opened
from tests.stories.street import street

PICTURE = Path(__file__).parents[2] / "docs" / "pictures" / "demo.png"


async def main() -> None:
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
            PICTURE.parent.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=PICTURE)


if __name__ == "__main__":
    asyncio.run(main())
