"""A shop's money room over the wire: the real book, the real stripe library, and a Stripe on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.errors import NotAllowed, Outside, TryLater
from bot.orders.brief import Brief
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.policy import Policy
from bot.orders.pricing import Line, Price
from bot.payments.bill import Item
from bot.payments.cashier import Cashier
from bot.payments.reconcile import Reconciler
from bot.payments.stripe import API_VERSION, Pages, StripeProvider
from bot.sandbox.stripe import StripeWorld
from bot.storage.database import Database, open_database
from bot.storage.jobs import Jobs
from bot.storage.order_book import OrderBook


@dataclass
class Clock:
    """The present, put forward by hand where a test needs tomorrow."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Till:
    """Everything of one shop that has to do with money, and the buyer's orders in it."""

    world: StripeWorld
    book: OrderBook
    jobs: Jobs
    clock: Clock
    provider: StripeProvider
    cashier: Cashier
    reconciler: Reconciler

    async def place(self, amount: int = 15000, currency: str = "KRW", **more: Any) -> Order:
        price = Price(currency, (Line("price-length", amount, (("seconds", 60),)),))
        order = Order(
            id=new_order_id(),
            customer="discord:1",
            locale="ko",
            brief=Brief("calm", 60, "youtube"),
            price=price,
            created=self.clock(),
            **more,
        )
        return await self.book.place(order, by="discord:1", key=f"draft:{order.id}")

    async def opened(self, **more: Any) -> tuple[str, str]:
        """Place an order and open its page; its id and the session's."""
        order = await self.place(**more)
        await self.work()
        return order.id, (await self.book.get(order.id)).data["checkout"]["reference"]

    async def work(self, *kinds: str, crash: bool = False) -> int:
        """Do the open jobs of this room; ``crash`` dies after each effect, before it is written down."""
        count = 0
        while claimed := await self.jobs.claim(kinds or tuple(self.cashier.hands), "test", 60.0):
            (job,) = claimed
            count += 1
            try:
                what = await self.cashier.hands[job.kind](job, await self.book.get(job.order))
            except TryLater as error:
                await self.jobs.failed(job, str(error), retry_after=error.after)
            except Outside as error:
                await self.jobs.failed(job, str(error), final=True)
            else:
                if crash:
                    self.clock.ahead += timedelta(seconds=61)  # its lease runs out
                    return count
                await self.jobs.done(job, self._fact(job.order, job.id, what))
        return count

    @staticmethod
    def _fact(order: str, job: int, what: What | None) -> Fact | None:
        return None if what is None else Fact(order, f"job:{job}", "shop", what)

    async def state(self, order: str) -> State:
        return (await self.book.get(order)).state


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def world(clock: Clock) -> AsyncIterator[StripeWorld]:
    """Stripe, living in the same time as the shop."""
    world = await StripeWorld.start(clock=lambda: clock().timestamp(), retry_after=(0.01, 0.01, 0.01))
    yield world
    await world.stop()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = open_database(f"sqlite+aiosqlite:///{tmp_path}/shop.sqlite3")
    await database.upgrade()
    yield database
    await database.close()


def bill(order: Order) -> tuple[Item, ...]:
    return (Item("차분한 배경음악 · 1:00 · 유튜브", order.price.total.amount),)


PAGES = Pages("http://127.0.0.1:9/pay/{order}/paid", "http://127.0.0.1:9/pay/{order}/cancelled")


@pytest.fixture
async def till(world: StripeWorld, database: Database, clock: Clock) -> AsyncIterator[Till]:
    async with opened_till(world, database, clock) as till:
        yield till


@asynccontextmanager
async def opened_till(world: StripeWorld, database: Database, clock: Clock) -> AsyncIterator[Till]:
    book = OrderBook(database, Policy(), clock)
    provider = StripeProvider(world.key, world.api, bill, PAGES, shop="테스트 상점")
    cashier = Cashier(
        book,
        {"stripe": provider},
        lambda order: "stripe",
        secrets=(world.webhook_secret,),
        version=API_VERSION,
    )
    reconciler = Reconciler(book, cashier, {"stripe": provider}, poll_seconds=0.05)
    yield Till(world, book, Jobs(book), clock, provider, cashier, reconciler)
    await reconciler.stop()
    await provider.stop()


@dataclass
class Door:
    """The shop's webhook address as the web room serves it; ``answers`` are the statuses it gave."""

    url: str = ""
    answers: list[int] = field(default_factory=list)


@pytest.fixture
async def door(till: Till) -> AsyncIterator[Door]:
    door = Door()

    async def hear(request: web.Request) -> web.Response:
        try:
            await till.cashier.hear(await request.read(), request.headers.get("Stripe-Signature", ""))
            status = 200
        except NotAllowed:
            status = 400
        except TryLater:
            status = 503
        door.answers.append(status)
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/stripe/webhook", hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/stripe/webhook"
    yield door
    await runner.cleanup()
