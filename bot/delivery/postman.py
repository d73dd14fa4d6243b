"""The postman: keeps the buyer's status message up to date and hands the parcel over.

There are several ways to a buyer, and each is work of its own with its own retries: direct message, private thread, a
call with a button where it was ordered, e-mail. What is closed leads to the next; the link in ``/orders`` is always
there. Which comes after which is said by the table in `bot.orders.flow`.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from weakref import WeakValueDictionary

import structlog

from bot.delivery.mail import Mailer, address_note
from bot.delivery.parcel import Wrapping
from bot.delivery.status import Standing, StatusBoard
from bot.errors import NotFound, Refused, ShopError, TooLarge, TryLater, Unreachable
from bot.orders.facts import BuyerTold, HandedOver, WayClosed
from bot.orders.order import Order, State
from bot.orders.to_pay import payable, to_pay_note
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

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a small note, such as a buyer's e-mail address."""
        ...

    async def forget(self, name: str) -> None:
        """Forget a small note."""
        ...


@dataclass(slots=True)
class Postman:
    """Writes to buyers through the doorways they came by.

    ``upload_limit`` is the largest file in bytes that is worth trying per platform; a doorway's refusal teaches the
    rest. Private messages go to ``<platform>:dm:<person>``, threads to ``<platform>:thread:<channel>:<person>``.
    ``mailer`` is there where the shop can send e-mail.
    """

    doorways: Mapping[str, Doorway]
    book: Book
    board: StatusBoard
    wrapping: Wrapping
    upload_limit: Mapping[str, int] = field(default_factory=dict)
    mailer: Mailer | None = None
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
            await self._take_pay_buttons(order)
        return BuyerTold(message) if message != known else None

    async def hand_over(self, job: Job, order: Order) -> HandedOver | WayClosed | None:
        """Hand the parcel over by direct message.

        Nothing is handed over, by no way, and None returned, once the money is on its way back or while the bank
        questions the payment.

        :raises TryLater: on limits and outages; :raises Refused: if the doorway never will.
        """
        return await self._by(Way("dm", _dm(order), (Unreachable,)), job, order)

    async def hand_over_thread(self, job: Job, order: Order) -> HandedOver | WayClosed | None:
        """Hand the parcel over in a private thread of the channel it was ordered in, with the buyer alone."""
        return await self._by(Way("thread", _thread(order), (Unreachable, Refused)), job, order)

    async def hand_over_claim(self, job: Job, order: Order) -> HandedOver | WayClosed | None:
        """Call the buyer where they ordered: a button hands the parcel over for their eyes only."""
        place = "" if order.place.split(":")[1:2] == ["dm"] else order.place
        return await self._by(Way("claim", place, (Unreachable, Refused), called=True), job, order)

    async def hand_over_mail(self, _job: Job, order: Order) -> HandedOver | WayClosed | None:
        """Send the parcel by e-mail to the address the buyer left; one Message-ID, however often it is tried.

        :raises TryLater: while the mail server cannot be used or wants to be asked again.
        """
        if _withheld(order):
            return None
        note = await self.book.recall(address_note(order.customer)) or {}
        if self.mailer is None or not note.get("address"):
            return WayClosed("mail", "no address")
        letter = await self.wrapping.letter(order, note["address"], self.mailer.most_bytes)
        try:
            await self.mailer.send(letter)
        except Refused as error:
            log.info("parcel_not_by_mail", order=order.id, why=str(error))
            return WayClosed("mail", "refused")
        return HandedOver("mail")

    async def _by(self, way: "Way", job: Job, order: Order) -> HandedOver | WayClosed | None:
        if _withheld(order):
            return None
        try:
            if not way.place:
                raise Unreachable(f"order {order.id} has no place for it")
            sent = self._called if way.called else self._sent
            return HandedOver(way.name, await sent(way, order, again=job.tries > 1))
        except way.closed_by as error:
            log.info("parcel_not_by", way=way.name, order=order.id, platform=order.platform, why=str(error))
            return WayClosed(way.name, "closed" if isinstance(error, Unreachable) else "refused")

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

    async def _sent(self, way: "Way", order: Order, *, again: bool) -> str:
        files = await self.wrapping.files(order, self.upload_limit.get(order.platform))
        calls = order.customer if way.name == "thread" else ""
        once = f"parcel:{order.id}:{order.round}" + (f":{way.name}" if calls else "")
        while True:
            screen = replace(self.wrapping.parcel(order, files), calls=calls)
            try:
                return await self._doorway(order).post(way.place, screen, once=once, again=again)
            except TooLarge as error:
                if not files:
                    raise
                log.info("parcel_too_large", order=order.id, limit=error.limit, files=len(files))
                files = _smaller(files, error.limit)

    async def _called(self, way: "Way", order: Order, *, again: bool) -> str:
        """Call the buyer in the channel of the order, without a word of what it is."""
        screen, once = self.wrapping.claim(order), f"claim:{order.id}:{order.round}"
        return await self._doorway(order).post(way.place, screen, once=once, again=again)

    async def _edited(self, order: Order, message: str, screen: Screen) -> str:
        """Edit the status message; "" if it is gone."""
        if self._shown.get(order.id) == screen:
            return message
        try:
            await self._doorway(order).edit(message, screen)
        except Unreachable:
            return ""
        return message

    async def _take_pay_buttons(self, order: Order) -> None:
        """Show how the order stands on the answers that bore its pay button; the notes of them go with that.

        :raises TryLater: on limits and outages; what was edited before is edited to the same again.
        """
        note = None if payable(order) else await self.book.recall(to_pay_note(order.id))
        if not note:
            return
        screen = self.board.answer(order)
        for message in note["messages"]:
            try:
                await self._doorway(order).edit(message, screen)
            except (Unreachable, Refused) as error:  # it was dismissed, or can be edited no more
                log.info("pay_button_stays", order=order.id, error=str(error)[:200])
        await self.book.forget(to_pay_note(order.id))

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


@dataclass(frozen=True, slots=True)
class Way:
    """One way to the buyer: its name in the story, its place, what shows that it is closed, and whether the buyer is
    only called there."""

    name: str
    place: str
    closed_by: tuple[type[ShopError], ...]
    called: bool = False


def _withheld(order: Order) -> bool:
    return order.held or order.state not in (State.DELIVERING, State.DELIVERED)


def _thread(order: Order) -> str:
    """Return the private thread for an order's buyer, "" where it was not ordered in a channel."""
    platform, _, place = order.place.partition(":")
    kind, _, channel = place.partition(":")
    if kind != "channel" or platform != order.platform:
        return ""
    return f"{platform}:thread:{channel}:{order.customer.partition(':')[2]}"


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
