"""What a person's Discord client shows: events, an interaction and how it went, a dialogue to fill in.

Everything a message, channel or component *is* stays Discord's own JSON (`Json`), with ids as strings, so that
a page can draw it and a test can compare it with the official schema without a second vocabulary.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
Id = int | str


class ClientRefusal(Exception):
    """Discord's client would not have let the person do this; the sentence says why."""


class EventKind(StrEnum):
    """What can happen on a person's screen."""

    MESSAGE_CREATE = "message_create"
    """`data` is the message as this person sees it (own ephemerals have flag 64)."""
    MESSAGE_UPDATE = "message_update"
    """`data` is the whole message after the change."""
    MESSAGE_DELETE = "message_delete"
    """`data` is `{"id", "channel_id"}`; also sent when the person dismissed an ephemeral message."""
    REACTION_ADD = "reaction_add"
    """`data` is `{"user_id", "message_id", "channel_id", "emoji", "message"}`, the message as it is now."""
    REACTION_REMOVE = "reaction_remove"
    """Same `data` as REACTION_ADD."""
    TYPING = "typing"
    """`data` is `{"user_id", "channel_id"}`; a client shows it for ten seconds."""
    CHANNEL_CREATE = "channel_create"
    """`data` is a channel, thread or DM that the person sees from now on."""
    CHANNEL_UPDATE = "channel_update"
    """`data` is the channel after the change."""
    CHANNEL_DELETE = "channel_delete"
    """`data` is `{"id"}`; also sent when the person may no longer see the channel."""
    COMMANDS_CHANGED = "commands_changed"
    """The slash menu is to be read again; `data` is empty."""
    INTERACTION_THINKING = "interaction_thinking"
    """The application asked for time. `data` is `{"interaction_id"}`."""
    INTERACTION_DONE = "interaction_done"
    """The interaction was acknowledged. `data` is `{"interaction_id"}`."""
    INTERACTION_FAILED = "interaction_failed"
    """`data` is `{"interaction_id", "error"}` ("The application did not respond")."""
    MODAL_OPEN = "modal_open"
    """`data` is `Modal.to_json()`: a dialogue to fill in."""


@dataclass(frozen=True, slots=True)
class ClientEvent:
    """One thing that happened on a person's screen."""

    kind: EventKind
    channel_id: str
    data: Json


class InteractionState(StrEnum):
    """How far an interaction is, as the person sees it."""

    WAITING = "waiting"
    """Sent; nothing came back yet."""
    THINKING = "thinking"
    """Acknowledged with "… is thinking": a message will follow."""
    ANSWERED = "answered"
    """A message, an update, a modal or choices came back."""
    FAILED = "failed"
    """Nothing came within the time an application has: "The application did not respond"."""


@dataclass(frozen=True, slots=True)
class Modal:
    """A dialogue the application opened; `Person.submit` sends it back."""

    id: str
    """The interaction that opened it."""
    channel_id: str
    custom_id: str
    title: str
    components: list[Json]

    def to_json(self) -> Json:
        """Return the dialogue as one JSON object, for a page."""
        return {
            "id": self.id,
            "channel_id": self.channel_id,
            "custom_id": self.custom_id,
            "title": self.title,
            "components": self.components,
        }


@dataclass(eq=False, slots=True)
class Interaction:
    """One slash command, click, choice or submitted dialogue, and what came of it.

    The object is live: `message`, `followups` and `state` move on while the application works.
    """

    id: str
    kind: str
    """`command`, `component`, `modal` or `autocomplete`."""
    channel_id: str
    state: InteractionState = InteractionState.WAITING
    message: Json | None = None
    """The answer (or, for an updated component message, that message) as the person sees it."""
    followups: list[Json] = field(default_factory=list)
    modal: Modal | None = None
    choices: list[Json] = field(default_factory=list)
    """Answers to an autocomplete interaction: `{"name", "value"}`."""
    silent: bool = False
    """Whether the application has acknowledged it with nothing to see: the message pressed on stands as it was."""
    error: str | None = None
    """The red line below the command when `state` is FAILED."""
    answered_after: float | None = None
    """Seconds until the first acknowledgement."""
    _changed: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def acknowledged(self) -> bool:
        """Whether the application answered in time (also with "thinking")."""
        return self.state in (InteractionState.THINKING, InteractionState.ANSWERED)

    @property
    def ephemeral(self) -> bool:
        """Whether only this person sees the answer."""
        return self.message is not None and bool(self.message.get("flags", 0) & 64)

    def changed(self) -> None:
        """Wake those who wait on this interaction."""
        self._changed.set()

    async def until(self, met: Callable[[Interaction], bool], timeout: float) -> Interaction:
        """Wait until `met(self)`, at most `timeout` seconds. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            while not met(self):
                self._changed.clear()
                await self._changed.wait()
        return self

    async def acknowledgement(self, timeout: float = 5.0) -> Interaction:
        """Wait until the application answered, asked for time, or failed to. Raises TimeoutError."""
        return await self.until(lambda it: it.state is not InteractionState.WAITING, timeout)

    async def finished(self, timeout: float = 10.0) -> Interaction:
        """Wait until there is something to see (no longer "thinking", nor silent) or it failed. Raises TimeoutError."""
        settled = (InteractionState.ANSWERED, InteractionState.FAILED)
        return await self.until(lambda it: it.state in settled and not it.silent, timeout)
