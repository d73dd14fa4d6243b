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
from bot.storage.jobs import Jobs
from bot.storage.order_book import OrderBook
from tests.orders.example import PRICE, TO_DELIVERED, free_order, new_order, opened, paid, refunded

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


async def test_what_was_made_of_a_piece_goes_with_it_and_money_for_it_comes_back(
    book: OrderBook, other: Database
) -> None:
    await delivered(book)
    free, dear = await place(book, child(1)), await place(book, child(2, free=False))
    await told(book, free, *TO_DELIVERED[2:])
    await told(book, dear, opened("cs_2"), replace(paid("pi_2"), reference="cs_2"), *TO_DELIVERED[2:])
    deeper = await place(book, child(3, of=free.id))  # a change of the change
    waiting = await place(book, child(4, of=dear.id, free=False))
    strange = new_order("STRANGER01", customer="discord:2", data={"source": child(9).data["source"]})
    await told(book, ROOT, facts.RefundAsked("the law"))
    states = {one.id: one.state for one in await OrderBook(other, book.policy, book.clock).family(ROOT.id)}
    assert states == {
        ROOT.id: State.REFUNDING, free.id: State.CANCELLED, dear.id: State.REFUNDING, deeper.id: State.CANCELLED,
        waiting.id: State.CANCELLED,
    }  # fmt: skip
    assert strange.id not in states
    refunds = await Jobs(book).claim(["refund"], "somebody", 60, limit=9)
    assert {(job.order, job.data["payment"]) for job in refunds} == {(ROOT.id, "pi_1"), (dear.id, "pi_2")}
    # the end of the story of the first does nothing more to the others
    await told(book, ROOT, refunded())
    assert await Jobs(book).claim(["refund"], "somebody", 60, limit=9) == []
    assert [event.kind for event in await book.journal(deeper.id)][-1] == "SourceReturned"


async def test_a_change_taken_back_alone_leaves_its_piece_and_its_brothers(book: OrderBook) -> None:
    await delivered(book)
    first, second = await place(book, child(1)), await place(book, child(2))
    await told(book, first, *TO_DELIVERED[2:], facts.RefundAsked())
    states = {one.id: one.state for one in await book.family(ROOT.id)}
    assert states == {ROOT.id: State.DELIVERED, first.id: State.CANCELLED, second.id: State.COMPOSING}


async def test_of_a_change_and_a_refund_at_once_no_change_outlives_its_piece(book: OrderBook, other: Database) -> None:
    await delivered(book)
    elsewhere = OrderBook(other, book.policy, book.clock)
    racing = [place((book, elsewhere)[number % 2], child(number, free=False)) for number in range(1, 7)]
    racing.insert(3, told(elsewhere, ROOT, facts.RefundAsked()))
    await asyncio.gather(*racing, return_exceptions=True)
    states = {one.id: one.state for one in await book.family(ROOT.id)}
    assert states.pop(ROOT.id) is State.REFUNDING
    assert set(states.values()) <= {State.CANCELLED}


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
