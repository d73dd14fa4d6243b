"""What the world remembers: users, guild, roles, channels, messages, files. Plain data, no behaviour."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

TEXT, DM, CATEGORY, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 4, 11, 12
THREADS = (10, PUBLIC_THREAD, PRIVATE_THREAD)
DEFAULT, THREAD_CREATED, REPLY, COMMAND_ANSWER, THREAD_STARTER, CONTEXT_ANSWER = 0, 18, 19, 20, 21, 23


@dataclass(slots=True)
class User:
    """An account: a human or the application's bot."""

    id: int
    username: str
    display_name: str
    bot: bool = False
    locale: str = "en-US"
    dms_closed: bool = False


@dataclass(slots=True)
class Member:
    """A user within the guild."""

    user_id: int
    joined_at: datetime
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True)
class Role:
    """A role; `permissions` is Discord's bit field."""

    id: int
    name: str
    permissions: int
    position: int
    color: int = 0
    managed_by: int | None = None
    """The bot a managed role belongs to."""


@dataclass(slots=True)
class Overwrite:
    """A channel's exception for one role (`kind` 0) or member (1)."""

    id: int
    kind: int
    allow: int
    deny: int


@dataclass(slots=True)
class Channel:
    """A text channel, category, thread or DM."""

    id: int
    kind: int
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    topic: str | None = None
    position: int = 0
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: tuple[int, ...] = ()
    """The two users of a DM."""
    thread: ThreadState | None = None
    nsfw: bool = False
    slowmode: int = 0


@dataclass(slots=True)
class ThreadState:
    """What a thread has beyond a channel."""

    owner_id: int
    created_at: datetime
    members: dict[int, datetime] = field(default_factory=dict)
    archived: bool = False
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 1440
    archived_at: datetime | None = None


@dataclass(slots=True)
class Guild:
    """The one server of the world."""

    id: int
    name: str
    owner_id: int
    members: dict[int, Member] = field(default_factory=dict)
    roles: dict[int, Role] = field(default_factory=dict)
    locale: str = "en-US"


@dataclass(slots=True)
class Attachment:
    """An uploaded file."""

    id: int
    channel_id: int
    filename: str
    content_type: str
    blob: bytes
    description: str | None = None
    width: int | None = None
    height: int | None = None
    ephemeral: bool = False
    shown: bool = True
    """False where the file is only part of an embed, as `attachment://name`."""


@dataclass(slots=True)
class Reaction:
    """One emoji below a message and who pressed it, in order."""

    name: str
    emoji_id: int | None
    user_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Message:
    """A message; `ephemeral_for` is the one person who sees it."""

    id: int
    channel_id: int
    author_id: int
    kind: int = DEFAULT
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    flags: int = 0
    edited_at: datetime | None = None
    nonce: int | str | None = None
    pinned: bool = False
    reference: Json | None = None
    referenced_id: int | None = None
    webhook: bool = False
    """Written through an interaction's webhook."""
    interaction: Json | None = None
    """`interaction_metadata` of an answer."""
    ephemeral_for: int | None = None
    dismissed: bool = False
    """True once the one reader of an ephemeral message sent it away."""
    thread_id: int | None = None


@dataclass(slots=True)
class Upload:
    """A file on its way in."""

    filename: str
    content_type: str
    blob: bytes
    description: str | None = None
