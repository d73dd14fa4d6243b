"""How fast the order book and the runner are when the work itself takes no time, and what ten thousand orders cost.

``python -m benchmarks.storage`` measures SQLite in a temporary folder; ``--url`` names an empty database.
"""

import argparse
import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import insert

from bot.orders import facts
from bot.orders.brief import Brief
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.policy import Policy
from bot.orders.pricing import Line, Price
from bot.runner import Hand, Runner
from bot.storage import tables
from bot.storage.database import Database, open_database
from bot.storage.jobs import Job, Jobs
from bot.storage.order_book import OrderBook
from bot.storage.rows import order_values

PARKED = 10_000
MANY, SAMPLES = 100, 40
IDLE_SECONDS = 30


def main() -> None:
    """Fill a database, then measure in a fresh process, so that filling it does not count."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--url", help="an empty database; a temporary SQLite file if left out")
    options.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    if given.measure:
        asyncio.run(measure(given.url))
        return
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite:///{Path(folder) / 'shop.db'}"
        asyncio.run(park(url))
        subprocess.run([sys.executable, "-m", "benchmarks.storage", "--measure", "--url", url], check=True)


async def park(url: str) -> None:
    """Write down ten thousand orders that wait for the operator, each with its journal and its done jobs."""
    database = open_database(url)
    await database.upgrade()
    now = datetime.now(UTC)
    for start in range(0, PARKED, 1000):
        orders = [parked_order(now) for _ in range(start, start + 1000)]
        async with database.write() as tx:
            await tx.execute(insert(tables.orders), [order_values(order, now) for order in orders])
            await tx.execute(insert(tables.events), [row for order in orders for row in journal(order, now)])
            await tx.execute(insert(tables.jobs), [row for order in orders for row in done_jobs(order, now)])
    await database.close()


def parked_order(now: datetime) -> Order:
    """An order with three takes in front of the operator, who has three days."""
    order_id = new_order_id()
    files = {
        name: f"orders/{order_id}/r1/t1/{name}" for name in ("master.wav", "preview.mp3", "waveform.png", "raw.wav")
    }
    take = {
        "index": 1,
        "seed": 7,
        "engine": "composer",
        "seconds": 60.0,
        "tempo_bpm": 82.8,
        "lufs": -14.0,
        "files": files,
    }
    return replace(
        new_order(order_id),
        state=State.REVIEWING, version=7, created=now, deadline=now + timedelta(hours=72),
        data={"payment": {"payment": f"pi_{order_id}"}, "takes": [take, take, take], "cards": {"1": "discord:1/2"}},
    )  # fmt: skip


def new_order(order_id: str) -> Order:
    """An order as the dialogue hands it over."""
    brief = Brief(mood="calm", seconds=60, purpose="youtube", details="rain on a window, early morning")
    return Order(order_id, "discord:1", "ko", brief, Price("KRW", (Line("price-length", 15000),)))


def journal(order: Order, now: datetime) -> list[dict[str, object]]:
    """The journal of a parked order."""
    kinds = ("Placed", "CheckoutOpened", "BuyerTold", "Paid", "TakesReady", "CardPosted", "BuyerTold")
    return [
        {"key": f"{order.id}:{number}", "order_id": order.id, "kind": kind, "by": "shop", "data": {"round": 1},
         "at": now, "outcome": "applied", "before": "composing", "after": "reviewing", "because": "It went on."}
        for number, kind in enumerate(kinds)
    ]  # fmt: skip


def done_jobs(order: Order, now: datetime) -> list[dict[str, object]]:
    """The work that was done for a parked order."""
    return [
        {"key": f"{kind}:{order.id}", "order_id": order.id, "kind": kind, "data": {}, "priority": 5, "batch_key": "",
         "cost": 0.0, "state": "done", "free_at": now, "tries": 1, "failures": 0, "losses": 0, "created": now,
         "ended": now}
        for kind in ("open_checkout", "compose", "post_card", "tell_buyer")
    ]  # fmt: skip


class Shop:
    """A book and a runner whose hands do nothing and are done at once; ``started`` says when each compose began."""

    def __init__(self, database: Database) -> None:
        self.book = OrderBook(database, Policy(), lambda: datetime.now(UTC))
        self.jobs = Jobs(self.book)
        self.started: dict[str, float] = {}
        results: dict[str, Callable[[Job], What | None]] = {
            "open_checkout": lambda job: facts.CheckoutOpened("none", "cs", "https://x", "2099-01-01T00:00:00+00:00"),
            "compose": lambda job: facts.TakesReady(job.data["round"], [{"index": 1}]),
            "post_card": lambda job: facts.CardPosted(job.data["round"], "card"),
            "master": lambda job: facts.Mastered(1, []),
            "certify": lambda job: facts.Certified("BGM-1", {}),
            "hand_over": lambda job: facts.HandedOver("dm"),
            "tell_buyer": lambda job: facts.BuyerTold("message"),
            "update_card": lambda job: None,
        }
        self.runner = Runner(self.book, self.jobs, {kind: self._hand(result) for kind, result in results.items()})

    def _hand(self, result: Callable[[Job], What | None]) -> Hand:
        async def hand(job: Job, order: Order) -> What | None:
            if job.kind == "compose":
                self.started[order.id] = time.perf_counter()
            return result(job)

        return hand

    async def place(self) -> str:
        """Place an order and return its id."""
        order = await self.book.place(new_order(new_order_id()), by="buyer", key=f"draft:{new_order_id()}")
        return order.id

    async def pay(self, order_id: str) -> None:
        """Tell that an order is paid."""
        paid = facts.Paid("none", "cs", 15000, "KRW", f"pi_{order_id}")
        await self.book.tell(Fact(order_id, f"paid:{order_id}", "none", paid))

    async def approve(self, order_id: str) -> None:
        """Choose the first take."""
        await self.book.tell(Fact(order_id, f"verdict:{order_id}:1", "operator", facts.Approved(1, 1)))

    async def until(self, order_id: str, fits: Callable[[Order], bool]) -> None:
        """Wait until an order is as it should be."""
        async for order in self.book.watch(order_id):
            if fits(order):
                return

    async def at_rest(self) -> None:
        """Wait until no work is left."""
        while await self.jobs.depth():
            await self.book.changed.wait(self.book.changed.count, timeout=0.1)


async def measure(url: str) -> None:
    """Measure everything beside the parked orders, and print it."""
    database = open_database(url)
    shop = Shop(database)
    await shop.runner.start()
    busy, memory = await idle()
    await latencies(shop, 3)  # first calls compile statements
    paid, approved = await latencies(shop, SAMPLES)
    per_second = await throughput(shop)
    await shop.runner.stop()
    await database.close()
    print_table(
        f"{'SQLite' if database.is_sqlite else 'PostgreSQL'}, {PARKED:,} orders parked, {machine()}",
        ("payment told to compose started", *spread(paid)),
        ("approval told to handed over (3 jobs)", *spread(approved)),
        (f"orders per second, placed to delivered, {MANY} at once", f"{per_second:.1f}", ""),
        (f"idle processor, share of one core over {IDLE_SECONDS} s", f"{busy:.2%}", ""),
        ("idle memory (resident)", f"{memory:.0f} MB", ""),
    )


def print_table(title: str, *rows: tuple[str, str, str]) -> None:
    """Print what was measured; whatever prints it is only loaded now, since it takes memory."""
    from rich.console import Console
    from rich.table import Table

    table = Table("measured", "median", "p95", title=title)
    for row in rows:
        table.add_row(*row)
    Console(width=100).print(table)


async def latencies(shop: Shop, samples: int) -> tuple[list[float], list[float]]:
    """Return the seconds from payment to the start of composing, and from approval to the hand-over, one by one."""
    from_payment, from_approval = [], []
    for _ in range(samples):
        order_id = await shop.place()
        await shop.at_rest()
        begun = time.perf_counter()
        await shop.pay(order_id)
        await shop.until(order_id, lambda order: order.state is State.REVIEWING)
        from_payment.append(shop.started[order_id] - begun)
        await shop.at_rest()
        from_approval.append(
            await timed(shop.approve(order_id), shop.until(order_id, lambda order: order.state is State.DELIVERED))
        )
    return from_payment, from_approval


async def throughput(shop: Shop) -> float:
    """Return how many orders a second go from the summary to the hand-over when all come at once."""

    async def one() -> None:
        order_id = await shop.place()
        await shop.pay(order_id)
        await shop.until(order_id, lambda order: order.state is State.REVIEWING)
        await shop.approve(order_id)
        await shop.until(order_id, lambda order: order.state is State.DELIVERED)

    return MANY / await timed(asyncio.gather(*(one() for _ in range(MANY))))


async def idle() -> tuple[float, float]:
    """Return the share of a core that waiting costs, and the megabytes (10^6) that stay in memory."""
    begun, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(IDLE_SECONDS)
    busy = (time.process_time() - used) / (time.perf_counter() - begun)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return busy, pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def timed(*steps: Awaitable[object]) -> float:
    """Return how many seconds some steps take, one after the other."""
    begun = time.perf_counter()
    for step in steps:
        await step
    return time.perf_counter() - begun


def spread(seconds: list[float]) -> tuple[str, str]:
    """Return median and 95th percentile as words."""
    ordered = sorted(seconds)
    return f"{1000 * statistics.median(ordered):.1f} ms", f"{1000 * ordered[int(0.95 * len(ordered))]:.1f} ms"


def machine() -> str:
    """Return what this was measured on."""
    return f"{os.cpu_count()} cores, Python {sys.version.split()[0]}"


if __name__ == "__main__":
    main()
