"""The shop's promises as numbers: how long each state may last, how many takes and revisions an order has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Read from ``config/shop.toml``; all times in seconds.

    A question to the buyer leaves the verdict at least ``answer_within``, the answer to it at least ``read_within``.
    ``tick_needed`` sells to consumers of the EU and the United Kingdom only when they give up withdrawing once the
    delivery begins; without it they keep their fourteen days.
    """

    takes: int = 3
    pay_within: int = 24 * 3600
    compose_within: int = 24 * 3600
    review_within: int = 72 * 3600
    answer_within: int = 72 * 3600
    read_within: int = 24 * 3600
    deliver_within: int = 7 * 24 * 3600
    refund_retry: int = 3600
    free_revisions: int = 2
    extra_revisions: int = 2
    tick_needed: bool = True

    def free_revisions_of(self, extras: tuple[str, ...]) -> int:
        """Return how many revisions an order with these extras has without paying for them."""
        return self.free_revisions + (self.extra_revisions if "revisions" in extras else 0)
