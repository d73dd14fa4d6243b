"""Uploaded files: made into attachments, measured if they are pictures, found again by `attachment://name`."""

from __future__ import annotations

import io
import mimetypes
import re
from typing import Any

from PIL import Image, UnidentifiedImageError

from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import Attachment, Json, Upload
from bot.sandbox.discord.refusals import refusal

_UNSAFE = re.compile(r"[^\w.\-]+", re.ASCII)
_EMBEDDABLE = ("image/png", "image/jpeg", "image/webp", "image/gif")


def store(realm: Realm, channel_id: int, uploads: list[Upload], ephemeral: bool) -> list[Attachment]:
    """Keep uploads as attachments of a channel. Raises Refusal 40005 if one is over the limit."""
    for upload in uploads:
        if len(upload.blob) > realm.rules.upload_limit:
            raise refusal(40005)
    made = []
    for upload in uploads:
        name = safe_name(upload.filename)
        attachment = Attachment(
            realm.ids.next(),
            channel_id,
            name,
            _content_type(name, upload.content_type),
            upload.blob,
            upload.description,
            ephemeral=ephemeral,
        )
        attachment.width, attachment.height = _picture_size(attachment)
        realm.files[attachment.id] = attachment
        made.append(attachment)
    return made


def safe_name(filename: str) -> str:
    """Return the name Discord stores: spaces become `_`, other signs outside `[A-Za-z0-9_.-]` are dropped."""
    name = _UNSAFE.sub("", filename.replace(" ", "_")).strip(".")
    return name or "unknown"


def embed_files(node: Any, attachments: list[Attachment]) -> Any:
    """Mark every `attachment://name` below `node` with its stored file.

    A picture in an embed must be png, jpg, webp or gif; with another type the embed stays empty there.
    """
    if isinstance(node, list):
        return [embed_files(child, attachments) for child in node]
    if not isinstance(node, dict):
        return node
    copy: Json = {key: embed_files(value, attachments) for key, value in node.items()}
    url = node.get("url")
    if isinstance(url, str) and url.startswith("attachment://"):
        name = safe_name(url.removeprefix("attachment://"))
        for attachment in attachments:
            if attachment.filename == name:
                copy["stored_file"] = attachment.id
    return copy


def embed_pictures(embeds: list[Json], attachments: list[Attachment]) -> list[Json]:
    """Do the same for embeds, for pictures only; add what Discord adds to embeds."""
    pictures = [a for a in attachments if a.content_type in _EMBEDDABLE]
    made = []
    for embed in embeds:
        stored = embed_files(_trimmed({k: v for k, v in embed.items() if v is not None}), pictures)
        stored["type"] = "rich"
        if fields := stored.get("fields"):
            stored["fields"] = [{"inline": False} | field for field in fields]
        made.append(stored)
    return made


def _trimmed(node: Any) -> Any:
    """Return an embed without blanks around its texts, as Discord keeps it."""
    if isinstance(node, str):
        return node.strip()
    if isinstance(node, list):
        return [_trimmed(child) for child in node]
    return {key: _trimmed(value) for key, value in node.items()} if isinstance(node, dict) else node


def files_within(node: Any) -> set[int]:
    """Return the ids of all files marked below `node`; these are no longer listed as attachments."""
    if isinstance(node, list):
        return set().union(*(files_within(child) for child in node))
    if not isinstance(node, dict):
        return set()
    own = {node["stored_file"]} if "stored_file" in node else set()
    return own.union(*(files_within(value) for value in node.values()))


def _content_type(name: str, given: str) -> str:
    """Return the type by the name's ending; what the client said counts only where that says nothing."""
    guessed, _ = mimetypes.guess_type(name)
    return {"audio/x-wav": "audio/wav"}.get(guessed or "", guessed) or given or "application/octet-stream"


def _picture_size(attachment: Attachment) -> tuple[int | None, int | None]:
    if not attachment.content_type.startswith("image/"):
        return None, None
    try:
        with Image.open(io.BytesIO(attachment.blob)) as picture:
            return picture.size
    except (UnidentifiedImageError, OSError):
        return None, None
