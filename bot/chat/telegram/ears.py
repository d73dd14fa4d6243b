"""What people do on Telegram, one small method for each kind of update."""

import asyncio
import hashlib
import tempfile
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from weakref import WeakValueDictionary

import structlog
from telegram import CallbackQuery, Message, PreCheckoutQuery, SuccessfulPayment, Update, User
from telegram.error import TelegramError

from bot.chat.answers import answer
from bot.chat.telegram import addresses, heard, limits
from bot.chat.telegram.filling import Filling
from bot.chat.telegram.forms import VERB as FILL
from bot.chat.telegram.keyboard import HEADING, LONG, read_press
from bot.chat.telegram.reactions import Reactions
from bot.chat.telegram.refusals import in_shop_words
from bot.chat.telegram.talk import Rooms, Talk
from bot.commands import language, paying
from bot.commands.said import Answer, Command, Person, Press, Reply
from bot.errors import ShopError, TooLarge
from bot.orders.pricing import Money
from bot.screens import Link, Screen

NAMES = 10_000
"""How many people's names are kept in mind."""

Moved = Callable[[int, int], Awaitable[None]]
log = structlog.get_logger(__name__)


class Ears:
    """Hears updates. In one chat one after the other, except for bills, which Telegram waits ten seconds for."""

    def __init__(self, rooms: Rooms, names: OrderedDict[int, str], moved: Moved) -> None:
        self._rooms = rooms
        self._names = names
        self._moved = moved
        self._filling = Filling(rooms)
        self._reactions = Reactions(rooms)
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, update: Update) -> None:
        """Answer one update."""
        if update.pre_checkout_query:
            await self._may_pay(update.pre_checkout_query)
            return
        chat = update.effective_chat
        async with self._turn(chat.id if chat else 0):
            try:
                await self._hear(update)
            except ShopError as error:
                log.warning("update_not_answered", update=update.update_id, error=str(error)[:300])

    async def _hear(self, update: Update) -> None:
        match update:
            case Update(callback_query=CallbackQuery() as query):
                await self._pressed(update, query)
            case Update(message=Message(successful_payment=SuccessfulPayment() as payment)):
                await self._paid(payment)
            case Update(message=Message() as message):
                await self._wrote(update, message)
            case Update(message_reaction=reaction) if reaction is not None:
                await self._reactions.hear(reaction)
            case Update(my_chat_member=member) if member is not None:
                log.info("telegram_membership", chat=member.chat.id, status=member.new_chat_member.status)

    async def _pressed(self, update: Update, query: CallbackQuery) -> None:
        if query.message is None or query.data is None:
            return
        on = addresses.Spot(query.message.chat.id, query.message.message_id)
        markup = None
        if isinstance(query.message, Message):
            on, markup = heard.spot_of(query.message), query.message.reply_markup
        place = addresses.place(self._rooms.doorway.moves.known_as(on.chat))
        person = await self._person(query.from_user, place)
        talk = Talk(self._rooms, person, on.chat, heard.key_of(update), query, on)
        pressed = read_press(await self._data(query.data), markup)
        if query.data == HEADING or pressed is None:
            await talk.acknowledge()
        elif pressed.verb == FILL:
            await self._filling.pressed(talk, pressed)
        else:
            await talk.answer(
                Press(pressed.verb, pressed.target, pressed.arg, pressed.values, str(on), place, talk.key)
            )

    async def _wrote(self, update: Update, message: Message) -> None:
        if message.migrate_to_chat_id:
            await self._moved(message.chat_id, message.migrate_to_chat_id)
            return
        if message.from_user is None or message.from_user.is_bot:
            return
        place = addresses.place(self._rooms.doorway.moves.known_as(message.chat_id))
        person = await self._person(message.from_user, place)
        talk = Talk(self._rooms, person, message.chat_id, heard.key_of(update), said_in=message.message_id)
        command = heard.command(update, message, self._rooms.doorway.bot.username, place)
        if talk.shared and place not in self._rooms.services.review_places.values():
            if command:
                await self._invite(talk, command)
        elif command:
            await self._filling.interrupted(talk)
            await talk.answer(command)
        elif sent := heard.sent(message):
            await talk.show(await talk.made(self._verify(talk, sent)))
        elif message.text:
            await self._heard_words(update, talk, message)

    async def _heard_words(self, update: Update, talk: Talk, message: Message) -> None:
        """Take plain words as the answer to a form, else (in private, or as a reply) as what they say."""
        words = heard.words(update, message, talk.place)
        if await self._filling.typed(talk, words.text):
            return
        if not talk.shared or words.answers:
            await talk.answer(words)

    async def _invite(self, talk: Talk, command: Command) -> None:
        """Ask who speaks to the shop in somebody else's group to come in: orders are nobody else's business."""
        say, bot = self._rooms.services.texts.say, self._rooms.doorway.bot
        page = command.name if command.name in ("bgm", "orders") else "help"
        link = Link(say(talk.person.locale, "start-private"), f"https://t.me/{bot.username}?start={page}", "💬")
        screen = Screen(text=say(talk.person.locale, "start-group"), rows=((link,),))
        await talk.show(Reply(screen))

    async def _verify(self, talk: Talk, sent: heard.Sent) -> Answer:
        """Hold a file against its certificate: the one written below it, else the one it names itself."""
        if sent.size > limits.DOWNLOAD:
            raise TooLarge(f"{sent.size} bytes cannot be fetched from Telegram", limit=limits.DOWNLOAD)
        services = self._rooms.services
        with tempfile.TemporaryDirectory(prefix="bgm-verify-") as folder:
            path = Path(folder) / f"sent{sent.suffix}"
            with in_shop_words("fetching a file"):
                await (await self._rooms.doorway.bot.get_file(sent.file)).download_to_drive(path)
            digest = await asyncio.to_thread(_sha256, path)
            number = sent.words
            if not number and services.certificate_in:
                number = await services.certificate_in(path)
            options = {"certificate": number, "file": digest, "file-path": str(path)}
            return await answer(services, talk.person, Command("verify", options, talk.place))

    async def _may_pay(self, query: PreCheckoutQuery) -> None:
        """Say at once, and for the last time, whether a bill may be paid."""
        person = await self._person(query.from_user, addresses.place(query.from_user.id))
        money = Money(query.total_amount, query.currency)
        refusal = await paying.refusal(self._rooms.services, person, query.invoice_payload, money)
        log.info("bill_asked", order=query.invoice_payload, person=person.id, refusal=refusal)
        try:
            await query.answer(not refusal, refusal or None)
        except TelegramError as error:
            log.warning("bill_not_answered", order=query.invoice_payload, error=error.message)

    async def _paid(self, payment: SuccessfulPayment) -> None:
        money = Money(payment.total_amount, payment.currency)
        charge = payment.telegram_payment_charge_id
        await paying.paid(self._rooms.services, payment.invoice_payload, charge, money)
        log.info("stars_paid", order=payment.invoice_payload, amount=money.amount)

    async def _person(self, user: User, place: str) -> Person:
        services, person = self._rooms.services, addresses.person(user.id)
        self._names[user.id] = user.full_name
        self._names.move_to_end(user.id)
        while len(self._names) > NAMES:
            self._names.popitem(last=False)
        locale = await language.chosen(services.book, person, user.language_code or "")
        return Person(person, user.full_name, locale, services.is_operator(person, place))

    async def _data(self, data: str) -> str:
        """Return what a button stands for, where that was too long for it."""
        if not data.startswith(LONG):
            return data
        note = await self._rooms.services.book.recall(f"telegram:data:{data}") or {}
        return str(note.get("data", data))

    def _turn(self, chat: int) -> asyncio.Lock:
        return self._turns.setdefault(chat, asyncio.Lock())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
