"""The test cards: number, token or ready payment method → how the bank answers.

Numbers and names are Stripe's public test values (docs.stripe.com/testing), so that what works here works in
Stripe's own test mode.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    """One way to pay. ``decline``/``reason`` are set where the bank refuses, ``delayed`` where money comes later."""

    name: str
    number: str
    brand: str = "visa"
    kind: str = "card"
    decline: str | None = None
    reason: str | None = None
    delayed: bool | None = None
    """None: answered at once. True or False: processing first, then paid or refused."""
    dispute: str | None = None
    """Reason of the dispute that follows the payment."""
    inquiry: bool = False
    challenge: bool = False
    """The bank wants the buyer to approve in its app (3-D Secure)."""

    @property
    def last4(self) -> str:
        """The digits a receipt may show."""
        return self.number[-4:]


VISA = Card("visa", "4242424242424242")

CARDS: tuple[Card, ...] = (
    VISA,
    Card("mastercard", "5555555555554444", brand="mastercard"),
    Card("amex", "378282246310005", brand="amex"),
    Card("declined", "4000000000000002", decline="card_declined", reason="generic_decline"),
    Card("insufficient", "4000000000009995", decline="card_declined", reason="insufficient_funds"),
    Card("expired", "4000000000000069", decline="expired_card", reason="expired_card"),
    Card("wrong_cvc", "4000000000000127", decline="incorrect_cvc", reason="incorrect_cvc"),
    Card("challenge", "4000002760003184", challenge=True),
    Card("dispute", "4000000000000259", dispute="fraudulent"),
    Card("inquiry", "4000000000001976", dispute="general", inquiry=True),
    Card("delayed", "AT611904300234573201", kind="sepa_debit", delayed=True),
    Card("delayed_fails", "AT861904300235473202", kind="sepa_debit", delayed=False),
)

_READY = {
    "visa": "visa", "visa_debit": "visa", "mastercard": "mastercard", "amex": "amex", "bypassPending": "visa",
    "chargeDeclined": "declined", "visa_chargeDeclined": "declined",
    "chargeDeclinedInsufficientFunds": "insufficient",
    "visa_chargeDeclinedInsufficientFunds": "insufficient",
    "chargeDeclinedExpiredCard": "expired", "visa_chargeDeclinedExpiredCard": "expired",
    "chargeDeclinedIncorrectCvc": "wrong_cvc", "visa_chargeDeclinedIncorrectCvc": "wrong_cvc",
    "authenticationRequired": "challenge", "createDispute": "dispute",
    "createDisputeInquiry": "inquiry",
}  # fmt: skip
"""``pm_card_X`` and ``tok_X`` → card."""


def find(said: str) -> Card | None:
    """The card by our name, its number, ``pm_card_…``, ``tok_…`` or an IBAN; None when it is no test card."""
    wanted = said.replace(" ", "")
    for prefix in ("pm_card_", "tok_"):
        if wanted.startswith(prefix):
            wanted = _READY.get(wanted.removeprefix(prefix), "")
    if wanted.startswith(("AT", "DE", "FR", "IT", "NL")) and len(wanted) >= 15 and wanted[4:].isalnum():
        fails = wanted.endswith(("202", "3202"))
        return next(card for card in CARDS if card.delayed is not None and card.delayed is not fails)
    return next((card for card in CARDS if wanted in (card.name, card.number)), None)
