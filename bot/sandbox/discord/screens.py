"""What happens on each person's Discord screen."""

from __future__ import annotations

from collections.abc import Iterable

from bot.sandbox import screens
from bot.sandbox.discord.client import ClientEvent, EventKind, Json


class Screens(screens.Screens[ClientEvent]):
    """Hands Discord's events to whoever listens for a person."""

    def show(self, user_ids: Iterable[int], kind: EventKind, channel_id: int, data: Json) -> None:
        """Show one event to these people."""
        self.tell(user_ids, ClientEvent(kind, str(channel_id), data))
