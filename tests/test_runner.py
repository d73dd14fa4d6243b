"""Jobs are done by their hands; what goes wrong is tried again, told, or given back, and blocks nobody."""

import asyncio
import errno
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.errors import BadInput, EngineFailed, NotFound, OutOfMemory, Refused, TooLarge, TryLater, Unreachable
from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.runner import Hand, Runner, cause
from bot.settings.files import default_folder
from bot.storage.database import Database
from bot.storage.jobs import Job, Jobs
from bot.storage.order_book import OrderBook
from bot.storage.tables import jobs as table
from bot.texts import Texts
from tests.databases import SettableClock, Time
from tests.orders.example import CERTIFIED, HANDED_OVER, MASTERED, new_order, opened, paid, takes


async def nothing(_job: Job, _order: Order) -> None:
    return None


def leads_to(what: What) -> Hand:
    async def hand(_job: Job, _order: Order) -> What:
        return what

    return hand


def breaks_with(error: Exception) -> Hand:
    async def hand(_job: Job, _order: Order) -> What | None:
        raise error

    return hand


@dataclass
class Held:
    """A hand that is busy until it is let go."""

    starts: asyncio.Queue[str] = field(default_factory=asyncio.Queue)
    let_go: asyncio.Event = field(default_factory=asyncio.Event)
    at_once: int = 0
    most_at_once: int = 0
    finished: int = 0

    async def __call__(self, _job: Job, order: Order) -> What | None:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.starts.put_nowait(order.id)
        try:
            await self.let_go.wait()
            self.finished += 1
        finally:
            self.at_once -= 1
        return None


HANDS: Mapping[str, Hand] = {
    "open_checkout": leads_to(opened()),
    "close_checkout": nothing,
    "compose": leads_to(takes()),
    "post_card": leads_to(facts.CardPosted(1, "discord:5/6")),
    "update_card": nothing,
    "alert_operator": nothing,
    "tell_buyer": leads_to(facts.BuyerTold("discord:1/1")),
    "master": leads_to(MASTERED),
    "certify": leads_to(CERTIFIED),
    "hand_over": leads_to(HANDED_OVER),
    "refund": leads_to(facts.Refunded("pi_1", "re_1", 15000, "KRW")),
}

Start = Callable[..., Awaitable[Runner]]


@pytest.fixture
async def start(book: OrderBook, jobs: Jobs) -> AsyncIterator[Start]:
    """Starts runners, and stops them when the test is over."""
    runners: list[Runner] = []

    async def start(hands: Mapping[str, Hand] | None = None, **settings: Any) -> Runner:
        runner = Runner(book, jobs, HANDS if hands is None else hands, **settings)
        runners.append(runner)
        await runner.start()
        return runner

    yield start
    for runner in runners:
        await runner.stop(grace_seconds=0)


async def place(book: OrderBook, name: str = "A") -> None:
    await book.place(new_order(name), by="discord:1", key=f"draft:{name}")


async def until(book: OrderBook, state: State, name: str = "A", within: float = 20) -> Order:
    async with asyncio.timeout(within):
        async for order in book.watch(name):
            if order.state is state:
                return order
    raise AssertionError


async def job_rows(book: OrderBook, kind: str) -> list[Any]:
    async with book.database.read() as tx:
        return list((await tx.execute(select(table).where(table.c.kind == kind).order_by(table.c.id))).all())


async def until_job(book: OrderBook, kind: str, fits: Callable[[Any], bool]) -> Any:
    """Wait until the first job of a kind fits."""
    async with asyncio.timeout(20):
        while True:
            seen = book.changed.count
            rows = await job_rows(book, kind)
            if rows and fits(rows[0]):
                return rows[0]
            await book.changed.wait(seen)


async def test_an_order_runs_from_the_summary_to_the_hand_over(book: OrderBook, start: Start) -> None:
    await start()
    await place(book)
    await until_job(book, "open_checkout", lambda row: row.state == "done")
    await book.tell(Fact("A", "stripe:evt_1", "stripe", paid()))
    await until(book, State.REVIEWING)
    await book.tell(Fact("A", "verdict:A:1", "discord:7", facts.Approved(1, 2)))
    order = await until(book, State.DELIVERED)
    assert order.data["hand_over"] == {"dm": "discord:1/2"}
    by_job = [event for event in await book.journal("A") if event.key.startswith("job:")]
    assert {event.by for event in by_job} == {"shop"}


async def test_work_left_by_an_earlier_run_is_done_at_start(book: OrderBook, start: Start) -> None:
    await place(book)
    await book.tell(Fact("A", "stripe:evt_1", "stripe", paid()))
    await start()
    await until(book, State.REVIEWING)


async def test_only_the_kinds_it_has_hands_for_are_claimed(book: OrderBook, start: Start) -> None:
    await start({"tell_buyer": HANDS["tell_buyer"]})
    await place(book)
    await until_job(book, "tell_buyer", lambda row: row.state == "done")
    assert (await job_rows(book, "open_checkout"))[0].tries == 0


@pytest.mark.parametrize(
    ("error", "told", "cause"),
    [
        (BadInput("x"), "BadInput: x", "cause-fault"),
        (NotFound("x"), "x", "cause-missing"),
        (Refused("wrong key"), "wrong key", "cause-refused"),
        (Unreachable("closed"), "closed", "cause-unreachable"),
        (TooLarge("413"), "413", "cause-too-large"),
    ],
    ids=["BadInput", "NotFound", "Refused", "Unreachable", "TooLarge"],
)
async def test_what_no_try_will_mend_ends_at_once(
    book: OrderBook, start: Start, error: Exception, told: str, cause: str
) -> None:
    await start({"open_checkout": breaks_with(error)})
    await place(book)
    order = await until(book, State.CANCELLED)
    assert order.data["failure"] == {
        "kind": "open_checkout", "error": told, "data": {}, "cause": cause, "values": {},
    }  # fmt: skip


@pytest.mark.parametrize(
    ("error", "pause"),
    [(TryLater("busy", after=77), 77), (TryLater("busy"), 5), (EngineFailed("silent"), 5), (KeyError("mood"), 5)],
    ids=["as it asked", "later", "engine", "unforeseen"],
)
async def test_what_may_mend_is_tried_again_after_a_pause(
    book: OrderBook, jobs: Jobs, start: Start, error: Exception, pause: float
) -> None:
    await place(book)
    await book.tell(Fact("A", "stripe:evt_1", "stripe", paid()))
    await start({"compose": breaks_with(error)})
    row = await until_job(book, "compose", lambda row: row.failures == 1)
    assert (row.state, row.owner) == ("open", None)
    assert str(error) in row.error
    assert await jobs.seconds_until_free(["compose"]) == pytest.approx(pause, abs=4)
    assert (await book.get("A")).state is State.COMPOSING


async def test_a_pause_ends_by_itself(book: OrderBook, start: Start, time: Time) -> None:
    failures = iter([TryLater("busy", after=0.2), TryLater("busy", after=0.0)])

    async def third_time_lucky(_job: Job, _order: Order) -> What:
        for error in failures:
            raise error
        return opened()

    book.clock = lambda: datetime.now(UTC)
    await start({"open_checkout": third_time_lucky})
    await place(book)
    row = await until_job(book, "open_checkout", lambda row: row.state == "done")
    assert (row.tries, row.failures) == (3, 2)


async def test_a_job_that_always_breaks_blocks_nobody(book: OrderBook, start: Start) -> None:
    async def compose(_job: Job, order: Order) -> What:
        if order.id == "POISON":
            raise RuntimeError("the engine fell over")
        return takes()

    for name in ("POISON", "B", "C"):
        await place(book, name)
        await book.tell(Fact(name, f"{name}:paid", "stripe", paid()))
    await start({"compose": compose}, concurrency={"compose": 1})
    await until(book, State.REVIEWING, "B")
    await until(book, State.REVIEWING, "C")
    assert (await book.get("POISON")).state is State.COMPOSING


async def test_a_hand_that_cancels_itself_has_failed(book: OrderBook, start: Start) -> None:
    async def hand(_job: Job, _order: Order) -> What | None:
        raise asyncio.CancelledError

    await place(book)
    await start({"open_checkout": hand})
    row = await until_job(book, "open_checkout", lambda row: row.failures == 1)
    assert "cancelled" in row.error


async def test_a_fact_that_the_story_cannot_take_is_a_failure(book: OrderBook, start: Start) -> None:
    await place(book)
    await start({"open_checkout": leads_to(facts.CheckoutOpened("stripe", "cs", "https://x", "tomorrow"))})
    row = await until_job(book, "open_checkout", lambda row: row.failures == 1)
    assert "tomorrow" in row.error


async def test_a_kind_runs_no_more_at_once_than_it_may(book: OrderBook, start: Start) -> None:
    held = Held()
    for number in range(5):
        await place(book, f"N{number}")
    runner = await start({"open_checkout": held}, concurrency={"open_checkout": 2})
    assert {await held.starts.get() for _ in range(2)} == {"N0", "N1"}
    held.let_go.set()
    await until_job(book, "open_checkout", lambda row: row.state == "done")
    async with asyncio.timeout(20):
        while held.finished < 5:
            await book.changed.wait(book.changed.count)
    await runner.stop()
    assert held.most_at_once == 2


async def test_a_busy_kind_does_not_hold_up_the_others(book: OrderBook, start: Start) -> None:
    held = Held()
    await start({"tell_buyer": held, "open_checkout": HANDS["open_checkout"]}, concurrency={"tell_buyer": 1})
    await place(book)
    await held.starts.get()
    await until_job(book, "open_checkout", lambda row: row.state == "done")
    assert held.finished == 0


async def test_a_closed_kind_waits_for_its_hours_and_holds_up_nobody(book: OrderBook, start: Start) -> None:
    shut = [0.3]
    hands = {"tell_buyer": nothing, "open_checkout": HANDS["open_checkout"]}
    await start(hands, closed={"tell_buyer": lambda: shut[0]})
    await place(book)
    await until_job(book, "open_checkout", lambda row: row.state == "done")
    await until_job(book, "tell_buyer", lambda row: row.state == "open" and row.tries == 0)
    shut[0] = 0.0
    await until_job(book, "tell_buyer", lambda row: row.state == "done")


async def test_stopping_gives_unfinished_work_back_uncounted(book: OrderBook, start: Start) -> None:
    held = Held()
    await place(book)
    runner = await start({"open_checkout": held})
    await held.starts.get()
    await runner.stop(grace_seconds=0)
    (row,) = await job_rows(book, "open_checkout")
    assert (row.state, row.owner, row.failures, row.losses) == ("open", None, 0, 0)
    assert held.at_once == 0


async def test_stopping_lets_what_is_nearly_done_finish(book: OrderBook, start: Start) -> None:
    held = Held()
    await place(book)
    runner = await start({"open_checkout": held})
    await held.starts.get()
    stopping = asyncio.create_task(runner.stop(grace_seconds=20))
    await asyncio.sleep(0)
    held.let_go.set()
    await stopping
    (row,) = await job_rows(book, "open_checkout")
    assert (row.state, held.finished) == ("done", 1)


async def test_a_result_is_written_although_the_runner_is_being_stopped(
    book: OrderBook, jobs: Jobs, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing, go_on = asyncio.Event(), asyncio.Event()
    write = jobs.done

    async def slow_disk(job: Job, fact: Fact | None = None) -> bool:
        writing.set()
        await go_on.wait()
        return await write(job, fact)

    monkeypatch.setattr(jobs, "done", slow_disk)
    await place(book)
    runner = await start({"open_checkout": HANDS["open_checkout"]})
    await writing.wait()
    stopping = asyncio.create_task(runner.stop(grace_seconds=0))
    await asyncio.sleep(0.05)
    go_on.set()
    await stopping
    assert "checkout" in (await book.get("A")).data


async def test_whoever_lost_the_lease_stops_and_writes_nothing(
    book: OrderBook, jobs: Jobs, start: Start, time: Time
) -> None:
    held = Held()
    await place(book)
    await start({"open_checkout": held}, lease_seconds=0.6)
    await held.starts.get()
    async with asyncio.timeout(60):
        while not (taken := await jobs.claim(["open_checkout"], "another", 60)):
            await time.passes(10)  # again, if its heartbeat came in between
    (taken_over,) = taken
    async with asyncio.timeout(60):
        while held.at_once:
            await book.changed.wait(book.changed.count, timeout=0.1)
    assert held.finished == 0
    assert await jobs.done(taken_over, Fact("A", f"job:{taken_over.id}", "shop", opened()))


@pytest.mark.parametrize("heard", ["from this process", "from another process"])
async def test_work_that_nobody_wants_any_more_stops_and_writes_nothing(
    book: OrderBook, start: Start, other: Database, clock: SettableClock, heard: str
) -> None:
    held = Held()
    await place(book)
    await book.tell(Fact("A", "stripe:evt_1", "stripe", paid()))
    await start({"compose": held}, lease_seconds=3600)  # no heartbeat comes near
    await held.starts.get()
    teller = book if heard == "from this process" else OrderBook(other, Policy(), clock)
    await teller.tell(Fact("A", "discord:press", "discord:7", facts.RefundAsked()))
    async with asyncio.timeout(20):
        while held.at_once:
            await book.changed.wait(book.changed.count, timeout=0.05)
    assert held.finished == 0
    (row,) = await job_rows(book, "compose")
    assert (row.state, row.owner, row.failures, row.error) == ("dropped", None, 0, None)
    assert [event.kind for event in await book.journal("A")] == ["Placed", "Paid", "RefundAsked"]


async def test_a_heartbeat_alone_stops_work_that_nobody_wants(
    book: OrderBook, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book.changed, "ring", lambda _about=None: None)  # no wake-up gets through
    held = Held()
    await place(book)
    await book.tell(Fact("A", "stripe:evt_1", "stripe", paid()))
    runner = await start({"compose": held}, lease_seconds=0.3)
    await held.starts.get()
    await book.tell(Fact("A", "discord:press", "discord:7", facts.RefundAsked()))
    async with asyncio.timeout(20):
        while held.at_once:
            await asyncio.sleep(0.02)
    assert held.finished == 0
    monkeypatch.undo()
    await runner.stop()


async def test_news_of_an_order_leave_its_work_alone(book: OrderBook, start: Start) -> None:
    held = Held()
    await place(book)
    await book.tell(Fact("A", "stripe:evt_1", "stripe", paid()))
    await start({"compose": held})
    await held.starts.get()
    for number in range(5):
        await book.tell(Fact("A", f"told:{number}", "shop", facts.BuyerTold("discord:1/1")))
    held.let_go.set()
    row = await until_job(book, "compose", lambda row: row.state == "done")
    assert (row.tries, held.finished) == (1, 1)


async def test_long_work_keeps_its_lease(book: OrderBook, start: Start) -> None:
    book.clock = lambda: datetime.now(UTC)
    held = Held()
    await place(book)
    await start({"open_checkout": held}, lease_seconds=1.0)
    await held.starts.get()
    await asyncio.sleep(2.2)  # longer than two leases
    held.let_go.set()
    row = await until_job(book, "open_checkout", lambda row: row.state == "done")
    assert (row.tries, held.most_at_once) == (1, 1)


async def test_deadlines_are_noticed(book: OrderBook, clock: SettableClock, start: Start) -> None:
    await place(book)
    clock.now += timedelta(hours=24, seconds=-0.2)
    await start({"close_checkout": nothing})
    clock.now += timedelta(seconds=0.2)
    await until(book, State.CANCELLED)
    await until_job(book, "close_checkout", lambda row: row.state == "done")


async def test_a_result_waits_for_a_database_that_is_away(
    book: OrderBook, jobs: Jobs, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.runner.RECOVERY_SECONDS", 0.01)
    outages = iter([OperationalError("", None, Exception()), OSError("no route to host")])
    write, look = jobs.done, book.next_deadline

    async def done(job: Job, fact: Fact | None = None) -> bool:
        for error in outages:
            raise error
        return await write(job, fact)

    away = iter([OperationalError("", None, Exception())])

    async def next_deadline() -> Any:
        for error in away:
            raise error
        return await look()

    monkeypatch.setattr(jobs, "done", done)
    monkeypatch.setattr(book, "next_deadline", next_deadline)
    await place(book)
    await start({"open_checkout": HANDS["open_checkout"]})
    row = await until_job(book, "open_checkout", lambda row: row.state == "done")
    assert (row.tries, row.failures) == (1, 0)
    assert "checkout" in (await book.get("A")).data


@pytest.mark.parametrize(
    ("error", "key", "detail"),
    [
        (TryLater("away"), "cause-later", "away"),
        (Refused("Missing Access"), "cause-refused", "Missing Access"),
        (Refused("address refused (550)", text="smtp-address", code="550"), "smtp-address", "address refused (550)"),
        (TryLater("401", text="reason-stripe-key"), "cause-later", "401"),  # only a part of a sentence
        (OutOfMemory("8 GiB"), "cause-memory", "8 GiB"),
        (OSError(errno.ENOSPC, "No space left on device"), "cause-disk", "[Errno 28] No space left on device"),
        (KeyError("takes"), "cause-fault", "KeyError: 'takes'"),
    ],
)
def test_what_failed_is_a_sentence_in_both_languages_beside_the_technical_cause(
    error: Exception, key: str, detail: str
) -> None:
    told = cause(error)
    assert (told.text, str(told)) == (key, detail)
    texts = Texts([default_folder()])
    for locale in ("ko", "en"):
        sentence = texts.cause(locale, {"cause": told.text, "values": json.loads(json.dumps(told.values))})
        assert sentence.endswith("."), sentence
        assert "{" not in sentence


async def test_the_story_hears_why_a_job_died(book: OrderBook, start: Start) -> None:
    await place(book)
    await start({"open_checkout": breaks_with(Refused("address refused (550)", text="smtp-address", code="550"))})
    failure = (await until(book, State.CANCELLED)).data["failure"]
    assert (failure["error"], failure["cause"]) == ("address refused (550)", "smtp-address")
    assert failure["values"] == {"code": "550"}
