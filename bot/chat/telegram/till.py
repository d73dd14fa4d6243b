"""Telegram Stars over the Bot API: bills in the chat, refunds, and the list of what came in and went out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from telegram import Bot, LabeledPrice, StarTransaction, TransactionPartnerUser
from telegram.error import BadRequest, TelegramError

from bot.chat.lengths import cut
from bot.chat.telegram import limits
from bot.chat.telegram.refusals import in_shop_words

STARS = "XTR"
ALREADY = "charge_already_refunded"
PAGE = 100
"""Most transactions in one answer."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Movement:
    """Stars that came in for an order, or went ``back`` to the buyer. ``charge`` names the payment in both."""

    charge: str
    order: str
    user: int
    amount: int
    at: datetime
    back: bool


class Till:
    """What the payments room needs of Telegram. Every method raises the shop's `Outside` errors."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send_bill(self, user: int, order: str, title: str, about: str, amount: int) -> int:
        """Put a bill into a buyer's chat and return its message; the order's id is what the payment will name."""
        about = about if len(title) <= limits.INVOICE_TITLE else f"{title} · {about}"
        title = cut(title, limits.INVOICE_TITLE)
        with in_shop_words(f"sending the bill of {order}"):
            message = await self._bot.send_invoice(
                user, title=title, description=cut(about, limits.INVOICE_DESCRIPTION) or title, payload=order,
                provider_token="", currency=STARS, prices=[LabeledPrice(title, amount)], start_parameter="bgm",
            )  # fmt: skip
        return message.message_id

    async def take_back_bill(self, user: int, message: int) -> None:
        """Take a bill away; one that is gone, or too old to be taken away, is refused when somebody pays it."""
        try:
            await self._bot.delete_message(user, message)
        except TelegramError as error:
            log.info("bill_not_taken_away", message=message, error=error.message)

    async def send_back(self, user: int, charge: str) -> None:
        """Give the Stars of a payment back. What was given back before counts as done."""
        with in_shop_words(f"refunding {charge[:12]}"):
            try:
                await self._bot.refund_star_payment(user, charge)
            except BadRequest as error:
                if ALREADY not in error.message.lower():
                    raise

    async def movements(self, offset: int) -> tuple[Sequence[Movement], int]:
        """Return what came in and went back from the ``offset``-th transaction on, oldest first, and how many
        transactions there were (of other kinds too)."""
        with in_shop_words("reading the list of Stars"):
            found = await self._bot.get_star_transactions(offset, PAGE)
        moved = [movement for one in found.transactions if (movement := _movement(one))]
        return moved, len(found.transactions)


def _movement(one: StarTransaction) -> Movement | None:
    partner = one.source or one.receiver
    if not isinstance(partner, TransactionPartnerUser) or not partner.invoice_payload:
        return None
    return Movement(one.id, partner.invoice_payload, partner.user.id, one.amount, one.date, one.source is None)
