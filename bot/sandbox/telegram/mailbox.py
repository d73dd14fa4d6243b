"""Updates on their way to the bot: numbered, kept until confirmed, fetched by long polling or brought by webhook.

Rules: https://core.telegram.org/bots/api#getting-updates. An update kind that is not wanted when something happens is
never made, so changing `allowed_updates` does not bring back what was missed.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.sandbox.telegram.records import Json, now
from bot.sandbox.telegram.refusals import plain

UNASKED = ("chat_member", "message_reaction", "message_reaction_count")
"""Kinds that come only if they are named in `allowed_updates`."""
_WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_OTHER_POLLER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(slots=True)
class Webhook:
    """Where updates are brought to; an empty `url` is none."""

    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    ip_address: str | None = None
    last_error: str | None = None
    last_error_at: int | None = None


class Mailbox:
    """What happened and was not yet confirmed, oldest first."""

    def __init__(self, first_id: int) -> None:
        self.pending: list[Json] = []
        self.webhook = Webhook()
        self.wanted: list[str] | None = None
        """The kinds asked for; None: all but the `UNASKED`."""
        self.polls = 0
        """How often somebody came to fetch."""
        self._turn = 0
        self._next_id = first_id
        self._news = asyncio.Event()

    def push(self, kind: str, body: Json) -> None:
        """Keep one update, if the bot wants its kind."""
        if (kind in UNASKED and not self.wanted) or (self.wanted and kind not in self.wanted):
            return
        self.pending.append({"update_id": self._next_id, kind: body})
        self._next_id += 1
        self._ring()

    def want(self, kinds: list[str] | None) -> None:
        """Take a method's `allowed_updates`: None changes nothing, an empty list is the default."""
        if kinds is not None:
            self.wanted = kinds or None

    def use_webhook(self, webhook: Webhook) -> None:
        """Bring updates there from now on; who polls is let go."""
        self.webhook = webhook
        self._turn += 1
        self._ring()

    async def poll(self, offset: int, limit: int, timeout: float) -> list[Json]:
        """Confirm everything below `offset`, then return what is there, after at most `timeout` seconds of silence.

        A negative offset counts from the end and forgets the rest. Raises Refusal 409.
        """
        self._demand_no_webhook()
        self.polls += 1
        self._turn += 1
        mine = self._turn
        self._ring()
        self._confirm(offset)
        try:
            async with asyncio.timeout(timeout):
                while not self.pending and self._turn == mine:
                    await self.news()
        except TimeoutError:
            pass
        self._demand_no_webhook()
        if self._turn != mine:
            raise plain(409, _OTHER_POLLER)
        return self.pending[:limit]

    def let_go(self) -> None:
        """End every poll at once, as a lost connection does."""
        self._turn += 1
        self._ring()

    def forget(self) -> None:
        """Drop everything that waits."""
        self.pending.clear()

    def deliver(self) -> None:
        """Take the oldest one off: the webhook has it."""
        self.pending.pop(0)

    def failed(self, sentence: str) -> None:
        """Note why the webhook did not take an update."""
        self.webhook.last_error, self.webhook.last_error_at = sentence, now()

    async def news(self) -> None:
        """Wait until something changes."""
        heard = self._news
        await heard.wait()

    def _ring(self) -> None:
        """Wake everybody who waits, each exactly once."""
        self._news.set()
        self._news = asyncio.Event()

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def _demand_no_webhook(self) -> None:
        if self.webhook.url:
            raise plain(409, _WEBHOOK_ACTIVE)
