"""Telegram's numbers as the shop writes them.

A person is ``telegram:123``; a place is ``telegram:dm:123``, ``telegram:chat:-100456`` or, as the answer to a message,
``telegram:under:-100456/78``; a message is ``telegram:-100456/78``, with ``/photo`` behind it if its words are a
picture's caption, which is edited in another way than a text.
"""

from dataclasses import dataclass

from bot.errors import Refused

PLATFORM = "telegram"
PHOTO = "photo"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to write: a chat, and the message there that is answered, if any."""

    chat: int
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """One message: its chat, its number there, and whether its words are a picture's caption."""

    chat: int
    message: int
    photo: bool = False

    def __str__(self) -> str:
        return f"{PLATFORM}:{self.chat}/{self.message}" + (f"/{PHOTO}" if self.photo else "")


def person(user_id: int) -> str:
    """Return a person's name in the shop."""
    return f"{PLATFORM}:{user_id}"


def place(chat_id: int) -> str:
    """Return a chat's name in the shop; private chats have their person's number, all others are below zero."""
    return f"{PLATFORM}:dm:{chat_id}" if chat_id > 0 else f"{PLATFORM}:chat:{chat_id}"


def read_place(text: str) -> Target:
    """Return where a place is. :raises Refused: if it is no place of Telegram's."""
    platform, _, rest = text.partition(":")
    kind, _, where = rest.partition(":")
    if platform == PLATFORM and kind == "under":
        spot = read_message(f"{PLATFORM}:{where}")
        return Target(spot.chat, spot.message)
    if platform != PLATFORM or kind not in ("dm", "chat") or not _is_number(where):
        raise Refused(f"{text!r} is no place on Telegram")
    return Target(int(where))


def read_message(text: str) -> Spot:
    """Return which message it is. :raises Refused: if it is no message of Telegram's."""
    platform, _, rest = text.partition(":")
    chat, _, number = rest.partition("/")
    number, _, kind = number.partition("/")
    if platform != PLATFORM or not _is_number(chat) or not number.isdigit() or kind not in ("", PHOTO):
        raise Refused(f"{text!r} is no message on Telegram")
    return Spot(int(chat), int(number), kind == PHOTO)


def read_person(text: str) -> int | None:
    """Return a person's number, or None if they are not on Telegram."""
    platform, _, number = text.partition(":")
    return int(number) if platform == PLATFORM and number.isdigit() else None


def _is_number(text: str) -> bool:
    return text.removeprefix("-").isdigit()
