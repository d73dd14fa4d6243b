"""A month of money at the terminal and as CSV."""

import csv
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadInput
from bot.ledger import report, span
from bot.orders.facts import Fact, FeeTaken, Refunded
from bot.orders.ledger import Kind, Movement
from bot.orders.policy import Policy
from bot.settings.environment import Environment
from bot.storage.database import open_database
from bot.storage.ledger import shares
from bot.storage.order_book import OrderBook
from tests.orders.example import new_order, paid

SEOUL = ZoneInfo("Asia/Seoul")
LAST_HOUR_OF_NOVEMBER = datetime(2026, 11, 30, 14, 30, tzinfo=UTC)  # 23:30 in Seoul


THIRDS = {"re_1": 5000, "re_2": 5000, "re_3": 5000}


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop with a payment and its fee in November, and a refund in three parts half an hour into December."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BGM_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    now = LAST_HOUR_OF_NOVEMBER
    database = open_database(Environment.read().database)
    await database.upgrade()
    book = OrderBook(database, Policy(), lambda: now)
    order = await book.place(new_order(), by="discord:1", key="k")
    await book.tell(Fact(order.id, "p", "stripe", replace(paid(), tax=1364)))
    await book.tell(Fact(order.id, "f", "stripe", FeeTaken("stripe", "pi_1", "txn_1", 435, "KRW")))
    await book.tell(Fact(order.id, "f2", "stripe", FeeTaken("stripe", "pi_1", "txn_2", 45, "USD")))
    now = now.replace(hour=15)
    await book.tell(Fact(order.id, "r", "shop", Refunded("pi_1", "re_1", 15000, "KRW", "stripe", THIRDS)))
    await database.close()
    return tmp_path


async def test_a_month_ends_where_the_shop_stands(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await report("2026-11", "en", as_csv=True)
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [(r["at"], r["kind"], r["amount"], r["currency"], r["reference"]) for r in rows] == [
        ("2026-11-30T23:30:00+09:00", "payment", "15000", "KRW", "pi_1"),
        ("2026-11-30T23:30:00+09:00", "fee", "-435", "KRW", "txn_1"),
        ("2026-11-30T23:30:00+09:00", "fee", "-0.45", "USD", "txn_2"),
    ]
    await report("2026-12", "ko", as_csv=True, file=shop / "december.csv")
    text = (shop / "december.csv").read_text("utf-8-sig")
    assert [row["kind"] for row in csv.DictReader(text.splitlines())] == ["refund"] * 3


async def test_the_summary_is_net_of_fees(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await report("2026-11", "en")
    shown = capsys.readouterr().out
    for part in ("Payments", "₩15,000", "-₩435", "-$0.45", "What is left", "₩14,565", "Tax in the", "(₩1,364)"):
        assert part in shown
    await report("2025-01", "ko")
    assert "오간 돈이 없어요" in capsys.readouterr().out


async def test_refunds_take_their_share_of_the_tax_along(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await report("2026-11", "en", as_csv=True)
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["tax"] for row in rows] == ["1364", "", ""]
    await report("2026-12", "en", as_csv=True)
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert [row["tax"] for row in rows] == ["-455", "-454", "-455"]
    await report("2026-12", "en")
    assert "(-₩1,364)" in capsys.readouterr().out


def test_a_refund_that_came_back_brings_its_tax_back_and_disputes_have_none() -> None:
    kinds = [
        (Kind.PAYMENT, 1100), (Kind.FEE, -33), (Kind.REFUND, -333), (Kind.REFUND_FAILED, 333), (Kind.REFUND, -550),
        (Kind.DISPUTE, -550), (Kind.REFUND, -550), (Kind.REFUND, -1100),
    ]  # fmt: skip
    lines = [Movement(kind, "stripe", "pi_1", f"{n}", amount, "USD") for n, (kind, amount) in enumerate(kinds)]
    assert shares(1100, 100, lines) == {
        "payment:stripe:0": 100, "refund:stripe:2": -30, "refund_failed:stripe:3": 30, "refund:stripe:4": -50,
        "refund:stripe:6": -50, "refund:stripe:7": 0,
    }  # fmt: skip


@pytest.mark.parametrize("month", ["2026-13", "November", "2026", "9999-99"])
async def test_what_is_no_month_is_said(shop: Path, month: str) -> None:
    with pytest.raises(BadInput) as refused:
        await report(month, "en")
    assert refused.value.text == "error-month"


def test_a_month_with_a_change_of_clocks_is_whole() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    since, until = span("2026-10", datetime(2026, 11, 21, tzinfo=berlin))
    assert (since, until) == (datetime(2026, 9, 30, 22, tzinfo=UTC), datetime(2026, 10, 31, 23, tzinfo=UTC))
    assert span("", datetime(2026, 11, 21, tzinfo=SEOUL))[0] == datetime(2026, 10, 31, 15, tzinfo=UTC)


async def test_a_month_without_money_is_one_sentence(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await report("2020-02", "en")
    assert capsys.readouterr().out == "In the month from Feb 1, 2020 no money has moved.\n"
