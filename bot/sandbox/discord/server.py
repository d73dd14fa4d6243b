"""The REST server: every request goes through log, faults, token, rate limit, body, handler, in this order."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.discord.faults import Failure, Faults
from bot.sandbox.discord.ratelimit import RateLimiter, Standing
from bot.sandbox.discord.records import Upload
from bot.sandbox.discord.refusals import (
    Refusal,
    no_such_route,
    refusal,
    status_refusal,
    unauthorized,
)
from bot.sandbox.discord.rest import channels, commands, guilds, interactions, messages, threads
from bot.sandbox.discord.rest.call import Call, Created, Handler, House, Route

_log = logging.getLogger(__name__)
BASE = "/api/v10"
ROUTES: list[Route] = [
    *guilds.ROUTES,
    *commands.ROUTES,
    *interactions.ROUTES,
    *channels.ROUTES,
    *threads.ROUTES,
    *messages.ROUTES,
]
_TOKENLESS = ("/interactions/", "/webhooks/")
_LOG_LENGTH = 20_000
_MOST_BODY = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One REST request as the server saw it."""

    method: str
    path: str
    """Below `/api/v10`, without the query."""
    query: dict[str, str]
    body: Any
    """The JSON body (of a multipart request its `payload_json`), or None."""
    files: tuple[tuple[str, int], ...]
    """Name and size in bytes of each uploaded file."""
    status: int
    """0 where the answer was lost on purpose."""
    answer: Any
    at: float
    """Unix time of arrival in seconds."""
    ms: float
    """Milliseconds until the answer."""


@dataclass(slots=True)
class Answer:
    """What a request is answered with."""

    status: int
    body: Any = None
    headers: dict[str, str] | None = None

    def to_response(self) -> web.Response:
        """Return it as HTTP; exactly `application/json`, which is what discord.py looks for."""
        headers = {"Via": "1.1 sandbox"} | (self.headers or {})
        if self.body is None:
            return web.Response(status=self.status, headers=headers)
        text = json.dumps(self.body).encode()
        return web.Response(status=self.status, body=text, headers=headers, content_type="application/json")


class RestServer:
    """Turns HTTP requests into calls and refusals into JSON."""

    def __init__(self, house: House, token: str, faults: Faults) -> None:
        self.house = house
        self.faults = faults
        self.log: deque[LoggedRequest] = deque(maxlen=_LOG_LENGTH)
        self._authorization = f"Bot {token}"
        self._limiter = RateLimiter(house.realm.rules)

    def add_to(self, app: web.Application) -> None:
        """Add every route of the interface, and the refusal for all others."""
        for method, path, handler in ROUTES:
            app.router.add_route(method, BASE + path, self._served(path, handler))
        app.router.add_route("*", BASE + "/{path:.*}", self._served("/{path}", _unknown))

    def _served(self, route: str, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def serve(request: web.Request) -> web.Response:
            return await self._serve(request, route, handler)

        return serve

    async def _serve(self, request: web.Request, route: str, handler: Handler) -> web.Response:
        arrived, started = time.time(), time.perf_counter()
        path = request.path.removeprefix(BASE)
        call = Call(self.house, dict(request.match_info), dict(request.query))
        answer = await self._answer(request, call, path, route, handler)
        thought = self.faults.afterthought_for(request.method, path) if answer.status < 400 else None
        if thought is not None and thought != "drop":
            await thought()
        if self.faults.delay:
            await asyncio.sleep(self.faults.delay)
        dropped = thought == "drop"
        files = tuple((upload.filename, len(upload.blob)) for upload in call.uploads)
        ms = (time.perf_counter() - started) * 1000
        self.log.append(
            LoggedRequest(
                request.method,
                path,
                call.query,
                call.body,
                files,
                0 if dropped else answer.status,
                answer.body,
                arrived,
                ms,
            )
        )
        if dropped and request.transport is not None:
            request.transport.abort()
        return answer.to_response()

    async def _answer(self, request: web.Request, call: Call, path: str, route: str, handler: Handler) -> Answer:
        """Return the answer to a request; a refusal is an answer too."""
        if self.faults.is_down:
            return Answer(503, {"message": "503: Service Unavailable", "code": 0})
        headers: dict[str, str] = {}
        try:
            await self._read_body(request, call)
            if failure := self.faults.failure_for(request.method, path):
                return _failed(failure)
            tokenless = path.startswith(_TOKENLESS)
            if not tokenless and request.headers.get("Authorization") != self._authorization:
                raise unauthorized()
            standing = self._limiter.count(request.method, route, _major(call), not tokenless)
            headers = standing.headers()
            if standing.exceeded:
                return _limited(standing)
            body = await handler(call)
        except Refusal as no:
            return Answer(no.status, no.to_json(), headers)
        except Exception:
            # A mistake of this world, not of its client: said as Discord would, and logged for us.
            _log.exception("%s %s failed", request.method, path)
            return Answer(500, status_refusal(500).to_json(), headers)
        if isinstance(body, Created):
            return Answer(201, body.body, headers)
        return Answer(204 if body is None else 200, body, headers)

    async def _read_body(self, request: web.Request, call: Call) -> None:
        """Read a JSON or multipart body into the call. Raises Refusal 50109, 40005."""
        if request.content_type.startswith("multipart/"):
            await self._read_parts(request, call)
        elif raw := await request.read():
            call.body = _parsed(raw)

    async def _read_parts(self, request: web.Request, call: Call) -> None:
        """Read `payload_json` and `files[n]`; a file over the limit is read to its end but not kept."""
        too_large = False
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            limit = self.house.realm.rules.upload_limit
            blob = bytearray()
            while chunk := await part.read_chunk(256 * 1024):
                if len(blob) <= limit:
                    blob += chunk
            if part.name == "payload_json":
                call.body = _parsed(bytes(blob))
            elif part.filename is not None:
                too_large = too_large or len(blob) > limit
                kind = part.headers.get("Content-Type", "")
                call.uploads.append(Upload(part.filename, kind, bytes(blob)))
        if too_large:
            raise refusal(40005)


async def _unknown(call: Call) -> None:
    raise no_such_route()


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        raise refusal(50109) from None


def _major(call: Call) -> str:
    """Return the parameter that gives a route a bucket of its own."""
    if "token" in call.path:
        return call.path["token"]
    return call.path.get("channel_id") or call.path.get("guild_id") or ""


def _limited(standing: Standing) -> Answer:
    body = {
        "message": "You are being rate limited.",
        "retry_after": standing.reset_after,
        "global": standing.is_global,
    }
    headers = standing.headers() | {"Retry-After": str(int(standing.reset_after) + 1)}
    return Answer(429, body, headers)


def _failed(failure: Failure) -> Answer:
    """Return an answer produced on demand."""
    if failure.status == 429:
        wait = failure.retry_after if failure.retry_after is not None else 0.5
        return _limited(Standing(5, 0, wait, "on-demand", True, failure.is_global))
    return Answer(failure.status, status_refusal(failure.status, failure.code).to_json())


def application() -> web.Application:
    """Return an empty web application that accepts bodies as large as Discord's proxy does."""
    return web.Application(client_max_size=_MOST_BODY)
