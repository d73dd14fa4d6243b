"""Stripe's keys as they are pasted: which of them has any business where, told before one of them is used."""

import re
from urllib.parse import urlsplit

from bot.errors import BadSetting, Problem

API = "https://api.stripe.com"

_KEY = re.compile(r"(?:sk|rk)_(test|live)_[A-Za-z0-9_]{8,}")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def check_key(key: str, base: str, test_allowed: bool) -> None:
    """Refuse a key that has no business at this address.

    :raises BadSetting: for something that is no secret key, a live key with any address but Stripe's, a test key
        where none is allowed, or a key that would travel unencrypted. The key itself is never named.
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise BadSetting([_no_secret_key(key)])
    live = match[1] == "live"
    if live and base.rstrip("/") != API:
        message = f"STRIPE_API_BASE is {base}, but the key is a live one; live keys go to {API} only"
        raise BadSetting([Problem(message, "problem-stripe-live", base=base, api=API)])
    if not live and not test_allowed:
        message = "STRIPE_SECRET_KEY is a test key: nobody would really pay. Use a live key, or run with --test"
        raise BadSetting([Problem(message, "problem-stripe-test")])
    address = urlsplit(base)
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        message = f"STRIPE_API_BASE is {base}: keys travel by https only, except on this machine"
        raise BadSetting([Problem(message, "problem-stripe-plain", base=base)])


def wrong_webhook_secret(secrets: str) -> Problem | None:
    """Return what is wrong with the comma-separated signing secrets of the webhook, or None; they are never named."""
    if all(one.strip().startswith("whsec_") for one in secrets.split(",")):
        return None
    message = (
        "STRIPE_WEBHOOK_SECRET is no signing secret; right would be whsec_…, which Stripe shows beside the webhook"
    )
    return Problem(message, "problem-webhook-secret")


def _no_secret_key(key: str) -> Problem:
    """Say what was pasted instead of a secret key, by its beginning; the rest of it is never named."""
    message = "STRIPE_SECRET_KEY is no secret key; right would be rk_live_… (or sk_live_…), for tests …_test_…"
    if key.startswith("pk_"):
        return Problem(f"{message}; this is the publishable key", "problem-stripe-publishable")
    if key.startswith("whsec_"):
        return Problem(f"{message}; this is the webhook's secret", "problem-stripe-swapped")
    return Problem(message, "problem-stripe-key")
