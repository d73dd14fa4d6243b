"""The shop's Telegram side, logged into a Telegram of its own over the wire."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio

from bot.chat.telegram.client import TelegramBot, create_telegram_bot
from bot.commands.said import read_data
from bot.orders.facts import Fact, What
from bot.orders.order import Order
from bot.orders.pricing import STARS, quote
from bot.sandbox.telegram import Answer, Person, TelegramWorld
from bot.settings.files import default_folder
from bot.settings.prices import load_prices
from tests.commands.shop import NOW, Shop, open_shop

PATIENCE = 60.0
Message = dict[str, Any]


def words(message: Message) -> str:
    """Return everything a person reads in a message."""
    return str(message.get("text") or message.get("caption") or "")


def buttons(message: Message) -> list[dict[str, Any]]:
    """Return the buttons under a message."""
    return [one for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for one in row]


def datas(message: Message, verb: str) -> list[str]:
    """Return the data of the buttons of a verb."""
    found = [str(one.get("callback_data", "")) for one in buttons(message)]
    return [data for data in found if (parts := read_data(data)) and parts[0] == verb]


@dataclass
class Scene:
    """A world with the shop in it: a buyer nobody has seen before, and a review group of one's own.

    ``bills`` are the orders whose bill was asked for once more.
    """

    world: TelegramWorld
    shop: Shop
    operators: set[str]
    bills: list[str]
    buyer: Person
    review: int

    @property
    def operator(self) -> Person:
        return self.world.person(self.world.operator_id)

    @property
    def review_place(self) -> str:
        return f"telegram:chat:{self.review}"

    @asynccontextmanager
    async def bot(self, **options: Any) -> AsyncIterator[TelegramBot]:
        """Let the shop come online, and leave again."""
        bot = create_telegram_bot(
            self.shop.services, self.world.token, api_base=self.world.api, per_group_minute=1000, **options
        )
        running = asyncio.create_task(bot.run())
        try:
            async with asyncio.timeout(PATIENCE):
                while not bot.is_ready():
                    await asyncio.sleep(0.01)
            yield bot
        finally:
            await bot.stop()
            running.cancel()
            await asyncio.wait({running})

    async def says(self, phrase: str, person: Person | None = None, chat: int | None = None) -> Message:
        """Return the newest message of the bot's that holds a phrase, once there is one."""
        who = person or self.buyer
        return await who.wait_for(
            lambda message: bool(re.search(phrase, words(message))) and not message["is_mine"],
            PATIENCE, chat or who.id,
        )  # fmt: skip

    async def press(self, message: Message, button: str, person: Person | None = None) -> Answer:
        """Press a button by its label's end or its data."""
        who = person or self.buyer
        found = next(
            one for one in buttons(message) if button in (one.get("callback_data"),) or one["text"].endswith(button)
        )
        return await who.press(message["chat"]["id"], message["message_id"], found["callback_data"])

    async def until(self, true: Any) -> None:
        """Wait until something holds."""
        async with asyncio.timeout(PATIENCE):
            while not true():
                await asyncio.sleep(0.01)

    async def told(self, order: Order, *whats: What) -> Order:
        """Let facts happen to an order, each under a key of its own."""
        for what in whats:
            key = f"{order.id}:{order.version}:{type(what).__name__}"
            order = (await self.shop.book.tell(Fact(order.id, key, "shop", what))).order or order
        return order

    async def orders(self, person: Person | None = None) -> list[Order]:
        return await self.shop.book.find(f"telegram:{(person or self.buyer).id}")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Scene]:
    """One world and one shop for a whole file."""
    world = await TelegramWorld.start()
    prices, bills, operators = load_prices([default_folder()]), list[str](), set[str]()

    async def send_bill(order: Order) -> None:
        bills.append(order.id)

    try:
        async with open_shop(
            tmp_path_factory.mktemp("shop"),
            is_operator=lambda person, place: person in operators,
            review_places={},
            quote=lambda brief, person: quote(brief, prices.price_list(STARS)),
            ways=lambda person, price: ("stars",),
            pay_link=lambda order: None,
            send_bill=send_bill,
            clock=lambda: NOW,
        ) as shop:
            yield Scene(world, shop, operators, bills, world.person(world.buyer_id), world.review_chat_id)
    finally:
        await world.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def scene(_house: Scene, request: pytest.FixtureRequest) -> Scene:
    """The file's shop, as somebody new finds it in fine weather."""
    world, name = _house.world, request.node.name[:24]
    world.faults.clear()
    _house.bills.clear()
    _house.operators.clear()
    _house.operators.add(f"telegram:{world.operator_id}")
    group = world.add_group(name, world.operator_id)
    world.set_bot(group, "administrator")
    _house.shop.services.review_places["telegram"] = f"telegram:chat:{group}"  # type: ignore[index]
    return replace(_house, buyer=world.add_person(name), review=group)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def bot(_house: Scene) -> AsyncIterator[TelegramBot]:
    """The shop, online for a whole file."""
    async with _house.bot() as bot:
        yield bot
