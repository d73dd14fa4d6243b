"""Bank transfers as a payment provider: the buyer is told where to send how much, and the operator says what came.

No bank is asked: the operator is this provider's eyes and hands. What they say is kept in the table of transfers, and
becomes facts through the same look-ups as at any other provider. So the shop's book and the bank's agree as far as the
operator looks closely; the wrong amount, a late transfer and a second one are theirs to tell.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.errors import NotFound
from bot.orders.order import Order
from bot.orders.pricing import Money
from bot.payments.provider import ByHand, Checkout, Fee, Hint, SentBack, Standing, Status, Trouble
from bot.settings.shop import Bank
from bot.storage.transfers import Transfer, Transfers
from bot.texts import Texts

CAME, GONE = "came", "gone"
"""What the operator is asked: whether the money for an order came, and whether it was sent back."""

Ask = Callable[[str, str], Awaitable[None]]
"""Asks the operator one of these about an order (by its id), once however often it is called."""


class ManualProvider:
    """Bank transfers to the account of ``bank``, waited for ``bank.days``. ``ask`` reaches the operator."""

    name = "manual"

    def __init__(self, transfers: Transfers, bank: Bank, texts: Texts, ask: Ask) -> None:
        self._transfers = transfers
        self._bank = bank
        self._texts = texts
        self._ask = ask

    async def open(self, order: Order, *, key: str, now: datetime) -> Checkout:
        """Wait for a transfer with the order's id as its reference, and ask the operator to look out for it. No money
        moves. The order names the transfer, so that the same order is never waited for twice, whatever ``key`` is."""
        expires = (order.created or now).replace(microsecond=0) + timedelta(days=self._bank.days)
        total = order.price.total
        transfer = await self._transfers.open(order.id, order.id, total.amount, total.currency, expires)
        await self._ask(CAME, order.id)
        return Checkout(transfer.reference, "", transfer.expires, self._how_to(order, transfer))

    def _how_to(self, order: Order, transfer: Transfer) -> str:
        """Return where to send how much until when, in the buyer's language."""
        bank = self._bank
        account = "\n".join(part for part in (bank.name, bank.account, bank.holder, bank.more) if part)
        amount = Money(transfer.amount, transfer.currency)
        until = self._texts.moment(order.locale, transfer.expires)
        values = {"account": account, "amount": amount, "reference": transfer.reference, "until": until}
        return self._texts.say(order.locale, "transfer-how-to", **values)

    async def lookup(self, reference: str) -> Status:
        """Say how a transfer stands. No money moves."""
        return _status(await self._get(reference))

    async def close(self, reference: str) -> Status:
        """Wait no longer. No money moves; a buyer may still send it, and then the operator says so and it goes back."""
        await self._transfers.close(reference)
        return await self.lookup(reference)

    async def refund(self, payment: str, *, order: str, key: str, keep: int = 0) -> SentBack:
        """Ask the operator to send the money back (the order says how much); what they have sent back
        counts. THE OPERATOR MOVES THE MONEY, and says so once per transfer.

        :raises ByHand: until they have said so.
        """
        transfer = await self._get(payment)
        if transfer.gone_at is None:
            await self._ask(GONE, order)
            raise ByHand(f"the operator has not yet sent {payment} back")
        return _sent_back(transfer)

    async def news(self, since: datetime) -> Sequence[Hint]:
        """Return nothing: what the operator says is told at once. No money moves."""
        return ()

    async def trouble(self, hint: Hint) -> Trouble | None:
        """Return nothing: banks do not question transfers. No money moves."""
        return None

    async def checkouts(self, since: datetime) -> Sequence[Status]:
        """List the transfers waited for or told of since a moment. No money moves."""
        return [_status(transfer) for transfer in await self._transfers.since(since)]

    async def refunded(self, since: datetime) -> Sequence[SentBack]:
        """List what was sent back since a moment. No money moves."""
        told = await self._transfers.since(since)
        return [_sent_back(transfer) for transfer in told if transfer.gone_at is not None]

    async def fees(self, since: datetime) -> Sequence[Fee]:
        """Return nothing: what the bank takes is not known here. No money moves."""
        return ()

    async def stop(self) -> None:
        """Nothing is open. No money moves."""

    async def _get(self, reference: str) -> Transfer:
        transfer = await self._transfers.get(reference)
        if transfer is None:
            raise NotFound(f"there is no transfer {reference!r}", text="error-no-order", order=reference[:40])
        return transfer


def _status(transfer: Transfer) -> Status:
    standing = Standing.CLOSED if transfer.closed else Standing.OPEN
    came = transfer.came_at is not None
    return Status(
        reference=transfer.reference,
        order=transfer.order,
        standing=Standing.PAID if came else standing,
        amount=transfer.came if came else transfer.amount,
        currency=transfer.currency,
        payment=transfer.reference if came else "",
        url="",
        created=transfer.opened,
        expires=transfer.expires,
    )


def _sent_back(transfer: Transfer) -> SentBack:
    reference = f"{transfer.reference}-back"
    return SentBack(transfer.reference, reference, transfer.gone, transfer.currency, {reference: transfer.gone})
