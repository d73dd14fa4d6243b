"""The door: only this machine's own page may talk to the server.

A page of another site could try to reach a loopback port through the visitor's browser, either directly (then
`Origin` or `Sec-Fetch-Site` gives it away) or by letting its own name resolve to 127.0.0.1 (then `Host` does).
"""

from __future__ import annotations

import ipaddress
import logging
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox import discord, telegram

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_log = logging.getLogger(__name__)
_SAFE_METHODS = frozenset({"GET", "HEAD"})


def is_own_name(host: str) -> bool:
    """Whether a `Host` header names this machine in a way no foreign domain can: localhost or an address."""
    name = urlsplit(f"//{host}").hostname or ""
    if name == "localhost":
        return True
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def is_own_page(request: web.Request) -> bool:
    """Whether a request that changes something comes from this very page (or from no page at all)."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


@web.middleware
async def keep(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn strangers away, and give every answer its headers."""
    if not is_own_name(request.host):
        return _refused(421, "This page answers to localhost and to addresses, not to names.")
    if request.method not in _SAFE_METHODS and not is_own_page(request):
        return _refused(403, "Only this page itself may do that.")
    response = await handler(request)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
    return response


@web.middleware
async def in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a chat's own app would not have allowed, and malformed requests, into a sentence."""
    try:
        return await handler(request)
    except (discord.ClientRefusal, telegram.ClientRefusal) as refusal:
        return _refused(409, str(refusal))
    except web.HTTPRequestEntityTooLarge:
        return _refused(413, "That is too much to upload at once.")
    except (KeyError, TypeError, ValueError) as error:
        _log.warning("%s %s", request.method, request.path, exc_info=error)
        return _refused(400, f"The request is not as the page sends it ({type(error).__name__}).")


def _refused(status: int, sentence: str) -> web.Response:
    return web.json_response({"error": sentence}, status=status, headers=HEADERS)
