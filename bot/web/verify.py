"""``/verify``: is this certificate real, and does it still stand?

Public, so nothing here says who bought what for how much. A file that is uploaded is looked at by the shop and deleted;
on a certificate's own page it is only hashed, in the visitor's browser.
"""

import asyncio
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import BodyPartReader, web

from bot.commands.verify import STANDING, read_number, standing_tone
from bot.delivery.certificate import issued_at
from bot.delivery.counter import Told
from bot.delivery.detector import CERTAIN, HIGHEST_UNMARKED, TRIALS
from bot.delivery.inspection import LARGEST, safe_suffix
from bot.delivery.playing import LISTENED
from bot.errors import BadInput, EngineFailed, NotFound
from bot.orders.order import ALPHABET
from bot.screens import Tone
from bot.texts import Texts, language_of
from bot.web.guards import GUESSED, Guesses, missing, visitor
from bot.web.pages import Html, notice, page, reader, tag
from bot.web.services import SERVICES, WebServices

UPLOADS = 8
"""Files one visitor may have looked at within the guards' window."""

WAITING = 4
"""Uploads that may wait for their turn; who comes then is asked to come back."""

SECONDS = 180.0
"""How long sending a file may take."""

UPLOADED = web.AppKey("uploads", Guesses)
QUEUE = web.AppKey("uploads waiting", set[object])
MARKS = {"proven": "good", "hint": "", "against": "bad"}
LOOKS = {Tone.GOOD: "verdict good", Tone.WAIT: "verdict open", Tone.BAD: "verdict bad"}
"""A verdict looks here as it does in the chats."""

RESULTS = {
    Tone.GOOD: "web-verify-result-proven", Tone.WAIT: "web-verify-result-open", Tone.BAD: "web-verify-result-against",
}  # fmt: skip

SCRIPTS = ("upload.js",)
"""What the form for a file wants; without it the form works as well, only without a word in between."""

NUMBER = re.compile(f"BGM-[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}")


async def ask(request: web.Request) -> web.Response:
    """Ask for a certificate's number, and lead to it."""
    services, language = request.app[SERVICES], reader(request)
    if typed := read_number(request.query.get("certificate", "")):
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
        *_upload_card(services, language),
        tag("section", tag("h2", say(language, "web-verify-key")), tag("p", say(language, "web-verify-key-text")),
            tag("code", services.public_key), class_="card"),
        scripts=SCRIPTS,
    )  # fmt: skip


async def show(request: web.Request) -> web.Response:
    """Say whether a certificate was issued here and still stands, and what it covers."""
    number = request.match_info["certificate"]
    if request.app[GUESSED].too_many(visitor(request)) or not NUMBER.fullmatch(number):
        return missing(request, "uncertified")
    services, language = request.app[SERVICES], reader(request)
    if services.counter is None:
        return missing(request)
    try:
        standing = await services.counter.inspector.standing(number)
    except NotFound:
        return missing(request, "uncertified")
    record = standing.envelope["record"]
    say = services.texts.say
    tone = standing_tone(ended=standing.ended, replaced=bool(standing.newer))
    newer = tag("a", standing.newer, href=f"/verify/{standing.newer}") if tone is Tone.WAIT else None
    body = (
        tag("section", tag("p", say(language, STANDING[tone]), " " if newer else None, newer, class_=LOOKS[tone]),
            tag("h1", number), *_facts(services.texts, language, record), class_="card"),
        tag("section", tag("h2", say(language, "web-files")), tag("p", say(language, "web-verify-files")),
            *_checker(say, language), tag("ul", *_files(record, standing.names), class_="files"), class_="card"),
        tag("p", say(language, "web-verify-private"), class_="small"),
    )  # fmt: skip
    return page(request, language, number, *body, scripts=("verify.js",))


async def upload(request: web.Request) -> web.Response:
    """Look at an uploaded file and say what it proves. The file is gone before the answer is sent."""
    services, language = request.app[SERVICES], reader(request)
    counts, queue, who = request.app[UPLOADED], request.app[QUEUE], visitor(request)
    if services.counter is None or not services.counter.inspects:
        return missing(request)
    if counts.too_many(who) or len(queue) >= WAITING:
        answer = notice(request, language, "busy", 429)
        answer.headers["Retry-After"] = "600"
        return answer
    counts.wrong(who)
    ticket = object()
    queue.add(ticket)
    try:
        with tempfile.TemporaryDirectory(prefix="bgm-verify-") as folder:
            async with asyncio.timeout(SECONDS):
                path = await _received(request, Path(folder))
            told = await services.counter.inspect(path, language)
    except BadInput as error:
        return _said(request, services.texts.error(language, error), 400)
    except (EngineFailed, TimeoutError):
        return notice(request, language, "failed", 500)
    finally:
        queue.discard(ticket)
    return _result(request, services, language, told)


async def _received(request: web.Request, folder: Path) -> Path:
    """Write the uploaded file into the folder, piece by piece and no more than is looked at, and return it.

    :raises BadInput: if it is too large, of a kind that proves nothing, or no upload at all.
    """
    if not request.content_type.startswith("multipart/"):
        raise BadInput("no upload", text="error-verify-nothing")
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader) or part.name != "file" or not part.filename:
            continue
        path, size = folder / f"file{safe_suffix(part.filename)}", 0
        with path.open("wb") as file:
            while piece := await part.read_chunk(1 << 18):
                size += len(piece)
                if size > LARGEST:
                    raise BadInput("too large", text="error-verify-large", mebibytes=LARGEST >> 20)
                await asyncio.to_thread(file.write, piece)
        if size:
            return path
    raise BadInput("no file in the upload", text="error-verify-nothing")


def _result(request: web.Request, services: WebServices, language: str, told: Told) -> web.Response:
    say = services.texts.say
    lines = (tag("li", sentence, class_=MARKS[weight] or None) for weight, sentence in told.lines)
    limits = say(language, "web-verify-result-limits", trials=TRIALS, highest=f"{HIGHEST_UNMARKED:.1f}",
                 needed=f"{CERTAIN:.1f}")  # fmt: skip
    link = told.certificate and tag("a", say(language, "web-verify-certificate-open", number=told.certificate),
                                    class_="button quiet", href=f"/verify/{told.certificate}")  # fmt: skip
    body = tag("section", tag("p", say(language, RESULTS[told.tone]), class_=LOOKS[told.tone]),
               tag("h1", say(language, "web-verify-result-title")), tag("ul", *lines, class_="findings"), link or None,
               tag("p", limits, class_="small"), class_="card")  # fmt: skip
    title = say(language, "web-verify-result-title")
    return page(request, language, title, body, *_upload_card(services, language), scripts=SCRIPTS)


def _said(request: web.Request, sentence: str, status: int) -> web.Response:
    services, language = request.app[SERVICES], reader(request)
    body = tag("section", tag("p", sentence, class_="verdict bad"), class_="card")
    title = services.texts.say(language, "web-verify-upload-title")
    return page(request, language, title, body, *_upload_card(services, language), status=status, scripts=SCRIPTS)


def _upload_card(services: WebServices, language: str) -> list[Html]:
    """The form to upload a file with, where the shop looks at files."""
    if services.counter is None or not services.counter.inspects:
        return []
    say = services.texts.say
    pick = tag("input", type="file", name="file", required=True, accept="audio/*,.pdf,.json",
               aria_label=say(language, "web-verify-pick"))  # fmt: skip
    button = tag("button", say(language, "web-verify-upload-button"), class_="button",
                 data_working=say(language, "web-verify-upload-working"))  # fmt: skip
    limit = say(language, "web-verify-upload-limit", mebibytes=LARGEST >> 20, minutes=LISTENED // 60)
    form = tag("form", pick, button, action="/verify", method="post", enctype="multipart/form-data", class_="upload")
    return [tag("section", tag("h2", say(language, "web-verify-upload-title")),
                tag("p", say(language, "web-verify-upload-text")), form, tag("p", limit, class_="small"),
                class_="card")]  # fmt: skip


def _facts(texts: Texts, language: str, record: dict[str, Any]) -> list[Html]:
    tongue, say = language_of(language), texts.say
    grant, engine = record["grant"], record["engine"]
    issued = tag("time", texts.on_paper(language, issued_at(record)), datetime=record["issued"])
    facts = (
        (say(language, "web-verify-issued"), issued),
        (say(language, "web-verify-licensor"), record["licensor"]["name"]),
        (say(language, "web-verify-music"), record["work"]["title"][tongue]),
        (say(language, "web-verify-purpose"), grant["purpose_name"][tongue]),
        (say(language, "web-verify-engine"), texts.engine(language, engine["name"], engine["model"])),
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


def _files(record: dict[str, Any], names: Mapping[str, str]) -> list[Html]:
    """The files under the names that whoever bought them has them under."""
    named = ((names.get(file["name"], file["name"]), file["sha256"]) for file in record["files"])
    return [tag("li", tag("strong", name), tag("code", digest, data_sha256=digest)) for name, digest in named]
