"""Threads: a private one for one buyer, and the conversation under a message.

A private thread is where a parcel goes when direct messages are closed. Only the bot, the person who was added and
the server's moderators see it. Its name bears the message's mark, so that a second attempt finds the first one's
thread instead of opening another.
"""

import contextlib
from typing import TYPE_CHECKING, Final

import discord

from bot.errors import Unreachable

if TYPE_CHECKING:
    from bot.chat.discord.client import ShopClient

LONGEST_NAME = 100
THERE_ALREADY = 160_004
"""Discord's code for a message that has its thread."""
WEEK: Final = 10_080
"""Minutes without a word after which Discord folds the thread away; it stays readable."""


async def private_thread(client: "ShopClient", channel_id: int, person: int, name: str) -> discord.Thread:
    """Return the thread of that name with the person in it, opened below the channel if there is none.

    :raises Unreachable: if the channel cannot have threads.
    :raises discord.HTTPException: if threads are not allowed there, or the person has left.
    """
    channel = client.get_channel(channel_id) or await client.fetch_channel(channel_id)
    if not isinstance(channel, discord.TextChannel):
        raise Unreachable(f"channel {channel_id} has no threads")
    name = name[:LONGEST_NAME]
    thread = await _open_already(client, channel, name)
    if thread is None:
        thread = await channel.create_thread(
            name=name, type=discord.ChannelType.private_thread, invitable=False, auto_archive_duration=WEEK
        )
    try:
        await thread.add_user(discord.Object(person))
    except discord.HTTPException:
        # An empty room for somebody who is not there helps nobody; without the permission it stays.
        with contextlib.suppress(discord.HTTPException):
            await thread.delete()
        raise
    return thread


async def thread_under(client: "ShopClient", channel_id: int, message_id: int, name: str) -> discord.PartialMessageable:
    """Return the thread that hangs under a message, opened if there is none; it bears the message's own number.

    :raises discord.HTTPException: if the message is gone, or threads are not allowed there.
    """
    try:
        await client.http.start_thread_with_message(
            channel_id, message_id, name=name[:LONGEST_NAME], auto_archive_duration=WEEK, rate_limit_per_user=None
        )
    except discord.HTTPException as error:
        if error.code != THERE_ALREADY:
            raise
    return client.get_partial_messageable(message_id)


async def _open_already(client: "ShopClient", channel: discord.TextChannel, name: str) -> discord.Thread | None:
    me = client.user
    for thread in await channel.guild.active_threads():
        mine = me is not None and thread.owner_id == me.id
        if mine and thread.parent_id == channel.id and thread.name == name:
            return thread
    return None
