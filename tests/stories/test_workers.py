"""Workers on other computers are killed in every phase of composing, and one sleeps longer than its lease: every order
is delivered once.

The shop composes nothing itself; it has PostgreSQL and an object store in common with its workers, and nothing else.
They compose with ACE-Step on tiny random weights, or with the composer.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.storage.database import Database
from bot.storage.order_book import OrderBook
from bot.storage.tables import jobs
from tests.computers import Computer, computers, turnstile
from tests.databases import Time
from tests.stores import ACCESS, SECRET, Store
from tests.stories.street import Message, Street, street

LEASE = 60.0
LEFT_ALONE = "a job is left alone"
ELSEWHERE = """
[engines]
threads = 1
"""

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@dataclass
class Fleet:
    """A shop, computers that compose for it by name, and what they all share."""

    here: Street
    computer: Callable[[str], Computer]
    book: OrderBook
    database: Database
    store: Store

    async def ordered(self, seconds: int = 5) -> str:
        """Order a short piece and pay; returns the order's id."""
        order = await self.here.order(length=str(seconds))
        await self.here.pay(order)
        return order

    async def tries(self, order: str) -> int:
        """Return how often the composing of an order has been claimed."""
        async with self.database.read() as tx:
            composing = (jobs.c.order_id == order) & (jobs.c.kind == "compose")
            return int((await tx.execute(select(jobs.c.tries).where(composing))).scalar_one())

    async def delivered_once(self, order: str) -> None:
        """Approve an order; its buyer has it, and neither buyer nor operator has anything twice."""
        await self.here.react(await self.here.card(order), "1️⃣")
        await self.here.parcel(order)
        await self.here.status(order, "with you")
        seen: list[list[Message]] = [self.here.cards(order), self.here.parcels(order), self.here.statuses(order)]
        assert [len(messages) for messages in seen] == [1, 1, 1]
        told = [event for event in await self.book.journal(order) if event.kind == "TakesReady"]
        assert [event.outcome for event in told] == ["applied"]


@pytest.fixture
async def fleet(
    request: pytest.FixtureRequest, database_url: str, database: Database, book: OrderBook, media_url: str,
    store_server: Store, tmp_path: Path,
) -> AsyncIterator[Fleet]:  # fmt: skip
    """A shop that sells the music of the engine asked for."""
    settings = ELSEWHERE
    if request.param == "ace-step":
        for library in ("torch", "transformers", "diffusers"):
            pytest.importorskip(library, reason="the neural extra is not installed")
        from tests.generation.engines.tiny import tiny_ace_step

        settings += f'[engines.models]\nace-step = "{tiny_ace_step(tmp_path / "weights")}"\n'
    async with street(
        tmp_path, processes=1, opened=False, BGM_ENGINE=request.param, OMP_NUM_THREADS="1", DATABASE_URL=database_url,
        MEDIA_URL=media_url, AWS_ACCESS_KEY_ID=ACCESS, AWS_SECRET_ACCESS_KEY=SECRET,
    ) as here:  # fmt: skip
        config = tmp_path / "config" / "shop.toml"
        config.write_text(config.read_text("utf-8").replace("[work]", "[work]\ncompose = false") + settings, "utf-8")
        await here.shop.open()
        await here.menu()
        async with computers(tmp_path / "elsewhere", here.shop.environment) as computer:
            yield Fleet(here, computer, book, database, store_server)


@pytest.mark.filterwarnings("ignore::FutureWarning")  # the model libraries' own, of each other
@pytest.mark.parametrize("fleet", ["ace-step"], indirect=True)
async def test_killed_in_every_phase_an_order_is_delivered_once(fleet: Fleet) -> None:
    computer = fleet.computer("attic")
    order = await fleet.ordered(10)

    async def in_transaction(moment: str, *, at_commit: bool) -> None:
        async with turnstile(fleet.database, moment, at_commit=at_commit) as held:
            await computer.start()
            await held()
            await computer.kill()

    async def before(still: str) -> None:
        await computer.start(still)
        await computer.stands()
        await computer.cut()

    # 1. Claiming: it is written down, and the worker never hears of it
    await in_transaction("claim", at_commit=True)
    assert await fleet.tries(order) == 1
    take = computer.folder / "media" / "orders" / order / "r1" / "t1"
    assert not take.exists()
    # 2. Playing, finishing, writing the take down
    await before("os.rename /played-0.npz")
    await before("open /played-0.npz")
    assert [file.name for file in take.glob("[!.]*")] == ["played-0.npz"]
    await before("os.rename /raw.flac")
    assert (take / "master.wav").exists()
    # 3. Concluding, storing, telling; at last what was told counts, and the worker never hears of that
    await before("os.rename /overview.png")
    assert (take / "take.json").exists()
    fleet.store.hold("/raw.flac")
    await computer.start()
    await computer.until(fleet.store.held.is_set)
    await computer.kill()
    fleet.store.lose()
    await in_transaction("done", at_commit=False)
    assert fleet.here.cards(order) == []
    await in_transaction("done", at_commit=True)
    await fleet.delivered_once(order)
    assert await fleet.tries(order) == 8
    left = [file for file in take.parent.rglob("*") if file.name.startswith((".", "played"))]
    assert left == [], "nothing half-written stays"


@pytest.mark.parametrize("fleet", ["composer"], indirect=True)
async def test_two_workers_one_asleep_longer_than_its_lease(fleet: Fleet, time: Time) -> None:
    sleeper, other = fleet.computer("attic"), fleet.computer("cellar")
    # 1. It falls asleep with two orders in hand, one of them made but not stored; another computer takes them over
    orders = [await fleet.ordered(), await fleet.ordered()]
    await sleeper.start("os.rename /overview.png")
    await sleeper.stands()
    await time.passes(LEASE + 1)
    await other.start()
    for order in orders:
        await fleet.here.card(order)
        assert await fleet.tries(order) == 2
    # 2. It wakes with work that is not its own any more, which it neither stores nor tells
    stored = fleet.store.received.copy()
    sleeper.go_on()
    await sleeper.until(lambda: sleeper.log.count(LEFT_ALONE) == len(orders))
    assert fleet.store.received == stored
    # 3. It is as good as before: alone now, it makes what comes next
    await other.kill()
    await fleet.here.card(await fleet.ordered())
    for order in orders:
        await fleet.delivered_once(order)
