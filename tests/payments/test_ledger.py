"""The ledger over the wire: every movement once, with its reference, and the same sums as Stripe and the orders."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.orders.facts import Fact, RefundAsked, Withdrawn
from bot.orders.ledger import Kind
from bot.orders.order import State
from bot.sandbox.stripe import StripeWorld, disputes, refunds
from bot.sandbox.stripe.refusal import Refusal
from bot.storage.database import Database, open_database
from bot.storage.ledger import Entry, Ledger
from tests.payments.conftest import Clock, Till, opened_till

EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


async def entries(till: Till) -> list[Entry]:
    return await Ledger(till.book.database).between(*EVER)


async def paid(till: Till, card: str = "visa") -> tuple[str, str]:
    order, reference = await till.opened()
    await till.world.pay(reference, card=card)
    await till.reconciler.poll("stripe")
    return order, reference


async def test_a_payment_and_its_fee_stand_with_their_references(till: Till) -> None:
    order, reference = await paid(till)
    for _ in range(2):
        await till.reconciler.compare("stripe")
    intent = till.world.session(reference)["payment_intent"]
    (movement,) = till.world.books.all("balance_transaction")
    lines = [(e.order, e.movement.kind, e.movement.reference, e.movement.amount) for e in await entries(till)]
    assert lines == [
        (order, Kind.PAYMENT, intent, 15000),
        (order, Kind.FEE, movement["id"], -movement["fee"]),
    ]
    assert movement["fee"] > 0


async def test_the_tax_in_a_payment_stands_beside_it_and_changes_no_sum(
    world: StripeWorld, database: Database, clock: Clock
) -> None:
    async with opened_till(world, database, clock, tax=True) as till:
        order, _ = await paid(till)
        ledger = Ledger(database)
        assert await ledger.taxes(*EVER) == {"KRW": (await till.book.get(order)).data["payment"]["tax"]}
        assert (await ledger.taxes(*EVER))["KRW"] == world.sessions[0]["total_details"]["amount_tax"] > 0
        assert (await ledger.totals(*EVER))["KRW"][Kind.PAYMENT] == 15000


async def test_a_lost_dispute_costs_its_amount_and_its_fee(till: Till) -> None:
    await paid(till, card="dispute")
    disputes.settle(till.world.books, till.world.books.all("dispute")[0], won=False)
    await till.reconciler.poll("stripe")
    await till.reconciler.compare("stripe")
    sums = await Ledger(till.book.database).totals(*EVER)
    assert sums["KRW"][Kind.DISPUTE] == -15000
    assert sum(sums["KRW"].values()) == sum(m["net"] for m in till.world.books.all("balance_transaction")) < 0


async def test_a_key_that_may_not_read_the_balance_keeps_nothing_else_from_working(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    rights = ["checkout_session:write", "payment_intent:read", "charge:write", "event:read", "dispute:read"]
    till.world.gate.grant(till.world.key, rights)
    assert (await till.reconciler.compare("stripe")).agree
    assert await till.state(order) is State.COMPOSING
    assert [e.movement.kind for e in await entries(till)] == [Kind.PAYMENT]


steps = st.lists(
    st.one_of(
        st.tuples(st.just("place"), st.sampled_from([9000, 15000]), st.sampled_from(["KRW", "USD"])),
        st.tuples(st.just("pay"), st.integers(0, 5), st.sampled_from(["visa", "visa", "delayed", "dispute"])),
        st.tuples(st.just("pay"), st.integers(0, 5), st.just("visa")),
        st.tuples(st.sampled_from(["work", "crash", "poll", "compare", "bank"])),
        st.tuples(st.sampled_from(["ask_back", "call_off", "dashboard"]), st.integers(0, 5)),
        st.tuples(st.just("dispute"), st.integers(0, 5), st.sampled_from([1, 1, 2, 3])),
        st.tuples(st.just("decide"), st.sampled_from(["won", "won", "lost", "partly"])),
        st.tuples(st.just("lose_refund")),
    ),
    min_size=4,
    max_size=30,
)  # fmt: skip


class Play:
    """One random history, told to a till of its own."""

    def __init__(self, till: Till) -> None:
        self.till = till
        self.orders: list[str] = []
        self.told = 0

    async def place(self, amount: int, currency: str) -> None:
        self.orders.append((await self.till.place(amount, currency)).id)
        await self.till.work("open_checkout")

    async def pay(self, index: int, card: str) -> None:
        if pages := [s for s in self.till.world.sessions if s["status"] == "open"]:
            await self.till.world.pay(pages[index % len(pages)]["id"], card=card)

    async def work(self) -> None:
        await self.till.work()

    async def crash(self) -> None:
        await self.till.work(crash=True)

    async def poll(self) -> None:
        await self.till.reconciler.poll("stripe")

    async def compare(self) -> None:
        await self.till.reconciler.compare("stripe")

    async def bank(self) -> None:
        for session in self.till.world.sessions:
            if session["status"] == "complete" and session["payment_status"] == "unpaid":
                await self.till.world.advance_delayed(session["id"], paid=True)

    async def ask_back(self, index: int) -> None:
        await self._say(index, RefundAsked())

    async def call_off(self, index: int) -> None:
        await self._say(index, Withdrawn())

    async def _say(self, index: int, what: Any) -> None:
        self.told += 1
        if self.orders:
            order = self.orders[index % len(self.orders)]
            await self.till.book.tell(Fact(order, f"said:{self.told}", "discord:1", what))

    async def dashboard(self, index: int) -> None:
        """The operator sends a part back by hand."""
        with contextlib.suppress(Refusal):
            charge = self._charges()[index]
            refunds.create(self.till.world.books, {"charge": charge["id"], "amount": charge["amount"] // 3})

    async def dispute(self, index: int, share: int) -> None:
        """The bank questions a part of a payment, or all of it, as long as so much is left."""
        books, charge = self.till.world.books, self._charges()[index]
        amount = charge["amount"] // share
        before = [d["amount"] for d in books.all("dispute") if d["charge"] == charge["id"] and d["status"] != "won"]
        if amount + charge["amount_refunded"] + sum(before) <= charge["amount"]:
            intent = books.get("payment_intent", charge["payment_intent"])
            disputes.open_dispute(books, intent, "general", inquiry=index % 2 == 0, amount=amount)

    async def decide(self, how: str) -> None:
        for dispute in self._open_disputes()[:1]:
            won = how == "won" or dispute["status"].startswith("warning")
            returned = dispute["amount"] // 4 if how == "partly" else 0
            disputes.settle(self.till.world.books, dispute, won=won, returned=returned)

    async def lose_refund(self) -> None:
        for refund in [r for r in self.till.world.refunds if r["status"] == "pending"][:1]:
            await self.till.world.finish_refund(refund["id"], arrived=False)

    def _charges(self) -> _Round:
        return _Round(c for c in self.till.world.books.all("charge") if c["status"] == "succeeded")

    def _open_disputes(self) -> list[dict[str, Any]]:
        return [d for d in self.till.world.books.all("dispute") if d["status"].endswith("needs_response")]

    async def settle(self) -> None:
        """Banks answer, jobs get done, and hours pass, until nothing is left to happen."""
        for _ in range(5):
            await self.bank()
            while self._open_disputes():
                await self.decide("won")
            await self.poll()
            await self.compare()
            await self.till.work()
            self.till.clock.ahead += timedelta(hours=2)
            await self.till.book.overdue(self.till.clock())


class _Round(list[Any]):
    """A list without an end; asked of an empty one, Stripe has nothing either."""

    def __getitem__(self, index: Any) -> Any:
        if not self:
            raise Refusal("there is no charge")
        return super().__getitem__(index % len(self))


async def played(happened: list[tuple[Any, ...]], folder: Path) -> None:
    clock = Clock()
    world = await StripeWorld.start(clock=lambda: clock().timestamp(), retry_after=(0.01,))
    database = open_database(f"sqlite+aiosqlite:///{folder}/shop.sqlite3")
    await database.upgrade()
    try:
        async with opened_till(world, database, clock) as till:
            play = Play(till)
            for verb, *arguments in happened:
                with contextlib.suppress(Refusal):
                    await getattr(play, verb)(*arguments)
            await play.settle()
            await agree(till, play)
    finally:
        await database.close()
        await world.stop()


async def agree(till: Till, play: Play) -> None:
    """Ledger, provider and orders say the same: in sum, for each order, and in what each order's state means."""
    lines = await entries(till)
    there: dict[str, int] = {}
    for movement in till.world.books.all("balance_transaction"):
        there[movement["currency"].upper()] = there.get(movement["currency"].upper(), 0) + movement["net"]
    here: dict[str, int] = {}
    for line in lines:
        here[line.movement.currency] = here.get(line.movement.currency, 0) + line.movement.amount
    assert here == there
    for id_ in play.orders:
        order = await till.book.get(id_)
        kept = sum(e.movement.amount for e in lines if e.order == id_ and e.movement.kind is not Kind.FEE)
        match order.state:
            case State.REFUNDED | State.CANCELLED | State.AWAITING_PAYMENT:
                assert kept == 0, (id_, order.state)
            case _:
                assert kept == order.price.total.amount - order.back, (id_, order.state)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps)
def test_ledger_provider_and_orders_always_agree(happened: list[tuple[Any, ...]]) -> None:
    with TemporaryDirectory() as folder:
        asyncio.run(played(happened, Path(folder)))


@pytest.mark.parametrize("kind", list(Kind))
async def test_every_kind_of_movement_happens(till: Till, kind: Kind) -> None:
    """Guards the property above against histories in which nothing happens."""
    play = Play(till)
    story: list[tuple[Any, ...]] = [
        ("place", 15000, "KRW"), ("pay", 0, "delayed"), ("bank",), ("poll",), ("dispute", 1, 1), ("poll",),
        ("decide", "won"), ("poll",), ("ask_back", 0), ("work",), ("lose_refund",), ("poll",), ("compare",),
    ]  # fmt: skip
    for verb, *arguments in story:
        await getattr(play, verb)(*arguments)
    await play.settle()
    await agree(till, play)
    assert kind in {line.movement.kind for line in await entries(till)}
