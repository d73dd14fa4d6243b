"""The four things to try, each ticked by what really happens.

The sandbox does not know the shop, so it goes by what any shop with a review channel must do: a command called
`bgm` was used, Stripe or Telegram saw money, the operator gave a verdict, a sound in a direct message was played.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

STEPS = ("order", "pay", "approve", "listen")
APPROVALS = frozenset({"1️⃣", "2️⃣", "3️⃣"})


class Guide:
    """How far somebody has come. `on_change` is called with the steps done whenever one is added or all go."""

    def __init__(self, on_change: Callable[[list[str]], None]) -> None:
        self._done: set[str] = set()
        self._on_change = on_change
        self._verdict_by_button = False

    @property
    def done(self) -> list[str]:
        """The steps done, in their order."""
        return [step for step in STEPS if step in self._done]

    def used(self, who: str, command: str) -> None:
        """Somebody used a slash command."""
        if who == "buyer" and command == "bgm":
            self._tick("order")

    def wrote(self, who: str, text: str) -> None:
        """Somebody wrote to the bot on Telegram, where a command is words like any other."""
        if text.startswith("/"):
            self.used(who, text[1:].split()[0].partition("@")[0] if text[1:].split() else "")

    def paid(self) -> None:
        """A payment succeeded."""
        self._tick("order")
        self._tick("pay")

    def reacted(self, who: str, emoji: str, in_review: bool) -> None:
        """Somebody added a reaction."""
        if who == "operator" and in_review and emoji in APPROVALS:
            self._tick("approve")

    def clicked(self, who: str, in_review: bool) -> None:
        """Somebody pressed a button (on Telegram also: reacted). Which verdict it was shows only when music arrives."""
        if who == "operator" and in_review:
            self._verdict_by_button = True

    def received(self, who: str, message: dict[str, Any]) -> None:
        """A message came: music for the buyer after the operator pressed a button means it was approved."""
        if who == "buyer" and self._verdict_by_button and has_sound(message):
            self._tick("approve")

    def heard(self, who: str, in_review: bool) -> None:
        """Somebody played a sound."""
        if who == "buyer" and not in_review:
            self._tick("listen")

    def reset(self) -> None:
        """Begin again."""
        self._done.clear()
        self._verdict_by_button = False
        self._on_change(self.done)

    def _tick(self, step: str) -> None:
        if step not in self._done:
            self._done.add(step)
            self._on_change(self.done)


def has_sound(message: dict[str, Any]) -> bool:
    """Whether a message, of either chat, carries a sound file."""
    if "audio" in message:
        return True
    files = message.get("attachments") or []
    return any(str(file.get("content_type") or "").startswith("audio/") for file in files)
