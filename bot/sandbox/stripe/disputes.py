"""Disputes: the buyer's bank takes the money back and asks; the shop answers with evidence."""

from __future__ import annotations

from bot.sandbox.stripe import balance, money
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.refusal import Json, Refusal

EVIDENCE = (
    "access_activity_log", "billing_address", "cancellation_policy", "cancellation_policy_disclosure",
    "cancellation_rebuttal", "customer_communication", "customer_email_address", "customer_name",
    "customer_purchase_ip", "customer_signature", "duplicate_charge_documentation",
    "duplicate_charge_explanation", "duplicate_charge_id", "product_description", "receipt", "refund_policy",
    "refund_policy_disclosure", "refund_refusal_explanation", "service_date", "service_documentation",
    "shipping_address", "shipping_carrier", "shipping_date", "shipping_documentation",
    "shipping_tracking_number", "uncategorized_file", "uncategorized_text",
)  # fmt: skip
"""The fields evidence may fill."""


def open_dispute(books: Books, intent: Json, reason: str, *, inquiry: bool, amount: int | None = None) -> Json:
    """A dispute of the intent's charge, or of an ``amount`` of it in minor units; an inquiry only asks and takes no
    money yet."""
    charge = books.get("charge", intent["latest_charge"])
    charge["disputed"] = True
    dispute: Json = {
        "id": new_id("du"),
        "object": "dispute",
        "amount": amount or charge["amount"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": books.now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": books.now() + 7 * 86400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": intent["id"],
        "payment_method_details": {
            "card": {
                "brand": charge["payment_method_details"].get("card", {}).get("brand", "visa"),
                "case_type": "inquiry" if inquiry else "chargeback",
                "network_reason_code": "10.4",
            },
            "type": "card",
        },
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    books.put(dispute)
    if not inquiry:
        _move(books, dispute, -dispute["amount"], money.dispute_fee(dispute["currency"]))
    books.tell("charge.dispute.created", dispute)
    if not inquiry:
        books.tell("charge.dispute.funds_withdrawn", dispute)
    return dispute


def update(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/disputes/:id``: evidence is staged, and handed in with ``submit`` (the default, as at Stripe).

    Stripe's test words decide the case: ``winning_evidence`` or ``losing_evidence`` as uncategorized_text.
    """
    dispute = books.get("dispute", id_)
    dispute["metadata"] = dispute["metadata"] | params.get("metadata", {})
    evidence = params.get("evidence", {})
    dispute["evidence"] |= evidence
    details = dispute["evidence_details"]
    details["has_evidence"] = details["has_evidence"] or bool(evidence)
    if evidence and params.get("submit", True):
        if not dispute["status"].endswith("needs_response"):
            raise Refusal("This dispute no longer takes evidence.", code="dispute_evidence_closed")
        details["submission_count"] += 1
        dispute["status"] = dispute["status"].replace("needs_response", "under_review")
    books.tell("charge.dispute.updated", dispute)
    said = evidence.get("uncategorized_text")
    if dispute["status"].endswith("under_review") and said in ("winning_evidence", "losing_evidence"):
        settle(books, dispute, won=said == "winning_evidence")
    return dispute


def close(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/disputes/:id/close``: the shop gives in, the money stays gone."""
    dispute = books.get("dispute", id_)
    if not dispute["status"].endswith(("needs_response", "under_review")):
        raise Refusal("This dispute is closed already.", code="dispute_already_closed")
    settle(books, dispute, won=False)
    return dispute


def settle(books: Books, dispute: Json, *, won: bool, returned: int = 0) -> None:
    """The bank decides; a won chargeback brings the amount back, never the fee.

    One that is won in part has the status of a lost one, and brings back what is ``returned`` (minor units).
    """
    warned = dispute["status"].startswith("warning")
    dispute["status"] = "warning_closed" if warned else "won" if won else "lost"
    back = dispute["amount"] if won else returned
    if back and not warned:
        _move(books, dispute, back, 0)
        books.tell("charge.dispute.funds_reinstated", dispute)
    books.tell("charge.dispute.closed", dispute)


def _move(books: Books, dispute: Json, amount: int, fee: int) -> None:
    movement = balance.book(books, "adjustment", dispute["id"], amount, fee, dispute["currency"])
    dispute["balance_transactions"].append(dict(movement))
