"""What a buyer does with an open session: pays, is refused, approves in the bank's app, or walks away."""

from __future__ import annotations

import copy

from bot.sandbox.stripe import bank, catalogue, checkout, intents, methods
from bot.sandbox.stripe.books import Books, new_id
from bot.sandbox.stripe.cards import Card
from bot.sandbox.stripe.refusal import Json, Refusal

TAX_PERCENT = 10
"""The one tax rate of this world, charged where a session asks for automatic_tax."""


def pay(books: Books, session: Json, method: Json, *, email: str | None, name: str | None = None) -> str:
    """Pay with a payment method: "succeeded", "processing", "challenge" or "declined".

    Money moves here, and only on a session that is still open. Raises ``Refusal`` otherwise.
    """
    if session["status"] != "open":
        raise Refusal(
            f"This Checkout Session is {session['status']} and takes no payment.",
            code="checkout_session_not_open",
        )
    if method["type"] not in session["payment_method_types"]:
        raise Refusal(f"This session does not take {method['type']}.", code="payment_method_unsupported_type")
    email = email or session["customer_email"] or method["billing_details"]["email"]
    session["customer_details"] = checkout.customer_details(email, name or method["billing_details"]["name"])
    _tax(books, session)
    if session["payment_status"] == "no_payment_required":
        _complete(books, session)
        return "succeeded"
    intent = _intent(books, session, email)
    intent["payment_method"] = method["id"]
    outcome = bank.attempt(books, intent)
    _after(books, session, intent, outcome)
    return outcome


def approve(books: Books, session: Json, *, approved: bool) -> str:
    """Answer the bank's question: "succeeded" or "declined". Money moves when approved."""
    intent = books.get("payment_intent", session["payment_intent"] or "")
    if session["status"] != "open" or intent["status"] != "requires_action":
        raise Refusal("Nothing waits for an approval.", code="payment_intent_unexpected_state")
    outcome = bank.answer_challenge(books, intent, approved=approved)
    _after(books, session, intent, outcome)
    return outcome


def advance(books: Books, session: Json, *, paid: bool) -> None:
    """A delayed method's bank answers: the session's payment succeeds or fails now."""
    intent = books.get("payment_intent", session["payment_intent"] or "")
    bank.advance(books, intent, paid=paid)
    if paid:
        session["payment_status"] = "paid"
        _invoice(books, session, intent)
        books.tell("checkout.session.async_payment_succeeded", session)
    else:
        books.tell("checkout.session.async_payment_failed", session)


def with_card(books: Books, card: Card, email: str | None) -> Json:
    """A payment method of a test card, as the page's form makes it."""
    return methods.method_for(books, card, {"email": email})


def _after(books: Books, session: Json, intent: Json, outcome: str) -> None:
    if outcome in ("succeeded", "processing"):
        session["payment_status"] = "paid" if outcome == "succeeded" else "unpaid"
        if outcome == "succeeded":
            _invoice(books, session, intent)
        _complete(books, session)
    if outcome == "succeeded":
        books.tell("charge.updated", books.get("charge", intent["latest_charge"]))


def _complete(books: Books, session: Json) -> None:
    if session["customer"] is None and session["customer_creation"] == "always":
        details = session["customer_details"]
        customer = catalogue.create_customer(books, {"email": details["email"], "name": details["name"]})
        session["customer"] = customer["id"]
    session |= {"status": "complete", "url": None}
    books.tell("checkout.session.completed", session)


def _intent(books: Books, session: Json, email: str | None) -> Json:
    """The session's intent; made at the first attempt, as Stripe does, and kept for the next."""
    if session["payment_intent"]:
        return books.get("payment_intent", session["payment_intent"])
    data = copy.deepcopy(books.sessions_aside[session["id"]].intent_data)
    data |= {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "receipt_email": data.get("receipt_email") or email,
    }
    intent = intents.write_intent(books, data, session["payment_method_types"])
    session["payment_intent"] = intent["id"]
    return intent


def _tax(books: Books, session: Json) -> None:
    if session["automatic_tax"]["status"] != "requires_location_inputs":
        return
    for item in books.sessions_aside[session["id"]].items:
        net = item["amount_subtotal"]
        if item["price"]["tax_behavior"] == "inclusive":
            item["amount_tax"] = (net * TAX_PERCENT * 2 + 100 + TAX_PERCENT) // (2 * (100 + TAX_PERCENT))
        else:
            item["amount_tax"] = (net * TAX_PERCENT + 50) // 100
            item["amount_total"] = net + item["amount_tax"]
    items = books.sessions_aside[session["id"]].items
    session["automatic_tax"]["status"] = "complete"
    session["amount_total"] = sum(item["amount_total"] for item in items)
    session["total_details"]["amount_tax"] = sum(item["amount_tax"] for item in items)


def _invoice(books: Books, session: Json, intent: Json) -> None:
    """The paid invoice a session asked for: its totals, its buyer and where to read it."""
    if not session["invoice_creation"]["enabled"]:
        return
    wish = session["invoice_creation"]["invoice_data"]
    charge = books.get("charge", intent["latest_charge"])
    invoice: Json = {
        "id": new_id("in"),
        "object": "invoice",
        "amount_due": session["amount_total"],
        "amount_paid": session["amount_total"],
        "amount_remaining": 0,
        "billing_reason": "manual",
        "collection_method": "charge_automatically",
        "created": books.now(),
        "currency": session["currency"],
        "customer": session["customer"],
        "customer_email": session["customer_details"]["email"],
        "customer_name": session["customer_details"]["name"],
        "description": wish["description"],
        "footer": wish["footer"],
        "hosted_invoice_url": charge["receipt_url"],
        "livemode": False,
        "metadata": wish["metadata"] or {},
        "number": f"SANDBOX-{len(books.all('invoice')) + 1:04d}",
        "status": "paid",
        "subtotal": session["amount_subtotal"],
        "total": session["amount_total"],
    }
    books.put(invoice)
    session["invoice"] = invoice["id"]
    books.tell("invoice.paid", invoice)
