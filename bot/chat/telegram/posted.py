"""What was posted on Telegram, written down before and after: Telegram neither recognises a message sent twice nor
lets a bot read back what it wrote.

Before a message is sent its intention is a row, after it the message's number is. An attempt that is made again goes on
after the last number it finds. Where an intention stands without a number the message may have been sent or not; it is
sent (again), because a parcel that came twice is better than one that never came.
"""

import hashlib
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Protocol

import structlog

from bot.chat.telegram.addresses import Spot

KEPT = 50
"""How many posts of one chat are remembered: as far back as Discord's doorway looks for a lost message."""

log = structlog.get_logger(__name__)


class Notes(Protocol):
    """Where small durable notes are kept."""

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small note."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a small note."""
        ...


@dataclass(slots=True)
class Post:
    """One screen on its way: ``sent`` are the numbers of its messages part by part, ``trying`` is the part that is
    being sent just now (None between parts), ``done`` says that all of it stands."""

    once: str
    sent: list[list[int]] = field(default_factory=list)
    trying: int | None = None
    done: bool = False
    photo: bool = False

    @classmethod
    def read(cls, data: dict[str, Any]) -> "Post":
        """Read what was written; unknown keys (of a later version) are dropped."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in data.items() if name in known})

    def spot(self, chat: int) -> Spot:
        """Return the message that bears the words and the buttons."""
        return Spot(chat, self.sent[-1][-1], self.photo)


class Posted:
    """The posts of every chat. Whoever posts into a chat does so alone (see `Doorway`)."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def begin(self, chat: int, once: str, *, again: bool) -> Post:
        """Return an earlier attempt at this post if this is made ``again``, else a fresh one."""
        name = hashlib.sha256(once.encode()).hexdigest()[:16]
        earlier = next((post for post in await self._posts(chat) if post.once == name), None) if again else None
        if earlier is not None and earlier.trying is not None:
            log.warning("telegram_message_perhaps_twice", chat=chat, once=once, part=earlier.trying)
        return earlier or Post(name)

    async def keep(self, chat: int, post: Post) -> None:
        """Write down how far a post has come."""
        others = [one for one in await self._posts(chat) if one.once != post.once]
        await self._write(chat, [*others, post][-KEPT:])

    async def forget(self, spot: Spot) -> None:
        """Forget the post whose message is gone, so that it can be posted anew."""
        posts = await self._posts(spot.chat)
        left = [post for post in posts if not any(spot.message in part for part in post.sent)]
        if len(left) < len(posts):
            await self._write(spot.chat, left)

    async def _posts(self, chat: int) -> list[Post]:
        note = await self._notes.recall(_name(chat)) or {}
        return [Post.read(entry) for entry in note.get("posts", ())]

    async def _write(self, chat: int, posts: list[Post]) -> None:
        await self._notes.remember(_name(chat), {"posts": [asdict(post) for post in posts]})


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that stands in a message of its own beside the words."""

    name: str
    kind: str
    message: int


class Attachments:
    """Which files stand beside a message's words, so that an edit knows what is there and what is new."""

    def __init__(self, notes: Notes) -> None:
        self._notes = notes

    async def keep(self, spot: Spot, files: list[Attached]) -> None:
        """Write down the files beside a message."""
        await self._notes.remember(f"telegram:files:{spot.chat}/{spot.message}", {"files": [asdict(f) for f in files]})

    async def of(self, spot: Spot) -> list[Attached]:
        """Return the files beside a message."""
        note = await self._notes.recall(f"telegram:files:{spot.chat}/{spot.message}") or {}
        return [Attached(**entry) for entry in note.get("files", ())]


class Moves:
    """Groups that became supergroups: Telegram gives them another number, the shop goes on under the old one."""

    NOTE = "telegram:moved"

    def __init__(self, notes: Notes) -> None:
        self._notes = notes
        self._now: dict[int, int] = {}

    async def load(self) -> None:
        """Read what is known."""
        note = await self._notes.recall(self.NOTE) or {}
        self._now = {int(old): int(new) for old, new in note.items()}

    def now(self, chat: int) -> int:
        """Return a chat's number today."""
        return self._now.get(chat, chat)

    def known_as(self, chat: int) -> int:
        """Return the number under which the shop knows a chat (the one in its settings)."""
        return next((old for old, new in self._now.items() if new == chat), chat)

    async def follow(self, old: int, new: int) -> bool:
        """Remember that a chat has moved; False if that is known."""
        if self._now.get(old) == new:
            return False
        moved = {known: new if there == old else there for known, there in self._now.items()} | {old: new}
        await self._notes.remember(self.NOTE, {str(known): there for known, there in moved.items()})
        self._now = moved
        log.warning("telegram_chat_moved", old=old, new=new)
        return True


def _name(chat: int) -> str:
    return f"telegram:posted:{chat}"
