"""What Telegram's server remembers: users, chats, messages, files, payments."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

PRIVATE = "private"
GROUP = "group"
SUPERGROUP = "supergroup"
CHANNEL = "channel"

PRESENT = ("creator", "administrator", "member")
"""Statuses of somebody who is in a chat."""


def now() -> int:
    """Return the time as Telegram writes it: whole Unix seconds."""
    return int(time.time())


@dataclass(eq=False, slots=True)
class User:
    """An account; `stars` is what it can spend (a bot: what it has earned)."""

    id: int
    first_name: str
    username: str | None = None
    is_bot: bool = False
    language: str = "en"
    stars: int = 0
    is_deleted: bool = False


@dataclass(eq=False, slots=True)
class Chat:
    """A conversation as the bot sees it; a private one has the user's id.

    `statuses` says who is what in it (`creator`, `administrator`, `member`, `left`, `kicked`).
    """

    id: int
    type: str
    title: str | None = None
    username: str | None = None
    statuses: dict[int, str] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    migrated_to: int | None = None
    is_started: bool = False
    """Of a private chat: whether the user has pressed START."""
    is_blocked: bool = False
    """Of a private chat: whether the user has stopped the bot."""
    last_id: int = 0
    action: str | None = None

    def has(self, user_id: int) -> bool:
        """Whether somebody is in the chat."""
        return self.statuses.get(user_id) in PRESENT

    def is_run_by(self, user_id: int) -> bool:
        """Whether somebody is its creator or an administrator."""
        return self.statuses.get(user_id) in ("creator", "administrator")

    @property
    def is_group(self) -> bool:
        """Whether people talk to each other in it."""
        return self.type in (GROUP, SUPERGROUP)


@dataclass(eq=False, slots=True)
class Message:
    """One message. `content` holds the Bot API's own content fields (`text`, `entities`, `audio`, …)."""

    id: int
    chat: Chat
    sender_id: int
    date: int
    content: Json
    markup: Json | None = None
    reply_to: int | None = None
    edited: int | None = None
    album: str | None = None
    origin: Json | None = None
    reactions: dict[int, list[str]] = field(default_factory=dict)
    invoice: Invoice | None = None
    is_service: bool = False


@dataclass(eq=False, slots=True)
class StoredFile:
    """An uploaded file; `kind` is what it was sent as, and what it may be sent as again."""

    id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    blob: bytes
    shown: Json
    """The Bot API's object of it (an Audio, a Document, …; of a photo one PhotoSize)."""

    @property
    def path(self) -> str:
        """Where it is downloaded, below `/file/bot<token>/`."""
        return f"{'music' if self.kind == 'audio' else self.kind + 's'}/{self.unique_id}/{self.name}"


@dataclass(frozen=True, slots=True)
class Invoice:
    """What is asked for; `amount` in Stars."""

    title: str
    description: str
    payload: str
    amount: int
    currency: str = "XTR"

    def shown(self) -> Json:
        """Return the Invoice of a message."""
        return {
            "title": self.title,
            "description": self.description,
            "start_parameter": "",
            "currency": self.currency,
            "total_amount": self.amount,
        }


@dataclass(eq=False, slots=True)
class Charge:
    """A payment that was made, and whether it was given back."""

    id: str
    user_id: int
    invoice: Invoice
    date: int
    refunded: int | None = None
