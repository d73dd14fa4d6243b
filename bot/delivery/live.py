"""Live progress: while orders are composed, their status messages say how far it is."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.postman import Postman
from bot.delivery.status import Standing
from bot.orders.order import Order, State

INTERVAL_SECONDS = 2.5
"""An edit per order at most this often: chats allow about five edits in five seconds in one place."""

log = structlog.get_logger(__name__)


class Bell(Protocol):
    """Wakes whoever waits for orders to change."""

    count: int

    async def wait(self, seen: int, timeout: float | None = None) -> int:
        """Return the count once it is beyond ``seen``, or after ``timeout`` seconds."""
        ...


class Orders(Protocol):
    """Where composing orders are found."""

    @property
    def changed(self) -> Bell:
        """The wake-ups."""
        ...

    async def standing(self, state: State, limit: int = 1000) -> Sequence[Order]:
        """Return the orders in one state, oldest first."""
        ...


class Queue(Protocol):
    """Where their progress is found."""

    async def progress_of(self, order_id: str) -> float | None:
        """Return the share done, 0 to 1, or None if nobody has said."""
        ...

    async def position(self, order_id: str) -> int | None:
        """Return the place in the queue: 0 while at work, 1 if next."""
        ...


Left = Callable[[str], Awaitable[float | None]]
"""Returns in about how many seconds an order's takes will be ready, as far as that is known."""


async def not_known(_order_id: str) -> float | None:
    """Nothing has been measured yet."""
    return None


class LiveProgress:
    """Watches the queue while anything is composed, and sleeps otherwise. ``interval`` is in seconds."""

    def __init__(
        self,
        postman: Postman,
        orders: Orders,
        queue: Queue,
        interval: float = INTERVAL_SECONDS,
        left: Left = not_known,
    ) -> None:
        self._postman = postman
        self._orders = orders
        self._queue = queue
        self._interval = interval
        self._left = left

    async def run(self) -> None:
        """Show progress until cancelled. Never raises: a buyer's progress bar is no reason to stop."""
        while True:
            seen = self._orders.changed.count
            try:
                waiting = [order for order in await self._orders.standing(State.COMPOSING) if order.data.get("status")]
                # One order at a time: a slow doorway slows the bars down instead of flooding it.
                for order in waiting:
                    await self._show(order.id)
            except (SQLAlchemyError, OSError) as error:
                log.warning("progress_not_read", error=type(error).__name__)
                waiting = []
            if waiting:
                await asyncio.sleep(self._interval)
            else:
                await self._orders.changed.wait(seen, timeout=60)

    async def _show(self, order_id: str) -> None:
        progress = await self._queue.progress_of(order_id)
        position = await self._queue.position(order_id) if progress is None else 0
        # Whole steps of five: a message is edited for what a person can see.
        rounded = None if progress is None else round(progress * 20) / 20
        left = await self._left(order_id)
        minutes = round(left / 60) if left is not None else 0
        await self._postman.show_progress(order_id, Standing(rounded, position, minutes or None))
