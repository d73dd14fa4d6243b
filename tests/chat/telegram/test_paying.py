"""Stars: asked before they are taken, counted once, and the bill once more."""

import asyncio
from typing import Any, cast

import pytest

from bot.chat.telegram.client import TelegramBot
from bot.delivery.postman import Postman
from bot.delivery.status import StatusBoard
from bot.orders.facts import Paid, Withdrawn
from bot.orders.order import Order, State
from bot.payments.stars import StarsProvider
from bot.sandbox.telegram import Outcome
from tests.chat.telegram.conftest import Message, Scene, datas
from tests.commands.shop import NOW, texts
from tests.delivery import shop as delivery

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def placed(scene: Scene) -> Order:
    """Let the buyer order in one sentence."""
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/bgm calm 1:00 youtube")
    summary = await scene.says("Your order")
    await scene.press(summary, datas(summary, "place")[0])
    await scene.until(lambda: True)
    (order,) = await scene.orders()
    return order


async def billed(scene: Scene, bot: TelegramBot, order: Order) -> Message:
    """Send the bill of an order and return it."""
    till = bot.till
    number = await till.send_bill(scene.buyer.id, order.id, "Calm · 1:00 · YouTube", "Music", order.price.total.amount)
    return scene.buyer.message(scene.buyer.id, number)


async def test_a_title_too_long_for_a_bill_stands_in_it_whole(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    title = "Melancholic · 2:30 · Streaming background"
    number = await bot.till.send_bill(scene.buyer.id, "K3M8Q2Z7RT", title, "K3M8Q2Z7RT", 924)
    invoice = scene.buyer.message(scene.buyer.id, number)["invoice"]
    assert title.startswith(invoice["title"].removesuffix("…"))
    assert invoice["description"] == f"{title} · K3M8Q2Z7RT"


async def test_a_payment_counts_once(scene: Scene, bot: TelegramBot) -> None:
    order = await placed(scene)
    bill = await billed(scene, bot, order)
    paid = await scene.buyer.pay(scene.buyer.id, bill["message_id"])
    assert paid.outcome is Outcome.PAID

    async def state() -> State:
        return (await scene.shop.book.get(order.id)).state

    async with asyncio.timeout(30):
        while await state() is not State.COMPOSING:
            await asyncio.sleep(0.02)
    payment = (await scene.shop.book.get(order.id)).data["payment"]
    assert payment == {
        "provider": "stars", "reference": paid.charge_id, "payment": paid.charge_id, "amount": 924, "currency": "XTR",
    }  # fmt: skip


async def test_the_answer_with_the_pay_button_shows_how_it_stands_once_it_is_paid(
    scene: Scene, bot: TelegramBot
) -> None:
    order = await placed(scene)
    answer = await scene.says(order.id)
    assert datas(answer, "pay")
    order = await scene.told(order, Paid("stars", "charge", order.price.total.amount, "XTR", "charge"))
    board = StatusBoard(texts(), delivery.names, delivery.links())
    postman = Postman({"telegram": bot.doorway}, scene.shop.book, board, cast(Any, None))
    await postman.tell_buyer(delivery.job("tell_buyer"), order)
    now = scene.buyer.message(scene.buyer.id, answer["message_id"])
    assert datas(now, "pay") == []
    assert datas(now, "order") == [f"bgm:order:{order.id}"]


async def test_what_can_no_longer_be_paid_is_refused_kindly(scene: Scene, bot: TelegramBot) -> None:
    order = await placed(scene)
    sheet = scene.buyer.open_invoice(scene.buyer.id, (await billed(scene, bot, order))["message_id"])
    stars = scene.buyer.stars
    await scene.told(order, Withdrawn())
    late = await sheet.confirm()
    assert (late.outcome, scene.buyer.stars) == (Outcome.REFUSED, stars)
    assert "time to pay is over" in str(late.words)


async def test_another_persons_bill_another_price_and_no_order_are_refused(scene: Scene, bot: TelegramBot) -> None:
    order = await placed(scene)
    stranger = scene.world.add_person("Stranger")
    await stranger.start()
    amount = order.price.total.amount
    for payload, price, phrase in (
        (order.id, amount, "somebody else"), ("NOSUCHORDER", amount, "belongs to no order"),
    ):  # fmt: skip
        number = await bot.till.send_bill(stranger.id, payload, "Music", "", price)
        refused = await stranger.pay(stranger.id, number)
        assert phrase in str(refused.words)
    number = await bot.till.send_bill(scene.buyer.id, order.id, "Music", "", 1)
    assert "price" in str((await scene.buyer.pay(scene.buyer.id, number)).words)


async def test_the_provider_reads_payments_and_refunds_off_telegrams_list(scene: Scene, bot: TelegramBot) -> None:
    order = await placed(scene)
    bill = await billed(scene, bot, order)
    stars = scene.buyer.stars
    paid = await scene.buyer.pay(scene.buyer.id, bill["message_id"])
    provider = StarsProvider(bot.till, scene.shop.book, lambda _order: (), NOW - NOW)
    (status,) = [one for one in await provider.checkouts(NOW.replace(year=2000)) if one.order == order.id]
    assert (status.order, status.payment, status.amount) == (order.id, paid.charge_id, 924)
    async with asyncio.timeout(30):
        while "payment" not in (await scene.shop.book.get(order.id)).data:
            await asyncio.sleep(0.02)
    for _ in range(2):  # the second time Telegram says that it was done
        back = await provider.refund(str(paid.charge_id), order=order.id, key="refund")
        assert back.amount == 924
    assert scene.buyer.stars == stars
    (seen,) = [one for one in await provider.refunded(NOW.replace(year=2000)) if one.payment == paid.charge_id]
    assert seen == back
