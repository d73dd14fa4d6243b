"""The whole of Stripe on this machine, started and stopped as one."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from typing import Self

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.stripe import buyer, checkout, disputes, refunds, routes
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.cards import find
from bot.sandbox.stripe.courier import RETRY_AFTER, Courier
from bot.sandbox.stripe.faults import Faults
from bot.sandbox.stripe.gate import Gate
from bot.sandbox.stripe.page import Page
from bot.sandbox.stripe.refusal import Json


class StripeWorld:
    """A running stand-in for Stripe. Make one with ``start``; it serves until ``stop``.

    ``api`` is the API's root URL, ``key`` its secret test key, ``webhook_secret`` signs every webhook;
    ``faults`` is the weather, ``gate.log`` the calls so far, ``courier.deliveries`` the webhooks so far.
    """

    def __init__(self, clock: Callable[[], float], retry_after: tuple[float, ...]) -> None:
        self.faults = Faults()
        self.key = new_id("sk_test", 32)
        self.webhook_secret = new_id("whsec", 32)
        self.api = ""
        self._clock = clock
        self._ahead = 0.0
        self.books = Books(clock=lambda: self._clock() + self._ahead)
        self.courier = Courier(self.books, self.faults, retry_after, clock)
        self.books.publish = self.courier.publish
        self.gate = Gate(self.books, self.faults, routes.table(self.courier), {self.key: None})
        self._runner: web.AppRunner | None = None
        self._keeper: asyncio.Task[None] | None = None

    @classmethod
    async def start(
        cls,
        host: str = "127.0.0.1",
        port: int = 0,
        webhook_urls: Iterable[str] = (),
        *,
        clock: Callable[[], float] = time.time,
        retry_after: tuple[float, ...] = RETRY_AFTER,
    ) -> Self:
        """Serve on ``host``; port 0 takes a free one. ``retry_after``: seconds between webhook tries."""
        world = cls(clock, retry_after)
        app = web.Application(middlewares=[_on_time(world.books)])
        app.router.add_route("*", "/v1/{tail:.*}", world.gate.answer)
        Page(world.books).add_routes(app.router)
        world._runner = web.AppRunner(app, access_log=None)
        await world._runner.setup()
        site = web.TCPSite(world._runner, host, port)
        await site.start()
        bound = world._runner.addresses[0][1]
        world.api = world.books.root = f"http://{host}:{bound}"
        for url in webhook_urls:
            world.add_webhook(url)
        world._keeper = asyncio.create_task(_keep_time(world.books))
        return world

    async def stop(self) -> None:
        """Close the door; forgets everything."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        await self.courier.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    # --- arranging the world ---

    def add_webhook(self, url: str, types: tuple[str, ...] = ("*",)) -> str:
        """Send events to ``url``, signed with ``webhook_secret``; answers the endpoint's id."""
        endpoint = self.courier.add(url, self.webhook_secret, types)
        return str(endpoint["id"])

    def restricted_key(self, *permissions: str) -> str:
        """A ``rk_test_`` key that may do only this: ``checkout_session:write``, ``charge:write``, ``event:read``…"""
        key = new_id("rk_test", 32)
        self.gate.grant(key, permissions)
        return key

    def pass_time(self, seconds: float) -> None:
        """Put this world's clock forward; open sessions whose time is over expire."""
        self._ahead += seconds
        checkout.sweep(self.books)

    # --- the buyer ---

    async def pay(self, session_id: str, card: str = "visa", email: str | None = "buyer@example.com") -> str:
        """Pay as a buyer with a test card (name or number, see ``cards``).

        Answers "succeeded", "processing", "challenge" or "declined". Raises ``Refusal`` when the session is not open.
        """
        chosen = find(card)
        if chosen is None:
            raise ValueError(f"no test card {card!r}")
        session = self.session(session_id)
        return buyer.pay(self.books, session, buyer.with_card(self.books, chosen, email), email=email)

    async def leave(self, session_id: str) -> str | None:
        """Walk away: nothing changes, the session stays open. Answers where the page sends the buyer."""
        url: str | None = self.session(session_id)["cancel_url"]
        return url

    async def expire(self, session_id: str) -> None:
        """Let the session's time run out now."""
        session = self.session(session_id)
        if session["status"] == "open":
            checkout.close(self.books, session)

    async def advance_delayed(self, session_id: str, *, paid: bool = True) -> None:
        """The bank of a delayed payment answers: the money came, or did not."""
        buyer.advance(self.books, self.session(session_id), paid=paid)

    async def dispute(self, session_id: str, reason: str = "fraudulent") -> Json:
        """The buyer's bank disputes a paid session now; answers the dispute."""
        intent = self.books.get("payment_intent", self.session(session_id)["payment_intent"])
        return disputes.open_dispute(self.books, intent, reason, inquiry=False)

    async def finish_refund(self, refund_id: str, *, arrived: bool = True) -> None:
        """The bank of a pending refund answers."""
        refunds.finish(self.books, refund_id, arrived=arrived)

    # --- looking in ---

    def session(self, session_id: str) -> Json:
        """The session itself. Raises ``Refusal`` when there is none."""
        checkout.sweep(self.books)
        return self.books.get("checkout.session", session_id)

    @property
    def sessions(self) -> list[Json]:
        """Every checkout session, oldest first."""
        return self.books.all("checkout.session")

    @property
    def refunds(self) -> list[Json]:
        """Every refund, oldest first."""
        return self.books.all("refund")

    @property
    def events(self) -> list[Json]:
        """Every event, oldest first."""
        return self.books.all("event")

    # --- webhooks ---

    def redeliver(self, event_id: str) -> None:
        """Send an event again to every endpoint."""
        self.courier.redeliver(event_id)

    async def forge(self, url: str, event: Json) -> int:
        """Send ``event`` signed by a stranger; answers the HTTP status the shop gave."""
        return await self.courier.forge(url, event)

    async def quiet(self, seconds: float = 10.0) -> None:
        """Wait until every webhook is answered or waits for its next try. Raises ``TimeoutError``."""
        await self.courier.quiet(seconds)


def _on_time(books: Books) -> Middleware:
    """Close overdue sessions before anyone looks at them."""

    @web.middleware
    async def sweep_first(request: web.Request, handler: Handler) -> web.StreamResponse:
        checkout.sweep(books)
        return await handler(request)

    return sweep_first


async def _keep_time(books: Books) -> None:
    """Expire sessions also while nobody calls, so that their webhook comes by itself."""
    while True:
        await asyncio.sleep(5)
        checkout.sweep(books)
