"""A fresh start without touching the world: what was said before the curtain fell is out of sight.

The shop may still hold orders whose cards stand behind the curtain, and Discord never loses a message because
somebody looks away. So nothing is deleted; a message comes back into sight when it is edited.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


class Curtain:
    """Decides which messages the page still shows."""

    def __init__(self) -> None:
        self._fell: datetime | None = None

    def fall(self) -> None:
        """Hide everything that stands now."""
        self._fell = datetime.now(UTC)

    def hides(self, message: dict[str, Any]) -> bool:
        """Whether a message was last written before the curtain fell."""
        if self._fell is None:
            return False
        written = message.get("edited_timestamp") or message["timestamp"]
        return datetime.fromisoformat(written) <= self._fell
