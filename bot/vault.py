"""The objects of an object store, kept in a folder beside the backups that name them.

An object is kept under the SHA-256 of its bytes, so that many backups share one copy, a new backup fetches only what
the vault does not hold, and whatever was damaged on the disk is noticed, fetched again, or never restored.
"""

import asyncio
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import BadInput
from bot.storage.bucket import AT_ONCE, BucketMedia, Held
from bot.storage.media import Media

FOLDER = "media-vault"
KNOWN = "known.json"
"""What the vault holds by key, so that unchanged objects are not fetched to be compared."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One object as a backup names it: its key, size in bytes, SHA-256, the store's mark of its content, and what it
    is called and taken for when it is downloaded."""

    key: str
    size: int
    sha256: str
    etag: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


class Vault:
    """A folder of objects by their hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, archive: Path) -> "Vault":
        """Return the vault of the folder in which an archive lies."""
        return cls(archive.absolute().parent / FOLDER)

    async def fill(self, media: BucketMedia) -> tuple[list[Entry], int]:
        """Fetch what the store holds and the vault does not; every object, and how many bytes were fetched.

        :raises TryLater: if the store cannot be reached; what was fetched until then stays for the next time.
        """
        known = await asyncio.to_thread(self._known)
        kept: dict[str, Entry] = {}
        fetched = 0

        async def one(held: Held) -> None:
            nonlocal fetched
            before = known.get(held.key)
            same = before is not None and (before.etag, before.size) == (held.etag, held.size)
            if same and before is not None and await asyncio.to_thread(self.intact, before):
                kept[held.key] = before
            elif entry := await self._fetched(media, held.key):
                kept[entry.key] = entry
                fetched += entry.size

        try:
            await _few_at_once(one, await media.listed())
        except BaseException:
            await asyncio.to_thread(self._remember, known | kept)
            raise
        await asyncio.to_thread(self._remember, kept)
        return [kept[key] for key in sorted(kept)], fetched

    async def _fetched(self, media: BucketMedia, key: str) -> Entry | None:
        """Fetch an object; None if it was deleted since it was listed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{secrets.token_hex(8)}.part"
        try:
            held = await media.bring_to(key, draft)
            if held is None:
                return None
            size, digest = await asyncio.to_thread(_weigh, draft)
            entry = Entry(key, size, digest, held.etag, dict(held.attributes))
            place = self.path(entry)
            place.parent.mkdir(exist_ok=True)
            draft.replace(place)
        finally:
            draft.unlink(missing_ok=True)
        return entry

    def path(self, entry: Entry) -> Path:
        """Return where an object lies."""
        return self.folder / entry.sha256[:2] / entry.sha256

    def intact(self, entry: Entry) -> bool:
        """Whether the vault holds an object, bit for bit. Blocks."""
        path = self.path(entry)
        return path.is_file() and _weigh(path) == (entry.size, entry.sha256)

    def must_hold(self, entries: Iterable[Entry], archive: str) -> None:
        """Pass if every object is there, bit for bit. Blocks.

        :raises BadInput: saying how many are not, and naming one.
        """
        wanting = [entry.key for entry in entries if not self.intact(entry)]
        if wanting:
            raise BadInput(
                f"{len(wanting)} files of {archive} are missing or damaged in {self.folder}, such as {wanting[0]}",
                text="error-backup-objects", file=archive, count=len(wanting), folder=str(self.folder), key=wanting[0],
            )  # fmt: skip

    async def empty_into(self, media: Media, entries: Sequence[Entry]) -> None:
        """Put objects where the shop keeps its files now: a folder, or a store (what it holds already is not sent).

        :raises TryLater: if the store cannot be reached; :raises OSError: if the disk is full.
        """
        there = {held.key: held for held in await media.listed()} if isinstance(media, BucketMedia) else {}

        async def one(entry: Entry) -> None:
            held = there.get(entry.key)
            if isinstance(media, BucketMedia) and not (held and (held.etag, held.size) == (entry.etag, entry.size)):
                await media.send_from(entry.key, self.path(entry), entry.attributes)
            elif not isinstance(media, BucketMedia):
                await media.put(entry.key, self.path(entry))

        await _few_at_once(one, entries)

    def _known(self) -> dict[str, Entry]:
        try:
            content: dict[str, Any] = json.loads((self.folder / KNOWN).read_text("utf-8"))
            return {key: Entry(**value) for key, value in content.items()}
        except (OSError, ValueError, TypeError):  # it only saves work: without it everything is fetched and compared
            return {}

    def _remember(self, kept: dict[str, Entry]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        draft = self.folder / f".{KNOWN}.part"
        draft.write_text(json.dumps({key: asdict(kept[key]) for key in sorted(kept)}), "utf-8")
        draft.replace(self.folder / KNOWN)


async def _few_at_once(do: Callable[[Any], Awaitable[None]], things: Sequence[Any]) -> None:
    for start in range(0, len(things), AT_ONCE):
        await asyncio.gather(*(do(thing) for thing in things[start : start + AT_ONCE]))


def _weigh(path: Path) -> tuple[int, str]:
    """Return a file's size in bytes and its SHA-256."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
