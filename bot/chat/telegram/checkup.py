"""Look at Telegram through the shop's token before the shop opens: who it is, where it may work, what it lacks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot, ChatMemberAdministrator, ChatMemberOwner, ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus, ChatType
from telegram.request import HTTPXRequest

from bot.chat.telegram.refusals import in_shop_words
from bot.errors import NotFound, Refused, TryLater, Unreachable

OUTSIDE = (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED)


@dataclass(frozen=True, slots=True)
class Place:
    """A chat: its number, its name as people see it, its kind (``private``, ``group``, ``supergroup``, ``channel``),
    and who wrote there last (0: nobody is known)."""

    id: int
    name: str
    kind: str
    person: int = 0
    public: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What the shop may do in a chat: whether it may write there, and whether it is told of reactions and all words."""

    place: Place
    may_write: bool
    hears_all: bool


class Checkup:
    """A short visit to Telegram; nothing is changed."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    @property
    def name(self) -> str:
        """Who the shop is, as people address it."""
        return f"@{self._bot.username}"

    async def places(self) -> list[Place]:
        """Return the chats in which somebody has spoken to the shop lately; none where a webhook takes them in."""
        with in_shop_words("looking for chats"):
            if (await self._bot.get_webhook_info()).url:
                return []
            updates = await self._bot.get_updates(allowed_updates=[Update.MESSAGE, Update.MY_CHAT_MEMBER])
        found: dict[int, Place] = {}
        for update in updates:
            chat, user = update.effective_chat, update.effective_user
            if chat and not (update.message and update.message.migrate_to_chat_id):
                name = chat.title or chat.full_name or str(chat.id)
                found[chat.id] = Place(chat.id, name, chat.type, user.id if user else 0, bool(chat.username))
        return list(found.values())

    async def standing(self, chat_id: int) -> Standing:
        """Return what the shop may do in a chat. :raises NotFound: if it is not in it."""
        try:
            with in_shop_words(f"looking at the chat {chat_id}"):
                chat = await self._bot.get_chat(chat_id)
                me = await self._bot.get_chat_member(chat_id, self._bot.id) if chat_id < 0 else None
        except (Unreachable, Refused) as error:
            raise _outside(chat_id, str(error)) from None
        public = chat_id < 0 and bool(chat.username or chat.active_usernames)
        place = Place(chat.id, chat.title or chat.full_name or "", chat.type, 0, public)
        if me is None:
            return Standing(place, may_write=True, hears_all=True)
        if me.status in OUTSIDE:
            raise _outside(chat_id, me.status)
        admin = isinstance(me, ChatMemberOwner | ChatMemberAdministrator)
        if chat.type == ChatType.CHANNEL:
            return Standing(place, isinstance(me, ChatMemberAdministrator) and bool(me.can_post_messages), admin)
        muted = isinstance(me, ChatMemberRestricted) and not me.can_send_messages
        return Standing(place, not muted, admin)


def _outside(chat_id: int, why: str) -> NotFound:
    return NotFound(f"the bot is not in the chat {chat_id}: {why}", text="reason-no-chat", chat=str(chat_id))


@asynccontextmanager
async def visit(token: str, api_base: str, *, test: bool = False) -> AsyncIterator[Checkup]:
    """Log in for a checkup.

    :raises Refused: if Telegram does not know the token; :raises TryLater: if Telegram cannot be reached.
    """
    room, root = "/test" if test else "", api_base.rstrip("/")
    connections = HTTPXRequest(), HTTPXRequest()
    bot = Bot(
        token, base_url=root + "/bot{token}" + room, base_file_url=root + "/file/bot{token}" + room,
        request=connections[0], get_updates_request=connections[1],
    )  # fmt: skip
    try:
        try:
            with in_shop_words("logging in to Telegram"):
                await bot.initialize()
        except TryLater as error:
            raise TryLater(str(error), text="reason-away", why=str(error.__cause__ or error)) from None
        yield Checkup(bot)
    finally:
        for one in connections:  # a login that was refused leaves them open
            await one.shutdown()
