"""The phones' requests, asked directly."""

from __future__ import annotations

import aiohttp
import pytest

from bot.sandbox.page.guide import Guide
from bot.sandbox.world import World


async def test_the_scene_names_everybody(web: aiohttp.ClientSession, world: World) -> None:
    scene = (await (await web.get("/api/scene")).json())["telegram"]
    assert scene["review"] == world.telegram.review_chat_id
    assert [person["key"] for person in scene["people"]] == ["buyer", "operator", "stranger"]


@pytest.mark.parametrize("verb", ["write", "press", "react", "pay", "sheet", "forward", "edit", "delete", "block"])
async def test_a_malformed_act_is_refused_in_words(web: aiohttp.ClientSession, verb: str) -> None:
    answer = await web.post(f"/api/phone/buyer/{verb}", json={})
    assert answer.status == 400
    assert (await answer.json())["error"]


async def test_nobody_unknown_has_a_phone(web: aiohttp.ClientSession, world: World) -> None:
    assert (await web.get("/api/phone/nobody/chats")).status == 404
    assert (await web.get("/phone/files/none/a.txt")).status == 404
    answer = await web.get(f"/api/phone/stranger/messages/{world.telegram.review_chat_id}")
    assert answer.status == 409


async def test_what_could_run_is_a_download(web: aiohttp.ClientSession, world: World) -> None:
    buyer = world.telegram.person(world.telegram.buyer_id)
    await buyer.start()
    sent = await buyer.send_file(buyer.id, "page.html", b"<script>alert(1)</script>")
    answer = await web.get(f"/phone/files/{sent['document']['file_id']}/page.html", headers={"Range": "bytes=0-7"})
    assert (answer.status, await answer.read()) == (206, b"<script>")
    assert answer.content_type == "application/octet-stream"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_a_blocked_bot_is_a_kind_of_weather(web: aiohttp.ClientSession, world: World) -> None:
    buyer = world.telegram.person(world.telegram.buyer_id)
    await buyer.start()
    await web.post("/api/weather", json={"bot_blocked": True, "telegram_down": True})
    assert buyer.chats()[0]["is_blocked"]
    assert world.telegram.faults.is_down
    await web.post("/api/reset")
    assert not buyer.chats()[0]["is_blocked"]
    assert not world.telegram.faults.is_down


def test_a_command_in_words_counts_as_used() -> None:
    guide = Guide(lambda _: None)
    for text in ("", "/", "bgm", "/orders"):
        guide.wrote("buyer", text)
    assert guide.done == []
    guide.wrote("buyer", "/bgm@bgm_kiosk_bot calm")
    assert guide.done == ["order"]
