"""What can go wrong between a bot and Discord, on demand."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Literal

After = Literal["drop"] | Callable[[], Awaitable[None]]


class Faults:
    """The switches. Path patterns are `fnmatch` patterns on the path below `/api/v10` (`/channels/*/messages`)."""

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

        `retry_after` (seconds) and `is_global` belong to 429; `code` is Discord's own error code.
        """
        raise NotImplementedError

    async def down(self, is_down: bool = True) -> None:
        """Take everything away: 503 on every request, gateway connections cut and refused; or bring it back."""
        raise NotImplementedError

    async def drop_gateway(self, resumable: bool = True, notice: bool = False) -> None:
        """Cut every gateway connection; with `notice` after a RECONNECT. Not `resumable`: sessions are forgotten."""
        raise NotImplementedError

    def refuse_resume(self, times: int = 1) -> None:
        """Answer the next `times` RESUMEs with INVALID_SESSION; what was missed is lost."""
        raise NotImplementedError

    def latency(self, seconds: float) -> None:
        """Delay every REST answer by so many seconds (after its effect)."""
        raise NotImplementedError

    def after(self, method: str, path_pattern: str, action: After = "drop", times: int = 1) -> None:
        """Apply the next matching request, then lose the answer (`"drop"`) or run `action` before answering."""
        raise NotImplementedError

    def clear(self) -> None:
        """Everything works again."""
        raise NotImplementedError
