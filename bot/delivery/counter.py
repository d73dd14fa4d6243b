"""The counter: what buyers come back for after the hand-over, whichever way they ask.

The chats' commands and the download page serve the same things from here: the parcel once more, the claim kit, the
dispute text of a platform.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.delivery.claims import Case, ClaimBook, dispute, kit
from bot.delivery.inspection import LARGEST, Inspector, safe_suffix
from bot.delivery.links import Links
from bot.delivery.mail import read_address
from bot.delivery.parcel import Wrapping, buyer_name
from bot.delivery.proof import said
from bot.errors import BadInput, NotFound
from bot.orders.order import Order, State
from bot.screens import File, Screen, Tone
from bot.storage.media import Media
from bot.texts import language_of

OVER = (State.REFUNDING, State.REFUNDED, State.CANCELLED)
"""States in which nothing is handed out any more."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a file proves, in words: see `bot.delivery.inspection.Seen`."""

    tone: Tone
    lines: tuple[tuple[str, str], ...]
    certificate: str


@dataclass(frozen=True, slots=True)
class Counter:
    """Serves the buyers of delivered orders. ``upload_limit`` is bytes per platform, as the postman has it."""

    media: Media
    links: Links
    claims: ClaimBook
    wrapping: Wrapping
    upload_limit: dict[str, int]
    inspector: Inspector

    @property
    def inspects(self) -> bool:
        """Whether files are looked at here: only where the mark's key and the pieces are."""
        return bool(self.inspector.mark)

    @property
    def mails(self) -> bool:
        """Whether the shop can send e-mail."""
        return self.wrapping.mails

    async def inspect(self, file: Path, locale: str) -> "Told":
        """Look at a file that somebody brings. :raises BadInput: if it cannot be read or is too large."""
        safe_suffix(file.name)
        if await asyncio.to_thread(lambda: file.stat().st_size) > LARGEST:
            raise BadInput("too large to be looked at", text="error-verify-large", mebibytes=LARGEST >> 20)
        seen = await self.inspector.inspect(file)
        lines = tuple((one.weight.value, said(self.wrapping.texts, locale, one)) for one in seen.findings)
        return Told(seen.tone, lines, seen.certificate)

    def read_address(self, typed: str) -> str:
        """Return an e-mail address as it is written to. :raises BadInput: if it is none."""
        return read_address(typed)

    async def parcel(self, order: Order) -> Screen:
        """Return the parcel as a message, with the files that the order's chat takes.

        :raises NotFound: if there is nothing to hand out.
        """
        _must_be_out(order)
        files = await self.wrapping.files(order, self.upload_limit.get(order.platform))
        return self.wrapping.parcel(order, files)

    def platforms(self, locale: str) -> tuple[tuple[str, str], ...]:
        """Return the platforms that the kit has texts for: id and name."""
        return tuple((name, platform.name.say(locale)) for name, platform in self.claims.platforms.items())

    async def certificate(self, order: Order) -> File:
        """Return the licence certificate of an order. :raises NotFound: if it has none."""
        _must_be_out(order)
        entry = order.data["certificate"]["file"]
        return File(await self.media.fetch(entry["key"]), buyer_name(order, entry))

    async def kit(self, order: Order) -> File:
        """Return the claim kit of an order as a file, made the first time it is asked for.

        :raises NotFound: if there is no certificate.
        """
        _must_be_out(order)
        number = order.data["certificate"]["number"]
        key = f"{_folder(order)}/claim-kit-{number}.zip"
        name = f"claim-kit-{number}.zip"
        if not await self.media.exists(key):
            case = await self.case(order)
            await self.media.write(key, await asyncio.to_thread(kit, self.claims, case))
        return File(await self.media.fetch(key), name)

    async def dispute(self, order: Order, platform: str, locale: str) -> tuple[str, str]:
        """Return where to press on a platform, and the text to send there.

        :raises NotFound: if there is no certificate, or the platform is unknown.
        """
        if platform not in self.claims.platforms:
            raise NotFound(f"no platform {platform!r}", text="error-outdated-control")
        return dispute(self.claims, await self.case(order), platform, language_of(locale))

    async def case(self, order: Order) -> Case:
        """Return what the texts are filled with. :raises NotFound: if there is no certificate."""
        _must_be_out(order)
        entry = order.data["certificate"]
        pdf = await self.media.fetch(entry["file"]["key"])
        record = await self.media.fetch(entry["file"]["key"].removesuffix(".pdf") + ".json")
        print_key = (order.chosen or {}).get("files", {}).get("fingerprint", "")
        print_ = await self.media.fetch(print_key) if print_key else None
        address = self.links.for_certificate(entry["number"])
        names = {file["name"]: buyer_name(order, file) for file in order.data["files"]}
        return await asyncio.to_thread(_read_case, pdf, record, print_, address, names)


def _read_case(pdf: Path, record: Path, print_: Path | None, address: str, names: Mapping[str, str]) -> Case:
    content = record.read_bytes()
    heard = print_.read_bytes() if print_ is not None and print_.is_file() else b""
    return Case.of(json.loads(content), pdf.read_bytes(), content, heard, address, names)


def _folder(order: Order) -> str:
    return str(order.data["certificate"]["file"]["key"]).rpartition("/")[0]


def _must_be_out(order: Order) -> None:
    if order.state in OVER or order.held or "certificate" not in order.data:
        raise NotFound(f"order {order.id} has nothing to hand out", text="error-nothing-to-hand-out")
