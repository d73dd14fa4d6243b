"""A shop's money room over the wire: the real book, the real stripe library, and a Stripe on this machine."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web

from bot.errors import Outside, TryLater
from bot.orders.brief import Brief
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.policy import Policy
from bot.orders.pricing import Line, Price
from bot.payments.bank_desk import Teller
from bot.payments.bill import Item
from bot.payments.cashier import Cashier
from bot.payments.manual import ManualProvider
from bot.payments.provider import Provider
from bot.payments.reconcile import Reconciler
from bot.payments.stripe import API_VERSION, Pages, StripeProvider
from bot.sandbox.stripe import StripeWorld
from bot.settings.files import default_folder
from bot.settings.shop import Bank
from bot.storage.database import Database, open_database
from bot.storage.jobs import Jobs
from bot.storage.order_book import OrderBook
from bot.storage.transfers import Transfers
from bot.texts import Texts
from bot.web.payments import webhook
from bot.web.services import SERVICES, WebServices


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
    teller: Teller
    asked: list[tuple[str, str]]
    """What the operator was asked about transfers: what, and about which order."""

    async def place(self, amount: int = 15000, currency: str = "KRW", id_: str = "", **more: Any) -> Order:
        price = Price(currency, (Line("price-length", amount, (("seconds", 60),)),))
        return await self.priced(price, id_=id_, **more)

    async def priced(self, price: Price, id_: str = "", **more: Any) -> Order:
        """Place an order for a price that has lines of its own."""
        order = Order(
            id=id_ or new_order_id(),
            customer="discord:1",
            locale="ko",
            brief=Brief("calm", 60, "youtube"),
            price=price,
            created=self.clock(),
            **more,
        )
        return await self.book.place(order, by="discord:1", key=f"draft:{order.id}")

    async def transferring(self, amount: int = 15000) -> str:
        """Place an order that is paid by bank transfer, and have the buyer told where to; its id."""
        order = await self.place(amount, data={"provider": "manual"})
        await self.work()
        return order.id

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


BANK = Bank(name="한빛은행", account="110-222-333333", holder="김해", days=3)


@asynccontextmanager
async def opened_till(
    world: StripeWorld,
    database: Database,
    clock: Clock,
    watched: Callable[[Provider], Provider] = lambda provider: provider,
    *,
    tax: bool = False,
) -> AsyncIterator[Till]:
    """Open a shop's till; every provider goes through ``watched`` first."""
    book = OrderBook(database, Policy(), clock)
    provider = StripeProvider(world.key, world.api, bill, PAGES, shop="테스트 상점", tax=tax)
    transfers, asked = Transfers(database, clock), list[tuple[str, str]]()

    async def ask(what: str, order: str) -> None:
        asked.append((what, order))

    manual = ManualProvider(transfers, BANK, Texts([default_folder()]), ask)
    providers = {"stripe": watched(provider), "manual": watched(manual)}
    cashier = Cashier(
        book,
        providers,
        lambda order: order.data.get("provider", "stripe"),
        secrets=(world.webhook_secret,),
        version=API_VERSION,
    )
    reconciler = Reconciler(book, cashier, providers, poll_seconds=0.05)
    teller = Teller(transfers, cashier)
    try:
        yield Till(world, book, Jobs(book), clock, provider, cashier, reconciler, teller, asked)
    finally:
        await reconciler.stop()
        await provider.stop()


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Door:
    """The shop's webhook address as the web room serves it; ``answers`` are the statuses it gave."""

    url: str = ""
    answers: list[int] = field(default_factory=list)


@pytest.fixture
async def door(till: Till) -> AsyncIterator[Door]:
    door = Door()

    async def hear(body: bytes, signature: str) -> None:
        await till.cashier.hear(body, signature)

    @web.middleware
    async def noted(request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        door.answers.append(answer.status)
        return answer

    app = web.Application(middlewares=[noted])
    app[SERVICES] = cast(WebServices, SimpleNamespace(webhook=hear))
    app.router.add_post("/stripe/webhook", webhook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/stripe/webhook"
    yield door
    await runner.cleanup()
