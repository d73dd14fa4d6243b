"""The Bot API over HTTP: every request goes through faults, token, body, schema, pace, handler, in this order."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.telegram.faults import Faults
from bot.sandbox.telegram.methods import chats, editing, inbox, money, profile, sending
from bot.sandbox.telegram.methods.call import Call, Handler, House
from bot.sandbox.telegram.paces import Paces
from bot.sandbox.telegram.refusals import Refusal, bad, plain, too_large
from bot.sandbox.telegram.schema import Schema, Upload

_log = logging.getLogger(__name__)
METHODS: dict[str, Handler] = {
    **inbox.METHODS,
    **sending.METHODS,
    **editing.METHODS,
    **chats.METHODS,
    **profile.METHODS,
    **money.METHODS,
}
_LOG_LENGTH = 20_000
_MOST_BODY = 512 * 1024 * 1024
_LONG_POLL = "getUpdates"


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call as the server saw it."""

    method: str
    params: dict[str, Any]
    """Typed; as they came where the call was refused before they were read."""
    files: tuple[tuple[str, int], ...]
    """Name and size in bytes of each upload."""
    status: int
    """0 where the answer was lost on purpose."""
    answer: Any
    is_test: bool
    """Whether it went to the test environment (`/bot<token>/test/METHOD`)."""
    at: float
    """Unix time of arrival in seconds."""
    ms: float
    """Milliseconds until the answer."""


class BotServer:
    """Turns HTTP requests into calls and refusals into JSON."""

    def __init__(self, house: House, faults: Faults) -> None:
        self.house = house
        self.faults = faults
        self.log: deque[LoggedCall] = deque(maxlen=_LOG_LENGTH)
        self._schema = Schema()
        self._paces = Paces(house.realm.rules)

    def add_to(self, app: web.Application) -> None:
        """Add the routes of the interface."""
        for path in ("/file/bot{token}/test/{path:.+}", "/file/bot{token}/{path:.+}"):
            app.router.add_get(path, self._file)
        for path in ("/bot{token}/{method}", "/bot{token}/test/{method}"):
            app.router.add_route("GET", path, self._serve)
            app.router.add_route("POST", path, self._serve)
        app.router.add_route("*", "/{path:.*}", _nowhere)

    async def _serve(self, request: web.Request) -> web.Response:
        arrived, started = time.time(), time.perf_counter()
        method = request.match_info["method"]
        call = Call(self.house)
        status, body = await self._answer(request, method, call)
        proper = next((name for name in METHODS if name.lower() == method.lower()), method)
        thought = self.faults.afterthought_for(proper) if status < 400 else None
        if thought is not None and thought != "drop":
            await thought()
        if self.faults.delay and proper != _LONG_POLL:
            await asyncio.sleep(self.faults.delay)
        dropped = thought == "drop"
        files = tuple((upload.name, len(upload.blob)) for upload in call.uploads.values())
        is_test = request.path.split("/")[2] == "test"
        ms = (time.perf_counter() - started) * 1000
        shown = 0 if dropped else status
        self.log.append(LoggedCall(proper, call.params, files, shown, body, is_test, arrived, ms))
        if dropped and request.transport is not None:
            request.transport.abort()
        return _response(status, body)

    async def _answer(self, request: web.Request, method: str, call: Call) -> tuple[int, Any]:
        """Return status and body; a refusal is an answer too."""
        try:
            given = await self._body(request, call)
            self._demand_open(request)
            proper = self._schema.proper_name(method)
            if failure := self.faults.failure_for(proper):
                raise failure
            call.params = self._schema.read(proper, given, call.uploads)
            self._count(proper, call)
            result = await METHODS[proper](call)
        except Refusal as no:
            said = plain(502) if self.faults.is_down else no
            return said.code, said.to_json()
        except Exception:
            # A mistake of this world, not of its client: said as Telegram would, and logged for us.
            _log.exception("%s failed", method)
            return 500, plain(500).to_json()
        return 200, {"ok": True, "result": result}

    def _demand_open(self, request: web.Request) -> None:
        """Refuse while Telegram is down (502), and a wrong token (401; 404 for what looks like none)."""
        if self.faults.is_down:
            raise plain(502)
        token = request.match_info["token"]
        if token != self.house.realm.token:
            raise plain(401 if ":" in token else 404)

    def _count(self, method: str, call: Call) -> None:
        chat_id = call.params.get("chat_id")
        if chat_id is not None and call.realm.rules.paces:
            self._paces.count(method, call.realm.chat(chat_id), len(call.params.get("media") or [0]))

    async def _body(self, request: web.Request, call: Call) -> Mapping[str, Any]:
        """Return the parameters as they came, from query, form, JSON or parts; uploads go into the call."""
        given: dict[str, Any] = dict(request.query)
        if request.content_type == "application/json":
            try:
                document = json.loads(await request.read() or b"{}")
            except ValueError:
                raise bad("can't parse JSON object") from None
            given |= document if isinstance(document, dict) else {}
        elif request.content_type == "application/x-www-form-urlencoded":
            given |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
        elif request.content_type.startswith("multipart/"):
            given |= await self._parts(request, call)
        call.params = given
        return given

    async def _parts(self, request: web.Request, call: Call) -> dict[str, str]:
        """Read a multipart body; a file over the limit is read to its end but refused. Raises Refusal 413."""
        given: dict[str, str] = {}
        limit, is_too_large = self.house.realm.rules.upload_limit, False
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            if part.filename is None:
                given[part.name] = await part.text()
                continue
            blob = bytearray()
            while chunk := await part.read_chunk(256 * 1024):
                if len(blob) <= limit:
                    blob += chunk
            is_too_large = is_too_large or len(blob) > limit
            call.uploads[part.name] = Upload(part.filename, part.headers.get("Content-Type", ""), bytes(blob))
        if is_too_large:
            raise too_large()
        return given

    async def _file(self, request: web.Request) -> web.Response:
        """Hand out a file by the path getFile gave."""
        try:
            self._demand_open(request)
        except Refusal as no:
            return _response(no.code, no.to_json())
        wanted = request.match_info["path"]
        for stored in self.house.realm.files.values():
            if stored.path == wanted:
                return web.Response(body=stored.blob, content_type="application/octet-stream")
        return _response(404, plain(404).to_json())


async def _nowhere(_: web.Request) -> web.Response:
    return _response(404, plain(404).to_json())


def _response(status: int, body: Any) -> web.Response:
    headers = {"Retry-After": str(body["parameters"]["retry_after"])} if status == 429 and "parameters" in body else {}
    text = json.dumps(body, ensure_ascii=False).encode()
    return web.Response(status=status, body=text, headers=headers, content_type="application/json")


def application() -> web.Application:
    """Return an empty web application that reads bodies larger than any upload may be, in order to refuse them."""
    return web.Application(client_max_size=_MOST_BODY)
