from dataclasses import replace

import pytest
from aiohttp import FormData

from bot.orders.order import State
from bot.web import verify
from tests.web.conftest import Kiosk


async def test_a_certificate_can_be_checked_by_anybody_and_names_nobody(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(f"/verify/{order.data['certificate']['number']}", headers={"Accept-Language": "en"})
    text = await answer.text()
    assert answer.status == 200
    assert "it stands" in text
    assert order.data["files"][0]["sha256"] in text
    assert "calm-K7Q2.wav" in text  # as it was delivered, whatever the record calls it
    assert "master." not in text
    assert '<time datetime="2026-11-21T12:00:00Z">November 21, 2026, 9:00 PM (GMT+09:00)</time>' in text
    assert "the shop&#x27;s own composer (kiosk-1)" in text
    for private in (order.id, order.customer.partition(":")[2], "cs_1", "15,000", "15000", "stripe"):
        assert private not in text, private


async def test_a_refund_ends_the_licence_for_all_to_see(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    kiosk.book.put(replace(order, state=State.REFUNDED))
    client = await kiosk.open()
    text = await (await client.get(f"/verify/{order.data['certificate']['number']}")).text()
    assert "the licence has ended" in text


@pytest.mark.parametrize("number", ["BGM-AAAAA-AAAAA", "BGM-aaaaa-aaaaa", "K7Q2MXW4PD", "x", "...", "BGM-A7FLU-KVTQF1"])
async def test_what_was_never_issued_is_not_found(kiosk: Kiosk, number: str) -> None:
    await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(f"/verify/{number}", headers={"Accept-Language": "en"})
    assert answer.status == 404
    assert "This shop issued no such certificate" in await answer.text()


async def test_the_form_leads_to_the_certificate(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    number = order.data["certificate"]["number"]
    client = await kiosk.open()
    page = await client.get("/verify")
    assert "public key" in await page.text()
    answer = await client.get(f"/verify?certificate=%20{number.lower()}%20", allow_redirects=False)
    assert answer.headers["Location"] == f"/verify/{number}"
    evil = await client.get("/verify?certificate=//evil.example", allow_redirects=False)
    assert evil.headers["Location"] == "/verify/unknown"


def _form(name: str, content: bytes, field: str = "file") -> FormData:
    form = FormData()
    form.add_field(field, content, filename=name)
    return form


async def test_a_file_of_the_shop_is_proven_and_nobody_is_named(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    client = await kiosk.open()
    for entry in (*order.data["files"], order.data["certificate"]["file"]):
        content = kiosk.media.path(entry["key"]).read_bytes()
        answer = await client.post("/verify", data=_form(entry["name"], content), headers={"Accept-Language": "en"})
        text = await answer.text()
        assert answer.status == 200
        assert "It is proven" in text
        assert '<p class="verdict good">' in text
        assert "master." not in text
        assert "The certificate" in text or order.data["certificate"]["number"] in text
        for private in (order.id, order.customer.partition(":")[2], "cs_1"):
            assert private not in text


async def test_one_changed_bit_is_said_to_speak_against_it(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    client = await kiosk.open()
    content = bytearray(kiosk.media.path(order.data["files"][0]["key"]).read_bytes())
    content[len(content) // 2] ^= 1
    answer = await client.post("/verify", data=_form("x.wav", bytes(content)), headers={"Accept-Language": "en"})
    assert "Something does not fit" in await answer.text()


@pytest.mark.parametrize(
    ("name", "content", "field"),
    [("x.exe", b"MZ", "file"), ("x.wav", b"", "file"), ("x.wav", b"RIFF", "other"), ("", b"RIFF", "file")],
)
async def test_what_cannot_be_looked_at_is_refused_with_a_sentence(
    kiosk: Kiosk, name: str, content: bytes, field: str
) -> None:
    client = await kiosk.open()
    assert (await client.post("/verify", data=_form(name, content, field))).status == 400


async def test_what_is_not_proven_is_amber_and_an_old_certificate_leads_to_the_one_that_counts(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    number = order.data["certificate"]["number"]
    client = await kiosk.open()
    answer = await client.post("/verify", data=_form("a.mp3", b"ID3"), headers={"Accept-Language": "en"})
    assert '<p class="verdict open">Nothing is proven' in await answer.text()
    newer = {"number": "BGM-22222-22222", "file": order.data["certificate"]["file"]}
    kiosk.book.put(replace(order, data=order.data | {"certificate": newer, "replaced": [number]}))
    text = await (await client.get(f"/verify/{number}", headers={"Accept-Language": "en"})).text()
    assert '<p class="verdict open">This certificate was issued anew' in text
    assert "/verify/BGM-22222-22222" in text
    assert "it stands" not in text


async def test_garbage_proves_nothing_and_breaks_nothing(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    for name, content in (
        ("a.wav", b"RIFF" * 99),
        ("a.pdf", b"%PDF-1.7 no"),
        ("a.json", b"[" * 5000),
        ("a.mp3", b"ID3"),
    ):
        answer = await client.post("/verify", data=_form(name, content))
        assert answer.status in (200, 400)
    assert (await client.post("/verify", data=b"x" * 100)).status == 400


async def test_uploads_are_limited_in_size_and_number(kiosk: Kiosk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "LARGEST", 1000)
    client = await kiosk.open()
    answer = await client.post("/verify", data=_form("x.wav", b"R" * 2000), headers={"Accept-Language": "en"})
    assert answer.status == 400
    assert "too large" in await answer.text()
    statuses = [(await client.post("/verify", data=_form("x.exe", b"MZ"))).status for _ in range(verify.UPLOADS)]
    assert statuses == [400] * (verify.UPLOADS - 1) + [429]
