"""``kill -9`` at random moments: nothing is lost, nothing counts twice."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.orders.order import State
from bot.storage.database import Database
from bot.storage.order_book import OrderBook
from bot.storage.rows import Event
from bot.storage.tables import jobs as table
from tests.storage.doomed import ENDINGS, ORDERS, name_of

KILLS = 15
PROJECT = Path(__file__).parents[2]


async def test_no_kill_loses_or_doubles_anything(
    database_url: str, database: Database, book: OrderBook, tmp_path: Path
) -> None:
    doomed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.storage.doomed", database_url, str(tmp_path), str(KILLS),
        cwd=PROJECT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await doomed.communicate()
    assert doomed.returncode == 0, errors.decode()
    assert int(output.split()[0]) >= 3, "it was over too soon to show anything"

    async with database.read() as tx:
        rows = (await tx.execute(select(table))).all()
    for number in range(ORDERS):
        await _ended_well(book, number)
    _every_job_ended_once(rows, (tmp_path / "effects").read_text().splitlines())


async def _ended_well(book: OrderBook, number: int) -> None:
    order = await book.get(name_of(number))
    fate = number % len(ENDINGS)
    assert order.state is ENDINGS[fate], order
    events = await book.journal(order.id)
    applied = [event for event in events if event.outcome == "applied"]
    assert len(applied) == order.version
    assert [event.before for event in applied[1:]] == [event.after for event in applied[:-1]]
    assert {event.outcome for event in events} <= {"applied", "ignored"}
    once = Counter(event.kind for event in applied)
    assert once["Placed"] == 1
    assert once["HandedOver"] == (order.state is State.DELIVERED)
    assert once["Refunded"] == (order.state is State.REFUNDED)
    assert once["TakesReady"] in ({1}, {2}, {1}, {0}, {0, 1})[fate]
    assert _job_keys_are_unique(events)


def _job_keys_are_unique(events: list[Event]) -> bool:
    keys = [event.key for event in events if event.key.startswith("job:")]
    return len(keys) == len(set(keys))


def _every_job_ended_once(rows: Any, effects: list[str]) -> None:
    """Every job is done, but for music that nobody wants; what is written down as done did happen; repeats are only
    those of a kill."""
    done, dropped = ([row for row in rows if row.state == state] for state in ("done", "dropped"))
    assert len(done) + len(dropped) == len(rows)
    assert {row.kind for row in dropped} <= {"compose"}
    assert {row.failures for row in rows} == {0}
    times = Counter(int(line.split()[0]) for line in effects)
    assert {row.id for row in done} <= set(times)
    for row in rows:
        assert times[row.id] <= row.tries
        assert row.tries - row.losses in ((1,) if row.state == "done" else (0, 1))
