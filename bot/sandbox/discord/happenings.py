"""Tells everyone concerned what happened: the bot through the gateway, people on their screens.

Which intent an event needs: https://discord.com/developers/docs/events/gateway#list-of-intents
"""

from __future__ import annotations

from bot.sandbox.discord.client import EventKind
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.message_payloads import MessageDrawing, emoji_json
from bot.sandbox.discord.payloads import channel_json, member_json, thread_member_json, typing_json
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import DM, THREADS, Channel, Json, Message, Reaction
from bot.sandbox.discord.screens import Screens

GUILDS, MEMBERS, MESSAGES, REACTIONS, TYPING = 1 << 0, 1 << 1, 1 << 9, 1 << 10, 1 << 11
DM_MESSAGES, DM_REACTIONS, DM_TYPING = 1 << 12, 1 << 13, 1 << 14


class Happenings:
    """One method per thing that can happen."""

    def __init__(self, realm: Realm, drawing: MessageDrawing, hub: Hub, screens: Screens) -> None:
        self.realm = realm
        self.drawing = drawing
        self.hub = hub
        self.screens = screens

    # Messages

    def message_created(self, message: Message) -> None:
        """A message was written."""
        self._message(message, "MESSAGE_CREATE", EventKind.MESSAGE_CREATE)

    def message_updated(self, message: Message) -> None:
        """A message was changed, its thinking ended, or a thread was opened below it."""
        self._message(message, "MESSAGE_UPDATE", EventKind.MESSAGE_UPDATE)

    def _message(self, message: Message, name: str, kind: EventKind) -> None:
        channel = self.realm.channels[message.channel_id]
        if self.realm.sees(self.realm.bot_id, channel):
            # An ephemeral message reaches the bot without its guild, and so as if it were a DM.
            direct = channel.kind == DM or message.ephemeral_for is not None
            self.hub.dispatch(
                name,
                lambda intents: self.drawing.for_bot(message, intents),
                DM_MESSAGES if direct else MESSAGES,
                channel.guild_id,
            )
        for user_id in self.readers(message):
            self.screens.show([user_id], kind, channel.id, self.drawing.event(message, user_id))

    def message_deleted(self, message: Message) -> None:
        """A message is gone (an ephemeral one: from its reader's screen)."""
        channel = self.realm.channels[message.channel_id]
        body: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        self.screens.show(self.readers(message), EventKind.MESSAGE_DELETE, channel.id, dict(body))
        if message.ephemeral_for is None:
            self._channel_event("MESSAGE_DELETE", channel, body, MESSAGES, DM_MESSAGES)

    def messages_deleted(self, channel: Channel, messages: list[Message]) -> None:
        """Several messages were deleted at once."""
        for message in messages:
            body = {"id": str(message.id), "channel_id": str(channel.id)}
            self.screens.show(self.readers(message), EventKind.MESSAGE_DELETE, channel.id, body)
        ids = {"ids": [str(message.id) for message in messages], "channel_id": str(channel.id)}
        self._channel_event("MESSAGE_DELETE_BULK", channel, ids, MESSAGES, DM_MESSAGES)

    def readers(self, message: Message) -> list[int]:
        """Return the people a message is visible to."""
        if message.ephemeral_for is not None:
            return [] if message.dismissed else [message.ephemeral_for]
        return self.realm.humans_seeing(self.realm.channels[message.channel_id])

    # Reactions and typing

    def reaction_changed(self, message: Message, reaction: Reaction, user_id: int, added: bool) -> None:
        """Someone pressed or took back an emoji."""
        channel = self.realm.channels[message.channel_id]
        body: Json = {
            "user_id": str(user_id),
            "channel_id": str(channel.id),
            "message_id": str(message.id),
            "emoji": emoji_json(reaction),
            "burst": False,
            "type": 0,
        }
        shown = EventKind.REACTION_ADD if added else EventKind.REACTION_REMOVE
        for reader in self.readers(message):
            seen = dict(body) | {"message": self.drawing.event(message, reader)}
            self.screens.show([reader], shown, channel.id, seen)
        if added:
            body["message_author_id"] = str(message.author_id)
            body["burst_colors"] = []
            if channel.guild_id is not None:
                member = self.realm.member(channel.guild_id, user_id)
                body["member"] = member_json(self.realm, member)
        name = "MESSAGE_REACTION_ADD" if added else "MESSAGE_REACTION_REMOVE"
        self._channel_event(name, channel, body, REACTIONS, DM_REACTIONS)

    def reactions_cleared(self, message: Message, only: Reaction | None = None) -> None:
        """All reactions, or all with one emoji, were removed."""
        channel = self.realm.channels[message.channel_id]
        body: Json = {"channel_id": str(channel.id), "message_id": str(message.id)}
        for reader in self.readers(message):
            seen = dict(body) | {"message": self.drawing.event(message, reader)}
            self.screens.show([reader], EventKind.REACTION_REMOVE, channel.id, seen)
        name = "MESSAGE_REACTION_REMOVE_ALL"
        if only is not None:
            body["emoji"] = emoji_json(only)
            name = "MESSAGE_REACTION_REMOVE_EMOJI"
        self._channel_event(name, channel, body, REACTIONS, DM_REACTIONS)

    def typing(self, channel: Channel, user_id: int) -> None:
        """Someone is typing."""
        body = typing_json(self.realm, channel, user_id)
        others = [reader for reader in self.realm.humans_seeing(channel) if reader != user_id]
        seen = {"user_id": str(user_id), "channel_id": str(channel.id)}
        self.screens.show(others, EventKind.TYPING, channel.id, seen)
        self._channel_event("TYPING_START", channel, body, TYPING, DM_TYPING)

    # Channels and threads

    def channel_created(self, channel: Channel) -> None:
        """A channel or thread was opened (bots are told of DMs only by the first message)."""
        name = "THREAD_CREATE" if channel.kind in THREADS else "CHANNEL_CREATE"
        self._about_channel(channel, name, EventKind.CHANNEL_CREATE, {"newly_created": True})

    def channel_updated(self, channel: Channel) -> None:
        """A channel or thread was changed."""
        name = "THREAD_UPDATE" if channel.kind in THREADS else "CHANNEL_UPDATE"
        self._about_channel(channel, name, EventKind.CHANNEL_UPDATE, {})

    def _about_channel(self, channel: Channel, name: str, shown: EventKind, extra: Json) -> None:
        for user_id in self.realm.humans_seeing(channel):
            self.screens.show([user_id], shown, channel.id, channel_json(self.realm, channel, user_id))
        if channel.kind == DM or not self.realm.sees(self.realm.bot_id, channel):
            return
        body = channel_json(self.realm, channel, self.realm.bot_id)
        if channel.kind in THREADS and name == "THREAD_CREATE":
            body |= extra
        self.hub.dispatch(name, lambda _: body, GUILDS, channel.guild_id)

    def channel_deleted(self, channel: Channel, readers: list[int], bot_saw: bool) -> None:
        """A channel or thread is gone; `readers` and `bot_saw` say for whom it existed."""
        self.screens.show(readers, EventKind.CHANNEL_DELETE, channel.id, {"id": str(channel.id)})
        if not bot_saw:
            return
        body: Json = {
            "id": str(channel.id),
            "type": channel.kind,
            "guild_id": str(channel.guild_id),
            "parent_id": str(channel.parent_id) if channel.parent_id else None,
        }
        name = "THREAD_DELETE"
        if channel.kind not in THREADS:
            name = "CHANNEL_DELETE"
            body |= {"name": channel.name, "position": channel.position, "permission_overwrites": []}
        self.hub.dispatch(name, lambda _: body, GUILDS, channel.guild_id)

    def thread_members_changed(self, channel: Channel, joined: list[int], left: list[int]) -> None:
        """People were taken into a thread or left it."""
        if channel.thread is None:
            return
        for user_id in joined:
            seen = channel_json(self.realm, channel, user_id)
            self.screens.show([user_id], EventKind.CHANNEL_CREATE, channel.id, seen)
        body = {
            "id": str(channel.id),
            "guild_id": str(channel.guild_id),
            "member_count": len(channel.thread.members),
            "added_members": [thread_member_json(channel, user_id) for user_id in joined],
            "removed_member_ids": [str(user_id) for user_id in left],
        }
        if self.realm.sees(self.realm.bot_id, channel):
            self.hub.dispatch("THREAD_MEMBERS_UPDATE", lambda _: body, GUILDS, channel.guild_id)

    def _channel_event(self, name: str, channel: Channel, body: Json, intent: int, direct_intent: int) -> None:
        """Send an event of a channel to the bot, if it sees the channel."""
        if not self.realm.sees(self.realm.bot_id, channel):
            return
        if channel.guild_id is not None:
            body = body | {"guild_id": str(channel.guild_id)}
        needed = direct_intent if channel.kind == DM else intent
        self.hub.dispatch(name, lambda _: body, needed, channel.guild_id)
