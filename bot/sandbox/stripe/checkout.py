"""Checkout sessions: the shop opens one, a buyer pays it or leaves, time closes it."""

from __future__ import annotations

from bot.sandbox.stripe import catalogue, money
from bot.sandbox.stripe.books import Books, SessionAside, new_id, page_of
from bot.sandbox.stripe.refusal import Json, Refusal

SHORTEST, LONGEST = 30 * 60, 24 * 3600
"""Seconds a session may stay open (docs.stripe.com/api/checkout/sessions/create, expires_at)."""


def create(books: Books, params: Json) -> Json:
    """``POST /v1/checkout/sessions``: items priced and added up, a page address handed out. No money moves."""
    if params.get("mode", "payment") != "payment":
        raise Refusal("This sandbox plays mode=payment only.", code="sandbox_unplayed", param="mode")
    for name in ("line_items", "success_url"):
        if not params.get(name):
            raise Refusal(f"Missing required param: {name}.", code="parameter_missing", param=name)
    if params.get("customer") and params.get("customer_email"):
        raise Refusal("Give customer or customer_email, not both.", param="customer_email")
    if params.get("customer"):
        books.get("customer", params["customer"], "customer")
    expires = _expiry(books, params)
    items = [_item(books, line, index) for index, line in enumerate(params["line_items"])]
    session = _session(books, params, items, expires)
    if session["amount_total"]:
        _check_total(session["amount_total"], session["currency"])
    books.sessions_aside[session["id"]] = SessionAside(items, params.get("payment_intent_data", {}))
    return books.put(session)


def _expiry(books: Books, params: Json) -> int:
    expires = params.get("expires_at", books.now() + LONGEST)
    # Stripe's own clock and the caller's differ by a moment; a minute of grace either way is what it shows.
    if expires < books.now() + SHORTEST - 60:
        raise Refusal("expires_at must be at least 30 minutes from now.", param="expires_at")
    if expires > books.now() + LONGEST + 60:
        raise Refusal("expires_at must be less than 24 hours from now.", param="expires_at")
    return int(expires)


def _item(books: Books, line: Json, index: int) -> Json:
    name = f"line_items[{index}]"
    if ("price" in line) == ("price_data" in line):
        raise Refusal(f"Give price or price_data in {name}.", code="parameter_missing", param=name)
    if "price" in line:
        price = books.get("price", line["price"], f"{name}[price]")
    else:
        price = catalogue.create_price(books, line["price_data"], active=False)
    if not line.get("quantity"):
        raise Refusal(f"Missing required param: {name}[quantity].", code="parameter_missing", param=name)
    amount = price["unit_amount"] * line["quantity"]
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": books.get("product", price["product"])["name"],
        "metadata": line.get("metadata", {}),
        "price": dict(price),
        "quantity": line["quantity"],
    }


def _check_total(total: int, currency: str) -> None:
    if total < money.floor(currency):
        raise Refusal(
            f"The total of a Checkout Session must be at least {money.shown(money.floor(currency), currency)}.",
            code="amount_too_small",
        )
    money.check_charge(total, currency, param=None)


def _session(books: Books, params: Json, items: list[Json], expires: int) -> Json:
    currencies = {item["currency"] for item in items}
    if len(currencies) > 1:
        raise Refusal("All line items must have the same currency.", param="line_items")
    id_ = new_id("cs_test", 58)
    total = sum(item["amount_total"] for item in items)
    tax = params.get("automatic_tax", {}).get("enabled", False)
    session: Json = dict.fromkeys(_EMPTY)
    session |= {
        "id": id_,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "allow_promotion_codes": params.get("allow_promotion_codes"),
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {
            "enabled": tax,
            "liability": {"type": "self"} if tax else None,
            "provider": "stripe" if tax else None,
            "status": "requires_location_inputs" if tax else None,
        },
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": books.now(),
        "currency": currencies.pop(),
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance"))
        | params.get("custom_text", {}),
        "customer": params.get("customer"),
        "customer_creation": params.get("customer_creation", "if_required"),
        "customer_details": customer_details(params["customer_email"]) if params.get("customer_email") else None,
        "customer_email": params.get("customer_email"),
        "expires_at": expires,
        "invoice_creation": _invoice_wish(params.get("invoice_creation")),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_options": {},
        "payment_method_types": params.get("payment_method_types") or ["card", "sepa_debit"],
        "payment_status": "unpaid" if total else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "shipping_options": [],
        "status": "open",
        "submit_type": params.get("submit_type"),
        "success_url": params["success_url"],
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        # as at Stripe, the address is far longer than a chat's link button may carry
        "url": f"{books.root}/c/pay/{id_}#{new_id('fid', 560)}",
        "wallet_options": None,
    }
    return session


_EMPTY = [
    "after_expiration",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer_account",
    "discounts",
    "integration_identifier",
    "invoice",
    "managed_payments",
    "origin_context",
    "payment_intent",
    "payment_link",
    "payment_method_configuration_details",
    "permissions",
    "recovered_from",
    "saved_payment_method_options",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "subscription",
]


def _invoice_wish(given: Json | None) -> Json:
    data = dict.fromkeys(
        ("account_tax_ids", "custom_fields", "description", "footer", "issuer", "metadata", "rendering_options")
    )
    given = given or {"enabled": False}
    return {"enabled": given["enabled"], "invoice_data": data | given.get("invoice_data", {})}


def customer_details(email: str | None, name: str | None = None) -> Json:
    """What is known of the buyer: at creation perhaps the address for the receipt, later what the page learned."""
    return {
        "address": dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state")),
        "business_name": None,
        "email": email,
        "individual_name": None,
        "name": name,
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
    }


def update(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/checkout/sessions/:id``: metadata only."""
    session = books.get("checkout.session", id_)
    session["metadata"] = session["metadata"] | params.get("metadata", {})
    return session


def line_items(books: Books, params: Json, id_: str) -> Json:
    """``GET /v1/checkout/sessions/:id/line_items``."""
    books.get("checkout.session", id_)
    return page_of(books.sessions_aside[id_].items, params, f"/v1/checkout/sessions/{id_}/line_items")


def expire(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/checkout/sessions/:id/expire``: closed by the shop; only an open one can be."""
    session = books.get("checkout.session", id_)
    if session["status"] != "open":
        raise Refusal(
            f"Only open Checkout Sessions can be expired; this one is {session['status']}.",
            code="checkout_session_not_open",
        )
    close(books, session)
    return session


def close(books: Books, session: Json) -> None:
    """Out of time, or told to close: nobody can pay any more."""
    session |= {"status": "expired", "url": None}
    books.tell("checkout.session.expired", session)


def sweep(books: Books) -> None:
    """Close every open session whose time is over."""
    for session in books.all("checkout.session"):
        if session["status"] == "open" and session["expires_at"] <= books.now():
            close(books, session)
