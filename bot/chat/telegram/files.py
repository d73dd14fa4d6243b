"""Files as Telegram takes them: read off the loop, sounds with title and cover, nothing over a limit."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps
from telegram import InputFile, InputMediaAudio, InputMediaDocument, InputMediaPhoto

from bot.chat.telegram import limits
from bot.chat.telegram.render import Kind
from bot.errors import TooLarge
from bot.screens import File, Track

SILENT = Track("")
JPEG_QUALITY = 85


async def check_sizes(files: Sequence[File], kind: Kind) -> None:
    """Pass files that Telegram takes. :raises TooLarge: if one is over its limit."""
    limit = limits.PHOTO if kind is Kind.PHOTO else limits.UPLOAD
    for file in files:
        if (await asyncio.to_thread(file.path.stat)).st_size > limit:
            raise TooLarge(f"{file.name} is over Telegram's {limit // 1_000_000} MB", limit=limit)


async def upload(file: File, *, attach: bool = False) -> InputFile:
    """Read a file for sending under its name; an entry of an album is an attachment (``attach``)."""
    return InputFile(await asyncio.to_thread(file.path.read_bytes), filename=file.name, attach=attach)


async def cover(track: Track, *, attach: bool = False) -> InputFile | None:
    """Return a sound's cover as the small JPEG that Telegram takes, or None if it has none."""
    if track.cover is None or not track.cover.is_file():
        return None
    return InputFile(await asyncio.to_thread(thumbnail, track.cover), filename="cover.jpg", attach=attach)


async def media(file: File, kind: Kind, words: str = "") -> InputMediaAudio | InputMediaDocument | InputMediaPhoto:
    """Return a file as one entry of an album, or as what replaces an earlier one."""
    uploaded = await upload(file, attach=True)
    match kind:
        case Kind.AUDIO:
            track = file.track or SILENT
            return InputMediaAudio(
                uploaded, caption=file.alt or None, title=track.title or None, performer=track.performer or None,
                duration=track.seconds or None, thumbnail=await cover(track, attach=True),
            )  # fmt: skip
        case Kind.PHOTO:
            return InputMediaPhoto(uploaded, caption=words or None, parse_mode="HTML")
        case _:
            return InputMediaDocument(uploaded, disable_content_type_detection=True)


def thumbnail(picture: Path) -> bytes:
    """Return a picture as a square JPEG of at most 320 pixels (some 20 kB). Blocks."""
    side, out = limits.THUMBNAIL, io.BytesIO()
    with Image.open(picture) as opened:
        ImageOps.pad(opened.convert("RGB"), (side, side), color=(18, 20, 24)).save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()
