"""Who waits is woken by every write, of this process and of others."""

import asyncio

import pytest
from sqlalchemy import text

from bot.orders.facts import Fact
from bot.orders.policy import Policy
from bot.storage.changes import POLL_SECONDS
from bot.storage.database import Database
from bot.storage.order_book import OrderBook
from tests.databases import SettableClock
from tests.orders.example import new_order, paid


async def test_a_write_in_this_process_wakes_at_once(book: OrderBook) -> None:
    seen = book.changed.count
    waiting = asyncio.create_task(book.changed.wait(seen))
    await asyncio.sleep(0)
    await book.remember("a", {})
    async with asyncio.timeout(5):
        assert await waiting > seen


async def test_what_was_written_before_waiting_is_not_missed(book: OrderBook) -> None:
    seen = book.changed.count
    await book.remember("a", {})
    async with asyncio.timeout(5):
        assert await book.changed.wait(seen) > seen


async def test_nothing_written_lets_the_time_run_out(book: OrderBook) -> None:
    await _listening(book)
    seen = book.changed.count
    assert await book.changed.wait(seen, timeout=0.05) == seen


async def test_a_write_of_another_process_wakes(book: OrderBook, other: Database, clock: SettableClock) -> None:
    elsewhere = OrderBook(other, Policy(), clock)
    await _listening(book)
    for number in range(3):
        seen = book.changed.count
        waiting = asyncio.create_task(book.changed.wait(seen))
        await elsewhere.remember("a", {"number": number})
        async with asyncio.timeout(10):
            assert await waiting > seen


async def test_a_quiet_write_wakes_nobody_here(book: OrderBook, database: Database) -> None:
    await _listening(book)
    seen = book.changed.count
    async with database.write(quiet=True):
        pass
    assert book.changed.count == seen


async def test_listening_goes_on_after_the_connection_was_lost(
    book: OrderBook, other: Database, clock: SettableClock
) -> None:
    await _listening(book)
    if other.is_sqlite:
        return  # a file cannot hang up
    async with other.write(quiet=True) as tx:
        hang_up = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        await tx.execute(text(hang_up))
    seen = book.changed.count
    async with asyncio.timeout(20):
        seen = await book.changed.wait(seen)  # it listens again, and says so, for it may have missed something
        await OrderBook(other, Policy(), clock).remember("a", {})
        assert await book.changed.wait(seen) > seen


async def _listening(book: OrderBook) -> None:
    """Wait until the writes of other processes are listened for, which is the first thing that rings."""
    async with asyncio.timeout(10):
        await book.changed.wait(0)


async def _heard(book: OrderBook, seen: int, writes: int) -> None:
    """Wait until that many own writes have come back from PostgreSQL, which tells them to whoever wrote them, too."""
    rings = writes if book.database.is_sqlite else 2 * writes
    async with asyncio.timeout(10):
        await book.changed.wait(seen + rings - 1)


async def test_only_who_watches_an_order_is_woken_by_it(book: OrderBook) -> None:
    await _listening(book)
    seen = book.changed.count
    for name in ("A", "B"):
        await book.place(new_order(name), by="discord:1", key=name)
    await _heard(book, seen, 2)
    with book.changed.bell("A") as one, book.changed.bell("B") as another, book.changed.bell("A") as third:
        seen = book.changed.count
        await book.tell(Fact("A", "paid", "stripe", paid()))
        assert (one.is_set(), another.is_set(), third.is_set()) == (True, False, True)
        await _heard(book, seen, 1)
        one.clear()
        await book.tell(Fact("A", "paid", "stripe", paid()))
        await book.remember("a", {})
        assert not one.is_set()


async def test_own_writes_do_not_look_like_those_of_another_process(book: OrderBook, database: Database) -> None:
    if not database.is_sqlite:
        return  # PostgreSQL names the order in its notification
    await book.remember("a", {})
    async with asyncio.timeout(10):
        with book.changed.bell("A") as bell:
            await bell.wait()
            bell.clear()
            await book.remember("a", {})
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(bell.wait(), 2.5 * POLL_SECONDS)
