from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.commands.front import Front
from bot.commands.notices import Notices
from bot.delivery.links import Links
from bot.orders.order import Order
from bot.orders.policy import Policy
from bot.storage.media import Media
from bot.web import WebServices, create_web
from bot.web.metrics import Metrics
from tests.delivery import shop


class Kiosk:
    """The pages of a small shop on loopback, and everything behind them within reach."""

    def __init__(self, folder: Path) -> None:
        self.clock = shop.Clock()
        self.book, self.media, self.metrics = shop.Book(), Media(folder / "media"), Metrics()
        self.links = Links(shop.keys(), "https://kiosk.example", 30, self.clock)
        self.webhook: Callable[[bytes, str], Awaitable[None]] | None = self._take
        self.taken: list[tuple[bytes, str]] = []
        self.refusal: Exception | None = None
        self.problems: dict[str, str] = {}
        self.refreshed = 0
        self.doors: dict[str, str] = {}
        business = (("owner", "Moonlight <Desk>"), ("registration", "123-45-67890"))
        self.notices = Notices(shop.texts(), Front("BGM Kiosk", "desk@shop.example", business=business), Policy())
        self.client: TestClient[Any, Any] | None = None

    async def open(self) -> TestClient[Any, Any]:
        services = WebServices(
            shop="BGM Kiosk",
            texts=shop.texts(),
            names=shop.names,
            terms=shop.terms(),
            links=self.links,
            orders=self.book,
            media=self.media,
            metrics=self.metrics,
            refresh=self._refresh,
            notices=self.notices,
            doors=lambda: self.doors,
            webhook=self.webhook,
            checks={"database": self._check("database"), "discord": self._check("discord")},
            counter=shop.counter(self.media, self.book),
            public_key="public key",
        )
        self.client = TestClient(TestServer(create_web(services)))
        await self.client.start_server()
        return self.client

    async def close(self) -> None:
        if self.client is not None:
            await self.client.close()

    async def parcel(self, **changes: Any) -> tuple[Order, str]:
        """Pack an order and return it with the path of its download page."""
        order = await shop.packed(self.media, self.book, shop.order(**changes))
        return order, f"/d/{self.links.token(order)}"

    async def _take(self, body: bytes, signature: str) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.taken.append((body, signature))

    async def _refresh(self) -> None:
        self.refreshed += 1

    def _check(self, name: str) -> Callable[[], Awaitable[str]]:
        async def look() -> str:
            if self.problems.get(name) == "raise":
                raise RuntimeError("secret inside")
            return self.problems.get(name, "")

        return look


@pytest.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    opened = Kiosk(tmp_path)
    yield opened
    await opened.close()
