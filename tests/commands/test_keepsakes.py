"""What a buyer keeps: stars on orders, the certificate; and the wish for a refund, said once and answered once."""

from dataclasses import replace

import pytest

from bot.commands.said import Person
from bot.errors import BadInput, NotAllowed
from bot.orders.letters import conversation, open_question
from bot.orders.order import Order, State
from tests.commands.shop import BUYER, KOREAN, OPERATOR, REVIEW, Shop, data_of, selects, shown
from tests.orders.example import TO_DELIVERED, free_order, new_order


async def delivered(shop: Shop, order_id: str = "K3M8Q2Z7RT", person: Person = BUYER) -> Order:
    order = await shop.book.place(replace(new_order(order_id), customer=person.id), by=person.id, key=order_id)
    return await shop.told(order, *TO_DELIVERED)


async def wished(shop: Shop, order: Order) -> Order:
    form = await shop.form(BUYER, f"bgm:wish:{order.id}")
    assert "asked for your money back" in (await shop.submit(BUYER, form, reason="It is not what I need")).text
    return await shop.book.get(order.id)


async def test_a_star_is_put_on_and_taken_away(shop: Shop) -> None:
    order = await delivered(shop)
    starred = await shop.press(BUYER, f"bgm:favourite:{order.id}:on")
    assert data_of(starred, "favourite") == f"bgm:favourite:{order.id}:off"
    listed = await shop.press(BUYER, "bgm:favourites:all")
    assert [option.value for option in selects(listed)[0].options] == [order.id]
    await shop.press(BUYER, f"bgm:favourite:{order.id}:on")
    await shop.press(BUYER, f"bgm:favourite:{order.id}:off")
    empty = await shop.press(BUYER, "bgm:favourites:all")
    assert "No order has a star" in empty.text
    assert data_of(empty, "orders")


async def test_stars_are_each_persons_own(shop: Shop) -> None:
    order = await delivered(shop)
    with pytest.raises(NotAllowed):
        await shop.press(KOREAN, f"bgm:favourite:{order.id}:on")
    await shop.press(BUYER, f"bgm:favourite:{order.id}:on")
    assert not selects(await shop.press(KOREAN, "bgm:favourites:all"))


async def test_more_favourites_than_a_page_are_turned(shop: Shop) -> None:
    ids = [f"K3M8Q2Z7{number:02}" for number in range(12)]
    for order_id in ids:
        await shop.book.place(new_order(order_id, customer=BUYER.id), by=BUYER.id, key=order_id)
        await shop.book.remember(f"favourite:{BUYER.id}:{order_id}", {})
    first = await shop.press(BUYER, "bgm:favourites:all")
    assert len(selects(first)[0].options) == 10
    assert (await shop.press(BUYER, "bgm:favourites:all:9")).text


async def test_a_wish_reaches_the_operator_once_and_is_seen_on_the_order(shop: Shop) -> None:
    order = await wished(shop, await delivered(shop))
    assert order.data["wish"] == {"reason": "It is not what I need", "standing": "open"}
    again = await shop.press(BUYER, f"bgm:wish:{order.id}")
    assert "asked for your money back" in again.text
    assert not any(":wish:" in str(control) for row in again.rows for control in row)
    events = [event for event in await shop.book.journal(order.id) if event.kind == "RefundWished"]
    assert [event.outcome for event in events] == ["applied"]


async def test_the_operator_declines_with_words_once(shop: Shop) -> None:
    order = await wished(shop, await delivered(shop))
    form = await shop.form(OPERATOR, f"bgm:decline:{order.id}", place=REVIEW)
    await shop.submit(OPERATOR, form, place=REVIEW, text="The music is as ordered. I can change it for free.")
    after = await shop.book.get(order.id)
    assert after.data["wish"]["standing"] == "declined"
    (letter,) = conversation(after)
    assert letter["text"].endswith("I can change it for free.")
    assert letter["side"] == "operator"
    assert open_question(after) is None
    assert after.state is State.DELIVERED
    for late in (shop.form(OPERATOR, f"bgm:decline:{order.id}", place=REVIEW),):
        with pytest.raises(BadInput) as refused:
            await late
        assert refused.value.text == "error-wish-answered"
    assert "did not agree" in shown(await shop.press(BUYER, f"bgm:order:{order.id}"))


async def test_the_operator_refunds_by_the_usual_form(shop: Shop) -> None:
    order = await wished(shop, await delivered(shop))
    form = await shop.form(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)
    await shop.submit(OPERATOR, form, place=REVIEW, reason="granted")
    assert (await shop.book.get(order.id)).state is State.REFUNDING
    with pytest.raises(BadInput):
        await shop.form(OPERATOR, f"bgm:decline:{order.id}", place=REVIEW)


async def test_what_cost_nothing_or_is_not_paid_has_nothing_to_give_back(shop: Shop) -> None:
    free = await shop.book.place(free_order("FREE234567", customer=BUYER.id), by=BUYER.id, key="free")
    for order in (free, await shop.placed()):
        with pytest.raises(BadInput) as refused:
            await shop.form(BUYER, f"bgm:wish:{order.id}")
        assert refused.value.text == "error-wish-nothing"


async def test_strangers_neither_wish_nor_decline(shop: Shop) -> None:
    order = await wished(shop, await delivered(shop))
    with pytest.raises(NotAllowed):
        await shop.form(KOREAN, f"bgm:wish:{order.id}")
    with pytest.raises(NotAllowed):
        await shop.form(BUYER, f"bgm:decline:{order.id}")
