"""The front door of the API: who calls, in which version, has this been asked before, and is the weather fine."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import web

from bot.sandbox.stripe import form
from bot.sandbox.stripe.books import API_VERSION, Books, new_id
from bot.sandbox.stripe.expand import expanded
from bot.sandbox.stripe.faults import Faults
from bot.sandbox.stripe.refusal import Json, Refusal
from bot.sandbox.stripe.routes import Route

_OUTDATED = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?")


@dataclass
class Kept:
    """What an idempotency key stands for: the call, and its answer once there is one."""

    call: str
    request_id: str
    status: int = 0
    body: str = ""


@dataclass
class Call:
    """One line of the call log."""

    method: str
    path: str
    status: int
    key: str | None
    replayed: bool = False


@dataclass
class Gate:
    """Answers every ``/v1/…`` request. ``keys`` maps a key to its permissions, None for all."""

    books: Books
    faults: Faults
    routes: tuple[Route, ...]
    keys: dict[str, frozenset[str] | None]
    kept: dict[tuple[str, str], Kept] = field(default_factory=dict)
    log: list[Call] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """The whole way of one call."""
        request_id = new_id("req", 14)
        key = request.headers.get("Idempotency-Key")
        body = await request.text()
        if self.faults.latency:
            await asyncio.sleep(self.faults.latency)
        trouble = self.faults.strike(request.method, request.path, "before")
        if trouble is not None:
            self.log.append(Call(request.method, request.path, trouble, key))
            return _trouble(request, trouble, request_id)

        status, text, replayed, first = self._status_and_text(request, body, key, request_id)
        trouble = self.faults.strike(request.method, request.path, "after")
        self.log.append(Call(request.method, request.path, trouble if trouble is not None else status, key, replayed))
        if trouble is not None:
            return _trouble(request, trouble, request_id)
        headers = {"Request-Id": request_id, "Stripe-Version": API_VERSION}
        if key and request.method == "POST":
            headers |= {"Idempotency-Key": key, "Original-Request": first}
        if replayed:
            headers["Idempotent-Replayed"] = "true"
        return web.Response(status=status, text=text, content_type="application/json", headers=headers)

    def _status_and_text(
        self, request: web.Request, body: str, key: str | None, request_id: str
    ) -> tuple[int, str, bool, str]:
        """Status, JSON, whether it is a replay, and the id of the first request with this key."""
        kept: Kept | None = None
        try:
            secret = self._secret(request)
            route, parts = self._route(request, secret)
            _check_version(request.headers.get("Stripe-Version"))
            params = route.shape(form.decode(body if request.method == "POST" else request.query_string), "")
            if key and request.method == "POST":
                call = hashlib.sha256(f"{request.path}?{body}".encode()).hexdigest()
                kept = self._remembered(secret, key, call, request_id)
                if kept.status:
                    return kept.status, kept.body, True, kept.request_id
            status, answer = self._do(route, params, parts, secret, (request_id, key))
        except Refusal as refusal:
            return refusal.status, _json(_with_log(refusal.body(), request_id)), False, request_id
        text = _json(answer)
        if kept is not None:
            kept.status, kept.body = status, text
        return status, text, False, request_id

    def _do(
        self, route: Route, params: Json, parts: tuple[str, ...], secret: str, request: tuple[str, str | None]
    ) -> tuple[int, Json]:
        """Carry the call out. A refusal from here on counts as an answer that its key remembers."""
        self.books.request = request
        paths = params.pop("expand", [])
        try:
            answer = route.answer(self.books, params, *parts)
            return 200, expanded(self.books, answer, paths, lambda permission: self._permit(secret, permission))
        except Refusal as refusal:
            if refusal.status == 402:
                return refusal.status, _with_log(refusal.body(), request[0])
            raise
        finally:
            self.books.request = (None, None)

    def _secret(self, request: web.Request) -> str:
        header = request.headers.get("Authorization", "")
        kind, _, said = header.partition(" ")
        if kind == "Basic":
            try:
                said = base64.b64decode(said).decode().partition(":")[0]
            except ValueError:
                said = ""
        if not said:
            raise Refusal("No API key was given; send it as a bearer token.", status=401)
        for known in self.keys:
            if hmac.compare_digest(known.encode(), said.encode()):
                return known
        raise Refusal(f"Invalid API Key provided: {said[:8]}{'*' * 8}{said[-4:]}", status=401)

    def _route(self, request: web.Request, secret: str) -> tuple[Route, tuple[str, ...]]:
        for route in self.routes:
            match = route.pattern.fullmatch(request.path)
            if match and route.method == request.method:
                self._permit(secret, route.permission)
                return route, match.groups()
        raise Refusal(
            f"Unrecognized request URL ({request.method}: {request.path}), or not played by this sandbox.",
            status=404,
        )

    def _permit(self, secret: str, permission: str) -> None:
        granted = self.keys[secret]
        if granted is None or permission in granted:
            return
        if permission.endswith(":read") and permission.replace(":read", ":write") in granted:
            return
        raise Refusal(f"The key {secret[:8]}{'*' * 8}{secret[-4:]} lacks the permission {permission}.", status=403)

    def _remembered(self, secret: str, key: str, call: str, request_id: str) -> Kept:
        if len(key) > 255:
            raise Refusal("Idempotency keys have at most 255 characters.", kind="idempotency_error")
        kept = self.kept.setdefault((secret, key), Kept(call, request_id))
        if kept.call == call:
            return kept
        if not kept.status:  # the first call was refused before it did anything: the key is still free
            self.kept[secret, key] = Kept(call, request_id)
            return self.kept[secret, key]
        raise Refusal(
            "This idempotency key was first used with other parameters; use a new key for another request.",
            kind="idempotency_error",
        )

    def grant(self, key: str, permissions: Iterable[str]) -> None:
        """Admit a restricted key with these permissions (``checkout_session:write``, ``event:read``...)."""
        self.keys[key] = frozenset(permissions)


def _check_version(said: str | None) -> None:
    if said is None or said == API_VERSION:
        return
    if _OUTDATED.fullmatch(said):
        raise Refusal(f"This sandbox speaks API version {API_VERSION} only, not {said}.", code="sandbox_unplayed")
    raise Refusal(f"Invalid Stripe API version: {said}")


def _trouble(request: web.Request, status: int, request_id: str) -> web.StreamResponse:
    if status == 0:
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    if status == 429:
        refusal = Refusal("Too many requests at once.", status=429, code="rate_limit")
    else:
        refusal = Refusal("Something went wrong at Stripe.", status=status, kind="api_error")
    headers = {"Request-Id": request_id}
    return web.Response(status=status, text=_json(refusal.body()), content_type="application/json", headers=headers)


def _with_log(body: Json, request_id: str) -> Json:
    body["error"]["request_log_url"] = f"https://dashboard.stripe.com/test/logs/{request_id}"
    return body


def _json(answer: Json) -> str:
    return json.dumps(answer, indent=2, ensure_ascii=False)
