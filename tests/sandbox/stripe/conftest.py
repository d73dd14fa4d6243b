"""A fresh Stripe on loopback for each test, the real client library, and a shop that listens for webhooks."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
import stripe
from aiohttp import web

from bot.sandbox.stripe import StripeWorld

Json = dict[str, Any]


@pytest.fixture
async def world() -> AsyncIterator[StripeWorld]:
    world = await StripeWorld.start(retry_after=(0.01, 0.01))
    yield world
    await world.stop()


@pytest.fixture
async def client(world: StripeWorld) -> AsyncIterator[stripe.StripeClient]:
    async with client_for(world, world.key) as client:
        yield client


class client_for:  # noqa: N801 - reads as a word in `async with`
    """The real library with a key of this world; closes its connections."""

    def __init__(self, world: StripeWorld, key: str) -> None:
        self.http = stripe.HTTPXClient()
        self.client = stripe.StripeClient(
            key, base_addresses={"api": world.api}, http_client=self.http, max_network_retries=2
        )

    async def __aenter__(self) -> stripe.StripeClient:
        return self.client

    async def __aexit__(self, *error: object) -> None:
        await self.http.close_async()  # type: ignore[no-untyped-call]


@pytest.fixture
async def browser() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@dataclass
class Shop:
    """Somebody who listens for webhooks and answers as told."""

    url: str = ""
    answers: list[int] = field(default_factory=list)
    got: list[tuple[bytes, str]] = field(default_factory=list)
    rang: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def events(self) -> list[Json]:
        return [json.loads(body) for body, _ in self.got]

    async def hear(self, request: web.Request) -> web.Response:
        self.got.append((await request.read(), request.headers["Stripe-Signature"]))
        self.rang.set()
        return web.Response(status=self.answers.pop(0) if self.answers else 200)


@pytest.fixture
async def shop() -> AsyncIterator[Shop]:
    shop = Shop()
    app = web.Application()
    app.router.add_post("/hook", shop.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shop.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield shop
    await runner.cleanup()


def order(amount: int = 15000, currency: str = "krw", **more: Any) -> Any:
    """Parameters of a session for one piece of music."""
    line = {
        "price_data": {"currency": currency, "unit_amount": amount, "product_data": {"name": "차분한 배경음악"}},
        "quantity": 1,
    }
    return {
        "mode": "payment",
        "line_items": [line],
        "success_url": "http://127.0.0.1:9/paid?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://127.0.0.1:9/cancelled",
        "expires_at": int(time.time()) + 3600,
        "metadata": {"order": "A-1"},
    } | more
