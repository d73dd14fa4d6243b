"""Coupons, credit and bundles: nobody is paid for buying, and nothing too small to be paid is left over."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.orders.discounts import (
    Bundle,
    Coupon,
    Discounts,
    Kind,
    read_code,
    smallest,
    with_bundle,
    with_coupon,
    with_credit,
)
from bot.orders.pricing import Line, Price, unit
from tests.orders.example import NOON, PRICE

CURRENCIES = st.sampled_from(["KRW", "JPY", "USD", "EUR", "ISK", "UGX"])


def percent(value: int, **more: Any) -> Coupon:
    return Coupon("SPRING", Kind.PERCENT, value, **more)


def price(amount: int, currency: str = "KRW") -> Price:
    return Price(currency, (Line("price-length", amount),))


@pytest.mark.parametrize(("value", "left"), [(10, 13500), (33, 10050), (100, 0), (97, 0), (93, 1050)])
def test_percent_leaves_a_payment_that_can_be_made_or_none(value: int, left: int) -> None:
    cheaper, discounts = with_coupon(PRICE, percent(value), NOON)
    assert cheaper.total.amount == left
    assert discounts == Discounts("SPRING", 15000 - left)


def test_an_amount_is_never_more_than_the_price() -> None:
    cheaper, discounts = with_coupon(PRICE, Coupon("A", Kind.AMOUNT, 20000, "KRW"), NOON)
    assert (cheaper.total.amount, discounts.coupon) == (0, 15000)


@pytest.mark.parametrize(
    ("coupon", "why"),
    [
        (percent(10, on=False), "ended"),
        (percent(10, until=NOON), "ended"),
        (Coupon("A", Kind.AMOUNT, 500, "USD"), "currency"),
        (percent(10, currency="KRW", minimum=15001), "minimum"),
    ],
)
def test_a_coupon_that_does_not_count_says_why(coupon: Coupon, why: str) -> None:
    with pytest.raises(BadInput) as refused:
        coupon.off(PRICE, NOON)
    assert refused.value.text == f"error-coupon-{why}"


def test_until_its_last_moment_it_counts() -> None:
    assert percent(10, until=NOON + timedelta(seconds=1)).off(PRICE, NOON) == 1500


@settings(deadline=None)
@given(st.integers(0, 10**7), st.integers(1, 100), CURRENCIES, st.integers(-1000, 10**7))
def test_no_discount_leaves_a_rest_too_small_to_be_paid(amount: int, off: int, currency: str, balance: int) -> None:
    amount -= amount % unit(currency)
    cheaper, discounts = with_coupon(price(amount, currency), percent(off), NOON)
    cheapest, used = with_credit(cheaper, discounts, balance)
    left = cheapest.total.amount
    assert left == amount - used.coupon - used.credit == sum(line.amount for line in cheapest.lines)
    assert left == 0 or left >= min(smallest(currency), amount)
    assert left % unit(currency) == 0
    assert 0 <= used.credit <= max(balance, 0)
    assert Discounts.from_json(json.loads(json.dumps(used.to_json()))) == used


@settings(deadline=None)
@given(st.integers(1, 10**7), st.integers(2, 20).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n - 1))))
def test_a_bundle_brings_what_it_says(amount: int, sizes: tuple[int, int]) -> None:
    pieces, pay = sizes
    whole, discounts = with_bundle(price(amount), Bundle(pieces, pay))
    assert whole.total.amount == amount * pay
    assert discounts.bundle == amount * (pieces - 1)  # this order is the first piece


def test_codes_are_read_as_people_type_them() -> None:
    assert read_code(" spring 24 ") == "SPRING24"
