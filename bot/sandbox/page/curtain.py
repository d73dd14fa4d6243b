"""A fresh start without touching the world: what was said before the curtain fell is out of sight.

The shop may still hold orders whose cards stand behind the curtain, and neither chat loses a message because
somebody looks away. So nothing is deleted; a message comes back into sight when it is edited.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


class Curtain:
    """Decides which messages the page still shows."""

    def __init__(self) -> None:
        self._fell: datetime | None = None
        self._last: dict[int, int] = {}

    def fall(self, last: dict[int, int]) -> None:
        """Hide everything that stands now; `last` holds the newest message id of each of Telegram's chats."""
        self._fell = datetime.now(UTC)
        self._last = last

    def hides(self, message: dict[str, Any]) -> bool:
        """Whether a message was last written before the curtain fell."""
        if self._fell is None:
            return False
        written = message.get("edited_timestamp") or message["timestamp"]
        return datetime.fromisoformat(written) <= self._fell

    def hides_phone(self, message: dict[str, Any]) -> bool:
        """The same for a message of Telegram's, whose times are whole seconds."""
        if self._fell is None or message["message_id"] > self._last.get(message["chat"]["id"], 0):
            return False
        return bool(message.get("edit_date", 0) < self._fell.timestamp())
