"""What the pages need of the shop; ``app.py`` fills it in."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from aiohttp import web

from bot.commands.notices import Notices
from bot.delivery.counter import Counter
from bot.delivery.links import Links
from bot.delivery.record import Names
from bot.delivery.terms import Terms
from bot.orders.order import Order
from bot.texts import Texts
from bot.web.metrics import Metrics

Check = Callable[[], Awaitable[str]]
"""Looks at one part of the shop: returns "" if it is well, else what is wrong (no secret in it)."""

Updates = Callable[[bytes, str], Awaitable[None]]
"""Takes what Telegram brings: raw body and secret. :raises NotAllowed: if it is not Telegram that brings it."""

Webhook = Callable[[bytes, str], Awaitable[None]]
"""Takes a webhook's raw body and signature. :raises NotAllowed: if it is forged; `TryLater` to have it sent again."""


class Orders(Protocol):
    """Where orders are looked up."""

    async def get(self, order_id: str) -> Order:
        """Return an order. :raises NotFound: if there is none with that id."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a small note, such as which order a certificate belongs to."""
        ...


class Shelf(Protocol):
    """Where files lie."""

    async def fetch(self, key: str) -> Path:
        """Return where the file of a key lies on this machine, brought here if it lies elsewhere."""
        ...

    async def address(self, key: str, seconds: int) -> str:
        """Return an address at which the file can be had by itself for a while, "" where the shop hands it out."""
        ...


@dataclass(frozen=True, slots=True)
class WebServices:
    """The shop as its pages see it.

    - ``webhook``: the payment provider's, None where only polling is used.
    - ``updates``: Telegram's, None where the shop asks for updates itself.
    - ``refresh``: brings the gauges of ``metrics`` up to date before they are read.
    - ``notices``: what anybody may read about the shop, as its chats say it.
    - ``doors``: where people can order, by platform, as far as it is known by now.
    - ``counter``: what buyers come back for, such as claim kits.
    - ``checks``: by name, what ``/healthz`` looks at (database, doorways, whether anybody composes).
    """

    shop: str
    texts: Texts
    names: Names
    terms: Terms
    links: Links
    orders: Orders
    media: Shelf
    metrics: Metrics
    refresh: Callable[[], Awaitable[None]]
    notices: Notices
    doors: Callable[[], Mapping[str, str]] = dict
    webhook: Webhook | None = None
    updates: Updates | None = None
    checks: Mapping[str, Check] = field(default_factory=dict)
    counter: Counter | None = None
    public_key: str = ""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)


SERVICES = web.AppKey("services", WebServices)
