"""Discord's refusals in the shop's words.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json-json-error-codes
"""

from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import discord

from bot.errors import Refused, ShopError, TooLarge, TryLater, Unreachable

GONE = frozenset({10003, 10004, 10007, 10008, 10013, 10015, 50027})
"""Unknown channel, guild, member, message, user, webhook; an interaction's token that has expired."""
CLOSED = frozenset({50007, 50278})
"""The person takes no direct messages, or shares no server with the bot."""
TOO_LARGE = frozenset({40005, 50045})
SLOW_DOWN = frozenset({20016, 20022, 20028, 20029, 40003, 110001, 130000})
"""Slow mode, write limits, DMs opened too fast, overload."""
TROUBLE = (discord.DiscordException, aiohttp.ClientError, TimeoutError, OSError)
"""What talking to Discord may raise: its refusals, rate limits too long to be sat out, and the network's own."""


@contextmanager
def in_shop_words(doing: str) -> Iterator[None]:
    """Turn what discord.py raises into the shop's errors; ``doing`` says in the log what was being done.

    :raises Unreachable, TooLarge, TryLater, Refused:
    """
    try:
        yield
    except discord.RateLimited as error:
        raise TryLater(f"{doing}: rate limited", after=error.retry_after) from error
    except discord.HTTPException as error:
        raise translated(error, doing) from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise TryLater(f"{doing}: {type(error).__name__}") from error


def translated(error: discord.HTTPException, doing: str) -> ShopError:
    """Return the shop's error for an answer of Discord's."""
    said = f"{doing}: {error.status} (code {error.code}) {error.text[:200]}"
    if error.code in CLOSED or error.code in GONE:
        return Unreachable(said)
    if error.code in TOO_LARGE or error.status == 413:
        return TooLarge(said)
    if error.status == 429 or error.status >= 500 or error.code in SLOW_DOWN:
        return TryLater(said, after=_wish(error))
    return Refused(said)


def _wish(error: discord.HTTPException) -> float | None:
    value = error.response.headers.get("Retry-After", "")
    try:
        return float(value)
    except ValueError:
        return None
