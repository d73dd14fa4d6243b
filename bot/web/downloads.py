"""``/d/…``: the track to listen to, and its files. A token opens one order; what it names is all that can be had."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.delivery.boxing import read_peaks
from bot.delivery.links import LinkExpired, Ticket
from bot.delivery.packing import parcel_key
from bot.delivery.parcel import buyer_name, parts
from bot.delivery.record import track_title
from bot.errors import BadInput, NotFound
from bot.orders.order import Order, State
from bot.texts import language_of
from bot.web import track as shown
from bot.web.pages import REFRESH_SECONDS, Html, notice, page, reader, tag
from bot.web.services import SERVICES

GONE = (State.REFUNDING, State.REFUNDED, State.CANCELLED)
SIGNED_SECONDS = 3600
"""How long an address of the object store is good: long enough for a download that is taken up again."""

log = structlog.get_logger(__name__)


async def track(request: web.Request) -> web.Response:
    """Show the track: player, facts, files, licence."""
    services = request.app[SERVICES]
    try:
        order, ticket = await _opened(request)
    except LinkExpired:
        return notice(request, reader(request), "expired", 410)
    if order.state in GONE:
        return notice(request, order.locale, "withdrawn", 410)
    if not parts(order) or "certificate" not in order.data:
        return notice(request, order.locale, "unready", refresh=REFRESH_SECONDS)
    peaks = await asyncio.to_thread(read_peaks, await services.media.fetch(f"{parcel_key(order)}/peaks.json"))
    token, counter = request.match_info["token"], services.counter
    title = track_title(order, services.names, services.terms)[language_of(order.locale)]
    sections: list[list[Html | None]] = [
        [*shown.head(services, order, title), shown.player(services, order, token, peaks)],
        [*shown.files(services, order, token)],
        [*shown.licence(services, order, token)],
    ]
    if counter is not None and not order.held:
        sections.append([*shown.claims(services, counter.claims, order, token, await counter.case(order))])
    body = (
        *(tag("section", *section, class_="card") for section in sections),
        tag(
            "p",
            services.texts.say(order.locale, "web-link-until", until=services.texts.day(order.locale, ticket.expires)),
            class_="small",
        ),
        tag("p", services.texts.say(order.locale, "web-link-private"), class_="small"),
    )
    return page(request, order.locale, title, *body, scripts=("player.js",))


async def file(request: web.Request) -> web.StreamResponse:
    """Send one file of the parcel: whole, in ranges, or its head only; never more of it in memory than a block."""
    try:
        order, _ticket = await _opened(request)
    except LinkExpired:
        return notice(request, reader(request), "expired", 410)
    if order.state in GONE:
        return notice(request, order.locale, "withdrawn", 410)
    wanted = request.match_info["file"]
    if wanted == shown.KIT:
        return await _kit(request, order)
    entry = next((entry for entry in parts(order) if entry["name"] == wanted), None)
    if entry is None:
        raise web.HTTPNotFound
    media = request.app[SERVICES].media
    here = "view" in request.query or "play" in request.query
    if not here and (address := await media.address(entry["key"], SIGNED_SECONDS)):
        raise web.HTTPFound(address, headers={"Cache-Control": "no-store"})
    path = await media.fetch(entry["key"])
    if not await asyncio.to_thread(path.is_file):
        log.error("parcel_file_missing", order=order.id, file=entry["name"])
        raise web.HTTPNotFound
    return _sent(path, order, entry, shown="view" in request.query)


async def _kit(request: web.Request, order: Order) -> web.StreamResponse:
    counter = request.app[SERVICES].counter
    if counter is None:
        raise web.HTTPNotFound
    try:
        kit = await counter.kit(order)
    except NotFound:
        raise web.HTTPNotFound from None
    headers = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="{kit.name}"',
        "Cache-Control": "private, no-cache",
    }
    return web.FileResponse(kit.path, headers=headers)


def _sent(path: Path, order: Order, entry: Mapping[str, Any], *, shown: bool) -> web.FileResponse:
    """A licence may be looked at in the browser; everything else is saved."""
    name = buyer_name(order, entry)
    way = "inline" if shown and entry["type"] == "application/pdf" else "attachment"
    headers = {
        "Content-Type": entry["type"],
        # RFC 6266: a plain name for all, and the same in UTF-8 (RFC 8187) for what is not ASCII.
        "Content-Disposition": f"{way}; filename=\"{name}\"; filename*=UTF-8''{quote(name, safe='')}",
        "Cache-Control": "private, max-age=3600",
        "Accept-Ranges": "bytes",
    }
    return web.FileResponse(path, headers=headers)


async def _opened(request: web.Request) -> tuple[Order, Ticket]:
    """Return what the token opens.

    :raises HTTPNotFound: if it opens nothing; :raises LinkExpired: if it did once.
    """
    services = request.app[SERVICES]
    try:
        ticket = services.links.open(request.match_info["token"])
        order = await services.orders.get(ticket.order)
    except (NotFound, BadInput):
        raise web.HTTPNotFound from None
    if not services.links.fits(ticket, order):
        raise web.HTTPNotFound
    return order, ticket
