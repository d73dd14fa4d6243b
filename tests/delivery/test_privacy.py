"""An export holds everything, an erasure reaches the kept scores, and neither touches the music."""

import json
import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.delivery.keys import open_keys
from bot.delivery.links import Links
from bot.delivery.privacy import PrivacyOffice
from bot.orders.facts import Fact
from bot.orders.order import Order
from bot.storage.database import Database
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.personal import Personal
from tests.databases import SettableClock
from tests.orders.example import TO_DELIVERED, new_order, takes

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KEY = "orders/K3M8Q2Z7RT/r1/t2/score.json"


@pytest.fixture
def office(database: Database, book: OrderBook, clock: SettableClock, tmp_path: Path) -> PrivacyOffice:
    links = Links(open_keys(tmp_path / "keys"), "https://shop.example", 30, lambda: datetime(2026, 11, 21, tzinfo=UTC))
    return PrivacyOffice(Personal(database, clock), book, Media(tmp_path / "media"), links, tmp_path / "exports")


async def delivered(book: OrderBook) -> Order:
    order = await book.place(new_order(), by="discord:1", key="k")
    ready = takes()
    ready.takes[1]["files"] = {"score": KEY}
    whats = [ready if what == takes() else what for what in TO_DELIVERED]
    for number, what in enumerate(whats):
        order = (await book.tell(Fact(order.id, str(number), "somebody", what))).order or order
    return order


async def test_the_export_holds_the_record_and_the_way_to_the_files(office: PrivacyOffice, book: OrderBook) -> None:
    order = await delivered(book)
    path = await office.export(order.customer)
    assert path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(path) as archive:
        data, files = (json.loads(archive.read(name)) for name in ("data.json", "files.json"))
    assert data["orders"][0]["brief"]["details"] == "rain on a window"
    (entry,) = files
    assert [file["name"] for file in entry["files"]] == ["master.wav", "licence.pdf"]
    assert entry["link"].startswith("https://shop.example/d/")
    assert entry["certificate"] == "BGM-1"


async def test_an_export_of_nobody_is_an_empty_one(office: PrivacyOffice) -> None:
    with zipfile.ZipFile(await office.export("discord:404")) as archive:
        assert json.loads(archive.read("data.json"))["orders"] == []


async def test_an_export_that_nobody_took_away_is_gone_with_the_next(office: PrivacyOffice) -> None:
    forgotten, fresh = await office.export("discord:1"), await office.export("discord:2")
    os.utime(forgotten, (0, 0))
    newest = await office.export("discord:3")
    assert [path.exists() for path in (forgotten, fresh, newest)] == [False, True, True]


async def test_words_go_out_of_the_kept_score_and_the_piece_stays(office: PrivacyOffice, book: OrderBook) -> None:
    order = await delivered(book)
    score = {"plan": {"brief": {"details": "rain on a window", "mood": "calm"}, "seed": 3}, "song": {"parts": [1]}}
    await office.media.write(KEY, json.dumps(score).encode())
    assert await office.erase(order.customer) == (1, 0)
    kept = json.loads(office.media.path(KEY).read_text("utf-8"))
    assert kept["plan"]["brief"] == {"details": "", "mood": "calm"}
    assert (kept["plan"]["seed"], kept["song"]) == (3, {"parts": [1]})


async def test_a_score_that_is_gone_or_broken_is_no_obstacle(office: PrivacyOffice, book: OrderBook) -> None:
    order = await delivered(book)
    await office.media.write(KEY, b"half a sc")
    assert await office.erase(order.customer) == (1, 0)
    await office.media.delete(KEY)
    assert await office.erase(order.customer) == (1, 0)
