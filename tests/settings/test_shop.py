"""shop.toml and prices.toml: defaults, the operator's own files, and wrong values named with their file."""

from decimal import Decimal
from pathlib import Path

import pytest

from bot.errors import BadSetting
from bot.orders.brief import Brief
from bot.orders.pricing import Money, quote
from bot.settings.files import default_folder, folders
from bot.settings.prices import Prices, load_prices
from bot.settings.shop import load_shop, soundfont


def test_the_default_set_is_complete() -> None:
    shop, prices = load_shop(folders(None)), load_prices(folders(None))
    assert shop.policy().takes == 3
    assert prices.price_list().currency == "KRW"


def test_the_operators_folder_overrides_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text('[business]\nname = "Night Bus Music"\n')
    both = folders(tmp_path)
    assert load_shop(both).business.name == "Night Bus Music"
    assert load_prices(both) == load_prices(folders(None))


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="BGM_CONFIG"):
        folders(tmp_path / "nowhere")


def test_all_wrong_values_are_named_with_file_key_and_value(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(
        'timezone = "Seoul"\n[business]\nname = "x"\n[times]\npay = 99\n[work]\ntakes = "three"\nspeed = 1\n'
    )
    with pytest.raises(BadSetting) as caught:
        load_shop(folders(tmp_path))
    found = "\n".join(caught.value.problems)
    for part in ("shop.toml", "timezone = 'Seoul'", "times.pay = 99", "work.takes = 'three'", "work.speed"):
        assert part in found


def test_a_broken_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "prices.toml").write_text("currency = \n")
    with pytest.raises(BadSetting, match=r"prices\.toml.*line 1"):
        load_prices(folders(tmp_path))


def test_the_shops_currency_needs_its_table(tmp_path: Path) -> None:
    text = (default_folder() / "prices.toml").read_text().replace('currency = "KRW"', 'currency = "JPY"')
    (tmp_path / "prices.toml").write_text(text)
    with pytest.raises(BadSetting, match=r"\[currencies\.JPY\]"):
        load_prices(folders(tmp_path))


def test_whole_units_become_minor_units_of_the_currency() -> None:
    prices = load_prices(folders(None))
    assert prices.price_list("KRW").lengths[0] == (30, 9000)
    assert prices.price_list("USD").lengths[0] == (30, 700)


@pytest.mark.parametrize(
    ("seconds", "purpose", "loop", "won"),
    [
        (30, "youtube", False, 9000),
        (31, "youtube", False, 15000),
        (60, "ad", False, 37500),
        (60, "game", True, 25500),
        (181, "youtube", False, 34000),
    ],
)
def test_the_price_list_prices_orders(seconds: int, purpose: str, loop: bool, won: int) -> None:
    price = quote(Brief("calm", seconds, purpose, loop=loop), load_prices(folders(None)).price_list())
    assert price.total == Money(won, "KRW")
    assert sum(line.amount for line in price.lines) == won


def test_dollar_totals_are_rounded_as_the_list_says() -> None:
    price = quote(Brief("calm", 60, "ad"), load_prices(folders(None)).price_list("USD"))
    assert price.total.as_decimal() == Decimal("30.00")


def prices_with(tmp_path: Path, *changes: tuple[str, str]) -> Prices:
    text = (default_folder() / "prices.toml").read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (tmp_path / "prices.toml").write_text(text, "utf-8")
    return load_prices(folders(tmp_path))


@pytest.mark.parametrize(
    ("locale", "currency"),
    [("en", "USD"), ("en-US", "USD"), ("en-GB", "KRW"), ("ko", "KRW"), ("ja", "KRW"), ("", "KRW")],
)
def test_buyers_pay_in_the_currency_of_their_language(tmp_path: Path, locale: str, currency: str) -> None:
    prices = prices_with(tmp_path, ('# en = "USD"', 'en = "USD"\n"en-GB" = "KRW"'))
    assert prices.currency_for(locale) == currency


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('# en = "USD"', 'en = "EUR"', "currencies.EUR"),
        ("30 = 9000,", "30 = 9000.5,", "smallest unit is 1"),
        ("30 = 7,", "30 = 7.005,", "smallest unit is 0.01"),
        ("[currencies.USD]", "[currencies.KWD]", "KWD"),
        ("[currencies.USD]", "[currencies.dollar]", "dollar"),
        ("round_to = 0.5", "round_to = 0", "round_to"),
    ],
)
def test_prices_that_nobody_can_pay_are_refused(tmp_path: Path, before: str, after: str, said: str) -> None:
    with pytest.raises(BadSetting, match=said):
        prices_with(tmp_path, (before, after))


def test_stripe_works_out_taxes_only_when_switched_on(tmp_path: Path) -> None:
    assert load_shop(folders(None)).payments.stripe_tax is False
    (tmp_path / "shop.toml").write_text('[business]\nname = "Night Bus Music"\n[payments]\nstripe_tax = true\n')
    assert load_shop(folders(tmp_path)).payments.stripe_tax is True


def test_the_operators_soundfont_lies_in_their_folder(tmp_path: Path) -> None:
    assert soundfont(folders(None)) is None
    (tmp_path / "shop.toml").write_text('[business]\nname = "x"\n[work]\nsoundfont = "mine.sf2"\n')
    with pytest.raises(BadSetting, match=r"work\.soundfont = 'mine\.sf2'"):
        soundfont(folders(tmp_path))
    (tmp_path / "mine.sf2").write_bytes(b"")
    assert soundfont(folders(tmp_path)) == tmp_path / "mine.sf2"
