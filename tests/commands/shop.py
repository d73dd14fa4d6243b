"""A shop to talk to: the real order book, the default menu, prices and texts, and a queue that stands still."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from bot.commands.front import Front, Menu
from bot.commands.listen import listen
from bot.commands.said import Command, Person, Press, Reply, Submitted, read_data
from bot.commands.services import Services
from bot.configuration import Config
from bot.orders.facts import Fact, What
from bot.orders.order import Order
from bot.orders.policy import Policy
from bot.orders.pricing import quote, revision_quote
from bot.screens import Button, Form, Link, Screen, Select
from bot.settings.files import default_folder
from bot.settings.prices import load_prices
from bot.storage.database import open_database
from bot.storage.ledger import Ledger
from bot.storage.order_book import OrderBook
from bot.storage.presets import Presets
from bot.storage.purse import Purse
from bot.texts import Texts, Tongue

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BUYER = Person("discord:1", "Mina", "en-US")
KOREAN = Person("discord:2", "지우", "ko")
OPERATOR = Person("discord:9", "Sun", "en-US", operator=True)
REVIEW = "discord:channel:700"
HALL = "discord:channel:600"


_keys = count(1)


def new_key() -> str:
    """Return what names one use of a control, as a chat numbers them."""
    return f"discord:{next(_keys)}"


@dataclass
class StandingQueue:
    """A queue in which nothing moves unless a test says so."""

    progress: dict[str, float] = field(default_factory=dict)
    ahead: dict[str, int] = field(default_factory=dict)

    async def progress_of(self, order_id: str) -> float | None:
        return self.progress.get(order_id)

    async def position(self, order_id: str) -> int | None:
        return self.ahead.get(order_id)


@dataclass
class Shop:
    """The services, and shorthands for what tests do with them."""

    services: Services
    book: OrderBook
    queue: StandingQueue

    async def say(self, person: Person, command: str, place: str = HALL, **options: str) -> Screen:
        """Use a command and return the screen that answers."""
        reply = await listen(self.services, person, Command(command, options, place))
        assert isinstance(reply, Reply)
        return reply.screen

    async def press(self, person: Person, control: str, *values: str, place: str = HALL) -> Screen:
        """Press what bears that data and return the screen that answers."""
        reply = await self.answer(person, control, *values, place=place)
        assert isinstance(reply, Reply), reply
        return reply.screen

    async def form(self, person: Person, control: str, place: str = HALL) -> Form:
        """Press what opens a form and return it."""
        form = await self.answer(person, control, place=place)
        assert isinstance(form, Form)
        return form

    async def answer(self, person: Person, control: str, *values: str, place: str = HALL) -> Reply | Form:
        parts = read_data(control)
        assert parts
        return await listen(self.services, person, Press(*parts, values=values, place=place, key=new_key()))

    async def submit(self, person: Person, form: Form, place: str = HALL, **fields: str) -> Screen:
        """Fill a form (what is not given stays as it was offered) and return the screen that answers."""
        parts = read_data(form.data)
        assert parts
        values = {one.id: fields.get(one.id, one.value) for one in form.fields}
        reply = await listen(self.services, person, Submitted(*parts, fields=values, place=place, key=new_key()))
        assert isinstance(reply, Reply)
        return reply.screen

    async def placed(self, person: Person = BUYER, **options: str) -> Order:
        """Let a person order by one command, and confirm."""
        asked = {"mood": "calm", "length": "1:00", "purpose": "youtube", "details": "rain"} | options
        screen = await self.say(person, "bgm", **asked)
        await self.press(person, data_of(screen, "place"))
        return (await self.book.find(person.id))[0]

    async def told(self, order: Order, *whats: What, by: str = "shop") -> Order:
        """Let facts happen to an order, each under its own key."""
        for what in whats:
            fact = Fact(order.id, f"{order.id}:{order.version}:{what!r}", by, what)
            order = (await self.book.tell(fact)).order or order
        return order


@asynccontextmanager
async def open_shop(folder: Path, **changes: Any) -> AsyncIterator[Shop]:
    """Open a shop whose database lies in a folder."""
    database = open_database(f"sqlite:///{folder / 'shop.db'}")
    await database.upgrade()
    policy, queue = Policy(), StandingQueue()
    book = OrderBook(database, policy, lambda: NOW)
    try:
        services = replace(_services(book, policy, queue), presets=Presets(database, book.clock), **changes)
        yield Shop(services, book, queue)
    finally:
        await database.close()


@lru_cache
def defaults() -> Config:
    """The default settings as the app reads them; nobody changes them."""
    return Config.read(None)


def menu() -> Menu:
    """The default menu."""
    return defaults().menu


def texts() -> Texts:
    """The default texts."""
    return Texts([default_folder()])


def buttons(screen: Screen) -> list[Button]:
    return [control for row in screen.rows for control in row if isinstance(control, Button)]


def links(screen: Screen) -> list[Link]:
    return [control for row in screen.rows for control in row if isinstance(control, Link)]


def selects(screen: Screen) -> list[Select]:
    return [control for row in screen.rows for control in row if isinstance(control, Select)]


def data_of(screen: Screen, verb: str, arg: str | None = None) -> str:
    """Return the data of the one control of that verb (and argument)."""
    controls: list[Button | Select] = [*buttons(screen), *selects(screen)]
    found = [
        control.data
        for control in controls
        if (parts := read_data(control.data)) and parts[0] == verb and (arg is None or parts[2] == arg)
    ]
    assert len(found) == 1, (verb, arg, found)
    return found[0]


def shown(screen: Screen) -> str:
    """Return everything a person reads on a screen."""
    facts = (f"{label}: {value}" for label, value in screen.facts)
    return "\n".join([screen.title, screen.text, *facts])


def _services(book: OrderBook, policy: Policy, queue: StandingQueue) -> Services:
    prices = load_prices([default_folder()])
    currencies = {"ko": "KRW", "en": "USD"}

    async def report(locale: str, days: int) -> Screen:
        return Screen(f"{days} days in {locale}")

    async def download_link(order: Order) -> str | None:
        return f"http://shop.example/d/{order.id}" if order.data.get("certificate") else None

    return Services(
        book=book,
        queue=queue,
        texts=texts(),
        catalogue=defaults().catalogue,
        menu=menu(),
        policy=policy,
        front=Front("Rain & Rhodes", "hello@shop.example", business=(("owner", "Sun"),), engine="composer"),
        quote=lambda brief, person: quote(brief, prices.price_list(currencies[person.locale[:2]])),
        revision_price=lambda person, free: revision_quote(prices.price_list(currencies[person.locale[:2]]), free=free),
        scope=lambda locale, purpose: f"licence for {purpose}",
        is_operator=lambda person, place: person == OPERATOR.id,
        pay_link=lambda order: f"http://shop.example/pay/{order.id}",
        download_link=download_link,
        clock=lambda: NOW,
        totals=Ledger(book.database).totals,
        report=report,
        purse=Purse(book.database, lambda: NOW),
        ways=lambda person, price: ("stripe",),
        bundles=prices.on_sale(),
        currencies=prices.sold_in,
        review_places={"discord": REVIEW},
        tongue=Tongue("en"),
        loudness={"youtube": -14.0, "podcast": -16.0, "vlog": -14.0},
    )
