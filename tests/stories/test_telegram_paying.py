"""Stars and what can happen to them: paid twice, paid too late, given back once although the answer was lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.sandbox.telegram import Outcome, Person
from tests.stories.phone import Phone, buttons, phone, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
WISH = "a calm 5-second piece for youtube"


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def here(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Phone]:
    async with phone(tmp_path_factory.mktemp("phone")) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def buyer(here: Phone, request: pytest.FixtureRequest) -> Person:
    here.world.faults.clear()
    return here.world.add_person(f"Buyer of {request.node.name}"[:32])


async def test_paid_on_two_open_sheets_at_once_the_second_payment_goes_back(here: Phone, buyer: Person) -> None:
    purse = buyer.stars
    order = await here.order(WISH, buyer)
    bill = await here.bill(order, buyer)
    assert bill["invoice"]["description"] == order  # the title says what it is
    sheets = [buyer.open_invoice(buyer.id, bill["message_id"]) for _ in range(2)]
    price = sheets[0].to_json()["total_amount"]
    paid = await asyncio.gather(*(sheet.confirm() for sheet in sheets))
    assert Outcome.PAID in [one.outcome for one in paid]
    await here.until(lambda: buyer.stars == purse - price)
    await here.judge(await here.card(order), "approve")
    await here.parcel(order, buyer)
    assert buyer.stars == purse - price


async def test_a_bill_of_an_order_that_was_called_off_is_refused_kindly(here: Phone, buyer: Person) -> None:
    purse = buyer.stars
    order = await here.order(WISH, buyer)
    sheet = buyer.open_invoice(buyer.id, (await here.bill(order, buyer))["message_id"])
    shown = await here.says("Your order is ready", buyer)
    await here.press(shown, buttons(shown, "cancel")[0]["callback_data"], buyer)
    await here.says("Nothing was charged|Nothing was paid", buyer)
    late = await sheet.confirm()
    assert late.outcome is Outcome.REFUSED
    assert "Nothing was taken" in str(late.words)
    assert buyer.stars == purse


async def test_the_bill_is_sent_again_when_it_was_lost_from_sight(here: Phone, buyer: Person) -> None:
    order = await here.order(WISH, buyer)
    first = await here.bill(order, buyer)
    shown = await here.says("Your order is ready", buyer)
    await here.press(shown, buttons(shown, "pay")[0]["callback_data"], buyer)
    await here.until(lambda: bills(here, buyer, order)[:1] not in ([], [first["message_id"]]))
    assert len(bills(here, buyer, order)) == 1
    assert (await here.pay(order, buyer)).outcome is Outcome.PAID


async def test_money_goes_back_once_although_telegrams_answer_was_lost(here: Phone, buyer: Person) -> None:
    purse = buyer.stars
    order = await here.order(WISH, buyer)
    await here.pay(order, buyer)
    here.world.faults.after("refundStarPayment", "drop")
    await here.judge(await here.card(order), "reject")
    status = await here.status(order, "has been returned", buyer)
    assert "⭐" in words(status)
    assert buyer.stars == purse
    asked = [one for one in here.world.requests if one.method == "refundStarPayment"]
    assert [one.status for one in asked if one.params["user_id"] == buyer.id][-1] == 400
    assert "Rejected and refunded" in words(
        await here.says(f"{order}[^$]*Rejected", here.operator, here.world.review_chat_id)
    )


async def test_a_payment_heard_of_while_the_power_failed_counts(here: Phone, buyer: Person) -> None:
    order = await here.order(WISH, buyer)
    paid = await here.pay(order, buyer)
    await here.shop.kill()
    await here.shop.open()
    await here.judge(await here.card(order), "approve")
    await here.parcel(order, buyer)
    counted = [one for one in here.world.requests if one.method == "refundStarPayment"]
    assert paid.charge_id not in [one.params["telegram_payment_charge_id"] for one in counted]


def bills(here: Phone, buyer: Person, order: str) -> list[int]:
    """Return the bills of an order that stand in the buyer's chat."""
    return [
        one["message_id"] for one in buyer.messages(buyer.id) if "invoice" in one and here.payload(buyer, one) == order
    ]
