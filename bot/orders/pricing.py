"""What an order costs, in integer minor units, with a line for everything that is paid for."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from bot.errors import BadInput
from bot.orders.brief import Brief

ZERO_DECIMAL = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
"""Currencies whose minor unit is the unit itself (Stripe's list), e.g. 15000 KRW is ₩15,000."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of a currency, e.g. ``Money(1500, "USD")`` is $15.00."""

    amount: int
    currency: str

    def as_decimal(self) -> Decimal:
        """Return the amount in whole units, e.g. ``Decimal("15.00")``."""
        places = 0 if self.currency in ZERO_DECIMAL else 2
        return Decimal(self.amount).scaleb(-places)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is paid for. ``text`` is a key of the texts, ``values`` fills it, ``amount`` is minor units."""

    text: str
    amount: int
    values: tuple[tuple[str, str | int], ...] = ()


@dataclass(frozen=True, slots=True)
class Price:
    """What the buyer pays: the lines, and their sum in one currency."""

    currency: str
    lines: tuple[Line, ...]

    @property
    def total(self) -> Money:
        """The sum of all lines, never below zero."""
        return Money(max(0, sum(line.amount for line in self.lines)), self.currency)

    def to_json(self) -> dict[str, Any]:
        """Return plain data that `from_json` reads back."""
        lines = [{"text": line.text, "amount": line.amount, "values": dict(line.values)} for line in self.lines]
        return {"currency": self.currency, "lines": lines}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        lines = (Line(line["text"], line["amount"], tuple(line["values"].items())) for line in data["lines"])
        return cls(data["currency"], tuple(lines))


@dataclass(frozen=True, slots=True)
class PriceList:
    """The operator's ``config/prices.toml`` for one currency, in minor units.

    ``lengths`` are (up to this many seconds, price), ascending; beyond the last, every started further minute costs
    ``further_minute``. ``purposes`` multiply that price; ``extras`` are added. Totals are rounded to ``round_to``.
    """

    currency: str
    lengths: tuple[tuple[int, int], ...]
    further_minute: int
    purposes: dict[str, Decimal]
    extras: dict[str, int]
    round_to: int = 1


def quote(brief: Brief, prices: PriceList) -> Price:
    """Return the price of a brief: length, then what its purpose adds, then extras.

    :raises BadInput: if the price list does not know the brief's purpose.
    """
    if brief.purpose not in prices.purposes:
        raise BadInput(f"no price for purpose {brief.purpose!r}", text="error-no-price", purpose=brief.purpose)
    base = _length_price(brief.seconds, prices)
    whole = _rounded(base * prices.purposes[brief.purpose], prices.round_to)
    base = _rounded(Decimal(base), prices.round_to)
    lines = [Line("price-length", base, (("seconds", brief.seconds),))]
    if whole != base:
        lines.append(Line("price-purpose", whole - base, (("purpose", brief.purpose),)))
    if brief.loop and (loop := prices.extras.get("loop", 0)):
        lines.append(Line("price-loop", loop))
    return Price(prices.currency, tuple(lines))


def _length_price(seconds: int, prices: PriceList) -> int:
    for limit, amount in prices.lengths:
        if seconds <= limit:
            return amount
    limit, amount = prices.lengths[-1]
    return amount + -(-(seconds - limit) // 60) * prices.further_minute


def _rounded(amount: Decimal | int, step: int) -> int:
    return int((Decimal(amount) / step).quantize(Decimal(1), ROUND_HALF_UP)) * step
