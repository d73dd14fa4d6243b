"""Whether anybody makes the music that is waiting, as ``/healthz`` tells it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.configuration import Config
from bot.orders.brief import Brief
from bot.orders.facts import Fact, Paid
from bot.orders.order import Order
from bot.orders.pricing import Line, Price
from bot.settings.environment import Environment
from bot.shop import Core

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("config")
    (folder / "shop.toml").write_text(
        'timezone = "UTC"\n[business]\nname = "Moon"\n[engines]\nhours = "22:00-07:00"\n', "utf-8"
    )
    return Config.read(folder)


@pytest.mark.parametrize(
    ("engine", "paid", "looks_at", "missed"),
    [
        ("composer", NOON, NOON + timedelta(minutes=14), ""),
        ("composer", NOON, NOON + timedelta(minutes=16), "music has waited for 16 min and nobody makes any"),
        ("ace-step", NOON, NOON + timedelta(hours=9), ""),
        ("ace-step", NOON, NOON + timedelta(hours=10, minutes=5), ""),
        ("ace-step", NOON, NOON + timedelta(hours=11), "music has waited for 660 min and nobody makes any"),
    ],
)
async def test_music_that_nobody_makes_is_missed_in_the_engines_hours(
    tmp_path: Path, config: Config, engine: str, paid: datetime, looks_at: datetime, missed: str
) -> None:
    core = Core(Environment.read(None, bgm_data=tmp_path / "data", bgm_engine=engine), config)
    try:
        await core.open()
        core.book.clock = lambda: paid
        price = Price("KRW", (Line("price-house", 100),))
        order = Order("K3AAAAAAAA", "discord:1", "en", Brief("calm", 30, "youtube"), price)
        await core.book.place(order, by="discord:1", key="placed")
        assert await core.music.idle() == ""
        await core.book.tell(Fact(order.id, "paid", "stripe", Paid("stripe", "cs_1", 100, "KRW", "pi_1")))
        core.book.clock = lambda: looks_at
        assert await core.music.idle() == missed
        await core.jobs.claim(["compose"], "a worker", 60.0)
        assert await core.music.idle() == ""
    finally:
        await core.close()
