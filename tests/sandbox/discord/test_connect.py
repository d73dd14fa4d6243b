"""discord.py connects: login, READY, the guild, the intents it asked for."""

from __future__ import annotations

import aiohttp
import discord
import pytest

from bot.sandbox.discord import DiscordWorld, Person
from tests.sandbox.discord.conftest import ProbeBot, running


async def test_discord_py_logs_in_and_sees_the_server(world: DiscordWorld, bot: ProbeBot) -> None:
    assert bot.user is not None
    assert bot.user.id == world.bot_id
    assert bot.application_id == world.application_id
    guild = bot.get_guild(world.guild_id)
    assert guild is not None
    assert [channel.name for channel in guild.text_channels] == ["general", "order-music", "review"]
    assert guild.me.guild_permissions.send_messages
    review = guild.get_channel(world.review_channel_id)
    assert review is not None
    assert not review.permissions_for(guild.default_role).view_channel


async def test_a_wrong_token_is_refused(world: DiscordWorld) -> None:
    async with ProbeBot() as bot:
        with pytest.raises(discord.LoginFailure):
            await bot.login(world.token[:-1] + "x")


async def test_a_privileged_intent_must_be_switched_on(world: DiscordWorld) -> None:
    intents = discord.Intents(guilds=True, message_content=True)
    async with ProbeBot(intents) as bot:
        with pytest.raises(discord.PrivilegedIntentsRequired):
            await bot.start(world.token)
    world.rules.privileged_intents = 1 << 15
    async with running(ProbeBot(intents), world) as allowed:
        assert allowed.is_ready()


async def test_events_outside_the_intents_are_not_sent(world: DiscordWorld, buyer: Person) -> None:
    deaf = discord.Intents(guilds=True, dm_messages=True)
    async with running(ProbeBot(deaf), world) as bot:
        await buyer.say(world.order_channel_id, "anyone here?")
        await buyer.say(await buyer.open_dm(), "hello")
        heard = await bot.until("message")
        assert heard.content == "hello"
        assert bot.count("message") == 1


async def test_message_content_is_hidden_without_its_intent(world: DiscordWorld, buyer: Person) -> None:
    intents = discord.Intents(guilds=True, guild_messages=True)
    async with running(ProbeBot(intents), world) as bot:
        await buyer.say(world.order_channel_id, "a secret")
        assert (await bot.until("message")).content == ""
        await buyer.say(world.order_channel_id, f"<@{world.bot_id}> for you")
        assert (await bot.until("message", 2)).content.endswith("for you")


async def test_the_compressed_and_the_plain_gateway_say_the_same(world: DiscordWorld) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{world.gateway}?v=10") as socket:
        hello = await socket.receive_json()
        assert hello["op"] == 10
        assert hello["d"]["heartbeat_interval"] > 1000
        await socket.send_json({"op": 2, "d": {"token": world.token, "intents": 1, "properties": {}}})
        ready = await socket.receive_json()
        assert (ready["t"], ready["s"]) == ("READY", 1)
        assert ready["d"]["resume_gateway_url"] != world.gateway
        guild = await socket.receive_json()
        assert (guild["t"], guild["s"]) == ("GUILD_CREATE", 2)
        await socket.send_json({"op": 1, "d": 2})
        assert (await socket.receive_json())["op"] == 11


async def test_shards_are_accepted_and_share_the_guilds(world: DiscordWorld) -> None:
    shard = (world.guild_id >> 22) % 2
    async with aiohttp.ClientSession() as session:
        for index in (0, 1):
            async with session.ws_connect(f"{world.gateway}?v=10") as socket:
                await socket.receive_json()
                identify = {"token": world.token, "intents": 1, "properties": {}, "shard": [index, 2]}
                await socket.send_json({"op": 2, "d": identify})
                ready = (await socket.receive_json())["d"]
                assert ready["shard"] == [index, 2]
                assert len(ready["guilds"]) == (index == shard)


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("not json", 4002),
        ('{"op": 99, "d": null}', 4003),
        ('{"op": 2, "d": {"token": "bad", "intents": 0}}', 4004),
        ('{"op": 2, "d": {"token": "TOKEN", "intents": 0, "shard": [3, 2]}}', 4010),
        ('{"op": 2, "d": {"token": "TOKEN", "intents": 134217728}}', 4013),
        ('{"op": 2, "d": {"token": "TOKEN", "intents": 2}}', 4014),
    ],
)
async def test_close_codes(world: DiscordWorld, frame: str, code: int) -> None:
    async with aiohttp.ClientSession() as session, session.ws_connect(f"{world.gateway}?v=10") as socket:
        await socket.receive_json()
        await socket.send_str(frame.replace("TOKEN", world.token))
        closing = await socket.receive(timeout=5)
        assert closing.type is aiohttp.WSMsgType.CLOSE
        assert closing.data == code
