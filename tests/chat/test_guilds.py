"""Several servers and several connections: buyers are served in every one, the operator in the review channel alone."""

import asyncio
from dataclasses import replace
from pathlib import Path

import discord
import pytest

from bot.chat.discord.client import ShardedShopClient, create_bot
from bot.commands.said import Person
from bot.orders.order import State
from tests.chat.conftest import Scene, WatchedBot
from tests.chat.test_letters import letters, pass_on
from tests.chat.test_reviewing import custom_id, posted, reached


async def test_buyers_order_in_every_server_the_shop_is_in(scene: Scene, bot: WatchedBot) -> None:
    _, elsewhere = scene.world.add_guild("Second Server")
    for place in (scene.hall, elsewhere):
        said = await scene.buyer.use(
            place, "bgm", options={"mood": "calm", "length": "1:00", "purpose": "youtube", "details": "rain"}
        )
        summary = (await said.finished()).message
        assert summary is not None
        await (await scene.buyer.click(place, summary["id"], custom_id(summary, "bgm:place:"))).finished()
    orders = await scene.shop.book.find(f"discord:{scene.world.buyer_id}")
    assert {order.place for order in orders} == {f"discord:channel:{scene.hall}", f"discord:channel:{elsewhere}"}


async def test_the_operator_runs_the_shop_from_the_review_channel_alone(scene: Scene, bot: WatchedBot) -> None:
    _, elsewhere = scene.world.add_guild("Second Server")
    said = await scene.operator.use(elsewhere, "shop today")
    answer = (await said.finished()).message
    assert answer is not None
    assert answer["embeds"][0]["description"] == scene.shop.services.texts.say("en", "error-review-only")


async def test_over_several_connections_nothing_is_missed(scene: Scene, tmp_path: Path) -> None:
    scene.world.add_guild("Second Server")
    bot = create_bot(scene.shop.services, 2, guild_ready_timeout=0.05)
    assert isinstance(bot, ShardedShopClient)
    async with bot, asyncio.timeout(60):
        running = asyncio.create_task(bot.start(scene.world.token))
        await bot.wait_until_ready()
        while not bot.command_ids:
            await asyncio.sleep(0.02)
        assert len(bot.shards) == 2
        assert bot.connected
        assert len(bot.guilds) == 2
        buyer = Person(f"discord:{scene.world.buyer_id}", "Haneul", "en-US")
        order, card = await posted(scene, bot, tmp_path, buyer)
        # Reactions come over the server's connection, direct messages over the first
        press = await scene.operator.click(scene.review, card["id"], custom_id(card, "bgm:write:"))
        assert press.modal is not None
        await scene.operator.submit(press.modal, {"text": "Faster?"})
        await letters(scene, order, 1)
        await pass_on(scene, bot)
        await scene.buyer.say(await scene.buyer.open_dm(), "Yes")
        assert (await letters(scene, order, 2))[-1]["text"] == "Yes"
        await scene.operator.react(scene.review, card["id"], "2️⃣")
        await reached(scene, order, State.PACKING)
    await asyncio.wait({running})
    running.exception()


@pytest.mark.parametrize("shards", [1, "auto", 4])
def test_connections_are_as_many_as_the_setting_says(scene: Scene, shards: int | str) -> None:
    bot = create_bot(replace(scene.shop.services), shards)  # type: ignore[arg-type]
    assert isinstance(bot, discord.AutoShardedClient) == (shards != 1)
    assert bot.shard_count == (shards if shards != "auto" and shards != 1 else None)


async def test_whoever_sees_the_review_channel_may_judge_if_the_setting_says_so(scene: Scene, tmp_path: Path) -> None:
    operators = scene.operators.copy()
    scene.operators.clear()
    services = replace(
        scene.shop.services, is_operator=lambda person, place: person in operators or place == scene.review_place
    )
    scene.shop.services = services
    async with scene.bot() as bot:
        buyer = Person(f"discord:{scene.world.buyer_id}", "Haneul", "en-US")
        order, card = await posted(scene, bot, tmp_path, buyer)
        await scene.operator.react(scene.review, card["id"], "1️⃣")
        await reached(scene, order, State.PACKING)
        # The same person elsewhere is a buyer like any other
        assert not services.is_operator("discord:5", f"discord:channel:{scene.hall}")
