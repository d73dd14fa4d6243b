"""Refunds: whole or in parts, never more than was paid."""

from __future__ import annotations

from bot.sandbox.stripe import balance, money
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.refusal import Json, Refusal, missing


def create(books: Books, params: Json) -> Json:
    """``POST /v1/refunds`` for a charge or a payment intent; without ``amount`` all that is left."""
    charge = _charge_of(books, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    if charge["status"] != "succeeded":
        raise Refusal(f"Charge {charge['id']} was not paid.", code="charge_not_refundable")
    if left == 0:
        raise Refusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if _charged_back(books, charge):
        raise Refusal(f"Charge {charge['id']} is under dispute.", code="charge_disputed")
    if amount > left:
        raise Refusal(
            f"Refund amount ({amount}) is greater than the unrefunded amount on the charge ({left})",
            code="amount_too_large",
            param="amount",
        )
    money.check_step(amount, charge["currency"])
    return _write(books, charge, amount, params)


def _charge_of(books: Books, params: Json) -> Json:
    if ("charge" in params) == ("payment_intent" in params):
        raise Refusal("Name one of charge or payment_intent.", code="parameter_missing", param="charge")
    if "charge" in params:
        return books.get("charge", params["charge"], "charge")
    intent = books.get("payment_intent", params["payment_intent"], "payment_intent")
    if intent["latest_charge"] is None or intent["status"] != "succeeded":
        raise Refusal(
            "This PaymentIntent has no successful charge to refund.", code="missing_charge", param="payment_intent"
        )
    return books.get("charge", intent["latest_charge"])


def _charged_back(books: Books, charge: Json) -> bool:
    """Whether the bank has the money, or has given all of it back; what is left of a part is not looked after here."""
    own = [d for d in books.all("dispute") if d["charge"] == charge["id"] and not d["is_charge_refundable"]]
    lost = sum(d["amount"] for d in own if d["status"] == "lost")
    return any(d["status"] not in ("won", "lost") for d in own) or 0 < charge["amount_captured"] <= lost


def _write(books: Books, charge: Json, amount: int, params: Json) -> Json:
    by_card = charge["payment_method_details"]["type"] == "card"
    kind = charge["payment_method_details"]["type"]
    id_ = new_id("re")
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    refund: Json = {
        "id": id_,
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": books.now(),
        "currency": charge["currency"],
        "customer": charge["customer"],
        "customer_account": None,
        "destination_details": {kind: {"type": "refund"} if by_card else {}, "type": kind},
        "metadata": params.get("metadata", {}),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": "succeeded" if by_card else "pending",
        "transfer_reversal": None,
    }
    movement = balance.book(books, "refund", id_, -amount, 0, charge["currency"])
    refund["balance_transaction"] = movement["id"]
    books.put(refund)
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    books.tell("refund.created", refund)
    books.tell("charge.refunded", charge, before)
    return refund


def update(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/refunds/:id``: only metadata may change."""
    refund = books.get("refund", id_)
    refund["metadata"] = refund["metadata"] | params.get("metadata", {})
    books.tell("refund.updated", refund)
    books.tell("charge.refund.updated", refund)
    return refund


def finish(books: Books, id_: str, *, arrived: bool) -> Json:
    """The bank of a pending refund answers; a failed one puts the money back on the balance."""
    refund = books.get("refund", id_)
    if refund["status"] != "pending":
        raise missing("pending refund", id_)
    refund["status"] = "succeeded" if arrived else "failed"
    if not arrived:
        charge = books.get("charge", refund["charge"])
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        refund["failure_reason"] = "lost_or_stolen_card"
        movement = balance.book(books, "refund_failure", id_, refund["amount"], 0, refund["currency"])
        refund["failure_balance_transaction"] = movement["id"]
        books.tell("refund.failed", refund)
    else:
        books.tell("refund.updated", refund)
    return refund
