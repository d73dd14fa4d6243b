"""How a page is built: one frame, escaped words, nothing from other servers."""

import hashlib
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path

from aiohttp import web

from bot.texts import LANGUAGES, language_of
from bot.web.services import SERVICES

STATIC = Path(__file__).parent / "static"
REFRESH_SECONDS = 3


class Html(str):
    """Text that is markup already; everything else is escaped on its way into a page."""

    __slots__ = ()


def tag(name: str, /, *inside: str | Html | None, **attributes: str | bool | None) -> Html:
    """Return an element. ``class_`` is written ``class``, ``data_src`` ``data-src``; None and False are left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in ("meta", "link", "input", "path", "rect", "use"):
        return Html(f"<{name}{written}>" if name in ("meta", "link", "input") else f"<{name}{written}/>")
    return Html(f"<{name}{written}>{joined(inside)}</{name}>")


def joined(parts: Iterable[str | Html | None]) -> Html:
    """Return parts one after another, escaped where they are plain text."""
    return Html("".join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None))


def reader(request: web.Request) -> str:
    """Return the language of who reads, where no order tells it: the one chosen in the address (``?lang=ko``), else the
    first one of theirs that the shop speaks."""
    if (chosen := request.query.get("lang")) in LANGUAGES:
        return str(chosen)
    wishes = request.headers.get("Accept-Language", "")[:200].split(",")
    spoken = (wish.split(";")[0].strip().split("-")[0].lower() for wish in wishes)
    return next((language for language in spoken if language in LANGUAGES), language_of(None))


def page(
    request: web.Request,
    locale: str,
    title: str,
    *body: Html,
    status: int = 200,
    scripts: tuple[str, ...] = (),
    refresh: float | None = None,
    listed: bool = False,
) -> web.Response:
    """Return a whole page. ``refresh`` has it loaded again after so many seconds; ``listed`` lets search engines know
    of it, and offers it in the other language."""
    services = request.app[SERVICES]
    language = language_of(locale)
    head = (
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        None if listed else tag("meta", name="robots", content="noindex, nofollow"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", f"{title} · {services.shop}"),
        tag("link", rel="icon", href=asset("mark.svg"), type="image/svg+xml"),
        tag("link", rel="stylesheet", href=asset("kiosk.css")),
        *(tag("script", src=asset(name), defer=True) for name in scripts),
    )
    mark = tag("span", Html(""), class_="mark", aria_hidden="true")
    frame = (
        tag("header", tag("a", mark, services.shop, href=kept("/", request)), class_="top"),
        tag("main", *body),
        _footer(request, language, listed=listed),
    )
    text = "<!doctype html>" + tag("html", tag("head", *head), tag("body", *frame), lang=language)
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if refresh is not None:
        headers["Refresh"] = f"{refresh:g}"
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)


def _footer(request: web.Request, language: str, *, listed: bool) -> Html:
    """Return what stands under every page: what this is, where to read more, and who sells."""
    services = request.app[SERVICES]
    say = services.texts.say
    links = [tag("a", say(language, f"web-link-{name}"), href=kept(f"/{name}", request)) for name in LINKED]
    if listed:
        links += [
            tag("a", NAMES[other], href=f"{request.path}?lang={other}", lang=other, hreflang=other)
            for other in LANGUAGES
            if other != language
        ]
    # Each stays whole where a line ends: a registration number broken at its hyphens reads like two
    parts = [tag("span", one, class_="whole") for one in services.notices.seller(language)]
    seller = joined(part for one in parts for part in (" · ", one))[len(" · ") :]
    return tag(
        "footer",
        tag("p", say(language, "web-shop-footer", shop=services.shop)),
        tag("nav", *links),
        tag("p", Html(seller)) if seller else None,
    )


LINKED = ("verify", "terms", "privacy")
NAMES = {"ko": "한국어", "en": "English"}
"""What the shop's languages call themselves."""


def kept(path: str, request: web.Request) -> str:
    """Return an address of the shop's that is read in the language chosen here, if one was."""
    chosen = request.query.get("lang")
    return f"{path}?lang={chosen}" if chosen in LANGUAGES else path


def notice(
    request: web.Request, locale: str, key: str, status: int = 200, refresh: float | None = None
) -> web.Response:
    """Return a page that says one thing: ``web-<key>-title`` and ``web-<key>-text``."""
    say = request.app[SERVICES].texts.say
    title = say(locale, f"web-{key}-title")
    body = tag(
        "section", tag("h1", title), tag("p", say(locale, f"web-{key}-text"), class_="lead"), class_="card notice"
    )
    return page(request, locale, title, body, status=status, refresh=refresh)


def asset(name: str) -> str:
    """Return the address of a stylesheet or script, with its hash so that it may be kept for ever."""
    return f"/static/{_digest(name)}/{name}"


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


async def static(request: web.Request) -> web.StreamResponse:
    """Serve a stylesheet, script or picture of the pages."""
    name = request.match_info["name"]
    if Path(name).suffix not in TYPES or "/" in name or not (STATIC / name).is_file():
        raise web.HTTPNotFound
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Content-Type": TYPES[Path(name).suffix]}
    return web.FileResponse(STATIC / name, headers=headers)
