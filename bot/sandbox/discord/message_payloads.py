"""Messages as Discord writes them in JSON, for one viewer: fresh attachment URLs, own reactions marked."""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.payloads import bare_member_json, channel_json, user_json
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import DM, Attachment, Json, Message, Reaction
from bot.sandbox.discord.signing import UrlSigner
from bot.sandbox.discord.snowflakes import created_at, iso

MESSAGE_CONTENT_INTENT = 1 << 15


class MessageDrawing:
    """Writes messages; needs the realm for authors and the signer for files."""

    def __init__(self, realm: Realm, signer: UrlSigner) -> None:
        self.realm = realm
        self.signer = signer

    def draw(self, message: Message, viewer_id: int, with_reference: bool = True) -> Json:
        """Return the message as `viewer_id` sees it."""
        body: Json = {
            "type": message.kind,
            "content": message.content,
            "mentions": [user_json(self.realm.users[u]) for u in message.mentions],
            "mention_roles": [str(role_id) for role_id in message.mention_roles],
            "attachments": [self.attachment(a) for a in message.attachments if a.shown],
            "embeds": [self._with_media(embed) for embed in message.embeds],
            "timestamp": iso(created_at(message.id)),
            "edited_timestamp": iso(message.edited_at) if message.edited_at else None,
            "flags": message.flags,
            "components": [self._with_media(component) for component in message.components],
            "id": str(message.id),
            "channel_id": str(message.channel_id),
            "author": user_json(self.realm.users[message.author_id]),
            "pinned": message.pinned,
            "mention_everyone": message.mention_everyone,
            "tts": False,
        }
        if message.reactions:
            body["reactions"] = [reaction_json(r, viewer_id) for r in message.reactions]
        if message.webhook:
            body["webhook_id"] = body["application_id"] = str(self.realm.application_id)
        if message.interaction is not None:
            body |= self._interaction_part(message.interaction)
        if message.thread_id in self.realm.channels:
            thread = self.realm.channels[message.thread_id or 0]
            body["thread"] = channel_json(self.realm, thread, viewer_id)
        if message.reference is not None:
            body["message_reference"] = message.reference
            if with_reference:
                body["referenced_message"] = self._referenced(message, viewer_id)
        return body

    def event(self, message: Message, viewer_id: int) -> Json:
        """Return the body of MESSAGE_CREATE and MESSAGE_UPDATE; ephemerals come without their guild."""
        body = self.draw(message, viewer_id)
        channel = self.realm.channels[message.channel_id]
        body["channel_type"] = channel.kind
        if message.nonce is not None:
            body["nonce"] = message.nonce
        if channel.guild_id is None or message.ephemeral_for is not None:
            return body
        guild = self.realm.guilds[channel.guild_id]
        body["guild_id"] = str(guild.id)
        if not message.webhook and message.author_id in guild.members:
            body["member"] = bare_member_json(guild.members[message.author_id])
        for mention in body["mentions"]:
            if member := guild.members.get(int(mention["id"])):
                mention["member"] = bare_member_json(member)
        return body

    def hides_content(self, message: Message, intents: int) -> bool:
        """Return whether the bot gets the message without its content, for want of the privileged intent."""
        bot_id = self.realm.bot_id
        exempt = (
            message.author_id == bot_id
            or bot_id in message.mentions
            or self.realm.channels[message.channel_id].kind == DM
        )
        return not exempt and not intents & MESSAGE_CONTENT_INTENT

    def for_bot(self, message: Message, intents: int) -> Json:
        """Return the event body for a gateway session with these intents."""
        return self._veiled(message, self.event(message, self.realm.bot_id), intents)

    def rest_for_bot(self, message: Message) -> Json:
        """Return the message as the REST interface gives it to the bot."""
        body = self.draw(message, self.realm.bot_id)
        return self._veiled(message, body, self.realm.rules.privileged_intents)

    def _veiled(self, message: Message, body: Json, intents: int) -> Json:
        if self.hides_content(message, intents):
            body |= {"content": "", "embeds": [], "attachments": [], "components": []}
        return body

    def attachment(self, attachment: Attachment) -> Json:
        """Return an attachment with URLs that work from now on for a day."""
        url = self.signer.url(attachment)
        body: Json = {
            "id": str(attachment.id),
            "filename": attachment.filename,
            "size": len(attachment.blob),
            "url": url,
            "proxy_url": url,
            "content_type": attachment.content_type,
        }
        if attachment.width is not None:
            body |= {"width": attachment.width, "height": attachment.height}
        if attachment.description is not None:
            body["description"] = attachment.description
        if attachment.ephemeral:
            body["ephemeral"] = True
        return body

    def _with_media(self, node: Any) -> Any:
        """Replace stored `{"attachment_id"}` marks by the fresh URL and picture size, at any depth."""
        if isinstance(node, list):
            return [self._with_media(child) for child in node]
        if not isinstance(node, dict):
            return node
        copy = {key: self._with_media(value) for key, value in node.items() if key != "stored_file"}
        attachment = self.realm.files.get(node.get("stored_file", 0))
        if attachment is not None:
            copy["id"] = copy["attachment_id"] = str(attachment.id)
            copy["url"] = copy["proxy_url"] = self.signer.url(attachment)
            copy["content_type"] = attachment.content_type
            if attachment.width is not None:
                copy |= {"width": attachment.width, "height": attachment.height}
        return copy

    def _interaction_part(self, metadata: Json) -> Json:
        """Return the new and the older description of what a message answers."""
        user = user_json(self.realm.users[metadata["user_id"]])
        rest = {key: value for key, value in metadata.items() if key != "user_id"}
        part: Json = {"interaction_metadata": rest | {"user": user}}
        if "name" in rest:
            part["interaction"] = {"id": rest["id"], "type": 2, "name": rest["name"], "user": user}
        return part

    def _referenced(self, message: Message, viewer_id: int) -> Json | None:
        found = self.realm.messages.get(int((message.reference or {})["channel_id"]), {}).get(
            message.referenced_id or 0
        )
        return None if found is None else self.draw(found, viewer_id, with_reference=False)


def emoji_json(reaction: Reaction) -> Json:
    """Return a reaction's emoji."""
    return {"id": str(reaction.emoji_id) if reaction.emoji_id else None, "name": reaction.name}


def reaction_json(reaction: Reaction, viewer_id: int) -> Json:
    """Return one reaction with its count, `me` from the viewer's side."""
    count = len(reaction.user_ids)
    return {
        "emoji": emoji_json(reaction),
        "count": count,
        "count_details": {"burst": 0, "normal": count},
        "burst_colors": [],
        "me_burst": False,
        "me": viewer_id in reaction.user_ids,
    }
