"""Discord on this machine: one server that speaks REST v10, gateway v10 and the CDN, and the people in it."""

from __future__ import annotations

import socket

from aiohttp import web

from bot.sandbox.discord.cdn import Cdn
from bot.sandbox.discord.client import Id
from bot.sandbox.discord.desk import Desk
from bot.sandbox.discord.faults import Faults
from bot.sandbox.discord.founding import Founded, another_guild, found
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.happenings import Happenings
from bot.sandbox.discord.message_payloads import MessageDrawing
from bot.sandbox.discord.payloads import guild_create_json
from bot.sandbox.discord.people import Person
from bot.sandbox.discord.postbox import Postbox
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import Member, User
from bot.sandbox.discord.rest.call import House
from bot.sandbox.discord.rules import Rules
from bot.sandbox.discord.screens import Screens
from bot.sandbox.discord.server import BASE, LoggedRequest, RestServer, application
from bot.sandbox.discord.signing import UrlSigner
from bot.sandbox.discord.snowflakes import now

__all__ = ["DiscordWorld", "LoggedRequest"]


class DiscordWorld:
    """A running world. Start it with `await DiscordWorld.start()`; all of its state is in memory.

    Point discord.py at it before login: `discord.http.Route.BASE = world.api` and
    `discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(world.gateway)`.
    """

    api: str
    """Base URL of the REST interface; ends in `/api/v10`."""
    gateway: str
    """`ws://` URL of the gateway."""
    cdn: str
    """Base URL of the files."""

    def __init__(self, founded: Founded) -> None:
        self._founded = founded
        self.realm: Realm = founded.realm
        self.token = founded.token
        """The bot's token."""
        self.application_id = self.realm.application_id
        self.bot_id = self.realm.bot_id
        self.guild_id = founded.guild_id
        self.general_channel_id = founded.general_channel_id
        self.order_channel_id = founded.order_channel_id
        self.review_channel_id = founded.review_channel_id
        self.buyer_id = founded.buyer_id
        self.operator_id = founded.operator_id
        self.stranger_id = founded.stranger_id
        self.hub = Hub(self.realm, self.token)
        self.faults = Faults(self.hub)
        self.screens = Screens()
        self._people: dict[int, Person] = {}
        self._runner: web.AppRunner | None = None

    @property
    def rules(self) -> Rules:
        """The figures of the world; a test may tighten them while it runs."""
        return self.realm.rules

    @property
    def requests(self) -> list[LoggedRequest]:
        """The REST requests so far (the last 20,000), oldest first."""
        return list(self._server.log)

    @classmethod
    async def start(cls, host: str = "127.0.0.1", port: int = 0, public_seed: str | None = None) -> DiscordWorld:
        """Open the default world on `host:port` (0: any free port) and return it.

        The same `public_seed` gives the same token and ids again, so that saved settings survive a restart.
        Raises OSError where the port is taken.
        """
        world = cls(found(public_seed))
        app = application()
        world._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        # The address is known only once the port is open, the routes must be there before: a socket first.
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((host, port))
        world._build(app, f"{host}:{sock.getsockname()[1]}")
        await world._runner.setup()
        await web.SockSite(world._runner, sock).start()
        return world

    def _build(self, app: web.Application, address: str) -> None:
        """Build the departments and put their routes into the application."""
        self.api = f"http://{address}{BASE}"
        self.gateway = f"ws://{address}/gateway"
        self.cdn = f"http://{address}/cdn"
        self.hub.resume_url = f"ws://{address}/resume"
        signer = UrlSigner(self.cdn, self.rules)
        self.drawing = MessageDrawing(self.realm, signer)
        self.happenings = Happenings(self.realm, self.drawing, self.hub, self.screens)
        self.postbox = Postbox(self.realm, self.happenings)
        self.desk = Desk(self.realm, self.postbox, self.hub, self.screens, self.drawing)
        house = House(self.realm, self.postbox, self.desk, self.drawing, self.happenings, self.gateway)
        self._server = RestServer(house, self.token, self.faults)
        self._server.add_to(app)
        Cdn(self.realm, signer).add_to(app)
        for path in ("/gateway", "/resume"):
            app.router.add_get(path, self.hub.serve)
            app.router.add_get(f"{path}/", self.hub.serve)

    async def stop(self) -> None:
        """Close every connection and the port."""
        self.desk.close()
        self.screens.close()
        await self.hub.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def person(self, user_id: Id) -> Person:
        """Return one of the people (always the same object for the same id). Raises KeyError."""
        number = int(user_id)
        if self.realm.users[number].bot:
            raise KeyError(number)
        return self._people.setdefault(number, Person(self, number))

    def add_guild(self, name: str) -> tuple[int, int]:
        """Let one more guild invite the bot; return the ids of the guild and of its one text channel.

        The operator owns it; the buyer is a member too.
        """
        guild, channel = another_guild(self.realm, name, self.operator_id, [self.buyer_id])
        for session in self.hub.sessions.values():
            if session.concerns(guild.id) and session.intents & 1:
                body = guild_create_json(self.realm, guild, with_members=False)
                del body["unavailable"]  # there only for guilds READY named: so a bot tells joining from returning
                session.push("GUILD_CREATE", body)
        self.happenings.channel_created(channel)
        return guild.id, channel.id

    async def add_person(self, name: str, locale: str = "en-US") -> Person:
        """Let one more ordinary member join the guild."""
        user = User(self.realm.ids.next(), name.lower().replace(" ", "_"), name, locale=locale)
        self.realm.users[user.id] = user
        self.realm.guilds[self.guild_id].members[user.id] = Member(user.id, now())
        return self.person(user.id)
