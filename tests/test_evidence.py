"""The papers for a bank: what was agreed, what happened, the files and how they were handed over, in one folder."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import BadInput, NotFound
from bot.evidence import collect
from bot.orders.facts import Certified, Disputed, Fact, Mastered
from bot.orders.policy import Policy
from bot.settings.environment import Environment
from bot.storage.database import open_database
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from tests.orders.example import HANDED_OVER, TO_DELIVERED, new_order

CONSENT = {
    "what": "no-withdrawal", "text": "No refund for a change of mind.", "version": "5f2b",
    "at": "2026-11-21T12:00:00+00:00", "locale": "en",
}  # fmt: skip
MASTERED = Mastered(1, [{"name": "master.wav", "key": "orders/1/master.wav", "size": 17, "sha256": "ab12"}])
CERTIFIED = Certified("BGM-1", {"name": "licence.pdf", "key": "orders/1/licence.pdf", "size": 3, "sha256": "cd34"})
STORY = (*TO_DELIVERED[:-3], MASTERED, CERTIFIED, HANDED_OVER)


@pytest.fixture
async def order_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A delivered order whose payment the bank questions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BGM_DATA", str(tmp_path / "data"))
    environment = Environment.read()
    environment.bgm_data.mkdir()
    database = open_database(environment.database)
    await database.upgrade()
    book = OrderBook(database, Policy(), lambda: datetime.now(UTC))
    order = await book.place(new_order(data={"consents": [CONSENT]}), by="discord:1", key="k")
    disputed = Disputed("stripe", "pi_1", "du_1", 15000, "KRW", "fraudulent", "2026-11-28T12:00:00+00:00")
    for place, what in enumerate((*STORY, disputed)):
        await book.tell(Fact(order.id, f"fact:{place}", "discord:7", what))
    media = Media(environment.media)
    await media.write("orders/1/licence.pdf", b"PDF")
    await media.write("orders/1/licence.json", b"{}")
    await book.remember("certificate:BGM-1", {"order": order.id, "record": "orders/1/licence.json"})
    await database.close()
    return order.id


async def test_the_statement_says_what_a_bank_asks(order_id: str, tmp_path: Path) -> None:
    await collect(order_id, tmp_path / "papers", "en")
    words = (tmp_path / "papers" / "evidence.txt").read_text("utf-8")
    for part in (
        "K3M8Q2Z7RT", "rain on a window", "₩15,000 paid: stripe pi_1", "₩15,000 disputed: du_1, reason fraudulent",
        "[no-withdrawal 5f2b]: No refund for a change of mind.",
        "master.wav: 17 bytes, SHA-256 ab12", "licence.pdf BGM-1: 3 bytes",
        "discord:1/2", "handed over (discord:7)",
    ):  # fmt: skip
        assert part in words
    assert "evidence-" not in words


async def test_the_papers_lie_beside_it(order_id: str, tmp_path: Path) -> None:
    await collect(order_id, tmp_path / "papers", "ko")
    papers = {path.name: path.read_bytes() for path in (tmp_path / "papers").iterdir()}
    assert set(papers) == {"evidence.txt", "order.json", "journal.csv", "licence.pdf", "licence.json"}
    assert papers["licence.pdf"] == b"PDF"
    assert json.loads(papers["order.json"])["data"]["consents"] == [CONSENT]
    journal = list(csv.DictReader(papers["journal.csv"].decode().splitlines()))
    assert [line["fact"] for line in journal] == ["Placed", *(type(what).__name__ for what in STORY), "Disputed"]
    assert "증빙" in papers["evidence.txt"].decode()


async def test_an_unknown_order_and_a_file_in_the_way_are_said(order_id: str, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        await collect("ZZZZZZZZZZ", tmp_path / "papers", "en")
    (tmp_path / "taken").write_text("x")
    with pytest.raises(BadInput):
        await collect(order_id, tmp_path / "taken", "en")
