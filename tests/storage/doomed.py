"""A shop that is killed in the middle of everything: ``python -m tests.storage.doomed URL FOLDER KILLS``.

The process imports what it needs once and then forks one life after the other; every life opens the database, plays
buyers and operator, does the jobs, and is ended by ``kill -9`` after a moment. The last one may finish.
"""

import asyncio
import os
import random
import signal
import sys
import time
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

import alembic.command  # noqa: F401 - imported before the first fork, since every life needs it
import structlog

from bot.orders import facts
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.runner import Runner
from bot.storage.database import open_database
from bot.storage.jobs import Job, Jobs
from bot.storage.order_book import OrderBook
from tests.orders.example import new_order, paid

ORDERS = 20
SHORTEST_LIFE, LONGEST_LIFE = 0.02, 0.6

ENDINGS = (State.DELIVERED, State.DELIVERED, State.REFUNDED, State.CANCELLED, State.REFUNDED)
"""By the order's number modulo 5: chosen at once, chosen after other takes, turned down, never paid, taken back while
it is composed."""


def name_of(number: int) -> str:
    return f"ORDER{number:03}"


class World:
    """What the shop does outside: a line for every effect, and a payment provider that returns a payment once."""

    def __init__(self, folder: Path) -> None:
        self.begun: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self._effects = os.open(folder / "effects", os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    async def work(self, job: Job, order: Order) -> What | None:
        if job.kind == "compose":
            self.begun[order.id].set()
        await asyncio.sleep(0.003)
        os.write(self._effects, f"{job.id} {job.kind} {order.id}\n".encode())
        await asyncio.sleep(0.003)
        return self._leads_to(job, order)

    def _leads_to(self, job: Job, order: Order) -> What | None:
        match job.kind:
            case "open_checkout":
                return facts.CheckoutOpened(
                    "stripe", f"cs_{order.id}", "https://pay.example", "2099-01-01T00:00:00+00:00"
                )
            case "compose":
                return facts.TakesReady(job.data["round"], [{"index": 1}, {"index": 2}])
            case "post_card":
                return facts.CardPosted(job.data["round"], f"card:{order.id}:{job.data['round']}")
            case "master":
                return facts.Mastered(order.round, [{"name": "master.wav"}])
            case "certify":
                return facts.Certified(f"BGM-{order.id}", {})
            case "hand_over":
                return facts.HandedOver("dm")
            case "refund":
                return facts.Refunded(job.data["payment"], f"re_{job.data['payment']}", 15000, "KRW")
            case "tell_buyer":
                return facts.BuyerTold(f"dm:{order.id}")
            case _:
                return None


KINDS = ("open_checkout", "close_checkout", "compose", "post_card", "update_card", "alert_operator", "tell_buyer",
         "master", "certify", "hand_over", "refund")  # fmt: skip


async def live(url: str, folder: Path) -> None:
    """One life: from the first connection until every order has ended, or until the kill."""
    database = open_database(url)
    await database.upgrade()
    book = OrderBook(database, Policy(), lambda: datetime.now(UTC))
    jobs = Jobs(book)
    world = World(folder)
    runner = Runner(book, jobs, dict.fromkeys(KINDS, world.work))
    await runner.start()
    await asyncio.gather(*(accompany(book, world, number) for number in range(ORDERS)))
    while await jobs.depth():
        await book.changed.wait(book.changed.count, timeout=0.2)
    await runner.stop()
    await database.close()


async def accompany(book: OrderBook, world: World, number: int) -> None:
    """Be one buyer and the operator, who know nothing of earlier lives and say everything again."""
    name = name_of(number)
    await book.place(new_order(name, customer=f"discord:{number}"), by="buyer", key=f"draft:{number}")
    fate = number % len(ENDINGS)
    if fate == 3:
        await book.tell(Fact(name, f"withdrawn:{name}", "buyer", facts.Withdrawn()))
        return
    await book.tell(Fact(name, f"stripe:{name}", "stripe", paid(f"pi_{name}")))
    async for order in book.watch(name):
        if fate == 4 and order.state in (State.COMPOSING, State.REVIEWING):
            if number % 2 and order.state is State.COMPOSING:  # in the middle of it; the others before it begins
                await world.begun[name].wait()
            await book.tell(Fact(name, f"back:{name}", "operator", facts.RefundAsked()))
        elif order.state is State.REVIEWING:
            verdict: What = facts.Approved(order.round, 2)
            if fate == 1 and order.round == 1:
                verdict = facts.AgainAsked(1)
            elif fate == 2:
                verdict = facts.Rejected(1)
            await book.tell(Fact(name, f"verdict:{name}:{order.round}", "operator", verdict))
        elif order.state.ended:
            return


def end_after(seconds: float, process: int) -> bool:
    """Kill a life after that long; say whether it was over before."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if os.waitpid(process, os.WNOHANG) != (0, 0):
            return True
        time.sleep(0.002)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    return False


def main(url: str, folder: Path, kills: int) -> None:
    chance = random.Random(kills)
    killed = 0
    for number in range(kills + 1):
        process = os.fork()
        if process == 0:
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
            asyncio.run(live(url, folder))
            os._exit(0)
        over = end_after(chance.uniform(SHORTEST_LIFE, LONGEST_LIFE) if number < kills else 120, process)
        if over:
            break
        killed += 1
    print(f"{killed} killed")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
