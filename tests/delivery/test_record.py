import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.delivery.record import Approval, Issue, canonical, certificate_number, check, sign, write_record
from bot.errors import BadInput
from bot.orders.order import Order
from tests.delivery import shop

FILES = ({"name": "master.wav", "type": "audio/wav", "size": 5, "sha256": "ab" * 32, "key": "x"},)


def record(order: Order | None = None, by: str = "discord:1") -> dict[str, Any]:
    current = order or shop.order()
    issue = Issue(current, Approval(by, shop.NOON), shop.Card(), FILES)
    return write_record(issue, certificate_number(shop.keys(), current), shop.terms(), shop.seller(), shop.names)


def test_a_certificate_number_is_the_same_on_every_try_and_tells_nothing() -> None:
    order = shop.order()
    number = certificate_number(shop.keys(), order)
    assert number == certificate_number(shop.keys(), order)
    assert number.startswith("BGM-")
    assert len(number) == 15
    assert order.id[:5] not in number
    assert len({certificate_number(shop.keys(), shop.order(round=round_)) for round_ in range(500)}) == 500


def test_the_record_names_what_was_agreed_to_and_when_without_the_words() -> None:
    at = "2026-11-21T11:00:00+00:00"
    consent = {"what": "terms", "text": "long words", "version": "5f2b", "at": at, "locale": "en"}
    assert record(shop.order(data={"consents": [consent]}))["consents"] == [
        {"what": "terms", "version": "5f2b", "at": at},
    ]
    assert record()["consents"] == []


def test_the_record_names_everything_the_licence_rests_on() -> None:
    written = record()
    assert written["issued"] == "2026-11-21T12:00:00Z"
    assert written["licensee"] == {"platform": "discord", "account": "884120393845276712", "name": ""}
    assert written["payment"] == {"provider": "stripe", "reference": "cs_1", "amount": 15000, "currency": "KRW"}
    assert written["work"]["title"] == {"ko": "잔잔한 음악 · K7Q2", "en": "Calm · K7Q2"}
    assert written["work"]["milliseconds"] == 2000
    assert written["engine"]["name"] == "composer"
    assert written["engine"]["digital_source_type"] == "algorithmicMedia"
    assert written["files"] == [
        {name: FILES[0][name] for name in ("name", "type", "size", "sha256")} | {"manifest": ""}
    ]
    grant = written["grant"]
    assert grant["terms_sha256"] == shop.terms().sha256
    assert "composer kiosk-1" in grant["disclosure"]["ko"]
    liability, law = (
        next(c["words"] for c in grant["terms"] if c["name"]["en"] == n) for n in ("Liability", "Governing law")
    )
    assert "₩15,000" in liability["en"]
    assert law == {
        "ko": "이 허락은 대한민국의 법을 따릅니다.",
        "en": "This permission is governed by the law of South Korea.",
    }
    assert "{" not in json.dumps(grant)[1:].replace('{"', "").replace(": {", "").replace("[{", "").replace(", {", "")


@pytest.mark.parametrize(("by", "who"), [("discord:1", "person"), ("telegram:9", "person"), ("shop", "shop")])
def test_only_a_person_counts_as_a_person(by: str, who: str) -> None:
    assert record(by=by)["picked"] == {"by": who, "take": 2, "of": 3, "round": 1}


def test_an_order_that_nobody_paid_for_says_so() -> None:
    assert record(shop.order(data={"payment": None}))["payment"] is None


def test_a_signed_record_is_believed_and_the_smallest_change_is_not() -> None:
    key = shop.keys().signing()
    envelope = sign(record(), key)
    assert check(json.loads(json.dumps(envelope)), key.public_key()) == record()
    for change in CHANGES:
        forged = copy.deepcopy(envelope)
        change(forged)
        with pytest.raises(BadInput):
            check(forged, key.public_key())


CHANGES: tuple[Callable[[dict[str, Any]], object], ...] = (
    lambda e: e["record"]["files"][0].update(sha256="ac" + "ab" * 31),
    lambda e: e["record"]["payment"].update(amount=15001),
    lambda e: e["record"]["grant"].update(purpose="ad"),
    lambda e: e["record"].update(extra=""),
    lambda e: e["record"].pop("issued"),
    lambda e: e["signature"].update(value=_bit_flipped(e["signature"]["value"])),
    lambda e: e.pop("signature"),
)


def test_a_record_signed_with_another_key_is_not_believed_even_if_it_brings_that_key() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    forged = sign(record(), Ed25519PrivateKey.generate())
    with pytest.raises(BadInput):
        check(forged, shop.keys().signing().public_key())


def test_canonical_bytes_do_not_depend_on_order_and_refuse_what_others_write_differently() -> None:
    assert canonical({"b": [1, None, True], "a": "가"}) == canonical({"a": "가", "b": [1, None, True]})
    assert canonical({"a": "é\n\u2028"}) == '{"a":"é\\n\u2028"}'.encode()
    for value in (1.5, {"a": (1,)}, {1: 2}, {"é": 1}, b"x"):
        with pytest.raises(TypeError):
            canonical(value)


def _bit_flipped(value: str) -> str:
    raw = bytearray(base64.b64decode(value))
    raw[0] ^= 1
    return base64.b64encode(raw).decode()
