"""The web application: its routes, and its way up and down."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

from aiohttp import web

from bot.web import downloads, guards, home, pages, payments, updates, verify, vitals
from bot.web.services import SERVICES, WebServices

LARGEST_BODY = 1 << 20
"""Bytes a request may send; the largest we expect is a webhook of some kilobytes."""


def create_web(services: WebServices) -> web.Application:
    """Return the application; whoever runs it (`web.AppRunner`) gives it an address, and `access_log=None`."""
    app = web.Application(
        middlewares=[guards.headers, guards.access, guards.errors],
        client_max_size=LARGEST_BODY,
    )
    app[SERVICES] = services
    app[guards.GUESSED] = guards.Guesses()
    app[verify.UPLOADED] = guards.Guesses(verify.UPLOADS)
    app[verify.QUEUE] = set()
    app.router.add_routes(
        [
            web.get("/", home.front),
            web.get("/terms", home.terms),
            web.get("/privacy", home.privacy),
            web.post("/stripe/webhook", payments.webhook),
            web.post("/telegram/webhook", updates.telegram),
            web.get("/pay/{order}", payments.pay),
            web.get("/paid", payments.paid),
            web.get("/cancelled", payments.cancelled),
            web.get("/d/{token}", downloads.track),
            web.get("/d/{token}/{file}", downloads.file),
            web.get("/verify", verify.ask),
            web.post("/verify", verify.upload),
            web.get("/verify/{certificate}", verify.show),
            web.get("/healthz", vitals.healthz),
            web.get("/metrics", vitals.metrics),
            web.get("/static/{digest}/{name}", pages.static),
        ]
    )
    app.cleanup_ctx.append(_watch_loop)
    return app


async def _watch_loop(app: web.Application) -> AsyncIterator[None]:
    watching = asyncio.create_task(app[SERVICES].metrics.watch_loop(), name="event-loop lag")
    yield
    watching.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await watching
