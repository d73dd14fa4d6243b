from __future__ import annotations

import aiohttp
import pytest

from bot.sandbox.world import World
from tests.sandbox.page.goods import chord


async def upload(world: World, name: str, blob: bytes) -> str:
    """Let the buyer post a file; return where the page finds it."""
    buyer = world.discord.person(world.discord.buyer_id)
    message = await buyer.say(world.discord.general_channel_id, "", [(name, blob)])
    url: str = message["attachments"][0]["url"]
    return "/cdn" + url.removeprefix(world.discord.cdn)


async def test_a_sound_plays_in_place_and_in_parts(world: World, web: aiohttp.ClientSession) -> None:
    sound = chord(0.2, 220)
    url = await upload(world, "take.wav", sound)
    whole = await web.get(url)
    part = await web.get(url, headers={"Range": "bytes=44-99"})
    tail = await web.get(url, headers={"Range": "bytes=-10"})
    assert whole.content_type == "audio/wav"
    assert await whole.read() == sound
    assert (part.status, await part.read()) == (206, sound[44:100])
    assert part.headers["Content-Range"] == f"bytes 44-99/{len(sound)}"
    assert await tail.read() == sound[-10:]


@pytest.mark.parametrize("wish", ["bytes=9-3", "bytes=999999999-"])
async def test_a_part_outside_the_file_is_refused(world: World, web: aiohttp.ClientSession, wish: str) -> None:
    url = await upload(world, "take.wav", chord(0.1, 220))
    assert (await web.get(url, headers={"Range": wish})).status == 416


@pytest.mark.parametrize("name", ["evil.html", "evil.svg", "evil.js", "licence.pdf"])
async def test_what_could_run_is_only_ever_a_download(world: World, web: aiohttp.ClientSession, name: str) -> None:
    url = await upload(world, name, b"<script>alert(1)</script>")
    answer = await web.get(url)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/cdn/attachments/1/2/none.wav", "/cdn/%2e%2e/api/v10/users/@me"])
async def test_nothing_else_comes_through(web: aiohttp.ClientSession, path: str) -> None:
    assert (await web.get(path)).status == 404
