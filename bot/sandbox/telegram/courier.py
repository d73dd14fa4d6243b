"""Brings updates to the bot's webhook, one after the other, until each is taken."""

from __future__ import annotations

import asyncio

import aiohttp

from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.rules import Rules

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 (a header's name)
_LONGEST_WAIT = 60.0


class Courier:
    """A task that delivers as long as there is a webhook."""

    def __init__(self, mailbox: Mailbox, rules: Rules) -> None:
        self._mailbox = mailbox
        self._rules = rules
        self._task: asyncio.Task[None] | None = None
        self.duplicates = 0
        """How often each delivered update is brought once more (networks do that)."""

    def start(self) -> None:
        """Go to work."""
        self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """Stop, in the middle of a delivery if need be."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        failures = 0
        async with aiohttp.ClientSession() as session:
            while True:
                if not (self._mailbox.webhook.url and self._mailbox.pending):
                    await self._mailbox.news()
                elif await self._bring(session):
                    failures = 0
                else:
                    await self._pause(min(self._rules.webhook_retry_after * 2**failures, _LONGEST_WAIT))
                    failures += 1

    async def _pause(self, seconds: float) -> None:
        """Wait, but not beyond a change of the webhook's address."""
        address = self._mailbox.webhook.url
        try:
            async with asyncio.timeout(seconds):
                while self._mailbox.webhook.url == address:
                    await self._mailbox.news()
        except TimeoutError:
            return

    async def _bring(self, session: aiohttp.ClientSession) -> bool:
        """Bring the oldest update; return whether it was taken."""
        update, webhook = self._mailbox.pending[0], self._mailbox.webhook
        headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
        patience = aiohttp.ClientTimeout(total=self._rules.webhook_patience)
        try:
            for _ in range(1 + self.duplicates):
                async with session.post(webhook.url, json=update, headers=headers, timeout=patience) as answer:
                    if not 200 <= answer.status < 300:
                        self._mailbox.failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
                        return False
        except TimeoutError:
            self._mailbox.failed("Read timeout expired")
            return False
        except aiohttp.ClientError:
            self._mailbox.failed("Connection refused")
            return False
        if self._mailbox.pending and self._mailbox.pending[0] is update:
            self._mailbox.deliver()
        return True
