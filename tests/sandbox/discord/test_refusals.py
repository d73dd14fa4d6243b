"""What only a raw client can do wrong: bad tokens, bad JSON, answers that do not fit, too much too fast."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import pytest

from bot.sandbox.discord import ClientRefusal, DiscordWorld, Person
from bot.sandbox.discord.desk import AUTOCOMPLETE, COMMAND, COMPONENT, Pending
from tests.sandbox.discord.conftest import ProbeBot


@pytest.fixture
async def raw(world: DiscordWorld) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {world.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


def pending(world: DiscordWorld, kind: int) -> Pending:
    """Begin an interaction of the buyer without a bot to hear it."""
    made = world.desk.new(kind, world.buyer_id, world.order_channel_id, {"name": "x"})
    made.command_name = "x"
    world.desk.begin(made)
    return made


async def answered(
    world: DiscordWorld, session: aiohttp.ClientSession, interaction: Pending, body: dict[str, Any]
) -> tuple[int, Any]:
    """Answer an interaction; return status and body."""
    url = f"{world.api}/interactions/{interaction.id}/{interaction.token}/callback?with_response=1"
    async with session.post(url, json=body) as answer:
        return answer.status, await answer.json()


async def test_tokens_and_bodies(world: DiscordWorld, raw: aiohttp.ClientSession) -> None:
    async with raw.get(f"{world.api}/users/@me", headers={"Authorization": "Bot wrong"}) as refused:
        assert (refused.status, (await refused.json())["message"]) == (401, "401: Unauthorized")
        assert refused.headers["Content-Type"] == "application/json"
    url = f"{world.api}/channels/{world.order_channel_id}/messages"
    async with raw.post(url, data=b"{not json") as refused:
        assert (refused.status, (await refused.json())["code"]) == (400, 50109)
    async with raw.post(url, json=["a list"]) as refused:
        assert (refused.status, (await refused.json())["code"]) == (400, 50035)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (COMMAND, {"type": 6}),
        (COMMAND, {"type": 7, "data": {"content": "x"}}),
        (COMMAND, {"type": 8, "data": {"choices": []}}),
        (COMMAND, {"type": 99}),
        (COMPONENT, {"type": 8, "data": {"choices": []}}),
        (AUTOCOMPLETE, {"type": 4, "data": {"content": "x"}}),
        (AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "x" * 101, "value": "x"}]}}),
        (AUTOCOMPLETE, {"type": 8, "data": {"choices": [{"name": "x", "value": "x"}] * 26}}),
        (COMMAND, {"type": 9, "data": {"custom_id": "m", "title": "x" * 46, "components": []}}),
        (COMMAND, {"type": 4, "data": {"content": "x" * 2001}}),
    ],
)
async def test_answers_that_do_not_fit(
    world: DiscordWorld, raw: aiohttp.ClientSession, kind: int, body: dict[str, Any]
) -> None:
    interaction = pending(world, kind)
    status, refused = await answered(world, raw, interaction, body)
    assert (status, refused["code"]) == (400, 50035)
    assert interaction.shown.state == "waiting"


async def test_interactions_need_their_own_token_and_an_answer_first(
    world: DiscordWorld, raw: aiohttp.ClientSession
) -> None:
    interaction = pending(world, COMMAND)
    hook = f"{world.api}/webhooks/{world.application_id}/{interaction.token}"
    async with raw.post(hook, json={"content": "too early"}) as refused:
        assert (await refused.json())["code"] == 10015
    async with raw.post(f"{world.api}/webhooks/{world.application_id}/forged", json={}) as refused:
        assert (await refused.json())["code"] == 50027
    forged = replace(interaction, token=interaction.token + "x")
    status, refused_body = await answered(world, raw, forged, {"type": 5})
    assert (status, refused_body["code"]) == (404, 10062)


async def test_the_answer_says_what_became_of_it(world: DiscordWorld, raw: aiohttp.ClientSession) -> None:
    interaction = pending(world, COMMAND)
    status, body = await answered(world, raw, interaction, {"type": 4, "data": {"content": "hi", "flags": 64}})
    assert status == 200
    assert body["interaction"]["id"] == str(interaction.id)
    assert body["interaction"]["response_message_ephemeral"]
    assert body["resource"]["message"]["content"] == "hi"


async def test_everything_together_is_limited_too(world: DiscordWorld, raw: aiohttp.ClientSession) -> None:
    world.rules.global_limit = 2
    statuses = []
    for path in ("/users/@me", "/users/@me/guilds", "/gateway"):
        async with raw.get(world.api + path) as answer:
            statuses.append(answer.status)
            body = await answer.json()
    assert statuses == [200, 200, 429]
    assert body["global"] is True
    assert answer.headers["X-RateLimit-Global"] == "true"


async def test_a_hasty_gateway_client_is_cut_off(world: DiscordWorld, raw: aiohttp.ClientSession) -> None:
    async with raw.ws_connect(f"{world.gateway}?v=10") as socket:
        for _ in range(121):
            await socket.send_json({"op": 1, "d": None})
        while (frame := await socket.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert frame.data == 4008


async def test_tidying_up(world: DiscordWorld, bot: ProbeBot, buyer: Person, operator: Person) -> None:
    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    sent = [await channel.send(f"  number {n}  ") for n in range(3)]
    assert sent[0].content == "number 0"
    await channel.delete_messages(sent[:2])
    assert [m["content"] for m in buyer.messages(channel.id)] == ["number 2"]
    theirs = await buyer.say(channel.id, "please delete this")
    await channel.get_partial_message(int(theirs["id"])).delete()
    with pytest.raises(discord.Forbidden) as may_not_pin:
        await sent[2].pin()
    assert may_not_pin.value.code == 50013
    with pytest.raises(ClientRefusal):
        await buyer.delete(channel.id, sent[2].id)
    await operator.delete(channel.id, sent[2].id)
    assert buyer.messages(channel.id) == []
    dm = await buyer.open_dm()
    said = await buyer.say(dm, "mine")
    with pytest.raises(discord.Forbidden) as not_in_a_dm:
        await bot.get_partial_messageable(dm).get_partial_message(int(said["id"])).delete()
    assert not_in_a_dm.value.code == 50003
