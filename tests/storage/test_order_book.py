"""Facts come in once; the order, its journal and its work change together or not at all."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.errors import NotFound
from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.policy import Policy
from bot.orders.pricing import Line, Price
from bot.storage.database import Database
from bot.storage.jobs import Jobs
from bot.storage.order_book import OrderBook, Outcome
from tests.databases import SettableClock
from tests.orders.example import NOON, TO_DELIVERED, new_order, opened, paid

ORDER = new_order()


def fact(what: What, key: str = "", order: str = ORDER.id) -> Fact:
    return Fact(order, key or f"key:{what}", "somebody", what)


async def placed(book: OrderBook, order: Order = ORDER) -> Order:
    return await book.place(order, by=order.customer, key=f"draft:{order.id}")


async def test_a_placed_order_is_there_with_its_first_work(book: OrderBook, jobs: Jobs) -> None:
    order = await placed(book)
    assert (order.state, order.version, order.created) == (State.AWAITING_PAYMENT, 1, NOON)
    assert await book.get(ORDER.id) == order
    assert {kind: depth.count for kind, depth in (await jobs.depth()).items()} == {"open_checkout": 1, "tell_buyer": 1}
    (event,) = await book.journal(ORDER.id)
    assert (event.kind, event.by, event.outcome) == ("Placed", "discord:1", "applied")
    assert (event.before, event.after, event.at) == (None, State.AWAITING_PAYMENT, NOON)


async def test_confirming_twice_makes_one_order(book: OrderBook) -> None:
    first = await placed(book)
    again = await book.place(new_order("ANOTHER234"), by="discord:1", key=f"draft:{ORDER.id}")
    assert again == first
    with pytest.raises(NotFound):
        await book.get("ANOTHER234")


async def test_confirming_twice_at_the_same_moment_makes_one_order(book: OrderBook, other: Database) -> None:
    elsewhere = OrderBook(other, Policy(), book.clock)
    orders = await asyncio.gather(
        *(
            (book, elsewhere)[number % 2].place(new_order(new_order_id()), by="discord:1", key="draft:1")
            for number in range(10)
        )
    )
    assert len({order.id for order in orders}) == 1
    assert len(await book.find("discord:1")) == 1


async def test_nothing_goes_wrong(book: OrderBook) -> None:
    await placed(book)
    for what in TO_DELIVERED:
        assert (await book.tell(fact(what))).outcome is Outcome.APPLIED
    order = await book.get(ORDER.id)
    assert order.state is State.DELIVERED
    assert order.version == 1 + len(TO_DELIVERED)
    states = [(event.before, event.after) for event in await book.journal(ORDER.id)]
    assert states[-1] == (State.DELIVERING, State.DELIVERED)
    assert [after for _, after in states[:-1]] == [before for before, _ in states[1:]]


async def test_a_fact_counts_once_by_its_key(book: OrderBook) -> None:
    await placed(book)
    assert (await book.tell(fact(paid(), "stripe:evt_1"))).outcome is Outcome.APPLIED
    told = await book.tell(fact(paid("pi_2"), "stripe:evt_1"))
    assert told.outcome is Outcome.DUPLICATE
    assert told.order is not None
    assert told.order.state is State.COMPOSING
    assert len(await book.journal(ORDER.id)) == 2


async def test_a_fact_counts_once_however_many_tell_it_at_the_same_moment(book: OrderBook, other: Database) -> None:
    elsewhere = OrderBook(other, Policy(), book.clock)
    await placed(book)
    told = await asyncio.gather(
        *((book, elsewhere)[number % 2].tell(fact(paid(), "stripe:evt_1")) for number in range(20))
    )
    outcomes = [each.outcome for each in told]
    assert outcomes.count(Outcome.APPLIED) == 1
    assert outcomes.count(Outcome.DUPLICATE) == 19


async def test_facts_told_at_the_same_moment_are_all_applied_one_after_the_other(
    book: OrderBook, other: Database
) -> None:
    elsewhere = OrderBook(other, Policy(), book.clock)
    await placed(book)
    await asyncio.gather(
        *((book, elsewhere)[number % 2].tell(fact(paid(f"pi_{number}"), f"evt_{number}")) for number in range(12))
    )
    order = await book.get(ORDER.id)
    assert order.version == 13
    alerts = [event for event in await book.journal(ORDER.id) if "once more" in event.because]
    assert len(alerts) == 11


async def test_what_means_nothing_is_journalled_as_ignored(book: OrderBook) -> None:
    before = await placed(book)
    told = await book.tell(fact(facts.Approved(1, 1)))
    assert told.outcome is Outcome.IGNORED
    assert await book.get(ORDER.id) == before
    event = (await book.journal(ORDER.id))[-1]
    assert (event.outcome, event.before, event.after) == ("ignored", before.state, before.state)
    assert "Approved" in event.because


async def test_facts_that_come_before_their_order_wait_for_it(book: OrderBook) -> None:
    assert (await book.tell(fact(opened(), "a"))).outcome is Outcome.WAITING
    assert (await book.tell(fact(paid(), "b"))).outcome is Outcome.WAITING
    assert (await book.tell(fact(facts.Approved(1, 1), "c"))).outcome is Outcome.WAITING
    assert (await book.tell(fact(paid(), "b"))).outcome is Outcome.DUPLICATE
    order = await placed(book)
    assert (order.state, order.version) == (State.COMPOSING, 3)
    outcomes = {event.key: event.outcome for event in await book.journal(ORDER.id)}
    assert outcomes == {"a": "applied", "b": "applied", "c": "ignored", f"draft:{ORDER.id}": "applied"}


async def test_no_fact_falls_between_coming_early_and_being_placed(book: OrderBook, other: Database) -> None:
    elsewhere = OrderBook(other, Policy(), book.clock)
    for number in range(25):
        order = new_order(f"RACE{number}")
        early = elsewhere.tell(fact(paid(), f"evt:{number}", order.id))
        await asyncio.gather(early, placed(book, order))
        assert (await book.get(order.id)).state is State.COMPOSING


async def test_a_step_that_cannot_be_made_leaves_nothing_behind(book: OrderBook) -> None:
    before = await placed(book)
    unreadable = facts.CheckoutOpened("stripe", "cs_1", "https://pay.example", "tomorrow")
    with pytest.raises(ValueError, match="tomorrow"):
        await book.tell(fact(unreadable, "job:1"))
    assert await book.get(ORDER.id) == before
    assert len(await book.journal(ORDER.id)) == 1
    assert (await book.tell(fact(opened(), "job:1"))).outcome is Outcome.APPLIED


async def test_everything_an_order_holds_comes_back_as_it_was(book: OrderBook) -> None:
    price = Price("KRW", (Line("z", 2, (("zebra", 1), ("ape", "b"))), Line("a", -1)))
    brief = ORDER.brief.but(wanted=("piano",), details='"; DROP TABLE orders; --\n비 🎹', loop=True)
    order = new_order("WHOLE", brief=brief, price=price, data={"consents": {"ai": True}, "text": "\u0001 🎧"})
    written = await placed(book, order)
    read = await book.get("WHOLE")
    assert read == written
    assert (read.brief, read.price, read.data) == (brief, price, order.data)
    assert list(dict(read.price.lines[0].values)) == ["zebra", "ape"]


async def test_an_unknown_order_is_not_found(book: OrderBook) -> None:
    with pytest.raises(NotFound) as missing:
        await book.get("x" * 1000)
    assert missing.value.text == "error-no-order"
    assert await book.journal("nothing") == []


async def test_a_customer_pages_through_orders_newest_first(book: OrderBook, clock: SettableClock) -> None:
    for number in range(5):
        clock.now = NOON + timedelta(minutes=number)
        await placed(book, new_order(f"N{number}"))
    await placed(book, new_order("OTHER", customer="discord:2"))
    first = await book.find("discord:1", limit=2)
    rest = await book.find("discord:1", before=first[-1].created)
    assert [order.id for order in (*first, *rest)] == ["N4", "N3", "N2", "N1", "N0"]
    assert [order.id for order in await book.standing(State.AWAITING_PAYMENT, limit=3)] == ["N0", "N1", "N2"]


async def test_orders_are_counted_in_every_state(book: OrderBook) -> None:
    await placed(book, new_order("A"))
    await placed(book, new_order("B"))
    await book.tell(fact(paid(), order="B"))
    counted = await book.by_state()
    assert set(counted) == set(State)
    assert (counted[State.AWAITING_PAYMENT], counted[State.COMPOSING], counted[State.DELIVERED]) == (1, 1, 0)


async def test_time_runs_out_once(book: OrderBook, clock: SettableClock) -> None:
    await placed(book, new_order("SOON"))
    clock.now += timedelta(hours=1)
    await placed(book, new_order("LATER"))
    deadline = await book.next_deadline()
    assert deadline == NOON + timedelta(hours=24)
    assert await book.overdue(clock.now) == []
    clock.now = deadline
    (told,) = await book.overdue(clock.now)
    assert told.order is not None
    assert (told.order.id, told.order.state) == ("SOON", State.CANCELLED)
    assert await book.overdue(clock.now) == []
    assert (await book.journal("SOON"))[-1].key == "tick:SOON:1"
    assert await book.next_deadline() == clock.now + timedelta(hours=1)


async def test_one_order_that_cannot_be_told_does_not_stop_the_others(
    book: OrderBook, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    await placed(book, new_order("BROKEN"))
    await book.tell(fact(paid(), order="BROKEN"))
    async with book.database.write() as tx:
        await tx.exec_driver_sql("""UPDATE orders SET data = '{"payment": {}}' WHERE id = 'BROKEN'""")
    await placed(book, new_order("FINE"))
    clock.now += timedelta(hours=25)
    told = await book.overdue(clock.now)
    assert [each.order.id for each in told if each.order] == ["FINE"]


async def test_drafts_are_rows(book: OrderBook) -> None:
    assert await book.load_draft("discord:1") is None
    await book.save_draft("discord:1", {"mood": "calm"})
    await book.save_draft("discord:1", {"mood": "upbeat", "seconds": 30})
    await book.save_draft("discord:2", {})
    assert await book.load_draft("discord:1") == {"mood": "upbeat", "seconds": 30}
    await book.drop_draft("discord:1")
    assert await book.load_draft("discord:1") is None
    assert await book.load_draft("discord:2") == {}


async def test_notes_are_remembered(book: OrderBook) -> None:
    assert await book.recall("stripe:cursor") is None
    await book.remember("stripe:cursor", {"event": "evt_1"})
    await book.remember("stripe:cursor", {"event": "evt_2"})
    assert await book.recall("stripe:cursor") == {"event": "evt_2"}


async def test_watching_an_order_shows_every_standstill(book: OrderBook, other: Database, clock: SettableClock) -> None:
    await placed(book)
    elsewhere = OrderBook(other, Policy(), clock)
    states: list[State] = []
    async with asyncio.timeout(20):
        async for order in book.watch(ORDER.id):
            states.append(order.state)
            if order.state is State.DELIVERED:
                break
            await elsewhere.tell(fact(_next(states, TO_DELIVERED)))
    assert states[0] is State.AWAITING_PAYMENT
    assert len(states) == 1 + len(TO_DELIVERED)


def _next(states: list[State], whats: Sequence[What]) -> What:
    return whats[len(states) - 1]
