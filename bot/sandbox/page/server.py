"""The page's port: routes, and the listeners that carry what happens to every open tab."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web

from bot.sandbox.discord import ClientEvent, DiscordWorld, EventKind, Person
from bot.sandbox.page import gate, views
from bot.sandbox.page.acts import Acts
from bot.sandbox.page.curtain import Curtain
from bot.sandbox.page.files import Files
from bot.sandbox.page.guide import Guide
from bot.sandbox.page.phones import Phones
from bot.sandbox.page.stream import Stream
from bot.sandbox.page.weather import Weather
from bot.sandbox.stripe import StripeWorld
from bot.sandbox.telegram import ClientEvent as PhoneEvent
from bot.sandbox.telegram import EventKind as PhoneKind
from bot.sandbox.telegram import Person as PhoneOwner
from bot.sandbox.telegram import TelegramWorld

STATIC = Path(__file__).parent / "static"
_MOST_AT_ONCE = views.MOST_FILES * views.UPLOAD_LIMIT
_WITH_MESSAGE = (EventKind.REACTION_ADD, EventKind.REACTION_REMOVE)
_PAYMENTS = {
    "checkout.session.completed": "paid",
    "checkout.session.async_payment_succeeded": "paid",
    "payment_intent.payment_failed": "failed",
    "charge.refunded": "refunded",
}


class PageServer:
    """A running page. Make one with `start`; `url` is where the browser goes."""

    def __init__(self, discord: DiscordWorld, telegram: TelegramWorld, stripe: StripeWorld) -> None:
        self.url = ""
        self.on_locale: Callable[[str], Awaitable[None]] = _to_nobody
        """Told of the language that everybody was given."""
        self._discord = discord
        self._telegram = telegram
        self._people = views.cast(discord)
        self._stream = Stream()
        self._curtain = Curtain()
        self._weather = Weather(discord, telegram, stripe)
        self._guide = Guide(lambda done: self._stream.tell("guide", done))
        self._phones = Phones(telegram, self._guide, self._curtain)
        self._listeners: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    @classmethod
    async def start(
        cls,
        discord: DiscordWorld,
        telegram: TelegramWorld,
        stripe: StripeWorld,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> Self:
        """Serve on `host`; port 0 takes a free one. Raises OSError where the port is taken."""
        page = cls(discord, telegram, stripe)
        page._session = aiohttp.ClientSession()
        page._runner = web.AppRunner(page._app(page._session), access_log=None, shutdown_timeout=1.0)
        await page._runner.setup()
        try:
            await web.TCPSite(page._runner, host, port).start()
        except OSError:
            await page.stop()
            raise
        page.url = f"http://{_in_url(host)}:{page._runner.addresses[0][1]}/"
        page._listeners = [
            *(asyncio.create_task(page._listen(role, person)) for role, person in page._people.items()),
            *(asyncio.create_task(page._listen_phone(role, owner)) for role, owner in page._phones.people.items()),
        ]
        return page

    async def stop(self) -> None:
        """Let every tab go and close the port."""
        for listener in self._listeners:
            listener.cancel()
        await asyncio.gather(*self._listeners, return_exceptions=True)
        self._stream.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def on_payment(self, event: dict[str, Any]) -> None:
        """Take note of one of Stripe's events."""
        kind = _PAYMENTS.get(event["type"])
        is_unpaid = event["data"]["object"].get("payment_status") == "unpaid"
        if kind is None or is_unpaid:
            return
        if kind == "paid":
            self._guide.paid()
        self._stream.tell("payment", {"outcome": kind})

    # Routes

    def _app(self, session: aiohttp.ClientSession) -> web.Application:
        app = web.Application(middlewares=[gate.keep, gate.in_words], client_max_size=_MOST_AT_ONCE)
        review = str(self._discord.review_channel_id)
        acts = Acts(self._people, self._guide, self._curtain, lambda channel: channel == review)
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/api/scene", self._scene),
                web.get("/api/events", self._stream.serve),
                web.post("/api/locale", self._locale),
                web.post("/api/weather", self._change_weather),
                web.post("/api/reset", self._reset),
                web.get("/cdn/{path:.+}", Files(self._discord.cdn, session).serve),
                web.static("/static", STATIC),
                *self._phones.routes(),
                *acts.routes(),
            ]
        )
        return app

    async def _index(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})

    async def _scene(self, _: web.Request) -> web.Response:
        report = self._weather.report()
        return web.json_response(views.scene(self._discord, self._phones.scene(), self._guide.done, report))

    async def _locale(self, request: web.Request) -> web.Response:
        """Set everybody's language: somebody who reads Korean wants to read the operator's side too."""
        locale = (await views.body_of(request)).json["locale"]
        for person in self._people.values():
            person.set_locale(locale)
        for owner in self._phones.people.values():
            owner.set_language(locale.partition("-")[0])
        self._stream.tell("locale", {"language": locale})
        await self.on_locale(locale)
        return web.json_response({})

    async def _change_weather(self, request: web.Request) -> web.Response:
        for fault, is_on in (await views.body_of(request)).json.items():
            await self._weather.change(fault, bool(is_on))
        self._stream.tell("weather", self._weather.report())
        return web.json_response(self._weather.report())

    async def _reset(self, _: web.Request) -> web.Response:
        await self._weather.clear()
        self._curtain.fall({chat.id: max(chat.messages, default=0) for chat in self._telegram.realm.chats.values()})
        self._guide.reset()
        self._stream.tell("weather", self._weather.report())
        self._stream.tell("reset", {})
        return web.json_response({})

    # What happens

    async def _listen(self, role: str, person: Person) -> None:
        """Carry one person's events to the tabs, for as long as the page is open."""
        async for event in person.events():
            if not self._is_hidden(event):
                if event.kind is EventKind.MESSAGE_CREATE:
                    self._guide.received(role, event.data)
                self._stream.tell(event.kind.value, event.data, role, event.channel_id)

    async def _listen_phone(self, role: str, owner: PhoneOwner) -> None:
        """Do the same for somebody's phone; its kinds begin with `phone_`."""
        async for event in owner.events():
            if not self._is_hidden_on_phone(event):
                if event.kind is PhoneKind.MESSAGE:
                    self._guide.received(role, event.data)
                self._stream.tell(f"phone_{event.kind.value}", event.data, role, str(event.chat_id))

    def _is_hidden_on_phone(self, event: PhoneEvent) -> bool:
        return event.kind is PhoneKind.EDITED and self._curtain.hides_phone(event.data)

    def _is_hidden(self, event: ClientEvent) -> bool:
        """Whether it happened to a message behind the curtain."""
        if event.kind in _WITH_MESSAGE:
            return self._curtain.hides(event.data["message"])
        return event.kind is EventKind.MESSAGE_UPDATE and self._curtain.hides(event.data)


async def _to_nobody(_: str) -> None:
    """Tell nobody."""


def _in_url(host: str) -> str:
    """Return what a browser on this machine writes for a bound address."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (compared, not bound)
    return f"[{shown}]" if ":" in shown else shown
