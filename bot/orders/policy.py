"""The shop's promises as numbers: how long each state may last, how many takes and revisions an order has."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """Read from ``config/shop.toml``; all times in seconds."""

    takes: int = 3
    pay_within: int = 24 * 3600
    compose_within: int = 24 * 3600
    review_within: int = 72 * 3600
    deliver_within: int = 7 * 24 * 3600
    refund_retry: int = 3600
    free_revisions: int = 2
