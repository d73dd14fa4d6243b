"""Telegram on this machine: one server that speaks the Bot API, and the people in it."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.screens import Screens
from bot.sandbox.telegram.client import ClientEvent
from bot.sandbox.telegram.courier import Courier
from bot.sandbox.telegram.desk import Desk
from bot.sandbox.telegram.faults import Faults
from bot.sandbox.telegram.files import Shelf
from bot.sandbox.telegram.founding import POCKET, Founded, found
from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.methods.call import House
from bot.sandbox.telegram.people import Person
from bot.sandbox.telegram.postbox import Postbox, supergroup_of
from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import GROUP, SUPERGROUP, Chat, User
from bot.sandbox.telegram.rules import Rules
from bot.sandbox.telegram.server import BotServer, LoggedCall, application
from bot.sandbox.telegram.till import Till

__all__ = ["LoggedCall", "TelegramWorld"]


class TelegramWorld:
    """A running world. Start it with `await TelegramWorld.start()`; all of its state is in memory.

    Point python-telegram-bot at it: `.base_url(f"{world.api}/bot").base_file_url(f"{world.api}/file/bot")`.
    """

    api: str
    """The server's root; `/bot<token>/METHOD` and `/file/bot<token>/PATH` follow."""

    def __init__(self, founded: Founded) -> None:
        self.realm: Realm = founded.realm
        self.token = founded.realm.token
        self.bot_id = founded.realm.bot.id
        self.buyer_id = founded.buyer_id
        self.operator_id = founded.operator_id
        self.stranger_id = founded.stranger_id
        self.review_chat_id = founded.review_chat_id
        self.channel_id = founded.channel_id
        self.mailbox = Mailbox(founded.first_update)
        self.screens: Screens[ClientEvent] = Screens()
        self.faults = Faults(self.mailbox)
        self.postbox = Postbox(self.realm, self.mailbox, self.screens)
        self.shelf = Shelf(self.realm)
        self.desk = Desk(self.realm, self.mailbox)
        self.till = Till(self.realm, self.postbox, self.mailbox)
        self.courier = Courier(self.mailbox, self.realm.rules)
        house = House(self.realm, self.mailbox, self.postbox, self.shelf, self.desk, self.till)
        self._server = BotServer(house, self.faults)
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None

    @property
    def rules(self) -> Rules:
        """The figures of the world; a test may tighten them while it runs."""
        return self.realm.rules

    @property
    def requests(self) -> list[LoggedCall]:
        """The calls so far (the last 20,000), oldest first."""
        return list(self._server.log)

    @classmethod
    async def start(
        cls, host: str = "127.0.0.1", port: int = 0, public_seed: str | None = None, is_basic_group: bool = False
    ) -> TelegramWorld:
        """Open the default world on `host:port` (0: any free port) and return it.

        The same `public_seed` gives the same token and ids again, so that saved settings survive a restart. With
        `is_basic_group` the review group can still be migrated. Raises OSError where the port is taken.
        """
        world = cls(found(public_seed, is_basic_group))
        app = application()
        world._server.add_to(app)
        world._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await world._runner.setup()
        try:
            await web.TCPSite(world._runner, host, port).start()
        except OSError:
            await world._runner.cleanup()
            raise
        world.api = f"http://{host}:{world._runner.addresses[0][1]}"
        world.courier.start()
        return world

    async def stop(self) -> None:
        """Close every connection and the port."""
        await self.courier.stop()
        self.screens.close()
        self.mailbox.let_go()
        if self._runner is not None:
            await self._runner.cleanup()

    def person(self, user_id: int) -> Person:
        """Return one of the people (always the same object for the same id). Raises KeyError."""
        if self.realm.users[user_id].is_bot:
            raise KeyError(user_id)
        return self._people.setdefault(user_id, Person(self, user_id))

    def add_person(self, name: str, language: str = "en", stars: int = POCKET) -> Person:
        """Let one more person have Telegram."""
        user_id = 5_999_999_999 + self.realm.new_id()
        username = name.lower().replace(" ", "_")
        self.realm.add_user(User(user_id, name, username, language=language, stars=stars))
        return self.person(user_id)

    def add_group(self, title: str, owner_id: int, is_basic: bool = False) -> int:
        """Open one more group, with its owner and no bot in it yet, and return its id."""
        number = 3_500_000_000 + self.realm.new_id()
        chat = Chat(-number if is_basic else -1_000_000_000_000 - number, GROUP if is_basic else SUPERGROUP, title)
        chat.statuses[owner_id] = "creator"
        self.realm.add_chat(chat)
        return chat.id

    def set_bot(self, chat_id: int, status: str) -> None:
        """Give the bot a standing in a group or channel: `administrator`, `member`, `left` or `kicked`."""
        chat = self.realm.chats[chat_id]
        owner = next(user_id for user_id, standing in chat.statuses.items() if standing == "creator")
        self.postbox.change_member(chat, self.bot_id, status, owner)

    def migrate(self, chat_id: int) -> int:
        """Turn a basic group into a supergroup and return its new id. Raises ValueError for anything else."""
        chat = self.realm.chats[chat_id]
        if chat.type != GROUP or chat.migrated_to is not None:
            raise ValueError(f"{chat_id} is no basic group")
        owner = next(user_id for user_id, standing in chat.statuses.items() if standing == "creator")
        new = supergroup_of(self.realm, chat)
        self.postbox.migrate(chat, new, owner)
        if chat_id == self.review_chat_id:
            self.review_chat_id = new.id
        return new.id
