"""A revision is let into its family inside the transaction that places it, on both kinds of database."""

import asyncio
from dataclasses import replace

import pytest

from bot.errors import BadInput, NotFound
from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.orders.revision import Source
from bot.storage.database import Database
from bot.storage.order_book import OrderBook
from tests.orders.example import PRICE, TO_DELIVERED, free_order, new_order, refunded

ROOT = new_order()


async def delivered(book: OrderBook, order: Order = ROOT) -> Order:
    await book.place(order, by=order.customer, key=f"draft:{order.id}")
    return await told(book, order, *TO_DELIVERED)


async def told(book: OrderBook, order: Order, *whats: What) -> Order:
    for number, what in enumerate(whats):
        order = (await book.tell(Fact(order.id, f"{order.id}:{number}:{what!r}", "somebody", what))).order or order
    return order


def child(number: int, *, of: str = ROOT.id, free: bool = True, customer: str = ROOT.customer) -> Order:
    source = Source(of, ROOT.id, 2, f"orders/{of}/r1/t2", "calmer", free=free)
    price = free_order().price if free else PRICE
    return new_order(f"CHILD{number:05}", customer=customer, price=price, data={"source": source.to_json()})


async def place(book: OrderBook, order: Order) -> Order:
    return await book.place(order, by=order.customer, key=f"revision:{order.id}")


async def test_a_free_revision_is_composed_at_once_and_belongs_to_the_family(book: OrderBook) -> None:
    await delivered(book)
    order = await place(book, child(1))
    assert order.state is State.COMPOSING
    assert {one.id for one in await book.family(ROOT.id)} == {ROOT.id, "CHILD00001"}
    assert await book.family("ZZZZZZZZZZ") == []


async def test_confirmed_twice_it_is_one_order(book: OrderBook) -> None:
    await delivered(book)
    first, second = await asyncio.gather(place(book, child(1)), place(book, child(1)))
    assert first == second
    assert len(await book.family(ROOT.id)) == 2


async def test_two_different_changes_at_once_are_not_both_free_when_one_is_left(
    book: OrderBook, other: Database
) -> None:
    await delivered(book)
    await place(book, child(0))
    elsewhere = OrderBook(other, book.policy, book.clock)
    attempts = (place((book, elsewhere)[number % 2], child(number)) for number in range(1, 7))
    made = await asyncio.gather(*attempts, return_exceptions=True)
    refused = [one for one in made if isinstance(one, BadInput)]
    assert len(refused) == 5
    assert {one.text for one in refused} == {"error-revise-not-free"}
    assert len(await book.family(ROOT.id)) == 3


async def test_a_free_one_that_came_to_nothing_is_there_again(book: OrderBook) -> None:
    await delivered(book)
    for number in (1, 2):
        await place(book, child(number))
    await told(book, child(2), facts.JobDied("compose", "it broke", {"round": 1}))
    await place(book, child(3))
    with pytest.raises(BadInput, match="no free revision"):
        await place(book, child(4))


async def test_what_must_be_paid_is_placed_however_many_there_are(book: OrderBook) -> None:
    await delivered(book)
    for number in (1, 2):
        await place(book, child(number))
    assert (await place(book, child(3, free=False))).state is State.AWAITING_PAYMENT


async def test_a_revision_of_a_revision_counts_in_the_same_family(book: OrderBook) -> None:
    await delivered(book)
    first = await place(book, child(1))
    with pytest.raises(BadInput, match="is composing"):
        await place(book, child(2, of=first.id))
    await told(book, first, *TO_DELIVERED[2:])
    await place(book, child(2, of=first.id))
    assert len(await book.family(ROOT.id)) == 3
    with pytest.raises(BadInput, match="no free revision"):
        await place(book, child(3))


async def test_nothing_is_revised_once_the_money_went_back(book: OrderBook) -> None:
    await delivered(book)
    first = await place(book, child(1))
    await told(book, first, *TO_DELIVERED[2:])
    await told(book, ROOT, refunded())
    for order in (child(2), child(3, of=first.id), child(4, free=False)):
        with pytest.raises(BadInput):
            await place(book, order)


async def test_nobody_revises_what_is_somebody_elses_or_not_there(book: OrderBook) -> None:
    await delivered(book)
    for order in (child(1, customer="discord:2"), child(2, of="ZZZZZZZZZZ")):
        with pytest.raises(NotFound):
            await place(book, order)
    assert await book.find("discord:2") == []


async def test_what_is_refused_leaves_no_trace(book: OrderBook) -> None:
    await delivered(book)
    order = replace(child(1), data={"source": child(1, of="ZZZZZZZZZZ").data["source"]})
    with pytest.raises(NotFound):
        await place(book, order)
    assert await book.journal(order.id) == []
