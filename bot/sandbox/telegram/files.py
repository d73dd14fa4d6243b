"""Files: taken in, looked at, kept, and found again by file_id.

Rules: https://core.telegram.org/bots/api#sending-files. Stricter than the real server in one thing, on purpose: a file
sent as audio that is neither MP3 nor M4A is refused here, where the real one quietly makes a document of it.
"""

from __future__ import annotations

import asyncio
import base64
import io
import mimetypes
import re
import secrets
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import Json, StoredFile
from bot.sandbox.telegram.refusals import bad, too_large
from bot.sandbox.telegram.schema import Upload

_PREFIX = {"audio": "CQAC", "document": "BQAC", "photo": "AgAC", "voice": "AwAC", "thumbnail": "AAMC"}
_UNSAFE = re.compile(r"[\x00-\x1f/\\]+")
_THUMBNAIL_SIDE = 320
_THUMBNAIL_BYTES = 200 * 1000
_PHOTO_SIDES = (320, 1280)
_MOST_SIDES = 10_000
_MOST_RATIO = 20


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture scaled as Telegram does: JPEG, width, height."""

    blob: bytes
    width: int
    height: int


class Shelf:
    """Takes files in and hands them out."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm

    async def take(self, kind: str, upload: Upload, about: Json, thumbnail: Upload | None = None) -> Json:
        """Keep an upload as `kind`; return the content field of a message (an object, of a photo its sizes).

        `about` holds what the sender says of it (duration, title, performer). Raises Refusal 400 or 413.
        """
        self.demand_size(upload)
        if kind == "photo":
            return {"photo": await self._photo(upload)}
        if kind == "audio" and not is_music(upload.blob):
            raise bad("wrong type of file: audio must be MP3 or M4A")
        shown: Json = {"file_name": safe_name(upload.name), "mime_type": mime_of(upload), "file_size": len(upload.blob)}
        if kind in ("audio", "voice"):
            shown = {"duration": 0} | shown
        if thumbnail is not None and (cover := await asyncio.to_thread(_cover, thumbnail.blob)) is not None:
            shown["thumbnail"] = self._keep("thumbnail", upload, cover.blob, _sides(cover))
        return {kind: self._keep(kind, upload, upload.blob, shown | about)}

    def again(self, kind: str, file_id: str) -> Json:
        """Return the content field of a file that is here already. Raises Refusal 400."""
        stored = self._realm.files.get(file_id)
        if stored is None:
            raise bad("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad(f"can't use file of type {stored.kind.capitalize()} as {kind.capitalize()}")
        return {"photo": [stored.shown]} if kind == "photo" else {kind: dict(stored.shown)}

    def demand_size(self, upload: Upload) -> None:
        """Refuse an upload above the limit (413) or without a byte in it (400)."""
        if len(upload.blob) > self._realm.rules.upload_limit:
            raise too_large()
        if not upload.blob:
            raise bad("file must be non-empty")

    async def _photo(self, upload: Upload) -> list[Json]:
        if len(upload.blob) > self._realm.rules.photo_limit:
            raise bad("file is too big")
        sizes = await asyncio.to_thread(_scaled, upload.blob)
        return [self._keep("photo", upload, size.blob, _sides(size)) for size in sizes]

    def _keep(self, kind: str, upload: Upload, blob: bytes, shown: Json) -> Json:
        unique = base64.urlsafe_b64encode(secrets.token_bytes(9)).decode()
        file_id = _PREFIX[kind] + base64.urlsafe_b64encode(secrets.token_bytes(36)).decode()
        shown = {"file_id": file_id, "file_unique_id": unique} | shown
        name = safe_name(upload.name) if kind not in ("photo", "thumbnail") else "file.jpg"
        mime = "image/jpeg" if kind in ("photo", "thumbnail") else mime_of(upload)
        self._realm.files[file_id] = StoredFile(file_id, unique, kind, name, mime, blob, shown)
        return shown


def safe_name(name: str) -> str:
    """Return a file's name as Telegram keeps it."""
    return _UNSAFE.sub("_", name).strip() or "file"


def mime_of(upload: Upload) -> str:
    """Return the type of a file, by its name first, as Telegram does."""
    return mimetypes.guess_type(upload.name)[0] or upload.mime or "application/octet-stream"


def is_music(blob: bytes) -> bool:
    """Whether a file begins like MP3 (an ID3 tag or a frame) or M4A."""
    is_frame = len(blob) > 1 and blob[0] == 0xFF and blob[1] & 0xE6 == 0xE2
    return blob.startswith(b"ID3") or is_frame or blob[4:8] == b"ftyp"


def _sides(picture: Picture) -> Json:
    return {"file_size": len(picture.blob), "width": picture.width, "height": picture.height}


def _scaled(blob: bytes) -> list[Picture]:
    """Return a photo in the sizes Telegram keeps, smallest first. Raises Refusal 400."""
    try:
        with Image.open(io.BytesIO(blob)) as opened:
            picture = opened.convert("RGB")
    except (UnidentifiedImageError, OSError):
        raise bad("IMAGE_PROCESS_FAILED") from None
    width, height = picture.size
    if width + height > _MOST_SIDES or max(width, height) > _MOST_RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    sides = [side for side in _PHOTO_SIDES if side < max(width, height)] or [max(width, height)]
    if max(width, height) < _PHOTO_SIDES[-1] and len(sides) == 1 and sides[0] < max(width, height):
        sides.append(max(width, height))
    return [_jpeg(picture, side) for side in sides]


def _jpeg(picture: Image.Image, side: int) -> Picture:
    copy = picture.copy()
    copy.thumbnail((side, side))
    buffer = io.BytesIO()
    copy.save(buffer, "JPEG", quality=87)
    return Picture(buffer.getvalue(), copy.width, copy.height)


def _cover(blob: bytes) -> Picture | None:
    """Return a thumbnail as it is if it keeps the rules, else None: the real server drops others without a word."""
    try:
        with Image.open(io.BytesIO(blob)) as opened:
            is_fine = opened.format == "JPEG" and max(opened.size) <= _THUMBNAIL_SIDE and len(blob) <= _THUMBNAIL_BYTES
            return Picture(blob, *opened.size) if is_fine else None
    except (UnidentifiedImageError, OSError):
        return None
