"""The operator's commands: who may use them, where, and what they do."""

import pytest

from bot.commands.listen import COMMANDS
from bot.errors import BadInput, NotAllowed, NotFound
from bot.orders.facts import BuyerTold, JobDied, TakesReady
from bot.orders.order import State
from tests.commands.shop import BUYER, HALL, KOREAN, OPERATOR, REVIEW, Shop, data_of, selects, shown
from tests.commands.test_my_orders import OPENED, PAID
from tests.review.takes import takes

SHOP = [name for name in COMMANDS if name.startswith("shop ")]


@pytest.mark.parametrize("command", SHOP)
async def test_nobody_else_may_use_them(shop: Shop, command: str) -> None:
    order = await shop.placed()
    with pytest.raises(NotAllowed) as refused:
        await shop.say(BUYER, command, place=REVIEW, order=order.id)
    assert refused.value.text == "error-operators-only"


@pytest.mark.parametrize("command", SHOP)
async def test_not_where_buyers_read_along(shop: Shop, command: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        await shop.say(OPERATOR, command, place=HALL)
    assert refused.value.text == "error-review-only"


@pytest.mark.parametrize("verb", ["look", "retry", "refund"])
async def test_a_strangers_press_does_nothing(shop: Shop, verb: str) -> None:
    order = await shop.told(await shop.placed(), OPENED, PAID)
    with pytest.raises(NotAllowed):
        await shop.answer(KOREAN, f"bgm:{verb}:{order.id}", place=REVIEW)
    assert (await shop.book.get(order.id)).version == order.version


async def test_an_order_shows_its_journal(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), OPENED, PAID)
    words = shown(await shop.say(OPERATOR, "shop order", place=REVIEW, order=f"#{order.id.lower()}"))
    assert "payment page opened" in words
    assert "paid (shop)" in words
    assert "Mina (discord:1)" in words


async def test_what_means_nothing_is_marked_in_the_journal(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), TakesReady(1, []), BuyerTold(""))
    words = shown(await shop.say(OPERATOR, "shop order", place=REVIEW, order=order.id))
    assert "takes ready (shop), without effect" in words


async def test_a_refund_asks_for_a_reason_and_happens_once(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), OPENED, PAID)
    screen = await shop.say(OPERATOR, "shop refund", place=REVIEW, order=order.id)
    assert (await shop.book.get(order.id)).state is State.COMPOSING
    form = await shop.form(OPERATOR, data_of(screen, "refund"), place=REVIEW)
    await shop.submit(OPERATOR, form, place=REVIEW, reason="Sorry, not our day.")
    order = await shop.book.get(order.id)
    assert order.state is State.REFUNDING
    assert order.data["reason"] == "Sorry, not our day."
    with pytest.raises(BadInput):
        await shop.submit(OPERATOR, form, place=REVIEW, reason="again")


async def test_an_unpaid_order_has_nothing_to_refund(shop: Shop) -> None:
    order = await shop.placed(BUYER)
    with pytest.raises(BadInput) as refused:
        await shop.answer(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)
    assert "waiting for payment" in shop.services.texts.error("en", refused.value)


async def test_retry_tries_again_what_failed(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), OPENED, PAID, TakesReady(1, takes("a")))
    died = JobDied("post_card", "address refused (550)", cause="smtp-address", values={"code": "550"})
    await shop.told(order, died)
    today = await shop.say(OPERATOR, "shop today", place=REVIEW)
    screen = await shop.press(OPERATOR, selects(today)[0].data, order.id, place=REVIEW)
    assert "The review card could not be posted.\nThe mail server will not deliver" in shown(screen)
    assert "post_card: address refused (550)" in shown(screen)  # the technical cause, as a detail
    await shop.press(OPERATOR, data_of(screen, "retry"), place=REVIEW)
    assert (await shop.book.journal(order.id))[-1].outcome == "applied"


async def test_retrying_what_did_not_fail_says_so(shop: Shop) -> None:
    order = await shop.placed(BUYER)
    with pytest.raises(BadInput):
        await shop.say(OPERATOR, "shop retry", place=REVIEW, order=order.id)


async def test_an_unknown_order_is_named(shop: Shop) -> None:
    with pytest.raises(NotFound) as refused:
        await shop.say(OPERATOR, "shop order", place=REVIEW, order="nothing")
    assert "NOTHING" in shop.services.texts.error("ko", refused.value)
