"""Ordering in a conversation: every question answered by a button or in words, in either language."""

import asyncio

import pytest

from bot.chat.telegram.client import TelegramBot
from bot.sandbox.telegram import Person
from tests.chat.telegram.conftest import Message, Scene, buttons, datas, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


def answers(person: Person) -> list[Message]:
    """Return what the shop has written to a person."""
    return [one for one in person.messages(person.id) if not one["is_mine"]]


async def test_four_questions_by_buttons_in_one_message_then_the_summary_in_stars(
    scene: Scene, bot: TelegramBot
) -> None:
    await scene.buyer.start()
    await scene.press(await scene.says("Welcome"), "Order music")
    await scene.press(await scene.says("How should it feel"), "Calm")
    await scene.press(await scene.says("How long"), "1:00")
    await scene.press(await scene.says("What do you need it for"), "YouTube")
    await scene.press(await scene.says("Anything else"), "Skip")
    summary = await scene.says("Your order")
    assert "⭐ 924" in words(summary)
    assert len(answers(scene.buyer)) == 2
    await scene.press(summary, datas(summary, "place")[0])
    (order,) = await scene.orders()
    assert (order.brief.mood, order.brief.seconds, order.price.total.currency) == ("calm", 60, "XTR")
    await scene.press(await scene.says("Composing starts the moment"), "⭐ 924")
    assert scene.bills == [order.id]


async def test_every_step_leads_back_and_out(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/bgm")
    await scene.press(await scene.says("How should it feel"), "Calm")
    await scene.press(await scene.says("How long"), "Back")
    await scene.press(await scene.says("How should it feel"), "Calm")
    await scene.press(await scene.says("How long"), "1:00")
    await scene.press(await scene.says("What do you need"), "Back")
    await scene.press(await scene.says("How long"), "1:00")
    await scene.press(await scene.says("What do you need"), "YouTube")
    shown = await scene.says("Anything else")
    await scene.press(shown, "Back")
    shown = await scene.says("What do you need")
    await scene.press(shown, "Cancel")
    assert "Nothing was ordered" in words(await scene.says("Nothing was ordered"))
    assert await scene.shop.book.load_draft(f"telegram:{scene.buyer.id}") is None


async def test_a_sentence_in_korean_is_an_order(scene: Scene, bot: TelegramBot) -> None:
    scene.buyer.set_language("ko")
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "공포 게임에 쓸 45초짜리 긴장감 있는 음악")
    summary = await scene.says("⭐")
    assert "0:45" in words(summary) or "45초" in words(summary)
    await scene.press(summary, datas(summary, "place")[0])
    (order,) = await scene.orders()
    assert (order.brief.seconds, order.brief.purpose, order.locale) == (45, "game", "ko")


async def test_words_answer_the_open_question(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/bgm")
    for question, typed in (
        ("How should it feel", "calm"), ("How long", "1:30"), ("What do you need", "podcast"),
        ("Anything else", "rain, and nobody sings"),
    ):  # fmt: skip
        await scene.says(question)
        await scene.buyer.write(scene.buyer.id, typed)
    summary = await scene.says("Your order")
    for part in ("Calm", "1:30", "Podcast", "rain, and nobody sings"):
        assert part in words(summary)


async def test_what_cannot_be_used_is_explained_and_asked_again(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/bgm")
    await scene.says("How should it feel")
    await scene.buyer.write(scene.buyer.id, "calm")
    await scene.says("How long")
    await scene.buyer.write(scene.buyer.id, "as long as my walk")
    shown = await scene.says("does not read as a length")
    assert "How long" in words(shown)


async def test_a_hello_is_answered_with_what_can_be_done(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "hello <b>there</b> @everyone")
    shown = await scene.says("How can I help")
    assert "hello <b>there</b> @\u200beveryone" in words(shown)
    assert not [one for one in shown.get("entities", ()) if one["type"] == "mention"]
    assert datas(shown, "begin")


async def test_a_form_is_asked_field_by_field(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/bgm calm 1:00 youtube")
    summary = await scene.says("Your order")
    await scene.press(summary, datas(summary, "go")[-1])
    await scene.press(await scene.says("Anything else"), "Describe it")
    form = await scene.says("Your wishes")
    await scene.press(form, "Tempo (beats per minute)")
    form = await scene.says("as a message: Tempo")
    await scene.buyer.write(scene.buyer.id, "92")
    form = await scene.says("Your wishes[^$]*92")
    await scene.press(form, "Done")
    assert "92 BPM" in words(await scene.says("Your order[^$]*92 BPM"))


async def test_a_form_can_be_left_and_its_old_buttons_do_nothing(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/bgm")
    await scene.press(await scene.says("How should it feel"), "Calm")
    await scene.press(await scene.says("How long"), "Another length")
    form = await scene.says("Write it to me as a message: Length")
    answer = await scene.press(form, "Cancel")
    assert answer.text == "Nothing was changed."
    await scene.until(lambda: form["message_id"] not in [one["message_id"] for one in answers(scene.buyer)])


async def test_two_people_order_at_once(scene: Scene, bot: TelegramBot) -> None:
    async def ordering(person: Person, sentence: str) -> None:
        await person.start()
        await person.write(person.id, sentence)
        summary = await scene.says("Your order", person)
        await scene.press(summary, datas(summary, "place")[0], person)

    other_buyer = scene.world.add_person("Somebody else")
    await asyncio.gather(ordering(scene.buyer, "calm 1:00 youtube"), ordering(other_buyer, "epic 2 min game"))
    (one,), (other,) = await scene.orders(scene.buyer), await scene.orders(other_buyer)
    assert (one.brief.mood, other.brief.mood) == ("calm", "epic")
    assert (one.brief.seconds, other.brief.seconds) == (60, 120)


async def test_the_language_is_telegrams_until_another_is_chosen(scene: Scene, bot: TelegramBot) -> None:
    scene.buyer.set_language("ko")
    await scene.buyer.start()
    await scene.says("환영")
    await scene.buyer.write(scene.buyer.id, "/language")
    await scene.press(await scene.says("언어"), "English")
    await scene.says("From now on I speak English")
    await scene.buyer.write(scene.buyer.id, "/help")
    await scene.says("music made for you")


async def test_where_a_buyer_came_from_is_kept_on_the_order(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start("video-7")
    await scene.says("Welcome")
    await scene.buyer.write(scene.buyer.id, "/bgm calm 1:00 youtube")
    summary = await scene.says("Your order")
    await scene.press(summary, datas(summary, "place")[0])
    (order,) = await scene.orders()
    assert order.data["came_from"] == "video-7"


async def test_in_somebody_elses_group_the_shop_asks_people_in(scene: Scene, bot: TelegramBot) -> None:
    group = scene.world.add_group("Friends", scene.buyer.id)
    scene.world.set_bot(group, "administrator")
    await scene.buyer.write(group, "just talking")
    await scene.buyer.write(group, "/bgm calm 1:00 youtube")
    shown = await scene.says("in private", chat=group)
    (link,) = [one["url"] for one in buttons(shown)]
    assert link == "https://t.me/bgm_kiosk_bot?start=bgm"
    assert not [one for one in scene.buyer.messages(group) if "just talking" in words(one) and not one["is_mine"]]


@pytest.mark.parametrize("command", ["help", "terms", "privacy", "paysupport", "orders", "start"])
async def test_every_page_fits_into_telegrams_messages(scene: Scene, bot: TelegramBot, command: str) -> None:
    for language in ("en", "ko"):
        scene.buyer.set_language(language)
        if language == "en":
            await scene.buyer.start()
        before = len(answers(scene.buyer))
        await scene.buyer.write(scene.buyer.id, f"/{command}")
        await scene.until(lambda before=before: len(answers(scene.buyer)) > before)


async def test_an_unknown_command_is_said_to_be_one(scene: Scene, bot: TelegramBot) -> None:
    await scene.buyer.start()
    await scene.buyer.write(scene.buyer.id, "/dance")
    await scene.says("do not know that command")
