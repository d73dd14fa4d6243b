"""The power goes between every two lines that matter: after every write and after every call that changes something.

(Between two such points nothing lasting happens: a transaction that is cut short leaves what was there before it.)
A day at the till is played with a fuse that burns at each of these points; when it is through, the shop is gone and
opened anew over the same database and the same bank. However that falls, each payment counts once, each refund moves
once, and all books agree.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.facts import Fact, RefundAsked
from bot.orders.ledger import Kind
from bot.orders.order import State
from bot.payments.provider import Provider
from bot.sandbox.stripe import StripeWorld
from bot.storage.database import Database
from bot.storage.ledger import Ledger
from tests.payments.conftest import Clock, Till, opened_till
from tests.payments.test_ledger import EVER

CARD, BANK, KEPT = "CARD222222", "BANK222222", "KEPT222222"


class PowerCut(BaseException):
    """Nothing catches this: the process is gone."""


class Fuse:
    """Burns at every point; at ``points`` the power goes."""

    def __init__(self, points: int) -> None:
        self.left = points
        self.burnt = 0

    def burn(self) -> None:
        self.burnt += 1
        self.left -= 1
        if self.left == 0:
            raise PowerCut


class MortalDatabase(Database):
    """A database whose process may end after any commit."""

    def __init__(self, url: str, fuse: Fuse) -> None:
        super().__init__(make_url(url))
        self.fuse = fuse

    @contextlib.asynccontextmanager
    async def write(self, about: str = "", *, quiet: bool = False) -> AsyncIterator[AsyncConnection]:
        async with super().write(about, quiet=quiet) as tx:
            yield tx
        self.fuse.burn()


class MortalProvider:
    """A provider whose caller may end when a call was carried out, before the answer is written down."""

    def __init__(self, provider: Provider, fuse: Fuse) -> None:
        self._provider = provider
        self._fuse = fuse

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._provider, name)
        return self._mortal(found) if name in ("open", "close", "refund") else found

    def _mortal(self, method: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def call(*arguments: Any, **named: Any) -> Any:
            answer = await method(*arguments, **named)
            self._fuse.burn()
            return answer

        return call


@contextlib.asynccontextmanager
async def shop(world: StripeWorld, file: Path, clock: Clock, fuse: Fuse) -> AsyncIterator[Till]:
    database = MortalDatabase(f"sqlite+aiosqlite:///{file}", fuse)
    try:
        async with opened_till(
            world, database, clock, lambda provider: cast(Provider, MortalProvider(provider, fuse))
        ) as till:
            yield till
    finally:
        await database.close()


async def day(till: Till) -> None:
    """Three orders: one by card and one by transfer, both sent back; one by card that is kept."""
    for name, way in ((CARD, "stripe"), (BANK, "manual"), (KEPT, "stripe")):
        await till.place(id_=name, data={"provider": way})
    await till.work()
    for session in till.world.sessions:
        if session["status"] == "open" and session["metadata"]["order"] in (CARD, KEPT):
            await till.world.pay(session["id"])
    await till.reconciler.poll("stripe")
    await till.teller.came(await till.book.get(BANK), 15000, "discord:9")
    for name in (CARD, BANK):
        await till.book.tell(Fact(name, f"ask:{name}", "discord:1", RefundAsked("no")))
    await till.work()
    await till.teller.gone(await till.book.get(BANK), "discord:9")
    await till.reconciler.compare("stripe")
    await till.reconciler.compare("manual")
    await till.work()


async def lived_through(file: Path, points: int) -> int:
    """Live through a day with one power cut after so many points, then check all books; the points there were."""
    clock = Clock()
    world = await StripeWorld.start(clock=lambda: clock().timestamp(), retry_after=(0.01,))
    try:
        return await _lived_through(world, clock, file, points)
    finally:
        await world.stop()


async def _lived_through(world: StripeWorld, clock: Clock, file: Path, points: int) -> int:
    fuse = Fuse(points)
    with contextlib.suppress(PowerCut):
        async with shop(world, file, clock, fuse) as till:
            await day(till)
    clock.ahead += timedelta(seconds=61)  # whatever was being done is free again
    async with shop(world, file, clock, Fuse(-1)) as till:
        await day(till)
        await agree(till)
    return fuse.burnt


async def agree(till: Till) -> None:
    states = {name: await till.state(name) for name in (CARD, BANK, KEPT)}
    assert states == {CARD: State.REFUNDED, BANK: State.REFUNDED, KEPT: State.COMPOSING}
    charges = [c for c in till.world.books.all("charge") if c["paid"]]
    assert sorted((c["metadata"]["order"], c["amount"], c["amount_refunded"]) for c in charges) == [
        (CARD, 15000, 15000),
        (KEPT, 15000, 0),
    ]
    assert len([s for s in till.world.sessions if s["status"] == "open"]) == 0
    ledger = Ledger(till.book.database)
    sums = (await ledger.totals(*EVER))["KRW"]
    assert (sums[Kind.PAYMENT], sums[Kind.REFUND]) == (45000, -30000)
    at_stripe = sum(movement["net"] for movement in till.world.books.all("balance_transaction"))
    assert sum(sums.values()) == at_stripe  # nothing is left of the transfer


@pytest.fixture
async def template(tmp_path: Path) -> Path:
    database = MortalDatabase(f"sqlite+aiosqlite:///{tmp_path}/template.db", Fuse(-1))
    await database.upgrade()
    await database.close()
    return tmp_path / "template.db"


SHARES = 2


@pytest.mark.parametrize("share", range(SHARES))
async def test_a_power_cut_between_any_two_lines_moves_no_money_twice(template: Path, share: int) -> None:
    points, number = 1 + share, 0
    while True:
        file = template.with_name(f"shop-{points}.db")
        shutil.copyfile(template, file)
        burnt = await lived_through(file, points)
        number += 1
        if burnt < points:  # the day ended before the power did
            break
        points += SHARES
    assert number > 10
