"""``shop.toml`` and ``prices.toml``: who the shop is, its promises in numbers, and what things cost."""

import re
import tomllib
from collections.abc import Iterable
from datetime import time as clock_time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import BadSetting
from bot.orders.brief import EXTRAS, STANDARD
from bot.orders.discounts import Bundle
from bot.orders.policy import Policy
from bot.orders.pricing import STARS, ZERO_DECIMAL, PriceList

THREE_DECIMALS = frozenset(["BHD", "JOD", "KWD", "OMR", "TND"])
"""Currencies of a thousand minor units, with rules of their own at the providers (Stripe's list): not sold in."""

Model = TypeVar("Model", bound=BaseModel)
Amount = Annotated[Decimal, Field(ge=0, le=10**9)]
Factor = Annotated[Decimal, Field(gt=0, le=1000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Business(_Strict):
    """Who sells; printed on licences and pages, as the law of most countries asks."""

    name: str = Field(min_length=1, max_length=120)
    owner: str = ""
    registration: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    country: str = Field("KR", pattern="^[A-Z]{2}$")


class Times(_Strict):
    """How long each stage may last, in hours, before the shop gives the money back by itself."""

    pay: float = Field(24, ge=0.5, le=24)
    compose: float = Field(24, gt=0, le=24 * 14)
    review: float = Field(72, gt=0, le=24 * 30)
    answer: float = Field(72, ge=0, le=24 * 30)
    deliver: float = Field(168, gt=0, le=24 * 60)
    refund_retry: float = Field(1, gt=0, le=24)


class Work(_Strict):
    """How much is made for one order."""

    takes: int = Field(3, ge=1, le=3)
    shortest_seconds: int = Field(5, ge=5, le=600)
    longest_seconds: int = Field(600, ge=5, le=600)
    free_revisions: int = Field(2, ge=0, le=20)
    extra_revisions: int = Field(2, ge=1, le=20)
    processes: int = Field(0, ge=0, le=64)
    soundfont: str = Field("", pattern=r"^$|\.(sf2|sf3)$")


class Links(_Strict):
    """How long a download link lives, in days; a new one can be had for ever."""

    days: int = Field(30, ge=1, le=3650)


class Bank(_Strict):
    """The account that buyers transfer to, in ``currency``; ``days`` is how long a transfer is waited for."""

    name: str = Field("", max_length=100)
    account: str = Field("", max_length=60)
    holder: str = Field("", max_length=60)
    more: str = Field("", max_length=300)
    currency: str = Field("KRW", pattern="^[A-Z]{3}$")
    days: int = Field(3, ge=1, le=14)


class Payments(_Strict):
    """How payments are taken. ``manual`` takes bank transfers, which the operator confirms by hand."""

    stripe_tax: bool = False
    manual: bool = False
    bank: Bank = Bank()
    tick_needed: bool = True

    @model_validator(mode="after")
    def _account_there(self) -> "Payments":
        if self.manual and not (self.bank.name and self.bank.account and self.bank.holder):
            raise ValueError("manual = true needs name, account and holder in [payments.bank]")
        return self


class Likeness(_Strict):
    """What no take may be like: ``known_works`` is a folder of recordings beside shop.toml, empty for none."""

    known_works: str = Field("", pattern=r"^$|^[^/\\].*$")


class Retention(_Strict):
    """After how many days files that nobody needs any more are deleted; 0 keeps them for ever.

    ``previews``: previews, pictures and the takes that were not chosen of delivered orders. ``refused``: everything of
    orders that came to nothing. Masters, parcels, licences and fingerprints always stay.
    """

    previews: int = Field(90, ge=0, le=3650)
    refused: int = Field(30, ge=0, le=3650)


class Digest(_Strict):
    """When the operator reads in the morning how the shop stands, as local time; empty: never."""

    time: str = Field("08:00", pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d$")

    @property
    def hour(self) -> clock_time | None:
        """The time of day, or None."""
        return clock_time.fromisoformat(self.time) if self.time else None


class Engines(_Strict):
    """How neural engines work here. ``models`` are folders of weights by engine."""

    hours: str = Field("", pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    idle_minutes: float = Field(15, gt=0, le=24 * 60)
    batch_minutes: float = Field(16, gt=0, le=24 * 60)
    threads: int = Field(0, ge=0, le=512)
    models: dict[str, str] = {}

    def closed_for(self, now: clock_time) -> float:
        """Return in how many seconds work may begin, 0 if it may at this time of day."""
        if not self.hours:
            return 0.0
        start, end, moment = (_second(one) for one in (*map(clock_time.fromisoformat, self.hours.split("-")), now))
        open_now = start <= moment < end if start < end else moment >= start or moment < end
        return 0.0 if open_now or start == end else float((start - moment) % 86_400)


def _second(moment: clock_time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


class Discord(_Strict):
    """What Discord allows this shop."""

    upload_mib: int = Field(20, ge=1, le=500)
    shards: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = 1


class Telegram(_Strict):
    """How the shop behaves on Telegram."""

    upload_mb: int = Field(50, ge=1, le=2000)
    webhook: bool = False
    pay: Literal["stars", "stripe"] = "stars"
    stripe_at_my_own_risk: bool = False

    @model_validator(mode="after")
    def _knows_the_risk(self) -> "Telegram":
        if self.pay == "stripe" and not self.stripe_at_my_own_risk:
            raise ValueError(
                'pay = "stripe": Telegram demands Stars for digital goods and may close a bot that takes other money; '
                "if that is your decision, also set stripe_at_my_own_risk = true (docs/telegram.md)"
            )
        return self


class Review(_Strict):
    """Where the operator listens: "" where each buyer came from, else all orders in one chat. ``members`` lets whoever
    sees a review place judge there."""

    place: Literal["", "discord", "telegram"] = ""
    members: bool = False


class Shop(_Strict):
    """``shop.toml``."""

    business: Business
    language: Literal["", "ko", "en"] = ""
    timezone: str = "Asia/Seoul"
    times: Times = Times()
    work: Work = Work()
    links: Links = Links()
    payments: Payments = Payments()
    digest: Digest = Digest()
    likeness: Likeness = Likeness()
    retention: Retention = Retention()
    engines: Engines = Engines()
    discord: Discord = Discord()
    telegram: Telegram = Telegram()
    review: Review = Review()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is no time zone; write e.g. Asia/Seoul or Europe/Berlin")
        return ZoneInfo(value).key

    def policy(self) -> Policy:
        """Return the promises as the order story reads them, in seconds."""
        hour = 3600
        return Policy(
            takes=self.work.takes,
            pay_within=round(self.times.pay * hour),
            compose_within=round(self.times.compose * hour),
            review_within=round(self.times.review * hour),
            answer_within=round(self.times.answer * hour),
            deliver_within=round(self.times.deliver * hour),
            refund_retry=round(self.times.refund_retry * hour),
            free_revisions=self.work.free_revisions,
            extra_revisions=self.work.extra_revisions,
            tick_needed=self.payments.tick_needed,
        )


class CurrencyPrices(_Strict):
    """The prices of one currency, in whole units as a person writes them (``15000`` won, ``12.50`` dollars)."""

    lengths: dict[int, Amount] = Field(min_length=1)
    further_minute: Amount
    extras: dict[Literal["loop", "stems", "midi", "revisions", "exclusive"], Amount] = {}
    revision: Amount = Decimal(0)
    round_to: Amount = Field(Decimal(1), gt=0)

    def amounts(self) -> tuple[Decimal, ...]:
        """Return every amount of the table, in whole units."""
        return (*self.lengths.values(), self.further_minute, *self.extras.values(), self.revision, self.round_to)


class Named(_Strict):
    """The same words in both languages."""

    ko: str = Field(min_length=1, max_length=100)
    en: str = Field(min_length=1, max_length=100)


class Tier(_Strict):
    """A licence tier: what it does to the price, what it is called, and for whom it is, in one line."""

    price: Factor
    name: Named
    about: Named


STANDARD_TIER = Tier(
    price=Decimal(1),
    name=Named(ko="스탠더드", en="Standard"),
    about=Named(ko="내 채널과 작품에 써요.", en="For your own channels and works."),
)


class BundlePrice(_Strict):
    """So many pieces for the price of so many."""

    pieces: int = Field(ge=2, le=50)
    pay: int = Field(ge=1, le=49)

    @model_validator(mode="after")
    def _cheaper(self) -> "BundlePrice":
        if self.pay >= self.pieces:
            raise ValueError(f"{self.pieces} pieces for the price of {self.pay} is no bundle; pay must be less")
        return self


class StarPrices(_Strict):
    """What Telegram Stars are worth: ``rate`` Stars for one unit of the currency ``of``, rounded to ``round_to``."""

    of: str = Field(pattern="^[A-Z]{3}$")
    rate: Annotated[Decimal, Field(gt=0, le=10_000)]
    round_to: int = Field(1, ge=1, le=1000)


class Prices(_Strict):
    """``prices.toml``."""

    currency: str = Field(pattern="^[A-Z]{3}$")
    languages: dict[str, str] = {}
    purposes: dict[str, Factor]
    tiers: dict[Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,31}$")], Tier] = {STANDARD: STANDARD_TIER}
    bundles: tuple[BundlePrice, ...] = Field((), max_length=1)
    currencies: dict[str, CurrencyPrices]
    stars: StarPrices | None = None

    @field_validator("currencies")
    @classmethod
    def _whole_minor_units(cls, value: dict[str, CurrencyPrices]) -> dict[str, CurrencyPrices]:
        for code, prices in value.items():
            if not re.fullmatch("[A-Z]{3}", code) or code in THREE_DECIMALS:
                raise ValueError(
                    f"{code!r} cannot be sold in; write a currency of none or two decimals, e.g. KRW or USD"
                )
            step = Decimal(1) if code in ZERO_DECIMAL else Decimal("0.01")
            for amount in prices.amounts():
                if amount % step:
                    raise ValueError(f"{amount} is no amount of {code}: its smallest unit is {step}")
        return value

    @model_validator(mode="after")
    def _default_exists(self) -> "Prices":
        if self.currency not in self.currencies:
            raise ValueError(f"currency {self.currency!r} has no [currencies.{self.currency}] table")
        for language, code in self.languages.items():
            if code not in self.currencies:
                raise ValueError(f"languages.{language} = {code!r} has no [currencies.{code}] table")
        if self.stars and (self.stars.of == STARS or self.stars.of not in self.currencies):
            raise ValueError(f"stars.of = {self.stars.of!r} has no [currencies.{self.stars.of}] table")
        if STANDARD not in self.tiers:
            raise ValueError(f"[tiers.{STANDARD}] is missing: it is the licence of who chooses none")
        return self

    @property
    def extras(self) -> tuple[str, ...]:
        """The extras that every currency has a price for, in the order they are offered."""
        return tuple(one for one in EXTRAS if all(one in prices.extras for prices in self.currencies.values()))

    @property
    def sold_in(self) -> tuple[str, ...]:
        """The currencies there are prices in, the shop's own first."""
        return (self.currency, *(code for code in self.currencies if code != self.currency))

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
        factor = 1 if code in ZERO_DECIMAL else 100
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


def default_folder() -> Path:
    """Return the packaged default config folder (beside the sources in a checkout)."""
    packaged = Path(__file__).parent.parent / "config"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent.parent / "config"


def folders(own: Path | None) -> tuple[Path, ...]:
    """Return the config folders in the order they are read: the default set, then the operator's own.

    :raises BadSetting: if the operator's folder does not exist.
    """
    if own is None:
        return (default_folder(),)
    if not own.is_dir():
        raise BadSetting([f"BGM_CONFIG: there is no folder {own}; create it or leave the variable out"])
    return (default_folder(), own)


def config_file(name: str, folders: Iterable[Path]) -> Path:
    """Return the file of that name which counts: the operator's if there is one, else the default."""
    return next(path for folder in reversed(tuple(folders)) if (path := folder / name).is_file())


def soundfont(folders: Iterable[Path]) -> Path | None:
    """Return the operator's own SoundFont, which lies in the config folder, or None if none is named.

    :raises BadSetting: if it is named but not there.
    """
    places = tuple(folders)
    name = load_shop(places).work.soundfont
    if not name:
        return None
    try:
        return config_file(name, places)
    except StopIteration:
        raise BadSetting([f"shop.toml: work.soundfont = {name!r}: there is no such file in {places[-1]}"]) from None


def known_folder(folders: Iterable[Path]) -> Path | None:
    """Return the operator's folder of known works, or None if none is named.

    :raises BadSetting: if it is named but not there.
    """
    places = tuple(folders)
    name = load_shop(places).likeness.known_works
    found = next((place / name for place in reversed(places) if (place / name).is_dir()), None) if name else None
    if name and found is None:
        raise BadSetting([f"shop.toml: likeness.known_works = {name!r}: there is no such folder in {places[-1]}"])
    return found


def load_shop(folders: Iterable[Path]) -> Shop:
    """Read ``shop.toml``. :raises BadSetting: naming every wrong key with its file."""
    return _load(Shop, config_file("shop.toml", folders))


def load_prices(folders: Iterable[Path]) -> Prices:
    """Read ``prices.toml``. :raises BadSetting: naming every wrong key with its file."""
    return _load(Prices, config_file("prices.toml", folders))


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file. :raises BadSetting: with the line if it is none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting([f"{path}: {error}"]) from None


def problems(path: Path, error: ValidationError) -> list[str]:
    """Return one sentence for each wrong key: file, key, value, and what would be right."""
    found = []
    for entry in error.errors():
        key = ".".join(str(part) for part in entry["loc"]) or "the file"
        value = "" if isinstance(entry["input"], dict) else f" = {entry['input']!r}"
        found.append(f"{path}: {key}{value}: {entry['msg'].removeprefix('Value error, ')}")
    return found


def _load(model: type[Model], path: Path) -> Model:
    try:
        return model.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadSetting(problems(path, error)) from None
