"""The world itself: its ids, its people, what their clients show."""

from __future__ import annotations

import asyncio
from contextlib import aclosing

import aiohttp
import discord
import pytest

from bot.sandbox.discord import ClientRefusal, DiscordWorld, EventKind, InteractionState, Person
from tests.sandbox.discord.conftest import ProbeBot, running


async def test_the_same_seed_gives_the_same_ids_and_token() -> None:
    first = await DiscordWorld.start(public_seed="shop")
    again = await DiscordWorld.start(public_seed="shop")
    other = await DiscordWorld.start()
    try:
        names = ("token", "guild_id", "review_channel_id", "buyer_id", "operator_id", "application_id")
        assert [getattr(first, n) for n in names] == [getattr(again, n) for n in names]
        assert all(getattr(first, n) != getattr(other, n) for n in names)
        assert discord.utils.snowflake_time(first.guild_id).year == 2024
    finally:
        for world in (first, again, other):
            await world.stop()


async def test_a_stopped_world_is_gone(world: DiscordWorld, buyer: Person) -> None:
    running_world = await DiscordWorld.start()
    listener = running_world.person(running_world.buyer_id).events()
    await running_world.stop()
    with pytest.raises(StopAsyncIteration):
        await anext(listener)
    async with aiohttp.ClientSession() as session:
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{running_world.api}/gateway")


async def test_only_the_operator_sees_the_review_channel(world: DiscordWorld) -> None:
    names = {
        user_id: [c["name"] for c in world.person(user_id).channels()]
        for user_id in (world.buyer_id, world.stranger_id, world.operator_id)
    }
    assert names[world.buyer_id] == names[world.stranger_id] == ["general", "order-music"]
    assert names[world.operator_id] == ["general", "order-music", "review"]
    with pytest.raises(KeyError):
        world.person(world.bot_id)


async def test_one_more_person(world: DiscordWorld, bot: ProbeBot) -> None:
    newcomer = await world.add_person("Mina Park", locale="ko")
    assert (newcomer.name, newcomer.locale) == ("Mina Park", "ko")
    await newcomer.say(world.general_channel_id, "안녕하세요")
    user = await bot.fetch_user(newcomer.id)
    assert user.display_name == "Mina Park"
    with pytest.raises(ClientRefusal):
        newcomer.set_locale("kr")


async def test_waiting_for_a_message_there_or_to_come(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("queued")
    there = await buyer.wait_for(lambda m: m["content"] == "queued", channel_id=channel.id)
    assert there["id"] == str(message.id)
    waiting = asyncio.create_task(buyer.wait_for(lambda m: m["content"] == "ready"))
    await message.edit(content="ready")
    assert (await waiting)["id"] == str(message.id)
    with pytest.raises(TimeoutError):
        await buyer.wait_for(lambda m: m["content"] == "never", timeout=0.05)


async def test_events_end_where_the_listener_is_closed(world: DiscordWorld, buyer: Person) -> None:
    async with aclosing(buyer.events()) as events:
        await buyer.say(world.order_channel_id, "one")
        assert (await anext(events)).kind is EventKind.MESSAGE_CREATE
    await buyer.say(world.order_channel_id, "two")
    assert events._queue.empty()


async def test_a_command_while_the_bot_is_away_fails(world: DiscordWorld, buyer: Person) -> None:
    async with running(ProbeBot(), world) as bot:

        @bot.tree.command(description="Hello")
        async def hello(interaction: discord.Interaction) -> None: ...

        await bot.tree.sync()
    world.rules.answer_within = 0.1
    events = buyer.events()
    used = await buyer.use(world.order_channel_id, "hello")
    assert used.state is InteractionState.FAILED
    event = await anext(events)
    assert event.kind is EventKind.INTERACTION_FAILED
    assert event.data["error"] == "The application did not respond"


async def test_a_second_server(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    guild_id, channel_id = world.add_guild("Second Moon")
    joined = await bot.until("guild_join")
    assert joined.id == guild_id
    channel = bot.get_channel(channel_id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send("open for orders here too")
    assert buyer.messages(channel_id)[0]["content"].startswith("open")
    assert len([guild async for guild in bot.fetch_guilds()]) == 2
