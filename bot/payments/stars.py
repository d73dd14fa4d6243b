"""Telegram Stars: a bill in the buyer's chat, and Telegram's own list of what came in and went back.

Telegram tells of a payment in the update that also thanks the buyer (`bot.commands.paying` makes it a fact); this
provider sends the bills, gives Stars back, and reads Telegram's list so that a payment counts although that update was
lost. One order may have several bills in a chat (one that was sent again): all name the order, none can be paid once
the order is paid or over, because Telegram asks before it takes anything.

Bot API: https://core.telegram.org/bots/payments-stars
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol
from weakref import WeakValueDictionary

from bot.errors import Refused
from bot.orders.order import Order
from bot.orders.pricing import STARS
from bot.payments.bill import Bill
from bot.payments.provider import Checkout, Fee, Hint, SentBack, Standing, Status, Trouble


class Movement(Protocol):
    """Stars that came in for an order, or went ``back``; ``charge`` is Telegram's number of the payment in both."""

    @property
    def charge(self) -> str:
        """Telegram's number of the payment."""
        ...

    @property
    def order(self) -> str:
        """The order that the bill named."""
        ...

    @property
    def user(self) -> int:
        """Who paid."""
        ...

    @property
    def amount(self) -> int:
        """How many Stars."""
        ...

    @property
    def at(self) -> datetime:
        """When (UTC)."""
        ...

    @property
    def back(self) -> bool:
        """Whether they went back to the buyer."""
        ...


class Till(Protocol):
    """What Telegram does for the provider; every method raises `Outside` errors."""

    async def send_bill(self, user: int, order: str, title: str, about: str, amount: int) -> int:
        """Put a bill into a buyer's chat and return its message."""
        ...

    async def take_back_bill(self, user: int, message: int) -> None:
        """Take a bill away, if it can be."""
        ...

    async def send_back(self, user: int, charge: str) -> None:
        """Give the Stars of a payment back, once."""
        ...

    async def movements(self, offset: int) -> tuple[Sequence[Movement], int]:
        """Return what moved from the ``offset``-th transaction on, and how many transactions there were."""
        ...


class Book(Protocol):
    """Where orders and small notes are kept."""

    async def get(self, order_id: str) -> Order:
        """Return an order. :raises NotFound: if there is none of that id."""
        ...

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small note."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a small note."""
        ...


class StarsProvider:
    """The provider. A checkout is named after its order, a paid one after its payment; ``lifetime`` is how long a bill
    may be paid."""

    name = "stars"

    def __init__(self, till: Till, book: Book, bill: Bill, lifetime: timedelta) -> None:
        self._till = till
        self._book = book
        self._bill = bill
        self._lifetime = lifetime
        self._offset = 0
        self._came: dict[str, Movement] = {}
        self._went: dict[str, Movement] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(self, order: Order, *, key: str, now: datetime) -> Checkout:
        """Send the bill. No money moves. After a crash it may be sent twice, and can still be paid once."""
        async with self._turn(order.id):
            note = await self._book.recall(_note(order.id)) or {}
            if note.get("key") != key:
                expires = (now + self._lifetime).isoformat()
                note = {"key": key, "expires": expires, "messages": note.get("messages", [])}
                await self._book.remember(_note(order.id), note)
            if not note["messages"]:
                await self._send(order)
        return Checkout(order.id, "", datetime.fromisoformat(note["expires"]))

    async def send_bill(self, order: Order) -> None:
        """Put the order's bill at the end of its buyer's chat, instead of one that may stand there already."""
        async with self._turn(order.id):
            await self._send(order)

    async def _send(self, order: Order) -> None:
        user, items = _buyer(order), self._bill(order)
        note = await self._book.recall(_note(order.id)) or {}
        for message in note.get("messages", ()):
            await self._till.take_back_bill(user, message)
        about = " · ".join([*(item.name for item in items[1:]), order.id])
        message = await self._till.send_bill(user, order.id, items[0].name, about, order.price.total.amount)
        await self._book.remember(_note(order.id), note | {"messages": [message]})

    async def lookup(self, reference: str) -> Status:
        """Say how an order's bill, or a payment, stands. No money moves."""
        await self._read()
        paid = self._came.get(reference) or next((one for one in self._came.values() if one.order == reference), None)
        if paid is not None:
            return _paid(paid)
        note = await self._book.recall(_note(reference))
        if note is None:
            raise Refused(f"no bill or payment {reference[:40]!r} is known")
        expires = datetime.fromisoformat(note["expires"])
        standing = Standing.CLOSED if note.get("closed") else Standing.OPEN
        return Status(reference, reference, standing, 0, STARS, "", "", expires - self._lifetime, expires)

    async def close(self, reference: str) -> Status:
        """Take the bill away. No money moves; one that stays is refused when somebody presses it."""
        order = await self._book.get(reference)
        note = await self._book.recall(_note(reference)) or order.data["checkout"] | {"messages": []}
        for message in note["messages"]:
            await self._till.take_back_bill(_buyer(order), message)
        await self._book.remember(_note(reference), note | {"closed": True, "messages": []})
        return await self.lookup(reference)

    async def refund(self, payment: str, *, order: str, key: str, keep: int = 0) -> SentBack:
        """Give all Stars of a payment back. MONEY MOVES, at most once per payment: Telegram knows what it gave back.

        Telegram knows no part of a payment: nothing can be kept of it.
        """
        standing = await self._book.get(order)
        own = standing.data.get("payment", {})
        if own.get("payment") == payment:
            user, amount = _buyer(standing), int(own["amount"])
        else:
            await self._read()
            if payment not in self._came:
                raise Refused(f"Telegram's list has no payment {payment[:20]!r}")
            user, amount = self._came[payment].user, self._came[payment].amount
        await self._till.send_back(user, payment)
        return _sent_back(payment, amount)

    async def news(self, since: datetime) -> Sequence[Hint]:
        """Return nothing: Telegram tells by itself, and what it told in vain is found by the hourly comparison."""
        return ()

    async def trouble(self, hint: Hint) -> Trouble | None:
        """Return None: Stars know no disputes."""
        return None

    async def checkouts(self, since: datetime) -> Sequence[Status]:
        """Return what was paid since a moment, oldest first. No money moves."""
        await self._read()
        return [_paid(one) for one in self._came.values() if one.at >= since]

    async def refunded(self, since: datetime) -> Sequence[SentBack]:
        """Return what was given back since a moment. No money moves."""
        await self._read()
        return [_sent_back(one.charge, one.amount) for one in self._went.values() if one.at >= since]

    async def fees(self, since: datetime) -> Sequence[Fee]:
        """Return nothing: Telegram keeps its part when Stars become money, not when they are paid."""
        return ()

    async def stop(self) -> None:
        """Do nothing: the connection is the doorway's."""

    def _turn(self, order: str) -> asyncio.Lock:
        """One bill of an order at a time, so that each takes the place of the one before."""
        return self._turns.setdefault(order, asyncio.Lock())

    async def _read(self) -> None:
        """Read on in Telegram's list, which only ever grows at its end."""
        while True:
            found, count = await self._till.movements(self._offset)
            self._offset += count
            for one in found:
                (self._went if one.back else self._came)[one.charge] = one
            if count == 0:
                return


def _paid(one: Movement) -> Status:
    return Status(one.charge, one.order, Standing.PAID, one.amount, STARS, one.charge, "", one.at, one.at)


def _sent_back(charge: str, amount: int) -> SentBack:
    reference = f"{charge}:back"
    parts: Mapping[str, int] = {reference: amount}
    return SentBack(charge, reference, amount, STARS, parts)


def _buyer(order: Order) -> int:
    platform, _, number = order.customer.partition(":")
    if platform != "telegram" or not number.isdigit():
        raise Refused(f"order {order.id} is not from Telegram and cannot be paid in Stars")
    return int(number)


def _note(order: str) -> str:
    return f"stars:bill:{order}"
