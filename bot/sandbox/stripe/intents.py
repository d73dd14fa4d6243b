"""Payment intents: written, confirmed, cancelled. Confirming is where money would move; ``bank`` answers."""

from __future__ import annotations

from bot.sandbox.stripe import bank, methods, money
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.refusal import Json, Refusal


def create_intent(books: Books, params: Json) -> Json:
    """``POST /v1/payment_intents``: written, and confirmed at once where asked."""
    money.check_charge(params["amount"], params["currency"])
    if params.get("customer"):
        books.get("customer", params["customer"], "customer")
    intent = write_intent(books, params, params.get("payment_method_types"))
    if params.get("payment_method"):
        intent["payment_method"] = methods.resolve(books, params["payment_method"])["id"]
    if params.get("confirm"):
        _confirm_or_refuse(books, intent)
    return intent


def write_intent(books: Books, params: Json, method_types: list[str] | None) -> Json:
    """A new intent that awaits a payment method."""
    id_ = new_id("pi")
    intent: Json = {
        "id": id_,
        "object": "payment_intent",
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": None if method_types else {"enabled": True},
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{id_}_secret_{new_id('x', 25)[2:]}",
        "confirmation_method": "automatic",
        "created": books.now(),
        "currency": params["currency"],
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": None,
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "managed_payments": None,
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": None,
        "payment_method_options": {},
        "payment_method_types": method_types or ["card", "sepa_debit"],
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": params.get("shipping"),
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": None,
    }
    books.put(intent)
    books.tell("payment_intent.created", intent)
    return intent


def confirm_intent(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/payment_intents/:id/confirm``."""
    intent = books.get("payment_intent", id_)
    if params.get("payment_method"):
        intent["payment_method"] = methods.resolve(books, params["payment_method"])["id"]
    if params.get("receipt_email"):
        intent["receipt_email"] = params["receipt_email"]
    _confirm_or_refuse(books, intent)
    return intent


def update_intent(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/payment_intents/:id``: words and metadata, never the amount of a paid one."""
    intent = books.get("payment_intent", id_)
    intent["metadata"] = intent["metadata"] | params.get("metadata", {})
    intent |= {key: params[key] for key in ("description", "receipt_email") if key in params}
    return intent


def cancel_intent(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/payment_intents/:id/cancel``: possible until the money moved."""
    intent = books.get("payment_intent", id_)
    if intent["status"] not in ("requires_payment_method", "requires_confirmation", "requires_action"):
        raise bank.wrong_state(intent, "canceled")
    intent["status"] = "canceled"
    intent["canceled_at"] = books.now()
    intent["cancellation_reason"] = params.get("cancellation_reason")
    books.tell("payment_intent.canceled", intent)
    return intent


def _confirm_or_refuse(books: Books, intent: Json) -> None:
    if intent["status"] not in ("requires_payment_method", "requires_confirmation"):
        raise bank.wrong_state(intent, "confirmed")
    if intent["payment_method"] is None:
        raise Refusal(
            "A payment method is needed before this intent can be confirmed.",
            code="payment_intent_unexpected_state",
            payment_intent=intent,
        )
    if bank.attempt(books, intent) == "declined":
        error = intent["last_payment_error"]
        raise Refusal(
            error["message"],
            status=402,
            kind="card_error",
            code=error["code"],
            decline_code=error.get("decline_code"),
            charge=intent["latest_charge"],
            payment_intent=intent,
            payment_method=error["payment_method"],
        )
