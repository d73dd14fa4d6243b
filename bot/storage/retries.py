"""How often each kind of work is tried, and how long is waited in between."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retry:
    """How often work is tried, and how long is waited in between: ``first`` seconds, then ``growth`` times as long
    after every further failure, but never longer than ``longest`` seconds."""

    tries: int
    first: float
    growth: float = 3.0
    longest: float = 900.0

    def pause(self, failures: int) -> float:
        """Return the seconds to wait after that many failures (counted from 1)."""
        return float(min(self.first * self.growth ** (failures - 1), self.longest))


RETRIES: dict[str, Retry] = {
    # A buyer waits for the page: quick at first, and given up within a quarter of an hour.
    "open_checkout": Retry(tries=7, first=1, longest=300),
    "close_checkout": Retry(tries=8, first=5),
    # The story tries a dead refund again every hour, so that one job must be over within one.
    "refund": Retry(tries=6, first=5),
    # Music that failed three times from the same brief will not succeed the fourth time.
    "compose": Retry(tries=3, first=5, longest=60),
    "master": Retry(tries=4, first=5, longest=300),
    "certify": Retry(tries=4, first=5, longest=300),
    # The operator waits for it: what failed twice is taken back at once.
    "correct": Retry(tries=2, first=1),
    # Chats are down for hours now and then; whoever is told later is still told.
    "post_card": Retry(tries=12, first=2),
    "update_card": Retry(tries=10, first=2),
    "alert_operator": Retry(tries=12, first=2),
    "tell_buyer": Retry(tries=10, first=2),
    "hand_over": Retry(tries=20, first=2),
    "hand_over_thread": Retry(tries=12, first=2),
    "hand_over_claim": Retry(tries=12, first=2),
    # Mail servers turn strangers away for minutes (greylisting), and are down for hours now and then.
    "hand_over_mail": Retry(tries=14, first=20, growth=2, longest=1800),
    "paper": Retry(tries=20, first=2),
    "letter": Retry(tries=20, first=2),
}
"""By kind of work; `OTHERWISE` for the rest."""

OTHERWISE = Retry(tries=5, first=5)

LONGEST_WISH = 3600.0
"""How long a service may make one job wait, in seconds."""
