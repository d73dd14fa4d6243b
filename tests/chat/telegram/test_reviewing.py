"""The operator judges on Telegram: by button, by reaction on a card or a preview, and only the first verdict counts."""

import asyncio
from dataclasses import replace

import pytest

from bot.chat.telegram.client import TelegramBot
from bot.orders.facts import CardPosted, Paid, TakesReady
from bot.orders.order import Order, State
from bot.screens import Button, File, Screen
from tests.chat.telegram.conftest import Message, Scene, words
from tests.chat.telegram.test_doorway import sounds
from tests.commands.shop import BUYER

__all__ = ["sounds"]
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def waiting(scene: Scene, bot: TelegramBot, files: tuple[File, ...]) -> tuple[Order, Message]:
    """Return an order that waits for a verdict, and its card in the review group."""
    order = await scene.shop.placed(BUYER)
    payment = Paid("stripe", "cs_1", order.price.total.amount, order.price.currency, "pi_1")
    takes = [{"index": number, "rank": 4 - number} for number in (1, 2, 3)]
    order = await scene.told(order, payment, TakesReady(1, takes))
    rows = (
        tuple(Button(f"Take {n}", f"bgm:approve:{order.id}:1.{n}") for n in (1, 2, 3)),
        (Button("New takes", f"bgm:again:{order.id}:1"), Button("Again, but", f"bgm:but:{order.id}:1")),
    )
    message = await bot.doorway.post(scene.review_place, Screen("Card", files=files, rows=rows), once="card")
    order = await scene.told(order, CardPosted(1, message))
    return order, scene.operator.message(scene.review, int(message.rpartition("/")[2]))


async def state(scene: Scene, order: Order, wanted: State) -> Order:
    async with asyncio.timeout(30):
        while (now := await scene.shop.book.get(order.id)).state is not wanted:
            await asyncio.sleep(0.02)
    return now


async def test_a_button_counts_and_the_second_is_told_who_was_quicker(
    scene: Scene, bot: TelegramBot, sounds: tuple[File, ...]
) -> None:
    order, card = await waiting(scene, bot, sounds)
    answer = await scene.press(card, f"bgm:approve:{order.id}:1.2", scene.operator)
    assert "take 2. Done" in str(answer.text)
    assert (await state(scene, order, State.PACKING)).data["chosen"] == 2
    late = await scene.press(card, f"bgm:again:{order.id}:1", scene.operator)
    assert "already decided" in str(late.text)
    assert late.is_alert


async def test_only_the_operator_may_judge(scene: Scene, bot: TelegramBot, sounds: tuple[File, ...]) -> None:
    order, card = await waiting(scene, bot, sounds)
    scene.operators.clear()
    answer = await scene.press(card, f"bgm:approve:{order.id}:1.1", scene.operator)
    assert "operator" in str(answer.text)
    assert (await scene.shop.book.get(order.id)).state is State.REVIEWING


@pytest.mark.parametrize(("on", "emoji", "chosen"), [(1, "👍", 2), (None, "❤", 3)])
async def test_a_thumbs_up_chooses_the_preview_it_is_on_or_the_best_fit(
    scene: Scene, bot: TelegramBot, sounds: tuple[File, ...], on: int | None, emoji: str, chosen: int
) -> None:
    order, card = await waiting(scene, bot, sounds)
    previews = [one for one in scene.operator.messages(scene.review) if "audio" in one]
    await scene.operator.react(scene.review, (card if on is None else previews[on])["message_id"], emoji)
    assert (await state(scene, order, State.PACKING)).data["chosen"] == chosen


async def test_a_form_in_the_group_is_answered_by_a_reply(
    scene: Scene, bot: TelegramBot, sounds: tuple[File, ...]
) -> None:
    order, card = await waiting(scene, bot, sounds)
    await scene.press(card, f"bgm:but:{order.id}:1", scene.operator)
    form = await scene.says("New takes, but", scene.operator, scene.review)
    assert form["reply_to_message"]["message_id"] == card["message_id"]
    await scene.operator.write(scene.review, "epic", reply_to=form["message_id"])
    form = await scene.says("New takes, but[^$]*epic", scene.operator, scene.review)
    await scene.press(form, "Done", scene.operator)
    assert (await state(scene, order, State.COMPOSING)).brief.mood == "epic"


async def test_the_operators_commands_work_in_the_group(scene: Scene, bot: TelegramBot) -> None:
    order = await scene.shop.placed(BUYER)
    await scene.operator.write(scene.review, "/shop today")
    await scene.says("at the shop", scene.operator, scene.review)
    await scene.operator.write(scene.review, f"/shop@bgm_kiosk_bot order {order.id}")
    shown = await scene.says(order.id, scene.operator, scene.review)
    assert "waiting for payment" in words(shown) or "Composing starts" in words(shown)


async def test_in_a_channel_buttons_count_and_words_are_asked_for_in_private(
    scene: Scene, bot: TelegramBot, sounds: tuple[File, ...]
) -> None:
    here = replace(scene, review=scene.world.channel_id)
    scene.shop.services.review_places["telegram"] = here.review_place  # type: ignore[index]
    order, card = await waiting(here, bot, sounds)
    refused = await here.press(card, f"bgm:but:{order.id}:1", scene.operator)
    if refused.url:  # the operator has never spoken to the bot
        await scene.operator.start()
        await here.press(card, f"bgm:but:{order.id}:1", scene.operator)
    form = await here.says("New takes, but", scene.operator, scene.operator.id)
    await scene.operator.write(scene.operator.id, "epic")
    form = await here.says("New takes, but[^$]*epic", scene.operator, scene.operator.id)
    await here.press(form, "Done", scene.operator)
    assert (await state(here, order, State.COMPOSING)).brief.mood == "epic"
