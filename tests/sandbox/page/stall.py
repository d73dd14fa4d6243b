"""A small real Telegram bot that does what a shop does: questions with keyboards, an invoice, an album to judge.

It is what the phones of the page are tried with.
"""

from __future__ import annotations

import asyncio
import io
from typing import Any

import soundfile
from PIL import Image
from telegram import (
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaAudio,
    LabeledPrice,
    Message,
    Update,
)
from telegram.ext import Application, ApplicationBuilder, TypeHandler

from bot.sandbox.world import World
from tests.sandbox.page.goods import chord, picture

Key = InlineKeyboardButton


def mp3(seconds: float, base: float) -> bytes:
    """Return the chord as MP3."""
    sound, rate = soundfile.read(io.BytesIO(chord(seconds, base)))
    out = io.BytesIO()
    soundfile.write(out, sound, rate, format="MP3")
    return out.getvalue()


def cover() -> bytes:
    """Return a cover as Telegram takes it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 320), "#f2b545").save(out, "JPEG")
    return out.getvalue()


class Stall:
    """The bot. `is_selling` says what it answers before a payment; `heard` holds what reached it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.is_selling = True
        self.heard: list[Update] = []
        telegram = world.telegram
        builder = ApplicationBuilder().token(telegram.token).base_url(f"{telegram.api}/bot")
        self.application: Application[Any, Any, Any, Any, Any, Any] = builder.base_file_url(
            f"{telegram.api}/file/bot"
        ).build()
        self.application.add_handler(TypeHandler(Update, self._take, block=False))
        self.bot = self.application.bot

    async def open(self) -> None:
        """Log in, tell the menu, and begin to listen."""
        await self.application.initialize()
        await self.application.start()
        assert self.application.updater is not None
        await self.application.updater.start_polling(poll_interval=0, allowed_updates=Update.ALL_TYPES)
        await self.bot.set_my_commands(
            [BotCommand("bgm", "Order background music"), BotCommand("orders", "Your orders")]
        )
        await self.bot.set_my_commands([BotCommand("bgm", "배경 음악 주문")], language_code="ko")

    async def close(self) -> None:
        """Stop listening and log out."""
        assert self.application.updater is not None
        await self.application.updater.stop()
        await self.application.stop()
        await self.application.shutdown()

    async def _take(self, update: Update, _: object) -> None:
        self.heard.append(update)
        if update.pre_checkout_query:
            words = None if self.is_selling else "Sold out this very minute."
            await update.pre_checkout_query.answer(ok=self.is_selling, error_message=words)
        elif update.callback_query:
            await self._pressed(update)
        elif update.message and update.message.successful_payment:
            await self.post_card()
        elif update.message and update.message.text:
            await self._said(update.message)

    async def _said(self, message: Message) -> None:
        if message.text == "/bgm":
            keys = [[Key("Calm", callback_data="calm"), Key("Tense", callback_data="tense")]]
            keys.append([Key("Explain", callback_data="explain"), Key("Terms", url="https://example.com/terms")])
            await message.reply_html("Which <b>mood</b>?", reply_markup=InlineKeyboardMarkup(keys))
        elif message.text == "/wish":
            await message.reply_text("Your wish?", reply_markup=ForceReply(input_field_placeholder="No drums, please"))
        elif message.text == "/start":
            await message.reply_text("Welcome. Send /bgm")

    async def _pressed(self, update: Update) -> None:
        query = update.callback_query
        assert query is not None
        if query.data == "explain":
            await query.answer("Calm is slow, tense is not.", show_alert=True)
        elif query.data == "calm":
            await query.edit_message_text("Calm it is.")
            await query.answer("Noted")
            prices = [LabeledPrice("Music", 700)]
            await self.bot.send_invoice(query.from_user.id, "Calm, 30 s", "One licence", "order-1", "XTR", prices)
        elif query.data == "take 2":
            await self.deliver()
            await query.answer("Take 2 it is")

    async def post_card(self) -> None:
        """Show the operator a card: a picture with words, an album of three takes, the verdicts."""
        desk = self.world.telegram.review_chat_id
        words = "<b>Order 2611-0042</b>\n<code>calm, 30 s</code>"
        card = await self.bot.send_photo(desk, picture(), caption=words, parse_mode="HTML")
        takes = [
            InputMediaAudio(
                mp3(6, 180 + 40 * take), title=f"Take {take}", performer="2611-0042", filename=f"{take}.mp3"
            )
            for take in (1, 2, 3)
        ]
        await self.bot.send_media_group(desk, takes, reply_to_message_id=card.message_id)
        keys = [[Key(f"Approve {take}", callback_data=f"take {take}") for take in (1, 2, 3)]]
        await self.bot.send_message(desk, "Your verdict?", reply_markup=InlineKeyboardMarkup(keys))

    async def deliver(self) -> None:
        """Send the music and its licence to the buyer."""
        buyer = self.world.telegram.buyer_id
        await self.bot.send_audio(
            buyer, mp3(8, 220), title="Calm", performer="BGM Kiosk", duration=8, thumbnail=cover(), filename="calm.mp3"
        )
        await self.bot.send_document(buyer, b"%PDF-1.7 licence", filename="licence.pdf", caption="Your licence")


async def open_stall(world: World) -> Stall:
    """Open the bot and wait until Telegram knows which updates it wants."""
    stall = Stall(world)
    await stall.open()
    async with asyncio.timeout(60):
        while not world.telegram.mailbox.polls:
            await world.telegram.mailbox.news()
    return stall
