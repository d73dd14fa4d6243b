"""A buyer and the operator on Telegram who do again what the shop did not answer, as people do."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from bot.sandbox.telegram import ClientRefusal, Outcome, Person
from tests.stories.phone import Message, Phone, buttons

LOSES_PATIENCE = 20.0
"""Seconds after which somebody writes or presses again."""


@dataclass
class Callers:
    """One buyer, and the operator."""

    here: Phone
    buyer: Person
    begin: Callable[[], None]
    """Called where a tale has something of its own to tell: the power may fail from there on."""

    async def order(self) -> str:
        """Be welcomed, order in one sentence, written again if nothing comes, and confirm it; return the order's id."""
        await self.buyer.start()
        await self.here.says("Welcome", self.buyer)
        summary: Message | None = None
        while summary is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOSES_PATIENCE):
                    summary = await self.here.summary("a calm 5-second piece for my youtube channel", self.buyer)
        (place,) = buttons(summary, "place")
        await self.insist(self.buyer, summary, place["callback_data"])
        return str(place["callback_data"].split(":")[2])

    async def insist(self, who: Person, message: Message, button: str) -> None:
        """Press a button until the shop has answered, or it is gone because it did what it says."""
        chat, number = message["chat"]["id"], message["message_id"]
        while any(one.get("callback_data") == button for one in buttons(who.message(chat, number))):
            with suppress(ClientRefusal, TimeoutError):
                async with asyncio.timeout(LOSES_PATIENCE):
                    await who.press(chat, number, button)
                    return

    async def pay(self, order: str) -> None:
        """Pay the bill, again if the shop did not say in time that it may be paid."""
        while True:
            bill = await self.here.bill(order, self.buyer)
            with suppress(ClientRefusal):
                paid = await self.buyer.pay(self.buyer.id, bill["message_id"])
                assert paid.outcome in (Outcome.PAID, Outcome.TIMED_OUT), paid
                if paid.outcome is Outcome.PAID:
                    return

    async def judge(self, order: str, round_: int, verb: str) -> None:
        """Give a verdict by its button."""
        card = await self.here.card(order, round_)
        await self.insist(self.here.operator, card, buttons(card, verb)[0]["callback_data"])

    async def call_off(self, order: str) -> None:
        """Call an order off by its status message."""
        offered = await self.reads(order, "as soon as you have paid")
        await self.insist(self.buyer, offered, buttons(offered, "cancel")[0]["callback_data"])

    async def reads(self, order: str, phrase: str) -> Message:
        """Return the buyer's status message once it says something."""
        return await self.here.status(order, phrase, self.buyer)

    async def parcel(self, order: str) -> list[Message]:
        """Return the buyer's parcel once all of it is there."""
        return await self.here.parcel(order, self.buyer)
