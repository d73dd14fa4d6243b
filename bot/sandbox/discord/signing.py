"""Signed, expiring attachment URLs (`ex`, `is`, `hm`), as on cdn.discordapp.com since 2024."""

from __future__ import annotations

import hmac
import secrets
import time
from hashlib import sha256
from urllib.parse import quote

from bot.sandbox.discord.records import Attachment
from bot.sandbox.discord.rules import Rules


class UrlSigner:
    """Signs the address of an attachment and checks such signatures."""

    def __init__(self, cdn: str, rules: Rules) -> None:
        self.cdn = cdn
        self._rules = rules
        self._key = secrets.token_bytes(32)

    def url(self, attachment: Attachment) -> str:
        """Return a URL that works from now on for as long as the rules say."""
        issued = int(time.time())
        expires = issued + int(self._rules.attachment_url_life)
        path = f"{attachment.channel_id}/{attachment.id}/{quote(attachment.filename)}"
        family = "ephemeral-attachments" if attachment.ephemeral else "attachments"
        mark = self._mark(attachment.id, f"{expires:x}", f"{issued:x}")
        return f"{self.cdn}/{family}/{path}?ex={expires:x}&is={issued:x}&hm={mark}&"

    def accepts(self, attachment_id: int, expires: str, issued: str, mark: str) -> bool:
        """Return whether the parameters were issued here and have not expired."""
        try:
            fresh = int(expires, 16) > time.time()
        except ValueError:
            return False
        return fresh and hmac.compare_digest(mark, self._mark(attachment_id, expires, issued))

    def _mark(self, attachment_id: int, expires: str, issued: str) -> str:
        text = f"{attachment_id}/{expires}/{issued}".encode()
        return hmac.new(self._key, text, sha256).hexdigest()
