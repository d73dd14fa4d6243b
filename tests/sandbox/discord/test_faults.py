"""What goes wrong on demand, and how the unmodified discord.py lives through it."""

from __future__ import annotations

import asyncio
import time

import aiohttp
import discord
import pytest
from discord.http import Route

from bot.sandbox.discord import DiscordWorld, Person
from tests.sandbox.discord.conftest import ProbeBot

MESSAGES = "/channels/*/messages"


@pytest.fixture
def channel(world: DiscordWorld, bot: ProbeBot) -> discord.TextChannel:
    found = bot.get_channel(world.order_channel_id)
    assert isinstance(found, discord.TextChannel)
    return found


@pytest.mark.parametrize("everywhere", [False, True])
async def test_429_is_waited_out(
    world: DiscordWorld, channel: discord.TextChannel, buyer: Person, everywhere: bool
) -> None:
    world.faults.fail("POST", MESSAGES, 429, times=2, retry_after=0.05, is_global=everywhere)
    await channel.send("delayed, not dropped")
    assert [request.status for request in world.requests[-3:]] == [429, 429, 200]
    assert world.requests[-3].answer["global"] is everywhere
    assert len(buyer.messages(channel.id)) == 1


async def test_a_bucket_that_is_overrun(world: DiscordWorld, bot: ProbeBot) -> None:
    world.rules.bucket_limit = 3
    world.rules.bucket_window = 0.3
    url = f"{world.api}/users/@me/guilds"
    headers = {"Authorization": f"Bot {world.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        statuses = []
        for _ in range(4):
            async with session.get(url) as answer:
                statuses.append(answer.status)
                left = answer.headers["X-RateLimit-Remaining"]
                body = await answer.json()
        assert statuses == [200, 200, 200, 429]
        assert left == "0"
        assert 0 < body["retry_after"] <= 0.3
        assert answer.headers["X-RateLimit-Scope"] == "user"
    # discord.py itself never runs into it: it reads the headers and waits.
    before = len(world.requests)
    await asyncio.gather(*(bot.http.request(Route("GET", "/gateway")) for _ in range(7)))
    assert {request.status for request in world.requests[before:]} == {200}


async def test_an_error_of_the_server_is_retried_by_discord_py(
    world: DiscordWorld, channel: discord.TextChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    real_sleep = asyncio.sleep

    async def hurry(seconds: float) -> None:
        slept.append(seconds)
        await real_sleep(0)

    monkeypatch.setattr("discord.http.asyncio.sleep", hurry)
    world.faults.fail("POST", MESSAGES, 500, times=2)
    await channel.send("third time")
    assert slept[:2] == [1, 3]
    world.faults.fail("POST", MESSAGES, 503)
    with pytest.raises(discord.DiscordServerError):
        await channel.send("503 is not retried")


async def test_a_lost_answer_and_the_nonce_that_repairs_it(
    world: DiscordWorld, bot: ProbeBot, channel: discord.TextChannel, buyer: Person
) -> None:
    route = Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
    body = {"content": "delivered", "nonce": "job-7", "enforce_nonce": True}
    world.faults.after("POST", MESSAGES)
    with pytest.raises((aiohttp.ClientError, OSError)):
        await bot.http.request(route, json=body)
    assert world.requests[-1].status == 0
    assert len(buyer.messages(channel.id)) == 1
    await bot.http.request(route, json=body)
    assert len(buyer.messages(channel.id)) == 1


async def test_something_happens_between_effect_and_answer(
    world: DiscordWorld, channel: discord.TextChannel, buyer: Person
) -> None:
    seen: list[int] = []

    async def look() -> None:
        seen.append(len(buyer.messages(channel.id)))

    world.faults.after("POST", MESSAGES, look)
    await channel.send("now")
    assert seen == [1]


async def test_latency_and_the_log(world: DiscordWorld, channel: discord.TextChannel) -> None:
    world.faults.latency(0.1)
    started = time.perf_counter()
    await channel.send("slow")
    assert time.perf_counter() - started >= 0.1
    logged = world.requests[-1]
    assert (logged.method, logged.path) == ("POST", f"/channels/{channel.id}/messages")
    assert logged.body["content"] == "slow"
    assert logged.ms >= 100


async def test_everything_down_and_up_again(
    world: DiscordWorld, bot: ProbeBot, channel: discord.TextChannel, operator: Person
) -> None:
    await world.faults.down()
    with pytest.raises(discord.DiscordServerError) as outage:
        await channel.send("anyone?")
    assert outage.value.status == 503
    await bot.until("disconnect")
    await operator.say(await operator.open_dm(), "said meanwhile")
    await world.faults.down(False)
    await bot.until("resumed", timeout=20)
    assert (await bot.until("message")).content == "said meanwhile"


async def test_resume_replays_what_was_missed_in_order(world: DiscordWorld, bot: ProbeBot, operator: Person) -> None:
    dm = await operator.open_dm()
    await world.faults.drop_gateway(resumable=True, notice=True)
    for number in range(3):
        await operator.say(dm, f"missed {number}")
    await bot.until("resumed")
    heard = [(await bot.until("message", n + 1)).content for n in range(3)]
    assert heard == ["missed 0", "missed 1", "missed 2"]
    assert bot.count("ready") == 1
    await operator.say(dm, "live again")
    assert (await bot.until("message", 4)).content == "live again"
    assert bot.count("message") == 4


async def test_a_cut_without_notice_is_resumed_too(world: DiscordWorld, bot: ProbeBot, operator: Person) -> None:
    await world.faults.drop_gateway(resumable=True, notice=False)
    await bot.until("resumed", timeout=20)
    await operator.say(await operator.open_dm(), "hello")
    assert (await bot.until("message")).content == "hello"


async def test_a_refused_resume_loses_events_and_is_ready_anew(
    world: DiscordWorld, bot: ProbeBot, operator: Person
) -> None:
    dm = await operator.open_dm()
    world.faults.refuse_resume()
    await world.faults.drop_gateway(resumable=True, notice=True)
    await operator.say(dm, "lost")
    await bot.until("ready", 2, timeout=20)
    await operator.say(dm, "heard")
    assert (await bot.until("message")).content == "heard"
    assert bot.count("resumed") == 0


async def test_forgotten_sessions_cannot_be_resumed(world: DiscordWorld, bot: ProbeBot) -> None:
    await world.faults.drop_gateway(resumable=False, notice=True)
    await bot.until("ready", 2, timeout=20)
    assert bot.count("resumed") == 0
