"""Intents, refunds, disputes and the balance, through the real library."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from bot.sandbox.stripe import StripeWorld
from tests.sandbox.stripe.conftest import order


async def paid_session(world: StripeWorld, client: stripe.StripeClient, card: str = "visa", **more: Any) -> str:
    opened = await client.v1.checkout.sessions.create_async(order(**more))
    await world.pay(opened.id, card=card)
    intent = world.session(opened.id)["payment_intent"]
    assert isinstance(intent, str)
    return intent


async def test_an_intent_is_confirmed_by_a_ready_card(client: stripe.StripeClient) -> None:
    intent = await client.v1.payment_intents.create_async(
        {"amount": 2000, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True}
    )
    assert (intent.status, intent.amount_received) == ("succeeded", 2000)
    with pytest.raises(stripe.InvalidRequestError, match="succeeded"):
        await client.v1.payment_intents.cancel_async(intent.id)


async def test_a_declined_intent_is_a_card_error_with_its_reason(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.CardError) as refused:
        await client.v1.payment_intents.create_async(
            {
                "amount": 2000,
                "currency": "usd",
                "payment_method": "pm_card_visa_chargeDeclinedInsufficientFunds",
                "confirm": True,
            }
        )
    assert refused.value.code == "card_declined"
    assert refused.value.error is not None
    assert refused.value.error["decline_code"] == "insufficient_funds"


async def test_refunds_add_up_to_what_was_paid_and_no_more(world: StripeWorld, client: stripe.StripeClient) -> None:
    intent = await paid_session(world, client)
    part = await client.v1.refunds.create_async({"payment_intent": intent, "amount": 5000})
    assert part.status == "succeeded"
    with pytest.raises(stripe.InvalidRequestError, match="10000"):
        await client.v1.refunds.create_async({"payment_intent": intent, "amount": 10001})
    rest = await client.v1.refunds.create_async({"payment_intent": intent})
    assert rest.amount == 10000
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent})
    assert refused.value.code == "charge_already_refunded"
    charge = (await client.v1.charges.list_async({"payment_intent": intent})).data[0]
    assert (charge.amount_refunded, charge.refunded) == (15000, True)


async def test_an_unpaid_intent_cannot_be_refunded(world: StripeWorld, client: stripe.StripeClient) -> None:
    intent = await paid_session(world, client, card="delayed")
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.refunds.create_async({"payment_intent": intent})


async def test_a_bank_debit_refund_waits_and_may_fail(world: StripeWorld, client: stripe.StripeClient) -> None:
    opened = await client.v1.checkout.sessions.create_async(order())
    await world.pay(opened.id, card="delayed")
    await world.advance_delayed(opened.id)
    intent = world.session(opened.id)["payment_intent"]
    refund = await client.v1.refunds.create_async({"payment_intent": intent})
    assert refund.status == "pending"
    await world.finish_refund(refund.id, arrived=False)
    assert (await client.v1.refunds.retrieve_async(refund.id)).status == "failed"
    assert world.events[-1]["type"] == "refund.failed"
    balance = await client.v1.balance.retrieve_async()
    assert balance.pending[0].amount == 15000 - 835


async def test_the_balance_is_the_sum_of_its_movements(world: StripeWorld, client: stripe.StripeClient) -> None:
    kept = await paid_session(world, client)
    gone = await paid_session(world, client)
    disputed = await paid_session(world, client, card="dispute")
    await client.v1.refunds.create_async({"payment_intent": gone})
    assert kept != disputed
    moves = (await client.v1.balance_transactions.list_async({"limit": 100})).data
    balance = await client.v1.balance.retrieve_async()
    assert sum(move.net for move in moves) == balance.pending[0].amount == 15000 - 3 * 835 - 20000


async def test_a_dispute_takes_the_money_and_evidence_decides(world: StripeWorld, client: stripe.StripeClient) -> None:
    intent = await paid_session(world, client, card="4000000000000259")
    dispute = (await client.v1.disputes.list_async({"payment_intent": intent})).data[0]
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 15000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"payment_intent": intent})
    assert refused.value.code == "charge_disputed"
    await client.v1.disputes.update_async(
        dispute.id, {"evidence": {"uncategorized_text": "winning_evidence", "product_description": "music"}}
    )
    assert (await client.v1.disputes.retrieve_async(dispute.id)).status == "won"
    types = [e["type"] for e in world.events if "dispute" in e["type"]]
    assert types == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.funds_reinstated",
        "charge.dispute.closed",
    ]


async def test_stripes_own_cli_fixture_walks_through(client: stripe.StripeClient) -> None:
    """The calls of `stripe trigger checkout.session.completed`, in its order."""
    product = await client.v1.products.create_async({"name": "myproduct"})
    price = await client.v1.prices.create_async({"product": product.id, "unit_amount": 1500, "currency": "usd"})
    session = await client.v1.checkout.sessions.create_async(
        {
            "mode": "payment",
            "success_url": "https://example.com/post",
            "line_items": [{"price": price.id, "quantity": 2}],
        }
    )
    page = await client.raw_request_async("get", f"/v1/payment_pages/{session.id}")
    assert page.code == 200
    method = await client.v1.payment_methods.create_async({"type": "card", "card": {"token": "tok_visa"}})
    confirmed = await client.raw_request_async(
        "post",
        f"/v1/payment_pages/{session.id}/confirm",
        payment_method=method.id,
        expected_amount=3000,
    )
    assert confirmed.data["payment_status"] == "paid"
