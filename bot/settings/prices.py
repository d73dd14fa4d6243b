"""``prices.toml``: what things cost."""

import re
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from bot.errors import Problem
from bot.orders.brief import EXTRAS, STANDARD
from bot.orders.discounts import Bundle
from bot.orders.pricing import STARS, PriceList, places, unit
from bot.settings.files import Strict, config_file, load

THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
"""Currencies of a thousand minor units, with rules of their own at the providers (Stripe's list): not sold in."""

Amount = Annotated[Decimal, Field(ge=0, le=10**9)]
Factor = Annotated[Decimal, Field(gt=0, le=1000)]


class CurrencyPrices(Strict):
    """The prices of one currency, in whole units as a person writes them (``15000`` won, ``12.50`` dollars)."""

    lengths: dict[Annotated[int, Field(ge=1)], Amount] = Field(min_length=1)
    further_minute: Amount
    extras: dict[Literal["loop", "stems", "midi", "revisions", "exclusive"], Amount] = Field(default_factory=dict)
    revision: Amount = Decimal(0)
    round_to: Amount = Field(Decimal(1), gt=0)

    def amounts(self) -> tuple[Decimal, ...]:
        """Return every amount of the table, in whole units."""
        return (*self.lengths.values(), self.further_minute, *self.extras.values(), self.revision, self.round_to)


class Named(Strict):
    """The same words in both languages."""

    ko: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=100)


class Tier(Strict):
    """A licence tier: what it does to the price, what it is called, and for whom it is, in one line."""

    price: Factor
    name: Named
    about: Named


STANDARD_TIER = Tier(
    price=Decimal(1),
    name=Named(ko="스탠더드", en="Standard"),
    about=Named(ko="내 채널과 작품에 써요.", en="For your own channels and works."),
)


class BundlePrice(Strict):
    """So many pieces for the price of so many."""

    pieces: int = Field(ge=2, le=50)
    pay: int = Field(ge=1, le=49)

    @model_validator(mode="after")
    def _cheaper(self) -> "BundlePrice":
        if self.pay >= self.pieces:
            message = f"{self.pieces} pieces for the price of {self.pay} is no bundle; pay must be less"
            raise ValueError(Problem(message, "reason-bundle", pieces=self.pieces, pay=self.pay))
        return self


class StarPrices(Strict):
    """What Telegram Stars are worth: ``rate`` Stars for one unit of the currency ``of``, rounded to ``round_to``."""

    of: str = Field(pattern="^[A-Z]{3}$")
    rate: Annotated[Decimal, Field(gt=0, le=10_000)]
    round_to: int = Field(1, ge=1, le=1000)


class Prices(Strict):
    """``prices.toml``."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    languages: dict[str, str] = Field(default_factory=dict)
    purposes: dict[str, Factor]
    tiers: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,31}$")], Tier] = Field(
        default_factory=lambda: {STANDARD: STANDARD_TIER}
    )
    bundles: tuple[BundlePrice, ...] = Field((), max_length=1)
    currencies: dict[str, CurrencyPrices]
    stars: StarPrices | None = None

    @field_validator("currencies")
    @classmethod
    def _whole_minor_units(cls, value: dict[str, CurrencyPrices]) -> dict[str, CurrencyPrices]:
        for code, prices in value.items():
            if not re.fullmatch("[A-Z]{3}", code) or code in THREE_DECIMALS:
                message = f"{code!r} cannot be sold in; write a currency of none or two decimals, e.g. KRW or USD"
                raise ValueError(Problem(message, "reason-currency", code=code[:10]))
            step = Decimal(unit(code)).scaleb(-places(code))
            for amount in prices.amounts():
                if amount % step:
                    message = f"{amount} is no amount of {code}: its smallest unit is {step}"
                    raise ValueError(Problem(message, "reason-unit", amount=str(amount), code=code, step=str(step)))
        return value

    @model_validator(mode="after")
    def _default_exists(self) -> "Prices":
        if self.currency not in self.currencies:
            raise ValueError(_no_table("currency", self.currency))
        for language, code in self.languages.items():
            if code not in self.currencies:
                raise ValueError(_no_table(f"languages.{language}", code))
        if self.stars and (self.stars.of == STARS or self.stars.of not in self.currencies):
            raise ValueError(_no_table("stars.of", self.stars.of))
        if self.stars and (cheap := self._given_away()) is not None:
            of, rate = self.stars.of, self.stars.rate
            message = (
                f"stars.rate = {rate}: {cheap} {of} would be no Star at all; write how many Stars one {of} is worth"
            )
            raise ValueError(Problem(message, "reason-stars-rate", rate=str(rate), amount=str(cheap), code=of))
        if STANDARD not in self.tiers:
            message = f"[tiers.{STANDARD}] is missing: it is the licence of who chooses none"
            raise ValueError(Problem(message, "reason-no-standard", tier=STANDARD))
        return self

    def _given_away(self) -> Decimal | None:
        """Return an amount that is worth less than half a Star, as when the rate is written the wrong way round."""
        assert self.stars is not None, "asked for only where there is a rate"
        amounts = self.currencies[self.stars.of].amounts()[:-1]  # without round_to
        worth = (amount for amount in amounts if amount and round(amount * self.stars.rate / self.stars.round_to) < 1)
        return min(worth, default=None)

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras that every currency has a price for, in the order they are offered."""
        return tuple(one for one in EXTRAS if all(one in prices.extras for prices in self.currencies.values()))

    @property
    def sold_in(self) -> tuple[str, ...]:
        """The currencies there are prices in, the shop's own first, and Stars last where they have only a rate."""
        others = (code for code in self.currencies if code != self.currency)
        return (self.currency, *others, *((STARS,) if self.stars and STARS not in self.currencies else ()))

    def on_sale(self) -> tuple[Bundle, ...]:
        """Return the bundles."""
        return tuple(Bundle(bundle.pieces, bundle.pay) for bundle in self.bundles)

    def currency_for(self, locale: str) -> str:
        """Return the currency a buyer pays in: that of the whole locale (``en-GB``), of its language (``en``), or the
        shop's own."""
        return self.languages.get(locale) or self.languages.get(locale.partition("-")[0], self.currency)

    def price_list(self, currency: str | None = None) -> PriceList:
        """Return the prices of one currency (the shop's own by default) in minor units."""
        code = currency or self.currency
        if code == STARS and STARS not in self.currencies:
            return self._in_stars()
        prices = self.currencies[code]
        factor = 10 ** places(code)
        lengths = tuple((seconds, round(amount * factor)) for seconds, amount in sorted(prices.lengths.items()))
        return PriceList(
            currency=code,
            lengths=lengths,
            further_minute=round(prices.further_minute * factor),
            purposes=dict(self.purposes),
            extras={str(name): round(amount * factor) for name, amount in prices.extras.items()},
            round_to=max(1, round(prices.round_to * factor)),
            tiers={name: tier.price for name, tier in self.tiers.items()},
            revision=round(prices.revision * factor),
        )

    @property
    def sold_for_stars(self) -> bool:
        """Whether there are prices in Telegram Stars: a table of their own, or a rate."""
        return self.stars is not None or STARS in self.currencies

    def _in_stars(self) -> PriceList:
        """Return the prices of another currency, each worth so many Stars."""
        assert self.stars is not None, "asked for only where there is a rate"
        prices, rate = self.currencies[self.stars.of], self.stars.rate
        step = self.stars.round_to

        def stars(amount: Decimal) -> int:
            return round(amount * rate / step) * step

        return PriceList(
            currency=STARS,
            lengths=tuple((seconds, stars(amount)) for seconds, amount in sorted(prices.lengths.items())),
            further_minute=stars(prices.further_minute),
            purposes=dict(self.purposes),
            extras={str(name): stars(amount) for name, amount in prices.extras.items()},
            round_to=step,
            tiers={name: tier.price for name, tier in self.tiers.items()},
            revision=stars(prices.revision),
        )


def _no_table(key: str, code: str) -> Problem:
    return Problem(f"{key} = {code!r} has no [currencies.{code}] table", "reason-no-currency", key=key, code=code)


def load_prices(folders: Iterable[Path]) -> Prices:
    """Read ``prices.toml``. :raises BadSetting: naming every wrong key with its file."""
    return load(Prices, config_file("prices.toml", folders))
