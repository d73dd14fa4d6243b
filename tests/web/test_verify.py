from dataclasses import replace

import pytest

from bot.orders.order import State
from tests.web.conftest import Kiosk


async def test_a_certificate_can_be_checked_by_anybody_and_names_nobody(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(f"/verify/{order.data['certificate']['number']}", headers={"Accept-Language": "en"})
    text = await answer.text()
    assert answer.status == 200
    assert "it stands" in text
    assert order.data["files"][0]["sha256"] in text
    for private in (order.id, order.customer.partition(":")[2], "cs_1", "15,000", "15000", "stripe"):
        assert private not in text, private


async def test_a_refund_ends_the_licence_for_all_to_see(kiosk: Kiosk) -> None:
    order, _ = await kiosk.parcel()
    kiosk.book.put(replace(order, state=State.REFUNDED))
    client = await kiosk.open()
    text = await (await client.get(f"/verify/{order.data['certificate']['number']}")).text()
    assert "the licence has ended" in text


@pytest.mark.parametrize("number", ["BGM-AAAAA-AAAAA", "BGM-aaaaa-aaaaa", "K7Q2MXW4PD", "x", "..", "BGM-A7FLU-KVTQF1"])
async def test_what_was_never_issued_is_not_found(kiosk: Kiosk, number: str) -> None:
    await kiosk.parcel()
    client = await kiosk.open()
    assert (await client.get(f"/verify/{number}")).status == 404


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
