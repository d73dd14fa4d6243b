"""Coupons and credit are used once, whoever comes at the same moment, and come back when nothing was sold."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import BadInput
from bot.orders import facts
from bot.orders.discounts import Bundle, Coupon, Discounts, Kind, with_bundle, with_coupon, with_credit
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.pricing import Price
from bot.storage.order_book import OrderBook
from bot.storage.purse import Purse
from tests.databases import SettableClock
from tests.orders.example import NOON, PRICE, TO_DELIVERED, new_order, opened, paid, refunded


@pytest.fixture
def purse(book: OrderBook, clock: SettableClock) -> Purse:
    return Purse(book.database, clock)


SPRING = Coupon("SPRING", Kind.PERCENT, 20, limit=1, each=1)


def with_spring(customer: str = "discord:1", coupon: Coupon = SPRING) -> Order:
    return bought(with_coupon(PRICE, coupon, NOON), customer)


def bought(made: tuple[Price, Discounts], customer: str = "discord:1") -> Order:
    price, discounts = made
    return new_order(new_order_id(), price=price, customer=customer, data={"discounts": discounts.to_json()})


async def place(book: OrderBook, order: Order) -> Order:
    return await book.place(order, by=order.customer, key=f"draft:{order.id}")


async def tell(book: OrderBook, order: Order, *whats: What) -> State:
    for number, what in enumerate(whats):
        told = await book.tell(Fact(order.id, f"{order.id}:{number}:{what}"[:200], "somebody", what))
    assert told.order is not None
    return told.order.state


def paid_for(order: Order) -> facts.Paid:
    return paid(amount=order.price.total.amount)


def delivered(order: Order) -> tuple[What, ...]:
    return tuple(paid_for(order) if isinstance(what, facts.Paid) else what for what in TO_DELIVERED)


async def test_a_coupon_is_kept_as_it_was_made(purse: Purse) -> None:
    coupon = Coupon("MAY", Kind.AMOUNT, 3000, "KRW", 10000, 5, 2, NOON + timedelta(days=3))
    assert await purse.make(coupon, "discord:9")
    assert not await purse.make(replace(coupon, value=9000), "discord:9")
    assert await purse.coupon("MAY", "discord:1") == coupon
    assert await purse.coupons() == [(coupon, 0)]


async def test_an_unknown_code_is_no_coupon(purse: Purse) -> None:
    with pytest.raises(BadInput) as refused:
        await purse.coupon("NOPE", "discord:1")
    assert refused.value.text == "error-coupon-unknown"


async def test_the_last_use_goes_to_one_of_many_at_once(book: OrderBook, purse: Purse) -> None:
    await purse.make(SPRING, "discord:9")
    orders = [with_spring(f"discord:{number}") for number in range(8)]
    placed = await asyncio.gather(*(place(book, order) for order in orders), return_exceptions=True)
    won = [one for one in placed if isinstance(one, Order)]
    lost = [one for one in placed if isinstance(one, BadInput)]
    assert (len(won), len(lost)) == (1, 7)
    assert {one.text for one in lost} == {"error-coupon-used"}
    assert (await book.by_state())[State.AWAITING_PAYMENT] == 1  # who lost has placed nothing
    assert await purse.coupons() == [(SPRING, 1)]


async def test_once_for_each_buyer_also_when_they_press_twice(book: OrderBook, purse: Purse) -> None:
    coupon = replace(SPRING, limit=0)
    await purse.make(coupon, "discord:9")
    placed = await asyncio.gather(*(place(book, with_spring()) for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(one, Order) for one in placed) == 1
    assert {one.text for one in placed if isinstance(one, BadInput)} == {"error-coupon-mine"}
    assert isinstance(await place(book, with_spring("discord:2")), Order)


async def test_the_same_confirmation_twice_uses_it_once(book: OrderBook, purse: Purse) -> None:
    await purse.make(SPRING, "discord:9")
    order = with_spring()
    assert (await place(book, order)).id == (await place(book, order)).id
    assert await purse.coupons() == [(SPRING, 1)]


async def test_a_coupon_ended_meanwhile_stops_the_order(book: OrderBook, purse: Purse) -> None:
    await purse.make(SPRING, "discord:9")
    order = with_spring()
    assert await purse.end("SPRING")
    with pytest.raises(BadInput) as refused:
        await place(book, order)
    assert refused.value.text == "error-coupon-ended"


@pytest.mark.parametrize(
    "end", [facts.Withdrawn(), facts.CheckoutClosed("cs_1"), facts.JobDied("open_checkout", "away")]
)
async def test_it_is_free_again_when_the_order_ends_unpaid(book: OrderBook, purse: Purse, end: What) -> None:
    await purse.make(SPRING, "discord:9")
    order = await place(book, with_spring())
    assert await tell(book, order, opened(), end) is State.CANCELLED
    assert await purse.coupons() == [(SPRING, 0)]
    await place(book, with_spring())


async def test_it_comes_back_with_the_money_unless_the_buyer_has_the_music(book: OrderBook, purse: Purse) -> None:
    await purse.make(replace(SPRING, limit=2, each=0), "discord:9")
    rejected, kept = await place(book, with_spring()), await place(book, with_spring())
    back = {one.id: refunded(amount=one.price.total.amount) for one in (rejected, kept)}
    await tell(book, rejected, paid_for(rejected), facts.RefundAsked(), back[rejected.id])
    await tell(book, kept, *delivered(kept), facts.RefundAsked(), back[kept.id])
    ((_, used),) = await purse.coupons()
    assert used == 1


async def test_a_parcel_that_arrives_after_the_end_has_used_it_after_all(book: OrderBook, purse: Purse) -> None:
    await purse.make(SPRING, "discord:9")
    order = await place(book, with_spring())
    (*way, arrived) = delivered(order)
    ended = (facts.RefundAsked(), refunded(amount=order.price.total.amount))
    assert await tell(book, order, *way, *ended) is State.REFUNDED
    assert await purse.coupons() == [(SPRING, 0)]
    assert await tell(book, order, arrived) is State.REFUNDED
    assert await purse.coupons() == [(SPRING, 1)]


async def test_what_costs_nothing_is_made_at_once_and_gives_the_coupon_back_when_turned_down(
    book: OrderBook, purse: Purse
) -> None:
    gift = Coupon("GIFT", Kind.PERCENT, 100)
    await purse.make(gift, "discord:9")
    order = await place(book, with_spring(coupon=gift))
    assert order.state is State.COMPOSING
    assert await tell(book, order, facts.JobDied("compose", "no", {"round": 1})) is State.CANCELLED
    assert await purse.coupons() == [(gift, 0)]


async def test_credit_is_spent_once_at_the_same_moment(book: OrderBook, purse: Purse) -> None:
    assert await purse.give("discord:1", 20000, "KRW", key="given:1", by="discord:9") == 20000
    assert await purse.give("discord:1", 20000, "KRW", key="given:1", by="discord:9") == 20000  # told twice
    orders = [bought(with_credit(PRICE, Discounts(), 20000)) for _ in range(5)]
    placed = await asyncio.gather(*(place(book, order) for order in orders), return_exceptions=True)
    assert sum(isinstance(one, Order) for one in placed) == 1
    assert {one.text for one in placed if isinstance(one, BadInput)} == {"error-credit-gone"}
    assert await purse.balance("discord:1", "KRW") == 5000
    assert await purse.balance("discord:1", "USD") == 0


async def test_credit_comes_back_whenever_the_order_does_not_stand(book: OrderBook, purse: Purse) -> None:
    await purse.give("discord:1", 5000, "KRW", key="given:1", by="discord:9")
    order = await place(book, bought(with_credit(PRICE, Discounts(), 5000)))
    assert order.price.total.amount == 10000
    assert await purse.balance("discord:1", "KRW") == 0
    await tell(book, order, *delivered(order), facts.RefundAsked(), refunded(amount=10000))
    assert await purse.balance("discord:1", "KRW") == 5000


async def test_a_bundle_becomes_credit_on_delivery_and_is_taken_back_with_the_money(
    book: OrderBook, purse: Purse
) -> None:
    order = await place(book, bought(with_bundle(PRICE, Bundle(5, 4))))
    steps: list[Any] = [*delivered(order)]
    await tell(book, order, *steps[:-1])
    assert await purse.balance("discord:1", "KRW") == 0
    await tell(book, order, steps[-1])
    assert await purse.balance("discord:1", "KRW") == 4 * 15000
    assert await tell(book, order, facts.RefundAsked(), refunded(amount=60000)) is State.REFUNDED
    assert await purse.balance("discord:1", "KRW") == 0
