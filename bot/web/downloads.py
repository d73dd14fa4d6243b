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
from bot.delivery.record import engine_name, track_title
from bot.errors import BadInput, NotFound
from bot.orders.order import Order, State
from bot.texts import language_of
from bot.web.pages import REFRESH_SECONDS, Html, joined, notice, page, reader, tag
from bot.web.services import SERVICES, WebServices

GONE = (State.REFUNDING, State.REFUNDED, State.CANCELLED)
PLAYED = "audio/mpeg"

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
    peaks = await asyncio.to_thread(read_peaks, services.media.path(f"{parcel_key(order)}/peaks.json"))
    title = track_title(order, services.names, services.terms)[language_of(order.locale)]
    body = (
        tag(
            "section",
            *_head(services, order, title),
            _player(services, order, request.match_info["token"], peaks),
            class_="card",
        ),
        tag("section", *_files(services, order, request.match_info["token"]), class_="card"),
        tag("section", *_licence(services, order, request.match_info["token"]), class_="card"),
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
    entry = next((entry for entry in parts(order) if entry["name"] == wanted), None)
    if entry is None:
        raise web.HTTPNotFound
    path = request.app[SERVICES].media.path(entry["key"])
    if not await asyncio.to_thread(path.is_file):
        log.error("parcel_file_missing", order=order.id, file=entry["name"])
        raise web.HTTPNotFound
    return _sent(path, order, entry, shown="view" in request.query)


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


def _head(services: WebServices, order: Order, title: str) -> list[Html]:
    grant = services.terms.grant(order.brief.purpose)
    take = order.chosen or {}
    say, locale = services.texts.say, order.locale
    facts = [(say(locale, "web-length"), services.texts.length(locale, order.brief.seconds))]
    if take.get("tempo_bpm"):
        facts.append((say(locale, "web-tempo"), f"{take['tempo_bpm']:.0f} BPM"))
    if take.get("key"):
        facts.append((say(locale, "web-key"), take["key"]))
    if take.get("lufs") is not None:
        facts.append((say(locale, "web-loudness"), f"{take['lufs']:.1f} LUFS"))
    return [
        tag("p", grant.name.say(locale), class_="kicker"),
        tag("h1", title),
        tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in facts), class_="facts"),
    ]


def _player(services: WebServices, order: Order, token: str, peaks: list[int]) -> Html | None:
    entry = next((entry for entry in order.data["files"] if entry["type"] == PLAYED), None)
    if entry is None:
        return None
    say, locale = services.texts.say, order.locale
    audio = tag("audio", src=f"/d/{token}/{entry['name']}", controls=True, preload="metadata")
    play = tag("button", Html(ICONS), class_="play", type="button", aria_label=say(locale, "web-play"),
               data_play=say(locale, "web-play"), data_pause=say(locale, "web-pause"))  # fmt: skip
    seek = tag("input", type="range", min="0", max="1000", value="0", step="1", aria_label=say(locale, "web-seek"))
    times = tag("span", tag("span", "0:00", class_="now"), " / ", services.texts.length(locale, order.brief.seconds),
                class_="times")  # fmt: skip
    return tag("div", audio, tag("div", play, tag("div", _wave(peaks), seek, class_="wave"), times, class_="controls",
               hidden=True), class_="player")  # fmt: skip


def _wave(peaks: list[int]) -> Html:
    """Draw the waveform as bars, twice: what is still to come, and over it what has been played."""
    bars = "".join(
        f"M{index * 4 + 2} {50 - max(2, peak * 0.48):.1f}V{50 + max(2, peak * 0.48):.1f}"
        for index, peak in enumerate(peaks)
    )
    width = str(max(4, len(peaks) * 4))
    clip = tag("clipPath", tag("rect", width="0", height="100", class_="played"), id="played")
    return tag("svg", tag("defs", clip), tag("path", d=bars, class_="bars"),
               tag("path", d=bars, class_="bars over", clip_path="url(#played)"),
               viewBox=f"0 0 {width} 100", preserveAspectRatio="none", aria_hidden="true")  # fmt: skip


def _files(services: WebServices, order: Order, token: str) -> list[Html]:
    say, locale = services.texts.say, order.locale
    rows = []
    for entry in parts(order):
        kind = entry["name"].rpartition(".")[2]
        about = tag("span", tag("strong", say(locale, f"web-format-{kind}")), tag("small", _size(entry["size"])),
                    class_="about")  # fmt: skip
        button = tag(
            "a", say(locale, "told-download"), class_="button", href=f"/d/{token}/{entry['name']}", download=""
        )
        checksum = tag("details", tag("summary", "SHA-256"), tag("code", entry["sha256"]))
        rows.append(tag("li", tag("div", about, button, class_="file"), checksum))
    return [tag("h2", say(locale, "web-files")), tag("ul", *rows, class_="files")]


def _licence(services: WebServices, order: Order, token: str) -> list[Html]:
    say, locale = services.texts.say, order.locale
    grant, certificate = services.terms.grant(order.brief.purpose), order.data["certificate"]
    disclosure = services.terms.disclosure.filled(engine=engine_name(order))[language_of(locale)]
    number = joined((say(locale, "web-certificate"), " ", tag("strong", certificate["number"])))
    return [
        tag("h2", say(locale, "web-licence")),
        tag("p", grant.use.say(locale)),
        tag("p", number),
        tag("a", say(locale, "web-licence-open"), class_="button quiet", rel="noopener", target="_blank",
            href=f"/d/{token}/{certificate['file']['name']}?view"),
        tag("p", disclosure, class_="ai"),
    ]  # fmt: skip


def _size(octets: int) -> str:
    return f"{octets / 1_000_000:.1f} MB" if octets >= 1_000_000 else f"{octets / 1000:.0f} kB"


ICONS = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="to-play" d="M8 5.2v13.6L19 12z"/>'
    '<path class="to-pause" d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z"/></svg>'
)
