"""``/verify``: is this certificate real, and does it still stand?

Public, so nothing here says who bought what for how much.
"""

import asyncio
import json
import re
from typing import Any

from aiohttp import web

from bot.delivery.record import spoken
from bot.errors import NotFound
from bot.orders.order import ALPHABET, State
from bot.texts import language_of
from bot.web.guards import GUESSED, missing, visitor
from bot.web.pages import Html, page, reader, tag
from bot.web.services import SERVICES

NUMBER = re.compile(f"BGM-[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}")
ENDED = (State.REFUNDING, State.REFUNDED, State.CANCELLED)


async def ask(request: web.Request) -> web.Response:
    """Ask for a certificate's number, and lead to it."""
    services, language = request.app[SERVICES], reader(request)
    if typed := request.query.get("certificate", "").strip().upper()[:40]:
        target = typed if NUMBER.fullmatch(typed) else "unknown"
        return web.Response(status=303, headers={"Location": f"/verify/{target}", "Cache-Control": "no-store"})
    say = services.texts.say
    field = tag("input", name="certificate", placeholder="BGM-XXXXX-XXXXX", required=True, maxlength="40",
                autocomplete="off", aria_label=say(language, "web-certificate"))  # fmt: skip
    form = tag("form", field, tag("button", say(language, "web-verify-button"), class_="button"), action="/verify")
    return page(
        request,
        language,
        say(language, "web-verify-title"),
        tag("section", tag("h1", say(language, "web-verify-title")), tag("p", say(language, "web-verify-text"),
            class_="lead"), form, class_="card"),
        tag("section", tag("h2", say(language, "web-verify-key")), tag("p", say(language, "web-verify-key-text")),
            tag("code", services.public_key), class_="card"),
    )  # fmt: skip


async def show(request: web.Request) -> web.Response:
    """Say whether a certificate was issued here and still stands, and what it covers."""
    number = request.match_info["certificate"]
    if request.app[GUESSED].too_many(visitor(request)) or not NUMBER.fullmatch(number):
        return missing(request)
    services, language = request.app[SERVICES], reader(request)
    note = await services.orders.recall(f"certificate:{number}")
    if note is None:
        return missing(request)
    try:
        order = await services.orders.get(note["order"])
        record = await asyncio.to_thread(_record, services.media.path(note["record"]))
    except (NotFound, OSError):
        return missing(request)
    stands = order.state not in ENDED
    say = services.texts.say
    verdict = say(language, "web-verify-stands" if stands else "web-verify-ended")
    body = (
        tag("section", tag("p", verdict, class_="verdict good" if stands else "verdict bad"),
            tag("h1", number), *_facts(say, language, record), class_="card"),
        tag("section", tag("h2", say(language, "web-files")), tag("p", say(language, "web-verify-files")),
            *_checker(say, language), tag("ul", *_files(record), class_="files"), class_="card"),
        tag("p", say(language, "web-verify-private"), class_="small"),
    )  # fmt: skip
    return page(request, language, number, *body, scripts=("verify.js",))


def _record(path: Any) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text("utf-8"))["record"]
    return record


def _facts(say: Any, language: str, record: dict[str, Any]) -> list[Html]:
    tongue = language_of(language)
    grant, engine = record["grant"], record["engine"]
    facts = (
        (say(language, "web-verify-issued"), record["issued"].replace("T", " ").replace("Z", " UTC")),
        (say(language, "web-verify-licensor"), record["licensor"]["name"]),
        (say(language, "web-verify-music"), record["work"]["title"][tongue]),
        (say(language, "web-verify-purpose"), grant["purpose_name"][tongue]),
        (say(language, "web-verify-engine"), spoken(engine["name"], engine["model"])),
        (say(language, "web-verify-terms"), f"{grant['terms_version']} · {grant['terms_sha256'][:16]}…"),
    )
    rows = (tag("div", tag("dt", name), tag("dd", value)) for name, value in facts)
    return [tag("dl", *rows, class_="facts wide"), tag("p", grant["disclosure"][tongue], class_="ai")]


def _checker(say: Any, language: str) -> list[Html]:
    """A file is hashed in the visitor's own browser; it is sent nowhere."""
    pick = tag("input", type="file", id="file", aria_label=say(language, "web-verify-pick"))
    answer = tag("p", class_="answer", aria_live="polite", id="answer", data_same=say(language, "web-verify-same"),
                 data_other=say(language, "web-verify-other"), data_working=say(language, "web-verify-working"),
                 data_unable=say(language, "web-verify-unable"))  # fmt: skip
    return [tag("label", say(language, "web-verify-pick"), pick, class_="pick"), answer]


def _files(record: dict[str, Any]) -> list[Html]:
    return [
        tag("li", tag("strong", file["name"]), tag("code", file["sha256"], data_sha256=file["sha256"]))
        for file in record["files"]
    ]
