"""Files, handed on from the sandbox's chats so that the page needs no other origin.

Uploaded files are strangers' files: only pictures and sounds are shown in place, everything else is a download, and
none of it may run.
"""

from __future__ import annotations

import re

import aiohttp
from aiohttp import web

_IN_PLACE = re.compile(r"(?:image/(?:png|jpeg|gif|webp|avif)|audio/[\w.+-]+)")
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_LOCKED = "default-src 'none'; sandbox"


class Files:
    """Fetches from the CDN at `cdn` and serves below `/cdn`."""

    def __init__(self, cdn: str, session: aiohttp.ClientSession) -> None:
        self._cdn = cdn
        self._session = session

    async def serve(self, request: web.Request) -> web.Response:
        """Answer with the file, or with the part of it the player asked for."""
        async with self._session.get(f"{self._cdn}/{request.match_info['path']}", params=request.query) as found:
            if found.status != 200:
                raise web.HTTPNotFound
            blob = await found.read()
            kind = found.headers.get("Content-Type", "").split(";")[0].strip().lower()
        return part_of(request, blob, kind)


def part_of(request: web.Request, blob: bytes, kind: str) -> web.Response:
    """Return the answer with a file, or with the part of it that was asked for; only what cannot run is shown in place.

    Raises HTTPRequestRangeNotSatisfiable where the part lies outside.
    """
    headers = {
        "Content-Security-Policy": _LOCKED,
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=600",
    }
    if not _IN_PLACE.fullmatch(kind):
        kind = "application/octet-stream"
        headers["Content-Disposition"] = "attachment"
    part = _part(request.headers.get("Range", ""), len(blob))
    if part is None:
        return web.Response(body=blob, content_type=kind, headers=headers)
    first, last = part
    headers["Content-Range"] = f"bytes {first}-{last}/{len(blob)}"
    return web.Response(status=206, body=blob[first : last + 1], content_type=kind, headers=headers)


def _part(header: str, size: int) -> tuple[int, int] | None:
    """Return first and last byte asked for (RFC 9110, section 14.1.2), or None for the whole file.

    Raises HTTPRequestRangeNotSatisfiable where the part lies outside.
    """
    asked = _RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    begin, end = asked.groups()
    if begin == "":
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(begin), min(int(end) if end else size - 1, size - 1)
    if first > last:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return first, last
