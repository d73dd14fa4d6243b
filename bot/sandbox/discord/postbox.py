"""Writes, changes and deletes messages and reactions, whoever does it, and has everyone concerned told."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.discord import files, mentions
from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.forms.components import number_components
from bot.sandbox.discord.forms.messages import EPHEMERAL, LAYOUT, SILENT, SUPPRESS_EMBEDS, check_message
from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.happenings import Happenings
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import (
    DEFAULT,
    DM,
    PRIVATE_THREAD,
    REPLY,
    THREADS,
    Attachment,
    Channel,
    Json,
    Message,
    Reaction,
    Upload,
)
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.snowflakes import now

LOADING = 1 << 7
HAS_THREAD = 1 << 5
_SETTABLE = EPHEMERAL | SUPPRESS_EMBEDS | SILENT | LAYOUT
_CUSTOM_EMOJI = re.compile(r"^(?:a:)?(\w{2,32}):(\d{15,20})$")
MOST_REACTIONS = 20


@dataclass(slots=True)
class Draft:
    """A message about to be written: Discord's message body, files, and where it comes from."""

    body: Json
    uploads: list[Upload] = field(default_factory=list)
    kind: int = DEFAULT
    webhook: bool = False
    interaction: Json | None = None
    ephemeral_for: int | None = None
    reply_to: Message | None = None
    """Set for follow-ups; a bot's own reply comes as `message_reference` in the body."""
    loading: bool = False


class Postbox:
    """All writing goes through here."""

    def __init__(self, realm: Realm, happenings: Happenings) -> None:
        self.realm = realm
        self.happenings = happenings
        self._nonces: dict[tuple[int, str], tuple[float, int]] = {}

    # Writing

    def write(self, channel: Channel, author_id: int, draft: Draft) -> Message:
        """Check, keep and announce a new message. Raises Refusal on any broken limit."""
        body = draft.body
        given = body.get("flags")
        flags = given & _SETTABLE if isinstance(given, int) else 0
        if not draft.loading:
            check_message(body, len(draft.uploads), bool(flags & LAYOUT))
            self._refuse_empty(body, draft.uploads)
        if known := self._seen_nonce(channel, author_id, body):
            return known
        reply_to = draft.reply_to or self._replied(channel, body)
        ephemeral = draft.ephemeral_for is not None
        flags = flags | EPHEMERAL if ephemeral else flags & ~EPHEMERAL
        stored = files.store(self.realm, channel.id, described(draft.uploads, body), ephemeral)
        message = Message(
            self.realm.ids.next(),
            channel.id,
            author_id,
            kind=REPLY if reply_to is not None and draft.kind == DEFAULT else draft.kind,
            flags=flags | (LOADING if draft.loading else 0),
            nonce=body.get("nonce"),
            webhook=draft.webhook,
            interaction=draft.interaction,
            ephemeral_for=draft.ephemeral_for,
        )
        if reply_to is not None:
            message.reference = reference_to(channel, reply_to)
            message.referenced_id = reply_to.id
        self._fill(message, channel, body, stored, reply_to)
        self._put(channel, message, body)
        return message

    def _put(self, channel: Channel, message: Message, body: Json) -> None:
        self.realm.messages[channel.id][message.id] = message
        if body.get("enforce_nonce") and message.nonce is not None:
            key = (message.author_id, str(message.nonce))
            self._nonces[key] = (time.monotonic(), message.id)
            self._forget_nonces()
        if channel.thread is not None:
            channel.thread.archived = False
            self._draw_into_thread(channel, message)
        self.happenings.message_created(message)

    def _draw_into_thread(self, channel: Channel, message: Message) -> None:
        """Whoever writes in a thread is in it; whoever is mentioned in a private one is taken into it."""
        thread = channel.thread
        if thread is None or message.ephemeral_for is not None:
            return
        mentioned = message.mentions if channel.kind == PRIVATE_THREAD else []
        joining = [u for u in (message.author_id, *mentioned) if u not in thread.members]
        for user_id in joining:
            thread.members[user_id] = now()
        if joining:
            self.happenings.thread_members_changed(channel, joining, [])

    def _fill(
        self, message: Message, channel: Channel, body: Json, fresh: list[Attachment], reply_to: Message | None
    ) -> None:
        """Put a body's texts, pictures and components into a message; absent keys leave it as it is."""
        message.attachments += fresh
        if "content" in body:
            message.content = (body["content"] or "").strip()
        if "embeds" in body:
            message.embeds = files.embed_pictures(body["embeds"] or [], message.attachments)
        if "components" in body:
            numbered = number_components(body["components"] or [])
            message.components = files.embed_files(numbered, message.attachments)
        inside = files.files_within([message.embeds, message.components])
        for attachment in message.attachments:
            attachment.shown = attachment.id not in inside
        found = mentions.resolve(
            self.realm,
            channel,
            message.author_id,
            message.content,
            body.get("allowed_mentions"),
            reply_to.author_id if reply_to else None,
        )
        message.mentions, message.mention_roles = found.users, found.roles
        message.mention_everyone = found.everyone

    def _refuse_empty(self, body: Json, uploads: list[Upload]) -> None:
        filled = (body.get("content") or "").strip() or body.get("embeds") or body.get("components")
        if not (filled or uploads or body.get("sticker_ids") or body.get("poll")):
            raise refusal(50006)

    def _seen_nonce(self, channel: Channel, author_id: int, body: Json) -> Message | None:
        """Return the message already written with an enforced nonce, if it was lately."""
        if not body.get("enforce_nonce") or body.get("nonce") is None:
            return None
        at, message_id = self._nonces.get((author_id, str(body["nonce"])), (0.0, 0))
        if message_id and time.monotonic() - at <= self.realm.rules.nonce_memory:
            return self.realm.messages[channel.id].get(message_id)
        return None

    def _forget_nonces(self) -> None:
        """Forget nonces nobody could still repeat (the oldest come first)."""
        oldest = time.monotonic() - self.realm.rules.nonce_memory
        while self._nonces and next(iter(self._nonces.values()))[0] < oldest:
            del self._nonces[next(iter(self._nonces))]

    def _replied(self, channel: Channel, body: Json) -> Message | None:
        """Return the message a reply refers to. Raises Refusal 50035 on an unknown one that must exist."""
        wanted = body.get("message_reference")
        if not wanted:
            return None
        known = self.realm.messages[channel.id].get(int(wanted.get("message_id") or 0))
        if known is not None and known.ephemeral_for is None:
            return known
        if wanted.get("fail_if_not_exists", True):
            problems = Problems()
            problems.add(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
            problems.refuse()
        return None

    # Changing

    def change(self, message: Message, body: Json, uploads: list[Upload]) -> Message:
        """Edit a message with the keys given, keep the rest, and announce it. Raises Refusal."""
        channel = self.realm.channel(message.channel_id)
        flags = message.flags
        if isinstance(body.get("flags"), int):
            editable = SUPPRESS_EMBEDS | LAYOUT
            flags = flags & ~SUPPRESS_EMBEDS | body["flags"] & editable
        check_message(body, len(uploads), bool(flags & LAYOUT))
        self._refuse_emptied(message, body, uploads)
        stored = files.store(self.realm, channel.id, described(uploads, body), message.ephemeral_for is not None)
        message.flags = flags & ~LOADING
        if body.get("attachments") is not None:
            self._keep_listed(message, body["attachments"], "embeds" in body)
        self._fill(message, channel, body, stored, None)
        if not flags & LOADING:
            message.edited_at = now()
        self.happenings.message_updated(message)
        return message

    def _refuse_emptied(self, message: Message, body: Json, uploads: list[Upload]) -> None:
        """Raise Refusal 50006 if the edit would leave nothing."""
        kept = body["attachments"] if body.get("attachments") is not None else message.attachments
        after = [body[key] if key in body else getattr(message, key) for key in ("content", "embeds", "components")]
        if not (any(after) or kept or uploads):
            raise refusal(50006)

    def _keep_listed(self, message: Message, listed: list[Json], new_embeds: bool) -> None:
        """Drop attachments an edit no longer lists; those inside embeds stay as long as the embed does."""
        descriptions = {int(item["id"]): item for item in listed}
        kept = []
        for attachment in message.attachments:
            if attachment.id in descriptions:
                given = descriptions[attachment.id].get("description", attachment.description)
                attachment.description = given
                kept.append(attachment)
            elif not attachment.shown and not new_embeds:
                kept.append(attachment)
            else:
                self.realm.replace(attachment)
        message.attachments = kept

    def delete(self, message: Message) -> None:
        """Delete a message and its files, and announce it."""
        self._forget(message)
        self.happenings.message_deleted(message)

    def delete_many(self, channel: Channel, messages: list[Message]) -> None:
        """Delete several messages in one go."""
        for message in messages:
            self._forget(message)
        self.happenings.messages_deleted(channel, messages)

    def _forget(self, message: Message) -> None:
        self.realm.messages[message.channel_id].pop(message.id, None)
        for attachment in message.attachments:
            self.realm.files.pop(attachment.id, None)

    # Reactions

    def react(self, message: Message, user_id: int, emoji: str) -> None:
        """Add someone's reaction. Raises Refusal 10014 (no emoji), 30010 (too many), 50013, 50001."""
        name, emoji_id = parse_emoji(emoji)
        channel = self.realm.channel(message.channel_id)
        reaction = find_reaction(message, name, emoji_id)
        self.realm.demand(user_id, channel, may.READ_MESSAGE_HISTORY)
        if reaction is None:
            self.realm.demand(user_id, channel, may.ADD_REACTIONS)
            if len(message.reactions) >= MOST_REACTIONS:
                raise refusal(30010)
            reaction = Reaction(name, emoji_id)
            message.reactions.append(reaction)
        if user_id not in reaction.user_ids:
            reaction.user_ids.append(user_id)
            self.happenings.reaction_changed(message, reaction, user_id, added=True)

    def unreact(self, message: Message, user_id: int, emoji: str) -> None:
        """Take someone's reaction away; one that is not there changes nothing. Raises Refusal 10014."""
        reaction = find_reaction(message, *parse_emoji(emoji))
        if reaction is None or user_id not in reaction.user_ids:
            return
        reaction.user_ids.remove(user_id)
        if not reaction.user_ids:
            message.reactions.remove(reaction)
        self.happenings.reaction_changed(message, reaction, user_id, added=False)

    def clear_reactions(self, message: Message, emoji: str | None = None) -> None:
        """Remove all reactions, or all with one emoji."""
        if emoji is None:
            message.reactions.clear()
            self.happenings.reactions_cleared(message)
        elif reaction := find_reaction(message, *parse_emoji(emoji)):
            message.reactions.remove(reaction)
            self.happenings.reactions_cleared(message, reaction)

    def demand_writing(self, user_id: int, channel: Channel, body: Json, uploads: list[Upload]) -> None:
        """Raise Refusal unless the user may write this there (50001, 50013, 50007 closed DMs, 50083)."""
        needed = self.realm.writing_in(channel) | (may.ATTACH_FILES if uploads else 0)
        if body.get("message_reference"):
            needed |= may.READ_MESSAGE_HISTORY
        self.realm.demand(user_id, channel, needed)
        if channel.kind == DM and self.realm.dm_partner(channel, user_id).dms_closed:
            raise refusal(50007)
        if channel.kind in THREADS and channel.thread is not None and channel.thread.locked:
            self.realm.demand(user_id, channel, may.MANAGE_THREADS)


def described(uploads: list[Upload], body: Json) -> list[Upload]:
    """Give each upload the name and description that `attachments` holds for its index."""
    listed = {str(item.get("id")): item for item in body.get("attachments") or []}
    for index, upload in enumerate(uploads):
        if item := listed.get(str(index)):
            upload.filename = item.get("filename") or upload.filename
            upload.description = item.get("description")
    return uploads


def reference_to(channel: Channel, message: Message) -> Json:
    """Return the `message_reference` of a reply."""
    made: Json = {"type": 0, "channel_id": str(channel.id), "message_id": str(message.id)}
    return made if channel.guild_id is None else made | {"guild_id": str(channel.guild_id)}


def find_reaction(message: Message, name: str, emoji_id: int | None) -> Reaction | None:
    """Return the reaction with this emoji, with or without the variation selector."""
    plain = name.replace("\ufe0f", "")
    for reaction in message.reactions:
        if reaction.emoji_id == emoji_id and reaction.name.replace("\ufe0f", "") == plain:
            return reaction
    return None


def parse_emoji(emoji: str) -> tuple[str, int | None]:
    """Return name and id of an emoji as written in a path. Raises Refusal 10014 for anything else."""
    if custom := _CUSTOM_EMOJI.match(emoji):
        return custom[1], int(custom[2])
    if not _is_unicode_emoji(emoji):
        raise refusal(10014)
    return emoji, None


def _is_unicode_emoji(text: Any) -> bool:
    """Return whether a text is one pictograph, keycap or flag (letters and words are not)."""
    signs = [ord(sign) for sign in text]
    if not signs or len(signs) > 16:
        return False
    keycap = signs[-1] == 0x20E3 and text[0] in "0123456789#*"
    return keycap or all(_pictographic(sign) for sign in signs)


def _pictographic(sign: int) -> bool:
    joined = sign in (0x200D, 0xFE0F) or 0xE0020 <= sign <= 0xE007F
    blocks = (0x203C, 0x2049, 0x2122, 0x2139, 0xA9, 0xAE, 0x3030, 0x303D, 0x3297, 0x3299)
    return joined or sign in blocks or 0x2190 <= sign <= 0x2BFF or 0x1F000 <= sign <= 0x1FAFF
