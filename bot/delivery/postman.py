"""The postman: keeps the buyer's status message up to date and hands the parcel over."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakValueDictionary

import structlog

from bot.delivery.parcel import Wrapping
from bot.delivery.status import Standing, StatusBoard
from bot.errors import NotFound, Refused, ShopError, TooLarge, TryLater, Unreachable
from bot.orders.facts import BuyerTold, HandedOver
from bot.orders.order import Order, State
from bot.screens import Doorway, File, Screen
from bot.storage.jobs import Job

CLOSED_WAIT = 300.0
"""Seconds until a doorway that is not open is tried again."""

log = structlog.get_logger(__name__)


class Book(Protocol):
    """Where an order is looked up as it stands now."""

    async def get(self, order_id: str) -> Order:
        """Return an order. :raises NotFound: if there is none with that id."""
        ...


@dataclass(slots=True)
class Postman:
    """Writes to buyers through the doorways they came by.

    ``upload_limit`` is the largest file in bytes that is worth trying per platform; a doorway's refusal teaches the
    rest. Private messages go to ``<platform>:dm:<person>``.
    """

    doorways: Mapping[str, Doorway]
    book: Book
    board: StatusBoard
    wrapping: Wrapping
    upload_limit: Mapping[str, int] = field(default_factory=dict)
    _shown: dict[str, Screen] = field(default_factory=dict)
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def tell_buyer(self, job: Job, order: Order) -> BuyerTold | None:
        """Bring the order's one status message up to date, posting it the first time.

        Returns where it stands, "" if the buyer cannot be written to, and None if that is known already.

        :raises TryLater: on limits and outages; :raises Refused: if the doorway never will.
        """
        async with self._turn(order.id):
            order = await self.book.get(order.id)
            screen, known = self.board.screen(order), order.data.get("status")
            message = await self._edited(order, known, screen) if known else ""
            if not message:
                message = await self._posted(order, screen, again=job.tries > 1 or order.version > 1)
            self._remember(order, screen)
        return BuyerTold(message) if message != known else None

    async def hand_over(self, job: Job, order: Order) -> HandedOver | None:
        """Hand the parcel over: in private with the files, else by a call in the order's channel, else by link alone.

        ``way`` is "dm", "channel" or "link"; with the latter two the buyer fetches it with ``/orders``. Nothing is
        handed over, and None returned, once the money is on its way back or while the bank questions the payment.

        :raises TryLater: on limits and outages; :raises Refused: if the doorway never will.
        """
        if order.held or order.state not in (State.DELIVERING, State.DELIVERED):
            return None
        again = job.tries > 1
        try:
            return HandedOver("dm", await self._sent(order, again))
        except Unreachable:
            log.info("parcel_not_by_dm", order=order.id, platform=order.platform)
        message = await self._called(order, again)
        return HandedOver("channel", message) if message else HandedOver("link")

    async def show_progress(self, order_id: str, standing: Standing) -> None:
        """Edit how far the composing is into the status message; whatever goes wrong is only logged."""
        try:
            async with self._turn(order_id):
                order = await self.book.get(order_id)
                message = order.data.get("status")
                screen = self.board.screen(order, standing)
                if message and order.state is State.COMPOSING and self._shown.get(order_id) != screen:
                    await self._doorway(order).edit(message, screen)
                    self._remember(order, screen)
        except ShopError as error:
            log.info("progress_not_shown", order=order_id, error=str(error))

    async def _sent(self, order: Order, again: bool) -> str:
        files = self.wrapping.files(order, self.upload_limit.get(order.platform))
        once = f"parcel:{order.id}:{order.round}"
        while True:
            screen = self.wrapping.parcel(order, files)
            try:
                return await self._doorway(order).post(_dm(order), screen, once=once, again=again)
            except TooLarge as error:
                if not files:
                    raise
                log.info("parcel_too_large", order=order.id, limit=error.limit, files=len(files))
                files = _smaller(files, error.limit)

    async def _called(self, order: Order, again: bool) -> str:
        """Call the buyer in the channel of the order; "" if that cannot be done either."""
        if not order.place:
            return ""
        screen, once = self.wrapping.claim(order), f"claim:{order.id}:{order.round}"
        try:
            return await self._doorway(order).post(order.place, screen, once=once, again=again)
        except (Unreachable, Refused):
            log.warning("parcel_not_in_channel", order=order.id, platform=order.platform)
            return ""

    async def _edited(self, order: Order, message: str, screen: Screen) -> str:
        """Edit the status message; "" if it is gone."""
        if self._shown.get(order.id) == screen:
            return message
        try:
            await self._doorway(order).edit(message, screen)
        except Unreachable:
            return ""
        return message

    async def _posted(self, order: Order, screen: Screen, again: bool) -> str:
        doorway = self._doorway(order)
        try:
            return await doorway.post(_dm(order), screen, once=f"status:{order.id}", again=again)
        except Unreachable:
            if order.state is State.REFUNDED and order.place:
                await self._nudged(doorway, order)
            return ""

    async def _nudged(self, doorway: Doorway, order: Order) -> None:
        """Money never goes back silently: call the buyer to look at ``/orders``."""
        try:
            await doorway.post(order.place, self.board.nudge(order), once=f"nudge:{order.id}", again=True)
        except (Unreachable, Refused) as error:
            log.warning("buyer_not_reached", order=order.id, error=str(error))

    def _doorway(self, order: Order) -> Doorway:
        doorway = self.doorways.get(order.platform)
        if doorway is None:
            raise TryLater(f"the doorway {order.platform!r} is closed", after=CLOSED_WAIT)
        return doorway

    def _turn(self, order_id: str) -> asyncio.Lock:
        """One message at a time per order, so that an older screen never lands on a newer one."""
        return self._turns.setdefault(order_id, asyncio.Lock())

    def _remember(self, order: Order, screen: Screen) -> None:
        if order.state.ended:
            self._shown.pop(order.id, None)
        else:
            self._shown[order.id] = screen


def _dm(order: Order) -> str:
    platform, _, person = order.customer.partition(":")
    if not person:
        raise NotFound(f"order {order.id} has no customer to write to")
    return f"{platform}:dm:{person}"


def _smaller(files: tuple[File, ...], limit: int | None) -> tuple[File, ...]:
    """Leave out what is over the limit; where that is not known (or is the sum), the largest, the licence last."""
    within = tuple(file for file in files if limit is None or file.path.stat().st_size <= limit)
    if len(within) < len(files):
        return within
    largest = max(files, key=lambda file: (file.path.suffix != ".pdf", file.path.stat().st_size))
    return tuple(file for file in files if file is not largest)
