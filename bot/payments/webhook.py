"""Is this message really from Stripe, and what does it point at? Pure: bytes, header, secrets and time in, a hint out.

The signature scheme (docs.stripe.com/webhooks, "Verify webhook signatures manually"): the header holds ``t=<Unix
seconds>`` and one ``v1=<hex>`` per secret in use; the hex is HMAC-SHA256 of ``<t>.<raw body>`` under the secret.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.errors import NotAllowed
from bot.payments.provider import Hint, Sort

TOLERANCE = 300.0
"""Seconds a signature may be away from now, either way; Stripe's own library forgives the future without end."""

MOST_BYTES = 1 << 20
"""No event of Stripe is that long."""

SORTS: dict[str, Sort] = {
    "checkout.session.completed": Sort.CHECKOUT,
    "checkout.session.async_payment_succeeded": Sort.CHECKOUT,
    "checkout.session.async_payment_failed": Sort.CHECKOUT,
    "checkout.session.expired": Sort.CHECKOUT,
    "charge.dispute.created": Sort.DISPUTE,
    "charge.dispute.funds_withdrawn": Sort.DISPUTE,
    "charge.dispute.funds_reinstated": Sort.DISPUTE,
    "charge.dispute.closed": Sort.DISPUTE,
    "refund.failed": Sort.REFUND,
}
"""The events worth a look, and what each is about; an endpoint needs no others."""


class NotFromStripe(NotAllowed):
    """The message is not signed by a secret we know, or not signed now. Nothing in it was read."""


def hint_of(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> Hint | None:
    """Return what a webhook points at, or None if it is about something this shop does not follow.

    ``body`` is the raw body, ``header`` the value of ``Stripe-Signature``; several ``secrets`` are in use while one is
    being replaced by another.

    :raises NotFromStripe: if it is forged, stale, from the future, or no event at all.
    """
    if len(body) > MOST_BYTES:
        raise NotFromStripe(f"a webhook of {len(body)} bytes")
    moment, marks = _header(header)
    away = now.timestamp() - moment
    if abs(away) > TOLERANCE:
        raise NotFromStripe(f"a webhook signed {abs(away):.0f} s {'ago' if away > 0 else 'in the future'}")
    signed = f"{moment}.".encode() + body
    expected = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    # every pair is compared, so that the time taken says nothing about which secret came close
    if not sum(hmac.compare_digest(known, mark) for known in expected for mark in marks):
        raise NotFromStripe("a webhook signed with a secret that is not ours")
    return read_event(_event(body))


def read_event(event: dict[str, Any]) -> Hint | None:
    """Return the hint in an event as Stripe writes it, or None if this shop does not follow events of its type.

    :raises NotFromStripe: if it is not an event.
    """
    try:
        sort = SORTS.get(event["type"])
        if sort is None:
            return None
        return Hint(
            event=str(event["id"]),
            kind=str(event["type"]),
            sort=sort,
            reference=str(event["data"]["object"]["id"]),
            created=datetime.fromtimestamp(int(event["created"]), UTC),
            version=str(event.get("api_version") or ""),
        )
    except (KeyError, TypeError, ValueError, OverflowError, OSError):
        raise NotFromStripe("a signed message that is no event of Stripe") from None


def _header(header: str) -> tuple[int, list[str]]:
    """Return the signature's time and its v1 marks; marks of other schemes are not looked at."""
    if len(header) > 4096 or not header.isascii():
        raise NotFromStripe("a webhook whose signature cannot be read")
    pairs = [part.strip().partition("=") for part in header.split(",")]
    moments = [value for name, _, value in pairs if name == "t"]
    marks = [value for name, _, value in pairs if name == "v1"]
    if len(moments) != 1 or not marks or not moments[0].isdigit() or len(moments[0]) > 12:
        raise NotFromStripe("a webhook without a signature")
    return int(moments[0]), marks


def _event(body: bytes) -> dict[str, Any]:
    try:
        event = json.loads(body)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise NotFromStripe("a signed message that is no JSON") from None
    if not isinstance(event, dict):
        raise NotFromStripe("a signed message that is no event of Stripe")
    return event
