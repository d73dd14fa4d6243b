"""Telegram's refusals in the shop's words. Telegram has no codes for most of them, only descriptions.

Descriptions: https://github.com/tdlib/telegram-bot-api (Client.cpp), https://core.telegram.org/api/errors
"""

from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.errors import Refused, ShopError, TooLarge, TryLater, Unreachable

GONE = (
    "chat not found", "message to edit not found", "message can't be edited", "message_id_invalid", "user not found",
    "peer_id_invalid", "user is deactivated", "have no rights to send", "not enough rights", "chat_write_forbidden",
    "need administrator rights", "group chat was deactivated", "topic_closed", "message to delete not found",
)  # fmt: skip
TOO_LARGE = ("file is too big", "request entity too large", "too large for", "photo_invalid_dimensions", "413")
UNCHANGED = "message is not modified"
UNHEARD = frozenset({"ConnectError", "ConnectTimeout", "PoolTimeout", "WriteError", "WriteTimeout"})
"""The ways in which httpx fails before a request was written whole: Telegram has done nothing then."""


@contextmanager
def in_shop_words(doing: str) -> Iterator[None]:
    """Turn what the library raises into the shop's errors; ``doing`` says in the log what was being done.

    :raises Unreachable, TooLarge, TryLater, Refused:
    """
    try:
        yield
    except TelegramError as error:
        raise translated(error, doing) from error
    except OSError as error:
        raise TryLater(f"{doing}: {type(error).__name__}") from error


def translated(error: TelegramError, doing: str) -> ShopError:
    """Return the shop's error for an answer of Telegram's."""
    said, lower = f"{doing}: {error.message[:200]}", error.message.lower()
    match error:
        case RetryAfter():
            return TryLater(said, after=seconds(error))
        case Forbidden():
            return Unreachable(said)
        case InvalidToken() | EndPointNotFound():
            return Refused(f"{doing}: Telegram does not know this token", text="reason-telegram-token")
        case ChatMigrated() | Conflict():
            return TryLater(said)
    if any(part in lower for part in TOO_LARGE):
        return TooLarge(said)
    if isinstance(error, BadRequest):
        return Unreachable(said) if any(part in lower for part in GONE) else Refused(said)
    return TryLater(said) if isinstance(error, NetworkError) else Refused(said)


def is_doubtful(error: TelegramError) -> bool:
    """Whether the message may have been sent although no receipt came."""
    unheard = type(error.__cause__).__name__ in UNHEARD
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest) and not unheard


def is_unchanged(error: TelegramError) -> bool:
    """Whether Telegram only says that the message looks like that already."""
    return isinstance(error, BadRequest) and UNCHANGED in error.message.lower()


def seconds(error: RetryAfter) -> float:
    """Return how long Telegram wishes to be left alone, in seconds."""
    wish = error.retry_after
    return float(wish) if isinstance(wish, int) else wish.total_seconds()
