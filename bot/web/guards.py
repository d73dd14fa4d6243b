"""What holds for every answer: security headers, an access log without tokens, errors as pages, a limit on guessing."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.web.pages import notice, reader
from bot.web.services import SERVICES

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
GUESSES = 30
"""Wrong addresses one visitor may ask for ..."""

WINDOW = 600.0
"""... in this many seconds."""

REMEMBERED = 10_000
"""Visitors whose wrong guesses are counted; the ones longest silent are forgotten first."""

log = structlog.get_logger(__name__)


class Guesses:
    """Counts wrong addresses by visitor. A right one is never held up: tokens are checked before the count."""

    def __init__(
        self, most: int = GUESSES, window: float = WINDOW, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._window, self._clock = most, window, clock
        self._counts: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def wrong(self, visitor: str) -> None:
        """Note a wrong guess."""
        count, since = self._counts.pop(visitor, (0, self._clock()))
        if self._clock() - since > self._window:
            count, since = 0, self._clock()
        self._counts[visitor] = (count + 1, since)
        while len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)

    def too_many(self, visitor: str) -> bool:
        """Return whether this visitor has guessed wrong too often lately."""
        count, since = self._counts.get(visitor, (0, 0.0))
        return count >= self._most and self._clock() - since <= self._window


GUESSED = web.AppKey("guesses", Guesses)


def visitor(request: web.Request) -> str:
    """Return whose request it is: the peer, or what a proxy on this machine or network says it is."""
    peer = request.remote or ""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        near = ipaddress.ip_address(peer).is_private
        return str(ipaddress.ip_address(forwarded)) if near and forwarded else peer
    except ValueError:
        return peer


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the security headers on every answer, also on those that aiohttp makes itself."""
    try:
        answer = await handler(request)
    except web.HTTPException as error:
        error.headers.update(HEADERS)
        error.headers["Content-Security-Policy"] = POLICY
        raise
    if not answer.prepared:
        answer.headers.update(HEADERS)
        if answer.content_type == "text/html":
            answer.headers["Content-Security-Policy"] = POLICY
    return answer


@web.middleware
async def access(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count and log every request by its route: addresses hold tokens, routes do not."""
    began = time.perf_counter()
    resource = request.match_info.route.resource
    route = resource.canonical if resource is not None else "unknown"
    status = 500
    try:
        answer = await handler(request)
        status = answer.status
        return answer
    except web.HTTPException as error:
        status = error.status
        raise
    finally:
        seconds = time.perf_counter() - began
        metrics = request.app[SERVICES].metrics
        method = request.method if request.method in ("GET", "HEAD", "POST") else "other"
        metrics.requests.labels(method, route, str(status)).inc()
        metrics.answering.labels(route).observe(seconds)
        level = log.debug if route in ("/healthz", "/metrics") else log.info
        level("request", method=method, route=route, status=status, milliseconds=round(seconds * 1000, 1))


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Show errors as pages; what nobody foresaw is logged with its route and shown without a word about its inside."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return missing(request)
    except web.HTTPException:
        raise
    except Exception as error:  # the last place where a visitor can still be shown a page
        log.exception("page_failed", route=str(request.match_info.route.name), error=type(error).__name__)
        return notice(request, reader(request), "failed", 500)


def missing(request: web.Request, key: str = "missing") -> web.Response:
    """Answer a wrong address: the same page for every kind of wrong, until it was too often.

    :param key: what was looked for in vain, as `bot.web.pages.notice` names it.
    """
    guesses, who = request.app[GUESSED], visitor(request)
    if guesses.too_many(who):
        answer = notice(request, reader(request), "busy", 429)
        answer.headers["Retry-After"] = str(round(WINDOW))
        return answer
    guesses.wrong(who)
    return notice(request, reader(request), key, 404)
