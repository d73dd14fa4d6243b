from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import aiohttp
import pytest

from bot.sandbox.page.views import MOST_FILES, UPLOAD_LIMIT
from bot.sandbox.world import World
from tests.sandbox.page.shop import Shop


def form(document: object, **files: bytes) -> aiohttp.FormData:
    """Return what the page sends when files travel beside the JSON."""
    data = aiohttp.FormData()
    data.add_field("json", json.dumps(document))
    for name, blob in files.items():
        data.add_field(name, io.BytesIO(blob), filename=f"{name}.bin")
    return data


async def until(answer: aiohttp.ClientResponse, kind: str) -> Any:
    """Read the event stream until something of this kind comes."""
    async with asyncio.timeout(10):
        async for line in answer.content:
            if line.startswith(b"data: "):
                event = json.loads(line[6:])
                if event["kind"] == kind:
                    return event
    raise AssertionError("the stream ended")


async def test_what_one_says_the_others_see(web: aiohttp.ClientSession, world: World) -> None:
    general = str(world.discord.general_channel_id)
    async with web.get("/api/events") as stream:
        await web.post("/api/buyer/say", data=form({"channel": general, "text": "hello"}, clip=b"RIFF"))
        event = await until(stream, "message_create")
    assert event["channel_id"] == general
    seen = await (await web.get(f"/api/stranger/messages/{general}")).json()
    assert [(message["content"], message["attachments"][0]["filename"]) for message in seen] == [("hello", "clip.bin")]


async def test_a_stranger_does_not_see_the_review_channel(web: aiohttp.ClientSession, world: World) -> None:
    answer = await web.get(f"/api/stranger/messages/{world.discord.review_channel_id}")
    assert answer.status == 409
    assert (await answer.json())["error"]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"text": "no channel"}', '{"channel": {}, "text": 5}'])
async def test_a_malformed_request_is_refused_in_words(web: aiohttp.ClientSession, body: str) -> None:
    answer = await web.post("/api/buyer/say", data=body, headers={"Content-Type": "application/json"})
    assert answer.status == 400
    assert (await answer.json())["error"]


async def test_nobody_unknown_acts(web: aiohttp.ClientSession) -> None:
    assert (await web.get("/api/nobody/channels")).status == 404


async def test_uploads_end_at_the_limit(web: aiohttp.ClientSession, world: World) -> None:
    call = {"channel": str(world.discord.general_channel_id), "text": ""}
    too_big = await web.post("/api/buyer/say", data=form(call, huge=b"x" * (UPLOAD_LIMIT + 1)))
    too_many = await web.post("/api/buyer/say", data=form(call, **{f"f{i}": b"x" for i in range(MOST_FILES + 1)}))
    assert (too_big.status, too_many.status) == (413, 413)
    assert await (await web.get(f"/api/buyer/messages/{world.discord.general_channel_id}")).json() == []


async def test_a_dialogue_is_sent_only_once_it_was_opened(web: aiohttp.ClientSession) -> None:
    answer = await web.post("/api/buyer/submit", json={"modal": {"id": "1"}, "fields": {}})
    assert answer.status == 400


async def test_language_is_everybodys(web: aiohttp.ClientSession, world: World, shop: Shop) -> None:
    await web.post("/api/locale", json={"locale": "ko"})
    commands = await (await web.get(f"/api/buyer/commands/{world.discord.order_channel_id}")).json()
    bgm = next(command for command in commands if command["name"] == "bgm")
    assert bgm["display_description"] == "배경 음악을 주문합니다"
    scene = await (await web.get("/api/scene")).json()
    assert {person["locale"] for person in scene["people"]} == {"ko"}
    assert (await web.post("/api/locale", json={"locale": "xx"})).status == 409


async def test_starting_over_hides_what_was_said_until_it_changes(
    web: aiohttp.ClientSession, world: World, shop: Shop
) -> None:
    review = str(world.discord.review_channel_id)
    card = await shop.post_card()
    await web.post("/api/operator/react", json={"channel": review, "message": str(card.id), "emoji": "1️⃣", "on": True})
    await web.post("/api/weather", json={"duplicate_webhooks": True})
    assert (await (await web.get("/api/scene")).json())["guide"] == ["approve"]

    await web.post("/api/reset")

    scene = await (await web.get("/api/scene")).json()
    assert scene["guide"] == []
    assert not any(scene["weather"].values())
    assert world.stripe.faults.webhook_duplicates == 0
    assert await (await web.get(f"/api/operator/messages/{review}")).json() == []
    async with web.get("/api/events") as stream:
        await card.edit(content="Still waiting to be heard")
        assert (await until(stream, "message_update"))["data"]["content"] == "Still waiting to be heard"
    assert len(await (await web.get(f"/api/operator/messages/{review}")).json()) == 1


async def test_bad_weather_is_real(web: aiohttp.ClientSession, world: World, shop: Shop) -> None:
    await web.post("/api/weather", json={"dms_closed": True, "duplicate_webhooks": True})
    with pytest.raises(Exception, match="50007"):
        await shop.deliver(1)
    assert world.stripe.faults.webhook_duplicates > 0
    await web.post("/api/weather", json={"dms_closed": False})
    await shop.deliver(1)
    assert (await web.post("/api/weather", json={"hail": True})).status == 400


async def test_a_tab_that_sleeps_too_long_is_let_go(world: World) -> None:
    from bot.sandbox.page.stream import BACKLOG, Stream

    stream = Stream()
    asleep: asyncio.Queue[str | None] = asyncio.Queue()
    stream._tabs.add(asleep)
    for turn in range(BACKLOG + 1):
        stream.tell("beat", turn)
    assert asleep.qsize() == 1
    assert asleep.get_nowait() is None
    assert not stream._tabs
