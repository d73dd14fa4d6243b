"""What can go wrong between a bot and Discord, on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from bot.sandbox.discord.gateway import Hub

After = Literal["drop"] | Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Failure:
    """One switched-on failure."""

    method: str
    pattern: str
    status: int
    times: int
    retry_after: float | None
    code: int | None
    is_global: bool


@dataclass(slots=True)
class Afterthought:
    """Something to happen after a request took effect."""

    method: str
    pattern: str
    action: After
    times: int


class Faults:
    """The switches. Path patterns are `fnmatch` patterns on the path below `/api/v10` (`/channels/*/messages`)."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._failures: list[Failure] = []
        self._afterthoughts: list[Afterthought] = []
        self.is_down = False
        self.delay = 0.0
        """Seconds each REST answer is held back."""

    def fail(
        self,
        method: str,
        path_pattern: str,
        status: int,
        times: int = 1,
        retry_after: float | None = None,
        code: int | None = None,
        is_global: bool = False,
    ) -> None:
        """Answer the next `times` matching requests with `status`, without any effect.

        `retry_after` (seconds) and `is_global` belong to 429; `code` is Discord's own error code. `method` may
        be `*`.
        """
        made = Failure(method, path_pattern, status, times, retry_after, code, is_global)
        self._failures.append(made)

    async def down(self, is_down: bool = True) -> None:
        """Take everything away: 503 on every request, gateway connections cut and refused; or bring it back."""
        self.is_down = self._hub.refusing = is_down
        if is_down:
            await self._hub.drop(resumable=True, notice=False)

    async def drop_gateway(self, resumable: bool = True, notice: bool = False) -> None:
        """Cut every gateway connection; with `notice` after a RECONNECT. Not `resumable`: sessions are forgotten."""
        await self._hub.drop(resumable, notice)

    def refuse_resume(self, times: int = 1) -> None:
        """Answer the next `times` RESUMEs with INVALID_SESSION; what was missed is lost."""
        self._hub.refusals_left = times

    def latency(self, seconds: float) -> None:
        """Delay every REST answer by so many seconds (after its effect)."""
        self.delay = seconds

    def after(self, method: str, path_pattern: str, action: After = "drop", times: int = 1) -> None:
        """Apply the next matching request, then lose the answer (`"drop"`) or run `action` before answering."""
        self._afterthoughts.append(Afterthought(method, path_pattern, action, times))

    def clear(self) -> None:
        """Everything works again (the gateway too)."""
        self._failures.clear()
        self._afterthoughts.clear()
        self.is_down = self._hub.refusing = False
        self.delay = 0.0
        self._hub.refusals_left = 0

    # What the server asks

    def failure_for(self, method: str, path: str) -> Failure | None:
        """Return the failure this request runs into, counting it."""
        for failure in self._failures:
            if failure.method in (method, "*") and fnmatchcase(path, failure.pattern):
                failure.times -= 1
                if failure.times <= 0:
                    self._failures.remove(failure)
                return failure
        return None

    def afterthought_for(self, method: str, path: str) -> After | None:
        """Return what is to happen after this request, counting it."""
        for thought in self._afterthoughts:
            if thought.method in (method, "*") and fnmatchcase(path, thought.pattern):
                thought.times -= 1
                if thought.times <= 0:
                    self._afterthoughts.remove(thought)
                return thought.action
        return None
