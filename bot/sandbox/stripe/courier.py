"""The courier: carries every event to the webhook endpoints that want it, signed, and tries again when refused.

Signature scheme (docs.stripe.com/webhooks/signature): ``Stripe-Signature: t=<unix>,v1=<hex>`` where the hex is
HMAC-SHA256 of ``<t>.<body>`` under the endpoint's secret; one ``v1`` per secret while a secret is being rolled.
"""

from __future__ import annotations

import asyncio
import copy
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp

from bot.sandbox.stripe.books import API_VERSION, Books, new_id
from bot.sandbox.stripe.faults import Faults
from bot.sandbox.stripe.refusal import Json, Refusal

RETRY_AFTER = (0.2, 1.0, 5.0, 30.0, 120.0)
"""Seconds between the tries of one delivery. Stripe takes hours; a sandbox must not make anyone wait."""


@dataclass
class Delivery:
    """One event on its way to one endpoint; ``statuses`` has an HTTP status per try, 0 where nobody answered."""

    event_id: str
    endpoint_id: str
    statuses: list[int] = field(default_factory=list)
    done: bool = False


def signature(secrets: list[str], body: bytes, at: int) -> str:
    """The header's value for ``body`` at Unix second ``at``, one v1 per secret."""
    signed = f"{at}.".encode() + body
    marks = [f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" for secret in secrets]
    return ",".join([f"t={at}", *marks])


class Courier:
    """Delivers events in the background; ``quiet`` waits until nothing is on its way.

    ``clock`` dates the signatures: the time outside, which this world's own may have been put ahead of.
    """

    def __init__(
        self,
        books: Books,
        faults: Faults,
        retry_after: tuple[float, ...] = RETRY_AFTER,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.books = books
        self.faults = faults
        self.clock = clock
        self.retry_after = retry_after
        self.secrets: dict[str, list[str]] = {}
        """Endpoint id → its secrets, newest first."""
        self.deliveries: list[Delivery] = []
        self._held: list[tuple[Json, Delivery]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._resting = 0
        self._moved = asyncio.Condition()
        self._http: aiohttp.ClientSession | None = None

    async def stop(self) -> None:
        """End every try under way."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    # --- endpoints ---

    def add(self, url: str, secret: str, types: tuple[str, ...] = ("*",), version: str = API_VERSION) -> Json:
        """Write an endpoint with a secret we choose."""
        endpoint: Json = {
            "id": new_id("we"),
            "object": "webhook_endpoint",
            "api_version": version,
            "application": None,
            "created": self.books.now(),
            "description": None,
            "enabled_events": list(types),
            "livemode": False,
            "metadata": {},
            "status": "enabled",
            "url": url,
        }
        self.secrets[endpoint["id"]] = [secret]
        return self.books.put(endpoint)

    def create_endpoint(self, books: Books, params: Json) -> Json:
        """``POST /v1/webhook_endpoints``: the only answer that ever shows the secret."""
        version = params.get("api_version") or API_VERSION
        if version != API_VERSION:
            raise Refusal(f"This sandbox speaks {API_VERSION} only.", code="sandbox_unplayed", param="api_version")
        endpoint = self.add(params["url"], new_id("whsec", 32), tuple(params["enabled_events"]))
        endpoint["description"] = params.get("description")
        endpoint["metadata"] = params.get("metadata", {})
        return endpoint | {"secret": self.secrets[endpoint["id"]][0]}

    def delete_endpoint(self, books: Books, params: Json, id_: str) -> Json:
        """``DELETE /v1/webhook_endpoints/:id``."""
        books.get("webhook_endpoint", id_)
        del books.shelves["webhook_endpoint"][id_]
        return {"id": id_, "object": "webhook_endpoint", "deleted": True}

    def roll_secret(self, endpoint_id: str) -> str:
        """A new secret; the old one keeps signing beside it, as during Stripe's 24 hours of grace."""
        secret = new_id("whsec", 32)
        self.secrets[endpoint_id] = [secret, self.secrets[endpoint_id][0]]
        return secret

    # --- carrying ---

    def publish(self, event: Json) -> int:
        """Start one delivery per endpoint that wants this type; answers how many."""
        wanting = [
            endpoint
            for endpoint in self.books.all("webhook_endpoint")
            if {"*", event["type"]} & set(endpoint["enabled_events"])
        ]
        for endpoint in wanting:
            self.send(event, endpoint)
        return len(wanting)

    def send(self, event: Json, endpoint: Json) -> None:
        """One delivery, with today's weather: dropped, held back to be reordered, or doubled."""
        delivery = Delivery(event["id"], endpoint["id"])
        self.deliveries.append(delivery)
        if self.faults.webhook_drops > 0:
            self.faults.webhook_drops -= 1
            delivery.done = True
            return
        for _ in range(1 + self.faults.webhook_duplicates):
            if self.faults.webhook_hold > len(self._held):
                self._held.append((event, delivery))
            else:
                self._start(event, delivery)
        if self._held and len(self._held) >= self.faults.webhook_hold:
            self.release()

    def release(self) -> None:
        """Send what was held back, newest first."""
        self.faults.webhook_hold = 0
        held, self._held = self._held, []
        for event, delivery in reversed(held):
            self._start(event, delivery)

    def redeliver(self, event_id: str) -> None:
        """Send an old event again to every endpoint, as the dashboard's button does."""
        self.publish(self.books.get("event", event_id))

    async def quiet(self, seconds: float = 10.0) -> None:
        """Return when every delivery is answered or waits for its next try. Raises ``TimeoutError``."""
        async with asyncio.timeout(seconds), self._moved:
            await self._moved.wait_for(lambda: len(self._tasks) == self._resting)

    def _start(self, event: Json, delivery: Delivery) -> None:
        task = asyncio.create_task(self._carry(event, delivery, self.faults.webhook_delay))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda done: asyncio.ensure_future(self._nudge()))

    async def _nudge(self) -> None:
        async with self._moved:
            self._moved.notify_all()

    async def _carry(self, event: Json, delivery: Delivery, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        for pause in (*self.retry_after, None):
            endpoint = self.books.shelves["webhook_endpoint"].get(delivery.endpoint_id)
            if endpoint is None:
                return
            status = await self._try(event, endpoint)
            delivery.statuses.append(status)
            if 200 <= status < 300:
                if not delivery.done:
                    event["pending_webhooks"] -= 1
                delivery.done = True
                return
            if pause is not None:
                await self._rest(pause)

    async def _rest(self, seconds: float) -> None:
        self._resting += 1
        await self._nudge()
        try:
            await asyncio.sleep(seconds)
        finally:
            self._resting -= 1

    async def _try(self, event: Json, endpoint: Json) -> int:
        told = copy.deepcopy(event)
        if self.faults.webhook_version:
            told["api_version"] = self.faults.webhook_version
        body = json.dumps(told, indent=2).encode()
        at = int(self.clock() - self.faults.webhook_age)
        return await self.post(endpoint["url"], body, signature(self.secrets[endpoint["id"]], body, at))

    async def post(self, url: str, body: bytes, mark: str) -> int:
        """One POST with this signature header; its status, or 0 where nobody answered."""
        if self._http is None:
            self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": mark,
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }
        try:
            async with self._http.post(url, data=body, headers=headers, allow_redirects=False) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0

    async def forge(self, url: str, event: Json) -> int:
        """Send ``event`` as a stranger would: right shape, signed with a secret of their own."""
        body = json.dumps(event).encode()
        return await self.post(url, body, signature([new_id("whsec", 32)], body, int(self.clock())))
