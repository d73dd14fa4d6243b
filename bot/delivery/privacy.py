"""What a person is handed about themselves, and what is taken out of the files when they ask to be forgotten."""

import asyncio
import io
import json
import time
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.delivery.links import Links
from bot.errors import NotFound
from bot.orders.order import Order, State
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.personal import Personal

LEFT_SECONDS = 3600.0
"""After so long nobody is sending an export any more."""


@dataclass(frozen=True, slots=True)
class PrivacyOffice:
    """Exports and erases persons. ``folder`` is where an export lies until it has been sent."""

    personal: Personal
    book: OrderBook
    media: Media
    links: Links
    folder: Path

    async def export(self, customer: str) -> Path:
        """Return a ZIP: everything stored about a person (``data.json``), and where their files are (``files.json``).

        Whoever asked for it removes it once it has been sent.
        """
        about = await self.personal.about(customer)
        files = [await self._files(entry["id"]) for entry in about["orders"]]
        return await asyncio.to_thread(_packed, self.folder, about, files)

    async def erase(self, customer: str) -> tuple[int, int]:
        """Erase what may be erased; returns how many orders stay without the person's words, and how many are gone.

        :raises BadInput: while an order of theirs is under way.
        """
        erased = await self.personal.erase(customer)
        for order in erased.kept:
            for key in _scores(order):
                await self._silence(key)
        return len(erased.kept), erased.gone

    async def _files(self, order_id: str) -> dict[str, Any]:
        order = await self.book.get(order_id)
        certificate = order.data.get("certificate", {})
        files = [*order.data.get("files", ()), *([certificate["file"]] if certificate else ())]
        return {
            "order": order.id,
            "files": [{name: entry.get(name) for name in ("name", "type", "size", "sha256")} for entry in files],
            "certificate": certificate.get("number", ""),
            "link": self.links.for_order(order) if order.state is State.DELIVERED else "",
        }

    async def _silence(self, key: str) -> None:
        """Take the buyer's words out of a kept score; the music in it stays, so that it can still be changed."""
        try:
            if not await self.media.exists(key):
                return
            path = await self.media.fetch(key)
            score = json.loads(await asyncio.to_thread(path.read_text, "utf-8"))
        except (NotFound, OSError, ValueError):
            return
        if score.get("plan", {}).get("brief", {}).get("details"):
            score["plan"]["brief"]["details"] = ""
            await self.media.write(key, json.dumps(score, ensure_ascii=False).encode())


def _scores(order: Order) -> Iterator[str]:
    rounds: Iterable[Any] = (*order.data.get("rounds", ()), {"takes": order.data.get("takes", ())})
    for round_ in rounds:
        for take in round_["takes"]:
            if key := take.get("files", {}).get("score"):
                yield key


def _packed(folder: Path, about: dict[str, Any], files: list[dict[str, Any]]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.zip"):  # by a crash, or where a chat never took the answer
        if time.time() - left.stat().st_mtime > LEFT_SECONDS:
            left.unlink()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (("data.json", about), ("files.json", files)):
            archive.writestr(name, json.dumps(content, ensure_ascii=False, indent=2))
    stamp = about["at"].partition("+")[0].replace(":", "").replace(".", "-")
    path = folder / f"{about['person'].replace(':', '-')}-{stamp}.zip"
    path.touch(0o600)
    path.write_bytes(packed.getvalue())
    return path
