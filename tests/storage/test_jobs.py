"""Work is claimed by one, kept alive by a heartbeat, ended once, and never forgotten."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import State
from bot.orders.policy import Policy
from bot.storage.claiming import LOSSES_ALLOWED
from bot.storage.database import Database
from bot.storage.jobs import Hold, Job, Jobs
from bot.storage.order_book import OrderBook, Told
from bot.storage.owners import new_owner
from bot.storage.retries import OTHERWISE, RETRIES
from bot.storage.tables import jobs as table
from tests.databases import SettableClock, Time
from tests.orders.example import BRIEF, new_order, opened, paid, refunded, takes

LEASE = 60.0


async def composing(book: OrderBook, name: str, seconds: int = 60, round_: int = 1) -> None:
    """An order that is paid; a second round was asked for if ``round_`` is 2."""
    order = new_order(name, brief=BRIEF.but(seconds=seconds))
    await book.place(order, by="discord:1", key=f"draft:{name}")
    await book.tell(Fact(name, f"{name}:paid", "stripe", paid()))
    if round_ == 2:
        await book.tell(Fact(name, f"{name}:takes", "shop", takes()))
        await book.tell(Fact(name, f"{name}:again", "discord:7", facts.AgainAsked(1)))


async def claim_one(jobs: Jobs, kind: str = "compose", owner: str = "a") -> Job:
    (job,) = await jobs.claim([kind], owner, LEASE)
    return job


async def state_of(database: Database, job: Job) -> str:
    async with database.read() as tx:
        state: str = (await tx.execute(select(table.c.state).where(table.c.id == job.id))).scalar_one()
        return state


async def test_the_oldest_goes_first_and_revisions_before_it(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "FIRST")
    await composing(book, "SECOND")
    await composing(book, "AGAIN", round_=2)
    assert [(await claim_one(jobs)).order for _ in range(3)] == ["AGAIN", "FIRST", "SECOND"]


async def test_a_claimed_job_says_everything(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "FIRST", seconds=95)
    job = await claim_one(jobs, owner="me")
    assert (job.kind, job.key, job.data, job.owner) == ("compose", "compose:FIRST:1", {"round": 1}, "me")
    assert (job.tries, job.failures, job.cost, job.batch_key, job.lease_seconds) == (1, 0, 95.0, "3", LEASE)


async def test_what_is_claimed_is_nobody_elses(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "FIRST")
    await claim_one(jobs)
    assert await jobs.claim(["compose"], "b", LEASE) == []
    assert await jobs.claim([], "b", LEASE) == []
    assert await jobs.claim(["unheard_of"], "b", LEASE) == []


async def test_work_that_fits_together_is_claimed_together(book: OrderBook, jobs: Jobs) -> None:
    for name, seconds in (("A", 60), ("B", 200), ("C", 65), ("D", 89), ("E", 70)):
        await composing(book, name, seconds)
    assert [job.order for job in await jobs.claim(["compose"], "a", LEASE, limit=3)] == ["A", "C", "D"]
    assert [job.order for job in await jobs.claim(["compose"], "a", LEASE, limit=3)] == ["B"]
    assert [job.order for job in await jobs.claim(["compose"], "a", LEASE, limit=3)] == ["E"]


async def test_a_batch_stays_within_its_cost_but_the_head_always_goes(book: OrderBook, jobs: Jobs) -> None:
    for name, seconds in (("A", 60), ("B", 85), ("C", 61)):
        await composing(book, name, seconds)
    batch = await jobs.claim(["compose"], "a", LEASE, limit=8, max_cost=130)
    assert [job.order for job in batch] == ["A", "C"]
    assert [job.order for job in await jobs.claim(["compose"], "a", LEASE, limit=8, max_cost=10)] == ["B"]


async def test_two_jobs_of_one_kind_and_order_never_run_at_once(
    book: OrderBook, jobs: Jobs, other: Database, clock: SettableClock
) -> None:
    elsewhere = Jobs(OrderBook(other, Policy(), clock))
    await book.place(new_order("A"), by="discord:1", key="a")
    await book.tell(Fact("A", "b", "shop", opened()))
    first = await claim_one(jobs, "tell_buyer")
    assert await jobs.claim(["tell_buyer"], "b", LEASE, limit=5) == []
    assert await elsewhere.claim(["tell_buyer"], "c", LEASE, limit=5) == []
    assert await jobs.seconds_until_free(["tell_buyer"]) == pytest.approx(LEASE, abs=5)
    await jobs.done(first)
    assert (await claim_one(jobs, "tell_buyer")).id > first.id


async def test_two_of_one_kind_and_order_are_not_claimed_in_one_batch(book: OrderBook, jobs: Jobs) -> None:
    for name in ("A", "B"):
        await book.place(new_order(name), by="discord:1", key=name)
        await book.tell(Fact(name, f"{name}:b", "shop", opened()))
    assert [job.order for job in await jobs.claim(["tell_buyer"], "a", LEASE, limit=4)] == ["A", "B"]


async def test_many_workers_claim_every_job_once(book: OrderBook, other: Database, clock: SettableClock) -> None:
    for number in range(40):
        await composing(book, f"N{number}", seconds=30 + number % 3)
    queues = [Jobs(book), Jobs(OrderBook(other, Policy(), clock))]

    async def work(number: int) -> list[Job]:
        done = []
        while batch := await queues[number % 2].claim(
            ["compose", "tell_buyer"], f"w{number}", LEASE, limit=1 + number % 3
        ):
            for job in batch:
                assert await queues[number % 2].done(job)
                done.append(job)
        return done

    results = await asyncio.gather(*(work(number) for number in range(6)))
    claimed = [job.id for result in results for job in result]
    assert len(claimed) == len(set(claimed))
    leftover = await queues[0].claim(["compose", "tell_buyer"], "last", LEASE, limit=200)
    assert len(claimed) + len(leftover) == 40 + 80
    assert sum(1 for result in results if result) > 1


async def test_the_end_of_a_job_and_its_fact_are_one(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "A")
    job = await claim_one(jobs)
    assert await jobs.done(job, Fact("A", f"job:{job.id}", "shop", takes()))
    assert (await book.get("A")).state is State.REVIEWING
    assert not await jobs.done(job, Fact("A", f"job:{job.id}", "shop", takes()))

    post = await claim_one(jobs, "post_card")
    unreadable = facts.CheckoutOpened("stripe", "", "", "tomorrow")
    early = Fact("A", "draft:A:again", "shop", unreadable)
    assert await jobs.done(post, early)  # means nothing now, and is journalled
    assert (await book.journal("A"))[-1].outcome == "ignored"


async def test_a_fact_that_cannot_be_applied_leaves_the_job_open(book: OrderBook, jobs: Jobs) -> None:
    await book.place(new_order("A"), by="discord:1", key="a")
    job = await claim_one(jobs, "open_checkout")
    unreadable = facts.CheckoutOpened("stripe", "", "", "tomorrow")
    with pytest.raises(ValueError, match="tomorrow"):
        await jobs.done(job, Fact("A", f"job:{job.id}", "shop", unreadable))
    assert await state_of(book.database, job) == "open"
    assert await jobs.done(job, Fact("A", f"job:{job.id}", "shop", opened()))


async def test_a_heartbeat_holds_a_job(book: OrderBook, jobs: Jobs, time: Time) -> None:
    await composing(book, "A")
    job = await claim_one(jobs)
    for _ in range(4):
        await time.passes(LEASE * 0.9)
        assert await jobs.heartbeat(job) is Hold.OURS
    assert await jobs.claim(["compose"], "b", LEASE) == []
    await time.passes(LEASE * 1.1)
    assert len(await jobs.claim(["compose"], "b", LEASE)) == 1


async def test_whoever_lost_a_job_can_no_longer_write(book: OrderBook, jobs: Jobs, time: Time) -> None:
    await composing(book, "A")
    slow = await claim_one(jobs, owner="slow")
    await time.passes(LEASE + 1)
    quick = await claim_one(jobs, owner="quick")
    assert (quick.id, quick.tries) == (slow.id, 2)
    assert await jobs.heartbeat(slow) is Hold.LOST
    assert await jobs.hold(slow) is Hold.LOST
    assert not await jobs.done(slow, Fact("A", f"job:{slow.id}", "shop", takes()))
    assert not await jobs.failed(slow, "too slow", final=True)
    assert not await jobs.release(slow)
    assert (await book.get("A")).state is State.COMPOSING
    assert await jobs.done(quick, Fact("A", f"job:{quick.id}", "shop", takes()))


TAKEN_BACK: Mapping[str, What] = {
    "asked back": facts.RefundAsked(),
    "too late": facts.DeadlinePassed(2),
    "sent back outside": refunded(),
    "dispute lost": facts.DisputeClosed("stripe", "pi_1", "du_1", 15000, "KRW", won=False),
}


@pytest.mark.parametrize("why", TAKEN_BACK)
async def test_composing_ends_with_the_step_that_takes_the_order_back(
    book: OrderBook, jobs: Jobs, other: Database, clock: SettableClock, why: str
) -> None:
    await composing(book, "HELD")
    await composing(book, "WAITING")
    held, elsewhere = await claim_one(jobs), Jobs(OrderBook(other, Policy(), clock))
    for name in ("HELD", "WAITING"):
        assert (await book.tell(Fact(name, f"{name}:{why}", "stripe", TAKEN_BACK[why]))).outcome == "applied"
    after = (await book.get("HELD")).state
    assert after in (State.REFUNDING, State.REFUNDED)
    assert await elsewhere.heartbeat(held, progress=0.5) is Hold.UNWANTED
    assert await elsewhere.hold(held) is Hold.UNWANTED
    assert await jobs.claim(["compose"], "b", LEASE) == []
    assert await jobs.progress_of("HELD") is None
    # Whatever its worker still says is not heard, and the refund waits for nobody.
    heard = len(await book.journal("HELD"))
    assert not await jobs.done(held, Fact("HELD", f"job:{held.id}", "shop", takes()))
    assert not await jobs.failed(held, "too late", final=True)
    assert not await jobs.release(held)
    assert (len(await book.journal("HELD")), (await book.get("HELD")).state) == (heard, after)
    assert len(await jobs.claim(["refund"], "b", LEASE, limit=2)) == (2 if after is State.REFUNDING else 0)


async def test_an_earlier_try_that_nobody_needs_ends_with_the_round(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "A")
    await book.tell(Fact("A", "retry", "discord:7", facts.RetryAsked()))
    first = await claim_one(jobs)
    assert await jobs.done(first, Fact("A", f"job:{first.id}", "shop", takes()))
    assert await jobs.claim(["compose"], "a", LEASE) == []
    assert (await jobs.depth()).get("compose") is None


async def test_a_correction_ends_with_the_next_press_and_with_the_verdict(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "A")
    kept = {"files": {"raw": "r"}, "target": {}}
    await book.tell(Fact("A", "takes", "shop", facts.TakesReady(1, [{"index": 1} | kept])))
    held = []
    for press in ("louder", "fade-out"):
        await book.tell(Fact("A", press, "discord:7", facts.CorrectionAsked(1, 1, press)))
        held.append(await claim_one(jobs, "correct"))
    assert [await jobs.hold(job) for job in held] == [Hold.UNWANTED, Hold.OURS]
    await book.tell(Fact("A", "verdict", "discord:7", facts.Approved(1, 1)))
    assert await jobs.hold(held[1]) is Hold.UNWANTED
    packing = await claim_one(jobs, "master")
    await book.tell(Fact("A", "back", "discord:7", facts.RefundAsked()))
    assert await jobs.hold(packing) is Hold.UNWANTED


async def test_an_order_that_was_forgotten_wants_nothing(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "A")
    job = await claim_one(jobs)
    async with book.database.write() as tx:
        await tx.execute(delete(table).where(table.c.order_id == "A"))
    assert await jobs.heartbeat(job) is Hold.UNWANTED


async def test_an_end_and_a_refund_at_the_same_moment_never_wait_for_each_other(
    book: OrderBook, jobs: Jobs, other: Database, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await composing(book, "A")
    job, elsewhere = await claim_one(jobs), OrderBook(other, Policy(), clock)
    refunding: list[asyncio.Task[Told]] = []
    tell_within = book.tell_within

    async def slowly(tx: AsyncConnection, fact: Fact) -> Told:
        """Between the end of the job and its fact somebody takes the order back."""
        refunding.append(asyncio.create_task(elsewhere.tell(Fact("A", "back", "discord:7", facts.RefundAsked()))))
        await asyncio.sleep(0.2)
        return await tell_within(tx, fact)

    monkeypatch.setattr(book, "tell_within", slowly)
    async with asyncio.timeout(20):
        assert await jobs.done(job, Fact("A", f"job:{job.id}", "shop", takes()))
        assert (await refunding[0]).outcome == "applied"
    assert [event.kind for event in await book.journal("A")][-2:] == ["TakesReady", "RefundAsked"]
    assert (await book.get("A")).state is State.REFUNDING


async def test_a_worker_that_claims_again_what_it_lost_is_another_one(book: OrderBook, jobs: Jobs, time: Time) -> None:
    await composing(book, "A")
    first = await claim_one(jobs, owner="same")
    await jobs.release(first)
    second = await claim_one(jobs, owner="same")
    assert not await jobs.done(first)
    assert await jobs.done(second)


async def test_a_job_whose_lease_ran_out_unnoticed_can_still_end(book: OrderBook, jobs: Jobs, time: Time) -> None:
    await composing(book, "A")
    job = await claim_one(jobs)
    await time.passes(LEASE * 2)
    assert await jobs.done(job, Fact("A", f"job:{job.id}", "shop", takes()))


async def test_a_failed_job_waits_longer_every_time_and_dies_with_a_fact(
    book: OrderBook, jobs: Jobs, time: Time
) -> None:
    await composing(book, "A")
    for failures, pause in ((1, 5.0), (2, 15.0)):
        job = await claim_one(jobs)
        assert await jobs.failed(job, f"try {failures}")
        assert await jobs.claim(["compose"], "b", LEASE) == []
        assert await jobs.seconds_until_free(["compose"]) == pytest.approx(pause, abs=2)
        await time.passes(pause)
    job = await claim_one(jobs)
    assert (job.tries, job.failures) == (3, 2)
    assert await jobs.failed(job, "try 3\0" + "!" * 1000)
    assert await state_of(book.database, job) == "dead"
    order = await book.get("A")
    assert order.state is State.REFUNDING
    assert order.data["failure"]["error"].startswith("try 3!!!")
    assert order.data["failure"]["data"] == {"round": 1}
    assert (await book.journal("A"))[-1].key == f"job:{job.id}"


async def test_a_pause_asked_for_is_kept_up_to_an_hour(book: OrderBook, jobs: Jobs, time: Time) -> None:
    await composing(book, "A")
    await jobs.failed(await claim_one(jobs), "429", retry_after=70)
    assert await jobs.seconds_until_free(["compose"]) == pytest.approx(70, abs=2)
    await time.passes(70)
    await jobs.failed(await claim_one(jobs), "429", retry_after=1e9)
    assert await jobs.seconds_until_free(["compose"]) == pytest.approx(3600, abs=2)


async def test_what_is_hopeless_dies_at_once(book: OrderBook, jobs: Jobs) -> None:
    await book.place(new_order("A"), by="discord:1", key="a")
    assert await jobs.failed(await claim_one(jobs, "open_checkout"), "wrong key", final=True)
    assert (await book.get("A")).state is State.CANCELLED


async def test_work_waits_for_no_clock_that_was_set_back(book: OrderBook, jobs: Jobs, clock: SettableClock) -> None:
    await composing(book, "A")
    clock.now -= timedelta(hours=1)
    assert await jobs.seconds_until_free(["compose"]) == pytest.approx(0, abs=0.5)
    assert await jobs.failed(await claim_one(jobs), "try 1")
    assert await jobs.claim(["compose"], "b", LEASE) == []  # a pause is a pause
    assert await jobs.seconds_until_free(["compose"]) == pytest.approx(5, abs=2)


async def test_a_released_job_is_free_at_once_and_unharmed(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "A")
    for _ in range(RETRIES["compose"].tries + LOSSES_ALLOWED + 5):
        job = await claim_one(jobs)
        assert job.failures == 0
        assert await jobs.release(job)
    assert (await book.get("A")).state is State.COMPOSING


async def test_a_job_that_brings_worker_after_worker_down_dies(book: OrderBook, jobs: Jobs, time: Time) -> None:
    await composing(book, "A")
    await composing(book, "B")
    for _ in range(LOSSES_ALLOWED):
        assert (await claim_one(jobs, owner="doomed")).order == "A"
        await time.passes(LEASE + 1)
    assert (await claim_one(jobs, owner="survivor")).order == "B"
    assert (await book.get("A")).state is State.REFUNDING


async def test_work_of_a_process_that_is_gone_is_freed_at_start(book: OrderBook, jobs: Jobs) -> None:
    gone = _owner_that_is_gone()
    for name in ("A", "B", "C"):
        await composing(book, name)
    assert (await claim_one(jobs, owner=gone)).order == "A"
    assert (await claim_one(jobs, owner=new_owner())).order == "B"
    assert (await claim_one(jobs, owner=gone.replace("/", "x/", 1))).order == "C"  # another host
    assert await jobs.free_orphans() == 1
    assert (await claim_one(jobs)).order == "A"
    assert await jobs.claim(["compose"], "a", LEASE) == []


def _owner_that_is_gone() -> str:
    script = "from bot.storage.owners import new_owner; print(new_owner())"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()


async def test_a_process_number_that_was_given_again_is_not_the_same_process(book: OrderBook, jobs: Jobs) -> None:
    await composing(book, "A")
    host, process, started, random = new_owner().rsplit("/", 3)
    assert process == str(os.getpid())
    await claim_one(jobs, owner=f"{host}/{process}/{started}1/{random}")
    assert await jobs.free_orphans() == 1


async def test_progress_and_place_in_the_queue(book: OrderBook, jobs: Jobs) -> None:
    for name in ("A", "B", "C"):
        await composing(book, name)
    assert [await jobs.position(name) for name in ("A", "B", "C")] == [1, 2, 3]
    job = await claim_one(jobs)
    assert await jobs.progress_of("A") is None
    assert [await jobs.position(name) for name in ("A", "B", "C", "D")] == [0, 1, 2, None]
    await jobs.heartbeat(job, progress=0.4)
    assert await jobs.progress_of("A") == pytest.approx(0.4)
    await jobs.heartbeat(job)
    await jobs.heartbeat(job, progress=7.0)
    assert await jobs.progress_of("A") == 1.0
    await jobs.done(job)
    assert await jobs.progress_of("A") is None
    assert await jobs.position("A") is None


async def test_how_deep_the_queue_is(book: OrderBook, jobs: Jobs, clock: SettableClock) -> None:
    assert await jobs.depth() == {}
    assert await jobs.seconds_until_free(["compose"]) is None
    await composing(book, "A")
    await composing(book, "B")
    await claim_one(jobs)
    depth = (await jobs.depth())["compose"]
    assert (depth.count, depth.running) == (2, 1)
    assert 0 <= depth.oldest < 60
    assert await jobs.seconds_until_free(["compose"]) == 0


async def test_no_work_is_written_down_twice(book: OrderBook, database: Database) -> None:
    await composing(book, "A")
    await book.tell(Fact("A", "again", "stripe", paid("pi_1")))
    async with database.read() as tx:
        assert (await tx.execute(select(func.count()).where(table.c.kind == "compose"))).scalar_one() == 1


@pytest.mark.parametrize("kind", [*RETRIES, "anything"])
def test_pauses_grow_up_to_a_limit(kind: str) -> None:
    retry = RETRIES.get(kind, OTHERWISE)
    pauses = [retry.pause(failures) for failures in range(1, retry.tries)]
    assert pauses == sorted(pauses)
    assert pauses[0] == retry.first
    assert pauses[-1] <= retry.longest


def test_a_refund_is_given_up_before_the_story_asks_again() -> None:
    retry = RETRIES["refund"]
    assert sum(retry.pause(failures) for failures in range(1, retry.tries)) < Policy().refund_retry


def test_every_kind_of_work_in_the_story_has_its_policy() -> None:
    from bot.orders.flow import TABLE

    assert {kind for row in TABLE for kind in row.do} | {"open_checkout"} == set(RETRIES)
