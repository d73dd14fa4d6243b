"""Stripe's plain data, read as ours: sessions as `Status`, refunds as `SentBack`. Pure."""

from datetime import UTC, datetime
from typing import Any

from bot.payments.provider import SentBack, Standing, Status

ON_ITS_WAY = ("succeeded", "pending", "requires_action")
"""The refund states in which the money has left the shop."""


def status_of(session: dict[str, Any]) -> Status:
    """Return how a checkout session stands; its payment intent may be expanded or not."""
    intent = session["payment_intent"]
    intent = intent if isinstance(intent, dict) else {"id": intent, "status": ""}
    return Status(
        reference=session["id"],
        order=str((session["metadata"] or {}).get("order") or session["client_reference_id"] or ""),
        standing=_standing(session, intent["status"]),
        amount=session["amount_total"] or 0,
        currency=(session["currency"] or "").upper(),
        payment=intent["id"] or "",
        url=session["url"] or "",
        created=moment(session["created"]),
        expires=moment(session["expires_at"]),
    )


def _standing(session: dict[str, Any], intent: str) -> Standing:
    """``complete`` alone does not mean paid: a delayed method's bank answers days later."""
    match session["status"], session["payment_status"]:
        case "complete", "paid" | "no_payment_required":
            return Standing.PAID
        case "complete", _:
            return Standing.FAILED if intent in ("requires_payment_method", "canceled") else Standing.WAITING
        case "expired", _:
            return Standing.CLOSED
        case _:
            return Standing.OPEN


def sent_back_of(payment: str, refunds: list[dict[str, Any]]) -> SentBack:
    """Return the refunds of one payment as one; there is at least one."""
    return SentBack(
        payment=payment,
        reference=",".join(refund["id"] for refund in refunds),
        amount=sum(refund["amount"] for refund in refunds),
        currency=refunds[0]["currency"].upper(),
    )


def moment(seconds: int) -> datetime:
    """Return Unix seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
