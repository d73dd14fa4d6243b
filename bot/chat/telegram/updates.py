"""Where updates come from: asked for (long polling), or brought to the shop's own address (webhook).

Telegram keeps an update until it is confirmed, so nothing is confirmed before it was handled: a shop that loses its
power hears again what it had not answered yet. What it *had* answered is recognised by the update's number.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Coroutine
from typing import Any

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.chat.telegram.posted import Notes
from bot.chat.telegram.refusals import seconds
from bot.errors import NotAllowed

WANTED = (
    Update.MESSAGE, Update.CALLBACK_QUERY, Update.PRE_CHECKOUT_QUERY, Update.MESSAGE_REACTION, Update.MY_CHAT_MEMBER,
)  # fmt: skip
"""Everything the shop answers to; reactions come only if they are named here (and the bot is an administrator)."""

POLL_SECONDS = 50
"""How long Telegram may hold a question for updates open."""

CONFIRM_WITHIN = 5.0
"""Seconds that an update may keep the next ones waiting; what takes longer is confirmed before it is done."""

REMEMBERED = 100
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

NOTE = "telegram:heard"
"""The note of the last updates that were handled: ``{"ids"}``."""

Hear = Callable[[Update], Coroutine[Any, Any, None]]
log = structlog.get_logger(__name__)


class Inbox:
    """Takes updates in, each once, and hands them to ``hear`` side by side."""

    def __init__(self, notes: Notes, hear: Hear) -> None:
        self._notes = notes
        self._hear = hear
        self._handled: list[int] = []
        self._at_work: dict[asyncio.Task[None], int] = {}

    async def load(self) -> None:
        """Read which updates were handled before."""
        self._handled = list((await self._notes.recall(NOTE) or {}).get("ids", ()))

    @property
    def idle(self) -> bool:
        """Whether nothing is being handled just now."""
        return not self._at_work

    async def take(self, updates: Collection[Update]) -> None:
        """Handle updates and return once that is done, or has taken long enough."""
        tasks = {
            asyncio.create_task(self._hear(one), name=f"update {one.update_id}"): one.update_id
            for one in updates
            if one.update_id not in self._handled
        }
        if not tasks:
            return
        self._at_work |= tasks
        for task in tasks:
            task.add_done_callback(self._ended)
        _, slow = await asyncio.wait(tasks, timeout=CONFIRM_WITHIN)
        self._handled += [tasks[task] for task in slow]
        await self._write()

    async def finish(self, within: float) -> None:
        """Let what is being handled come to its end, for so many seconds, and remember that it was handled."""
        if self._at_work:
            await asyncio.wait(self._at_work, timeout=within)
        left = tuple(self._at_work)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._write()

    async def _write(self) -> None:
        self._handled = self._handled[-REMEMBERED:]
        await self._notes.remember(NOTE, {"ids": self._handled})

    def _ended(self, task: "asyncio.Task[None]") -> None:
        number = self._at_work.pop(task)
        if task.cancelled():
            return
        self._handled.append(number)
        if (error := task.exception()) is not None:
            log.error("update_failed", update=number, exc_info=error)


async def poll(bot: Bot, inbox: Inbox, reached: Callable[[bool], None]) -> None:
    """Ask for updates until cancelled; outages are sat out. ``reached`` hears after each try whether Telegram answered.

    :raises InvalidToken: if Telegram does not know the token (any more).
    """
    offset, pause, held = None, FIRST_PAUSE, POLL_SECONDS
    while True:
        try:
            updates = await bot.get_updates(offset=offset, timeout=held, allowed_updates=WANTED)
        except InvalidToken:
            raise
        except TelegramError as error:
            pause = seconds(error) if isinstance(error, RetryAfter) else min(pause * 2, LONGEST_PAUSE)
            say = log.error if isinstance(error, Conflict) else log.warning
            say("telegram_not_reached", error=error.message[:200], again_in=pause)
            reached(False)
            held = 0  # so that the first answer after an outage comes at once
            await asyncio.sleep(pause)
            continue
        reached(True)
        pause, held = FIRST_PAUSE, POLL_SECONDS
        if updates:
            await inbox.take(updates)
            offset = updates[-1].update_id + 1


class Webhook:
    """Updates as Telegram brings them. The secret is derived from the token, so that there is nothing to set up."""

    def __init__(self, bot: Bot, inbox: Inbox) -> None:
        self._bot = bot
        self._inbox = inbox
        self._secret = hmac.new(bot.token.encode(), b"webhook", hashlib.sha256).hexdigest()

    async def announce(self, address: str) -> None:
        """Tell Telegram where to bring updates. :raises TelegramError: if it does not take the address."""
        await self._bot.set_webhook(address, allowed_updates=WANTED, secret_token=self._secret)

    async def hear(self, body: bytes, secret: str) -> None:
        """Take one update in; it is confirmed by returning.

        :raises NotAllowed: if it does not come from Telegram.
        """
        if not hmac.compare_digest(secret.encode(), self._secret.encode()):
            raise NotAllowed("a webhook without Telegram's secret")
        try:
            update = Update.de_json(json.loads(body), self._bot)
        except (ValueError, KeyError, TypeError) as error:
            log.error("telegram_update_unreadable", error=str(error)[:200])
            return
        await self._inbox.take([update])
