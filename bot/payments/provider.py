"""What every payment provider can do. Each method says whether money may move while it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.errors import Refused
from bot.orders.order import Order


class KeyRefused(Refused):
    """The provider does not know our key: nothing can be asked, and nothing may count as looked at."""


class ByHand(Refused):
    """A person has to do it, was asked, and has not said yet that it is done: there is nothing to wait for here."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page on which an order can be paid until ``expires`` (UTC). ``reference`` is the provider's name for it.

    Where there is no page, ``url`` is empty and ``words`` say in the buyer's language how to pay.
    """

    reference: str
    url: str
    expires: datetime
    words: str = ""


class Standing(StrEnum):
    """Where a checkout stands at its provider."""

    OPEN = "open"
    """It can still be paid."""
    WAITING = "waiting"
    """The buyer is done; the bank of a delayed method has not answered yet."""
    PAID = "paid"
    """The money is there."""
    FAILED = "failed"
    """The bank of a delayed method refused; it can no longer be paid."""
    CLOSED = "closed"
    """It expired or was closed unpaid."""


@dataclass(frozen=True, slots=True)
class Status:
    """A checkout as its provider knows it now. ``amount`` is minor units of ``currency`` (three capital letters);
    ``payment`` is what a refund names, empty while nothing was paid; ``order`` is what we wrote on it at opening;
    ``tax`` is the part of the amount that the provider worked out to be tax."""

    reference: str
    order: str
    standing: Standing
    amount: int
    currency: str
    payment: str
    url: str
    created: datetime
    expires: datetime
    tax: int = 0


@dataclass(frozen=True, slots=True)
class SentBack:
    """Money on its way back: refunds of one payment together, in minor units; ``parts`` has each by its reference."""

    payment: str
    reference: str
    amount: int
    currency: str
    parts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Fee:
    """What the provider keeps for moving a payment (minor units; below zero where it gives some back).

    ``currency`` is that of the shop's account there, which may differ from the payment's.
    """

    payment: str
    reference: str
    amount: int
    currency: str


class Sort(StrEnum):
    """What a hint is about."""

    CHECKOUT = "checkout"
    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Hint:
    """Something may have happened to what ``reference`` names. Only a reason to look, never a fact.

    ``event`` is the provider's id of the message, ``kind`` its own name for it, ``version`` the dialect it came in.
    """

    event: str
    kind: str
    sort: Sort
    reference: str
    created: datetime
    version: str = ""


class Ruling(StrEnum):
    """What a bank says about a dispute."""

    OPEN = "open"
    WON = "won"
    """The money is, or stays, the shop's."""
    LOST = "lost"
    """The money went back to the buyer."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A dispute, or a refund that did not arrive. ``amount`` is minor units.

    Of a dispute also: how it stands, whether the bank has or had the money meanwhile (``taken``; else it only asked),
    how much came back to the shop although it is lost (``returned``), and until when evidence is taken (UTC). A dispute
    may be about a part of a payment.
    """

    sort: Sort
    reference: str
    order: str
    payment: str
    amount: int
    currency: str
    reason: str
    ruling: Ruling = Ruling.OPEN
    taken: bool = False
    returned: int = 0
    until: datetime | None = None


class Provider(Protocol):
    """One way to be paid.

    Every method raises `TryLater` when asking again may help, and `Refused` when it will not.
    """

    name: str

    async def open(self, order: Order, *, key: str, now: datetime) -> Checkout:
        """Open the page on which an order is paid. No money moves.

        The same ``key`` answers with the same page, however often it is asked, so that a crash opens no second one.
        """
        ...

    async def lookup(self, reference: str) -> Status:
        """Say how a checkout stands. No money moves."""
        ...

    async def close(self, reference: str) -> Status:
        """Close a page so that it can no longer be paid; says how it stands afterwards. No money moves, but it may
        have moved just before: a paid checkout stays paid."""
        ...

    async def refund(self, payment: str, *, order: str, key: str, keep: int = 0) -> SentBack:
        """Send all that is left of a payment back, but for what the shop keeps (``keep``, minor units). MONEY MOVES,
        from the shop to the buyer, at most once per payment: what was sent back before is never sent again, and counts;
        what a bank took in a dispute is never sent on top.
        """
        ...

    async def news(self, since: datetime) -> Sequence[Hint]:
        """Return hints of everything that happened since a moment, oldest first. No money moves."""
        ...

    async def trouble(self, hint: Hint) -> Trouble | None:
        """Look at what a dispute or refund hint names; None if nothing is wrong. No money moves."""
        ...

    async def checkouts(self, since: datetime) -> Sequence[Status]:
        """Return every checkout opened since a moment, oldest first. No money moves."""
        ...

    async def refunded(self, since: datetime) -> Sequence[SentBack]:
        """Return what was sent back since a moment, one entry per refund. No money moves."""
        ...

    async def fees(self, since: datetime) -> Sequence[Fee]:
        """Return the fees taken since a moment, oldest first. No money moves."""
        ...

    async def stop(self) -> None:
        """Close the connections. No money moves."""
        ...
