"""A person with Telegram open: what they see, and everything they can do there.

The page plays buyer and operator through this; tests do too. Nothing here talks to the bot directly: every act becomes
an update, and every answer comes back through the Bot API, as on the real Telegram.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING

from bot.sandbox.screens import Listener
from bot.sandbox.telegram import markup, menus
from bot.sandbox.telegram.client import Answer, ClientEvent, ClientRefusal, EventKind, Paid
from bot.sandbox.telegram.entities import detected, units
from bot.sandbox.telegram.files import is_music
from bot.sandbox.telegram.payloads import chat_json, origin_json, seen_json
from bot.sandbox.telegram.postbox import Draft
from bot.sandbox.telegram.reactions import EMOJI
from bot.sandbox.telegram.records import CHANNEL, PRIVATE, Chat, Invoice, Json, Message, User
from bot.sandbox.telegram.refusals import Refusal
from bot.sandbox.telegram.schema import Upload

if TYPE_CHECKING:
    from bot.sandbox.telegram.world import TelegramWorld

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


@contextmanager
def _as_client() -> Iterator[None]:
    """Turn a refusal of the server into what the app tells its user."""
    try:
        yield
    except Refusal as no:
        raise ClientRefusal(no.description) from no


class Sheet:
    """A payment sheet that is open: confirm it, or just close it."""

    def __init__(self, world: TelegramWorld, user: User, invoice: Invoice, source: Message | None) -> None:
        self._world = world
        self._user = user
        self._source = source
        self._invoice = invoice

    def to_json(self) -> Json:
        """Return what the sheet shows: title, description, price and the person's balance."""
        return self._invoice.shown() | {"balance": self._user.stars}

    async def confirm(self) -> Paid:
        """Pay, and return how it went."""
        return await self._world.till.pay(self._user, self._invoice, self._source)


class Person:
    """One human user of the world. A private chat has the person's own id."""

    def __init__(self, world: TelegramWorld, user_id: int) -> None:
        self.world = world
        self.id = user_id

    # What the person sees

    @property
    def name(self) -> str:
        """The first name."""
        return self._user.first_name

    @property
    def language(self) -> str:
        """The language the app is set to (`en`, `ko`)."""
        return self._user.language

    @property
    def stars(self) -> int:
        """What the person can spend."""
        return self._user.stars

    def chats(self) -> list[Json]:
        """Return the chats: the bot's (with `is_started`, `is_blocked`), then groups, then channels."""
        realm = self.world.realm
        seen = [c for c in realm.chats.values() if self._sees(c) and c.migrated_to is None]
        seen.sort(key=lambda c: (c.type != PRIVATE, c.type == CHANNEL))
        return [self._chat_json(chat) for chat in seen]

    def messages(self, chat_id: int) -> list[Json]:
        """Return the messages of a chat, oldest first. Raises ClientRefusal where the person does not see it."""
        return [seen_json(self.world.realm, message, self.id) for message in self._chat(chat_id).messages.values()]

    def message(self, chat_id: int, message_id: int) -> Json:
        """Return one message. Raises ClientRefusal where there is none to see."""
        return seen_json(self.world.realm, self._message(chat_id, message_id), self.id)

    def commands(self, chat_id: int) -> list[Json]:
        """Return what the command menu offers here, in the person's language."""
        return menus.offered(self.world.realm, self._user, self._chat(chat_id))

    def events(self) -> Listener[ClientEvent]:
        """Iterate over what happens on the person's screen from this call on (several may listen)."""
        return self.world.screens.listen(self.id)

    async def wait_for(
        self, predicate: Callable[[Json], bool], timeout: float = 10.0, chat_id: int | None = None
    ) -> Json:
        """Return the first message, there already or coming, that satisfies `predicate`.

        Looks in `chat_id`, or everywhere the person sees; newest first. Raises TimeoutError after `timeout` seconds.
        """
        async with aclosing(self.events()) as listener, asyncio.timeout(timeout):
            chats = [chat_id] if chat_id is not None else [chat["id"] for chat in self.chats()]
            for message in (m for chat in chats for m in reversed(self.messages(chat))):
                if predicate(message):
                    return message
            async for event in listener:
                if chat_id is not None and event.chat_id != chat_id:
                    continue
                if event.kind in (EventKind.MESSAGE, EventKind.EDITED) and predicate(event.data):
                    return event.data
        raise TimeoutError("the world was stopped")

    # What the person does

    async def start(self, payload: str = "") -> Json:
        """Press START, or open a `t.me/bot?start=payload` link; a bot that was stopped is let in again."""
        chat = self._private
        self.world.postbox.change_blocked(chat, False)
        chat.is_started = True
        self.world.postbox.show_chat(chat)
        return await self.write(self.id, f"/start {payload}".strip())

    async def write(self, chat_id: int, text: str, reply_to: int | None = None) -> Json:
        """Write a message and return it. Raises ClientRefusal where the person cannot."""
        chat = self._writable(chat_id)
        text = text.strip()
        if not text or units(text) > self.world.realm.rules.text_length:
            raise ClientRefusal("A message has 1 to 4096 signs.")
        content: Json = {"text": text}
        if entities := detected(text):
            content["entities"] = entities
        return self._post(chat, Draft(content, reply_to=self._replied(chat, reply_to)))

    async def send_file(
        self, chat_id: int, name: str, blob: bytes, caption: str = "", reply_to: int | None = None
    ) -> Json:
        """Send a file: music is shown as music, a picture as a photo, anything else as a document."""
        chat = self._writable(chat_id)
        kind = "audio" if is_music(blob) else "photo" if name.lower().endswith(_PICTURES) else "document"
        with _as_client():
            content = await self.world.shelf.take(kind, Upload(name, "", blob), {})
        if caption:
            content["caption"] = caption
        return self._post(chat, Draft(content, reply_to=self._replied(chat, reply_to)))

    async def forward(self, from_chat_id: int, message_id: int, to_chat_id: int) -> Json:
        """Pass a message on, as from whom it was."""
        message = self._message(from_chat_id, message_id)
        if message.is_service or message.invoice is not None:
            raise ClientRefusal("This message cannot be forwarded.")
        origin = origin_json(self.world.realm, message)
        return self._post(self._writable(to_chat_id), Draft(dict(message.content), origin=origin))

    async def edit(self, chat_id: int, message_id: int, text: str) -> Json:
        """Change the words of an own message."""
        message = self._own(chat_id, message_id)
        if "text" not in message.content:
            raise ClientRefusal("There are no words in this message.")
        entities = detected(text)
        content: Json = {"text": text} | ({"entities": entities} if entities else {})
        self.world.postbox.edit(message, content, message.markup)
        return seen_json(self.world.realm, message, self.id)

    async def delete(self, chat_id: int, message_id: int) -> None:
        """Delete a message for everybody: any in the private chat, elsewhere own ones (or as an administrator)."""
        chat, message = self._chat(chat_id), self._message(chat_id, message_id)
        if chat.type != PRIVATE and message.sender_id != self.id and not chat.is_run_by(self.id):
            raise ClientRefusal("This message is not yours to delete.")
        self.world.postbox.delete(message)

    async def press(self, chat_id: int, message_id: int, button: str) -> Answer:
        """Press an inline button, by callback data or label, and return what the bot answered.

        Raises ClientRefusal where there is no such button, or no answer came.
        """
        message = self._message(chat_id, message_id)
        found = markup.find(message.markup, button)
        if found is None:
            raise ClientRefusal("There is no such button.")
        if "callback_data" not in found:
            raise ClientRefusal("This button is not pressed; it opens something.")
        return await self.world.desk.press(self._user, message, found["callback_data"])

    async def react(self, chat_id: int, message_id: int, *emoji: str) -> None:
        """Replace the own reactions to a message; without any they are taken back."""
        message = self._message(chat_id, message_id)
        if any(one not in EMOJI for one in emoji):
            raise ClientRefusal("This emoji is not one to react with.")
        if len(emoji) > 1:
            raise ClientRefusal("More than one reaction takes Telegram Premium.")
        self.world.postbox.react(message, self.id, list(emoji))

    def open_invoice(self, chat_id: int, message_id: int) -> Sheet:
        """Open the payment sheet of an invoice. Raises ClientRefusal for no invoice, or one that is paid."""
        message = self._message(chat_id, message_id)
        if message.invoice is None:
            raise ClientRefusal("There is nothing to pay here.")
        if seen_json(self.world.realm, message, self.id)["is_paid"]:
            raise ClientRefusal("This is paid already.")
        return Sheet(self.world, self._user, message.invoice, message)

    def open_link(self, link: str) -> Sheet:
        """Open the payment sheet of an invoice link. Raises ClientRefusal."""
        if link not in self.world.realm.links:
            raise ClientRefusal("This link leads nowhere.")
        return Sheet(self.world, self._user, self.world.realm.links[link], None)

    async def pay(self, chat_id: int, message_id: int) -> Paid:
        """Open the sheet and confirm it."""
        return await self.open_invoice(chat_id, message_id).confirm()

    def block(self, is_blocked: bool = True) -> None:
        """Stop the bot, or let it in again."""
        self.world.postbox.change_blocked(self._private, is_blocked)

    def set_language(self, code: str) -> None:
        """Change the app's language (`en`, `ko`)."""
        self._user.language = code

    # Within the app

    @property
    def _user(self) -> User:
        return self.world.realm.users[self.id]

    @property
    def _private(self) -> Chat:
        return self.world.realm.chats[self.id]

    def _sees(self, chat: Chat) -> bool:
        return chat.id == self.id if chat.type == PRIVATE else chat.has(self.id)

    def _chat_json(self, chat: Chat) -> Json:
        body = chat_json(self.world.realm, chat)
        if chat.type == PRIVATE:
            body |= {"is_started": chat.is_started, "is_blocked": chat.is_blocked}
        return body | {"can_write": chat.type != CHANNEL or chat.is_run_by(self.id), "pinned": list(chat.pinned)}

    def _chat(self, chat_id: int) -> Chat:
        """Return a chat this person sees. Raises ClientRefusal."""
        chat = self.world.realm.chats.get(int(chat_id))
        if chat is None or not self._sees(chat):
            raise ClientRefusal("There is no such chat on this screen.")
        return chat

    def _writable(self, chat_id: int) -> Chat:
        chat = self._chat(chat_id)
        if chat.type == PRIVATE and not chat.is_started:
            raise ClientRefusal("Press START first.")
        if chat.type == PRIVATE and chat.is_blocked:
            raise ClientRefusal("The bot is stopped; start it again first.")
        if chat.migrated_to is not None or (chat.type == CHANNEL and not chat.is_run_by(self.id)):
            raise ClientRefusal("Nobody can write here.")
        return chat

    def _message(self, chat_id: int, message_id: int) -> Message:
        """Return a message this person sees. Raises ClientRefusal."""
        message = self._chat(chat_id).messages.get(int(message_id))
        if message is None:
            raise ClientRefusal("There is no such message on this screen.")
        return message

    def _own(self, chat_id: int, message_id: int) -> Message:
        message = self._message(chat_id, message_id)
        if message.sender_id != self.id or message.is_service or time.time() - message.date > 48 * 3600:
            raise ClientRefusal("This message is not yours to change.")
        return message

    def _replied(self, chat: Chat, message_id: int | None) -> int | None:
        return None if message_id is None else self._message(chat.id, message_id).id

    def _post(self, chat: Chat, draft: Draft) -> Json:
        message = self.world.postbox.post(chat, self.id, draft)
        return seen_json(self.world.realm, message, self.id)
