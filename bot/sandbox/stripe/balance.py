"""The shop's balance at this Stripe: one movement per charge, refund and dispute, with its fee."""

from __future__ import annotations

from bot.sandbox.stripe import money
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.refusal import Json


def book_charge(books: Books, charge: Json) -> Json:
    """The movement of a paid charge: its amount in, Stripe's fee out."""
    fee = money.fee(charge["amount"], charge["currency"])
    return book(books, "charge", charge["id"], charge["amount"], fee, charge["currency"])


def book(books: Books, kind: str, source: str, amount: int, fee: int, currency: str) -> Json:
    """One movement on the balance; ``amount`` negative where money leaves, all in minor units."""
    fees = [
        {
            "amount": fee,
            "application": None,
            "currency": currency,
            "description": "Dispute fee" if kind == "adjustment" else "Stripe processing fees",
            "type": "stripe_fee",
        }
    ]
    return books.put(
        {
            "id": new_id("txn"),
            "object": "balance_transaction",
            "amount": amount,
            "available_on": books.now() + 2 * 86400,
            "balance_type": "payments",
            "created": books.now(),
            "currency": currency,
            "description": None,
            "exchange_rate": None,
            "fee": fee,
            "fee_details": fees if fee else [],
            "net": amount - fee,
            "reporting_category": {"adjustment": "dispute"}.get(kind, kind),
            "source": source,
            "status": "pending",
            "type": kind,
        }
    )


def totals(books: Books) -> Json:
    """``GET /v1/balance``: the net of every movement by currency, all of it pending."""
    sums: dict[str, int] = {}
    for movement in books.all("balance_transaction"):
        sums[movement["currency"]] = sums.get(movement["currency"], 0) + movement["net"]
    sums = sums or {"usd": 0}

    def row(currency: str, amount: int) -> Json:
        return {"amount": amount, "currency": currency, "source_types": {"card": amount}}

    return {
        "object": "balance",
        "available": [row(currency, 0) for currency in sums],
        "connect_reserved": [{"amount": 0, "currency": currency} for currency in sums],
        "livemode": False,
        "pending": [row(currency, amount) for currency, amount in sums.items()],
    }
