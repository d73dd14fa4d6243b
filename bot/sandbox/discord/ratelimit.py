"""Rate limits: a bucket per route and major parameter, and one limit over everything.

Headers and body: https://discord.com/developers/docs/topics/rate-limits
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from hashlib import sha256

from bot.sandbox.discord.rules import Rules

_MOST_WINDOWS = 5000


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands with its bucket."""

    limit: int
    remaining: int
    reset_after: float
    """Seconds until the bucket is full again."""
    bucket: str
    exceeded: bool = False
    is_global: bool = False

    def headers(self) -> dict[str, str]:
        """Return the X-RateLimit headers of an answer."""
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Reset": f"{time.time() + self.reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{self.reset_after:.3f}",
            "X-RateLimit-Bucket": self.bucket,
        }
        if self.is_global:
            return {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
        return headers | ({"X-RateLimit-Scope": "user"} if self.exceeded else {})


class RateLimiter:
    """Counts requests per bucket in fixed windows."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._windows: dict[str, tuple[float, int]] = {}

    def count(self, method: str, route: str, major: str, bound_globally: bool) -> Standing:
        """Count one request and return how its bucket stands; `route` is the path template."""
        if bound_globally:
            over = self._step("global", self._rules.global_limit, 1.0)
            if over.exceeded:
                return Standing(over.limit, 0, over.reset_after, "global", True, True)
        name = sha256(f"{method} {route}".encode()).hexdigest()[:24]
        standing = self._step(f"{name}/{major}", self._rules.bucket_limit, self._rules.bucket_window)
        return Standing(standing.limit, standing.remaining, standing.reset_after, name, standing.exceeded)

    def _step(self, key: str, limit: int, window: float) -> Standing:
        now = time.monotonic()
        if len(self._windows) > _MOST_WINDOWS:
            self._windows = {k: w for k, w in self._windows.items() if now - w[0] < window}
        started, used = self._windows.get(key, (now, 0))
        if now - started >= window:
            started, used = now, 0
        exceeded = used >= limit
        used += not exceeded
        self._windows[key] = (started, used)
        return Standing(limit, limit - used, round(started + window - now, 3), key, exceeded)
