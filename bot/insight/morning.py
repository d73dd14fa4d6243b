"""The digest of the morning: posted once a day to the operator, also after a night in which the machine slept."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.errors import ShopError, TryLater
from bot.places import Places
from bot.screens import Screen

NOTE = "digest"
"""What is remembered: ``{"day", "since", "at", "posted"}``; ``at`` is when the last digest was posted."""

LONGEST_SLEEP, AFTER_TROUBLE = 300.0, 60.0
"""Seconds; a machine that was asleep looks at the clock within the first, a doorway that failed is tried again after
the second."""

log = structlog.get_logger(__name__)


class Notes(Protocol):
    """The durable notes of the order book."""

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a note."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a note."""
        ...


@dataclass(frozen=True, slots=True)
class Morning:
    """Posts ``screen(since)`` at ``hour`` (local time of ``zone``) to the operator."""

    notes: Notes
    screen: Callable[[datetime], Awaitable[Screen]]
    places: Places
    hour: time
    zone: ZoneInfo
    clock: Callable[[], datetime]

    async def run(self) -> None:
        """Post every morning, until cancelled."""
        while True:
            try:
                pause = await self.post_if_due()
            except TryLater as error:
                pause = error.after or AFTER_TROUBLE
            except Exception:
                log.exception("the digest could not be made")
                pause = AFTER_TROUBLE
            await asyncio.sleep(min(pause, LONGEST_SLEEP))

    async def post_if_due(self) -> float:
        """Post today's digest if its hour has come and nobody has it yet; return the seconds until the next.

        The intention is remembered before the message is sent: after a crash in between, the doorway looks back for
        it. Where nobody can be written to, it is not tried again on the same day.

        :raises TryLater: on limits and outages.
        """
        now = self.clock()
        local = now.astimezone(self.zone)
        due = datetime.combine(local.date(), self.hour, self.zone)
        day = local.date().isoformat()
        note = await self.notes.recall(NOTE)
        if note is None:  # The shop opens for the first time: there is nothing to tell before a morning has passed
            note = {"day": "" if local < due else day, "at": now.isoformat(), "posted": True}
            await self.notes.remember(NOTE, note)
        if local < due:
            return (due - local).total_seconds()
        if note["day"] != day or not note["posted"]:
            await self._post(note, day, now)
        tomorrow = datetime.combine(local.date() + timedelta(days=1), self.hour, self.zone)
        return (tomorrow.astimezone(UTC) - now).total_seconds()

    async def _post(self, note: dict[str, Any], day: str, now: datetime) -> None:
        again = note["day"] == day
        since = note["since"] if again else note["at"]
        intention = {"day": day, "since": since, "at": note["at"], "posted": False}
        await self.notes.remember(NOTE, intention)
        try:
            screen = await self.screen(datetime.fromisoformat(since))
            await self.places.post(None, screen, once=f"digest:{day}", again=again)
            log.info("digest_posted", day=day)
        except TryLater:
            raise
        except ShopError as error:
            log.warning("digest_not_posted", day=day, error=str(error))
        await self.notes.remember(NOTE, intention | {"at": now.isoformat(), "posted": True})
