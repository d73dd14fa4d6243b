"""Workers are killed in every phase of composing, one is stopped longer than its lease: every order is made once.

Most of it with a bench of noise for a model; once with the program itself, a neural engine on tiny random weights, and
nothing in common between two computers but PostgreSQL and an object store.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import numpy as np
import pytest
import soundfile
from moto.server import ThreadedMotoServer

from bot.orders import facts
from bot.orders.brief import Brief
from bot.orders.facts import Fact
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.revision import Source
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


async def paid(book: OrderBook, number: int, seconds: int = 5, source: Source | None = None) -> Order:
    data = {"source": source.to_json()} if source else {}
    order = replace(new_order(f"ORDER{number:05}"), brief=Brief("calm", seconds, "youtube"), data=data)
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
    takes = await reviewed(book, order, folder)
    assert [take["index"] for take in takes] == [1]
    for take in takes:
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


@pytest.fixture
def store() -> Iterator[str]:
    """The address of an empty bucket on an S3 server of our own."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    urlopen(Request(f"http://{host}:{port}/shop", method="PUT")).close()
    yield f"s3://shop?endpoint=http://{host}:{port}"
    server.stop()


@asynccontextmanager
async def computer(folder: Path, weights: Path, url: str, store: str) -> AsyncIterator[Worker]:
    """Run ``bgm worker`` on a computer with a data folder of its own; at the end its power is cut."""
    (folder / "config").mkdir(parents=True)
    models = f'[engines]\nthreads = 1\n[engines.models]\nace-step = "{weights}"\n'
    shop = '[business]\nname = "Elsewhere"\n[work]\ntakes = 1\nprocesses = 1\n'
    (folder / "config" / "shop.toml").write_text(shop + models, "utf-8")
    environment = os.environ | {
        "BGM_ENGINE": "ace-step", "BGM_DATA": str(folder), "BGM_CONFIG": str(folder / "config"), "DATABASE_URL": url,
        "MEDIA_URL": store, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret", "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    program = [sys.executable, "-m", "bot", "worker", "--json"]
    with (folder / "worker.log").open("ab") as log:
        worker = await asyncio.create_subprocess_exec(
            *program, cwd=folder, env=environment, start_new_session=True, stdout=log, stderr=log
        )
    try:
        yield worker
    finally:
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        await worker.wait()


def engine_of(worker: Worker) -> int | None:
    """Return the process that holds a worker's model, once it has loaded the library of it."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError, ProcessLookupError):
            group = int((process / "stat").read_text().rpartition(")")[2].split()[2])
            if group == worker.pid and "libtorch" in (process / "maps").read_text():
                return int(process.name)
    return None


async def reviewed(book: OrderBook, order: Order, folder: Path) -> list[dict[str, Any]]:
    """Wait until an order's takes are ready; they were told once. Returns the takes."""
    try:
        async with asyncio.timeout(PATIENCE):
            while (await book.get(order.id)).state is State.COMPOSING:
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail((folder / "worker.log").read_text("utf-8", "replace")[-3000:])
    made = await book.get(order.id)
    assert made.state is State.REVIEWING, (folder / "worker.log").read_text("utf-8", "replace")[-3000:]
    told = [event for event in await book.journal(order.id) if event.kind == "TakesReady"]
    assert [event.outcome for event in told] == ["applied"]
    takes: list[dict[str, Any]] = made.data["takes"]
    return takes


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.filterwarnings("ignore:.*weight_norm:DeprecationWarning")
async def test_an_engine_killed_and_a_piece_made_longer_on_another_computer(
    now_book: OrderBook, database_url: str, store: str, tmp_path: Path
) -> None:
    for library in ("torch", "transformers", "diffusers"):
        pytest.importorskip(library, reason="the neural extra is not installed")
    from tests.generation.engines.tiny import tiny_ace_step

    weights, here, there = tiny_ace_step(tmp_path / "weights"), tmp_path / "here", tmp_path / "there"
    async with computer(here, weights, database_url, store) as worker:
        parent = await paid(now_book, 0, 10)
        await until(lambda: engine_of(worker) is not None, here)
        lost = engine_of(worker)
        assert lost is not None
        os.kill(lost, signal.SIGKILL)
        (take,) = await reviewed(now_book, parent, here)
        assert take["made"]["mode"] == "new"
    whats = facts.Approved(1, 1), facts.Mastered(1, []), facts.Certified("BGM-1", {}), facts.HandedOver("dm")
    for what in whats:
        await now_book.tell(Fact(parent.id, f"{parent.id}:{type(what).__name__}", "discord:1", what))
    source = Source(parent.id, parent.id, 1, f"orders/{parent.id}/r1/t1", "longer")
    async with computer(there, weights, database_url, store):
        child = await paid(now_book, 1, 15, source)
        (take,) = await reviewed(now_book, child, there)
    assert (take["made"]["mode"], take["way"]) == ("extend", "edited")
    before, _rate = soundfile.read(here / "media" / source.key / "raw.flac", dtype="float32")
    after, rate = soundfile.read(there / "media" / f"orders/{child.id}/r1/t1/raw.flac", dtype="float32")
    assert len(after) == 15 * rate
    assert np.array_equal(after[: 9 * rate], before[: 9 * rate]), "it is the piece of the other computer that goes on"
    assert json.loads((there / "media" / source.key / "take.json").read_text("utf-8"))["made"]["mode"] == "new"
