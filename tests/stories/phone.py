"""People with Telegram on the street: a shop with that doorway, and what buyer and operator do there."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.commands.said import read_data
from bot.sandbox.telegram import Paid, Person, TelegramWorld
from tests.stories.street import PATIENCE, Shop, Street, street

Message = dict[str, Any]
ORDER = re.compile(r"\b[2-9A-HJ-NP-Z]{10}\b")


def words(message: Message) -> str:
    """Return everything a person reads in a message."""
    return str(message.get("text") or message.get("caption") or "")


def buttons(message: Message, verb: str = "") -> list[dict[str, Any]]:
    """Return the buttons under a message, or those of one verb."""
    found = [one for row in message.get("reply_markup", {}).get("inline_keyboard", ()) for one in row]
    return [one for one in found if not verb or (read_data(one.get("callback_data", "")) or ("",))[0] == verb]


class Phone:
    """What people do with Telegram open. ``street`` is the world around: Stripe, and Discord where that is open."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self.shop: Shop = street.shop
        self.world: TelegramWorld = street.world.telegram
        self.buyer = self.world.person(self.world.buyer_id)
        self.operator = self.world.person(self.world.operator_id)

    async def says(self, phrase: str, person: Person | None = None, chat: int | None = None) -> Message:
        """Return the newest message of the shop's that holds a phrase, once there is one."""
        who = person or self.buyer
        found = re.compile(phrase)
        return await who.wait_for(
            lambda message: not message["is_mine"] and bool(found.search(words(message))), PATIENCE, chat or who.id
        )

    async def press(self, message: Message, button: str, person: Person | None = None) -> Any:
        """Press a button by its data or the end of its label."""
        who = person or self.buyer
        (found,) = [
            one for one in buttons(message) if button == one.get("callback_data") or one["text"].endswith(button)
        ]
        return await who.press(message["chat"]["id"], message["message_id"], found["callback_data"])

    async def summary(self, sentence: str, person: Person | None = None) -> Message:
        """Order in one sentence and return the summary."""
        who = person or self.buyer
        if not any(chat.get("is_started") for chat in who.chats()):
            await who.start()
        before = {one["message_id"] for one in who.messages(who.id)}
        await who.write(who.id, sentence)
        return await who.wait_for(
            lambda one: one["message_id"] not in before and bool(buttons(one, "place")), PATIENCE, who.id
        )

    async def order(self, sentence: str, person: Person | None = None) -> str:
        """Order in one sentence, confirm the summary, and return the order's id."""
        who = person or self.buyer
        summary = await self.summary(sentence, who)
        (place,) = buttons(summary, "place")
        await who.press(who.id, summary["message_id"], place["callback_data"])
        shown = await who.wait_for(
            lambda one: one["message_id"] == summary["message_id"] and bool(buttons(one, "pay")), PATIENCE, who.id
        )
        found = ORDER.search(words(shown))
        assert found, words(shown)
        return found[0]

    async def bill(self, order: str, person: Person | None = None) -> Message:
        """Return the newest bill of an order once it is there."""
        who = person or self.buyer
        return await who.wait_for(lambda one: "invoice" in one and self.payload(who, one) == order, PATIENCE, who.id)

    def payload(self, who: Person, message: Message) -> str:
        """Return the order that a bill names, as only the server knows it."""
        invoice = self.world.realm.chats[who.id].messages[message["message_id"]].invoice
        return str(invoice.payload) if invoice else ""

    async def pay(self, order: str, person: Person | None = None) -> Paid:
        """Pay an order's bill."""
        who = person or self.buyer
        return await who.pay(who.id, (await self.bill(order, who))["message_id"])

    async def card(self, order: str, round_: int = 1, chat: int | None = None) -> Message:
        """Return the operator's card of an order once it can be judged."""
        return await self.operator.wait_for(
            lambda one: f"{order}/{round_}" in words(one) and bool(buttons(one, "approve")),
            PATIENCE, chat or self.world.review_chat_id,
        )  # fmt: skip

    async def judge(self, card: Message, verb: str, number: int = 0) -> Any:
        """Press one of a card's verdicts."""
        found = buttons(card, verb)[number]
        return await self.operator.press(card["chat"]["id"], card["message_id"], found["callback_data"])

    async def status(self, order: str, phrase: str, person: Person | None = None) -> Message:
        """Return the buyer's status message once it says something."""
        who = person or self.buyer
        return await who.wait_for(
            lambda one: order in words(one) and phrase in words(one) and not buttons(one, "orders"), PATIENCE, who.id
        )

    async def parcel(self, order: str, person: Person | None = None) -> list[Message]:
        """Return everything that was handed over, once the licence is there: sound, papers, words."""
        who = person or self.buyer
        await who.wait_for(lambda one: self.named(one, order).endswith("-licence.pdf"), PATIENCE, who.id)
        await self.says("BGM-", who)
        return [one for one in who.messages(who.id) if self.named(one, order)]

    def named(self, message: Message, order: str) -> str:
        """Return the name of a message's file if it belongs to the order."""
        file = message.get("audio") or message.get("document") or {}
        name = str(file.get("file_name", ""))
        return name if order[:4] in name else ""

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something can be seen outside the shop."""
        await self.street.until(true)


@asynccontextmanager
async def phone(
    folder: Path, *, discord: bool = False, opened: bool = True, shop: str = "", **settings: Any
) -> AsyncIterator[Phone]:
    """Open a street whose shop is on Telegram, and on Discord as well if wanted; ``shop`` is more of its shop.toml."""
    async with street(folder, opened=False, **settings) as here:
        card = here.world.card()["telegram"]
        environment = here.shop.environment
        if not discord:
            environment = {
                name: value for name, value in environment.items() if not name.startswith(("DISCORD", "STRIPE"))
            }
        operators = [f"telegram:{card['operator_id']}", *([environment["OPERATOR_IDS"]] if discord else ())]
        here.shop.environment = environment | {
            "TELEGRAM_TOKEN": card["token"],
            "TELEGRAM_API_BASE": card["api"],
            "TELEGRAM_REVIEW_CHAT_ID": card["review_chat_id"],
            "OPERATOR_IDS": ",".join(operators),
        }
        with (folder / "config" / "shop.toml").open("a", encoding="utf-8") as settings_file:
            settings_file.write(shop)
        if opened:
            await here.shop.open()
        yield Phone(here)
