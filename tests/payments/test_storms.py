"""Money under random histories and storms: whatever happens in whatever order, both books end up saying the same."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from bot.errors import TryLater
from bot.orders.facts import Fact, RefundAsked, Withdrawn
from bot.orders.order import State
from bot.sandbox.stripe.refusal import Refusal
from bot.storage.order_book import Outcome
from tests.payments.conftest import Door, Till

HELD = (State.COMPOSING, State.REVIEWING, State.PACKING, State.DELIVERING, State.DELIVERED)


def kept_there(till: Till) -> dict[str, int]:
    """What the provider holds for each order: all that was paid, less all that was sent back."""
    kept: dict[str, int] = {}
    for charge in till.world.books.all("charge"):
        if charge["paid"]:
            order = charge["metadata"]["order"]
            kept[order] = kept.get(order, 0) + charge["amount"] - charge["amount_refunded"]
    return kept


class History:
    """A shop, its buyers and its bad days, at random but the same for the same seed."""

    def __init__(self, till: Till, seed: int) -> None:
        self.till = till
        self.dice = random.Random(seed)
        self.orders: list[str] = []
        self.steps: list[Callable[[], Awaitable[object]]] = [
            *[self.place, self.poll, self.ask_back] * 2, *[self.pay, self.work] * 5, self.work_and_crash, self.compare,
            self.lose_an_answer, self.call_off, self.pay_another_page, self.expire, self.bank_answers, self.wait,
        ]  # fmt: skip

    async def place(self) -> None:
        self.orders.append((await self.till.place(self.dice.choice([9000, 15000, 22000]))).id)

    async def pay(self) -> None:
        cards = ["visa", "visa", "declined", "delayed", "delayed_fails"]
        if sessions := [s for s in self.till.world.sessions if s["status"] == "open"]:
            await self.till.world.pay(self.dice.choice(sessions)["id"], card=self.dice.choice(cards))

    async def pay_another_page(self) -> None:
        """A page the book knows nothing of, as after a restored backup, is paid by the same buyer."""
        if self.orders:
            order = await self.till.book.get(self.dice.choice(self.orders))
            fresh = replace(order, created=self.till.clock(), deadline=None)
            with contextlib.suppress(TryLater):  # an answer was lost for longer than the library tries
                page = await self.till.provider.open(fresh, key=f"{self.dice.random()}", now=self.till.clock())
                if self.till.world.session(page.reference)["status"] == "open":
                    await self.till.world.pay(page.reference)

    async def bank_answers(self) -> None:
        for session in self.till.world.sessions:
            if session["status"] == "complete" and session["payment_status"] == "unpaid":
                with contextlib.suppress(Refusal):  # it answered before, and refused
                    await self.till.world.advance_delayed(session["id"], paid=self.dice.random() < 0.6)

    async def expire(self) -> None:
        if sessions := self.till.world.sessions:
            await self.till.world.expire(self.dice.choice(sessions)["id"])

    async def work(self) -> None:
        await self.till.work()

    async def work_and_crash(self) -> None:
        await self.till.work(crash=True)

    async def poll(self) -> None:
        await self.till.reconciler.poll("stripe")

    async def compare(self) -> None:
        await self.till.reconciler.compare("stripe")

    async def lose_an_answer(self) -> None:
        route = self.dice.choice(["/v1/checkout/sessions", "/v1/refunds", "/v1/checkout/sessions/*/expire"])
        self.till.world.faults.fail("POST", route, status=0, when=self.dice.choice(["before", "after"]))

    async def call_off(self) -> None:
        await self._say(Withdrawn())

    async def ask_back(self) -> None:
        await self._say(RefundAsked())

    async def _say(self, what: Withdrawn | RefundAsked) -> None:
        if self.orders:
            await self.till.book.tell(Fact(self.dice.choice(self.orders), f"{self.dice.random()}", "discord:1", what))

    async def wait(self) -> None:
        self.till.clock.ahead += timedelta(minutes=self.dice.choice([1, 5, 20, 90]))
        await self.till.book.overdue(self.till.clock())

    async def settle(self) -> None:
        """Every bank answers, every page is over, every job gets done."""
        self.till.world.faults.clear()
        self.steps = []
        for _ in range(4):
            await self.bank_answers()
            await self.till.reconciler.poll("stripe")
            await self.till.reconciler.compare("stripe")
            await self.till.work()
            self.till.clock.ahead += timedelta(hours=3)
        for session in self.till.world.sessions:
            await self.till.world.expire(session["id"])
        await self.till.reconciler.poll("stripe")
        await self.till.work()


@pytest.mark.parametrize("seed", range(12))
async def test_after_any_history_both_books_agree(till: Till, seed: int) -> None:
    history = History(till, seed)
    for _ in range(90):
        await history.dice.choice(history.steps)()
    await history.settle()
    kept = kept_there(till)
    assert kept, "nobody paid in this history"
    for id_ in history.orders:
        order = await till.book.get(id_)
        owed = order.price.total.amount if order.state in HELD else 0
        assert kept.get(id_, 0) == owed, f"{id_} is {order.state}, Stripe keeps {kept.get(id_, 0)}"
        assert order.state in (*HELD, State.CANCELLED, State.REFUNDED)
    assert (await till.reconciler.compare("stripe")).agree


async def test_ten_thousand_webhooks_shuffled_doubled_forged_stale_and_future(till: Till, door: Door) -> None:
    dice = random.Random(7)
    pages = [await till.opened() for _ in range(40)]
    for _, reference in pages:
        await till.world.pay(reference)
    events = [json.dumps(e).encode() for e in till.world.events if e["type"] == "checkout.session.completed"]

    def signed(body: bytes, secret: str, away: int = 0) -> tuple[bytes, str, bool]:
        at = int(till.clock().timestamp()) + away
        mark = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
        return body, f"t={at},v1={mark}", secret == till.world.webhook_secret and abs(away) < 300

    secret = till.world.webhook_secret
    storm = [signed(body, secret) for body in events for _ in range(100)]
    storm += [signed(dice.choice(events), f"whsec_{n}") for n in range(2000)]
    storm += [signed(dice.choice(events), secret, -dice.randint(330, 10**6)) for _ in range(2000)]
    storm += [signed(dice.choice(events), secret, dice.randint(330, 10**6)) for _ in range(2000)]
    dice.shuffle(storm)
    assert len(storm) == 10_000

    async def deliver(http: ClientSession, body: bytes, header: str, real: bool) -> None:
        async with http.post(door.url, data=body, headers={"Stripe-Signature": header}) as answer:
            assert answer.status == (200 if real else 400)

    calls = len(till.world.gate.log)
    async with ClientSession() as http:
        for start in range(0, len(storm), 50):
            await asyncio.gather(*(deliver(http, *message) for message in storm[start : start + 50]))
    for order, _ in pages:
        journal = await till.book.journal(order)
        assert [event.outcome for event in journal if event.kind == "Paid"] == [Outcome.APPLIED]
        assert await till.state(order) is State.COMPOSING
    assert len(till.world.gate.log) - calls < 200  # repetitions are not looked up again
