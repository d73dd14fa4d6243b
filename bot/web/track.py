"""The sections of a download page: the track to listen to, its files, its licence, and what to do about a claim."""

import io
from html import escape

import segno

from bot.delivery.certificate import size_of
from bot.delivery.claims import Case, ClaimBook, dispute
from bot.delivery.parcel import parts
from bot.delivery.record import engine_name
from bot.orders.order import Order
from bot.texts import language_of
from bot.web.pages import Html, joined, tag
from bot.web.services import WebServices

PLAYED = "audio/mpeg"
KIT = "claim-kit.zip"
"""The name under which the claim kit is asked for."""


def head(services: WebServices, order: Order, title: str) -> list[Html]:
    """What it is: purpose, title, length, tempo, key, loudness."""
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


def player(services: WebServices, order: Order, token: str, peaks: list[int]) -> Html | None:
    """The player with its waveform; None where nothing can be played."""
    entry = next((entry for entry in order.data["files"] if entry["type"] == PLAYED), None)
    if entry is None:
        return None
    say, locale = services.texts.say, order.locale
    # ?play: the player is served from here even where downloads come from an object store
    audio = tag("audio", src=f"/d/{token}/{entry['name']}?play", controls=True, preload="metadata")
    play = tag("button", Html(ICONS), class_="play", type="button", aria_label=say(locale, "web-play"),
               data_play=say(locale, "web-play"), data_pause=say(locale, "web-pause"))  # fmt: skip
    seek = tag("input", type="range", min="0", max="1000", value="0", step="1", aria_label=say(locale, "web-seek"))
    minutes, seconds = divmod(order.brief.seconds, 60)
    times = tag("span", tag("span", "0:00", class_="now"), f" / {minutes}:{seconds:02d}", class_="times")
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


def files(services: WebServices, order: Order, token: str) -> list[Html]:
    """Every file with its size, a button and its hash."""
    say, locale = services.texts.say, order.locale
    rows = []
    for entry in parts(order):
        kind = KINDS.get(entry["name"], entry["name"].rpartition(".")[2])
        about = tag("span", tag("strong", say(locale, f"web-format-{kind}")), tag("small", size_of(entry["size"])),
                    class_="about")  # fmt: skip
        button = tag(
            "a", say(locale, "told-download"), class_="button", href=f"/d/{token}/{entry['name']}", download=""
        )
        checksum = tag("details", tag("summary", "SHA-256"), tag("code", entry["sha256"]))
        rows.append(tag("li", tag("div", about, button, class_="file"), checksum))
    return [tag("h2", say(locale, "web-files")), tag("ul", *rows, class_="files")]


def licence(services: WebServices, order: Order, token: str) -> list[Html]:
    """What is permitted, the certificate and its code, the AI notice."""
    say, locale = services.texts.say, order.locale
    grant, certificate = services.terms.grant(order.brief.purpose), order.data["certificate"]
    disclosure = services.terms.disclosure.filled(engine=engine_name(order))[language_of(locale)]
    number = joined((say(locale, "web-certificate"), " ", tag("strong", certificate["number"])))
    return [
        tag("h2", say(locale, "web-licence")),
        tag("p", grant.use.say(locale)),
        tag("p", number, " · ", services.terms.tier(order.brief.tier).name.say(locale)),
        tag("figure", _qr(services.links.for_certificate(certificate["number"]), say(locale, "web-qr")),
            tag("figcaption", say(locale, "web-qr")), class_="scan"),
        tag("a", say(locale, "web-licence-open"), class_="button quiet", rel="noopener", target="_blank",
            href=f"/d/{token}/{certificate['file']['name']}?view"),
        tag("p", disclosure, class_="ai"),
    ]  # fmt: skip


def claims(services: WebServices, book: ClaimBook, order: Order, token: str, case: Case) -> list[Html]:
    """The claim kit to fetch, and for every platform where to press and what to paste."""
    say, locale = services.texts.say, order.locale
    platforms = []
    for name, platform in book.platforms.items():
        steps, text = dispute(book, case, name, language_of(locale))
        inside = (tag("p", steps, class_="steps"), tag("pre", text, tabindex="0", class_="paste"))
        platforms.append(tag("details", tag("summary", platform.name.say(locale)), *inside))
    return [
        tag("h2", say(locale, "kit-title")),
        tag("p", say(locale, "web-kit-text")),
        tag("a", say(locale, "web-kit-button"), class_="button quiet", href=f"/d/{token}/{KIT}", download=""),
        tag("div", *platforms, class_="platforms"),
    ]


def _qr(address: str, told: str) -> Html:
    """Draw an address as a code, to be scanned from the screen; ``told`` says so to whoever does not see it."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn, kind="svg", border=2, xmldecl=False, svgns=True, nl=False, svgclass="qr", lineclass=None, dark="#16202e",
        light="#ffffff", omitsize=True,
    )  # fmt: skip
    return Html(drawn.getvalue().decode().replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1))


KINDS = {"stems.zip": "stems"}
"""What a file is called on the page where its ending does not say it."""

ICONS = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path class="to-play" d="M8 5.2v13.6L19 12z"/>'
    '<path class="to-pause" d="M7 5h3.6v14H7zM13.4 5H17v14h-3.6z"/></svg>'
)
