"""``shop.toml``: who the shop is, and its promises in numbers."""

import math
from collections.abc import Iterable
from datetime import time as clock_time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from bot.errors import BadSetting, Problem
from bot.orders.policy import Policy
from bot.settings.files import Strict, config_file, load


class Business(Strict):
    """Who sells; printed on licences and pages, as the law of most countries asks."""

    name: str = Field(min_length=1, max_length=120)
    owner: str = ""
    registration: str = ""
    address: str = ""
    email: str = ""
    phone: str = ""
    country: str = Field("KR", pattern="^[A-Z]{2}$")


class Times(Strict):
    """How long each stage may last, in hours, before the shop gives the money back by itself."""

    pay: float = Field(24, ge=0.5, le=24)
    compose: float = Field(24, gt=0, le=24 * 14)
    review: float = Field(72, gt=0, le=24 * 30)
    answer: float = Field(72, ge=0, le=24 * 30)
    deliver: float = Field(168, gt=0, le=24 * 60)
    refund_retry: float = Field(1, gt=0, le=24)


class Work(Strict):
    """How much is made for one order, and whether ``bgm run`` composes itself."""

    compose: bool = True
    takes: int = Field(3, ge=1, le=3)
    shortest_seconds: int = Field(5, ge=5, le=600)
    longest_seconds: int = Field(600, ge=5, le=600)
    free_revisions: int = Field(2, ge=0, le=20)
    extra_revisions: int = Field(2, ge=1, le=20)
    processes: int = Field(0, ge=0, le=64)
    soundfont: str = Field("", pattern=r"^$|\.(sf2|sf3)$")


class Links(Strict):
    """How long a download link lives, in days; a new one can be had for ever."""

    days: int = Field(30, ge=1, le=3650)


class Bank(Strict):
    """The account that buyers transfer to, in ``currency``; ``days`` is how long a transfer is waited for."""

    name: str = Field("", max_length=100)
    account: str = Field("", max_length=60)
    holder: str = Field("", max_length=60)
    more: str = Field("", max_length=300)
    currency: str = Field("KRW", pattern="^[A-Z]{3}$")
    days: int = Field(3, ge=1, le=14)


class Payments(Strict):
    """How payments are taken. ``manual`` takes bank transfers, which the operator confirms by hand."""

    stripe_tax: bool = False
    manual: bool = False
    bank: Bank = Bank()
    tick_needed: bool = True

    @model_validator(mode="after")
    def _account_there(self) -> "Payments":
        if self.manual and not (self.bank.name and self.bank.account and self.bank.holder):
            message = "manual = true needs name, account and holder in [payments.bank]"
            raise ValueError(Problem(message, "reason-bank"))
        return self


class Likeness(Strict):
    """What no take may be like: ``known_works`` is a folder of recordings beside shop.toml, empty for none."""

    known_works: str = Field("", pattern=r"^$|^[^/\\].*$")


class Retention(Strict):
    """After how many days files that nobody needs any more are deleted; 0 keeps them for ever.

    ``previews``: previews, pictures and the takes that were not chosen of delivered orders. ``refused``: everything of
    orders that came to nothing. Masters, parcels, licences and fingerprints always stay.
    """

    previews: int = Field(90, ge=0, le=3650)
    refused: int = Field(30, ge=0, le=3650)


class Digest(Strict):
    """When the operator reads in the morning how the shop stands, as local time; empty: never."""

    time: str = Field("08:00", pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d$")

    @property
    def hour(self) -> clock_time | None:
        """The time of day, or None."""
        return clock_time.fromisoformat(self.time) if self.time else None


class Engines(Strict):
    """How neural engines work here. ``models`` are folders of weights by engine."""

    hours: str = Field("", pattern=r"^$|^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$")
    idle_minutes: float = Field(15, gt=0, le=24 * 60)
    batch_minutes: float = Field(16, gt=0, le=24 * 60)
    threads: int = Field(0, ge=0, le=512)
    models: dict[str, str] = Field(default_factory=dict)

    @property
    def closed_a_day(self) -> float:
        """For how many seconds of a day nothing may begin."""
        return self.closed_for(clock_time.fromisoformat(self.hours.split("-")[1])) if self.hours else 0.0

    def closed_for(self, now: clock_time) -> float:
        """Return in how many seconds work may begin, 0 if it may at this time of day."""
        if not self.hours:
            return 0.0
        start, end, moment = (_second(one) for one in (*map(clock_time.fromisoformat, self.hours.split("-")), now))
        open_now = start <= moment < end if start < end else moment >= start or moment < end
        return 0.0 if open_now or start == end else float((start - moment) % 86_400)

    def done_in(self, now: clock_time, work: float) -> float:
        """Return in how many seconds so much work is done if it goes on in these hours only."""
        wait = self.closed_for(now)
        if not self.hours:
            return work
        start, end, moment = (_second(one) for one in (*map(clock_time.fromisoformat, self.hours.split("-")), now))
        if start == end:
            return work
        night = (end - start) % 86_400
        first = night if wait else (end - moment) % 86_400
        days = math.ceil((work - first) / night) if work > first else 0
        return wait + work + days * (86_400 - night)


def _second(moment: clock_time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


class Discord(Strict):
    """What Discord allows this shop."""

    upload_mib: int = Field(20, ge=1, le=500)
    shards: Literal["auto"] | Annotated[int, Field(ge=1, le=1000)] = 1
    invite: str = Field("", pattern=r"^(https://(discord\.gg|discord\.com)/\S+)?$")


class Telegram(Strict):
    """How the shop behaves on Telegram."""

    upload_mb: int = Field(50, ge=1, le=2000)
    webhook: bool = False
    pay: Literal["stars", "stripe"] = "stars"
    stripe_at_my_own_risk: bool = False

    @model_validator(mode="after")
    def _knows_the_risk(self) -> "Telegram":
        if self.pay == "stripe" and not self.stripe_at_my_own_risk:
            message = (
                'pay = "stripe": Telegram demands Stars for digital goods and may close a bot that takes other money; '
                "if that is your decision, also set stripe_at_my_own_risk = true (docs/telegram.md)"
            )
            raise ValueError(Problem(message, "reason-own-risk"))
        return self


class Review(Strict):
    """Where the operator listens: "" where each buyer came from, else all orders in one chat. ``members`` lets whoever
    sees a review place judge there."""

    place: Literal["", "discord", "telegram"] = ""
    members: bool = False


class Shop(Strict):
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
        try:
            return ZoneInfo(value).key
        except (KeyError, ValueError, OSError) as error:  # unknown, no path for one, a folder of zones
            message = f"{value!r} is no time zone; write e.g. Asia/Seoul or Europe/Berlin"
            raise ValueError(Problem(message, "reason-zone")) from error

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
        message = f"shop.toml: work.soundfont = {name!r}: there is no such file in {places[-1]}"
        raise BadSetting([Problem(message, "problem-soundfont", name=name, folder=places[-1])]) from None


def known_folder(folders: Iterable[Path]) -> Path | None:
    """Return the operator's folder of known works, or None if none is named.

    :raises BadSetting: if it is named but not there.
    """
    places = tuple(folders)
    name = load_shop(places).likeness.known_works
    found = next((place / name for place in reversed(places) if (place / name).is_dir()), None) if name else None
    if name and found is None:
        message = f"shop.toml: likeness.known_works = {name!r}: there is no such folder in {places[-1]}"
        raise BadSetting([Problem(message, "problem-known-works", name=name, folder=places[-1])])
    return found


def load_shop(folders: Iterable[Path]) -> Shop:
    """Read ``shop.toml``. :raises BadSetting: naming every wrong key with its file."""
    return load(Shop, config_file("shop.toml", folders))
