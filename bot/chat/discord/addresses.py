"""Discord's numbers as the shop writes them: ``discord:123``, ``discord:channel:456``, ``discord:456/789``."""

from bot.errors import Refused

PLATFORM = "discord"


def person(user_id: int) -> str:
    """Return a person's name in the shop."""
    return f"{PLATFORM}:{user_id}"


def place(channel_id: int | None, *, dm_with: int | None = None) -> str:
    """Return a channel's name in the shop; a direct message is named after the person in it."""
    return f"{PLATFORM}:dm:{dm_with}" if dm_with is not None else f"{PLATFORM}:channel:{channel_id}"


def message(channel_id: int, message_id: int) -> str:
    """Return a message's name in the shop."""
    return f"{PLATFORM}:{channel_id}/{message_id}"


def read_place(text: str) -> tuple[str, int]:
    """Return (``channel`` or ``dm``, number). :raises Refused: if it is no place of Discord's."""
    platform, _, rest = text.partition(":")
    kind, _, number = rest.partition(":")
    if platform != PLATFORM or kind not in ("channel", "dm") or not _digits(number):
        raise Refused(f"{text!r} is no place on Discord")
    return kind, int(number)


def read_thread(text: str) -> tuple[int, int] | None:
    """Return (channel, person) of a private thread for somebody, ``discord:thread:456:123``; None if it is none."""
    platform, _, rest = text.partition(":")
    kind, _, rest = rest.partition(":")
    channel, _, number = rest.partition(":")
    found = (platform, kind) == (PLATFORM, "thread") and _digits(channel, number)
    return (int(channel), int(number)) if found else None


def read_under(text: str) -> tuple[int, int] | None:
    """Return (channel, message) of the conversation under a message, ``discord:under:456/789``; None if it is none."""
    platform, _, rest = text.partition(":")
    kind, _, rest = rest.partition(":")
    channel, _, number = rest.partition("/")
    found = (platform, kind) == (PLATFORM, "under") and _digits(channel, number)
    return (int(channel), int(number)) if found else None


def read_message(text: str) -> tuple[int, int]:
    """Return (channel, message). :raises Refused: if it is no message of Discord's."""
    platform, _, rest = text.partition(":")
    channel, _, number = rest.partition("/")
    if platform != PLATFORM or not _digits(channel, number):
        raise Refused(f"{text!r} is no message on Discord")
    return int(channel), int(number)


def answer(application: int, token: str, message: str) -> str:
    """Return the name of a private answer, which only the interaction's own token may edit, for fifteen minutes."""
    return f"{PLATFORM}:answer:{application}/{token}/{message}"


def read_answer(text: str) -> tuple[int, str, str] | None:
    """Return (application, token, message) of a private answer, None if it is none."""
    platform, _, rest = text.partition(":")
    kind, _, rest = rest.partition(":")
    application, _, rest = rest.partition("/")
    token, _, which = rest.rpartition("/")
    found = (platform, kind) == (PLATFORM, "answer") and _digits(application) and token
    return (int(application), token, which) if found else None


def read_person(text: str) -> int | None:
    """Return a person's number, or None if they are not on Discord."""
    platform, _, number = text.partition(":")
    return int(number) if platform == PLATFORM and _digits(number) else None


def _digits(*texts: str) -> bool:
    return all(text.isascii() and text.isdigit() for text in texts)
