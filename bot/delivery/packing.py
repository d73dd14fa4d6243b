"""Packing: the approved take becomes tagged master files with their hashes, then a licence that names them."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, cast

import structlog

from bot.delivery.boxing import KINDS, TYPES, Wish, pack, read_peaks
from bot.delivery.certificate import Printer, set_page
from bot.delivery.keys import ShopKeys
from bot.delivery.labels import Label
from bot.delivery.links import Links
from bot.delivery.parcel import buyer_name
from bot.delivery.provenance import Claim, Signatory
from bot.delivery.record import (
    EXCLUSIVE,
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
from bot.errors import BadInput, EngineFailed, Refused
from bot.finishing.encode import Encoded, formats
from bot.finishing.likeness import LIBRARY
from bot.orders.facts import Certified, Mastered
from bot.orders.order import Order, State
from bot.settings.shop import Business
from bot.storage.jobs import Job
from bot.storage.media import Media
from bot.texts import language_of

log = structlog.get_logger(__name__)

PlayStems = Callable[[Path, Path], Awaitable[dict[str, Path]]]
"""Plays the stems of a score (a file) into a folder: one WAV by role."""


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
    returns its result, as `asyncio.to_thread` does; ``signatory`` signs the provenance inside the files;
    ``play_stems`` plays a kept score's stems into a folder; ``kinds`` are the formats to pack; ``called`` returns the
    name under which whoever ordered has a file, which the certificate lists."""

    journal: Journal
    media: Media
    keys: ShopKeys
    links: Links
    printer: Printer
    seller: Business
    names: Names
    rights: Callable[[str], Rights]
    away: Callable[..., Awaitable[Any]] = asyncio.to_thread
    signatory: Signatory | None = None
    play_stems: PlayStems | None = None
    kinds: tuple[str, ...] = KINDS
    called: Callable[[Order, Mapping[str, Any]], str] = buyer_name

    async def master(self, job: Job, order: Order) -> Mastered | None:
        """Encode, label and sign the chosen take; asked again, the same files are returned.

        :raises BadInput: if no take is chosen; :raises EngineFailed: if a file cannot be read or written.
        """
        if order.state is not State.PACKING:
            return None
        take = order.chosen
        if take is None:
            raise BadInput(f"order {order.id} has no approved take")
        approval = await self._approval(order)
        stems = await self._stems(order, take)
        wish = Wish(
            source=await self.media.fetch(take["files"]["master"]),
            folder=self.media.path(parcel_key(order)),
            label=self._label(order, approval),
            claim=self._claim(order, approval),
            signatory=self.signatory,
            mark=mark_key(self.keys),
            kinds=self.kinds,
            midi=await self._midi(order, take),
            stems=tuple(stems.values()),
        )
        files = await self.away(pack, wish)
        self._look_for_gaps(order, files)
        await self.media.keep(parcel_key(order), {file["name"]: buyer_name(order, file) for file in files})
        await self.media.delete(_stems_key(order))
        await self._remember_sound(order, take)
        return Mastered(order.round, [file | {"key": f"{parcel_key(order)}/{file['name']}"} for file in files])

    def _look_for_gaps(self, order: Order, files: Sequence[Mapping[str, Any]]) -> None:
        """Tell the log which format is missing although this machine should be able to write it."""
        packed = {file["name"] for file in files}
        gaps = [kind for kind in self.kinds if kind in formats() and f"master.{kind}" not in packed]
        if gaps:
            log.warning("formats_not_packed", order=order.id, formats=gaps)

    async def _midi(self, order: Order, take: Mapping[str, Any]) -> Path | None:
        """Return the notes, where they were bought. :raises EngineFailed: if the engine wrote none down."""
        if "midi" not in order.brief.extras:
            return None
        if "midi" not in take["files"]:
            raise EngineFailed(f"take {take['index']} of {order.id} has no notes that could be handed over")
        return await self.media.fetch(take["files"]["midi"])

    async def _stems(self, order: Order, take: Mapping[str, Any]) -> dict[str, Path]:
        """Return the stems by role, played anew from the score, where they were bought.

        :raises EngineFailed: if there is no score to play them from.
        """
        if "stems" not in order.brief.extras:
            return {}
        if self.play_stems is None or "score" not in take["files"]:
            raise EngineFailed(f"take {take['index']} of {order.id} has no score to play its stems from")
        score = await self.media.fetch(take["files"]["score"])
        return await self.play_stems(score, self.media.folder(_stems_key(order)))

    async def _remember_sound(self, order: Order, take: Mapping[str, Any]) -> None:
        """Put the piece's fingerprint to those of everything sold, so that no later one is like it."""
        key = take["files"].get("fingerprint")
        if key and await self.media.exists(key):
            await self.media.put(f"{LIBRARY}/{order.id}-r{order.round}.bin", await self.media.fetch(key))

    async def certify(self, job: Job, order: Order) -> Certified | None:
        """Write the licence certificate of the mastered files; the same order gives the same bytes.

        A delivered order's is issued anew, in the name that the buyer gave since, beside the one it replaces.

        :raises BadSetting: if the operator's template or terms cannot be used.
        :raises Refused: if the engine's music may not be sold, so that nothing could be permitted.
        """
        if order.state is not State.PACKING and not (order.state is State.DELIVERED and order.data.get("issue")):
            return None
        if self.rights(_engine(order)).sellable == "no":
            raise Refused(f"{_engine(order)} makes drafts: there is nothing a licence could permit")
        reissue = order.state is State.DELIVERED
        approval, take = await self._approval(order), order.chosen or {}
        if reissue:
            approval = replace(approval, at=await self._renamed(order))
        issue = Issue(
            order, approval, self.rights(_engine(order)), tuple(order.data["files"]),
            fingerprint=await self._fingerprint(take),
        )  # fmt: skip
        number = certificate_number(self.keys, order, order.data["issue"] if reissue else 0)
        if EXCLUSIVE in order.brief.extras and not reissue:
            await self._withdraw_siblings(order)
        record = write_record(issue, number, self.printer.terms, self.seller, self.names)
        envelope = sign(record, self.keys.signing())
        peaks = await asyncio.to_thread(read_peaks, await self.media.fetch(f"{parcel_key(order)}/peaks.json"))
        names = {file["name"]: self.called(order, file) for file in order.data["files"]}
        inputs = self.printer.page(envelope, order.locale, self.links.for_certificate(number), peaks, names)
        issued = datetime.fromisoformat(record["issued"])
        pdf = await self.away(set_page, self.printer.template, self.printer.fonts, inputs, issued)
        name = f"licence-{order.data['issue'] + 1}" if reissue else "licence"
        key = f"{parcel_key(order)}/{name}"
        await self.media.write(f"{key}.json", canonical(envelope))
        path = await self.media.write(f"{key}.pdf", pdf)
        note = {"order": order.id, "record": f"{key}.json"}
        await self.journal.remember(f"certificate:{number}", note)
        file = Encoded(path, len(pdf), hashlib.sha256(pdf).hexdigest())
        return Certified(number, entry(parcel_key(order), file))

    async def _withdraw_siblings(self, order: Order) -> None:
        """Who buys a piece for themselves alone gets its siblings out of the world: their files go, and what sounds
        like one of them is not sold later."""
        rounds = [(order.round, order.data["takes"])]
        rounds += [(earlier["round"], earlier["takes"]) for earlier in order.data.get("rounds", ())]
        for round_, takes in rounds:
            for take in takes:
                if round_ == order.round and take["index"] == order.data["chosen"]:
                    continue
                key = take["files"].get("fingerprint")
                if key and await self.media.exists(key):
                    name = f"{LIBRARY}/{order.id}-r{round_}-t{take['index']}.bin"
                    await self.media.put(name, await self.media.fetch(key))
                await self.media.delete(f"orders/{order.id}/r{round_}/t{take['index']}")

    async def _fingerprint(self, take: Mapping[str, Any]) -> str:
        """Return the SHA-256 of the take's fingerprint, "" where none was taken."""
        key = take.get("files", {}).get("fingerprint")
        if not key or not await self.media.exists(key):
            return ""
        path = await self.media.fetch(key)
        return hashlib.sha256(await asyncio.to_thread(path.read_bytes)).hexdigest()

    async def _approval(self, order: Order) -> Approval:
        for event in reversed(await self.journal.journal(order.id)):
            applied = event.kind == "Approved" and event.outcome == "applied"
            if applied and event.data["round"] == order.round:
                return Approval(event.by, event.at)
        raise BadInput(f"order {order.id} has no approval in its journal")

    async def _renamed(self, order: Order) -> datetime:
        """Return when the buyer gave the name that the licence is issued anew in."""
        for event in reversed(await self.journal.journal(order.id)):
            if event.kind == "LicenseeNamed" and event.outcome == "applied":
                return cast(datetime, event.at)
        raise BadInput(f"order {order.id} has no new name in its journal")

    def _label(self, order: Order, approval: Approval) -> Label:
        terms, language = self.printer.terms, language_of(order.locale)
        notice = terms.disclosure.filled(engine=engine_name(order))
        rights = self.rights(_engine(order))
        notices = dict.fromkeys((notice[language], notice["en"]))
        if rights.sellable == "no":  # a draft of the house: nobody is permitted anything, so it names no licence
            number, address, licence = "", "", f"Not for sale ({rights.weights_licence}): {rights.condition}"
        else:
            number = certificate_number(self.keys, order)
            address = self.links.for_certificate(number)
            purpose = terms.grant(order.brief.purpose).name.say(order.locale)
            licence = f"{purpose} · {number} · {address}"
        return Label(
            title=track_title(order, self.names, terms)[language],
            artist=self.seller.name,
            comment=" ".join((*notices, licence)),
            certificate=number,
            address=address,
            made=approval.at,
        )

    def _claim(self, order: Order, approval: Approval) -> Claim:
        take, label = order.chosen or {}, self._label(order, approval)
        return Claim(
            title=label.title,
            provider=self.seller.name,
            system=engine_name(order),
            version=str(take.get("revision", "")),
            source_type=self.rights(_engine(order)).source_type,
            made=approval.at,
            certificate=label.certificate,
            address=label.address,
            notice=label.comment,
        )


def mark_key(keys: ShopKeys) -> bytes:
    """Return the key of the inaudible mark in the shop's music."""
    return keys.derive("watermark 1")


def parcel_key(order: Order) -> str:
    """Return the media folder of an order's parcel."""
    return f"orders/{order.id}/r{order.round}/parcel"


def _stems_key(order: Order) -> str:
    return f"orders/{order.id}/r{order.round}/stems"


def entry(folder: str, file: Encoded) -> dict[str, Any]:
    """Return how a file stands in the order: name, media key, size in bytes, SHA-256 and media type."""
    return file.to_json() | {"key": f"{folder}/{file.path.name}", "type": TYPES[file.path.suffix]}


def _engine(order: Order) -> str:
    take = order.chosen
    if take is None:
        raise BadInput(f"order {order.id} has no approved take")
    return str(take["engine"])
