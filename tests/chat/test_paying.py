"""The pay button in a private answer: there while there is something to pay, gone when there is not, over the wire."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from bot.delivery.postman import Postman
from bot.delivery.status import StatusBoard
from bot.orders.facts import BuyerTold, CheckoutOpened, DeadlinePassed, What
from bot.orders.order import Order, State
from bot.orders.to_pay import to_pay_note
from bot.screens import Doorway
from tests.chat.conftest import Scene, WatchedBot
from tests.chat.test_ordering import components, custom_id, seen
from tests.commands.shop import texts
from tests.delivery import shop as delivery
from tests.orders.example import paid

Json = dict[str, Any]
OPENED = CheckoutOpened("stripe", "cs_1", "https://pay.example/cs_1", "2030-01-01T00:00:00+00:00")


def pay_links(message: Json) -> list[str]:
    return [one["url"] for one in components(message) if "/pay/" in one.get("url", "")]


async def placed(scene: Scene) -> tuple[Order, Json]:
    """Let the buyer order; the order, and the private answer with its pay button."""
    asked = {"mood": "calm", "length": "60", "purpose": "vlog", "details": "rain"}
    summary = seen(await (await scene.buyer.use(scene.hall, "bgm", asked)).finished())
    order_id = custom_id(summary, "bgm:place:").split(":")[2]
    sent = await scene.buyer.click(scene.hall, summary["id"], custom_id(summary, "bgm:place:"))
    answer = seen(await sent.finished())
    assert pay_links(answer) == [f"http://shop.example/pay/{order_id}"]
    order = await scene.shop.told(await scene.shop.book.get(order_id), OPENED, BuyerTold(""))
    complete = scene.shop.services.texts.say("en", "orders-dm-closed")[:40]
    await shows(scene, answer, lambda message: complete in str(message["embeds"]))
    return order, answer


async def shows(scene: Scene, message: Json, fits: Any) -> Json:
    return await scene.buyer.wait_for(
        lambda one: one["id"] == message["id"] and bool(fits(one)), channel_id=scene.hall, timeout=30
    )


def postman(scene: Scene, bot: WatchedBot) -> Postman:
    board = StatusBoard(texts(), delivery.names, delivery.links())
    return Postman({"discord": cast(Doorway, bot.doorway)}, scene.shop.book, board, cast(Any, None))


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(("what", "phrase"), [(paid(amount=1200, currency="usd"), "✅ Paid"), (None, "cancelled")])
async def test_what_is_paid_or_over_offers_no_payment(
    scene: Scene, what: What | None, phrase: str, restarted: bool
) -> None:
    async with scene.bot() as bot:
        order, answer = await placed(scene)
        order = await scene.shop.told(order, what or DeadlinePassed(order.version))
        if not restarted:
            await postman(scene, bot).tell_buyer(delivery.job("tell_buyer"), order)
    if restarted:
        async with scene.bot() as bot:
            await postman(scene, bot).tell_buyer(delivery.job("tell_buyer"), order)
    now = await shows(scene, answer, lambda message: not pay_links(message))
    assert order.state in (State.COMPOSING, State.CANCELLED)
    assert phrase in str(now["embeds"])
    assert custom_id(now, "bgm:order:") == f"bgm:order:{order.id}"
    assert await scene.shop.book.recall(to_pay_note(order.id)) is None


@pytest.mark.parametrize("restarted", [False, True])
async def test_before_an_answer_is_out_of_reach_its_pay_button_goes_and_refresh_brings_it_back(
    scene: Scene, restarted: bool
) -> None:
    if restarted:
        async with scene.bot():
            order, answer = await placed(scene)
    early, services = scene.shop.services, scene.shop.services
    scene.shop.services = replace(services, clock=lambda: datetime.now(UTC) + timedelta(minutes=14, seconds=30))
    async with scene.bot():
        if not restarted:
            order, answer = await placed(scene)
        now = await shows(scene, answer, lambda message: not pay_links(message))
        assert "Refresh" in str(now["embeds"])
        assert (await scene.shop.book.recall(to_pay_note(order.id)) or {})["messages"] == {}
    scene.shop.services = early
    async with scene.bot():
        again = await scene.buyer.click(scene.hall, answer["id"], custom_id(now, "bgm:order:"))
        assert pay_links(seen(await again.finished())) == [f"http://shop.example/pay/{order.id}"]


async def test_paid_while_the_answer_was_on_its_way_shows_that(scene: Scene, bot: WatchedBot) -> None:
    order, answer = await placed(scene)
    seen_before = scene.shop.book.get
    told = await scene.shop.told(order, paid(amount=1200, currency="usd"))

    async def late(order_id: str) -> Order:
        """The answer is made of the order as it was."""
        scene.shop.book.get = seen_before  # type: ignore[method-assign]
        return order

    scene.shop.book.get = late  # type: ignore[method-assign]
    await scene.buyer.click(scene.hall, answer["id"], custom_id(answer, "bgm:order:"))
    now = await shows(scene, answer, lambda message: not pay_links(message))
    assert told.state is State.COMPOSING
    assert custom_id(now, "bgm:order:")


async def test_a_pay_button_is_noted_before_anybody_sees_it(
    scene: Scene, bot: WatchedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash in between would leave it standing for ever."""
    remember, visible = scene.shop.book.remember, list[bool]()

    async def watched(name: str, value: dict[str, Any]) -> None:
        if name.startswith(to_pay_note("")):
            visible.append(any(pay_links(message) for message in scene.buyer.messages(scene.hall)))
        await remember(name, value)

    monkeypatch.setattr(scene.shop.book, "remember", watched)
    await placed(scene)
    assert visible == [False]
