"""The bill adds up, in both languages, whatever the price is made of."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bot.configuration import Config
from bot.orders.brief import Brief
from bot.orders.order import Order
from bot.orders.pricing import Line, Price, PriceList, quote
from bot.payments.bill import Bill, bill_of
from bot.texts import Texts

WORDS = {
    "ko": "asked-title = {$mood} · {$length} · {$purpose}\nprice-purpose = {$purpose} 용도\nprice-loop = 무한 반복",
    "en": "asked-title = {$mood} · {$length} · {$purpose}\nprice-purpose = Use for {$purpose}\nprice-loop = Loop",
}


@pytest.fixture
def bill(tmp_path: Path) -> Bill:
    (tmp_path / "texts").mkdir()
    for language, words in WORDS.items():
        (tmp_path / "texts" / f"{language}.ftl").write_text(words, "utf-8")
    return bill_of(Texts([tmp_path]), Config.read(None).name)


def order(price: Price, locale: str = "ko", mood: str = "calm") -> Order:
    return Order("ABC", "discord:1", locale, Brief(mood, 90, "ad", loop=True), price)


PRICES = PriceList("KRW", ((120, 22000),), 6000, {"ad": Decimal("2.5")}, {"loop": 3000}, 100)


@pytest.mark.parametrize("locale", ["ko", "en-US"])
def test_every_line_of_the_price_is_an_item(bill: Bill, locale: str) -> None:
    price = quote(Brief("calm", 90, "ad", loop=True), PRICES)
    items = bill(order(price, locale))
    assert [item.amount for item in items] == [22000, 33000, 3000]
    assert sum(item.amount for item in items) == price.total.amount
    assert "1:30" in items[0].name
    assert items[2].name == ("무한 반복" if locale == "ko" else "Loop")


def test_a_discount_makes_it_one_item(bill: Bill) -> None:
    price = Price("USD", (Line("price-length", 1200), Line("price-coupon", -200)))
    assert [item.amount for item in bill(order(price))] == [1000]


def test_a_mood_that_left_the_menu_is_still_billed(bill: Bill) -> None:
    assert "gone-mood" in bill(order(Price("KRW", (Line("price-length", 9000),)), mood="gone-mood"))[0].name
