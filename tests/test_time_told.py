"""When takes will be ready, as buyers are told: by what was measured here, by who is before them, and by the clock."""

from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from bot.configuration import Config
from bot.generation.pace import WEIGHT, MeasuredPace, learned
from bot.orders.facts import Fact
from bot.settings.environment import Environment
from bot.shop import Core
from tests.orders.example import new_order, paid

FIRST, SECOND = "AAAAAAAAAA", "BBBBBBBBBB"
MINUTE = 60.0
NIGHT = """
[business]
name = "Night"
[engines]
hours = "22:00-07:00"
"""


@pytest.fixture
async def core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Core]:
    """A shop whose engine works at night, with two paid orders of a minute; it is noon."""
    monkeypatch.setenv("BGM_DATA", str(tmp_path))
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "shop.toml").write_text(NIGHT, "utf-8")
    opened = Core(Environment.read(None, bgm_engine="ace-step"), Config.read(tmp_path / "config"))
    monkeypatch.setattr(opened.music, "_now", lambda: time(12))
    await opened.open()
    for number, order_id in enumerate((FIRST, SECOND)):
        order = new_order(order_id)
        await opened.book.place(order, by=order.customer, key=f"place:{order_id}")
        await opened.book.tell(Fact(order_id, f"paid:{order_id}", "stripe", paid(f"pi_{number}")))
    yield opened
    await opened.close()


async def test_the_time_told_follows_what_orders_took_and_who_is_before(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await core.music.seconds_left(FIRST) is None, "nothing was measured yet"
    monkeypatch.setattr(core.music, "_now", lambda: time(23))
    await core.music._learn(30.0, MINUTE)
    found = [await core.music.seconds_left(one) for one in (FIRST, SECOND)]
    assert found == pytest.approx([30.0, 60.0])
    await core.music._learn(60.0, MINUTE)
    assert await core.music.seconds_left(FIRST) == pytest.approx(30.0 + WEIGHT * 30.0)
    assert await core.music.seconds_left("NOBODYS234") is None


async def test_what_has_not_begun_waits_for_the_engines_hours(core: Core) -> None:
    await core.music._learn(30.0, MINUTE)
    assert await core.music.seconds_left(FIRST) == pytest.approx(10 * 3600 + 30.0)
    (job,) = await core.jobs.claim(["compose"], "a worker", 60.0, limit=1)
    assert job.order == FIRST
    assert await core.music.seconds_left(FIRST) == pytest.approx(30.0)
    await core.jobs.heartbeat(job, progress=0.5)
    assert await core.music.seconds_left(FIRST) == pytest.approx(15.0)


def test_another_device_is_measured_anew() -> None:
    before = MeasuredPace(2.0, "CPU, 2 threads", 40)
    assert learned(before, 6.0, MINUTE, "NVIDIA H100") == MeasuredPace(0.1, "NVIDIA H100", 1)
    assert MeasuredPace.of({"per_second": "fast"}) is None
