"""Payment methods: which test card stands behind which id, and how it looks to the shop."""

from __future__ import annotations

from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.cards import Card, find
from bot.sandbox.stripe.refusal import Json, Refusal


def create_method(books: Books, params: Json) -> Json:
    """A payment method from a token or number; its card decides everything that follows."""
    details = params.get(params["type"], {})
    said = details.get("token") or details.get("number") or details.get("iban") or ""
    card = find(said)
    if card is None or card.kind != params["type"]:
        raise Refusal(
            "Only Stripe's test cards and test accounts work here.",
            status=402,
            kind="card_error",
            code="card_declined",
            decline_code="test_mode_live_card",
        )
    return method_for(books, card, params.get("billing_details"), params.get("metadata"))


def method_for(books: Books, card: Card, billing: Json | None = None, metadata: Json | None = None) -> Json:
    """Write a payment method of this card."""
    method: Json = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": billing_details(billing),
        card.kind: _instrument(card) if card.kind == "card" else _account(card),
        "created": books.now(),
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": metadata or {},
        "type": card.kind,
    }
    books.hands[method["id"]] = card
    return books.put(method)


def billing_details(given: Json | None) -> Json:
    """Every key of billing details, None where nothing was said."""
    given = given or {}
    address = dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"))
    return {
        "address": address | dict(given.get("address") or {}),
        "email": given.get("email"),
        "name": given.get("name"),
        "phone": given.get("phone"),
        "tax_id": None,
    }


def resolve(books: Books, said: str) -> Json:
    """The payment method of this id, or a fresh one for a ready name such as ``pm_card_visa``."""
    if said.startswith("pm_card_"):
        card = find(said)
        if card is None:
            raise Refusal(f"No such PaymentMethod: '{said}'", code="resource_missing", param="payment_method")
        return method_for(books, card)
    return books.get("payment_method", said, "payment_method")


def _instrument(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "display_brand": card.brand,
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"sandbox{card.number[-9:]}",
        "funding": "credit",
        "generated_from": None,
        "last4": card.last4,
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }


def _account(card: Card) -> Json:
    return {
        "bank_code": "19043",
        "branch_code": "",
        "country": card.number[:2],
        "fingerprint": f"sandbox{card.last4}",
        "generated_from": {"charge": None, "setup_attempt": None},
        "last4": card.last4,
    }
