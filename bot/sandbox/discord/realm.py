"""Everything that exists in the world, and who may see and do what. The one place that holds state."""

from __future__ import annotations

from collections import deque

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.records import (
    DM,
    PRIVATE_THREAD,
    THREADS,
    Attachment,
    Channel,
    Guild,
    Json,
    Member,
    Message,
    Role,
    User,
)
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.rules import Rules
from bot.sandbox.discord.snowflakes import Snowflakes

LINGERING = 32
"""Files taken off their messages that the CDN still has, as Discord's has for a while."""


class Realm:
    """Users, guilds, channels, messages, files and commands, by id; lookups raise Discord's refusals."""

    def __init__(self, application_id: int, application_name: str, bot: User, owner_id: int) -> None:
        self.rules = Rules()
        self.ids = Snowflakes()
        self.application_id = application_id
        self.application_name = application_name
        self.application_owner_id = owner_id
        self.bot_id = bot.id
        self.users: dict[int, User] = {bot.id: bot}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.files: dict[int, Attachment] = {}
        self._replaced: deque[int] = deque()
        self.commands: dict[int | None, dict[int, Json]] = {None: {}}
        """Registered commands by guild (None: global) and id."""

    def replace(self, attachment: Attachment) -> None:
        """Let go of a file that an edit took off its message. Whoever was shown the message a moment ago is still
        fetching it, so that its address is good until `LINGERING` more were replaced."""
        self._replaced.append(attachment.id)
        if len(self._replaced) > LINGERING:
            self.files.pop(self._replaced.popleft(), None)

    # Lookups

    def user(self, user_id: int) -> User:
        """Return a user. Raises Refusal 10013."""
        if user_id not in self.users:
            raise refusal(10013)
        return self.users[user_id]

    def guild(self, guild_id: int) -> Guild:
        """Return a guild the bot is in. Raises Refusal 10004."""
        if guild_id not in self.guilds:
            raise refusal(10004)
        return self.guilds[guild_id]

    def member(self, guild_id: int, user_id: int) -> Member:
        """Return a member. Raises Refusal 10007."""
        guild = self.guild(guild_id)
        if user_id not in guild.members:
            raise refusal(10007 if user_id in self.users else 10013)
        return guild.members[user_id]

    def role(self, guild_id: int, role_id: int) -> Role:
        """Return a role. Raises Refusal 10011."""
        guild = self.guild(guild_id)
        if role_id not in guild.roles:
            raise refusal(10011)
        return guild.roles[role_id]

    def channel(self, channel_id: int) -> Channel:
        """Return a channel, thread or DM. Raises Refusal 10003."""
        if channel_id not in self.channels:
            raise refusal(10003)
        return self.channels[channel_id]

    def message(self, channel_id: int, message_id: int) -> Message:
        """Return a message that is not ephemeral. Raises Refusal 10008."""
        found = self.messages.get(channel_id, {}).get(message_id)
        if found is None or found.ephemeral_for is not None:
            raise refusal(10008)
        return found

    def bot_channel(self, channel_id: int, needed: int = 0) -> Channel:
        """Return a channel the bot sees and in which it has the `needed` permissions.

        Raises Refusal 10003, 50001 (does not see it) or 50013 (lacks a permission).
        """
        channel = self.channel(channel_id)
        self.demand(self.bot_id, channel, needed)
        return channel

    def demand(self, user_id: int, channel: Channel, needed: int) -> None:
        """Raise Refusal 50001 or 50013 unless the user sees the channel and has all `needed` bits."""
        if not self.sees(user_id, channel):
            raise refusal(50001)
        if needed & ~self.permissions(user_id, channel):
            raise refusal(50013)

    # Permissions

    def parent(self, channel: Channel) -> Channel:
        """Return the channel whose permissions count: a thread's parent, else the channel itself."""
        if channel.kind in THREADS and channel.parent_id is not None:
            return self.channels[channel.parent_id]
        return channel

    def permissions(self, user_id: int, channel: Channel) -> int:
        """Return the user's permission bits in a channel, thread or DM (0: does not see it)."""
        if channel.kind == DM:
            return may.IN_DM if user_id in channel.recipients else 0
        guild = self.guilds.get(channel.guild_id or 0)
        if guild is None or user_id not in guild.members:
            return 0
        bits = may.in_channel(guild, user_id, self.parent(channel))
        if channel.kind == PRIVATE_THREAD and channel.thread is not None:
            within = user_id in channel.thread.members or bits & may.MANAGE_THREADS
            return bits if within else 0
        return bits

    def sees(self, user_id: int, channel: Channel) -> bool:
        """Return whether a channel exists for the user."""
        return bool(self.permissions(user_id, channel) & may.VIEW_CHANNEL)

    def writing_in(self, channel: Channel) -> int:
        """Return the permission one needs to write there."""
        return may.SEND_MESSAGES_IN_THREADS if channel.kind in THREADS else may.SEND_MESSAGES

    def humans_seeing(self, channel: Channel) -> list[int]:
        """Return the ids of the people a channel exists for."""
        return [u.id for u in self.users.values() if not u.bot and self.sees(u.id, channel)]

    # Direct messages

    def dm(self, one: int, other: int) -> Channel | None:
        """Return the DM channel of two users, if one was ever opened."""
        pair = {one, other}
        for channel in self.channels.values():
            if channel.kind == DM and set(channel.recipients) == pair:
                return channel
        return None

    def dm_partner(self, channel: Channel, user_id: int) -> User:
        """Return whom a user talks to in a DM channel."""
        other = next(member for member in channel.recipients if member != user_id)
        return self.users[other]

    def open_dm(self, one: int, other: int) -> Channel:
        """Return the DM channel of two users, opening it if need be."""
        channel = self.dm(one, other)
        if channel is None:
            channel = Channel(self.ids.next(), DM, recipients=(one, other))
            self.add_channel(channel)
        return channel

    def add_channel(self, channel: Channel) -> None:
        """Put a new channel on the map."""
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}

    def threads(self, channel_id: int) -> list[Channel]:
        """Return the threads of a channel."""
        return [c for c in self.channels.values() if c.kind in THREADS and c.parent_id == channel_id]
