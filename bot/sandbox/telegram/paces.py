"""How fast a bot may write, where `Rules.paces` is on.

Figures: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

import math
import time
from collections import defaultdict, deque
from fnmatch import fnmatchcase

from bot.sandbox.telegram.records import Chat
from bot.sandbox.telegram.refusals import too_many
from bot.sandbox.telegram.rules import Rules

_COUNTED = ("sendMessage", "sendMedia*", "sendAudio", "sendDocument", "sendPhoto", "sendVoice", "sendInvoice",
            "copy*", "forward*", "edit*")  # fmt: skip
_MINUTE = 60.0


class Paces:
    """Counts what the bot writes, per chat and over all."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._sent: dict[int, deque[float]] = defaultdict(deque)
        self._overall: deque[float] = deque()

    def count(self, method: str, chat: Chat, messages: int = 1) -> None:
        """Count a call that writes `messages` messages. Raises Refusal 429 where it is too early for it."""
        if not self._rules.paces or not any(fnmatchcase(method, pattern) for pattern in _COUNTED):
            return
        now = time.monotonic()
        sent = self._sent[chat.id]
        while sent and now - sent[0] >= _MINUTE:
            sent.popleft()
        while self._overall and now - self._overall[0] >= 1.0:
            self._overall.popleft()
        wait = max(self._chat_wait(sent, now), self._group_wait(chat, sent, now), self._overall_wait(now))
        if wait > 0:
            raise too_many(max(1, math.ceil(wait)))
        sent.extend([now] * messages)
        self._overall.extend([now] * messages)

    def _chat_wait(self, sent: deque[float], now: float) -> float:
        """Return how long until the chat's small reserve holds a message again (a token bucket, replayed)."""
        reserve, last = float(self._rules.chat_burst), 0.0
        for at in sent:
            reserve = min(self._rules.chat_burst, reserve + (at - last) * self._rules.chat_per_second) - 1
            last = at
        reserve = min(self._rules.chat_burst, reserve + (now - last) * self._rules.chat_per_second)
        return (1 - reserve) / self._rules.chat_per_second

    def _group_wait(self, chat: Chat, sent: deque[float], now: float) -> float:
        if not chat.is_group or len(sent) < self._rules.group_per_minute:
            return 0.0
        return sent[-self._rules.group_per_minute] + _MINUTE - now

    def _overall_wait(self, now: float) -> float:
        if len(self._overall) < self._rules.overall_per_second:
            return 0.0
        return self._overall[-self._rules.overall_per_second] + 1.0 - now
