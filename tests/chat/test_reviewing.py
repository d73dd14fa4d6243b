"""The operator judges on Discord: by reaction, by button, at once, too late, while the shop was away."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.chat.discord.client import ShopClient
from bot.commands.said import Person as Buyer
from bot.orders.facts import CardPosted, CheckoutOpened, Paid, TakesReady
from bot.orders.order import Order, State
from bot.review.card import Words
from bot.review.desk import Desk
from bot.sandbox.discord import Interaction, Person
from bot.storage.jobs import Job
from bot.storage.media import Media
from bot.texts import Tongue
from tests.chat.conftest import Scene, WatchedBot
from tests.commands.shop import BUYER
from tests.review.takes import make_take_files, takes

OPENED = CheckoutOpened("stripe", "cs_1", "https://pay.example", "2026-11-22T11:00:00+00:00")
PAID = Paid("stripe", "cs_1", 1200, "usd", "pi_1")


def desk_of(scene: Scene, bot: ShopClient, folder: Path) -> Desk:
    words = Words(scene.shop.services.texts, Tongue("en"), scene.shop.services.menu.name)
    media = Media(folder / "media")
    return Desk(scene.shop.book, media, words, {"discord": bot.doorway}, {"discord": scene.review_place})


async def posted(scene: Scene, bot: ShopClient, folder: Path, buyer: Buyer = BUYER) -> tuple[Order, dict[str, Any]]:
    """Bring an order to its review card, and return it with the card as the operator sees it."""
    order = await scene.shop.placed(buyer)
    order = await scene.shop.told(order, OPENED, PAID, TakesReady(1, takes(order.id)))
    make_take_files(Media(folder / "media"), order)
    fact = await desk_of(scene, bot, folder).post_card(
        Job(1, "post_card", order.id, "post_card:1", {"round": 1}), order
    )
    assert isinstance(fact, CardPosted)
    order = await scene.shop.told(order, fact)
    return order, scene.operator.message(scene.review, fact.message.rpartition("/")[2])


def custom_id(card: dict[str, Any], start: str) -> str:
    return next(
        str(one["custom_id"])
        for row in card["components"]
        for one in row["components"]
        if one["custom_id"].startswith(start)
    )


async def reached(scene: Scene, order: Order, state: State) -> Order:
    async with asyncio.timeout(10):
        async for latest in scene.shop.book.watch(order.id):
            if latest.state is state:
                return latest
    raise AssertionError


async def no_reaction_of(person: Person, scene: Scene, card: dict[str, Any], emoji: str) -> dict[str, Any]:
    def only_the_shops(message: dict[str, Any]) -> bool:
        counts = {one["emoji"]["name"]: one["count"] for one in message.get("reactions", ())}
        return message["id"] == card["id"] and counts.get(emoji) == 1

    return await person.wait_for(only_the_shops, channel_id=scene.review)


def words_of(interaction: Interaction) -> str:
    assert interaction.message is not None
    assert interaction.ephemeral
    return str(interaction.message["embeds"][0]["description"])


async def test_the_card_shows_everything_at_a_glance(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    embed = card["embeds"][0]
    assert order.id in embed["title"]
    assert embed["footer"]["text"] == f"{order.id}/1"
    assert [file["filename"] for file in card["attachments"]] == ["take1.mp3", "take2.mp3", "take3.mp3"]
    assert "takes-r1.png" in embed["image"]["url"]
    assert [one["emoji"]["name"] for one in card["reactions"]] == ["1️⃣", "2️⃣", "3️⃣", "🔁", "❌"]
    lines = [one["value"] for one in embed["fields"]]
    assert len(lines) == 3
    assert "-14.0 LUFS" in lines[0]
    assert "⚠️" in lines[2]


async def test_one_reaction_approves(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    await scene.operator.react(scene.review, card["id"], "2️⃣")
    order = await reached(scene, order, State.PACKING)
    assert order.data["chosen"] == 2


async def test_the_decided_card_is_edited_and_keeps_its_files(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    await scene.operator.react(scene.review, card["id"], "2️⃣")
    order = await reached(scene, order, State.PACKING)
    await desk_of(scene, bot, tmp_path).update_card(Job(2, "update_card", order.id, "u:1", {"round": 1}), order)
    edited = scene.operator.message(scene.review, card["id"])
    on = {one["custom_id"].split(":")[1] for row in edited["components"] for one in row["components"]
          if not one.get("disabled")}  # fmt: skip
    assert on == {"keep", "write"}  # what is no verdict outlives it
    assert f"<@{scene.world.operator_id}>" in edited["embeds"][0]["description"]
    assert [one["id"] for one in edited["attachments"]] == [one["id"] for one in card["attachments"]]
    sent_again = [name for one in scene.world.requests if one.method == "PATCH" for name, _ in one.files]
    assert sent_again == ["takes-r1.png"]  # a picture shown in an embed is no attachment any more


async def test_a_button_does_the_same_and_answers_privately(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    press = await scene.operator.click(scene.review, card["id"], custom_id(card, "bgm:again:"))
    assert "new takes" in words_of(await press.finished())
    order = await reached(scene, order, State.COMPOSING)
    assert order.round == 2


async def test_new_takes_with_other_answers(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    press = await scene.operator.click(scene.review, card["id"], custom_id(card, "bgm:but:"))
    assert press.modal is not None
    wrong = await scene.operator.submit(press.modal, {"mood": "Dreamy", "tempo": "fast", "unwanted": "drums"})
    assert "“fast”" in words_of(await wrong.finished())
    again = await scene.operator.click(scene.review, card["id"], custom_id(card, "bgm:but:"))
    assert again.modal is not None
    values = {one["component"]["custom_id"]: one["component"].get("value") for one in again.modal.components}
    assert (values["mood"], values["tempo"], values["unwanted"]) == ("Dreamy", "fast", "drums")
    await scene.operator.submit(again.modal, {"mood": "Dreamy", "tempo": "70", "unwanted": "drums"})
    order = await reached(scene, order, State.COMPOSING)
    assert (order.round, order.brief.mood, order.brief.tempo_bpm) == (2, "dreamy", 70)
    assert tuple(order.brief.unwanted) == ("drums",)
    assert (order.brief.seconds, order.brief.purpose, order.brief.details) == (60, "youtube", "rain")


async def test_a_stranger_is_not_heard(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    scene.operators.clear()
    intruder = scene.operator
    await intruder.react(scene.review, card["id"], "1️⃣")
    await no_reaction_of(scene.operator, scene, card, "1️⃣")
    press = await intruder.click(scene.review, card["id"], custom_id(card, "bgm:reject:"))
    assert words_of(await press.finished()) == scene.shop.services.texts.say("en", "error-operators-only")
    assert (await scene.shop.book.get(order.id)).state is State.REVIEWING


async def test_the_second_of_two_verdicts_is_told_which_one_counts(
    scene: Scene, bot: WatchedBot, tmp_path: Path
) -> None:
    order, card = await posted(scene, bot, tmp_path)
    reject = custom_id(card, "bgm:reject:")
    await scene.operator.react(scene.review, card["id"], "1️⃣")
    await reached(scene, order, State.PACKING)
    press = await scene.operator.click(scene.review, card["id"], reject)
    assert "already decided: take 1" in words_of(await press.finished())
    await scene.operator.react(scene.review, card["id"], "❌")
    await no_reaction_of(scene.operator, scene, card, "❌")
    told = await scene.operator.wait_for(lambda one: "already decided" in str(one["embeds"]), channel_id=scene.review)
    assert told["message_reference"]["message_id"] == card["id"]
    assert (await scene.shop.book.get(order.id)).state is State.PACKING


async def test_a_verdict_given_while_the_shop_was_away_counts_once(scene: Scene, tmp_path: Path) -> None:
    async with scene.bot() as bot:
        order, card = await posted(scene, bot, tmp_path)
    await scene.operator.react(scene.review, card["id"], "3️⃣")
    await scene.operator.react(scene.review, card["id"], "❌")
    async with scene.bot():
        order = await reached(scene, order, State.PACKING)
    assert order.data["chosen"] == 3
    journal = await scene.shop.book.journal(order.id)
    assert sum(event.kind in ("Approved", "Rejected") for event in journal) == 1


async def test_reading_verdicts_back_is_tried_again_whatever_else_fails(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.bot() as bot:
        order, card = await posted(scene, bot, tmp_path)
    await scene.operator.react(scene.review, card["id"], "3️⃣")
    monkeypatch.setattr("bot.chat.discord.client.PAUSES", (0.01, 0.01))
    scene.world.faults.fail("GET", "/channels/*/messages", 403, times=2, code=50013)
    scene.world.faults.fail("GET", "/applications/*/commands", 403, times=3, code=50001)
    async with scene.bot():
        order = await reached(scene, order, State.PACKING)
    assert order.data["chosen"] == 3


async def test_a_verdict_on_a_card_whose_receipt_was_lost_counts(scene: Scene, tmp_path: Path) -> None:
    async with scene.bot() as bot:
        order = await scene.shop.told(await scene.shop.placed(), OPENED, PAID)
        order = await scene.shop.told(order, TakesReady(1, takes(order.id)))
        job = Job(1, "post_card", order.id, "post_card:1", {"round": 1})
        lost = await desk_of(scene, bot, tmp_path).post_card(job, order)
    assert isinstance(lost, CardPosted)
    await scene.operator.react(scene.review, lost.message.rpartition("/")[2], "2️⃣")
    async with scene.bot() as bot:
        assert (await scene.shop.book.get(order.id)).state is State.REVIEWING
        fact = await desk_of(scene, bot, tmp_path).post_card(replace(job, tries=2), order)
        assert fact == lost
    order = await scene.shop.told(await scene.shop.book.get(order.id), fact)
    assert (order.state, order.data["chosen"], order.data["cards"]) == (State.PACKING, 2, {"1": lost.message})


async def test_a_refused_resume_loses_no_verdict(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path)
    scene.world.faults.refuse_resume()
    await scene.world.faults.drop_gateway()
    await scene.operator.react(scene.review, card["id"], "1️⃣")
    await bot.until_ready(times=2)
    assert (await reached(scene, order, State.PACKING)).data["chosen"] == 1


@pytest.mark.parametrize("emoji", ["👍", "🎵"])
async def test_other_reactions_mean_nothing(scene: Scene, bot: WatchedBot, tmp_path: Path, emoji: str) -> None:
    order, card = await posted(scene, bot, tmp_path)
    await scene.operator.react(scene.review, card["id"], emoji)
    await scene.operator.react(scene.review, card["id"], "2️⃣")
    await reached(scene, order, State.PACKING)
