"""The parameters each route takes, written as ``shape`` checks.

Names follow Stripe's reference. What Stripe knows and this world does not act on stands under ``unplayed``: a shop
that sends it is told so, instead of believing it had worked.
"""

from __future__ import annotations

from bot.sandbox.stripe.disputes import EVIDENCE
from bot.sandbox.stripe.shape import (
    Check,
    anything,
    currency,
    email,
    flag,
    listing,
    metadata,
    table,
    text,
    url,
    whole,
)

EXPAND: dict[str, Check] = {"expand": listing(text())}
_CREATED = {key: whole(0) for key in ("gt", "gte", "lt", "lte")}


def created(value: object, name: str) -> object:
    """``created=N`` or ``created[gte]=N``."""
    return table(_CREATED)(value, name) if isinstance(value, dict) else whole(0)(value, name)


def tos_free(value: object, name: str) -> object:
    """``consent_collection`` as far as this world plays it: promotions and terms not asked for."""
    return table({"promotions": text(one_of=["none"]), "terms_of_service": text(one_of=["none"])})(value, name)


PAGED: dict[str, Check] = EXPAND | {
    "created": created,
    "ending_before": text(),
    "limit": whole(1, 100),
    "starting_after": text(),
}

READ = table(EXPAND)
PAGE = table(PAGED)
METADATA_ONLY = table(EXPAND | {"metadata": metadata})

_METHOD_TYPES = listing(text(one_of=("card", "sepa_debit")))
_ADDRESS = table(dict.fromkeys(("city", "country", "line1", "line2", "postal_code", "state"), anything))
_SHIPPING = table({"address": _ADDRESS, "carrier": text(), "name": text(), "phone": text()})

PRODUCT_DATA: dict[str, Check] = {
    "description": text(),
    "images": listing(url, most=8),
    "metadata": metadata,
    "name": text(),
    "tax_code": text(),
    "unit_label": text(12),
}
PRODUCT = table(
    EXPAND
    | PRODUCT_DATA
    | {"active": flag, "id": text(), "shippable": flag, "statement_descriptor": text(22), "url": url},
    need=["name"],
    unplayed=("default_price_data", "marketing_features", "package_dimensions", "tax_details", "type"),
)

_PRICE: dict[str, Check] = {
    "currency": currency,
    "product": text(),
    "product_data": table(PRODUCT_DATA, need=["name"], unplayed=["tax_details"]),
    "tax_behavior": text(one_of=("exclusive", "inclusive", "unspecified")),
    "unit_amount": whole(0),
}
PRICE = table(
    EXPAND
    | _PRICE
    | {
        "active": flag,
        "billing_scheme": text(one_of=["per_unit"]),
        "lookup_key": text(200),
        "metadata": metadata,
        "nickname": text(),
    },
    need=["currency"],
    unplayed=("currency_options", "custom_unit_amount", "recurring", "tiers", "tiers_mode",
              "transfer_lookup_key", "transform_quantity", "unit_amount_decimal"),
)  # fmt: skip

_LINE_ITEM = table(
    {
        "metadata": metadata,
        "price": text(),
        "price_data": table(_PRICE, need=["currency"], unplayed=("recurring", "unit_amount_decimal")),
        "quantity": whole(1, 999_999),
    },
    unplayed=("adjustable_quantity", "tax_rates"),
)

_INTENT_WORDS: dict[str, Check] = {
    "capture_method": text(one_of=("automatic", "automatic_async")),
    "description": text(1000),
    "metadata": metadata,
    "receipt_email": email,
    "setup_future_usage": text(one_of=("off_session", "on_session")),
    "shipping": _SHIPPING,
    "statement_descriptor": text(22),
    "statement_descriptor_suffix": text(22),
}
_CONNECT = ("application_fee_amount", "on_behalf_of", "transfer_data", "transfer_group")

_INVOICE_DATA = table(
    {"description": text(1500), "footer": text(5000), "metadata": metadata},
    unplayed=("account_tax_ids", "custom_fields", "issuer", "rendering_options"),
)

_LOCALES = [
    "auto",
    "bg",
    "cs",
    "da",
    "de",
    "el",
    "en",
    "en-GB",
    "es",
    "es-419",
    "et",
    "fi",
    "fil",
    "fr",
    "fr-CA",
    "hr",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "lt",
    "lv",
    "ms",
    "mt",
    "nb",
    "nl",
    "pl",
    "pt",
    "pt-BR",
    "ro",
    "ru",
    "sk",
    "sl",
    "sv",
    "th",
    "tr",
    "vi",
    "zh",
    "zh-HK",
    "zh-TW",
]

SESSION = table(
    EXPAND
    | {
        "adaptive_pricing": table({"enabled": flag}),
        "automatic_tax": table({"enabled": flag}, need=["enabled"], unplayed=["liability"]),
        "billing_address_collection": text(one_of=("auto", "required")),
        "cancel_url": url,
        "client_reference_id": text(200),
        "consent_collection": tos_free,
        "custom_text": table(
            {
                key: table({"message": text(1200)}, need=["message"])
                for key in ("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")
            }
        ),
        "customer": text(),
        "customer_creation": text(one_of=("always", "if_required")),
        "customer_email": email,
        "expires_at": whole(0),
        "invoice_creation": table({"enabled": flag, "invoice_data": _INVOICE_DATA}, need=["enabled"]),
        "line_items": listing(_LINE_ITEM),
        "locale": text(one_of=_LOCALES),
        "metadata": metadata,
        "mode": text(one_of=("payment", "setup", "subscription")),
        "payment_intent_data": table(_INTENT_WORDS, unplayed=_CONNECT),
        "payment_method_types": _METHOD_TYPES,
        "submit_type": text(one_of=("auto", "book", "donate", "pay", "subscribe")),
        "success_url": url,
        "ui_mode": text(one_of=["hosted_page"]),
    },
    unplayed=(
        "after_expiration", "allow_promotion_codes", "allowed_payment_method_types", "branding_settings",
        "currency", "custom_fields", "customer_account", "customer_update", "discounts",
        "excluded_payment_method_types", "integration_identifier", "managed_payments", "name_collection",
        "optional_items", "origin_context", "payment_method_collection", "payment_method_configuration",
        "payment_method_data", "payment_method_options", "permissions", "phone_number_collection",
        "redirect_on_completion", "return_url", "saved_payment_method_options", "setup_intent_data",
        "shipping_address_collection", "shipping_options", "subscription_data", "tax_id_collection",
        "wallet_options",
    ),
)  # fmt: skip
SESSIONS = table(
    PAGED
    | {
        "customer": text(),
        "customer_details": table({"email": text()}),
        "payment_intent": text(),
        "status": text(one_of=("complete", "expired", "open")),
    },
    unplayed=("customer_account", "payment_link", "subscription"),
)
PAYMENT_PAGE_CONFIRM = table(EXPAND | {"expected_amount": whole(0), "payment_method": text()}, need=["payment_method"])

INTENT = table(
    EXPAND
    | _INTENT_WORDS
    | {
        "amount": whole(1),
        "automatic_payment_methods": table({"allow_redirects": text(), "enabled": flag}),
        "confirm": flag,
        "currency": currency,
        "customer": text(),
        "payment_method": text(),
        "payment_method_types": _METHOD_TYPES,
        "return_url": url,
    },
    need=("amount", "currency"),
    unplayed=(
        *_CONNECT, "allowed_payment_method_types", "amount_details", "confirmation_method",
        "confirmation_token", "customer_account", "error_on_requires_action",
        "excluded_payment_method_types", "hooks", "mandate", "mandate_data", "off_session", "payment_details",
        "payment_method_configuration", "payment_method_data", "payment_method_options", "radar_options",
        "use_stripe_sdk",
    ),
)  # fmt: skip
INTENT_CONFIRM = table(EXPAND | {"payment_method": text(), "receipt_email": email, "return_url": url})
INTENT_UPDATE = table(EXPAND | {"description": text(1000), "metadata": metadata, "receipt_email": email})
INTENT_CANCEL = table(
    EXPAND | {"cancellation_reason": text(one_of=("abandoned", "duplicate", "fraudulent", "requested_by_customer"))}
)
INTENTS = table(PAGED | {"customer": text()})

METHOD = table(
    EXPAND
    | {
        "billing_details": table({"address": _ADDRESS, "email": email, "name": text(), "phone": text()}),
        "card": table({key: text() for key in ("cvc", "exp_month", "exp_year", "number", "token")}),
        "metadata": metadata,
        "sepa_debit": table({"iban": text()}, need=["iban"]),
        "type": text(one_of=("card", "sepa_debit")),
    },
    need=["type"],
)

CUSTOMER_WORDS: dict[str, Check] = EXPAND | {
    "address": _ADDRESS,
    "description": text(),
    "email": email,
    "metadata": metadata,
    "name": text(256),
    "phone": text(20),
    "preferred_locales": listing(text()),
}
CUSTOMER = table(CUSTOMER_WORDS, unplayed=("payment_method", "shipping", "source", "tax", "test_clock"))
CUSTOMERS = table(PAGED | {"email": text()})

CHARGES = table(PAGED | {"customer": text(), "payment_intent": text()})
REFUND = table(
    EXPAND
    | {
        "amount": whole(1),
        "charge": text(),
        "metadata": metadata,
        "payment_intent": text(),
        "reason": text(one_of=("duplicate", "fraudulent", "requested_by_customer")),
    },
    unplayed=("currency", "customer", "instructions_email", "origin", "refund_application_fee",
              "reverse_transfer"),
)  # fmt: skip
BY_CHARGE = table(PAGED | {"charge": text(), "payment_intent": text()})
DISPUTE = table(
    EXPAND
    | {
        "evidence": table(dict.fromkeys(EVIDENCE, anything), unplayed=["enhanced_evidence"]),
        "metadata": metadata,
        "submit": flag,
    }
)
MOVEMENTS = table(PAGED | {"currency": currency, "source": text(), "type": text()}, unplayed=["payout"])
EVENTS = table(PAGED | {"delivery_success": flag, "type": text(), "types": listing(text(), most=20)})
ENDPOINT = table(
    EXPAND
    | {
        "api_version": text(),
        "description": text(),
        "enabled_events": listing(text()),
        "metadata": metadata,
        "url": url,
    },
    need=("enabled_events", "url"),
    unplayed=["connect"],
)
PRICES = table(PAGED | {"active": flag, "currency": currency, "product": text()})
PRODUCTS = table(PAGED | {"active": flag})
