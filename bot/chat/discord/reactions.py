"""Reactions on review cards: a verdict each, also on cards from before a restart.

The card itself says which order it is about: it is read from the data of its buttons.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import discord
import structlog

from bot.chat.answers import ruling_words
from bot.chat.discord import addresses
from bot.chat.discord.refusals import TROUBLE
from bot.chat.discord.render import render
from bot.commands.said import read_data
from bot.review import verdicts
from bot.review.catch_up import settle
from bot.review.verdicts import Outcome, Ruling
from bot.screens import Screen, Tone

if TYPE_CHECKING:
    from bot.chat.discord.client import ShopClient

log = structlog.get_logger(__name__)


async def hear(client: "ShopClient", payload: discord.RawReactionActionEvent) -> None:
    """Take a reaction on a review card as a verdict; what does not count is taken back and explained."""
    services, place = client.services, addresses.place(payload.channel_id)
    verdict = verdicts.read_emoji(str(payload.emoji))
    is_bot = payload.member is not None and payload.member.bot
    if verdict is None or is_bot or place != services.review_places.get(addresses.PLATFORM):
        return
    message = await _own_message(client, payload)
    card = _card_of(message) if message else None
    if message is None or card is None:
        return
    person = addresses.person(payload.user_id)
    if not services.is_operator(person, place):
        await _take_back(message, payload)
        return
    ruling = await verdicts.judge(services.book, *card, verdict, person)
    log.info("verdict", order=card[0], round=card[1], verdict=verdict.kind, by=person, outcome=ruling.outcome)
    if ruling.outcome is not Outcome.COUNTED:
        await _take_back(message, payload)
        await _say_why(client, message, ruling)


async def hear_again(client: "ShopClient", message: discord.Message) -> None:
    """Count the verdict on a card that was posted before a crash and is only now known to have been posted."""
    card, place = _card_of(message), addresses.place(message.channel.id)
    if card is None:
        return
    found = [
        (verdict, person)
        for reaction in message.reactions
        if (verdict := verdicts.read_emoji(str(reaction.emoji)))
        async for person in people_behind(reaction)
        if client.services.is_operator(person, place)
    ]
    await settle(client.services.book, *card, found)


async def people_behind(reaction: discord.Reaction) -> AsyncIterator[str]:
    """Yield the people who gave a reaction, but no bots; nobody is asked for where only the shop itself reacted."""
    if reaction.count > int(reaction.me):
        async for user in reaction.users():
            if not user.bot:
                yield addresses.person(user.id)


async def _own_message(client: "ShopClient", payload: discord.RawReactionActionEvent) -> discord.Message | None:
    """Return the message a reaction is on, None if it is not the shop's own.

    :raises discord.DiscordException: if Discord does not tell.
    """
    assert client.user is not None, "the client has logged in"
    if payload.message_author_id not in (None, client.user.id):
        return None
    channel = client.get_partial_messageable(payload.channel_id, guild_id=payload.guild_id)
    try:
        message = await channel.fetch_message(payload.message_id)
    except (discord.NotFound, discord.Forbidden) as error:
        log.warning("card_not_read", message=payload.message_id, error=str(error))
        return None
    return message if message.author.id == client.user.id else None


async def _take_back(message: discord.Message, payload: discord.RawReactionActionEvent) -> None:
    """Remove a reaction that does not count; without the permission to do so it is just not heard."""
    try:
        await message.remove_reaction(payload.emoji, discord.Object(payload.user_id))
    except TROUBLE as error:
        log.info("reaction_not_removed", message=message.id, error=str(error)[:200])


async def _say_why(client: "ShopClient", message: discord.Message, ruling: Ruling) -> None:
    """Tell whose verdict came too late what counts instead, below the card."""
    words = ruling_words(client.services, client.services.tongue.locale, ruling)
    rendered = render(Screen(text=words, tone=Tone.BAD), client.command_ids)
    try:
        await message.reply(embed=rendered.embed, allowed_mentions=rendered.mentions)
    except TROUBLE as error:
        log.warning("ruling_not_told", message=message.id, error=str(error)[:200])


def _card_of(message: discord.Message) -> tuple[str, int] | None:
    """Return (order, round) of a review card, read from its buttons."""
    for row in message.components:
        for control in getattr(row, "children", ()):
            data = read_data(getattr(control, "custom_id", None) or "")
            if data and (found := verdicts.read_press(data[0], data[2])):
                return data[1], found[0]
    return None
