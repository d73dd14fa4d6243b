"""The signature check alone: every way in which a message can fail to be Stripe's."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.payments.provider import Sort
from bot.payments.webhook import TOLERANCE, NotFromStripe, hint_of

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SECRET, OLD = "whsec_new", "whsec_old"
EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "checkout.session.completed",
    "created": 1795262400,
    "api_version": "2026-10-28.endive",
    "data": {"object": {"id": "cs_test_1", "payment_status": "paid"}},
}
BODY = json.dumps(EVENT).encode()


def signed(body: bytes = BODY, secret: str = SECRET, at: datetime = NOW) -> str:
    moment = int(at.timestamp())
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={mark},v0=ignored"


def test_a_signed_event_is_a_hint_and_nothing_more() -> None:
    hint = hint_of(BODY, signed(), [SECRET], NOW)
    assert hint is not None
    assert (hint.event, hint.sort, hint.reference) == ("evt_1", Sort.CHECKOUT, "cs_test_1")
    assert hint.version == "2026-10-28.endive"


def test_we_sign_as_the_library_does() -> None:
    moment = int(NOW.timestamp())
    header = stripe.WebhookSignature.generate_signature_header(payload=BODY.decode(), secret=SECRET, timestamp=moment)
    assert hint_of(BODY, header, [SECRET], NOW) is not None


def test_events_that_are_not_followed_are_no_hint() -> None:
    body = json.dumps(EVENT | {"type": "product.created"}).encode()
    assert hint_of(body, signed(body), [SECRET], NOW) is None


@pytest.mark.parametrize("secrets", [[SECRET, OLD], [OLD, SECRET]])
def test_while_a_secret_is_replaced_both_count(secrets: list[str]) -> None:
    assert hint_of(BODY, signed(secret=OLD), secrets, NOW) is not None
    assert hint_of(BODY, signed(secret=SECRET), secrets, NOW) is not None


@pytest.mark.parametrize("seconds", [-TOLERANCE, 0, TOLERANCE])
def test_a_clock_may_be_five_minutes_off_either_way(seconds: float) -> None:
    assert hint_of(BODY, signed(at=NOW + timedelta(seconds=seconds)), [SECRET], NOW) is not None


@pytest.mark.parametrize("seconds", [-TOLERANCE - 1, TOLERANCE + 1, 86400 * 365])
def test_but_not_more(seconds: float) -> None:
    with pytest.raises(NotFromStripe, match=r"ago|future"):
        hint_of(BODY, signed(at=NOW + timedelta(seconds=seconds)), [SECRET], NOW)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "t=,v1=",
        "v1=abc",
        f"t={int(NOW.timestamp())}",
        f"t={int(NOW.timestamp())},v0={'0' * 64}",
        f"t={int(NOW.timestamp())},v1={'0' * 64}",
        signed().replace("t=", "t=1,t="),
        "t=99999999999999999999999,v1=00",
        "t=²,v1=00",
        "€",
    ],
)
def test_headers_that_prove_nothing(header: str) -> None:
    with pytest.raises(NotFromStripe):
        hint_of(BODY, header, [SECRET], NOW)


def test_no_secret_means_no_webhook() -> None:
    with pytest.raises(NotFromStripe):
        hint_of(BODY, signed(secret=""), [], NOW)


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b"null", b"{}", b'{"type": "refund.failed"}', b"[" * 100_000,
     json.dumps(EVENT | {"data": None}).encode(), json.dumps(EVENT | {"created": 1e30}).encode(),
     json.dumps(EVENT | {"type": ["x"]}).encode(), b" " * (1 << 21)],
)  # fmt: skip
def test_signed_nonsense_is_refused_too(body: bytes) -> None:
    with pytest.raises(NotFromStripe):
        hint_of(body, signed(body), [SECRET], NOW)


@settings(deadline=None)
@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_one_changed_byte_breaks_the_signature(place: int, change: int) -> None:
    changed = bytearray(BODY)
    changed[place] ^= change
    with pytest.raises(NotFromStripe):
        hint_of(bytes(changed), signed(), [SECRET], NOW)


@settings(deadline=None)
@given(st.binary(max_size=200), st.text(max_size=200))
def test_nothing_a_stranger_sends_gets_through_or_breaks(body: bytes, header: str) -> None:
    with pytest.raises(NotFromStripe):
        hint_of(body, header, [SECRET], NOW)
