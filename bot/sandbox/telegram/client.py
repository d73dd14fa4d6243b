"""What a person's Telegram shows: events, a pressed button and its answer, a payment sheet and how it went.

Everything a message *is* stays the Bot API's own JSON, with `is_mine` and `reactions` added.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum

from bot.sandbox.telegram.records import Json


class ClientRefusal(Exception):
    """Telegram's app would not have let the person do this; the sentence says why."""


class EventKind(StrEnum):
    """What can happen on a person's screen."""

    MESSAGE = "message"
    """`data` is a new message as this person sees it."""
    EDITED = "edited"
    """`data` is the whole message after the change (its reactions too)."""
    DELETED = "deleted"
    """`data` is `{"message_id"}`."""
    ACTION = "action"
    """`data` is `{"action"}`: the bot is typing or uploading; a client shows it for five seconds."""
    CHAT = "chat"
    """`data` is the chat: new on this screen, or changed."""
    MENU = "menu"
    """The command menu is to be read again; `data` is empty."""
    BALANCE = "balance"
    """`data` is `{"stars"}`: what the person can spend."""


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """One thing that happened on a person's screen."""

    kind: EventKind
    chat_id: int
    data: Json


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for a pressed button: nothing to read, a few words at the top, or a box to close."""

    text: str | None = None
    is_alert: bool = False
    url: str | None = None


@dataclass(eq=False, slots=True)
class Query:
    """A pressed button that waits for its answer."""

    id: str
    born: float
    answered: asyncio.Future[Answer] = field(repr=False)


class Outcome(StrEnum):
    """How a payment ended."""

    PAID = "paid"
    REFUSED = "refused"
    """The bot said no; `words` are its reasons."""
    TIMED_OUT = "timed_out"
    """The bot did not answer the pre-checkout query in time."""
    TOO_FEW_STARS = "too_few_stars"


@dataclass(frozen=True, slots=True)
class Paid:
    """The end of a payment; `charge_id` where money moved."""

    outcome: Outcome
    words: str | None = None
    charge_id: str | None = None
