"""Bank transfers, Stars, coupons, credit and bundles under random histories: ledger, providers and orders agree."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.errors import BadInput
from bot.orders import bundles, facts
from bot.orders.discounts import Bundle, Coupon, Discounts, Kind, with_bundle, with_coupon, with_credit
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State, new_order_id
from bot.orders.policy import Policy
from bot.orders.pricing import Line, Price
from bot.payments.bank_desk import Teller
from bot.payments.cashier import Cashier
from bot.payments.manual import ManualProvider
from bot.payments.provider import Provider
from bot.payments.reconcile import Reconciler
from bot.payments.stars import StarsProvider
from bot.settings.files import default_folder
from bot.storage.database import Database, open_database
from bot.storage.jobs import Jobs
from bot.storage.ledger import Ledger
from bot.storage.order_book import OrderBook
from bot.storage.purse import Purse
from bot.storage.tables import coupon_uses
from bot.storage.transfers import Transfers
from bot.texts import Texts
from tests.orders.example import BRIEF, CERTIFIED, HANDED_OVER, MASTERED
from tests.payments.conftest import BANK, Clock, bill
from tests.payments.test_ledger import EVER

BUYER = "telegram:1"
SPRING = Coupon("SPRING", Kind.PERCENT, 30, limit=3, each=0)
GIFT = Coupon("GIFT", Kind.PERCENT, 100, limit=2, each=0)


@dataclass(frozen=True)
class Movement:
    """A line of Telegram's list."""

    charge: str
    order: str
    user: int
    amount: int
    at: datetime
    back: bool


@dataclass
class Chat:
    """Telegram, as far as Stars move there: a list that only grows."""

    clock: Clock
    list: list[Movement] = field(default_factory=list)

    async def send_bill(self, user: int, order: str, title: str, about: str, amount: int) -> int:
        return 1

    async def take_back_bill(self, user: int, message: int) -> None:
        pass

    async def send_back(self, user: int, charge: str) -> None:
        came = next(one for one in self.list if one.charge == charge)
        if not any(one.back and one.charge == charge for one in self.list):
            self.list.append(Movement(charge, came.order, user, came.amount, self.clock(), back=True))

    async def movements(self, offset: int) -> tuple[Sequence[Movement], int]:
        return self.list[offset:], len(self.list) - offset


class Play:
    """One random history of a shop that is paid by transfer and in Stars."""

    def __init__(self, database: Database) -> None:
        self.clock = Clock()
        self.book = OrderBook(database, Policy(), self.clock)
        self.jobs, self.chat = Jobs(self.book), Chat(self.clock)
        self.purse, self.transfers = Purse(database, self.clock), Transfers(database, self.clock)
        manual = ManualProvider(self.transfers, BANK, Texts([default_folder()]), self._ask)
        stars = StarsProvider(self.chat, self.book, bill, timedelta(days=1))
        providers: dict[str, Provider] = {"manual": manual, "stars": stars}
        self.cashier = Cashier(self.book, providers, lambda order: str(order.data["provider"]))
        self.reconciler = Reconciler(self.book, self.cashier, providers)
        self.teller = Teller(self.transfers, self.cashier)
        self.orders: list[str] = []
        self.told = 0

    async def _ask(self, what: str, order: str) -> None:
        pass

    async def open(self) -> None:
        for coupon in (SPRING, GIFT):
            await self.purse.make(coupon, "discord:9")
        for currency in ("KRW", "XTR"):
            await self.purse.give(BUYER, 20000, currency, key=f"given:{currency}", by="discord:9")

    async def place(self, way: str, discount: str) -> None:
        price = Price("XTR" if way == "stars" else "KRW", (Line("price-length", 15000),))
        made = {
            "none": lambda: (price, Discounts()),
            "spring": lambda: with_coupon(price, SPRING, self.clock()),
            "gift": lambda: with_coupon(price, GIFT, self.clock()),
            "credit": lambda: with_credit(price, Discounts(), 12000),
            "bundle": lambda: with_bundle(price, Bundle(5, 4)),
        }[discount]()
        order = Order(
            new_order_id(), BUYER, "ko", BRIEF, made[0], created=self.clock(),
            data={"provider": way, "discounts": made[1].to_json()},
        )  # fmt: skip
        with contextlib.suppress(BadInput):  # used up
            await self.book.place(order, by=BUYER, key=f"draft:{order.id}")
            self.orders.append(order.id)

    async def pay(self, index: int, off: int, heard: bool) -> None:
        order = await self._order(index)
        if order is None or not order.price.total.amount or "checkout" not in order.data:
            return
        if order.data["provider"] == "manual":
            if heard:
                await self.teller.came(order, order.price.total.amount - off, "discord:9")
            else:
                await self.transfers.arrived(order.id, order.price.total.amount - off, "discord:9")
        elif order.state is State.AWAITING_PAYMENT:  # Telegram asks before it takes anything
            charge = f"charge{len(self.chat.list)}"
            self.chat.list.append(Movement(charge, order.id, 1, order.price.total.amount, self.clock(), back=False))
            if heard:
                what = facts.Paid("stars", charge, order.price.total.amount, "XTR", charge)
                await self.book.tell(Fact(order.id, f"stars:paid:{charge}", "stars", what))

    async def hand_over(self, index: int) -> None:
        takes = facts.TakesReady(1, [{"index": 1}])
        await self._say(index, takes, facts.Approved(1, 1), MASTERED, CERTIFIED, HANDED_OVER)

    async def ask_back(self, index: int) -> None:
        await self._say(index, facts.RefundAsked())

    async def call_off(self, index: int) -> None:
        await self._say(index, facts.Withdrawn())

    async def send_back(self, index: int) -> None:
        order = await self._order(index)
        if order is not None and order.state is State.REFUNDING and order.data["payment"]["provider"] == "manual":
            await self.teller.gone(order, "discord:9")

    async def wait(self, hours: int) -> None:
        self.clock.ahead += timedelta(hours=hours)
        await self.book.overdue(self.clock())

    async def compare(self) -> None:
        for name in ("manual", "stars"):
            await self.reconciler.compare(name)

    async def work(self, crash: bool) -> None:
        while claimed := await self.jobs.claim(tuple(self.cashier.hands), "test", 60.0):
            (job,) = claimed
            what = await self.cashier.hands[job.kind](job, await self.book.get(job.order))
            if crash:
                self.clock.ahead += timedelta(seconds=61)
                return
            await self.jobs.done(job, None if what is None else Fact(job.order, f"job:{job.id}", "shop", what))

    async def settle(self) -> None:
        """Everything is heard of, every job gets done, the operator sends back what is owed."""
        for _ in range(3):
            await self.compare()
            await self.work(crash=False)
            for index in range(len(self.orders)):
                await self.send_back(index)
            await self.wait(2)

    async def _order(self, index: int) -> Order | None:
        return await self.book.get(self.orders[index % len(self.orders)]) if self.orders else None

    async def _say(self, index: int, *whats: What) -> None:
        if (order := await self._order(index)) is not None:
            for what in whats:
                self.told += 1
                await self.book.tell(Fact(order.id, f"said:{self.told}", BUYER, what))


async def agree(play: Play) -> None:
    lines = await Ledger(play.book.database).between(*EVER)
    at_bank = [(one.came if one.came_at else 0) - (one.gone if one.gone_at else 0) for one in
               await play.transfers.since(EVER[0])]  # fmt: skip
    at_chat = [-one.amount if one.back else one.amount for one in play.chat.list]
    for provider, there in (("manual", at_bank), ("stars", at_chat)):
        assert sum(e.movement.amount for e in lines if e.movement.provider == provider) == sum(there)
    orders = [await play.book.get(id_) for id_ in play.orders]
    for order in orders:
        kept = sum(entry.movement.amount for entry in lines if entry.order == order.id)
        over = order.state in (State.REFUNDED, State.CANCELLED, State.AWAITING_PAYMENT)
        assert kept == (order.kept if over else order.price.total.amount), order
    await _discounts_agree(play, orders)


async def _discounts_agree(play: Play, orders: list[Order]) -> None:
    standing = [order for order in orders if order.state not in (State.CANCELLED, State.REFUNDED)]
    used = {o.id for o in orders if "code" in o.data["discounts"] and (o in standing or o.data.get("hand_over"))}
    async with play.book.database.read() as tx:
        rows = await tx.execute(select(coupon_uses.c.order_id).where(coupon_uses.c.returned.is_(None)))
        assert set(rows.scalars()) == used
    for currency in ("KRW", "XTR"):
        mine = [Discounts.from_json(o.data["discounts"]) for o in standing if o.price.currency == currency]
        brought = [bundles.standing(o) for o in orders if o.price.currency == currency]
        owed = 20000 - sum(one.credit for one in mine) + sum(brought)
        assert await play.purse.balance(BUYER, currency) == owed


small = st.integers(0, 5)
steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("place"),
            st.sampled_from(["manual", "stars"]),
            st.sampled_from(["none", "spring", "gift", "credit", "bundle"]),
        ),
        st.tuples(st.just("pay"), small, st.sampled_from([0, 0, 0, 500]), st.booleans()),
        st.tuples(st.sampled_from(["hand_over", "ask_back", "call_off", "send_back"]), small),
        st.tuples(st.just("work"), st.booleans()),
        st.tuples(st.just("work"), st.just(False)),
        st.tuples(st.just("wait"), st.sampled_from([1, 30, 80])),
        st.tuples(st.just("compare")),
    ),
    min_size=6,
    max_size=40,
)


async def played(happened: list[tuple[Any, ...]], url: str) -> None:
    async with opened(url) as play:
        for verb, *arguments in happened:
            await getattr(play, verb)(*arguments)
        await play.settle()
        await agree(play)


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Play]:
    database = open_database(url)
    await database.upgrade()
    try:
        play = Play(database)
        await play.open()
        yield play
    finally:
        await database.close()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
@example([("place", "manual", "gift"), ("wait", 30), ("hand_over", 0)])  # the parcel arrives after the end
@example(
    [("place", "manual", "bundle"), ("work", False), ("pay", 0, 0, True), ("hand_over", 0),
     *[("place", "manual", "credit")] * 3, ("ask_back", 0), ("work", True), ("send_back", 0), ("ask_back", 1)]
)  # fmt: skip  # of a bundle that was used in part only the rest goes back
def test_books_agree_whatever_happens(happened: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(played(happened, f"sqlite:///{Path(folder)}/shop.db"))


async def test_the_same_story_on_both_databases(database_url: str) -> None:
    """A history in which everything happens: every way, every discount, wrong amounts, crashes, late news."""
    story: list[tuple[Any, ...]] = [
        *(("place", way, discount) for way in ("manual", "stars")
          for discount in ("none", "spring", "gift", "credit", "bundle")),
        ("work", True), ("work", False), ("pay", 0, 500, True), *(("pay", n, 0, n % 2 == 0) for n in range(1, 10)),
        ("compare",), ("work", False), *(("hand_over", index) for index in range(0, 10, 2)),
        *(("ask_back", index) for index in (1, 2, 4, 7)), ("work", True), ("wait", 1), ("place", "manual", "credit"),
    ]  # fmt: skip
    async with opened(database_url) as play:
        for verb, *arguments in story:
            await getattr(play, verb)(*arguments)
        await play.settle()
        await agree(play)
        states = {(await play.book.get(id_)).state for id_ in play.orders}
        assert {State.DELIVERED, State.REFUNDED, State.CANCELLED, State.COMPOSING} <= states
