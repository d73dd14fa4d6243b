"""The drawn story is the story that runs."""

from pathlib import Path

from bot.orders.diagram import DOCUMENT, document
from bot.orders.flow import TABLE

COMMITTED = Path(__file__).parents[2] / DOCUMENT


def test_the_committed_page_is_up_to_date() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == document(), "run: python -m bot.orders.diagram"


def test_every_line_of_the_table_is_on_the_page() -> None:
    page = document()
    assert all(row.because in page for row in TABLE)
