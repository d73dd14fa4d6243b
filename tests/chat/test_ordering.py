"""A buyer orders on Discord, over the wire, with the real discord.py in between."""

import asyncio
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.orders.brief import Brief
from bot.orders.facts import BuyerTold, CheckoutOpened, Fact, Mastered
from bot.orders.order import State
from bot.sandbox.discord import Interaction, InteractionState
from bot.sandbox.discord.people import OptionValue
from bot.screens import Button, Screen
from tests.chat.conftest import Scene, WatchedBot
from tests.orders.example import TO_DELIVERED, new_order, paid

Json = dict[str, Any]


def components(message: Json) -> list[Json]:
    return [child for row in message["components"] for child in row["components"]]


def custom_id(message: Json, start: str) -> str:
    found = [one["custom_id"] for one in components(message) if one.get("custom_id", "").startswith(start)]
    assert found, (start, [one.get("custom_id") for one in components(message)])
    return str(found[0])


def seen(interaction: Interaction) -> Json:
    assert interaction.message is not None, interaction.error
    return interaction.message


async def test_the_whole_dialogue_by_clicking(scene: Scene, bot: WatchedBot) -> None:
    buyer, hall = scene.buyer, scene.hall
    mood = seen(await (await buyer.use(hall, "bgm")).finished())
    assert mood["flags"] & 64
    length = await buyer.choose(hall, mood["id"], custom_id(mood, "bgm:mood:"), ["calm"])
    message = seen(await length.finished())
    assert message["id"] == mood["id"]
    purpose = seen(await (await buyer.click(hall, mood["id"], custom_id(message, "bgm:length:"))).finished())
    details = await buyer.choose(hall, mood["id"], custom_id(purpose, "bgm:purpose:"), ["youtube"])
    form = await buyer.click(hall, mood["id"], custom_id(seen(await details.finished()), "bgm:form:"))
    assert form.modal is not None
    sent = await buyer.submit(form.modal, {"words": "rain on a window", "tempo": "84"})
    summary = seen(await sent.finished())
    assert "rain on a window" in str(summary["embeds"])
    placed = await buyer.click(hall, mood["id"], custom_id(summary, "bgm:place:"))
    pay = [one for one in components(seen(await placed.finished())) if one["style"] == 5]
    (order,) = await scene.shop.book.find(f"discord:{scene.world.buyer_id}")
    assert [one["url"] for one in pay] == [f"http://shop.example/pay/{order.id}"]
    assert order.brief.tempo_bpm == 84
    assert order.place == f"discord:channel:{hall}"


async def test_a_wrong_form_comes_back_filled(scene: Scene, bot: WatchedBot) -> None:
    buyer, hall = scene.buyer, scene.hall
    details = seen(await (await buyer.use(hall, "bgm", {"mood": "calm", "length": "60", "purpose": "vlog"})).finished())
    form = await buyer.click(hall, details["id"], custom_id(details, "bgm:form:"))
    assert form.modal is not None
    wrong = await buyer.submit(form.modal, {"words": "a slow walk", "tempo": "quick"})
    message = seen(await wrong.finished())
    assert "quick" in message["embeds"][0]["description"]
    again = await buyer.click(hall, details["id"], custom_id(message, "bgm:form:"))
    assert again.modal is not None
    values = [child["component"].get("value") for child in again.modal.components]
    assert values[:2] == ["a slow walk", "quick"]


async def test_suggestions_in_the_persons_language(scene: Scene, bot: WatchedBot) -> None:
    buyer = scene.buyer
    buyer.set_locale("ko")
    moods = await buyer.autocomplete(scene.hall, "bgm", {"mood": "잔"}, "mood")
    assert moods[0]["value"] == "calm"
    assert "잔잔한" in moods[0]["name"]
    lengths = await buyer.autocomplete(scene.hall, "bgm", {"length": "2분"}, "length")
    assert [one["value"] for one in lengths] == ["120"]
    command = next(one for one in buyer.commands(scene.hall) if one["name"] == "bgm")
    assert command["display_description"] == scene.shop.services.texts.say("ko", "command-bgm")


async def test_answers_come_within_a_second_even_if_the_shop_is_slow(scene: Scene, bot: WatchedBot) -> None:
    gate = asyncio.Event()
    find = scene.shop.book.find

    async def slow(*args: Any, **options: Any) -> Any:
        await gate.wait()
        return await find(*args, **options)

    scene.shop.book.find = slow  # type: ignore[method-assign]
    interaction = await scene.buyer.use(scene.hall, "orders")
    assert interaction.state is InteractionState.THINKING
    assert interaction.answered_after is not None
    assert interaction.answered_after < 1.0
    gate.set()
    assert "/bgm" in str(seen(await interaction.finished())["embeds"]) or "</bgm:" in str(interaction.message)


async def test_controls_work_after_a_restart(scene: Scene) -> None:
    buyer, hall = scene.buyer, scene.hall
    async with scene.bot():
        mood = seen(await (await buyer.use(hall, "bgm")).finished())
    async with scene.bot():
        chosen = await buyer.choose(hall, mood["id"], custom_id(mood, "bgm:mood:"), ["calm"])
        assert "2 of 4" in seen(await chosen.finished())["embeds"][0]["title"]


async def test_the_answer_says_so_when_the_buyers_dms_are_closed(scene: Scene, bot: WatchedBot) -> None:
    buyer, hall, book = scene.buyer, scene.hall, scene.shop.book
    options = {"mood": "calm", "length": "60", "purpose": "vlog", "details": "x"}
    summary = seen(await (await buyer.use(hall, "bgm", options)).finished())
    placed = await (await buyer.click(hall, summary["id"], custom_id(summary, "bgm:place:"))).finished()
    (order,) = await book.find(f"discord:{scene.world.buyer_id}")
    await book.tell(
        Fact(order.id, "a", "shop", CheckoutOpened("stripe", "cs_1", "https://x.example", "2026-11-22T11:00:00+00:00"))
    )
    await book.tell(Fact(order.id, "b", "shop", BuyerTold("")))
    words = scene.shop.services.texts.say("en", "orders-dm-closed")[:40]
    message = await buyer.wait_for(lambda one: words in str(one["embeds"]), channel_id=hall)
    assert message["id"] == seen(placed)["id"]


async def test_a_press_on_the_status_message_is_answered_beside_it(scene: Scene, bot: WatchedBot) -> None:
    buyer, book = scene.buyer, scene.shop.book
    order = await book.place(new_order(customer=f"discord:{scene.world.buyer_id}"), by="discord:1", key="k")
    status = Screen("Calm music", "Please pay.", rows=((Button("Cancel", f"bgm:cancel:{order.id}"),),))
    await bot.doorway.post(f"discord:dm:{scene.world.buyer_id}", status, once="a")
    message = await buyer.wait_for(lambda one: "Please pay." in str(one["embeds"]))
    press = await buyer.click(message["channel_id"], message["id"], f"bgm:cancel:{order.id}")
    assert "called off" in str(seen(await press.finished())["embeds"])
    assert press.ephemeral
    assert "Please pay." in str(buyer.message(message["channel_id"], message["id"])["embeds"])
    assert (await book.get(order.id)).state is State.CANCELLED


async def test_nobodys_words_can_format_or_mention(scene: Scene, bot: WatchedBot) -> None:
    typed = "**bold** <@1> @everyone [x](https://evil.example) </orders:1> `code` ||spoiler||"
    options = {"mood": "calm", "length": "60", "purpose": "vlog", "details": typed}
    message = seen(await (await scene.buyer.use(scene.hall, "bgm", options)).finished())
    text = next(one["value"] for one in message["embeds"][0]["fields"] if "evil" in one["value"])
    unescaped = re.sub(r"\\.", "", text)
    for mark in ("*", "<", "@everyone", "[", "`", "|"):
        assert mark not in unescaped
    assert message["mentions"] == []
    assert not message["mention_everyone"]


async def test_an_attached_file_is_compared_by_its_hash(scene: Scene, bot: WatchedBot) -> None:
    music = b"RIFF" + bytes(200_000)
    file = {"name": "master.wav", "key": "x", "size": len(music), "sha256": hashlib.sha256(music).hexdigest()}
    order = await scene.shop.told(
        await scene.shop.placed(),
        TO_DELIVERED[0],
        paid(amount=1200, currency="usd"),
        *TO_DELIVERED[2:5],
        Mastered(1, [file]),
    )
    await scene.shop.book.remember("certificate:BGM-ABCDE-23456", {"order": order.id, "record": "x"})
    options: dict[str, OptionValue] = {"certificate": "BGM-ABCDE-23456", "file": ("master.wav", music)}
    same = seen(await (await scene.stranger.use(scene.hall, "verify", options)).finished())
    assert scene.shop.services.texts.say("en", "web-verify-same") in str(same["embeds"])
    options["file"] = ("master.wav", music + b"x")
    differs = seen(await (await scene.stranger.use(scene.hall, "verify", options)).finished())
    assert scene.shop.services.texts.say("en", "web-verify-other") in str(differs["embeds"])


async def test_a_file_that_can_be_none_of_the_shops_is_not_even_fetched(
    scene: Scene, bot: WatchedBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.chat.discord.talk.LARGEST", 1 << 20)
    options: dict[str, OptionValue] = {"file": ("master.wav", bytes((1 << 20) + 1))}
    said = seen(await (await scene.stranger.use(scene.hall, "verify", options)).finished())
    assert scene.shop.services.texts.say("en", "error-verify-large", mebibytes=1) in str(said["embeds"])
    assert not [one for one in scene.world.requests if "attachments" in one.path]


async def test_an_answer_whose_file_is_gone_is_an_answer_all_the_same(
    scene: Scene, bot: WatchedBot, tmp_path: Path
) -> None:
    async def sample(_brief: Brief) -> Path:
        return tmp_path / "gone.mp3"

    scene.shop.services = bot.services = replace(scene.shop.services, sample=sample)
    options = {"mood": "calm", "length": "60", "purpose": "vlog", "details": "x"}
    summary = seen(await (await scene.buyer.use(scene.hall, "bgm", options)).finished())
    press = await scene.buyer.click(scene.hall, summary["id"], custom_id(summary, "bgm:sample:"))
    told = scene.shop.services.texts.say("en", "error-unexpected")
    assert told in str(seen(await press.finished())["embeds"])


async def test_whoever_may_judge_in_the_review_channel_is_offered_orders_there(scene: Scene, bot: WatchedBot) -> None:
    bot.services = replace(scene.shop.services, is_operator=lambda person, place: place == scene.review_place)
    order = await scene.shop.placed()
    offered = await scene.operator.autocomplete(scene.review, "shop order", {"order": ""}, "order")
    assert [one["value"] for one in offered] == [order.id]
    assert not await scene.operator.autocomplete(scene.hall, "shop order", {"order": ""}, "order")


async def test_commands_are_registered_once_and_again_when_discord_lost_them(scene: Scene) -> None:
    def registrations() -> int:
        return sum(one.method == "PUT" and one.path.endswith("/commands") for one in scene.world.requests)

    async with scene.bot():
        assert registrations() == 1
    async with scene.bot() as bot:
        assert registrations() == 1
        await bot.http.bulk_upsert_global_commands(bot.application_id or 0, [])
    async with scene.bot():
        assert registrations() == 3


async def test_commands_are_named_with_their_ids_before_discord_was_asked(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work that waited for the shop is done as soon as it is logged in, and its words mention commands to press."""
    async with scene.bot() as bot:
        registered = dict(bot.command_ids)
    assert registered["orders"]

    async def not_yet(_client: WatchedBot) -> None: ...

    monkeypatch.setattr(WatchedBot, "_register", not_yet)
    async with scene.bot() as bot:
        assert bot.command_ids == registered
