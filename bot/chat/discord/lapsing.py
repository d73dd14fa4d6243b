"""Private answers can be edited for fifteen minutes: whoever bears a pay button gives it up before they are over."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import structlog

from bot.commands import to_pay
from bot.errors import ShopError

if TYPE_CHECKING:
    from bot.chat.discord.client import ShopClient

SPARE = timedelta(seconds=45)
"""How long before the end an answer is edited for the last time."""

log = structlog.get_logger(__name__)


class Lapsing:
    """Watches the private answers of one client; after a restart `catch_up` finds those of before."""

    def __init__(self, client: "ShopClient") -> None:
        self._client = client
        self._watched: dict[str, asyncio.Task[None]] = {}

    def watch(self, order_id: str, message: str, until: datetime) -> None:
        """Take the pay button from an answer shortly before ``until`` (UTC)."""
        if message not in self._watched:
            task = asyncio.create_task(self._lapse(order_id, message, until))
            self._watched[message] = task
            task.add_done_callback(lambda _: self._watched.pop(message, None))

    async def catch_up(self) -> None:
        """Watch what was shown before the shop was started again."""
        for order_id, message, until in await to_pay.with_an_end(self._client.services):
            self.watch(order_id, message, datetime.fromisoformat(until))

    def stop(self) -> None:
        """Watch no longer; the notes stay for the next start."""
        for task in tuple(self._watched.values()):
            task.cancel()

    async def _lapse(self, order_id: str, message: str, until: datetime) -> None:
        services = self._client.services
        await asyncio.sleep(max(0.0, (until - SPARE - services.clock()).total_seconds()))
        try:
            screen = await to_pay.lapsed(services, order_id, message)
            if screen is not None:
                await self._client.doorway.edit(message, screen)
        except ShopError as error:
            log.info("pay_button_stays", order=order_id, error=str(error)[:200])
