"""Which requests leave a trace, by the names under which a sweep lists them: ids and tokens told as what they are."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from tests.crashes.wire import TOLD

READING = ("GET", "HEAD")
NO_TRACE = ("get", "setMy", "setChat", "sendChatAction", "deleteWebhook")
"""How Telegram's methods begin that leave nothing behind, or the same each time the shop opens."""

BASE = "/api/v10"


def at_discord(rooms: Mapping[str, str]) -> Callable[[web.Request, bytes], str]:
    """Name effects at Discord; ``rooms`` are the channels that everybody knows, by their number."""

    def kind(request: web.Request, _body: bytes) -> str:
        path = request.path.removeprefix(BASE)
        if request.method in READING or path.startswith(("/users/@me/channels", "/applications/")):
            return ""
        path = re.sub(r"(?<=/channels/)\d+", lambda found: rooms.get(found[0], "dm"), path)
        path = re.sub(r"(?<=/interactions/)\d+/[^/]+|(?<=/webhooks/)\d+/[^/]+", "*", path)
        return f"discord {request.method} {re.sub(r'[0-9]{15,}', '*', path)}"

    return kind


def told_by_discord(bot: str) -> Callable[[str], str]:
    """Name what people do on Discord, as the gateway tells it; what the shop itself (``bot``) did is no news."""

    def told(text: str) -> str:
        frame = json.loads(text)
        data: dict[str, Any] = frame.get("d") or {}
        match frame.get("t"):
            case "INTERACTION_CREATE" if "custom_id" in data["data"]:
                return f"{TOLD}discord {data['data']['custom_id'].split(':')[1]}"
            case "INTERACTION_CREATE":
                return f"{TOLD}discord /{data['data']['name']}"
            case "MESSAGE_REACTION_ADD" if data["user_id"] != bot:
                return f"{TOLD}discord {data['emoji']['name']}"
            case _:
                return ""

    return told


def at_stripe(request: web.Request, _body: bytes) -> str:
    """Name effects at Stripe."""
    if request.method in READING:
        return ""
    return f"stripe {request.method} {re.sub(r'_(test_)?[A-Za-z0-9]{14,}', '_*', request.path)}"


def at_shop(_request: web.Request, body: bytes) -> str:
    """Name what Stripe tells the shop."""
    return f"stripe tells {json.loads(body)['type']}"


def at_telegram() -> Callable[[web.Request, bytes], str]:
    """Name effects at Telegram. Asking for updates is one when it says that those before have been handled."""
    confirmed = 0

    def kind(request: web.Request, body: bytes) -> str:
        nonlocal confirmed
        method = request.path.rpartition("/")[2]
        if method == "getUpdates":
            offset = int(_fields(request, body).get("offset") or 0)
            news, confirmed = offset > confirmed, max(offset, confirmed)
            return "telegram getUpdates, confirming" if news else ""
        return "" if method.startswith(NO_TRACE) else f"telegram {method}"

    return kind


def _fields(request: web.Request, body: bytes) -> dict[str, str]:
    if request.content_type == "application/json":
        return {name: str(value) for name, value in json.loads(body or b"{}").items()}
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()} | dict(request.query)
