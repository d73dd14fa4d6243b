"""The bank behind a payment: pays, declines, asks back or takes its time; charges are what it leaves."""

from __future__ import annotations

from typing import Any

from bot.sandbox.stripe import balance, disputes
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.refusal import Json, Refusal

_SAYS = {
    "card_declined": "The card was declined.",
    "expired_card": "The card has expired.",
    "incorrect_cvc": "The card's security code is wrong.",
}


def attempt(books: Books, intent: Json) -> str:
    """Ask the bank behind the intent's payment method: "succeeded", "processing", "challenge" or "declined"."""
    method = books.get("payment_method", intent["payment_method"])
    card = books.hands[method["id"]]
    intent["last_payment_error"] = None
    if card.challenge:
        intent["status"] = "requires_action"
        intent["next_action"] = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
        books.tell("payment_intent.requires_action", intent)
        return "challenge"
    if card.decline:
        _refused(books, intent, method, card.decline, card.reason)
        return "declined"
    if card.delayed is not None:
        intent["status"] = "processing"
        intent["latest_charge"] = _charge(books, intent, method, "pending")["id"]
        books.tell("charge.pending", books.get("charge", intent["latest_charge"]))
        books.tell("payment_intent.processing", intent)
        return "processing"
    _paid(books, intent, _charge(books, intent, method, "succeeded"))
    if card.dispute:
        disputes.open_dispute(books, intent, card.dispute, inquiry=card.inquiry)
    return "succeeded"


def answer_challenge(books: Books, intent: Json, *, approved: bool) -> str:
    """The buyer answers in the bank's app: "succeeded" or "declined"."""
    method = books.get("payment_method", intent["payment_method"])
    intent["next_action"] = None
    if approved:
        _paid(books, intent, _charge(books, intent, method, "succeeded"))
        return "succeeded"
    _refused(books, intent, method, "payment_intent_authentication_failure", None)
    return "declined"


def advance(books: Books, intent: Json, *, paid: bool) -> None:
    """The bank of a delayed method answers at last."""
    if intent["status"] != "processing":
        raise wrong_state(intent, "advanced")
    charge = books.get("charge", intent["latest_charge"])
    if paid:
        charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
        _paid(books, intent, charge)
        return
    charge |= {"status": "failed", "failure_code": "account_closed", "failure_message": "The bank refused."}
    method = books.get("payment_method", intent["payment_method"])
    books.tell("charge.failed", charge)
    _no_payment(books, intent, method, "payment_method_provider_decline", None, "The bank refused.")


def _paid(books: Books, intent: Json, charge: Json) -> None:
    charge["balance_transaction"] = balance.book_charge(books, charge)["id"]
    intent |= {
        "status": "succeeded",
        "amount_received": charge["amount"],
        "latest_charge": charge["id"],
        "next_action": None,
    }
    books.tell("charge.succeeded", charge)
    books.tell("payment_intent.succeeded", intent)


def _refused(books: Books, intent: Json, method: Json, code: str, reason: str | None) -> None:
    message = _SAYS.get(code, "The payment could not be authenticated.")
    charge = _charge(books, intent, method, "failed")
    charge |= {"failure_code": code, "failure_message": message}
    charge["outcome"] |= {
        "network_status": "declined_by_network",
        "reason": reason,
        "seller_message": message,
        "type": "issuer_declined",
    }
    intent["latest_charge"] = charge["id"]
    books.tell("charge.failed", charge)
    _no_payment(books, intent, method, code, reason, message)


def _no_payment(books: Books, intent: Json, method: Json, code: str, reason: str | None, message: str) -> None:
    error: Json = {
        "type": "card_error" if method["type"] == "card" else "invalid_request_error",
        "code": code,
        "message": message,
        "charge": intent["latest_charge"],
        "payment_method": dict(method),
    }
    if reason and code == "card_declined":
        error["decline_code"] = reason
    intent |= {"status": "requires_payment_method", "payment_method": None, "last_payment_error": error}
    books.tell("payment_intent.payment_failed", intent)


def _charge(books: Books, intent: Json, method: Json, status: str) -> Json:
    paid = status == "succeeded"
    id_ = new_id("ch")
    charge: Json = {
        "id": id_,
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": intent["statement_descriptor"] or "SANDBOX SHOP",
        "captured": paid,
        "created": books.now(),
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(paid),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {"type": method["type"], method["type"]: _shown_method(method)},
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": f"{books.root}/receipts/{id_}",
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": status,
        "transfer_data": None,
        "transfer_group": None,
    }
    return books.put(charge)


def _outcome(paid: bool) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "approved_by_network" if paid else "not_sent_to_network",
        "reason": None,
        "seller_message": "Payment complete." if paid else None,
        "type": "authorized" if paid else "pending",
    }


def _shown_method(method: Json) -> Any:
    dropped = ("display_brand", "generated_from", "networks", "three_d_secure_usage")
    return {key: value for key, value in method[method["type"]].items() if key not in dropped}


def wrong_state(intent: Json, verb: str) -> Refusal:
    """The refusal for a step that the intent's status does not allow."""
    return Refusal(
        f"This PaymentIntent cannot be {verb}: its status is {intent['status']}.",
        code="payment_intent_unexpected_state",
        payment_intent=intent,
    )
