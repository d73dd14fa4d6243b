"""Packing: the approved take becomes tagged master files with their hashes, then a licence that names them."""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import soundfile

from bot.delivery.certificate import Printer, set_page
from bot.delivery.keys import ShopKeys
from bot.delivery.labels import Label, label
from bot.delivery.links import Links
from bot.delivery.record import (
    Approval,
    Issue,
    Names,
    Rights,
    canonical,
    certificate_number,
    engine_name,
    sign,
    track_title,
    write_record,
)
from bot.errors import BadInput, EngineFailed
from bot.finishing.encode import Encoded, encode
from bot.orders.facts import Certified, Mastered
from bot.orders.order import Order, State
from bot.settings.shop import Business
from bot.storage.jobs import Job
from bot.storage.media import Media
from bot.texts import language_of

KINDS = ("wav", "mp3")
"""The formats every parcel holds."""

TYPES = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".pdf": "application/pdf"}
PEAKS = 180
"""Bars of the waveform on the certificate and the download page."""


class Journal(Protocol):
    """What was said about orders, and small notes that last."""

    async def journal(self, order_id: str) -> Sequence[Any]:
        """Return the order's events: ``kind``, ``by``, ``at``, ``outcome``, ``data``."""
        ...

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small note."""
        ...


@dataclass(frozen=True, slots=True)
class Packing:
    """Packs orders. ``rights`` returns an engine's rights card by name; ``away`` runs what would block elsewhere and
    returns its result, as `asyncio.to_thread` does."""

    journal: Journal
    media: Media
    keys: ShopKeys
    links: Links
    printer: Printer
    seller: Business
    names: Names
    rights: Callable[[str], Rights]
    away: Callable[..., Awaitable[Any]] = asyncio.to_thread

    async def master(self, job: Job, order: Order) -> Mastered | None:
        """Encode the chosen take with its tags; the same take gives the same files.

        :raises BadInput: if no take is chosen; :raises EngineFailed: if a file cannot be read or written.
        """
        if order.state is not State.PACKING:
            return None
        take = order.chosen
        if take is None:
            raise BadInput(f"order {order.id} has no approved take")
        approval = await self._approval(order)
        source, folder = self.media.path(take["files"]["master"]), self.media.folder(parcel_key(order))
        files = await self.away(encode_parcel, source, folder, KINDS, self._label(order, approval))
        return Mastered(order.round, [entry(parcel_key(order), file) for file in files])

    async def certify(self, job: Job, order: Order) -> Certified | None:
        """Write the licence certificate of the mastered files; the same order gives the same bytes.

        :raises BadSetting: if the operator's template or terms cannot be used.
        """
        if order.state is not State.PACKING:
            return None
        issue = Issue(order, await self._approval(order), self.rights(_engine(order)), tuple(order.data["files"]))
        number = certificate_number(self.keys, order)
        record = write_record(issue, number, self.printer.terms, self.seller, self.names)
        envelope = sign(record, self.keys.signing())
        peaks = await asyncio.to_thread(read_peaks, self.media.path(f"{parcel_key(order)}/peaks.json"))
        inputs = self.printer.page(envelope, order.locale, self.links.for_certificate(number), peaks)
        issued = datetime.fromisoformat(record["issued"])
        pdf = await self.away(set_page, self.printer.template, self.printer.fonts, inputs, issued)
        key = f"{parcel_key(order)}/licence.pdf"
        await self.media.write(f"{parcel_key(order)}/licence.json", canonical(envelope))
        path = await self.media.write(key, pdf)
        await self.journal.remember(
            f"certificate:{number}", {"order": order.id, "record": f"{parcel_key(order)}/licence.json"}
        )
        file = Encoded(path, len(pdf), hashlib.sha256(pdf).hexdigest())
        return Certified(number, entry(parcel_key(order), file))

    async def _approval(self, order: Order) -> Approval:
        for event in reversed(await self.journal.journal(order.id)):
            applied = event.kind == "Approved" and event.outcome == "applied"
            if applied and event.data["round"] == order.round:
                return Approval(event.by, event.at)
        raise BadInput(f"order {order.id} has no approval in its journal")

    def _label(self, order: Order, approval: Approval) -> Label:
        terms, language = self.printer.terms, language_of(order.locale)
        notice = terms.disclosure.filled(engine=engine_name(order))
        number = certificate_number(self.keys, order)
        address = self.links.for_certificate(number)
        purpose = terms.grant(order.brief.purpose).name.say(order.locale)
        notices = dict.fromkeys((notice[language], notice["en"]))
        return Label(
            title=track_title(order, self.names, terms)[language],
            artist=self.seller.name,
            comment=" ".join((*notices, f"{purpose} · {number} · {address}")),
            certificate=number,
            address=address,
            made=approval.at,
        )


def parcel_key(order: Order) -> str:
    """Return the media folder of an order's parcel."""
    return f"orders/{order.id}/r{order.round}/parcel"


def entry(folder: str, file: Encoded) -> dict[str, Any]:
    """Return how a file stands in the order: name, media key, size in bytes, SHA-256 and media type."""
    named = file.to_json()
    return named | {"key": f"{folder}/{file.path.name}", "type": TYPES[file.path.suffix]}


def encode_parcel(source: Path, folder: Path, kinds: Sequence[str], words: Label) -> list[Encoded]:
    """Write the master in each format, labelled, and ``peaks.json`` beside. Blocks.

    :raises EngineFailed: if the master cannot be read or a file cannot be written.
    """
    try:
        audio, rate = soundfile.read(source, dtype="float32", always_2d=True)
    except (OSError, soundfile.LibsndfileError) as error:
        raise EngineFailed(f"could not read {source.name}: {error}") from error
    files = []
    for kind in kinds:
        encode(audio.T, rate, folder / f"master.{kind}", kind)
        files.append(label(folder / f"master.{kind}", words))
    (folder / "peaks.json").write_text(json.dumps(peaks_of(audio)), "utf-8")
    return files


def peaks_of(audio: np.ndarray[Any, np.dtype[np.float32]], bars: int = PEAKS) -> list[int]:
    """Return the height of each bar of a waveform, 0 to 100, from audio of shape (samples, channels)."""
    level = np.abs(audio).max(axis=1)
    highest = [float(part.max(initial=0.0)) for part in np.array_split(level, bars)]
    loudest = max(highest) or 1.0
    return [round(100 * peak / loudest) for peak in highest]


def read_peaks(path: Path) -> list[int]:
    """Return the kept bars, or none if they are gone: a picture less is no reason to withhold a licence."""
    try:
        return [int(peak) for peak in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError):
        return []


def _engine(order: Order) -> str:
    take = order.chosen
    if take is None:
        raise BadInput(f"order {order.id} has no approved take")
    return str(take["engine"])
