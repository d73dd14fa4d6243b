"""What an order costs, in integer minor units, with a line for everything that is paid for."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from bot.errors import BadInput
from bot.orders.brief import EXTRAS, STANDARD, Brief

ZERO_DECIMAL = frozenset(
    "BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF XTR".split()  # noqa: SIM905 - read as a list
)
"""Currencies whose minor unit is the unit itself (Stripe's list, and Telegram's Stars), e.g. 15000 KRW is ₩15,000."""

WHOLE = frozenset(["ISK", "UGX"])
"""Currencies that Stripe counts in hundredths, and charges in whole units only, e.g. 500 is 5 ISK and 550 is refused
(docs.stripe.com/currencies, special cases; its list of zero-decimal currencies names UGX all the same)."""

STARS = "XTR"
"""Telegram Stars, by their code in the Bot API."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in minor units of a currency, e.g. ``Money(1500, "USD")`` is $15.00."""

    amount: int
    currency: str

    def as_decimal(self) -> Decimal:
        """Return the amount in whole units, e.g. ``Decimal("15.00")``."""
        return Decimal(self.amount).scaleb(-places(self.currency))


def places(currency: str) -> int:
    """Return how many decimals the minor units of a currency stand for."""
    return 0 if currency in ZERO_DECIMAL else 2


def unit(currency: str) -> int:
    """Return the step of the amounts that can be charged in a currency, in minor units."""
    return 100 if currency in WHOLE else 1


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
    ``further_minute``. ``purposes`` and licence ``tiers`` multiply that price; ``extras`` are added. Totals are rounded
    to ``round_to``. ``revision`` is the price of a revision beyond the free ones.
    """

    currency: str
    lengths: tuple[tuple[int, int], ...]
    further_minute: int
    purposes: dict[str, Decimal]
    extras: dict[str, int]
    round_to: int = 1
    tiers: dict[str, Decimal] = field(default_factory=lambda: {STANDARD: Decimal(1)})
    revision: int = 0


def quote(brief: Brief, prices: PriceList) -> Price:
    """Return the price of a brief: length, then what purpose and licence tier add or take off, then extras.

    :raises BadInput: if the price list does not know the brief's purpose, tier, or one of its extras.
    """
    purpose, tier = prices.purposes.get(brief.purpose), prices.tiers.get(brief.tier)
    if purpose is None:
        raise BadInput(f"no price for purpose {brief.purpose!r}", text="error-no-price", purpose=brief.purpose)
    if tier is None:
        raise _unknown("tier", brief.tier, prices.tiers)
    base = _length_price(brief.seconds, prices)
    steps = [_rounded(base * factor, prices.round_to) for factor in (Decimal(1), purpose, purpose * tier)]
    lines = [Line("price-length", steps[0], (("seconds", brief.seconds),))]
    if steps[1] != steps[0]:
        lines.append(Line("price-purpose", steps[1] - steps[0], (("purpose", brief.purpose),)))
    if steps[2] != steps[1]:
        lines.append(Line("price-tier", steps[2] - steps[1], (("tier", brief.tier),)))
    if brief.loop and (loop := prices.extras.get("loop", 0)):
        lines.append(Line("price-loop", loop))
    for extra in (known for known in EXTRAS if known in brief.extras):
        if extra not in prices.extras:
            raise _unknown("extra", extra, [name for name in prices.extras if name in EXTRAS])
        lines.append(Line(f"price-{extra}", prices.extras[extra]))
    return Price(prices.currency, tuple(lines))


def read_amount(typed: str, currency: str) -> Money:
    """Read ``15000``, ``15,000``, ``₩15,000`` or ``12.50`` as an amount of a currency.

    :raises BadInput: if it is no amount above zero, or too fine for the currency.
    """
    text = unicodedata.normalize("NFKC", typed).strip().removesuffix(currency).strip(" ₩$€£¥⭐원円").replace(",", "")
    typed_in = re.fullmatch(r"\d{1,9}(\.\d{1,2})?", text)
    amount = Decimal(text).scaleb(places(currency)) if typed_in else Decimal(0)
    if amount <= 0 or amount % unit(currency):
        raise BadInput(f"{typed[:40]!r} is no amount", text="error-amount", value=typed[:40], currency=currency)
    return Money(int(amount), currency)


def revision_quote(prices: PriceList, *, free: bool) -> Price:
    """Return the price of one revision; a free one is a price of nothing, with its line."""
    return Price(prices.currency, (Line("price-revision", 0 if free else prices.revision),))


def _unknown(kind: str, value: str, known: Iterable[str]) -> BadInput:
    choices = ", ".join(known)
    return BadInput(
        f"unknown {kind} {value!r}; known: {choices}", text=f"error-unknown-{kind}", value=value[:40], choices=choices
    )


def _length_price(seconds: int, prices: PriceList) -> int:
    for limit, amount in prices.lengths:
        if seconds <= limit:
            return amount
    limit, amount = prices.lengths[-1]
    return amount + -(-(seconds - limit) // 60) * prices.further_minute


def _rounded(amount: Decimal | int, step: int) -> int:
    """Return an amount in whole steps; what costs something never costs nothing, for that would be given away."""
    steps = int((Decimal(amount) / step).quantize(Decimal(1), ROUND_HALF_UP))
    return (max(1, steps) if amount > 0 else steps) * step
