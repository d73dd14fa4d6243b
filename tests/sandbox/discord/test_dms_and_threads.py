"""Direct messages, open and closed, and threads, public and private."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox.discord import DiscordWorld, EventKind, Person
from tests.sandbox.discord.conftest import ProbeBot


async def test_a_dm_goes_both_ways(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    user = await bot.fetch_user(buyer.id)
    sent = await user.send("your music")
    received = await buyer.wait_for(lambda m: m["content"] == "your music")
    assert received["channel_id"] == str(sent.channel.id)
    await buyer.say(received["channel_id"], "thank you")
    heard = [await bot.until("message"), await bot.until("message", 2)]
    assert [message.content for message in heard] == ["your music", "thank you"]
    assert isinstance(heard[1].channel, discord.DMChannel)
    assert [c["id"] for c in buyer.channels() if c["type"] == 1] == [received["channel_id"]]
    other = world.person(world.operator_id)
    assert all(c["type"] != 1 for c in other.channels())


async def test_closed_dms_answer_50007(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    buyer.close_dms()
    user = await bot.fetch_user(buyer.id)
    await user.create_dm()
    with pytest.raises(discord.Forbidden) as closed:
        await user.send("your music")
    assert closed.value.code == 50007
    buyer.close_dms(False)
    await user.send("your music")


async def test_nobody_to_write_to(bot: ProbeBot) -> None:
    with pytest.raises(discord.HTTPException) as nobody:
        await bot.http.start_private_message(12345678901234567)
    assert nobody.value.code == 50033


async def test_a_private_thread_for_one_buyer(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    events = buyer.events()
    thread = await channel.create_thread(name="Order 7", type=discord.ChannelType.private_thread)
    await bot.until("thread_create")
    stranger = world.person(world.stranger_id)
    assert all(c["id"] != str(thread.id) for c in buyer.channels())
    await thread.send(f"<@{buyer.id}> your music is here")
    created = await anext(events)
    assert created.kind is EventKind.CHANNEL_CREATE
    assert created.data["id"] == str(thread.id)
    assert any(c["id"] == str(thread.id) for c in buyer.channels())
    assert all(c["id"] != str(thread.id) for c in stranger.channels())
    await buyer.say(thread.id, "thank you")
    assert {member.id for member in await thread.fetch_members()} == {world.bot_id, buyer.id}


async def test_a_thread_below_a_card(world: DiscordWorld, bot: ProbeBot, operator: Person) -> None:
    channel = bot.get_channel(world.review_channel_id)
    assert isinstance(channel, discord.TextChannel)
    card = await channel.send("card")
    thread = await card.create_thread(name="Question")
    assert thread.id == card.id
    await operator.say(thread.id, "slower?")
    assert operator.message(channel.id, card.id)["thread"]["name"] == "Question"
    with pytest.raises(discord.HTTPException) as twice:
        await card.create_thread(name="Again")
    assert twice.value.code == 160004
    archived = await thread.edit(archived=True)
    assert archived.archived
    assert [t.id async for t in channel.archived_threads()] == [thread.id]
    await thread.delete()
    with pytest.raises(discord.NotFound):
        await bot.fetch_channel(thread.id)


async def test_a_set_up_finds_its_way(world: DiscordWorld, bot: ProbeBot, operator: Person) -> None:
    guild = await bot.fetch_guild(world.guild_id)
    names = {channel.name: channel.id for channel in await guild.fetch_channels()}
    assert names["review"] == world.review_channel_id
    assert [g.id async for g in bot.fetch_guilds()] == [guild.id]
    member = await guild.fetch_member(operator.id)
    assert member.guild_permissions.administrator
    with pytest.raises(discord.Forbidden) as lacking:
        await guild.create_text_channel("review-2")
    assert lacking.value.code == 50013
    role = next(r for r in world.realm.guilds[guild.id].roles.values() if r.managed_by)
    role.permissions |= 1 << 4
    made = await guild.create_text_channel("Review Two")
    assert made.name == "review-two"
    assert any(c["name"] == "review-two" for c in operator.channels())
    await made.delete()
    assert all(c.get("name") != "review-two" for c in operator.channels())


async def test_typing_is_seen(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    events = buyer.events()
    async with channel.typing():
        assert (await anext(events)).kind is EventKind.TYPING
