"""A good take becomes a preset, the preset one of the shop's picks, and a pick the beginning of an order."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.listen import listen
from bot.commands.said import Asked, Submitted, read_data
from bot.commands.suggestions import suggest
from bot.errors import BadInput, NotAllowed, NotFound
from bot.orders.facts import AgainAsked, TakesReady
from bot.orders.order import Order
from bot.orders.preset import Preset
from bot.screens import Screen
from tests.commands.shop import BUYER, KOREAN, OPERATOR, REVIEW, Shop, data_of, open_shop, selects, shown
from tests.orders.example import new_order, opened, paid
from tests.review.takes import takes


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop


@pytest.fixture
async def order(shop: Shop) -> Order:
    new = new_order()
    brief = replace(new.brief, style=shop.services.catalogue.styles[0], unwanted=("drums",))
    placed = await shop.book.place(replace(new, brief=brief), by=BUYER.id, key="k")
    return await shop.told(placed, opened(), paid(), TakesReady(1, takes(placed.id)))


async def kept(shop: Shop, order: Order, name: str = "Rainy desk", take: str = "2") -> Screen:
    form = await shop.form(OPERATOR, f"bgm:keep:{order.id}:1", place=REVIEW)
    return await shop.submit(OPERATOR, form, place=REVIEW, name=name, take=take)


async def offered(shop: Shop, order: Order, name: str = "Rainy desk") -> Preset:
    screen = await kept(shop, order, name)
    await shop.press(OPERATOR, data_of(screen, "offer"), place=REVIEW)
    assert shop.services.presets is not None
    return (await shop.services.presets.all())[0]


async def test_a_take_is_kept_with_what_was_asked_and_played(shop: Shop, order: Order) -> None:
    screen = await kept(shop, order)
    assert "Rainy desk" in screen.title
    assert "composer · 2" in shown(screen)
    assert "83 BPM" in shown(screen)
    assert shop.services.presets is not None
    (preset,) = await shop.services.presets.all()
    assert preset.brief == replace(order.brief, details="")
    assert (preset.take["seed"], preset.order, preset.by, preset.offered) == (2, order.id, OPERATOR.id, False)


async def test_the_same_form_sent_twice_keeps_one(shop: Shop, order: Order) -> None:
    form = await shop.form(OPERATOR, f"bgm:keep:{order.id}:1", place=REVIEW)
    parts = read_data(form.data)
    assert parts
    said = Submitted(*parts, fields={"name": "Twice", "take": "1"}, place=REVIEW, key="discord:77")
    for _ in range(2):
        await listen(shop.services, OPERATOR, said)
    assert shop.services.presets is not None
    assert len(await shop.services.presets.all()) == 1


async def test_nothing_of_the_first_buyers_words_is_handed_on(shop: Shop, order: Order) -> None:
    preset = await offered(shop, order)
    answers = preset.answers()
    assert answers["mood"] == "calm"
    assert (answers["tempo_bpm"], answers["key"], answers["unwanted"]) == (83, "C major", ["drums"])
    assert not {"details", "seconds", "purpose"} & answers.keys()


async def test_buyers_see_what_is_offered_and_nothing_else(shop: Shop, order: Order) -> None:
    await kept(shop, order, "Mine alone")
    assert {one.data.split(":")[1] for one in selects(await shop.say(BUYER, "bgm"))} == {"mood"}
    await offered(shop, order)
    picks = selects(await shop.say(KOREAN, "bgm"))[0]
    assert [(one.label, "83 BPM" in one.hint) for one in picks.options] == [("Rainy desk", True)]


async def test_a_pick_answers_everything_but_length_and_purpose(shop: Shop, order: Order) -> None:
    preset = await offered(shop, order)
    picks = selects(await shop.say(BUYER, "bgm"))[0]
    await shop.press(BUYER, picks.data, preset.id)
    draft = await shop.book.load_draft(BUYER.id)
    assert draft is not None
    assert draft["answers"] == preset.answers()
    assert draft["preset"] == preset.id


async def test_a_pick_can_be_typed_as_a_detail(shop: Shop, order: Order) -> None:
    preset = await offered(shop, order)
    (choice,) = await suggest(shop.services, BUYER, Asked("bgm", "details", "rainy"))
    assert choice.value == "★ Rainy desk"
    await shop.say(BUYER, "bgm", length="1:00", purpose="youtube", details=choice.value)
    draft = await shop.book.load_draft(BUYER.id)
    assert draft is not None
    assert (draft["preset"], draft["answers"]["seconds"], draft["answers"]["mood"]) == (preset.id, 60, "calm")
    assert "details" not in draft["answers"]


async def test_what_is_offered_no_more_cannot_be_picked(shop: Shop, order: Order) -> None:
    preset = await offered(shop, order)
    picks = selects(await shop.say(BUYER, "bgm"))[0]
    await shop.press(OPERATOR, f"bgm:offer:{preset.id}:no", place=REVIEW)
    with pytest.raises(NotFound):
        await shop.press(BUYER, picks.data, preset.id)


async def test_the_operator_looks_renames_and_deletes(shop: Shop, order: Order) -> None:
    assert "No preset yet" in shown(await shop.say(OPERATOR, "shop preset", place=REVIEW))
    preset = await offered(shop, order)
    listed = await shop.say(OPERATOR, "shop preset", place=REVIEW)
    screen = await shop.press(OPERATOR, data_of(listed, "preset"), preset.id, place=REVIEW)
    form = await shop.form(OPERATOR, data_of(screen, "rename"), place=REVIEW)
    assert "Second name" in (await shop.submit(OPERATOR, form, place=REVIEW, name="Second name")).title
    with pytest.raises(BadInput):
        await shop.submit(OPERATOR, form, place=REVIEW, name=" \n ")
    sure = await shop.press(OPERATOR, data_of(screen, "unkeep"), place=REVIEW)
    assert "Delete the preset" in sure.title
    await shop.press(OPERATOR, data_of(sure, "unkeep"), place=REVIEW)
    assert shop.services.presets is not None
    assert await shop.services.presets.all() == []


async def test_only_the_operator_keeps_presets(shop: Shop, order: Order) -> None:
    with pytest.raises(NotAllowed):
        await shop.form(BUYER, f"bgm:keep:{order.id}:1")
    with pytest.raises(NotAllowed):
        await shop.say(BUYER, "shop preset")


async def test_a_round_without_that_take_says_so(shop: Shop, order: Order) -> None:
    with pytest.raises(BadInput):
        await kept(shop, order, take="9")
    assert (await shop.told(order, AgainAsked(1))).round == 2
