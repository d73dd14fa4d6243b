"""Puts messages into chats and tells everybody concerned: people on their screens, the bot by updates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from bot.sandbox.screens import Screens
from bot.sandbox.telegram.client import ClientEvent, EventKind
from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.payloads import (
    chat_json,
    member_json,
    message_json,
    reactions_json,
    seen_json,
    user_json,
)
from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import CHANNEL, PRIVATE, SUPERGROUP, Chat, Invoice, Json, Message, now


@dataclass(slots=True)
class Draft:
    """What is to become a message; fields as of `Message`."""

    content: Json
    markup: Json | None = None
    reply_to: int | None = None
    album: str | None = None
    origin: Json | None = None
    invoice: Invoice | None = None
    is_service: bool = False


class Postbox:
    """The one place where chats change."""

    def __init__(self, realm: Realm, mailbox: Mailbox, screens: Screens[ClientEvent]) -> None:
        self._realm = realm
        self._mailbox = mailbox
        self._screens = screens

    def post(self, chat: Chat, sender_id: int, draft: Draft) -> Message:
        """Write a message; the bot hears of those of others."""
        message = Message(
            self._realm.next_message_id(chat), chat, sender_id, now(), draft.content, draft.markup, draft.reply_to,
            album=draft.album, origin=draft.origin, invoice=draft.invoice, is_service=draft.is_service,
        )  # fmt: skip
        chat.messages[message.id] = message
        chat.action = None
        self._show(message, EventKind.MESSAGE)
        if sender_id != self._realm.bot.id and self._is_heard(message):
            kind = "channel_post" if chat.type == CHANNEL else "message"
            self._mailbox.push(kind, message_json(self._realm, message))
        return message

    def edit(self, message: Message, content: Json | None = None, markup: Json | None = None) -> None:
        """Replace what a message says (None: only its keyboard); the bot hears of what others edit."""
        if content is not None:
            message.content = content
            message.edited = now()
        message.markup = markup
        self._show(message, EventKind.EDITED)
        if message.sender_id != self._realm.bot.id and content is not None and self._is_heard(message):
            kind = "edited_channel_post" if message.chat.type == CHANNEL else "edited_message"
            self._mailbox.push(kind, message_json(self._realm, message))

    def redraw(self, message: Message) -> None:
        """Show a message again: what stands around it has changed."""
        self._show(message, EventKind.EDITED)

    def delete(self, message: Message) -> None:
        """Take a message out for everybody; no bot is ever told."""
        chat = message.chat
        chat.messages.pop(message.id, None)
        if message.id in chat.pinned:
            chat.pinned.remove(message.id)
        event = ClientEvent(EventKind.DELETED, chat.id, {"message_id": message.id})
        self._screens.tell(self._realm.readers(chat), event)

    def react(self, message: Message, user_id: int, emoji: list[str]) -> None:
        """Replace somebody's reactions to a message; the bot is told only as an administrator (or in private)."""
        old = message.reactions.get(user_id, [])
        if old == emoji:
            return
        message.reactions[user_id] = emoji
        self._show(message, EventKind.EDITED)
        chat, realm = message.chat, self._realm
        if user_id == realm.bot.id or not (chat.type == PRIVATE or chat.is_run_by(realm.bot.id)):
            return
        about: Json = {"chat": chat_json(realm, chat), "message_id": message.id, "date": now()}
        if chat.type == CHANNEL:
            counted = Counter(one for given in message.reactions.values() for one in given)
            counts = [{"type": {"type": "emoji", "emoji": one}, "total_count": n} for one, n in counted.items()]
            self._mailbox.push("message_reaction_count", about | {"reactions": counts})
        else:
            change = {"old_reaction": reactions_json(old), "new_reaction": reactions_json(emoji)}
            self._mailbox.push("message_reaction", about | {"user": user_json(realm.users[user_id])} | change)

    def act(self, chat: Chat, action: str) -> None:
        """Show what the bot is about to do."""
        chat.action = action
        self._screens.tell(self._realm.readers(chat), ClientEvent(EventKind.ACTION, chat.id, {"action": action}))

    def change_member(self, chat: Chat, user_id: int, status: str, by: int) -> None:
        """Give somebody another standing in a chat; the bot hears of its own (and, if it asks, of others')."""
        old = member_json(self._realm, chat, user_id)
        chat.statuses[user_id] = status
        body = {
            "chat": chat_json(self._realm, chat),
            "from": user_json(self._realm.users[by]),
            "date": now(),
            "old_chat_member": old,
            "new_chat_member": member_json(self._realm, chat, user_id),
        }
        if old["status"] != status:
            self._mailbox.push("my_chat_member" if user_id == self._realm.bot.id else "chat_member", body)
        self.show_chat(chat)

    def change_blocked(self, chat: Chat, is_blocked: bool) -> None:
        """Stop the bot in a private chat, or let it in again."""
        if chat.is_blocked == is_blocked:
            return
        chat.is_blocked = is_blocked
        chat.statuses[self._realm.bot.id] = "member" if is_blocked else "kicked"
        self.change_member(chat, self._realm.bot.id, "kicked" if is_blocked else "member", chat.id)

    def migrate(self, chat: Chat, new: Chat, by: int) -> None:
        """Turn a group into a supergroup: another id, an empty history, and both sides say so."""
        self._realm.add_chat(new)
        chat.migrated_to = new.id
        self.post(chat, by, Draft({"migrate_to_chat_id": new.id}, is_service=True))
        self.show_chat(new)
        self.post(new, by, Draft({"migrate_from_chat_id": chat.id}, is_service=True))
        self.show_chat(chat)

    def show_chat(self, chat: Chat) -> None:
        """Tell its people what a chat is now."""
        event = ClientEvent(EventKind.CHAT, chat.id, chat_json(self._realm, chat))
        self._screens.tell(self._realm.readers(chat), event)

    def show_menu(self) -> None:
        """Tell everybody that the command menu has changed."""
        for chat in self._realm.chats.values():
            if chat.type == PRIVATE:
                self._screens.tell([chat.id], ClientEvent(EventKind.MENU, chat.id, {}))

    def show_balance(self, user_id: int) -> None:
        """Tell somebody what they can spend."""
        stars = self._realm.users[user_id].stars
        self._screens.tell([user_id], ClientEvent(EventKind.BALANCE, user_id, {"stars": stars}))

    def _show(self, message: Message, kind: EventKind) -> None:
        for reader in self._realm.readers(message.chat):
            seen = seen_json(self._realm, message, reader)
            self._screens.tell([reader], ClientEvent(kind, message.chat.id, seen))

    def _is_heard(self, message: Message) -> bool:
        """Whether the bot gets a message: in a group without being an administrator only what is meant for it."""
        chat, bot = message.chat, self._realm.bot
        if chat.type == PRIVATE:
            return not chat.is_blocked
        if not chat.has(bot.id):
            return False
        if chat.is_run_by(bot.id) or message.is_service:
            return True
        replied = chat.messages.get(message.reply_to or 0)
        kinds = {entity["type"] for entity in message.content.get("entities", [])}
        text = message.content.get("text", "")
        is_named = f"@{bot.username}" in text
        return (replied is not None and replied.sender_id == bot.id) or is_named or "bot_command" in kinds


def supergroup_of(realm: Realm, chat: Chat) -> Chat:
    """Return the supergroup a group turns into; not yet part of the world."""
    return Chat(-1_001_000_000_000 - realm.new_id() * 977, SUPERGROUP, chat.title, statuses=dict(chat.statuses))
