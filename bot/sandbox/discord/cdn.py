"""The CDN: attachments by signed, expiring URL, in ranges so that a player can seek."""

from __future__ import annotations

import re

from aiohttp import web

from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.signing import UrlSigner

_RANGE = re.compile(r"^bytes=(\d*)-(\d*)$")
_GONE = "This content is no longer available."


class Cdn:
    """Serves files."""

    def __init__(self, realm: Realm, signer: UrlSigner) -> None:
        self.realm = realm
        self.signer = signer

    def add_to(self, app: web.Application) -> None:
        """Add the routes of attachments, ordinary and ephemeral."""
        for family in ("attachments", "ephemeral-attachments"):
            path = f"/cdn/{family}/{{channel_id:\\d+}}/{{attachment_id:\\d+}}/{{filename}}"
            app.router.add_get(path, self.serve)

    async def serve(self, request: web.Request) -> web.Response:
        """Answer 200, 206 or 416; 404 where the file is gone or the URL expired or was forged."""
        attachment = self.realm.files.get(int(request.match_info["attachment_id"]))
        query = request.query
        signed = self.signer.accepts(
            int(request.match_info["attachment_id"]),
            query.get("ex", ""),
            query.get("is", ""),
            query.get("hm", ""),
        )
        if attachment is None or not signed or attachment.filename != request.match_info["filename"]:
            return web.Response(status=404, text=_GONE)
        blob = attachment.blob
        headers = {
            "Accept-Ranges": "bytes",
            "Access-Control-Allow-Origin": "*",
            "Cache-Control": "public, max-age=31536000",
            "Content-Disposition": f'attachment; filename="{attachment.filename}"',
            "Content-Type": attachment.content_type,
        }
        wanted = _range(request.headers.get("Range"), len(blob))
        if wanted is None:
            return web.Response(body=blob, headers=headers)
        start, end = wanted
        if start >= end:
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(blob)}"})
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(blob)}"
        return web.Response(status=206, body=blob[start:end], headers=headers)


def _range(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the one byte range asked for as (start, end), None for the whole file (RFC 9110, 14.1.2)."""
    match = _RANGE.match(header or "")
    if match is None or match.groups() == ("", ""):
        return None
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size
