"""Faults on demand, and how fast one may write."""

from __future__ import annotations

import asyncio
import math

import aiohttp
import pytest
from telegram.error import NetworkError

from bot.sandbox.telegram import Person, TelegramWorld
from bot.sandbox.telegram.schema import Schema
from bot.sandbox.telegram.server import METHODS
from tests.sandbox.telegram.conftest import SOON, Probe, Wire


async def test_a_refusal_on_demand_has_no_effect(probe: Probe, wire: Wire, world: TelegramWorld, buyer: Person) -> None:
    world.faults.fail("send*", 500)
    with pytest.raises(NetworkError, match="Internal Server Error"):
        await probe.bot.send_message(buyer.id, "one")
    world.faults.fail("sendMessage", 429, retry_after=7)
    status, body = await wire.call("sendMessage", chat_id=buyer.id, text="two")
    assert (status, body["parameters"]) == (429, {"retry_after": 7})
    await probe.bot.send_message(buyer.id, "three")
    assert [m["text"] for m in buyer.messages(buyer.id)] == ["/start", "three"]


async def test_an_answer_that_is_lost_leaves_its_effect(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    world.faults.after("sendMessage")
    with pytest.raises(NetworkError):
        await probe.bot.send_message(buyer.id, "heard by nobody")
    assert buyer.messages(buyer.id)[-1]["text"] == "heard by nobody"
    assert [r.status for r in world.requests if r.method == "sendMessage"] == [0]


async def test_an_outage_ends_and_nothing_is_lost(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    await probe.until(lambda u: u.message)
    world.faults.down()
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await probe.bot.get_me()
    await buyer.write(buyer.id, "are you there?")
    world.faults.down(False)
    assert await probe.until(lambda u: u.message and u.message.text == "are you there?")


async def test_something_may_happen_before_the_answer(wire: Wire, world: TelegramWorld, buyer: Person) -> None:
    async def blocked() -> None:
        buyer.block()

    world.faults.after("sendMessage", blocked)
    await wire.result("sendMessage", chat_id=buyer.id, text="one")
    assert (await wire.refusal("sendMessage", chat_id=buyer.id, text="two"))[0] == 403


async def test_a_slow_answer_is_slow(wire: Wire, world: TelegramWorld) -> None:
    world.faults.latency(0.05)
    await wire.result("getMe")
    assert world.requests[-1].ms >= 50


async def test_a_group_takes_twenty_messages_a_minute(wire: Wire, world: TelegramWorld) -> None:
    world.rules.paces, world.rules.chat_burst = True, 100
    place = {"chat_id": world.review_chat_id, "text": "x"}
    for _ in range(20):
        await wire.result("sendMessage", **place)
    status, body = await wire.call("sendMessage", **place)
    wait = body["parameters"]["retry_after"]
    assert (status, body["description"]) == (429, f"Too Many Requests: retry after {wait}")
    assert 1 <= wait <= 60


async def test_a_chat_takes_a_few_at_once_then_one_a_second(wire: Wire, world: TelegramWorld, buyer: Person) -> None:
    world.rules.paces, world.rules.chat_per_second = True, 0.001
    for _ in range(world.rules.chat_burst):
        await wire.result("sendMessage", chat_id=buyer.id, text="x")
    _, body = await wire.call("sendMessage", chat_id=buyer.id, text="x")
    assert math.isclose(body["parameters"]["retry_after"], 1000, rel_tol=0.05)
    await wire.result("sendChatAction", chat_id=buyer.id, action="typing")


async def test_a_waiting_poll_does_not_hold_the_world_up() -> None:
    world = await TelegramWorld.start()
    async with asyncio.timeout(SOON):
        await world.stop()


def test_every_method_described_is_served_and_none_besides() -> None:
    assert set(Schema().methods) == set(METHODS)


async def test_words_for_what_is_missing(wire: Wire) -> None:
    for method, said in (
        ("sendMessage", "chat_id is empty"),
        ("getFile", 'parameter "file_id" is required'),
        ("sendAudio", "chat_id is empty"),
    ):
        assert await wire.refusal(method) == (400, f"Bad Request: {said}")


async def test_a_file_nobody_refers_to_is_refused(world: TelegramWorld, buyer: Person) -> None:
    form = aiohttp.FormData({"chat_id": str(buyer.id), "text": "x"})
    form.add_field("stray", b"blob", filename="stray.bin")
    url = f"{world.api}/bot{world.token}/sendMessage"
    async with aiohttp.ClientSession() as session, session.post(url, data=form) as answer:
        body = await answer.json()
    assert body["description"] == "Bad Request: file stray is attached but nothing refers to it"
