import io

import pytest

from bot.errors import NotAllowed, TryLater
from bot.orders.order import State
from tests.delivery import shop
from tests.web.conftest import Kiosk


async def test_the_short_address_leads_to_the_open_payment_page(kiosk: Kiosk) -> None:
    kiosk.book.put(shop.order(State.AWAITING_PAYMENT))
    client = await kiosk.open()
    answer = await client.get("/pay/K7Q2MXW4PD", allow_redirects=False)
    assert answer.status == 303
    assert answer.headers["Location"] == "https://pay.example/cs_1"
    assert answer.headers["Cache-Control"] == "no-store"


async def test_a_page_that_is_still_being_opened_is_tried_again_by_itself(kiosk: Kiosk) -> None:
    kiosk.book.put(shop.order(State.AWAITING_PAYMENT, data={"checkout": None}))
    client = await kiosk.open()
    answer = await client.get("/pay/K7Q2MXW4PD")
    assert (answer.status, answer.headers["Refresh"]) == (200, "3")


async def test_nobody_is_led_to_pay_while_the_bank_is_waited_for(kiosk: Kiosk) -> None:
    pending = {"reference": "cs_1", "until": "2026-12-05T12:00:00+00:00"}
    kiosk.book.put(shop.order(State.AWAITING_PAYMENT, data={"pending": pending}))
    client = await kiosk.open()
    answer = await client.get("/pay/K7Q2MXW4PD", allow_redirects=False)
    assert answer.status == 200
    assert "은행" in await answer.text()


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        (State.CANCELLED, 410, "취소된 주문"),
        (State.REFUNDED, 410, "환불된 주문"),
        *((state, 200, "이미 결제된") for state in (State.COMPOSING, State.REVIEWING, State.DELIVERED)),
    ],
)
async def test_nobody_pays_twice_or_for_nothing(kiosk: Kiosk, state: State, status: int, words: str) -> None:
    kiosk.book.put(shop.order(state))
    client = await kiosk.open()
    answer = await client.get("/pay/K7Q2MXW4PD", allow_redirects=False)
    assert answer.status == status
    assert words in await answer.text()


@pytest.mark.parametrize("order_id", ["ZZZZZZZZZZ", "k7q2mxw4pd", "K7Q2MXW4P", "K7Q2MXW4PDD", "...", "%00", "' OR 1=1"])
async def test_an_unknown_order_is_not_found(kiosk: Kiosk, order_id: str) -> None:
    kiosk.book.put(shop.order(State.AWAITING_PAYMENT))
    client = await kiosk.open()
    assert (await client.get(f"/pay/{order_id}", allow_redirects=False)).status == 404


@pytest.mark.parametrize(("page", "words"), [("paid", "고맙습니다"), ("cancelled", "결제하지 않고")])
async def test_who_comes_back_is_received_in_the_language_of_the_order(kiosk: Kiosk, page: str, words: str) -> None:
    kiosk.book.put(shop.order(State.AWAITING_PAYMENT))
    client = await kiosk.open()
    known = await client.get(f"/{page}?order=K7Q2MXW4PD", headers={"Accept-Language": "en"})
    assert words in await known.text()
    stranger = await client.get(f"/{page}?order=nonsense", headers={"Accept-Language": "fr, en;q=0.5"})
    assert stranger.status == 200
    assert stranger.headers["Content-Language"] == "en"


async def test_a_webhook_is_handed_on_byte_for_byte(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    body = b'{ "id": "evt_1",\r\n "x": "\xea\xb0\x80" }'
    answer = await client.post("/stripe/webhook", data=body, headers={"Stripe-Signature": "t=1,v1=ab"})
    assert answer.status == 200
    assert kiosk.taken == [(body, "t=1,v1=ab")]


@pytest.mark.parametrize(("refusal", "status"), [(NotAllowed("forged"), 400), (TryLater("database is locked"), 503)])
async def test_a_forged_webhook_is_refused_and_one_that_cannot_be_taken_comes_again(
    kiosk: Kiosk, refusal: Exception, status: int
) -> None:
    kiosk.refusal = refusal
    client = await kiosk.open()
    answer = await client.post("/stripe/webhook", data=b"{}")
    assert answer.status == status
    assert "database" not in await answer.text()


async def test_a_body_without_end_is_cut_off(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    answer = await client.post("/stripe/webhook", data=io.BytesIO(b"x" * (2 << 20)))
    assert answer.status == 413
    assert kiosk.taken == []


async def test_without_a_webhook_there_is_no_such_address(kiosk: Kiosk) -> None:
    kiosk.webhook = None
    client = await kiosk.open()
    assert (await client.post("/stripe/webhook", data=b"{}")).status == 404
    assert (await client.get("/stripe/webhook")).status in (404, 405)
