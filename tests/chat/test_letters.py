"""Buyer and operator write to each other, over the wire: direct messages, the thread under the card, forms."""

import asyncio
from pathlib import Path
from typing import Any

from bot.chat.discord.client import ShopClient
from bot.commands.said import Person
from bot.orders.facts import Fact, Letter, LetterSent, What
from bot.orders.order import Order
from bot.review.card import Words
from bot.review.letters import Letters
from bot.sandbox.discord import Interaction
from bot.storage.jobs import Jobs
from bot.texts import Tongue
from tests.chat.conftest import Scene, WatchedBot
from tests.chat.test_reviewing import OPENED, PAID, custom_id, posted

QUESTION = "Should it end on the last beat, or fade out?\nSee https://example.com/ending"


async def pass_on(scene: Scene, bot: ShopClient) -> list[What | None]:
    """Do the work that letters left, as the runner does."""
    words = Words(scene.shop.services.texts, Tongue("en"), scene.shop.services.menu.name)
    hand = Letters(words, {"discord": bot.doorway}, {"discord": scene.review_place}, sorted(scene.operators))
    jobs, done = Jobs(scene.shop.book), list[What | None]()
    while claimed := await jobs.claim(["letter"], "test", 60):
        for job in claimed:
            what = await hand.letter(job, await scene.shop.book.get(job.order))
            await jobs.done(job)
            if what:
                await scene.shop.told(await scene.shop.book.get(job.order), what)
            done.append(what)
    return done


def buyer_of(scene: Scene) -> Person:
    return Person(f"discord:{scene.world.buyer_id}", "Haneul", "en-US")


async def asked(scene: Scene, bot: WatchedBot, card: dict[str, Any]) -> None:
    press = await scene.operator.click(scene.review, card["id"], custom_id(card, "bgm:write:"))
    assert press.modal is not None
    sent = await scene.operator.submit(press.modal, {"text": QUESTION})
    assert "answer will stand under the card" in description(await sent.finished())
    await pass_on(scene, bot)


def description(interaction: Interaction) -> str:
    assert interaction.message is not None
    return str(interaction.message["embeds"][0]["description"])


def thread_of(scene: Scene, card: dict[str, Any]) -> list[dict[str, Any]]:
    return scene.operator.messages(card["id"])


async def letters(scene: Scene, order: Order, count: int) -> list[dict[str, Any]]:
    async with asyncio.timeout(60):
        async for latest in scene.shop.book.watch(order.id):
            if len(latest.data.get("letters", ())) >= count:
                return list(latest.data["letters"])
    raise AssertionError


async def test_a_question_is_answered_by_form_under_the_card(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
    deadline = (await scene.shop.book.get(order.id)).deadline
    await asked(scene, bot, card)
    dm = await scene.buyer.wait_for(
        lambda one: "last beat" in str(one["embeds"]), channel_id=await scene.buyer.open_dm()
    )
    assert order.id in str(dm["embeds"][0]["fields"])
    press = await scene.buyer.click(dm["channel_id"], dm["id"], custom_id(dm, "bgm:answer:"))
    assert press.modal is not None
    await scene.buyer.submit(press.modal, {"text": "Fade, @everyone! [click](https://evil.example)"})
    await pass_on(scene, bot)
    (answer,) = thread_of(scene, card)
    embed = answer["embeds"][0]
    assert embed["title"].startswith(order.id)
    assert "The buyer answers" in embed["description"]
    assert "https://" not in embed["description"]  # nothing of a buyer's is clickable
    assert "@everyone" not in embed["description"]
    assert answer["mentions"][0]["id"] == str(scene.world.operator_id)
    assert QUESTION.split("\n")[0] in embed["fields"][0]["value"]
    extended = (await scene.shop.book.get(order.id)).deadline
    assert deadline
    assert extended
    assert extended >= deadline


async def test_plain_words_in_the_direct_message_are_the_answer(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
    await asked(scene, bot, card)
    dm = await scene.buyer.open_dm()
    await scene.buyer.say(dm, "The last beat, please")
    told = await scene.buyer.wait_for(lambda one: "Passed on" in str(one["embeds"]), channel_id=dm)
    assert order.id in str(told["embeds"])
    newest = (await letters(scene, order, 2))[-1]
    assert (newest["side"], newest["text"], newest["answers"]) == ("buyer", "The last beat, please", 1)
    await pass_on(scene, bot)
    assert "The last beat, please" in str(thread_of(scene, card))


async def test_an_answer_written_while_the_shop_was_away_is_heard_once(scene: Scene, tmp_path: Path) -> None:
    async with scene.bot() as bot:
        order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
        await asked(scene, bot, card)
    await scene.buyer.say(await scene.buyer.open_dm(), "Fade out")
    for _ in range(2):
        async with scene.bot() as bot:
            said = await letters(scene, order, 2)
    assert [one["text"] for one in said[1:]] == ["Fade out"]


async def test_words_in_passing_written_while_the_shop_was_away_are_heard_once(scene: Scene, tmp_path: Path) -> None:
    dm = await scene.buyer.open_dm()
    async with scene.bot() as bot:
        order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
        await asked(scene, bot, card)
        await scene.buyer.say(dm, "Fade out")
        await scene.buyer.wait_for(lambda one: "Passed on" in str(one["embeds"]), channel_id=dm)
    await scene.buyer.say(dm, "and slowly")
    for _ in range(2):
        async with scene.bot() as bot:
            said = await letters(scene, order, 3)
    assert [one["text"] for one in said[1:]] == ["Fade out", "and slowly"]


async def test_who_was_heard_and_not_answered_before_a_crash_is_answered(scene: Scene, tmp_path: Path) -> None:
    dm = await scene.buyer.open_dm()
    async with scene.bot() as bot:
        order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
        await asked(scene, bot, card)
    written = await scene.buyer.say(dm, "Fade out")
    heard = Letter("buyer", f"discord:{scene.world.buyer_id}", "Fade out", 1)
    await scene.shop.book.tell(Fact(order.id, f"letter:discord:{written['id']}", heard.who, heard))
    async with scene.bot():
        await scene.buyer.wait_for(lambda one: "has your answer" in str(one["embeds"]), channel_id=dm)
    assert len((await scene.shop.book.get(order.id)).data["letters"]) == 2


async def test_words_about_nothing_lead_to_the_commands(scene: Scene, bot: WatchedBot) -> None:
    dm = await scene.buyer.open_dm()
    await scene.buyer.say(dm, "hello?")
    answer = await scene.buyer.wait_for(lambda one: one["author"]["id"] == str(scene.world.bot_id), channel_id=dm)
    assert answer["embeds"]


async def test_a_buyers_question_stands_under_the_card_and_is_answered_there(
    scene: Scene, bot: WatchedBot, tmp_path: Path
) -> None:
    order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
    listed = await scene.buyer.use(scene.hall, "orders")
    assert listed.message is not None
    chosen = await scene.buyer.choose(scene.hall, listed.message["id"], "bgm:order:list", [order.id])
    screen = (await chosen.finished()).message
    assert screen is not None
    press = await scene.buyer.click(scene.hall, screen["id"], custom_id(screen, "bgm:ask:"))
    assert press.modal is not None
    await scene.buyer.submit(press.modal, {"text": "May it be slower?"})
    await pass_on(scene, bot)
    (question,) = thread_of(scene, card)
    assert "May it be slower?" in str(question["embeds"])
    # Answered in the thread, as the operator of the review channel
    press = await scene.operator.click(card["id"], question["id"], custom_id(question, "bgm:write:"))
    assert press.modal is not None
    await scene.operator.submit(press.modal, {"text": "Yes, a little"})
    await pass_on(scene, bot)
    dm = await scene.buyer.open_dm()
    await scene.buyer.wait_for(lambda one: "Yes, a little" in str(one["embeds"]), channel_id=dm)


async def test_without_a_card_it_stands_in_the_review_channel(scene: Scene, bot: WatchedBot) -> None:
    order = await scene.shop.told(await scene.shop.placed(), OPENED, PAID)
    order = await scene.shop.told(order, letter("buyer", "Is it coming?"))
    await pass_on(scene, bot)
    (question,) = scene.operator.messages(scene.review)
    assert "Is it coming?" in str(question["embeds"])


async def test_a_card_that_is_gone_does_not_lose_the_letter(scene: Scene, bot: WatchedBot, tmp_path: Path) -> None:
    order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
    await scene.operator.delete(scene.review, card["id"])
    await scene.shop.told(order, letter("buyer", "Is it coming?"))
    await pass_on(scene, bot)
    assert "Is it coming?" in str(scene.operator.messages(scene.review))


async def test_who_takes_no_direct_messages_is_called_and_the_operator_told(
    scene: Scene, bot: WatchedBot, tmp_path: Path
) -> None:
    order, card = await posted(scene, bot, tmp_path, buyer_of(scene))
    scene.buyer.close_dms()
    await scene.shop.told(order, letter("operator", "Faster?"))
    (sent,) = await pass_on(scene, bot)
    assert sent == LetterSent(1, "")
    assert "DMs are closed" in str(thread_of(scene, card))


def letter(side: str, text: str) -> What:
    return Letter(side, "discord:1", text)
