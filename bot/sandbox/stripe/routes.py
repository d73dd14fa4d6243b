"""The table of paths: method, path, the permission a restricted key needs, the parameters, and who answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bot.sandbox.stripe import (
    balance,
    buyer,
    catalogue,
    checkout,
    disputes,
    intents,
    methods,
    refunds,
    shapes,
)
from bot.sandbox.stripe.books import Books
from bot.sandbox.stripe.courier import Courier
from bot.sandbox.stripe.refusal import Json, Refusal
from bot.sandbox.stripe.shape import Check

Answer = Callable[..., Json]
"""Called as ``answer(books, params, *path_parts)``."""


@dataclass(frozen=True)
class Route:
    """One row. ``path`` has ``:id`` where an id stands."""

    method: str
    path: str
    permission: str
    shape: Check
    answer: Answer

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches a request path; its groups are the ids."""
        return re.compile(re.sub(r":\w+", "([^/]+)", self.path))


def read(kind: str) -> Answer:
    """Answer with the object of this id."""
    return lambda books, params, id_: books.get(kind, id_)


def page(kind: str, *filters: str) -> Answer:
    """Answer with a list whose objects have the asked values under ``filters``."""

    def answer(books: Books, params: Json) -> Json:
        wanted = {key: params[key] for key in filters if key in params}
        return books.page(kind, params, lambda t: all(t.get(key) == value for key, value in wanted.items()))

    return answer


def table(courier: Courier) -> tuple[Route, ...]:
    """Every route of this world."""
    return (*_sessions(), *_money(), *_catalogue(), *_account(courier))


def _sessions() -> tuple[Route, ...]:
    base, grant = "/v1/checkout/sessions", "checkout_session"
    return (
        Route("POST", base, f"{grant}:write", shapes.SESSION, checkout.create),
        Route("GET", base, f"{grant}:read", shapes.SESSIONS, _sessions_page),
        Route("GET", f"{base}/:id", f"{grant}:read", shapes.READ, read("checkout.session")),
        Route("POST", f"{base}/:id", f"{grant}:write", shapes.METADATA_ONLY, checkout.update),
        Route("POST", f"{base}/:id/expire", f"{grant}:write", shapes.READ, checkout.expire),
        Route("GET", f"{base}/:id/line_items", f"{grant}:read", shapes.PAGE, checkout.line_items),
        Route("GET", "/v1/payment_pages/:id", f"{grant}:read", shapes.READ, read("checkout.session")),
        Route("POST", "/v1/payment_pages/:id/confirm", f"{grant}:write", shapes.PAYMENT_PAGE_CONFIRM, _confirm),
    )


def _money() -> tuple[Route, ...]:
    pi, du, re_ = "/v1/payment_intents", "/v1/disputes", "/v1/refunds"
    return (
        Route("POST", pi, "payment_intent:write", shapes.INTENT, intents.create_intent),
        Route("GET", pi, "payment_intent:read", shapes.INTENTS, page("payment_intent", "customer")),
        Route("GET", f"{pi}/:id", "payment_intent:read", shapes.READ, read("payment_intent")),
        Route("POST", f"{pi}/:id", "payment_intent:write", shapes.INTENT_UPDATE, intents.update_intent),
        Route("POST", f"{pi}/:id/confirm", "payment_intent:write", shapes.INTENT_CONFIRM, intents.confirm_intent),
        Route("POST", f"{pi}/:id/cancel", "payment_intent:write", shapes.INTENT_CANCEL, intents.cancel_intent),
        Route("POST", "/v1/payment_methods", "payment_method:write", shapes.METHOD, methods.create_method),
        Route("GET", "/v1/payment_methods/:id", "payment_method:read", shapes.READ, read("payment_method")),
        Route("GET", "/v1/charges", "charge:read", shapes.CHARGES, page("charge", "customer", "payment_intent")),
        Route("GET", "/v1/charges/:id", "charge:read", shapes.READ, read("charge")),
        Route("POST", re_, "charge:write", shapes.REFUND, refunds.create),
        Route("GET", re_, "charge:read", shapes.BY_CHARGE, page("refund", "charge", "payment_intent")),
        Route("GET", f"{re_}/:id", "charge:read", shapes.READ, read("refund")),
        Route("POST", f"{re_}/:id", "charge:write", shapes.METADATA_ONLY, refunds.update),
        Route("GET", du, "dispute:read", shapes.BY_CHARGE, page("dispute", "charge", "payment_intent")),
        Route("GET", f"{du}/:id", "dispute:read", shapes.READ, read("dispute")),
        Route("POST", f"{du}/:id", "dispute:write", shapes.DISPUTE, disputes.update),
        Route("POST", f"{du}/:id/close", "dispute:write", shapes.READ, disputes.close),
    )


def _catalogue() -> tuple[Route, ...]:
    customers, prices, products = "/v1/customers", "/v1/prices", "/v1/products"
    return (
        Route("POST", customers, "customer:write", shapes.CUSTOMER, catalogue.create_customer),
        Route("GET", customers, "customer:read", shapes.CUSTOMERS, page("customer", "email")),
        Route("GET", f"{customers}/:id", "customer:read", shapes.READ, read("customer")),
        Route("POST", f"{customers}/:id", "customer:write", shapes.CUSTOMER, catalogue.update_customer),
        Route("DELETE", f"{customers}/:id", "customer:write", shapes.READ, catalogue.delete_customer),
        Route("POST", products, "product:write", shapes.PRODUCT, catalogue.create_product),
        Route("GET", products, "product:read", shapes.PRODUCTS, page("product", "active")),
        Route("GET", f"{products}/:id", "product:read", shapes.READ, read("product")),
        Route("POST", prices, "price:write", shapes.PRICE, catalogue.create_price),
        Route("GET", prices, "price:read", shapes.PRICES, page("price", "active", "currency", "product")),
        Route("GET", f"{prices}/:id", "price:read", shapes.READ, read("price")),
    )


def _account(courier: Courier) -> tuple[Route, ...]:
    txn, hooks = "/v1/balance_transactions", "/v1/webhook_endpoints"
    return (
        Route("GET", "/v1/account", "account:read", shapes.READ, account),
        Route("GET", "/v1/balance", "balance:read", shapes.READ, lambda books, params: balance.totals(books)),
        Route("GET", txn, "balance:read", shapes.MOVEMENTS, page("balance_transaction", "currency", "source", "type")),
        Route("GET", f"{txn}/:id", "balance:read", shapes.READ, read("balance_transaction")),
        Route("GET", "/v1/invoices/:id", "invoice:read", shapes.READ, read("invoice")),
        Route("GET", "/v1/events", "event:read", shapes.EVENTS, _events_page),
        Route("GET", "/v1/events/:id", "event:read", shapes.READ, read("event")),
        Route("POST", hooks, "webhook:write", shapes.ENDPOINT, courier.create_endpoint),
        Route("GET", hooks, "webhook:read", shapes.PAGE, page("webhook_endpoint")),
        Route("GET", f"{hooks}/:id", "webhook:read", shapes.READ, read("webhook_endpoint")),
        Route("DELETE", f"{hooks}/:id", "webhook:write", shapes.READ, courier.delete_endpoint),
    )


def account(books: Books, params: Json) -> Json:
    """``GET /v1/account``: the shop's own account."""
    return {
        "id": "acct_1SandboxShop00000",
        "object": "account",
        "business_profile": {"name": "Sandbox shop", "url": None, "support_email": None},
        "business_type": "individual",
        "capabilities": {"card_payments": "active", "transfers": "active"},
        "charges_enabled": True,
        "controller": {"type": "account"},
        "country": "US",
        "created": 1_700_000_000,
        "default_currency": "usd",
        "details_submitted": True,
        "email": "operator@example.com",
        "metadata": {},
        "payouts_enabled": True,
        "settings": {"dashboard": {"display_name": "Sandbox shop", "timezone": "Etc/UTC"}},
        "type": "standard",
    }


def _sessions_page(books: Books, params: Json) -> Json:
    wanted = {key: params[key] for key in ("customer", "payment_intent", "status") if key in params}
    email = params.get("customer_details", {}).get("email")

    def fits(session: Json) -> bool:
        asked = email is None or (session["customer_details"] or {}).get("email") == email
        return asked and all(session[key] == value for key, value in wanted.items())

    return books.page("checkout.session", params, fits)


def _events_page(books: Books, params: Json) -> Json:
    if "type" in params and "types" in params:
        raise Refusal("Use type or types, not both.", param="types")
    types = params.get("types") or ([params["type"]] if "type" in params else [])
    delivered = params.get("delivery_success")

    def fits(event: Json) -> bool:
        named = not types or any(
            event["type"] == type_ or (type_.endswith("*") and event["type"].startswith(type_[:-1])) for type_ in types
        )
        return named and (delivered is None or (event["pending_webhooks"] == 0) is delivered)

    return books.page("event", params, fits)


def _confirm(books: Books, params: Json, id_: str) -> Json:
    """``POST /v1/payment_pages/:id/confirm``: what the hosted page (and Stripe's CLI) calls to pay."""
    session = books.get("checkout.session", id_)
    if params.get("expected_amount", session["amount_total"]) != session["amount_total"]:
        raise Refusal("The amount has changed.", code="checkout_amount_mismatch", param="expected_amount")
    method = books.get("payment_method", params["payment_method"], "payment_method")
    if buyer.pay(books, session, method, email=None) == "declined":
        error = books.get("payment_intent", session["payment_intent"])["last_payment_error"]
        raise Refusal(
            error["message"],
            status=402,
            kind="card_error",
            code=error["code"],
            decline_code=error.get("decline_code"),
            charge=error["charge"],
        )
    return session
