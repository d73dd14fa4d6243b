"""What the operator learns of the shop: figures as pictures on request, and a digest in the morning."""

import json
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from tests.stories.street import PATIENCE, Street, buttons, street, words


async def test_the_operator_reads_the_figures_and_the_digest(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        _every_hour_is_morning(here)
        order = await here.order()
        await here.pay(order)
        await here.card(order)

        # Figures as pictures, another span in place
        channel = here.discord.review_channel_id
        await here.operator.use(channel, "shop stats")
        month = await here.operator.wait_for(lambda message: "last 30 days" in words(message), timeout=PATIENCE)
        assert "1 ordered · 1 paid" in words(month)
        assert (await _picture(month)).startswith(b"\x89PNG")
        (button,) = [one for one in buttons(month, "stats") if one["custom_id"] == "bgm:stats:7"]
        await here.operator.click(month["channel_id"], month["id"], button["custom_id"])
        week = await here.operator.wait_for(lambda message: "last 7 days" in words(message), timeout=PATIENCE)
        assert week["id"] == month["id"]

        # A night passes while the shop is closed: one digest waits in the morning, however often it opens
        await here.shop.close()
        _a_night_passes(here)
        await here.shop.open()
        await here.operator.wait_for(_is_digest, channel_id=channel, timeout=PATIENCE)
        await here.shop.close()
        await here.shop.open()
        await here.menu()
        seen = here.operator.messages(channel)
        (digest,) = [message for message in seen if _is_digest(message)]
        assert "1 ordered" in words(digest)
        assert "paid" in words(digest)


def _is_digest(message: dict[str, Any]) -> bool:
    return "Good morning" in words(message)


def _every_hour_is_morning(here: Street) -> None:
    settings = here.shop.folder / "config" / "shop.toml"
    settings.write_text(settings.read_text("utf-8") + '\n[digest]\ntime = "00:00"\n', "utf-8")


def _a_night_passes(here: Street) -> None:
    with sqlite3.connect(here.shop.folder / "data" / "shop.sqlite3") as database:
        (value,) = database.execute("SELECT value FROM notes WHERE name = 'digest'").fetchone()
        note = json.loads(value)
        yesterday = datetime.fromisoformat(note["at"]) - timedelta(days=1)
        note |= {"day": yesterday.date().isoformat(), "at": yesterday.isoformat()}
        database.execute("UPDATE notes SET value = ? WHERE name = 'digest'", (json.dumps(note),))
    database.close()


async def _picture(message: dict[str, Any]) -> bytes:
    async with aiohttp.ClientSession() as web, web.get(message["embeds"][0]["image"]["url"]) as answer:
        return await answer.read()
