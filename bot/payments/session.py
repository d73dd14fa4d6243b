"""Stripe's plain data, read as ours: sessions as `Status`, refunds as `SentBack`. Pure."""

from datetime import UTC, datetime
from typing import Any

from bot.payments.provider import Fee, Ruling, SentBack, Sort, Standing, Status, Trouble

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
        tax=(session.get("total_details") or {}).get("amount_tax") or 0,
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
        parts={refund["id"]: refund["amount"] for refund in refunds},
    )


def fee_of(movement: dict[str, Any]) -> Fee | None:
    """Return the fee in a movement of the balance whose source is expanded; None if it names no payment or no fee."""
    source = movement["source"]
    payment = source.get("payment_intent") if isinstance(source, dict) else None
    if not movement["fee"] or not payment:
        return None
    payment = payment["id"] if isinstance(payment, dict) else payment
    return Fee(payment, movement["id"], movement["fee"], movement["currency"].upper())


def dispute_of(dispute: dict[str, Any]) -> Trouble:
    """Return how a dispute stands; its payment intent is expanded. An inquiry (``warning_…``) has taken no money.

    A dispute that is won in part has the status ``lost``; what came back of it shows in its movements alone
    (support.stripe.com, "Dispute for full charge amount after a partial refund was issued").
    """
    intent = dispute["payment_intent"] or {"id": "", "metadata": {}}
    due = (dispute.get("evidence_details") or {}).get("due_by")
    return Trouble(
        sort=Sort.DISPUTE,
        reference=dispute["id"],
        order=str(intent["metadata"].get("order", "")),
        payment=intent["id"],
        amount=dispute["amount"],
        currency=dispute["currency"].upper(),
        reason=dispute["reason"],
        ruling=_RULINGS.get(dispute["status"], Ruling.OPEN),
        taken=_taken(dispute),
        returned=_returned(dispute) if dispute["status"] == "lost" else 0,
        until=moment(due) if due else None,
    )


def kept_by_bank(dispute: dict[str, Any]) -> int:
    """Return what a dispute keeps from the shop as it stands now, in minor units of its currency."""
    if not _taken(dispute) or dispute["status"] == "won":
        return 0
    return int(dispute["amount"]) - (_returned(dispute) if dispute["status"] == "lost" else 0)


def _taken(dispute: dict[str, Any]) -> bool:
    return not dispute["status"].startswith(("warning", "prevented"))


def _returned(dispute: dict[str, Any]) -> int:
    """Return the part of a dispute's amount that was brought back: its movements may be in the currency of the shop's
    account instead of the dispute's, so that they tell the share."""
    moved = [movement["amount"] for movement in dispute["balance_transactions"]]
    went, came = -sum(one for one in moved if one < 0), sum(one for one in moved if one > 0)
    return min(int(dispute["amount"]), (2 * dispute["amount"] * came + went) // (2 * went)) if went else 0


_RULINGS = {
    "won": Ruling.WON, "warning_closed": Ruling.WON, "prevented": Ruling.WON, "lost": Ruling.LOST,
}  # fmt: skip


def failed_refund_of(refund: dict[str, Any]) -> Trouble | None:
    """Return the trouble with a refund that did not arrive, None for any other; its payment intent is expanded."""
    if refund["status"] not in ("failed", "canceled"):
        return None
    intent = refund["payment_intent"] or {"id": "", "metadata": {}}
    return Trouble(
        sort=Sort.REFUND,
        reference=refund["id"],
        order=str(intent["metadata"].get("order", "")),
        payment=intent["id"],
        amount=refund["amount"],
        currency=refund["currency"].upper(),
        reason=str(refund.get("failure_reason") or refund["status"]),
    )


def moment(seconds: int) -> datetime:
    """Return Unix seconds as a moment in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
