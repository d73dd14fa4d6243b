"""Bad weather on demand: what may go wrong between a shop and Stripe, and how often."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Moment = Literal["before", "after"]


@dataclass
class Trouble:
    """The next ``times`` calls of a route fail.

    ``status`` 0 drops the connection without an answer. ``when`` says whether the effect has happened already:
    "after" is the nasty one, the caller cannot know.
    """

    method: str
    route: re.Pattern[str]
    times: int
    status: int
    when: Moment


@dataclass
class Faults:
    """Every knob of this world's weather. Counters run down by themselves; zero is fine weather."""

    latency: float = 0.0
    """Seconds every API answer is held back."""
    webhook_duplicates: int = 0
    """Every delivery is sent this many times more."""
    webhook_delay: float = 0.0
    """Seconds before a delivery starts."""
    webhook_hold: int = 0
    """Collect this many deliveries, then send them newest first."""
    webhook_drops: int = 0
    """The next N deliveries are never sent (the event itself stays in the list)."""
    webhook_age: float = 0.0
    """Seconds subtracted from the signature's time: 400 is stale, -400 is from the future."""
    webhook_version: str | None = None
    """Another API version written into delivered events."""
    troubles: list[Trouble] = field(default_factory=list)

    def fail(self, method: str, route: str, *, times: int = 1, status: int = 500, when: Moment = "before") -> None:
        """The next ``times`` calls to ``route`` (``/v1/refunds``; ``*`` stands for one part) answer ``status``.

        429 and 5xx are Stripe's own bad days; status 0 drops the connection.
        """
        pattern = re.compile(re.escape(route).replace(r"\*", "[^/]+"))
        self.troubles.append(Trouble(method.upper(), pattern, times, status, when))

    def strike(self, method: str, path: str, when: Moment) -> int | None:
        """The status to fail this call with now, or None; uses up one of the trouble's times."""
        for trouble in self.troubles:
            if trouble.when == when and trouble.method == method and trouble.route.fullmatch(path):
                trouble.times -= 1
                if trouble.times <= 0:
                    self.troubles.remove(trouble)
                return trouble.status
        return None

    def clear(self) -> None:
        """Back to fine weather."""
        self.__dict__.update(Faults().__dict__)
