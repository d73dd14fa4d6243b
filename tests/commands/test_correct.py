"""The correction panel: one button a step, told at once, shown again when it can be heard."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.said import Reply
from bot.errors import BadInput, NotAllowed
from bot.orders.facts import Approved, Corrected, CorrectionAsked, NotCorrected, TakesReady
from bot.orders.order import Order
from bot.screens import Screen
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop, buttons, data_of, open_shop, selects, shown
from tests.orders.example import new_order, opened, paid
from tests.review.takes import takes


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop


@pytest.fixture
async def order(shop: Shop) -> Order:
    placed = await shop.book.place(new_order(), by=BUYER.id, key="k")
    return await shop.told(placed, opened(), paid(), TakesReady(1, takes(placed.id)))


async def panel(shop: Shop, order: Order, arg: str = "1") -> Screen:
    return await shop.press(OPERATOR, f"bgm:correct:{order.id}:{arg}", place=REVIEW)


async def fix(shop: Shop, order: Order, press: str, take: int = 1) -> Reply:
    reply = await shop.answer(OPERATOR, f"bgm:fix:{order.id}:1.{take}.{press}", place=REVIEW)
    assert isinstance(reply, Reply)
    return reply


async def made(shop: Shop, order: Order, take: int = 1, **changes: object) -> Order:
    entry = (await shop.book.get(order.id)).data["corrections"][str(take)]
    one = takes(order.id)[take - 1] | changes
    return await shop.told(await shop.book.get(order.id), Corrected(1, take, entry["asked"], one, "overview.png"))


async def test_the_panel_opens_on_the_best_take_and_fits_discord(shop: Shop, order: Order) -> None:
    screen = await panel(shop, order)
    assert "take 1" in screen.title
    assert len(screen.rows) == 5
    assert all(len(row) <= 5 for row in screen.rows)
    controls = [one.data for one in buttons(screen)] + [one.data for one in selects(screen)]
    assert all(len(one.encode()) <= 64 for one in controls)
    assert "take 3" in (await panel(shop, order, "1.3")).title
    off = {one.data.rpartition(".")[2] for one in buttons(screen) if one.off}
    assert off == {"seam", "undo", "reset"}


async def test_a_press_is_answered_at_once_and_again_when_it_can_be_heard(shop: Shop, order: Order) -> None:
    reply = await fix(shop, order, "louder")
    assert "being made" in shown(reply.screen)
    assert next(one for one in buttons(reply.screen) if one.data.startswith("bgm:approve")).off
    await made(shop, order, corrections={"gain_db": 1.5}, lufs=-12.5)
    assert reply.later is not None
    better = await reply.later()
    assert better is not None
    assert "+1.5 dB" in shown(better)
    assert "-14.0 → -12.5 LUFS" in shown(better)
    assert data_of(better, "approve") == f"bgm:approve:{order.id}:1.1.1"


async def test_the_loudness_of_another_purpose_is_chosen_by_what_it_is_for(shop: Shop, order: Order) -> None:
    (choice,) = selects(await panel(shop, order))
    assert [(one.value, one.label) for one in choice.options] == [("lufs:-14", "-14 LUFS"), ("lufs:-16", "-16 LUFS")]
    assert "YouTube" in choice.options[0].hint
    await shop.press(OPERATOR, choice.data, "lufs:-16", place=REVIEW)
    assert (await shop.book.get(order.id)).data["corrections"]["1"]["presses"] == ["lufs:-16"]


async def test_undo_and_reset_mean_something_only_after_a_press(shop: Shop, order: Order) -> None:
    with pytest.raises(BadInput) as refused:
        await fix(shop, order, "undo")
    assert refused.value.text == "error-correction-nothing"
    await fix(shop, order, "louder")
    await fix(shop, order, "undo")
    entry = (await shop.book.get(order.id)).data["corrections"]["1"]
    assert (entry["presses"], entry["asked"]) == ([], 2)


async def test_what_cannot_be_made_is_explained_and_taken_back(shop: Shop, order: Order) -> None:
    reply = await fix(shop, order, "trim-start")
    await shop.told(await shop.book.get(order.id), NotCorrected(1, 1, 1, "error-correction-trim"))
    assert reply.later is not None
    better = await reply.later()
    assert better is not None
    assert "Nothing would be left" in shown(better)
    assert (await shop.book.get(order.id)).data["corrections"]["1"]["presses"] == []


async def test_a_press_after_the_verdict_is_told_so(shop: Shop, order: Order) -> None:
    waiting = await fix(shop, order, "louder")
    await shop.told(await shop.book.get(order.id), Approved(1, 1))
    assert waiting.later is not None
    over = await waiting.later()
    assert over is not None
    assert "is decided" in shown(over)
    assert "is decided" in shown((await fix(shop, order, "louder")).screen)
    assert "is decided" in shown(await panel(shop, order))


async def test_two_operators_at_once_are_two_steps(shop: Shop, order: Order) -> None:
    await fix(shop, order, "louder")
    await fix(shop, order, "fade-in")
    assert (await shop.book.get(order.id)).data["corrections"]["1"]["presses"] == ["louder", "fade-in"]


async def test_only_the_operator_corrects(shop: Shop, order: Order) -> None:
    with pytest.raises(NotAllowed):
        await shop.press(BUYER, f"bgm:correct:{order.id}:1", place=REVIEW)
    with pytest.raises(NotAllowed):
        await shop.press(BUYER, f"bgm:fix:{order.id}:1.1.louder", place=REVIEW)
    assert "corrections" not in (await shop.book.get(order.id)).data


async def test_a_take_of_before_corrections_is_left_alone(shop: Shop) -> None:
    placed = await shop.book.place(new_order("ANCIENT234"), by=BUYER.id, key="a")
    old = [{name: value for name, value in one.items() if name != "target"} for one in takes(placed.id)]
    order = await shop.told(placed, opened(), paid(), TakesReady(1, old))
    with pytest.raises(BadInput):
        await panel(shop, order)
    assert (await shop.told(order, CorrectionAsked(1, 1, "louder"))).version == order.version
