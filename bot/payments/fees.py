"""What the providers keep for themselves, looked up and told to the story so that the ledger has it."""

from datetime import datetime

import structlog

from bot.errors import Refused
from bot.orders.facts import Fact, FeeTaken
from bot.orders.ledger import Kind
from bot.payments.provider import KeyRefused, Provider
from bot.storage.ledger import Ledger
from bot.storage.order_book import OrderBook

log = structlog.get_logger(__name__)


async def hear_of_fees(provider: Provider, book: OrderBook, since: datetime) -> int:
    """Tell the story of the fees taken since a moment that it has not heard of; how many. No money moves.

    A fee of a payment that is not known yet is left for the next time. A key that may not read the balance is said,
    and keeps nothing else from working.

    :raises TryLater: if the provider is away.
    """
    ledger = Ledger(book.database)
    try:
        fees = await provider.fees(since)
    except KeyRefused:
        raise
    except Refused as error:
        log.warning("fees may not be read; allow the key to read the balance", error=str(error))
        return 0
    known = await ledger.known(Kind.FEE, provider.name, {fee.reference for fee in fees})
    count = 0
    for fee in fees:
        if fee.reference in known:
            continue
        order = await ledger.order_of(provider.name, fee.payment)
        if order is not None:
            taken = FeeTaken(provider.name, fee.payment, fee.reference, fee.amount, fee.currency)
            await book.tell(Fact(order, f"{provider.name}:fee:{fee.reference}", provider.name, taken))
            count += 1
    return count
