"""The parcel: what the buyer is handed, with as much of the music as the doorway takes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any, Protocol

from bot.delivery.links import Links
from bot.delivery.mail import Attachment, Letter, within
from bot.delivery.record import Names, engine_name, track_title
from bot.delivery.terms import Terms
from bot.orders.order import Order
from bot.orders.revision import SIGNS, STEPS, WORDS, source_of
from bot.screens import Button, Control, File, Link, Look, Screen, Tone, Track
from bot.texts import Texts, language_of

SENT = ("audio/mpeg", "audio/wav", "application/pdf")
"""What goes into the message itself; other formats wait on the download page."""


FONTS = "-apple-system,'Apple SD Gothic Neo','Malgun Gothic','Noto Sans KR','Segoe UI',Roboto,Arial,sans-serif"
"""Of a letter: what the machines of its readers have for Korean and Latin letters."""


class Shelf(Protocol):
    """Where files lie."""

    async def fetch(self, key: str) -> Path:
        """Return where the file of a key lies on this machine, brought here if it lies elsewhere."""
        ...


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Writes the messages of a hand-over. ``mails`` says whether the shop can send e-mail, ``seller`` who it is."""

    texts: Texts
    names: Names
    terms: Terms
    links: Links
    media: Shelf
    link_days: int
    mails: bool = False
    seller: str = ""

    async def files(self, order: Order, limit: int | None = None) -> tuple[File, ...]:
        """Return the files that go into the message, none larger than ``limit`` bytes."""
        packed = [entry for entry in sent(order) if limit is None or entry["size"] <= limit]
        track = await self._track(order)
        return tuple([
            File(
                await self.media.fetch(entry["key"]), buyer_name(order, entry),
                track=track if entry["type"].startswith("audio/") else None,
            )
            for entry in packed
        ])  # fmt: skip

    async def _track(self, order: Order) -> Track:
        """Return what a music player shows of the order's music; its cover is the picture of its waveform."""
        title = track_title(order, self.names, self.terms)[language_of(order.locale)]
        drawn = (order.chosen or {}).get("files", {}).get("waveform")
        cover = await self.media.fetch(drawn) if drawn else None
        return Track(title, self.seller, order.brief.seconds, cover)

    def parcel(self, order: Order, files: tuple[File, ...]) -> Screen:
        """Return the message with the music: thanks, what the licence allows, the files and the link."""
        title = track_title(order, self.names, self.terms)[language_of(order.locale)]
        notice = self._notice(order)
        return Screen(
            title=self._say(order, "parcel-title", title=title),
            text="\n".join(self._sentences(order, bool(files))),
            facts=(*self._facts(order), (self.terms.words["notice"].say(order.locale), notice)),
            files=files,
            rows=(self._buttons(order), *self._changes(order)),
            mark=order.data["certificate"]["number"],
            tone=Tone.GOOD,
        )

    def claim(self, order: Order) -> Screen:
        """Return what is said where the order was placed when its customer cannot be written to in private.

        Anybody may read it, so it says nothing about the order; its button answers the buyer alone.
        """
        button = Button(self._say(order, "parcel-claim-button"), f"bgm:claim:{order.id}", Look.MAIN, "📦")
        return Screen(
            text=self._say(order, "parcel-claim"),
            rows=((button,),),
            mark=order.data["certificate"]["number"],
            tone=Tone.GOOD,
            calls=order.customer,
        )

    async def letter(self, order: Order, address: str, most: int) -> Letter:
        """Return the parcel as an e-mail: what fits into ``most`` bytes inside (the licence first), the link always."""
        packed = sorted(sent(order), key=lambda entry: (entry["type"] != "application/pdf", entry["size"]))
        packed = packed[: within([entry["size"] for entry in packed], most)]
        inside = tuple([await self._attached(order, entry) for entry in packed])
        title = track_title(order, self.names, self.terms)[language_of(order.locale)]
        subject = self._say(order, "parcel-title", title=title)
        body = [*self._sentences(order, len(inside) > 1), self._notice(order)]
        link, label = self.links.for_order(order), self._say(order, "told-download")
        why = self._say(order, "mail-why", number=order.id)
        number = order.data["certificate"]["number"]
        return Letter(
            to=address,
            subject=subject,
            text="\n\n".join([*body, f"{label}: {link}", why]) + "\n",
            html=_page(order.locale, subject, body, link, label, why),
            id=f"{order.id}.{order.round}.{number}".lower(),
            sent=datetime.now(UTC),
            attachments=inside,
        )

    async def _attached(self, order: Order, entry: Mapping[str, Any]) -> Attachment:
        path = await self.media.fetch(entry["key"])
        return Attachment(buyer_name(order, entry), entry["type"], await asyncio.to_thread(path.read_bytes))

    def _sentences(self, order: Order, inside: bool) -> list[str]:
        return [
            self._say(order, "parcel-thanks" if inside else "parcel-thanks-link"),
            self.terms.grant(order.brief.purpose).short.say(order.locale),
            self._say(order, "parcel-licence", number=order.data["certificate"]["number"]),
            self._say(order, "parcel-link", days=self.link_days),
        ]

    def _notice(self, order: Order) -> str:
        return self.terms.disclosure.filled(engine=engine_name(order))[language_of(order.locale)]

    def _buttons(self, order: Order) -> tuple[Control, ...]:
        download: Control = Link(self._say(order, "told-download"), self.links.for_order(order), "⬇️")
        kit = Button(self._say(order, "orders-kit"), f"bgm:kit:{order.id}", emoji="🛡️")
        mail = Button(self._say(order, "orders-mail"), f"bgm:mail:{order.id}", emoji="✉️")
        ask = Button(self._say(order, "letter-ask"), f"bgm:ask:{order.id}", emoji="💬")
        return (download, kit, mail, ask) if self.mails else (download, kit, ask)

    def _changes(self, order: Order) -> tuple[tuple[Button, ...], ...]:
        """Return the buttons by which the piece is changed, in two rows; they work for ever."""
        verbs = {name: f"bgm:revise:{order.id}:{name}" for name in STEPS} | {WORDS: f"bgm:rewrite:{order.id}"}
        buttons = tuple(
            Button(self._say(order, f"change-{name.replace('_', '-')}"), verb, emoji=SIGNS[name])
            for name, verb in verbs.items()
        )
        return buttons[:5], buttons[5:]

    def _facts(self, order: Order) -> tuple[tuple[str, str], ...]:
        take = order.chosen or {}
        musical = [f"{take['tempo_bpm']:.0f} BPM"] if take.get("tempo_bpm") else []
        musical += [take["key"]] if take.get("key") else []
        facts = [(self._say(order, "parcel-length"), self.texts.length(order.locale, order.brief.seconds))]
        if musical:
            facts.append((self._say(order, "parcel-musical"), " · ".join(musical)))
        if source := source_of(order):
            change = self._say(order, f"change-{source.change.replace('_', '-')}")
            facts.append((self._say(order, "revision-of"), f"{source.order}: {change}"))
        return tuple(facts)

    def _say(self, order: Order, key: str, /, **values: object) -> str:
        return self.texts.say(order.locale, key, **values)


def sent(order: Order) -> list[Mapping[str, Any]]:
    """Return what goes into the message itself, the most useful first."""
    packed = [entry for entry in parts(order) if entry["type"] in SENT and entry.get("role", "") in ("", "master")]
    return sorted(packed, key=lambda entry: SENT.index(entry["type"]))


def _page(locale: str, title: str, body: list[str], link: str, label: str, why: str) -> str:
    """Return the letter as a plain HTML page: no pictures, nothing that is loaded from anywhere."""
    lines = "".join(f'<p style="margin:0 0 12px">{escape(line)}</p>' for line in body)
    button = (
        f'<p style="margin:20px 0"><a href="{escape(link)}" '
        'style="display:inline-block;background:#0f6b63;color:#ffffff;padding:12px 20px;'
        f'border-radius:6px;text-decoration:none;font-weight:bold">{escape(label)}</a></p>'
    )
    return (
        f'<!doctype html><html lang="{language_of(locale)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light">'
        f"<title>{escape(title)}</title></head>"
        f'<body style="margin:0;padding:24px 16px;background:#f4f6f9;font-family:{FONTS};color:#16202e">'
        '<div style="max-width:560px;margin:0 auto;background:#ffffff;border-radius:8px;padding:28px 24px;'
        'line-height:1.6;word-break:keep-all;overflow-wrap:anywhere">'
        f'<h1 style="font-size:20px;margin:0 0 16px">{escape(title)}</h1>{lines}{button}'
        f'<p style="margin:24px 0 0;font-size:12px;color:#5d6b7c">{escape(why)}</p></div></body></html>'
    )


def parts(order: Order) -> list[Mapping[str, Any]]:
    """Return everything in the parcel: the music's files, then the licence."""
    certificate = order.data.get("certificate")
    return [*order.data.get("files", ()), *([certificate["file"]] if certificate else ())]


def buyer_name(order: Order, entry: Mapping[str, Any]) -> str:
    """Return the name a file has on the buyer's machine, e.g. ``calm-K7Q2.wav``: telling, and safe everywhere."""
    stem, _, ending = entry["name"].rpartition(".")
    extra = "" if stem == "master" else f"-{stem}"
    return f"{order.brief.mood}-{order.id[:4]}{extra}.{ending}"
