"""Paying: twice told, out of order, forged, stale, too late, declined, called off."""

import hmac
import json
import time
from pathlib import Path

import aiohttp

from tests.stories.street import Street, buttons, street, words


def signed(secret: str, body: bytes, moment: float) -> str:
    """Sign a message as Stripe does: HMAC-SHA256 over time and body."""
    stamp = str(int(moment))
    mac = hmac.new(secret.encode(), f"{stamp}.".encode() + body, "sha256").hexdigest()
    return f"t={stamp},v1={mac}"


async def hook(here: Street, body: bytes, signature: str) -> int:
    async with aiohttp.ClientSession() as web:
        headers = {"Stripe-Signature": signature, "Content-Type": "application/json"}
        async with web.post(f"{here.shop.address}/stripe/webhook", data=body, headers=headers) as answer:
            return answer.status


async def test_a_payment_told_many_times_and_in_any_order_counts_once(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        here.stripe.faults.webhook_duplicates = 3
        here.stripe.faults.webhook_hold = 4
        order = await here.order()
        session = await here.pay(order)
        await here.react(await here.card(order), "1️⃣")
        await here.parcel(order)
        for event in here.stripe.events:
            here.stripe.redeliver(event["id"])
        await here.stripe.quiet()
        await here.status(order, "with you")
        assert len(here.parcels(order)) == 1
        assert not here.refunds(session)


async def test_forged_and_stale_messages_move_nothing(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        session = await here.session(order)
        event = {
            "id": "evt_forged", "object": "event", "type": "checkout.session.completed",
            "api_version": "2026-10-28.endive", "created": int(time.time()), "livemode": False,
            "data": {"object": {"id": session, "object": "checkout.session", "payment_status": "paid"}},
        }  # fmt: skip
        body = json.dumps(event).encode()
        secret, now = here.world.card()["stripe"]["webhook_secret"], time.time()
        for signature in (
            "",
            "t=1,v1=2",
            signed("whsec_somebody_elses", body, now),
            signed(secret, body + b" ", now),
            signed(secret, body, now - 400),
            signed(secret, body, now + 400),
        ):
            assert await hook(here, body, signature) == 400
        assert await hook(here, b"not json", signed(secret, b"not json", now)) == 400
        # Even a message with a good signature is only a hint: Stripe says that nothing is paid
        assert await hook(here, body, signed(secret, body, now)) == 200
        status = await here.status(order, "as soon as you have paid")
        assert "Composed" not in words(status)


async def test_a_declined_card_can_be_tried_again(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        session = await here.session(order)
        await here.stripe.pay(session, "declined")
        await here.pay(order)
        await here.card(order)
        assert not here.refunds(session)


async def test_paid_a_moment_after_it_was_called_off_the_money_goes_back(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        session = await here.session(order)
        status = await here.status(order, "as soon as you have paid")
        # The buyer calls it off, but Stripe does not close the page yet, and it is still open in another tab
        here.stripe.faults.fail("POST", f"/v1/checkout/sessions/{session}/expire", times=100)
        (cancel,) = buttons(status, "cancel")
        await here.buyer.click(status["channel_id"], status["id"], cancel["custom_id"])
        await here.status(order, "is cancelled")
        await here.stripe.pay(session)
        await here.status(order, "has been returned")
        assert [refund["amount"] for refund in here.refunds(session)] == [9000]
        assert not here.cards(order)


async def test_without_a_webhook_a_payment_is_found_by_asking(tmp_path: Path) -> None:
    async with street(tmp_path, STRIPE_WEBHOOK_SECRET="") as here:
        order = await here.order()
        await here.pay(order)
        await here.card(order)
