"""Sessions: opened by the shop, paid, left or expired, and seen the same through the real library."""

from __future__ import annotations

import time

import pytest
import stripe

from bot.sandbox.stripe import StripeWorld
from bot.sandbox.stripe.refusal import Refusal
from tests.sandbox.stripe.conftest import order


async def test_a_session_is_opened_paid_and_read_back_with_its_money(
    world: StripeWorld, client: stripe.StripeClient
) -> None:
    opened = await client.v1.checkout.sessions.create_async(order(customer_email="ann@example.com", locale="ko"))
    assert (opened.status, opened.payment_status, opened.amount_total) == ("open", "unpaid", 15000)
    assert opened.url is not None
    assert len(opened.url) > 512

    assert await world.pay(opened.id, email=None) == "succeeded"

    paid = await client.v1.checkout.sessions.retrieve_async(
        opened.id, {"expand": ["payment_intent.latest_charge.balance_transaction", "line_items"]}
    )
    assert (paid.status, paid.payment_status, paid.url) == ("complete", "paid", None)
    assert paid["customer_details"]["email"] == "ann@example.com"
    charge = paid["payment_intent"]["latest_charge"]
    money = charge["balance_transaction"]
    assert (money["amount"], money["fee"], money["net"]) == (15000, 835, 14165)
    assert paid["line_items"]["data"][0]["description"] == "차분한 배경음악"
    assert paid["metadata"]["order"] == "A-1"


async def test_a_declined_card_leaves_the_session_open_for_another(
    world: StripeWorld, client: stripe.StripeClient
) -> None:
    opened = await client.v1.checkout.sessions.create_async(order())
    assert await world.pay(opened.id, card="insufficient") == "declined"
    assert world.session(opened.id)["status"] == "open"
    assert await world.pay(opened.id, card="4242 4242 4242 4242") == "succeeded"
    intents = (await client.v1.payment_intents.list_async()).data
    assert len(intents) == 1  # the second attempt used the first one's intent
    assert [c.status for c in (await client.v1.charges.list_async()).data] == ["succeeded", "failed"]


async def test_nobody_pays_twice_or_too_late(world: StripeWorld, client: stripe.StripeClient) -> None:
    first = await client.v1.checkout.sessions.create_async(order())
    await world.pay(first.id)
    with pytest.raises(Refusal, match="complete"):
        await world.pay(first.id)
    second = await client.v1.checkout.sessions.create_async(order())
    world.pass_time(3601)
    with pytest.raises(Refusal, match="expired"):
        await world.pay(second.id)
    assert [e["type"] for e in world.events][-1] == "checkout.session.expired"
    assert len(world.books.all("charge")) == 1


async def test_the_shop_closes_a_session_once(client: stripe.StripeClient) -> None:
    opened = await client.v1.checkout.sessions.create_async(order())
    assert (await client.v1.checkout.sessions.expire_async(opened.id)).status == "expired"
    with pytest.raises(stripe.InvalidRequestError, match="expired"):
        await client.v1.checkout.sessions.expire_async(opened.id)


@pytest.mark.parametrize("ahead", [60, 29 * 60 - 30, 24 * 3600 + 120])
async def test_expiry_lies_between_half_an_hour_and_a_day(client: stripe.StripeClient, ahead: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(order(expires_at=int(time.time()) + ahead))
    assert refused.value.param == "expires_at"


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [(49, "jpy", "amount_too_small"), (49, "usd", "amount_too_small"), (100_000_000, "krw", "amount_too_large")],
)
async def test_amounts_have_a_floor_and_a_ceiling(
    client: stripe.StripeClient, amount: int, currency: str, code: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.checkout.sessions.create_async(order(amount, currency))
    assert refused.value.code == code


async def test_a_delayed_method_completes_first_and_pays_later(world: StripeWorld, client: stripe.StripeClient) -> None:
    for paid, status in ((True, "paid"), (False, "unpaid")):
        opened = await client.v1.checkout.sessions.create_async(order())
        assert await world.pay(opened.id, card="delayed") == "processing"
        now = await client.v1.checkout.sessions.retrieve_async(opened.id)
        assert (now.status, now.payment_status) == ("complete", "unpaid")
        await world.advance_delayed(opened.id, paid=paid)
        later = await client.v1.checkout.sessions.retrieve_async(opened.id)
        assert later.payment_status == status
        ending = "succeeded" if paid else "failed"
        assert world.events[-1]["type"] == f"checkout.session.async_payment_{ending}"


async def test_tax_is_added_at_payment_where_the_session_asks_for_it(
    world: StripeWorld, client: stripe.StripeClient
) -> None:
    opened = await client.v1.checkout.sessions.create_async(order(1000, "usd", automatic_tax={"enabled": True}))
    await world.pay(opened.id)
    session = world.session(opened.id)
    assert (session["amount_subtotal"], session["amount_total"]) == (1000, 1100)
    assert world.books.all("charge")[0]["amount"] == 1100


async def test_an_invoice_is_written_where_the_session_asks_for_it(
    world: StripeWorld, client: stripe.StripeClient
) -> None:
    opened = await client.v1.checkout.sessions.create_async(order(invoice_creation={"enabled": True}))
    await world.pay(opened.id)
    paid = await client.v1.checkout.sessions.retrieve_async(opened.id, {"expand": ["invoice"]})
    assert paid["invoice"]["amount_paid"] == 15000
    assert paid["invoice"]["status"] == "paid"


async def test_lists_page_both_ways_and_filter(world: StripeWorld, client: stripe.StripeClient) -> None:
    ids = [(await client.v1.checkout.sessions.create_async(order())).id for _ in range(5)]
    await world.expire(ids[0])
    first = await client.v1.checkout.sessions.list_async({"limit": 2})
    assert ([s.id for s in first.data], first.has_more) == ([ids[4], ids[3]], True)
    second = await client.v1.checkout.sessions.list_async({"limit": 2, "starting_after": ids[3]})
    assert [s.id for s in second.data] == [ids[2], ids[1]]
    back = await client.v1.checkout.sessions.list_async({"limit": 2, "ending_before": ids[2]})
    assert [s.id for s in back.data] == [ids[4], ids[3]]
    everything = [s.id async for s in first.auto_paging_iter()]
    assert everything == ids[::-1]
    open_ones = await client.v1.checkout.sessions.list_async({"status": "open", "limit": 100})
    assert [s.id for s in open_ones.data] == ids[:0:-1]
