"""The report as its reader gets it: words, and a picture that is really drawn."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PIL import Image

from bot.insight.report import Report
from bot.orders.facts import Fact, FeeTaken
from bot.orders.order import Order
from bot.orders.policy import Policy
from bot.screens import Button, Screen
from bot.settings.files import default_folder
from bot.storage import tables
from bot.storage.database import Database, open_database
from bot.storage.history import History
from bot.storage.ledger import Ledger
from bot.storage.order_book import OrderBook
from bot.storage.rows import order_values
from bot.texts import Texts
from tests.orders.example import new_order, paid

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
async def book(tmp_path: Path) -> AsyncIterator[OrderBook]:
    database = open_database(f"sqlite:///{tmp_path / 'shop.db'}")
    await database.upgrade()
    yield OrderBook(database, Policy(), lambda: NOW)
    await database.close()


def report(database: Database, folder: Path) -> Report:
    async def here(function: Callable[..., Any], *args: Any) -> Any:
        return function(*args)

    return Report(
        History(database),
        Ledger(database),
        Texts([default_folder()]),
        lambda kind, one, _locale: f"{kind}/{one}",
        default_folder() / "fonts" / "Pretendard-Regular.otf",
        folder,
        ZoneInfo("Asia/Seoul"),
        lambda: NOW,
        here,
    )


async def sold(book: OrderBook, order: Order) -> None:
    await book.place(order, by=order.customer, key=f"place:{order.id}")
    for what in (paid(), FeeTaken("stripe", "pi_1", "fee_1", 100, "KRW")):
        await book.tell(Fact(order.id, f"{order.id}:{what!r}", "stripe", what))


def shown(screen: Screen) -> str:
    return "\n".join([screen.title, screen.text, *(f"{label}: {value}" for label, value in screen.facts)])


@pytest.mark.parametrize(("locale", "words"), [("en", "1 ordered · 1 paid"), ("ko", "주문 1건 · 결제 1건")])
async def test_figures_come_with_a_picture(book: OrderBook, tmp_path: Path, locale: str, words: str) -> None:
    order = new_order()
    await sold(book, order)
    screen = await report(book.database, tmp_path / "pictures").screen(locale, 7)
    assert words in shown(screen)
    assert screen.image is not None
    with Image.open(screen.image.path) as picture:
        assert picture.width == 1200
        assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 50, "bars and letters"
    assert "₩14,900" in shown(screen), "what is left after fees"


async def test_no_orders_no_picture(book: OrderBook, tmp_path: Path) -> None:
    screen = await report(book.database, tmp_path / "pictures").screen("en", 30)
    assert screen.image is None
    assert "Nothing was ordered" in screen.text
    pressed = [control.data for row in screen.rows for control in row if isinstance(control, Button)]
    assert pressed == ["bgm:stats:7", "bgm:stats:30", "bgm:stats:90", "bgm:stats:365"]


async def test_revisions_and_sources_are_read_from_the_order(book: OrderBook) -> None:
    parent = new_order()
    await sold(book, parent)
    revised = {"order": parent.id, "root": parent.id, "take": 1, "key": "orders/x/r1/t1", "change": "calmer"}
    child = new_order("K3M8Q2Z7RU", data={"source": revised, "came_from": "blog"})
    async with book.database.write() as tx:
        await tx.execute(book.database.insert(tables.orders).values(order_values(replace(child, created=NOW), NOW)))
    first, asked = sorted(await History(book.database).asked_since(NOW), key=lambda one: one.order)
    assert (first.change, first.came_from) == ("", "")
    assert (asked.order, asked.change, asked.came_from) == (child.id, "calmer", "blog")
    (moment,) = await History(book.database).heard_since(NOW, ["Paid"])
    assert moment.order == parent.id


async def test_what_buyers_add_in_their_own_words_is_shown_with_its_mood(book: OrderBook, tmp_path: Path) -> None:
    for number in "12":
        order = replace(new_order(), id=f"K3AAAAAAA{number}", customer=f"discord:{number}")
        await sold(book, replace(order, brief=replace(order.brief, mood="calm", details="rain on a window")))
    screen = await report(book.database, tmp_path / "pictures").screen("en", 7)
    assert "In buyers' own words (a finer mood for moods.toml?): moods/calm: rain (2), window (2)" in shown(screen)
