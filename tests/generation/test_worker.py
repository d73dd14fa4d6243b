"""Workers are killed in every phase of composing, one is stopped longer than its lease: every order is made once."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.orders.brief import Brief
from bot.orders.facts import Fact
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.storage.database import Database
from bot.storage.order_book import OrderBook
from tests.orders.example import new_order
from tests.orders.example import paid as facts_paid

PATIENCE = 240
Worker = asyncio.subprocess.Process
Start = Callable[[], Awaitable[Worker]]

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def now_book(database: Database) -> OrderBook:
    return OrderBook(database, Policy(), lambda: datetime.now(UTC))


@asynccontextmanager
async def workers(url: str, folder: Path, lease: float) -> AsyncIterator[Start]:
    """Start workers, each with the processes it starts in a group of its own; at the end none is left."""
    started: list[Worker] = []

    async def start() -> Worker:
        program = [sys.executable, "-m", "tests.generation.worker_program", url, str(folder), str(lease)]
        with (folder / "worker.log").open("ab") as log:
            started.append(
                await asyncio.create_subprocess_exec(*program, start_new_session=True, stdout=log, stderr=log)
            )
        return started[-1]

    try:
        yield start
    finally:
        for worker in started:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            await worker.wait()


async def paid(book: OrderBook, number: int) -> Order:
    order = replace(new_order(f"ORDER{number:05}"), brief=Brief("calm", 5, "youtube"))
    await book.place(order, by=order.customer, key=f"place:{number}")
    what = facts_paid(f"pi_{number}")
    await book.tell(Fact(order.id, f"paid:{number}", "stripe", what))
    return order


async def until(true: Callable[[], bool], folder: Path) -> None:
    try:
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail((folder / "worker.log").read_text("utf-8", "replace")[-3000:])


async def composed_once(book: OrderBook, order: Order, folder: Path) -> None:
    """Wait until an order's takes are ready; they were told once, and every file is there."""
    try:
        async with asyncio.timeout(PATIENCE):
            while (await book.get(order.id)).state is State.COMPOSING:
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail((folder / "worker.log").read_text("utf-8", "replace")[-3000:])
    made = await book.get(order.id)
    assert made.state is State.REVIEWING
    told = [event for event in await book.journal(order.id) if event.kind == "TakesReady"]
    assert [event.outcome for event in told] == ["applied"]
    assert [take["index"] for take in made.data["takes"]] == [1]
    for take in made.data["takes"]:
        assert all((folder / key).is_file() for key in take["files"].values())
        assert take["made"]["batch_seeds"]


async def test_killed_in_every_phase_each_order_is_made_once(
    now_book: OrderBook, database_url: str, tmp_path: Path
) -> None:
    def log(word: str) -> bool:
        return (tmp_path / "log").exists() and word in (tmp_path / "log").read_text()

    def found(name: str, order: Order) -> bool:
        return any((tmp_path / "orders" / order.id).glob(f"**/{name}"))

    phases: dict[str, Callable[[Order], bool]] = {
        "playing": lambda _order: log("batch"),
        "played": lambda order: found("played-0.npz", order),
        "finished": lambda order: found("take.json", order),
    }
    async with workers(database_url, tmp_path, 30) as start:
        worker = await start()
        for number, reached in enumerate(phases.values()):
            order = await paid(now_book, number)
            await until(lambda reached=reached, order=order: reached(order), tmp_path)  # type: ignore[misc]
            os.killpg(worker.pid, signal.SIGKILL)
            await worker.wait()
            (tmp_path / "log").unlink(missing_ok=True)
            worker = await start()
            await composed_once(now_book, order, tmp_path)
            assert not list((tmp_path / "orders" / order.id).glob("**/played-*"))


async def test_two_workers_one_stopped_longer_than_its_lease(
    now_book: OrderBook, database_url: str, tmp_path: Path
) -> None:
    orders = [await paid(now_book, number) for number in range(3)]
    async with workers(database_url, tmp_path, 3) as start:
        sleeper = await start()
        await until(lambda: any((tmp_path / "orders").glob("**/played-0.npz")), tmp_path)
        os.killpg(sleeper.pid, signal.SIGSTOP)
        await start()
        for order in orders:
            await composed_once(now_book, order, tmp_path)
        os.killpg(sleeper.pid, signal.SIGCONT)  # it wakes up with results that are no longer its own to give
        late = await paid(now_book, 3)
        await composed_once(now_book, late, tmp_path)
        for order in orders:
            await composed_once(now_book, order, tmp_path)
