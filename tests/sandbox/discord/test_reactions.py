"""Reactions: raw events for messages of before a restart, and reading them back."""

from __future__ import annotations

import discord
import pytest

from bot.sandbox.discord import ClientRefusal, DiscordWorld, Person
from tests.sandbox.discord.conftest import ProbeBot, running


async def test_a_raw_event_for_a_message_the_bot_never_cached(world: DiscordWorld, operator: Person) -> None:
    async with running(ProbeBot(), world) as first:
        channel = first.get_channel(world.review_channel_id)
        assert isinstance(channel, discord.TextChannel)
        card = await channel.send("three takes")
        for emoji in ("1️⃣", "🔁", "❌"):
            await card.add_reaction(emoji)
    async with running(ProbeBot(), world) as second:
        await operator.react(world.review_channel_id, card.id, "1️⃣")
        event = await second.until("raw_reaction_add")
        assert (event.message_id, event.user_id, str(event.emoji)) == (card.id, operator.id, "1️⃣")
        assert event.member is not None
        assert event.message_author_id == world.bot_id
        await operator.unreact(world.review_channel_id, card.id, "1️⃣")
        assert (await second.until("raw_reaction_remove")).user_id == operator.id


async def test_reactions_given_while_the_bot_was_away_are_read_back(
    world: DiscordWorld, bot: ProbeBot, operator: Person
) -> None:
    channel = bot.get_channel(world.review_channel_id)
    assert isinstance(channel, discord.TextChannel)
    card = await channel.send("three takes")
    await card.add_reaction("2️⃣")
    await operator.react(channel.id, card.id, "2️⃣")
    await operator.react(channel.id, card.id, "2️⃣")
    read = await channel.fetch_message(card.id)
    (reaction,) = read.reactions
    assert (reaction.count, reaction.me) == (2, True)
    assert {user.id async for user in reaction.users()} == {world.bot_id, operator.id}
    assert operator.message(channel.id, card.id)["reactions"][0]["me"]
    await card.remove_reaction("2️⃣", operator_user := discord.Object(operator.id))
    assert operator_user.id not in {u.id async for u in (await channel.fetch_message(card.id)).reactions[0].users()}
    await card.clear_reactions()
    assert (await channel.fetch_message(card.id)).reactions == []


async def test_what_is_no_emoji_and_too_many(world: DiscordWorld, bot: ProbeBot, buyer: Person) -> None:
    channel = bot.get_channel(world.order_channel_id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("react")
    for text in ("ok", "1", "가"):
        with pytest.raises(discord.HTTPException) as refused:
            await message.add_reaction(text)
        assert refused.value.code == 10014
    for sign in range(20):
        await message.add_reaction(chr(0x1F600 + sign))
    with pytest.raises(discord.HTTPException) as full:
        await message.add_reaction("⭐")
    assert full.value.code == 30010
    with pytest.raises(ClientRefusal):
        await buyer.react(channel.id, message.id, "⭐")
    await buyer.react(channel.id, message.id, chr(0x1F600))
