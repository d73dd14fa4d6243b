"""What a buyer sees of their orders, and what they may do about them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotAllowed, NotFound
from bot.orders.facts import BuyerTold, CheckoutOpened, Paid, TakesReady
from bot.orders.order import State
from tests.commands.shop import BUYER, KOREAN, NOW, Shop, buttons, data_of, links, selects, shown
from tests.orders.example import BRIEF, TO_DELIVERED, new_order
from tests.review.takes import takes

OPENED = CheckoutOpened("stripe", "cs_1", "https://pay.example", "2026-11-22T11:00:00+00:00")
PAID = Paid("stripe", "cs_1", 1200, "usd", "pi_1")


async def test_nothing_ordered_yet_says_how_to_begin(shop: Shop) -> None:
    assert "/bgm" in (await shop.say(BUYER, "orders")).text


async def test_the_list_opens_an_order_with_its_pay_button(shop: Shop) -> None:
    order = await shop.placed()
    listed = await shop.say(BUYER, "orders")
    assert "waiting for payment" in listed.text
    one = await shop.press(BUYER, selects(listed)[0].data, order.id)
    assert order.id in one.title
    assert [link.url for link in links(one)] == [f"http://shop.example/pay/{order.id}"]


async def test_an_unpaid_order_can_be_called_off_once(shop: Shop) -> None:
    order = await shop.placed()
    one = await shop.press(BUYER, selects(await shop.say(BUYER, "orders"))[0].data, order.id)
    gone = await shop.press(BUYER, data_of(one, "cancel"))
    assert (await shop.book.get(order.id)).state is State.CANCELLED
    assert links(gone) == []
    await shop.press(BUYER, data_of(one, "cancel"))
    assert (await shop.book.get(order.id)).state is State.CANCELLED


async def test_a_paid_order_is_not_called_off_by_an_old_button(shop: Shop) -> None:
    order = await shop.placed()
    one = await shop.press(BUYER, selects(await shop.say(BUYER, "orders"))[0].data, order.id)
    await shop.told(order, OPENED, PAID)
    after = await shop.press(BUYER, data_of(one, "cancel"))
    assert "composed" in after.text
    assert (await shop.book.get(order.id)).state is State.COMPOSING


async def test_progress_and_place_in_the_queue(shop: Shop) -> None:
    order = await shop.told(await shop.placed(), OPENED, PAID)
    one = f"bgm:order:{order.id}"
    shop.queue.ahead[order.id] = 2
    assert "2 orders are before yours" in (await shop.press(BUYER, one)).text
    shop.queue.progress[order.id] = 0.4
    assert "40 %" in (await shop.press(BUYER, one)).text
    await shop.told(order, TakesReady(1, takes(order.id)))
    assert "listening" in (await shop.press(BUYER, one)).text


async def test_closed_dms_are_said_where_the_buyer_still_reads(shop: Shop) -> None:
    order = await shop.told(await shop.placed(), OPENED, BuyerTold(""))
    assert "cannot send you direct messages" in (await shop.press(BUYER, f"bgm:order:{order.id}")).text


async def test_a_delivered_order_can_be_downloaded_and_ordered_again(shop: Shop) -> None:
    order = await shop.book.place(replace(new_order(), customer=BUYER.id), by=BUYER.id, key="k")
    order = await shop.told(order, *TO_DELIVERED)
    assert order.state is State.DELIVERED
    one = await shop.press(BUYER, f"bgm:order:{order.id}")
    assert [link.url for link in links(one)] == [f"http://shop.example/d/{order.id}"]
    summary = await shop.press(BUYER, data_of(one, "reorder"))
    assert "rain on a window" in shown(summary)
    await shop.press(BUYER, data_of(summary, "place"))
    newest, *_ = await shop.book.find(BUYER.id)
    assert newest.brief == BRIEF


@pytest.mark.parametrize("verb", ["order", "cancel", "reorder"])
async def test_another_buyers_order_stays_shut(shop: Shop, verb: str) -> None:
    order = await shop.placed(BUYER)
    with pytest.raises(NotAllowed):
        await shop.press(KOREAN, f"bgm:{verb}:{order.id}")
    with pytest.raises(NotFound):
        await shop.press(KOREAN, f"bgm:{verb}:ZZZZZZZZZZ")
    assert (await shop.book.get(order.id)).state is State.AWAITING_PAYMENT


async def test_more_orders_than_a_page_are_turned(shop: Shop) -> None:
    for number in range(12):
        order = new_order(f"K3M8Q2Z7{number:02}", customer=BUYER.id, created=NOW + timedelta(minutes=number))
        await shop.book.place(order, by=BUYER.id, key=str(number))
    first = await shop.say(BUYER, "orders")
    assert [option.value[-2:] for option in selects(first)[0].options] == [f"{n:02}" for n in range(11, 1, -1)]
    older = [one.data for one in buttons(first) if one.data.startswith("bgm:orders:all:")]
    second = await shop.press(BUYER, older[0])
    assert [option.value[-2:] for option in selects(second)[0].options] == ["01", "00"]
    newest = await shop.press(BUYER, data_of(second, "orders"))
    assert selects(newest)[0].options == selects(first)[0].options
