import pytest

from bot.delivery.status import Standing, StatusBoard
from bot.orders.order import State
from bot.screens import Button, Link, Tone
from tests.delivery import shop
from tests.orders.example import PRICE, free_order

BOARD = StatusBoard(shop.texts(), shop.names, shop.links())
FREE = free_order().price


@pytest.mark.parametrize("locale", ["ko", "en-GB"])
@pytest.mark.parametrize("state", list(State))
def test_every_state_has_its_own_complete_sentence(state: State, locale: str) -> None:
    screen = BOARD.screen(shop.order(state, locale=locale, data={"reason": "mood missed"}))
    shown = " ".join((screen.title, screen.text, *(part for fact in screen.facts for part in fact)))
    assert "told-" not in shown
    assert "{" not in shown
    others = {BOARD.screen(shop.order(other, locale=locale)).text for other in State if other is not state}
    assert screen.text not in others


def test_the_steps_move_like_a_progress_bar() -> None:
    text = BOARD.screen(shop.order(State.REVIEWING, locale="en")).text
    assert text.splitlines()[2:] == [
        "✅ Paid", "✅ Composed", "▶️ Being listened to", "▫️ Master and licence", "▫️ Delivery",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("standing", "expected"),
    [
        (Standing(0.4, 0), "▶️ Composing  ▰▰▰▰▱▱▱▱▱▱ 40 %"),
        (Standing(0.0, 0), "▶️ Composing  ▱▱▱▱▱▱▱▱▱▱ 0 %"),
        (Standing(1.7, 0), "▶️ Composing  ▰▰▰▰▰▰▰▰▰▰ 100 %"),
        (Standing(None, 3), "You are number 3 in the queue."),
    ],
)
def test_a_waiting_buyer_sees_how_far_it_is(standing: Standing, expected: str) -> None:
    assert expected in BOARD.screen(shop.order(State.COMPOSING, locale="en"), standing).text


@pytest.mark.parametrize("standing", [Standing(), Standing(0.4, 0), Standing(None, 3)])
def test_who_paid_nothing_is_told_of_no_payment(standing: Standing) -> None:
    screen = BOARD.screen(shop.order(State.COMPOSING, locale="en", price=FREE), standing)
    assert "Your order is in" in screen.text
    assert "pay" not in screen.text.lower()


def test_an_unpaid_order_can_be_paid_or_cancelled() -> None:
    (row,) = BOARD.screen(shop.order(State.AWAITING_PAYMENT)).rows
    pay, cancel, ask = row
    assert isinstance(pay, Link)
    assert isinstance(cancel, Button)
    assert pay.url == f"{shop.ADDRESS}/pay/K7Q2MXW4PD"
    assert cancel.data == "bgm:cancel:K7Q2MXW4PD"
    assert isinstance(ask, Button)
    assert ask.data == "bgm:ask:K7Q2MXW4PD"


def test_while_the_bank_is_waited_for_nobody_is_asked_to_pay_again() -> None:
    pending = {"pending": {"reference": "cs_1", "until": "2026-12-05T12:00:00+00:00"}}
    screen = BOARD.screen(shop.order(State.AWAITING_PAYMENT, locale="en", data=pending))
    assert "waiting for your bank" in screen.text
    assert screen.rows == ()
    called_off = BOARD.screen(shop.order(State.CANCELLED, locale="en", data=pending))
    assert "all of it is returned" in called_off.text
    refused = BOARD.screen(shop.order(State.CANCELLED, locale="en", data={"pending": {}, "closed": "failed"}))
    assert "Your bank did not carry out the payment" in refused.text


def test_a_dispute_is_told_in_its_own_words() -> None:
    def disputed(standing: str, amount: int = 15000) -> dict[str, object]:
        payment = {"payment": "pi_1", "reference": "cs_1", "amount": 15000, "currency": "KRW", "provider": "stripe"}
        dispute = {"payment": "pi_1", "amount": amount, "currency": "KRW", "standing": standing}
        return {"payment": payment, "disputes": {"du_1": dispute}}

    held = BOARD.screen(shop.order(State.DELIVERING, locale="en", data=disputed("open")))
    assert "Your bank is looking into the payment" in held.text
    lost = BOARD.screen(shop.order(State.REFUNDED, locale="en", data=disputed("lost")))
    assert "Your bank has returned the payment of ₩15,000" in lost.text
    part = BOARD.screen(shop.order(State.DELIVERED, locale="en", data=disputed("lost", 5000)))
    assert ("Returned so far", "₩5,000 of ₩15,000") in part.facts
    rest = BOARD.screen(shop.order(State.REFUNDING, locale="en", data=disputed("lost", 5000)))
    assert "All of ₩10,000 is on its way back" in rest.text


@pytest.mark.parametrize("state", [State.CANCELLED, State.REFUNDED])
def test_credit_that_comes_back_is_told(state: State) -> None:
    screen = BOARD.screen(shop.order(state, locale="en", data={"discounts": {"credit": 4000}}))
    assert ("Your credit", "₩4,000 yours to use again") in screen.facts
    standing = BOARD.screen(shop.order(State.DELIVERED, locale="en", data={"discounts": {"credit": 4000}}))
    assert "Your credit" not in [label for label, _ in standing.facts]


def test_a_refund_names_the_sum_and_the_operators_reason_as_plain_words() -> None:
    screen = BOARD.screen(shop.order(State.REFUNDED, locale="en", data={"reason": "too\nloud\x00"}))
    assert "₩15,000" in screen.text
    assert ("Reason", "too loud") in screen.facts
    assert screen.tone is Tone.BAD


def test_a_second_payment_that_went_back_is_told() -> None:
    refunds = [{"payment": "pi_2", "reference": "re_1", "amount": 15000, "currency": "krw"}]
    screen = BOARD.screen(shop.order(State.COMPOSING, locale="en", data={"refunds": refunds}))
    assert ("Paid twice", "₩15,000 returned") in screen.facts


def test_a_parcel_that_waits_here_says_so() -> None:
    by_dm = BOARD.screen(shop.order(State.DELIVERED, locale="en", data={"hand_over": {"dm": "x"}}))
    by_link = BOARD.screen(shop.order(State.DELIVERED, locale="en", data={"hand_over": {"link": ""}}))
    assert "with you" in by_dm.text
    assert "button below" in by_link.text
    assert isinstance(by_link.rows[0][0], Link)


def test_a_part_that_goes_back_is_said_in_every_currency() -> None:
    for currency, amounts, said in (
        ("KRW", (4000, 1000), "₩5,000 of ₩15,000"),
        ("JPY", (500,), "¥500 of ¥15,000"),
        ("USD", (250, 250), "$5.00 of $150.00"),
        ("XTR", (70,), "⭐ 70 of ⭐ 15,000"),
    ):
        payment = {"provider": "stripe", "reference": "cs_1", "payment": "pi_1", "amount": 15000, "currency": currency}
        back = [{"payment": "pi_1", "reference": "re", "amount": one, "currency": currency} for one in amounts]
        data = {"payment": payment, "refunds": back}
        shown = BOARD.screen(shop.order(State.DELIVERED, locale="en", data=data)).facts
        assert ("Returned so far", said) in shown
        whole = BOARD.screen(shop.order(State.REFUNDED, locale="en", data=data)).facts
        assert "Returned so far" not in dict(whole)


@pytest.mark.parametrize(("locale", "licence"), [("en", "licence"), ("ko", "이용 허락")])
def test_who_loses_a_change_with_its_piece_reads_which_and_what_comes_back(locale: str, licence: str) -> None:
    lost = {"source_returned": "P9Q8R7S6T5", "source": {"order": "P9Q8R7S6T5", "change": "calmer"}}
    for state, price in ((State.CANCELLED, FREE), (State.REFUNDING, PRICE)):
        text = BOARD.screen(shop.order(state, locale=locale, price=price, data=lost)).text
        assert "P9Q8R7S6T5" in text
        assert licence in text
    back = BOARD.screen(shop.order(State.REFUNDED, locale=locale, data=lost | {"hand_over": {"dm": "1/2"}}))
    assert "P9Q8R7S6T5" in str(back.facts)
    assert licence in back.text
    never = BOARD.screen(shop.order(State.REFUNDED, locale=locale))
    assert licence not in never.text
    handed = BOARD.screen(shop.order(State.REFUNDING, locale=locale, data={"hand_over": {"dm": "1/2"}})).text
    assert licence in handed
    assert "could not" not in handed
