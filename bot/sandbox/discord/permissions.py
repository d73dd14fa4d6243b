"""Discord's permission bits and how roles and channel exceptions combine.

Algorithm: https://discord.com/developers/docs/topics/permissions#permission-overwrites
"""

from __future__ import annotations

from bot.sandbox.discord.records import Channel, Guild

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
PIN_MESSAGES = 1 << 51

ALL = (1 << 53) - 1

EVERYONE = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | ADD_REACTIONS
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | USE_APPLICATION_COMMANDS
    | CREATE_PUBLIC_THREADS
    | SEND_MESSAGES_IN_THREADS
)
"""What a new server lets every member do (the part that matters in text channels)."""

SHOP_BOT = EVERYONE | MANAGE_MESSAGES | CREATE_PRIVATE_THREADS | MANAGE_THREADS
"""What an operator grants the bot with the invite link."""

IN_DM = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | ADD_REACTIONS
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | USE_EXTERNAL_EMOJIS
    | USE_APPLICATION_COMMANDS
    | PIN_MESSAGES
)


def of_member(guild: Guild, user_id: int) -> int:
    """Return a member's permissions in the whole guild."""
    if user_id == guild.owner_id:
        return ALL
    member = guild.members[user_id]
    bits = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        bits |= guild.roles[role_id].permissions
    return ALL if bits & ADMINISTRATOR else bits


def in_channel(guild: Guild, user_id: int, channel: Channel) -> int:
    """Return a member's permissions in one channel of the guild (for a thread: its parent)."""
    bits = of_member(guild, user_id)
    if bits == ALL:
        return ALL
    by_id = {overwrite.id: overwrite for overwrite in channel.overwrites}
    if everyone := by_id.get(guild.id):
        bits = bits & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in guild.members[user_id].role_ids:
        if overwrite := by_id.get(role_id):
            allow |= overwrite.allow
            deny |= overwrite.deny
    bits = bits & ~deny | allow
    if own := by_id.get(user_id):
        bits = bits & ~own.deny | own.allow
    return bits if bits & VIEW_CHANNEL else 0
