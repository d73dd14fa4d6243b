"""What can go wrong between a bot and Telegram, on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.refusals import Refusal, plain, too_many

After = Literal["drop"] | Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Failure:
    """One switched-on failure."""

    pattern: str
    refusal: Refusal
    times: int


@dataclass(slots=True)
class Afterthought:
    """Something to happen after a call took effect."""

    pattern: str
    action: After
    times: int


class Faults:
    """The switches. Patterns are `fnmatch` patterns on a method's name (`sendMessage`, `edit*`)."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox
        self._failures: list[Failure] = []
        self._afterthoughts: list[Afterthought] = []
        self.is_down = False
        self.delay = 0.0
        """Seconds each answer is held back (getUpdates excepted)."""

    def fail(
        self,
        pattern: str,
        code: int,
        times: int = 1,
        description: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        """Answer the next `times` matching calls with an error, without any effect; `retry_after` (s) is for 429."""
        refusal = too_many(retry_after) if retry_after is not None else plain(code, description)
        self._failures.append(Failure(pattern, refusal, times))

    def after(self, pattern: str, action: After = "drop", times: int = 1) -> None:
        """Apply the next matching calls, then lose the answer (`"drop"`) or run `action` before answering."""
        self._afterthoughts.append(Afterthought(pattern, action, times))

    def down(self, is_down: bool = True) -> None:
        """Answer everything with 502 and let a waiting poll go; or bring Telegram back."""
        self.is_down = is_down
        if is_down:
            self._mailbox.let_go()

    def latency(self, seconds: float) -> None:
        """Delay every answer by so many seconds (after its effect)."""
        self.delay = seconds

    def clear(self) -> None:
        """Everything works again."""
        self._failures.clear()
        self._afterthoughts.clear()
        self.is_down = False
        self.delay = 0.0

    # What the server asks

    def failure_for(self, method: str) -> Refusal | None:
        """Return what this call runs into, counting it."""
        for failure in self._failures:
            if fnmatchcase(method, failure.pattern):
                failure.times -= 1
                if failure.times <= 0:
                    self._failures.remove(failure)
                return failure.refusal
        return None

    def afterthought_for(self, method: str) -> After | None:
        """Return what is to happen after this call, counting it."""
        for thought in self._afterthoughts:
            if fnmatchcase(method, thought.pattern):
                thought.times -= 1
                if thought.times <= 0:
                    self._afterthoughts.remove(thought)
                return thought.action
        return None
