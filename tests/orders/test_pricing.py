"""What an order costs: the lines add up, longer is never cheaper."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.orders.pricing import ZERO_DECIMAL, Line, Money, Price, PriceList, quote, revision_quote
from tests.orders.example import BRIEF

WON = PriceList(
    currency="KRW",
    lengths=((30, 9000), (60, 15000), (180, 29000)),
    further_minute=8000,
    purposes={"youtube": Decimal("1"), "game": Decimal("1.55")},
    extras={"loop": 3000, "stems": 9000, "midi": 6000},
    round_to=100,
    tiers={"personal": Decimal("0.7"), "standard": Decimal(1), "business": Decimal(2)},
    revision=4000,
)


@pytest.mark.parametrize(
    ("seconds", "total"), [(5, 9000), (30, 9000), (31, 15000), (60, 15000), (180, 29000), (181, 37000), (300, 45000)]
)
def test_length_decides_the_price(seconds: int, total: int) -> None:
    assert quote(BRIEF.but(seconds=seconds), WON).total == Money(total, "KRW")


def test_purpose_and_loop_have_lines_of_their_own() -> None:
    price = quote(BRIEF.but(purpose="game", loop=True), WON)
    assert [(line.text, line.amount) for line in price.lines] == [
        ("price-length", 15000),
        ("price-purpose", 8300),  # 23,250 is rounded half up to hundreds
        ("price-loop", 3000),
    ]


def test_tier_and_extras_have_lines_of_their_own() -> None:
    price = quote(BRIEF.but(purpose="game", tier="business", extras=("midi", "stems")), WON)
    assert [(line.text, line.amount) for line in price.lines] == [
        ("price-length", 15000),
        ("price-purpose", 8300),
        ("price-tier", 23200),  # 46,500 in all: the lines are rounded, never their sum
        ("price-stems", 9000),
        ("price-midi", 6000),
    ]


def test_a_smaller_licence_takes_something_off() -> None:
    price = quote(BRIEF.but(tier="personal"), WON)
    assert [(line.text, line.amount) for line in price.lines] == [("price-length", 15000), ("price-tier", -4500)]


@pytest.mark.parametrize(
    ("answers", "text"),
    [({"tier": "royal"}, "error-unknown-tier"), ({"extras": ("exclusive",)}, "error-unknown-extra")],
)
def test_what_has_no_price_is_not_sold(answers: dict[str, Any], text: str) -> None:
    with pytest.raises(BadInput) as refused:
        quote(BRIEF.but(**answers), WON)
    assert refused.value.text == text


def test_a_revision_costs_what_the_list_says_once_the_free_ones_are_used() -> None:
    assert revision_quote(WON, free=False).total == Money(4000, "KRW")
    assert revision_quote(WON, free=True).total == Money(0, "KRW")


def test_a_purpose_without_a_price_cannot_be_sold() -> None:
    with pytest.raises(BadInput) as refused:
        quote(BRIEF.but(purpose="podcast"), WON)
    assert refused.value.text == "error-no-price"


@settings(deadline=None)
@given(
    st.integers(5, 599),
    st.sampled_from(["youtube", "game"]),
    st.booleans(),
    st.sampled_from(["personal", "standard", "business"]),
    st.sets(st.sampled_from(["stems", "midi"])),
)
def test_longer_is_never_cheaper_and_lines_add_up(
    seconds: int, purpose: str, loop: bool, tier: str, extras: set[str]
) -> None:
    brief = BRIEF.but(purpose=purpose, loop=loop, tier=tier, extras=tuple(extras))
    shorter, longer = quote(brief.but(seconds=seconds), WON), quote(brief.but(seconds=seconds + 1), WON)
    assert shorter.total.amount <= longer.total.amount
    assert shorter.total.amount == sum(line.amount for line in shorter.lines) > 0
    assert shorter.total.amount % WON.round_to == 0
    assert Price.from_json(json.loads(json.dumps(shorter.to_json()))) == shorter


def test_a_discount_never_pays_the_buyer() -> None:
    assert Price("KRW", (Line("price-length", 1000), Line("price-thanks", -1500))).total.amount == 0


@pytest.mark.parametrize(("money", "whole"), [(Money(1500, "USD"), "15.00"), (Money(15000, "KRW"), "15000")])
def test_minor_units(money: Money, whole: str) -> None:
    assert str(money.as_decimal()) == whole


amounts = st.decimals(0, 10**6, places=2)
factors = st.decimals("0.01", 20, places=3)


@settings(deadline=None)
@given(amounts, factors, st.integers(1, 1000), st.sampled_from(["KRW", "JPY", "USD", "EUR"]), st.integers(5, 600))
def test_totals_are_whole_steps_near_the_exact_price(
    base: Decimal, factor: Decimal, step: int, currency: str, seconds: int
) -> None:
    minor = int(base) if currency in ZERO_DECIMAL else int(base * 100)
    prices = PriceList(currency, ((600, minor),), 0, {"youtube": factor}, {}, step)
    price = quote(BRIEF.but(seconds=seconds), prices)
    assert price.total.amount % step == 0
    exact = minor * factor
    assert abs(price.total.amount - exact) <= Decimal(step) / 2 or price.total.amount == step > exact
    assert bool(price.total.amount) is bool(exact)  # what costs something is never given away
    assert sum(line.amount for line in price.lines) == price.total.amount
    assert all(isinstance(line.amount, int) for line in price.lines)


@settings(deadline=None)
@given(st.integers(-(10**12), 10**12), st.sampled_from([*sorted(ZERO_DECIMAL), "USD", "EUR"]))
def test_minor_units_lose_nothing(amount: int, currency: str) -> None:
    whole = Money(amount, currency).as_decimal()
    assert whole * (1 if currency in ZERO_DECIMAL else 100) == amount
    assert (whole == int(whole)) or currency not in ZERO_DECIMAL
