"""The shop on Telegram: logs in, hears updates, and goes on through outages.

`create_telegram_bot` is given the shop's services and the token; workers, database and web server belong to the app.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

import structlog
from telegram.error import InvalidToken, TelegramError
from telegram.ext import AIORateLimiter, ExtBot
from telegram.request import HTTPXRequest

from bot.chat.telegram import addresses, menu
from bot.chat.telegram.conversation import Conversations
from bot.chat.telegram.doorway import TelegramDoorway
from bot.chat.telegram.ears import Ears
from bot.chat.telegram.forms import Askings
from bot.chat.telegram.talk import Rooms
from bot.chat.telegram.till import Till
from bot.chat.telegram.updates import FIRST_PAUSE, LONGEST_PAUSE, POLL_SECONDS, Inbox, Webhook, poll
from bot.commands.services import Services
from bot.errors import Refused, ShopError
from bot.orders.facts import Fact, RetryAsked
from bot.orders.order import State

TELEGRAM_API = "https://api.telegram.org"
READ_SECONDS = 30.0
"""How long an answer of Telegram's is waited for; one to an upload longer (`bot.chat.telegram.doorway`)."""

GRACE_SECONDS = 5.0
"""How long answers that are being made may take at the end."""

MOST_PENDING = 100_000
"""More orders than can wait for one pair of ears."""

log = structlog.get_logger(__name__)


def create_telegram_bot(
    services: Services,
    token: str,
    *,
    api_base: str = TELEGRAM_API,
    test: bool = False,
    webhook: str | None = None,
    per_group_minute: int = 20,
) -> "TelegramBot":
    """Return the shop's Telegram side, ready for ``run()``.

    ``test`` speaks to Telegram's test environment, where Stars are play money. ``webhook`` is the public address that
    updates are brought to; without one they are asked for. ``per_group_minute`` is Telegram's limit of messages a
    minute in one group.
    """
    room, root = "/test" if test else "", api_base.rstrip("/")
    connections = _connections(64, READ_SECONDS), _connections(1, POLL_SECONDS + 10.0)
    bot = ExtBot(
        token,
        base_url=root + "/bot{token}" + room,
        base_file_url=root + "/file/bot{token}" + room,
        request=connections[0],
        get_updates_request=connections[1],
        rate_limiter=AIORateLimiter(group_max_rate=per_group_minute),
    )
    return TelegramBot(services, bot, connections, webhook)


class TelegramBot:
    """One bot. It keeps no state but people's names; ``doorway`` writes, ``till`` takes Stars, ``webhook`` hears."""

    def __init__(
        self, services: Services, bot: "ExtBot[int]", connections: Sequence[HTTPXRequest], webhook: str | None
    ) -> None:
        self.services = services
        self._connections = connections
        self.bot = bot
        self.names: OrderedDict[int, str] = OrderedDict()
        self.doorway = TelegramDoorway(bot, services.book, self.names, self.moved)
        self.till = Till(bot)
        rooms = Rooms(services, self.doorway, Conversations(services.book), Askings(services.book), self._in_background)
        self.inbox = Inbox(services.book, Ears(rooms, self.names, self.moved).hear)
        self.webhook = Webhook(bot, self.inbox)
        self._address = webhook
        self._reached = True
        self._background: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Log in, then hear updates until cancelled. An outage at the login is sat out like any later one.

        :raises Refused: if Telegram does not know the token, or has called it back meanwhile.
        """
        try:
            await self._hear()
        except InvalidToken:
            self._note_reached(False)
            raise Refused("Telegram does not know this token", text="reason-telegram-token") from None

    async def _hear(self) -> None:
        await self._sitting_out(self.bot.initialize)
        await self.doorway.moves.load()
        await self.inbox.load()
        self.doorway.ready = True
        log.info("telegram_ready", bot=self.bot.username)
        await self._try_hard("telegram_commands_not_registered", menu.register(self.bot, self.services, self._review))
        await self._try_hard("telegram_names_not_read", self._know_operators())
        if self._address is not None:
            address = self._address
            await self._sitting_out(lambda: self.webhook.announce(address))
            await asyncio.Event().wait()
        await self._sitting_out(self.bot.delete_webhook)
        await poll(self.bot, self.inbox, self._note_reached)

    @property
    def name(self) -> str:
        """The bot's user name, by which people find it; "" until it has logged in."""
        return self.bot.username if self.doorway.ready else ""

    async def stop(self) -> None:
        """Let answers that are being made come to their end, then leave."""
        await self.inbox.finish(GRACE_SECONDS)
        self.doorway.ready = False
        left = tuple(self._background)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for connection in self._connections:
            await connection.shutdown()

    def is_ready(self) -> bool:
        """Whether the shop is logged in."""
        return self.doorway.ready

    @property
    def connected(self) -> bool:
        """Whether the shop hears Telegram now: logged in, and the last thing it had to ask was answered."""
        return self.is_ready() and self._reached

    async def moved(self, old: int, new: int) -> None:
        """Follow a group that became a supergroup: cards that wait there are posted anew, for old buttons are dead."""
        if not await self.doorway.moves.follow(old, new):
            return
        for order in await self.services.book.standing(State.REVIEWING, limit=MOST_PENDING):
            card = order.data.get("cards", {}).get(str(order.round), "")
            if card.startswith(f"{addresses.PLATFORM}:{old}/"):
                key = f"moved:{order.id}:{order.round}:{new}"
                await self.services.book.tell(Fact(order.id, key, "shop", RetryAsked()))

    @property
    def _review(self) -> int | None:
        """The number of the review chat today."""
        place = self.services.review_places.get(addresses.PLATFORM)
        return self.doorway.moves.now(addresses.read_place(place).chat) if place else None

    async def _know_operators(self) -> None:
        """Learn the names of people who may judge, so that a card can say who did."""
        if (chat := self._review) is not None and chat < 0:
            for member in await self.bot.get_chat_administrators(chat):
                self.names[member.user.id] = member.user.full_name

    async def _sitting_out(self, doing: Callable[[], Awaitable[Any]]) -> None:
        """Do something as often as it takes, with longer and longer pauses while Telegram is away."""
        pause = FIRST_PAUSE
        while True:
            try:
                await doing()
            except InvalidToken:
                raise
            except TelegramError as error:
                self._note_reached(False)
                log.warning("telegram_not_reached", error=error.message[:200], again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self._note_reached(True)
                return

    async def _try_hard(self, name: str, doing: Awaitable[None]) -> None:
        """Await something that the shop can live without; what went wrong is in the log."""
        try:
            await doing
        except (TelegramError, ShopError, OSError) as error:
            log.error(name, error=str(error)[:300])

    def _note_reached(self, reached: bool) -> None:
        self._reached = reached

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


def _connections(count: int, read_seconds: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=count, read_timeout=read_seconds, write_timeout=30.0, connect_timeout=10.0,
        pool_timeout=30.0, media_write_timeout=120.0,
    )  # fmt: skip
