"""The program's own worker with a neural engine on tiny random weights: its engine is killed, and a piece goes on on
another computer. Workers killed in every phase are told of in `tests/stories/test_workers.py`.

The computers have nothing in common but PostgreSQL and an object store.
"""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from bot.orders import facts
from bot.orders.brief import Brief
from bot.orders.facts import Fact
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.revision import Source
from bot.storage.database import Database
from bot.storage.order_book import OrderBook
from tests.computers import PATIENCE, Computer, computers
from tests.orders.example import new_order
from tests.orders.example import paid as facts_paid
from tests.stores import ACCESS, SECRET

SETTINGS = """
[business]
name = "Elsewhere"
[work]
takes = 1
processes = 1
[engines]
threads = 1
[engines.models]
ace-step = "{weights}"
"""

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def now_book(database: Database) -> OrderBook:
    return OrderBook(database, Policy(), lambda: datetime.now(UTC))


@pytest.fixture
async def computer(database_url: str, media_url: str, tmp_path: Path) -> AsyncIterator[Callable[[str], Computer]]:
    for library in ("torch", "transformers", "diffusers"):
        pytest.importorskip(library, reason="the neural extra is not installed")
    from tests.generation.engines.tiny import tiny_ace_step

    (tmp_path / "config").mkdir()
    weights = tiny_ace_step(tmp_path / "weights")
    (tmp_path / "config" / "shop.toml").write_text(SETTINGS.format(weights=weights), "utf-8")
    environment = os.environ | {
        "BGM_ENGINE": "ace-step", "BGM_CONFIG": str(tmp_path / "config"), "DATABASE_URL": database_url,
        "MEDIA_URL": media_url, "AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET, "OMP_NUM_THREADS": "1",
    }  # fmt: skip
    async with computers(tmp_path, environment) as lent:
        yield lent


async def paid(book: OrderBook, number: int, seconds: int, source: Source | None = None) -> Order:
    data = {"source": source.to_json()} if source else {}
    order = replace(new_order(f"ORDER{number:05}"), brief=Brief("calm", seconds, "youtube"), data=data)
    await book.place(order, by=order.customer, key=f"place:{number}")
    await book.tell(Fact(order.id, f"paid:{number}", "stripe", facts_paid(f"pi_{number}")))
    return order


async def reviewed(book: OrderBook, order: Order, where: Computer) -> dict[str, Any]:
    """Wait until an order's take is ready; it was told once. Returns the take."""
    try:
        async with asyncio.timeout(PATIENCE):
            while (await book.get(order.id)).state is State.COMPOSING:
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(where.log[-3000:])
    made = await book.get(order.id)
    assert made.state is State.REVIEWING, where.log[-3000:]
    told = [event for event in await book.journal(order.id) if event.kind == "TakesReady"]
    assert [event.outcome for event in told] == ["applied"]
    (take,) = made.data["takes"]
    return dict(take)


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.filterwarnings("ignore:.*weight_norm:DeprecationWarning")
async def test_an_engine_killed_and_a_piece_made_longer_on_another_computer(
    now_book: OrderBook, computer: Callable[[str], Computer]
) -> None:
    here, there = computer("here"), computer("there")
    await here.start()
    parent = await paid(now_book, 0, 10)
    await here.until(lambda: here.engine() is not None)
    lost = here.engine()
    assert lost is not None
    os.kill(lost, signal.SIGKILL)
    assert (await reviewed(now_book, parent, here))["made"]["mode"] == "new"
    await here.cut()
    whats = facts.Approved(1, 1), facts.Mastered(1, []), facts.Certified("BGM-1", {}), facts.HandedOver("dm")
    for what in whats:
        await now_book.tell(Fact(parent.id, f"{parent.id}:{type(what).__name__}", "discord:1", what))
    source = Source(parent.id, parent.id, 1, f"orders/{parent.id}/r1/t1", "longer")
    await there.start()
    child = await paid(now_book, 1, 15, source)
    take = await reviewed(now_book, child, there)
    assert (take["made"]["mode"], take["way"]) == ("extend", "edited")
    before, _rate = soundfile.read(here.folder / "media" / source.key / "raw.flac", dtype="float32")
    after, rate = soundfile.read(there.folder / "media" / f"orders/{child.id}/r1/t1/raw.flac", dtype="float32")
    assert len(after) == 15 * rate
    assert np.array_equal(after[: 9 * rate], before[: 9 * rate]), "it is the piece of the other computer that goes on"
    card = there.folder / "media" / source.key / "take.json"
    assert json.loads(card.read_text("utf-8"))["made"]["mode"] == "new"
