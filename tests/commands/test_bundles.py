"""A bundle that is taken back after some of its credit was used: whoever decides that reads what goes back."""

from dataclasses import replace
from itertools import count

import pytest

from bot.commands.said import Person
from bot.errors import BadInput
from bot.orders.discounts import Bundle, Discounts, with_bundle, with_credit
from bot.orders.facts import Paid
from bot.orders.order import Order, State
from bot.orders.pricing import Line, Price
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop, buttons, data_of, shown
from tests.orders.example import TO_DELIVERED, new_order

PIECE = Price("USD", (Line("price-length", 1200),))
BRITON = Person(BUYER.id, "Jo", "en-GB")
_ids = count(1)


async def bought(shop: Shop, made: tuple[Price, Discounts], **data: object) -> Order:
    price, discounts = made
    id_ = f"BUNDLE{next(_ids):04d}"
    order = new_order(id_, price=price, customer=BUYER.id, data={"discounts": discounts.to_json(), **data})
    order = replace(order, created=shop.services.clock())
    order = await shop.book.place(order, by=BUYER.id, key=id_)
    total = price.total
    paid = Paid("stripe", f"cs_{id_}", total.amount, total.currency, f"pi_{id_}")
    return await shop.told(order, *(paid if isinstance(one, Paid) else one for one in TO_DELIVERED))


async def spent(shop: Shop) -> Order:
    balance = await shop.services.purse.balance(BUYER.id, "USD")
    return await bought(shop, with_credit(PIECE, Discounts(), balance))


async def test_the_operator_reads_what_goes_back_and_sends_no_other_sum(shop: Shop) -> None:
    first = await bought(shop, with_bundle(PIECE, Bundle(5, 4)))
    form = await shop.form(OPERATOR, f"bgm:refund:{first.id}", place=REVIEW)
    assert form.title == "Send $48.00 back"
    # One piece is had for credit while the form stands open: nothing is sent that it did not say
    await spent(shop)
    with pytest.raises(BadInput) as refused:
        await shop.submit(OPERATOR, form, place=REVIEW, reason="sorry")
    assert "$38.40 would go back now" in shop.services.texts.error("en", refused.value)
    look = shown(await shop.press(OPERATOR, f"bgm:look:{first.id}", place=REVIEW))
    assert "$12.00 of its credit are used. A refund sends $38.40 back" in look
    form = await shop.form(OPERATOR, f"bgm:refund:{first.id}", place=REVIEW)
    assert form.title == "Send $38.40 back"
    await shop.submit(OPERATOR, form, place=REVIEW, reason="sorry")
    order = await shop.book.get(first.id)
    assert (order.state, order.kept) == (State.REFUNDING, 960)
    assert await shop.services.purse.balance(BUYER.id, "USD") == 0
    # The same form a second time moves nothing
    with pytest.raises(BadInput):
        await shop.submit(OPERATOR, form, place=REVIEW, reason="sorry")
    assert (await shop.book.get(first.id)).version == order.version


async def test_who_withdraws_reads_it_before_the_deciding_press(shop: Shop) -> None:
    first = await bought(shop, with_bundle(PIECE, Bundle(5, 4)), region="uk")
    whole = await shop.press(BRITON, f"bgm:unbuy:{first.id}")
    assert "$48.00 goes back" in shown(whole)
    await spent(shop)
    again = await shop.press(BRITON, data_of(whole, "unbuy"))
    assert "$38.40 goes back" in shown(again)
    assert "$9.60 stay with the shop" in shown(again)
    assert (await shop.book.get(first.id)).state is State.DELIVERED
    done = await shop.press(BRITON, data_of(again, "unbuy"))
    assert (await shop.book.get(first.id)).state is State.REFUNDING
    assert not [one for one in buttons(done) if one.data.startswith("bgm:unbuy")]


async def test_what_was_paid_with_credit_can_be_asked_back_and_comes_back_as_credit(shop: Shop) -> None:
    await shop.services.purse.give(BUYER.id, 1200, "USD", key="gift", by=OPERATOR.id)
    order = await spent(shop)
    assert (order.state, order.price.total.amount) == (State.DELIVERED, 0)
    one = await shop.press(BUYER, f"bgm:order:{order.id}")
    await shop.submit(BUYER, await shop.form(BUYER, data_of(one, "wish")), reason="It stutters")
    form = await shop.form(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)
    assert form.title == "Send $12.00 of credit back"
    await shop.submit(OPERATOR, form, place=REVIEW, reason="sorry")
    assert (await shop.book.get(order.id)).state is State.CANCELLED
    assert await shop.services.purse.balance(BUYER.id, "USD") == 1200


async def test_the_summary_of_a_bundle_says_so_beforehand(shop: Shop) -> None:
    screen = await shop.say(BUYER, "bgm", mood="calm", length="60", purpose="youtube", details="x")
    assert "at the price of the bundle" in shown(await shop.press(BUYER, data_of(screen, "bundle", "5-4")))
