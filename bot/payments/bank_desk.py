"""The desk for bank transfers: asks the operator what only they can see of a transfer, and takes their answer."""

import structlog

from bot.errors import Refused, Unreachable
from bot.orders.order import Order
from bot.orders.pricing import Money
from bot.payments.cashier import Cashier
from bot.payments.manual import CAME, ManualProvider
from bot.places import Places
from bot.screens import Button, Look, Screen, Tone
from bot.storage.order_book import OrderBook
from bot.storage.transfers import Transfers
from bot.texts import Texts

log = structlog.get_logger(__name__)


class BankDesk:
    """Posts questions about transfers where the operator is reached."""

    def __init__(self, book: OrderBook, places: Places) -> None:
        self._book = book
        self._places = places

    async def ask(self, what: str, order_id: str) -> None:
        """Ask whether the money for an order came, or to send it back, once. No money moves.

        Where nobody can be written to, ``/shop order`` has the same buttons.

        :raises TryLater: while the chat is away.
        """
        note = f"transfer:{order_id}:{what}"
        if await self._book.recall(note):
            return
        order = await self._book.get(order_id)
        screen = question(self._places.texts, self._places.tongue.locale, order, what)
        try:
            message = await self._places.post(order, screen, once=note, again=True)
        except (Unreachable, Refused) as error:
            log.warning("the operator could not be asked about a transfer", order=order_id, error=str(error))
            message = ""
        await self._book.remember(note, {"message": message})


class Teller:
    """Takes the operator's word about transfers into the story."""

    def __init__(self, transfers: Transfers, cashier: Cashier) -> None:
        self._transfers = transfers
        self._cashier = cashier

    async def came(self, order: Order, amount: int, by: str) -> bool:
        """Take it that the money for an order came (minor units); False if that was known.

        Also told a second time the story hears of it, in case a power cut kept it from that the first time.
        """
        news = await self._transfers.arrived(order.id, amount, by)
        await self._cashier.settle(ManualProvider.name, order.id)
        return news

    async def gone(self, order: Order, by: str) -> bool:
        """Take it that the money was sent back; False if that was known, or none had come."""
        amount = int(order.data.get("payment", {}).get("amount", 0)) - order.kept
        news = await self._transfers.returned(order.id, amount, by)
        await self._cashier.sent_back(ManualProvider.name, order.id)
        return news


def question(texts: Texts, locale: str, order: Order, what: str) -> Screen:
    """Return what the operator is asked about the transfer of an order."""
    paid = order.data.get("payment", {})
    amount = Money(paid["amount"] - order.kept, paid["currency"]) if what != CAME and paid else order.price.total
    buyer = texts.say(locale, "shop-buyer-line", name=str(order.data.get("name") or "?"), id=order.customer)
    return Screen(
        texts.say(locale, f"transfer-{what}-title", amount=amount),
        texts.say(locale, f"transfer-{what}-text", order=order.id, amount=amount),
        ((texts.say(locale, "shop-buyer"), buyer),),
        rows=(buttons(texts, locale, order, what),),
        tone=Tone.WAIT,
        mark=f"{order.id}/{what}",
    )


def buttons(texts: Texts, locale: str, order: Order, what: str) -> tuple[Button, ...]:
    """Return the operator's answers: it came, another amount came, it was sent back; and a look at the order."""
    look = Button(texts.say(locale, "alert-look"), f"bgm:look:{order.id}:new", emoji="🔎")
    yes = Button(texts.say(locale, f"transfer-{what}-yes"), f"bgm:transfer:{order.id}:{what}", Look.GOOD, "🏦")
    if what != CAME:
        return yes, look
    return yes, Button(texts.say(locale, "transfer-other"), f"bgm:came:{order.id}"), look
