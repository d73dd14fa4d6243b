"""Telegram Stars: invoices, the ten seconds of the pre-checkup, charges and refunds.

Rules: https://core.telegram.org/bots/payments-stars. A payment exists only once `successful_payment` was sent; before
that the bot was merely asked.
"""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass

from bot.sandbox.telegram.client import Outcome, Paid
from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.payloads import user_json
from bot.sandbox.telegram.postbox import Draft, Postbox
from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import Charge, Invoice, Json, Message, User, now
from bot.sandbox.telegram.refusals import bad, too_old


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bot's answer to a pre-checkout query."""

    ok: bool
    words: str | None


class Till:
    """Takes Stars and gives them back."""

    def __init__(self, realm: Realm, postbox: Postbox, mailbox: Mailbox) -> None:
        self._realm = realm
        self._postbox = postbox
        self._mailbox = mailbox
        self._asked: dict[str, asyncio.Future[Verdict]] = {}

    # The person's side

    async def pay(self, user: User, invoice: Invoice, source: Message | None) -> Paid:
        """Ask the bot, then move the Stars; `source` is the message that held the invoice, None for a link."""
        if user.stars < invoice.amount:
            return Paid(Outcome.TOO_FEW_STARS)
        verdict = await self._ask(user, invoice)
        if verdict is None:
            return Paid(Outcome.TIMED_OUT)
        if not verdict.ok:
            return Paid(Outcome.REFUSED, verdict.words)
        charge = self._charge(user, invoice)
        if source is not None:
            self._postbox.redraw(source)
        return Paid(Outcome.PAID, charge_id=charge.id)

    async def _ask(self, user: User, invoice: Invoice) -> Verdict | None:
        """Return what the bot says to a payment, None when it says nothing in time."""
        query_id = str(secrets.randbits(60))
        self._asked[query_id] = asyncio.get_running_loop().create_future()
        query = {"id": query_id, "from": user_json(user)} | _sum(invoice)
        self._mailbox.push("pre_checkout_query", query)
        try:
            async with asyncio.timeout(self._realm.rules.pre_checkout_within):
                return await self._asked[query_id]
        except TimeoutError:
            return None
        finally:
            del self._asked[query_id]

    def _charge(self, user: User, invoice: Invoice) -> Charge:
        charge = Charge(f"stx{secrets.token_urlsafe(60)}", user.id, invoice, now())
        self._realm.charges[charge.id] = charge
        user.stars -= invoice.amount
        self._realm.bot.stars += invoice.amount
        told = _sum(invoice) | {"telegram_payment_charge_id": charge.id, "provider_payment_charge_id": charge.id[-20:]}
        draft = Draft({"successful_payment": told}, is_service=True)
        self._postbox.post(self._realm.chats[user.id], user.id, draft)
        self._postbox.show_balance(user.id)
        return charge

    # The bot's side

    def answer(self, query_id: str, ok: bool, words: str | None) -> None:
        """Take answerPreCheckoutQuery. Raises Refusal 400 when nobody waits for it (any more)."""
        asked = self._asked.get(query_id)
        if asked is None or asked.done():
            raise too_old()
        if not ok and not words:
            raise bad("error_message must be non-empty when ok is False")
        asked.set_result(Verdict(ok, words))

    def refund(self, user_id: int, charge_id: str) -> None:
        """Give a payment back in full. Raises Refusal 400."""
        charge = self._realm.charges.get(charge_id)
        if charge is None or charge.user_id != user_id:
            raise bad("CHARGE_NOT_FOUND")
        if charge.refunded is not None:
            raise bad("CHARGE_ALREADY_REFUNDED")
        charge.refunded = now()
        self._realm.users[user_id].stars += charge.invoice.amount
        self._realm.bot.stars -= charge.invoice.amount
        told = _sum(charge.invoice) | {"telegram_payment_charge_id": charge.id}
        chat = self._realm.chats[user_id]
        self._postbox.post(chat, user_id, Draft({"refunded_payment": told}, is_service=True))
        self._postbox.show_balance(user_id)

    def transactions(self) -> list[Json]:
        """Return every movement, oldest first, as StarTransaction objects."""
        moves: list[tuple[int, Json]] = []
        for charge in self._realm.charges.values():
            partner = {
                "type": "user",
                "transaction_type": "invoice_payment",
                "user": user_json(self._realm.users[charge.user_id]),
                "invoice_payload": charge.invoice.payload,
            }
            move: Json = {"id": charge.id, "amount": charge.invoice.amount}
            moves.append((charge.date, move | {"date": charge.date, "source": partner}))
            if charge.refunded is not None:
                moves.append((charge.refunded, move | {"date": charge.refunded, "receiver": partner}))
        return [move for _, move in sorted(moves, key=lambda pair: pair[0])]


def _sum(invoice: Invoice) -> Json:
    return {"currency": invoice.currency, "total_amount": invoice.amount, "invoice_payload": invoice.payload}
