"""The permissions the shop uses, and which of them it lacks in a channel."""

import discord

NEEDED = discord.Permissions(
    view_channel=True,
    send_messages=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
    read_message_history=True,
)
"""Without one of these the shop cannot work in a channel."""

INVITED = NEEDED | discord.Permissions(
    manage_messages=True, create_private_threads=True, create_public_threads=True, send_messages_in_threads=True
)
"""What the invitation asks for: a stranger's reaction on a review card can then be taken back, not just ignored; whose
direct messages are closed gets the parcel in a private thread; and what a buyer writes stands under the card."""


def missing(client: discord.Client, channel_id: int) -> list[str]:
    """Return the missing ones by Discord's names (``attach_files``), as far as the channel is known.

    Of a channel that is not known (a thread, a direct message) nothing is said.
    """
    channel = client.get_channel(channel_id)
    if not isinstance(channel, discord.abc.GuildChannel):
        return []
    have = channel.permissions_for(channel.guild.me)
    return [name for name, needed in NEEDED if needed and not getattr(have, name)]
