"""Real snowflake ids: 42 bits of milliseconds since 2015, worker and process bits, a counter.

Layout: https://discord.com/developers/docs/reference#snowflakes
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from hashlib import sha256

EPOCH_MS = 1_420_070_400_000
_COUNTER = 1 << 12
_WORKER = 1 << 17


class Snowflakes:
    """Hands out ids that strictly rise, like the real ones, so that "newer" and "larger" are the same."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        """Return a new id, larger than every one before."""
        now = (int(time.time() * 1000) - EPOCH_MS) << 22 | _WORKER
        self._last = max(now, self._last + 1)
        return self._last


def lasting(seed: str, name: str) -> int:
    """Return an id that is the same for the same seed and name, dated in 2024, before everything else here."""
    digest = int.from_bytes(sha256(f"{seed}/{name}".encode()).digest()[:8], "big")
    start_of_2024 = 1_704_067_200_000 - EPOCH_MS
    return (start_of_2024 + digest % 31_536_000_000) << 22 | (digest >> 40) % _COUNTER


def created_at(snowflake: int) -> datetime:
    """Return the UTC time an id was made at."""
    return datetime.fromtimestamp(((snowflake >> 22) + EPOCH_MS) / 1000, UTC)


def iso(moment: datetime) -> str:
    """Return a time the way Discord writes it (`2026-11-21T20:00:00.123000+00:00`)."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def now() -> datetime:
    """Return the present time in UTC."""
    return datetime.now(UTC)
