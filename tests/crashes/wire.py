"""The wire between the shop and the world: everything that leaves a trace passes here, is counted, and may be its last.

The shop is pointed at relays instead of the services, Stripe at a relay instead of the shop, and the shop's database
knocks before it commits (`commits/sitecustomize.py`). So one place sees, in the order in which they happen, all that
outlives the shop's process: a request that changes something at Discord, Telegram or Stripe, what a person or Stripe
tells the shop, a transaction. In between the shop only thinks, and what it thought is gone with it: killed anywhere
else it leaves behind the same as killed at the next of these moments.
"""

import asyncio
import re
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import aiohttp
from aiohttp import WSMsgType, web

When = Literal["before", "after"]
Kind = Callable[[web.Request, bytes], str]
"""Returns the name of a request's effect, "" for one that leaves no trace."""

HOP = {"connection", "content-length", "content-encoding", "transfer-encoding", "host", "keep-alive", "date", "server"}
"""Headers that belong to one stretch of the way."""

MOST_BODY = 512 << 20
COMMIT, TOLD = "commit ", "told "
"""What the names of transactions, and of what people tell the shop, begin with."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The ``nth`` time (from 1) that something passes, ``before`` it is carried out or ``after`` it was, unanswered."""

    what: str
    nth: int
    when: When

    def __str__(self) -> str:
        return f"{self.when} {self.what} #{self.nth}"

    @classmethod
    def read(cls, text: str) -> "Moment":
        """Read what `str` wrote. :raises ValueError: if it is none."""
        found = re.fullmatch(r"(before|after) (.+) #(\d+)", text)
        if found is None:
            raise ValueError(f"{text!r} is no moment; one would be 'before stripe POST /v1/refunds #1'")
        when: When = "before" if found[1] == "before" else "after"
        return cls(found[2], int(found[3]), when)


@dataclass
class Wire:
    """Counts what passes, and cuts the power at one moment. ``cut`` kills the shop and returns when it is dead."""

    cut: Callable[[], Awaitable[None]]
    passed: list[str] = field(default_factory=list)
    struck: asyncio.Event = field(default_factory=asyncio.Event)
    _moment: Moment | None = None
    _counts: Counter[str] = field(default_factory=Counter)

    def arm(self, moment: Moment | None) -> None:
        """Count anew from here, and strike at that moment."""
        self.passed.clear()
        self._counts.clear()
        self.struck.clear()
        self._moment = moment

    def moments(self) -> list[Moment]:
        """Return every moment that passed since `arm`. After a commit is before whatever comes next, and what was told
        and not acted upon is the same as not told: these have no moment of their own."""
        counts = Counter[str]()
        found = []
        for what in self.passed:
            counts[what] += 1
            whens: tuple[When, ...] = ("before",) if what.startswith((COMMIT, TOLD)) else ("before", "after")
            found += [Moment(what, counts[what], when) for when in whens]
        return found

    @asynccontextmanager
    async def passing(self, what: str) -> AsyncIterator[bool]:
        """Let something pass, which is carried out within; False says that it must not be: the shop is dead."""
        if not what:
            yield True
            return
        self.passed.append(what)
        self._counts[what] += 1
        nth = self._counts[what]
        if dead := self._moment == Moment(what, nth, "before"):
            await self._strike()
        yield not dead
        if self._moment == Moment(what, nth, "after"):
            await self._strike()

    async def _strike(self) -> None:
        self._moment = None
        await self.cut()
        self.struck.set()


@dataclass
class Relay:
    """Hands requests on to ``upstream`` and answers back, through the wire; ``url`` is where to come instead."""

    wire: Wire
    upstream: str
    kind: Kind
    told: Callable[[str], str] = lambda _text: ""
    """Names what a frame of the gateway tells the shop."""
    url: str = ""
    _web: aiohttp.ClientSession = field(init=False)

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Relay"]:
        """Serve on a free port."""
        app = web.Application(client_max_size=MOST_BODY)
        app.router.add_route("*", "/{path:.*}", self._serve)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        self._web = aiohttp.ClientSession(auto_decompress=False, timeout=aiohttp.ClientTimeout(total=None))
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            yield self
        finally:
            await self._web.close()
            await runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._gateway(request)
        body = await request.read()
        answer = web.Response(status=502)
        async with self.wire.passing(self.kind(request, body)) as alive:
            if alive:
                answer = await self._answer(request, body)
        return answer

    async def _answer(self, request: web.Request, body: bytes) -> web.Response:
        headers = {name: value for name, value in request.headers.items() if name.lower() not in HOP}
        try:
            async with self._web.request(
                request.method, self._there(request), data=body, headers=headers, allow_redirects=False
            ) as answer:
                kept = {name: value for name, value in answer.headers.items() if name.lower() not in HOP}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)
        except aiohttp.ClientError:  # nobody is there, as when the shop that Stripe wants to tell is closed
            return web.Response(status=502)

    async def _gateway(self, request: web.Request) -> web.StreamResponse:
        shop = web.WebSocketResponse(max_msg_size=0)
        await shop.prepare(request)
        async with self._web.ws_connect(self._there(request), max_msg_size=0) as service:
            up = asyncio.create_task(_frames(shop, service))
            try:
                inflate = zlib.decompressobj() if request.query.get("compress") else None
                async for frame in service:
                    if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                        break
                    text = inflate.decompress(frame.data).decode() if inflate else frame.data
                    async with self.wire.passing(self.told(text)) as alive:
                        if not alive:
                            break
                        with suppress(ConnectionError, RuntimeError):
                            await (shop.send_bytes(frame.data) if inflate else shop.send_str(frame.data))
            finally:
                up.cancel()
                await asyncio.gather(up, return_exceptions=True)
            if service.close_code is not None:
                await shop.close(code=service.close_code)
        return shop

    def _there(self, request: web.Request) -> str:
        return self.upstream + request.raw_path


async def _frames(shop: web.WebSocketResponse, service: aiohttp.ClientWebSocketResponse) -> None:
    """Hand on what the shop says; when it is gone, so is the connection."""
    async for frame in shop:
        if frame.type is WSMsgType.TEXT:
            await service.send_str(frame.data)
    await service.close(code=4000)


@asynccontextmanager
async def door(wire: Wire, folder: Path) -> AsyncIterator[Path]:
    """Open the door at which the shop's database knocks before it commits."""

    async def keep(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while tables := (await reader.readline()).decode().strip():
                async with wire.passing(COMMIT + tables) as alive:
                    if alive:
                        writer.write(b".")
                        await writer.drain()
        writer.close()

    path = folder / "door"
    async with await asyncio.start_unix_server(keep, path):
        yield path
