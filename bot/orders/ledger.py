"""Which facts move money, and how: the lines of the shop's ledger. Pure.

Every line is one movement on the shop's account at a provider, in minor units: above zero the money came, below zero it
went. Its key names the movement at the provider, so that a movement is written once, whichever facts speak of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.orders import facts
from bot.orders.facts import What


class Kind(StrEnum):
    """What a movement is."""

    PAYMENT = "payment"
    FEE = "fee"
    REFUND = "refund"
    REFUND_FAILED = "refund_failed"
    DISPUTE = "dispute"
    DISPUTE_WON = "dispute_won"


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement: ``payment`` is what the buyer paid with, ``reference`` the provider's name for this movement,
    ``amount`` minor units of ``currency`` (three capital letters)."""

    kind: Kind
    provider: str
    payment: str
    reference: str
    amount: int
    currency: str

    @property
    def key(self) -> str:
        """The name under which it is written once."""
        return f"{self.kind}:{self.provider}:{self.reference}"


def movements(what: What) -> tuple[Movement, ...]:
    """Return the movements a fact speaks of; none for facts that move no money.

    A fact that takes a movement back speaks of both, in case the first was never heard of.
    """
    found: list[tuple[Kind, str, int]]
    match what:
        case facts.Paid():
            found = [(Kind.PAYMENT, what.payment or what.reference, what.amount)]
        case facts.Refunded():
            found = [(Kind.REFUND, reference, -amount) for reference, amount in what.each().items()]
        case facts.RefundFailed():
            found = [(Kind.REFUND, what.reference, -what.amount), (Kind.REFUND_FAILED, what.reference, what.amount)]
        case facts.Disputed() if what.taken:
            found = [(Kind.DISPUTE, what.reference, -what.amount)]
        case facts.DisputeClosed() if what.taken:
            back = what.amount if what.won else what.returned
            found = [(Kind.DISPUTE, what.reference, -what.amount), (Kind.DISPUTE_WON, what.reference, back)]
        case facts.FeeTaken():
            found = [(Kind.FEE, what.reference, -what.amount)]
        case _:
            return ()
    payment = what.payment or getattr(what, "reference", "")
    return tuple(
        Movement(kind, what.provider, payment, reference, amount, what.currency.upper())
        for kind, reference, amount in found
        if amount
    )
