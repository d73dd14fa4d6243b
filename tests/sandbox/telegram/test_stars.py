"""Stars: invoices, ten seconds, charges, refunds."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from telegram import LabeledPrice
from telegram.error import BadRequest

from bot.sandbox.telegram import ClientRefusal, Outcome, Paid, Person, TelegramWorld
from tests.sandbox.telegram.conftest import Probe, Wire

INVOICE: dict[str, Any] = {
    "title": "Calm, 30 s",
    "description": "Background music",
    "payload": "order-1",
    "currency": "XTR",
    "prices": [{"label": "Music", "amount": 300}],
}


async def ask(probe: Probe, buyer: Person) -> int:
    """Send an invoice and return its message id."""
    prices = [LabeledPrice("Music", 300)]
    sent = await probe.bot.send_invoice(buyer.id, "Calm, 30 s", "Music", "order-1", "XTR", prices)
    assert sent.invoice is not None
    assert sent.invoice.total_amount == 300
    return int(sent.message_id)


async def paid(probe: Probe, buyer: Person) -> Paid:
    """Let the buyer pay and the bot agree."""
    paying = asyncio.create_task(buyer.pay(buyer.id, await ask(probe, buyer)))
    query = (await probe.until(lambda u: u.pre_checkout_query)).pre_checkout_query
    assert query is not None
    await query.answer(ok=True)
    return await paying


async def test_a_payment_from_asking_to_refund(probe: Probe, buyer: Person) -> None:
    before = buyer.stars
    done = await paid(probe, buyer)
    assert (done.outcome, buyer.stars) == (Outcome.PAID, before - 300)
    message = (await probe.until(lambda u: u.message and u.message.successful_payment)).message
    assert message is not None
    assert message.successful_payment is not None
    assert message.successful_payment.invoice_payload == "order-1"
    assert message.successful_payment.telegram_payment_charge_id == done.charge_id
    assert (await probe.bot.get_my_star_balance()).amount == 300
    assert await probe.bot.refund_star_payment(buyer.id, str(done.charge_id))
    assert buyer.stars == before
    with pytest.raises(BadRequest, match="Charge_already_refunded"):
        await probe.bot.refund_star_payment(buyer.id, str(done.charge_id))
    moves = (await probe.bot.get_star_transactions()).transactions
    assert [(move.amount, move.source is None, move.id) for move in moves] == [
        (300, False, done.charge_id),
        (300, True, done.charge_id),
    ]
    refund = await probe.until(lambda u: u.message and u.message.refunded_payment)
    assert refund.message is not None


async def test_the_bot_may_say_no(probe: Probe, buyer: Person) -> None:
    before, invoice = buyer.stars, await ask(probe, buyer)
    paying = asyncio.create_task(buyer.pay(buyer.id, invoice))
    query = (await probe.until(lambda u: u.pre_checkout_query)).pre_checkout_query
    assert query is not None
    await query.answer(ok=False, error_message="Already paid.")
    assert await paying == Paid(Outcome.REFUSED, "Already paid.")
    assert (buyer.stars, buyer.message(buyer.id, invoice)["is_paid"]) == (before, False)


async def test_an_answer_that_comes_too_late_moves_nothing(world: TelegramWorld, probe: Probe, buyer: Person) -> None:
    world.rules.pre_checkout_within = 0.05
    before = buyer.stars
    assert await buyer.pay(buyer.id, await ask(probe, buyer)) == Paid(Outcome.TIMED_OUT)
    query = (await probe.until(lambda u: u.pre_checkout_query)).pre_checkout_query
    assert query is not None
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer(ok=True)
    assert buyer.stars == before


async def test_two_sheets_of_one_invoice_are_two_questions(probe: Probe, buyer: Person) -> None:
    invoice = await ask(probe, buyer)
    sheets = [buyer.open_invoice(buyer.id, invoice) for _ in range(2)]
    paying = [asyncio.create_task(sheet.confirm()) for sheet in sheets]
    await probe.until(lambda _: sum(u.pre_checkout_query is not None for u in probe.heard) == 2)
    for update in probe.heard:
        if update.pre_checkout_query:
            await update.pre_checkout_query.answer(ok=True)
    first, second = await asyncio.gather(*paying)
    assert first.charge_id != second.charge_id
    with pytest.raises(ClientRefusal, match="paid already"):
        buyer.open_invoice(buyer.id, invoice)


async def test_a_link_and_too_few_stars(wire: Wire, world: TelegramWorld) -> None:
    poor = world.add_person("Pauper", stars=299)
    link = await wire.result("createInvoiceLink", **INVOICE)
    assert link.startswith("https://t.me/$")
    assert poor.open_link(link).to_json()["total_amount"] == 300
    assert await poor.open_link(link).confirm() == Paid(Outcome.TOO_FEW_STARS)
    assert await wire.result("getUpdates") == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"provider_token": "123:TEST"}, "STARS_INVOICE_INVALID"),
        ({"prices": INVOICE["prices"] * 2}, "STARS_INVOICE_INVALID"),
        ({"prices": [{"label": "x", "amount": 0}]}, "STARS_INVOICE_INVALID"),
        ({"currency": "USD"}, "PAYMENT_PROVIDER_INVALID"),
        ({"payload": "x" * 129}, "INVOICE_PAYLOAD_INVALID"),
        ({"prices": [{"label": "x"}]}, "can't parse prices[0]: field amount of LabeledPrice is missing"),
    ],
)
async def test_invoices_telegram_refuses(wire: Wire, buyer: Person, change: dict[str, Any], said: str) -> None:
    refused = await wire.refusal("sendInvoice", chat_id=buyer.id, **(INVOICE | change))
    assert refused == (400, f"Bad Request: {said}")


async def test_an_unknown_charge_is_not_refunded(wire: Wire, buyer: Person) -> None:
    params = {"user_id": buyer.id, "telegram_payment_charge_id": "stx-none"}
    assert await wire.refusal("refundStarPayment", **params) == (400, "Bad Request: CHARGE_NOT_FOUND")
