"""What makes an order cheaper: coupons, bundles, and credit that was paid before. Pure."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from bot.errors import BadInput
from bot.orders.pricing import ZERO_DECIMAL, Line, Money, Price, unit

SMALLEST = {
    "USD": 50, "EUR": 50, "GBP": 30, "JPY": 50, "KRW": 1000, "XTR": 1,
    "AED": 200, "CZK": 1500, "DKK": 250, "HKD": 400, "HUF": 17500, "ISK": 7000, "MXN": 1000, "MYR": 200, "NOK": 600,
    "PLN": 200, "RON": 250, "SEK": 600, "THB": 2000, "TWD": 1700, "UGX": 200_000, "VND": 14_000,
}  # fmt: skip
"""The smallest payment in minor units: what Stripe names, or about half a US dollar, whichever is more."""


class Kind(StrEnum):
    """How a coupon counts: a share of the price in percent (100 is free), or an amount in minor units."""

    PERCENT = "percent"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class Coupon:
    """A code that takes something off. ``value`` is percent or minor units of ``currency``.

    ``minimum`` is the smallest price it counts for (minor units of ``currency``), ``limit`` how often it may be used in
    all, ``each`` how often by one buyer (0: no limit for both), ``until`` the moment it ends (UTC). ``currency`` is
    empty if neither value nor minimum is an amount.
    """

    code: str
    kind: Kind
    value: int
    currency: str = ""
    minimum: int = 0
    limit: int = 0
    each: int = 1
    until: datetime | None = None
    on: bool = True

    def off(self, price: Price, now: datetime) -> int:
        """Return what it takes off a price, in minor units of the price's currency.

        What would be left below the smallest payment, or between two amounts that can be charged, is taken off as well.

        :raises BadInput: if it has ended, or does not count for this price.
        """
        total = price.total
        if not self.on or (self.until is not None and now >= self.until):
            raise self.refused("ended")
        if self.currency and self.currency != total.currency:
            raise self.refused("currency", currency=self.currency)
        if total.amount < self.minimum:
            raise self.refused("minimum", minimum=Money(self.minimum, total.currency))
        wanted = self.value if self.kind is Kind.AMOUNT else _percent(total.amount, self.value)
        left = total.amount - min(wanted, total.amount)
        left -= left % unit(total.currency)
        return total.amount if left < smallest(total.currency) else total.amount - left

    def refused(self, why: str, **values: object) -> BadInput:
        """Return the sentence that says why it does not count: unknown, ended, used, mine, currency, minimum."""
        return BadInput(f"coupon {self.code}: {why}", text=f"error-coupon-{why}", code=self.code, **values)


@dataclass(frozen=True, slots=True)
class Bundle:
    """So many pieces for the price of so many: the first is this order, the others become credit on its delivery."""

    pieces: int
    pay: int

    @property
    def name(self) -> str:
        """Return how it is named in controls, e.g. ``5-4``."""
        return f"{self.pieces}-{self.pay}"


@dataclass(frozen=True, slots=True)
class Discounts:
    """What a price was changed by, kept with the order: the coupon's code and amount, the credit used, and the credit
    that a bundle will bring (all in minor units of the price's currency)."""

    code: str = ""
    coupon: int = 0
    credit: int = 0
    bundle: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back; nothing for nothing."""
        return {name: value for name in ("code", "coupon", "credit", "bundle") if (value := getattr(self, name))}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        return cls(**data)


def with_coupon(price: Price, coupon: Coupon, now: datetime) -> tuple[Price, Discounts]:
    """Return the price with a coupon taken off. :raises BadInput: if it does not count for it."""
    off = coupon.off(price, now)
    return _with(price, Line("price-coupon", -off, (("code", coupon.code),))), Discounts(coupon.code, off)


def with_credit(price: Price, discounts: Discounts, balance: int) -> tuple[Price, Discounts]:
    """Return the price with as much of a buyer's credit taken off as can be; never a rest too small to be paid."""
    total, least = price.total.amount, smallest(price.currency)
    used = min(max(balance, 0), total)
    used -= used % unit(price.currency)
    if 0 < total - used < least:
        used = max(0, total - least)
    if not used:
        return price, discounts
    return _with(price, Line("price-credit", -used)), replace(discounts, credit=used)


def with_bundle(price: Price, bundle: Bundle) -> tuple[Price, Discounts]:
    """Return the price of a whole bundle of orders like this one."""
    one = price.total.amount
    more = Line("price-bundle", one * (bundle.pay - 1), (("pieces", bundle.pieces), ("pay", bundle.pay)))
    return _with(price, more), Discounts(bundle=one * (bundle.pieces - 1))


def smallest(currency: str) -> int:
    """Return the smallest payment in minor units."""
    return SMALLEST.get(currency, 1 if currency in ZERO_DECIMAL else 50)


def read_code(typed: str) -> str:
    """Return a coupon's code as it is kept: capital letters, no blanks."""
    return "".join(typed.split()).upper()[:40]


def _percent(amount: int, percent: int) -> int:
    """Return a share of an amount, rounded half up."""
    return (amount * percent * 2 + 100) // 200


def _with(price: Price, line: Line) -> Price:
    return Price(price.currency, (*price.lines, line))
