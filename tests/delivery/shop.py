"""A small shop for the tests of the parcel: real settings and words, an order that can stand anywhere."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import soundfile

from bot.delivery.certificate import Printer
from bot.delivery.claims import load_claims
from bot.delivery.counter import Counter
from bot.delivery.inspection import Inspector
from bot.delivery.keys import ShopKeys
from bot.delivery.links import Links
from bot.delivery.packing import Packing, mark_key
from bot.delivery.parcel import Wrapping
from bot.delivery.provenance import open_signatory
from bot.delivery.terms import Terms, load_terms
from bot.errors import NotFound
from bot.finishing.encode import formats
from bot.orders.brief import Brief
from bot.orders.order import Order, State
from bot.orders.pricing import Line, Price
from bot.screens import Screen
from bot.settings.files import default_folder
from bot.settings.moods import MoodBook, load_moods
from bot.settings.shop import Business, load_shop
from bot.storage.jobs import Job
from bot.storage.media import Media
from bot.texts import Texts

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ADDRESS = "https://kiosk.example"
RATE = 48_000


MASTERS = [f"master.{kind}" for kind in ("wav", "mp3", "flac", "m4a") if kind in formats()]
"""The music's files in a parcel of this machine."""


@dataclass(frozen=True, slots=True)
class Card:
    """A rights card as an engine has one."""

    code_licence: str = "Apache-2.0"
    weights_licence: str = "none needed"
    training_data: str = "none: composed by rules"
    condition: str = ""
    link: str = "https://kiosk.example/engine"
    source_type: str = "algorithmicMedia"
    sellable: str = "yes"


@cache
def texts() -> Texts:
    return Texts([default_folder()])


@cache
def moods() -> MoodBook:
    return load_moods(default_folder() / "moods.toml")


def names(kind: str, item: str, locale: str) -> str:
    words = getattr(moods(), kind)[item].name
    return str(getattr(words, "ko" if locale.startswith("ko") else "en"))


@cache
def terms() -> Terms:
    return load_terms([default_folder()])


@cache
def seller() -> Business:
    return load_shop([default_folder()]).business


@cache
def printer() -> Printer:
    return Printer.of([default_folder()], terms(), texts())


def keys() -> ShopKeys:
    return ShopKeys(b"k" * 32)


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


def links(clock: Clock | None = None, days: float = 30) -> Links:
    return Links(keys(), ADDRESS, days, clock or Clock())


def take(index: int, **changes: Any) -> dict[str, Any]:
    return {
        "index": index,
        "seed": 4_000_000_000 + index,
        "engine": "composer",
        "model": "kiosk-1",
        "revision": "0.1.0",
        "seconds": 2.0,
        "tempo_bpm": 72.0,
        "key": "D major",
        "lufs": -14.0,
        "files": {"master": f"orders/K7Q2MXW4PD/r1/t{index}/master.wav"},
    } | changes


def order(state: State = State.PACKING, **changes: Any) -> Order:
    """An order with three takes, the second approved, paid by card."""
    data = {
        "takes": [take(1), take(2), take(3)],
        "chosen": 2,
        "checkout": {"provider": "stripe", "reference": "cs_1", "url": "https://pay.example/cs_1", "expires": ""},
        "payment": {
            "provider": "stripe", "reference": "cs_1", "payment": "pi_1", "amount": 15000, "currency": "KRW",
        },
    } | changes.pop("data", {})  # fmt: skip
    given: dict[str, Any] = {
        "id": "K7Q2MXW4PD",
        "customer": "discord:884120393845276712",
        "locale": "ko",
        "brief": Brief("calm", 60, "youtube"),
        "price": Price("KRW", (Line("price-length", 15000),)),
        "state": state,
        "version": 7,
        "place": "discord:456",
        "data": {name: value for name, value in data.items() if value is not None},
    }
    return Order(**(given | changes))


def approved(by: str = "discord:1", round_: int = 1) -> Any:
    return SimpleNamespace(kind="Approved", by=by, at=NOON, outcome="applied", data={"round": round_, "take": 2})


@dataclass
class Book:
    """The order book, as far as the parcel needs it."""

    orders: dict[str, Order] = field(default_factory=dict)
    events: list[Any] = field(default_factory=lambda: [approved()])
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def put(self, given: Order) -> Order:
        self.orders[given.id] = given
        return given

    async def get(self, order_id: str) -> Order:
        if order_id not in self.orders:
            raise NotFound(order_id)
        return self.orders[order_id]

    async def journal(self, order_id: str) -> Sequence[Any]:
        return self.events

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        self.notes[name] = value

    async def recall(self, name: str) -> dict[str, Any] | None:
        return self.notes.get(name)

    async def forget(self, name: str) -> None:
        self.notes.pop(name, None)


@dataclass
class Chat:
    """A doorway that remembers what it was given; ``refusals`` are raised first, in order."""

    platform: str = "discord"
    posted: list[tuple[str, Screen, str, bool]] = field(default_factory=list)
    edited: list[tuple[str, Screen]] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if self.refusals:
            raise self.refusals.pop(0)
        self.posted.append((place, screen, once, again))
        return f"{self.platform}:{place.rpartition(':')[2]}/{len(self.posted)}"

    async def edit(self, message: str, screen: Screen) -> None:
        if self.refusals:
            raise self.refusals.pop(0)
        self.edited.append((message, screen))


def job(kind: str, tries: int = 1) -> Job:
    return Job(id=1, kind=kind, order="K7Q2MXW4PD", key=f"{kind}:1", tries=tries)


def packing(media: Media, book: Book) -> Packing:
    signatory = open_signatory(keys(), media.root.parent, "가게 Kiosk")
    return Packing(
        book, media, keys(), links(), printer(), seller(), names, lambda _engine: Card(), signatory=signatory
    )


async def here(function: Callable[..., Any], *args: Any) -> Any:
    """Do work in a thread, as the packing process would do it."""
    return await asyncio.to_thread(function, *args)


def wrapping(media: Media, *, mails: bool = False) -> Wrapping:
    return Wrapping(texts(), names, terms(), links(), media, 30, mails)


def counter(media: Media, book: Book) -> Counter:
    root = open_signatory(keys(), media.root.parent, "가게 Kiosk").root
    public = keys().signing().public_key().public_bytes_raw()
    inspector = Inspector(book, media, public, root, mark_key(keys()), here, asyncio.Semaphore(1))
    return Counter(media, links(), load_claims([default_folder()]), wrapping(media), {}, inspector)


def write_master(media: Media, given: Order, seconds: float = 2.0) -> Path:
    """Put a take's master where packing finds it: two tones, fading."""
    chosen = given.chosen
    assert chosen is not None
    path = media.path(chosen["files"]["master"])
    path.parent.mkdir(parents=True, exist_ok=True)
    time = np.arange(round(seconds * RATE)) / RATE
    tone = 0.4 * np.sin(2 * np.pi * 220 * time) * np.linspace(1, 0, time.size)
    soundfile.write(path, np.stack([tone, 0.8 * tone], axis=1), RATE, subtype="PCM_24")
    return path


async def packed(media: Media, book: Book, given: Order | None = None) -> Order:
    """Pack an order for real and return it as delivered."""
    current = book.put(given or order())
    write_master(media, current)
    hands = packing(media, book)
    mastered = await hands.master(job("master"), current)
    assert mastered is not None
    current = replace(current, data=current.data | {"files": mastered.files})
    certified = await hands.certify(job("certify"), current)
    assert certified is not None
    certificate = {"number": certified.certificate, "file": certified.file}
    return book.put(replace(current, state=State.DELIVERED, data=current.data | {"certificate": certificate}))


async def bought(media: Media, book: Book, given: Order) -> Order:
    """Pack an order with stems and notes and return it as delivered; the score is a small one."""
    current = book.put(given)
    write_master(media, current)
    key = current.chosen["files"]["master"].rpartition("/")[0]  # type: ignore[index]
    await media.write(f"{key}/score.json", b"{}")
    await media.write(f"{key}/score.mid", b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0")
    await media.write(f"{key}/fingerprint.bin", b"fingerprint")
    extra = {"score": f"{key}/score.json", "midi": f"{key}/score.mid", "fingerprint": f"{key}/fingerprint.bin"}
    for take in current.data["takes"]:
        take["files"] |= extra if take["index"] == 2 else {}

    async def play(score: Path, folder: Path) -> dict[str, Path]:
        assert score.read_bytes() == b"{}"
        made = {}
        for number, role in enumerate(("bass", "drums", "keys")):
            time = np.arange(2 * RATE) / RATE
            tone = 0.2 * np.sin(2 * np.pi * 110 * (number + 1) * time)
            soundfile.write(folder / f"{role}.wav", np.stack([tone, tone], axis=1), RATE, subtype="PCM_24")
            made[role] = folder / f"{role}.wav"
        return made

    hands = replace(packing(media, book), play_stems=play)
    mastered = await hands.master(job("master"), current)
    assert mastered is not None
    current = replace(current, data=current.data | {"files": mastered.files})
    certified = await hands.certify(job("certify"), current)
    assert certified is not None
    certificate = {"number": certified.certificate, "file": certified.file}
    return book.put(replace(current, state=State.DELIVERED, data=current.data | {"certificate": certificate}))
