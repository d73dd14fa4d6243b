"""One answer from beginning to end: make it within a second or show that it is being made, then show it."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog
from telegram import CallbackQuery
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.chat.answers import answer, spoken
from bot.chat.lengths import size
from bot.chat.telegram import addresses, forms, limits
from bot.chat.telegram.addresses import Spot
from bot.chat.telegram.conversation import Conversations
from bot.chat.telegram.doorway import TelegramDoorway
from bot.chat.telegram.forms import Asking, Askings
from bot.chat.telegram.refusals import in_shop_words
from bot.commands.said import Answer, How, Person, Reply, Said
from bot.commands.services import Services
from bot.commands.to_pay import noted
from bot.errors import ShopError, TryLater, Unreachable
from bot.screens import Form, Screen, Tone

T = TypeVar("T")

PATIENCE = 0.8
"""Seconds after which a press is acknowledged and "is typing" is shown, so that nobody waits a whole second."""

TYPING_SECONDS = 4.5
"""Telegram shows "is typing" for five seconds."""

LONGEST_WAIT = 15.0
"""Seconds that an answer waits when Telegram asks for a pause; a longer one is given up: it can be asked for again."""

log = structlog.get_logger(__name__)
Background = Callable[[Coroutine[Any, Any, None]], None]


@dataclass(slots=True)
class Rooms:
    """What every talk needs: the shop, the way out, and what is remembered of conversations.

    ``background`` runs what may outlast the answer.
    """

    services: Services
    doorway: TelegramDoorway
    conversations: Conversations
    askings: Askings
    background: Background


@dataclass(slots=True)
class Talk:
    """With whom, where, and what it is an answer to: a press (``query``) on a message (``on``), or a message."""

    rooms: Rooms
    person: Person
    chat: int
    key: str
    query: CallbackQuery | None = None
    on: Spot | None = None
    said_in: int | None = None
    _acknowledged: bool = False

    @property
    def place(self) -> str:
        """Where this is said, in the shop's words."""
        return addresses.place(self.rooms.doorway.moves.known_as(self.chat))

    @property
    def shared(self) -> bool:
        """Whether others read along."""
        return self.chat < 0

    async def answer(self, said: Said) -> None:
        """Answer what was said, and show it."""
        await self.show(await self.made(answer(self.rooms.services, self.person, said)))

    async def made(self, making: Coroutine[Any, Any, Answer]) -> Answer:
        """Await an answer, showing that it is being made if that takes long; errors become their sentence."""
        task = asyncio.ensure_future(spoken(self.rooms.services.texts, self.person, making))
        try:
            done, _ = await asyncio.wait({task}, timeout=PATIENCE)
            while not done:
                await self.acknowledge()
                await self._quietly(self.rooms.doorway.bot.send_chat_action(self.chat, ChatAction.TYPING))
                done, _ = await asyncio.wait({task}, timeout=TYPING_SECONDS)
            return task.result()
        finally:
            task.cancel()

    async def show(self, shown: Answer) -> None:
        """Show an answer where it belongs. What cannot be shown was done all the same; /orders tells of it."""
        try:
            if isinstance(shown, Form):
                await self.open_form(shown)
            else:
                await self._show_reply(shown)
        except ShopError as error:
            log.warning("answer_not_shown", person=self.person.id, error=str(error)[:300])
        finally:
            await self.acknowledge()

    async def acknowledge(self, words: str = "", *, alert: bool = False, url: str | None = None) -> None:
        """Let the pressed button rest, once; with a few words if there are any."""
        if self.query is None or self._acknowledged:
            return
        self._acknowledged = True
        await self._quietly(self.query.answer(words or None, show_alert=alert, url=url))

    # --- forms ---

    async def open_form(self, form: Form) -> None:
        """Ask what a form asks for. In a channel, where nobody can write back, it is asked in private."""
        chat = self.chat
        if self.shared and await self._is_channel():
            chat = addresses.read_person(self.person.id) or chat
        asking = Asking.of(form, chat, str(self.on or ""))
        await self.show_form(asking)

    async def show_form(self, asking: Asking) -> None:
        """Show a form at the end of the chat, and remember what is asked."""
        user = addresses.read_person(self.person.id)
        assert user is not None
        if asking.message:
            await self.remove(asking.chat, asking.message)
        screen = forms.screen(self.rooms.services.texts, self.person.locale, asking, shared=asking.chat < 0)
        try:
            spot = await self._say(screen, chat=asking.chat)
        except Unreachable:
            if asking.chat == self.chat:
                raise
            await self.acknowledge(url=f"https://t.me/{self.rooms.doorway.bot.username}?start=help")
            return
        await self.rooms.askings.keep(user, replace(asking, message=spot.message))

    async def remove(self, chat: int, message: int) -> None:
        """Take a message of the conversation away; one that is gone is gone."""
        await self._quietly(self.rooms.doorway.bot.delete_message(chat, message))

    # --- replies ---

    async def _show_reply(self, reply: Reply) -> None:
        screen = reply.screen
        brief = f"{screen.title}\n{screen.text}".strip()
        bare = not (screen.facts or screen.rows or screen.files or screen.image)
        if self.query and not self._acknowledged and bare and not screen.title and size(brief) <= limits.ALERT:
            await self.acknowledge(brief, alert=screen.tone is Tone.BAD)
            return
        if reply.pays and await self._updates(reply):  # before it is shown: a crash in between would leave it for ever
            await noted(self.rooms.services, self.person, reply.pays, str(self.on))
        spot = await self._place(reply)
        await self._note(reply, spot)
        if reply.later is not None:
            self.rooms.background(self._better(reply, spot))

    async def _note(self, reply: Reply, spot: Spot) -> None:
        """Note where an order's pay button stands; one that is paid meanwhile shows that."""
        if reply.pays and (instead := await noted(self.rooms.services, self.person, reply.pays, str(spot))):
            await self.rooms.doorway.edit(str(spot), instead)

    async def _place(self, reply: Reply) -> Spot:
        """Edit the message that was pressed on if it is the conversation's own; else write a new one."""
        if self.on and await self._updates(reply):
            try:
                await self._patiently(lambda: self.rooms.doorway.edit(str(self.on), reply.screen))
                return self.on
            except Unreachable:
                log.info("answer_gone", message=str(self.on))
        return await self._say(reply.screen)

    async def _updates(self, reply: Reply) -> bool:
        """Whether a reply takes the place of the message that was pressed on."""
        plain = not (reply.screen.files or reply.screen.image)
        if reply.how is not How.UPDATE or self.on is None or not plain or self.on.photo:
            return False
        return bool(await self.rooms.conversations.own(self.on))

    async def _say(self, screen: Screen, *, chat: int | None = None) -> Spot:
        where = self.chat if chat is None else chat
        under = (self.on.message if self.on else self.said_in) if where < 0 else None

        async def send() -> Spot:
            with in_shop_words(f"answering in {where}"):
                return await self.rooms.doorway.say(where, screen, reply_to=under)

        spot = await self._patiently(send)
        await self.rooms.conversations.keep(spot)
        return spot

    async def _patiently(self, doing: Callable[[], Awaitable[T]]) -> T:
        """Do something, and once more after the pause that Telegram may ask for."""
        try:
            return await doing()
        except TryLater as error:
            if error.after is None or error.after > LONGEST_WAIT:
                raise
            await asyncio.sleep(error.after)
            return await doing()

    async def _better(self, reply: Reply, spot: Spot) -> None:
        try:
            better = await reply.later() if reply.later else None
            if better is not None:
                await self.rooms.doorway.edit(str(spot), better)
                await self._note(reply, spot)
        except ShopError as error:
            log.info("answer_not_bettered", message=str(spot), error=str(error)[:200])

    async def _is_channel(self) -> bool:
        message = self.query.message if self.query else None
        return message is not None and message.chat.type == "channel"

    async def _quietly(self, doing: Awaitable[Any]) -> None:
        """Await what nobody misses if it fails."""
        try:
            await doing
        except TelegramError as error:
            log.debug("telegram_courtesy_refused", error=error.message)
