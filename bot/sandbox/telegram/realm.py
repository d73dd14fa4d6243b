"""All of Telegram's state, and how things are found in it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from bot.sandbox.telegram.records import (
    CHANNEL,
    PRIVATE,
    SUPERGROUP,
    Charge,
    Chat,
    Invoice,
    Json,
    Message,
    StoredFile,
    User,
)
from bot.sandbox.telegram.refusals import bad, forbidden, upgraded
from bot.sandbox.telegram.rules import Rules


@dataclass(slots=True)
class Profile:
    """What the bot says of itself; texts by language code, commands by `(scope, language code)`."""

    names: dict[str, str] = field(default_factory=dict)
    descriptions: dict[str, str] = field(default_factory=dict)
    short_descriptions: dict[str, str] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Json] = field(default_factory=dict)


class Realm:
    """Users, chats, files, money. One bot lives in it."""

    def __init__(self, bot: User, token: str, rules: Rules | None = None) -> None:
        self.bot = bot
        self.token = token
        self.rules = rules or Rules()
        self.users: dict[int, User] = {bot.id: bot}
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.charges: dict[str, Charge] = {}
        self.links: dict[str, Invoice] = {}
        self.profile = Profile()
        self._ids = itertools.count(1)
        self._common_ids = itertools.count(1)

    # Finding

    def chat(self, chat_id: int | str) -> Chat:
        """Return a chat by id or `@username`. Raises Refusal 400."""
        if isinstance(chat_id, str):
            named = [c for c in self.chats.values() if c.username and f"@{c.username}" == chat_id]
            chat = named[0] if named else None
        else:
            chat = self.chats.get(chat_id)
        if chat is None:
            raise bad("chat not found")
        return chat

    def writable(self, chat_id: int | str) -> Chat:
        """Return a chat the bot may write to now. Raises Refusal 400 or 403."""
        chat = self.chat(chat_id)
        if chat.migrated_to is not None:
            raise upgraded(chat.migrated_to)
        if chat.type == PRIVATE:
            self._demand_listener(chat)
        elif not chat.has(self.bot.id):
            kind = "channel" if chat.type == CHANNEL else chat.type
            kicked = chat.statuses.get(self.bot.id) == "kicked"
            raise forbidden(
                f"bot was kicked from the {kind} chat" if kicked else f"bot is not a member of the {kind} chat"
            )
        elif chat.type == CHANNEL and not chat.is_run_by(self.bot.id):
            raise bad("need administrator rights in the channel chat")
        return chat

    def _demand_listener(self, chat: Chat) -> None:
        if self.users[chat.id].is_deleted:
            raise forbidden("user is deactivated")
        if chat.is_blocked:
            raise forbidden("bot was blocked by the user")
        if not chat.is_started:
            is_known = any(other.has(chat.id) and other.has(self.bot.id) for other in self.chats.values())
            if not is_known:
                raise bad("chat not found")
            raise forbidden("bot can't initiate conversation with a user")

    def message(self, chat: Chat, message_id: int, missing: str) -> Message:
        """Return a message of a chat; `missing` is the sentence of the refusal 400 otherwise."""
        if message_id not in chat.messages:
            raise bad(missing)
        return chat.messages[message_id]

    def readers(self, chat: Chat) -> list[int]:
        """Return the people (not bots) who see a chat."""
        if chat.type == PRIVATE:
            return [chat.id]
        return [user_id for user_id in chat.statuses if chat.has(user_id) and not self.users[user_id].is_bot]

    # Making

    def new_id(self) -> int:
        """Return a number nobody had before."""
        return next(self._ids)

    def next_message_id(self, chat: Chat) -> int:
        """Return the next id in a chat: supergroups and channels count for themselves, all others together."""
        if chat.type in (SUPERGROUP, CHANNEL):
            chat.last_id += 1
            return chat.last_id
        return next(self._common_ids)

    def add_user(self, user: User) -> User:
        """Let somebody have an account, and an empty private chat with the bot."""
        self.users[user.id] = user
        statuses = {user.id: "member", self.bot.id: "member"}
        self.chats[user.id] = Chat(user.id, PRIVATE, username=user.username, statuses=statuses)
        return user

    def add_chat(self, chat: Chat) -> Chat:
        """Open a group or a channel."""
        self.chats[chat.id] = chat
        return chat
