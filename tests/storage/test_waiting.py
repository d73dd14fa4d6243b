"""How much music stands between an order and its takes."""

from bot.storage.database import Database
from bot.storage.jobs import Jobs
from bot.storage.order_book import OrderBook
from bot.storage.waiting import music_until
from tests.storage.test_jobs import LEASE, composing


async def test_music_is_counted_up_to_an_order_and_what_is_in_hand_by_what_is_left(
    book: OrderBook, jobs: Jobs, database: Database
) -> None:
    for name, seconds in (("ONE", 60), ("TWO", 100), ("THREE", 30)):
        await composing(book, name, seconds)
    assert [await music_until(database, name) for name in ("ONE", "TWO", "THREE")] == [60, 160, 190]
    (first,) = await jobs.claim(["compose"], "a", LEASE)
    await jobs.heartbeat(first, 0.5)
    assert [await music_until(database, name) for name in ("ONE", "TWO", "THREE")] == [30, 130, 160]
    await jobs.done(first)
    assert await music_until(database, "ONE") is None
    assert await music_until(database, "THREE") == 130


async def test_a_revision_that_goes_first_is_waited_for(book: OrderBook, database: Database) -> None:
    await composing(book, "NEW", 60)
    await composing(book, "CHANGED", 20, round_=2)
    (changed, new) = [await music_until(database, name) for name in ("CHANGED", "NEW")]
    assert changed is not None
    assert new is not None
    assert new - changed == 60
