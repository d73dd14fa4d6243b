"""Opening and closing the page, through crashes and bad weather."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refused, TryLater
from bot.orders.facts import Fact, Withdrawn
from bot.orders.order import State
from bot.orders.policy import Policy
from bot.payments.stripe import StripeProvider
from tests.payments.conftest import PAGES, Till, bill


async def test_a_page_says_what_is_bought_and_until_when(till: Till) -> None:
    order, reference = await till.opened()
    session = till.world.session(reference)
    assert (session["amount_total"], session["currency"]) == (15000, "krw")
    assert session["locale"] == "ko"
    assert session["metadata"] == {"order": order}
    assert session["success_url"] == f"http://127.0.0.1:9/pay/{order}/paid"
    placed = await till.book.get(order)
    ends = datetime.fromtimestamp(session["expires_at"], UTC)
    assert placed.data["checkout"]["url"] == session["url"]
    assert placed.deadline == ends + timedelta(minutes=10)  # the story's grace for late news
    assert timedelta(hours=23) < ends - till.clock() < timedelta(hours=24)


async def test_a_crash_after_opening_opens_no_second_page(till: Till) -> None:
    order = await till.place()
    await till.work(crash=True)
    assert "checkout" not in (await till.book.get(order.id)).data
    await till.work()
    assert [s["id"] for s in till.world.sessions] == [(await till.book.get(order.id)).data["checkout"]["reference"]]


@pytest.mark.parametrize(("status", "when"), [(500, "before"), (0, "before"), (0, "after"), (500, "after")])
async def test_lost_answers_and_outages_open_one_page(till: Till, status: int, when: str) -> None:
    till.world.faults.fail("POST", "/v1/checkout/sessions", status=status, when=when)  # type: ignore[arg-type]
    order, _ = await till.opened()
    assert len(till.world.sessions) == 1
    assert await till.state(order) is State.AWAITING_PAYMENT


async def test_too_many_requests_are_put_off_not_given_up(till: Till) -> None:
    till.world.faults.fail("POST", "/v1/checkout/sessions", status=429)
    order = await till.place()
    await till.work()
    assert till.world.sessions == []
    till.clock.ahead += timedelta(minutes=1)
    await till.work()
    assert (await till.book.get(order.id)).data["checkout"]["reference"] == till.world.sessions[0]["id"]


async def test_a_page_that_can_never_be_opened_cancels_the_order(till: Till) -> None:
    order = await till.place(amount=1, currency="KRW")  # under Stripe's floor
    await till.work()
    assert await till.state(order.id) is State.CANCELLED
    assert "amount_too_small" in (await till.book.get(order.id)).data["failure"]["error"]


async def test_a_try_long_after_a_crash_finds_the_page_of_the_first(till: Till) -> None:
    till.book.policy = Policy(pay_within=1800)
    order = await till.place()
    await till.work(crash=True)
    till.clock.ahead += timedelta(minutes=20)  # the first try's moment is too near by now
    await till.work()
    assert [s["id"] for s in till.world.sessions] == [(await till.book.get(order.id)).data["checkout"]["reference"]]


async def test_changed_words_between_two_tries_still_mean_one_page(till: Till) -> None:
    order = await till.place()
    await till.work(crash=True)
    till.provider._bill = lambda order: tuple(type(item)("Other words", item.amount) for item in bill(order))
    await till.work()
    assert len(till.world.sessions) == 1
    assert (await till.book.get(order.id)).data["checkout"]["reference"] == till.world.sessions[0]["id"]


async def test_calling_off_closes_the_page(till: Till) -> None:
    order, reference = await till.opened()
    await till.book.tell(Fact(order, "withdrawn", "discord:1", Withdrawn()))
    await till.work()
    assert till.world.session(reference)["status"] == "expired"
    assert await till.state(order) is State.CANCELLED


async def test_calling_off_while_the_page_is_being_opened_closes_it_too(till: Till) -> None:
    order = await till.place()
    await till.work(crash=True)
    await till.book.tell(Fact(order.id, "withdrawn", "discord:1", Withdrawn()))
    await till.work()
    assert [s["status"] for s in till.world.sessions] == ["expired"]


async def test_a_wrong_key_is_refused_without_being_named(till: Till) -> None:
    wrong = "sk_test_" + "z" * 30
    provider = StripeProvider(wrong, till.world.api, bill, PAGES)
    with pytest.raises(Refused) as refused:
        await provider.lookup("cs_test_1")
    assert "z" * 4 not in str(refused.value)
    assert refused.value.__suppress_context__
    await provider.stop()


async def test_a_stripe_that_is_away_is_tried_later(till: Till) -> None:
    provider = StripeProvider(till.world.key, "http://127.0.0.1:9", bill, PAGES)
    provider._client._requestor._options.max_network_retries = 0
    with pytest.raises(TryLater):
        await provider.lookup("cs_test_1")
    await provider.stop()


async def test_the_tax_is_inside_the_promised_price(till: Till) -> None:
    till.provider._tax = True
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.cashier.settle("stripe", reference)
    assert till.world.session(reference)["total_details"]["amount_tax"] == 1364
    assert await till.state(order) is State.COMPOSING
