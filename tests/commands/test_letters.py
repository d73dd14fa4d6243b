"""Questions and answers: who may write to whom about what, and what it does to the order's time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.letters import in_plain_words
from bot.commands.said import Reply, Words
from bot.errors import BadInput, NotAllowed
from bot.orders.facts import LetterSent, TakesReady, Withdrawn
from bot.orders.letters import conversation, open_question
from bot.orders.order import Order
from tests.commands.shop import BUYER, KOREAN, NOW, OPERATOR, REVIEW, Shop, buttons, data_of, open_shop, shown
from tests.orders.example import opened, paid
from tests.review.takes import takes


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Shop]:
    async with open_shop(tmp_path) as shop:
        yield shop


@pytest.fixture
async def order(shop: Shop) -> Order:
    """An order that waits for its verdict."""
    placed = await shop.placed(BUYER)
    money = placed.price.total
    whats = (opened(), paid(amount=money.amount, currency=money.currency), TakesReady(1, takes(placed.id)))
    return await shop.told(placed, *whats)


async def asked(shop: Shop, order: Order, text: str = "Faster?") -> Order:
    form = await shop.form(OPERATOR, f"bgm:write:{order.id}", place=REVIEW)
    await shop.submit(OPERATOR, form, place=REVIEW, text=text)
    return await shop.book.get(order.id)


async def said(shop: Shop, text: str, *, answers: str = "", key: str = "discord:1001") -> Reply | None:
    reply = await in_plain_words(shop.services, BUYER, Words(text, "discord:dm:1", key, answers))
    assert reply is None or isinstance(reply, Reply)
    return reply


async def test_a_question_keeps_the_verdict_waiting_and_another_one_no_longer(shop: Shop, order: Order) -> None:
    late = await shop.told(order, LetterSent(9, ""))  # of no letter: nothing happens
    assert late.version == order.version
    first = await asked(shop, order)
    assert first.deadline == NOW + timedelta(seconds=shop.services.policy.answer_within)
    assert open_question(first) is not None
    again = await asked(shop, first, "Are you there?")
    assert (again.deadline, len(conversation(again))) == (first.deadline, 2)


async def test_an_answer_is_one_however_often_it_is_told(shop: Shop, order: Order) -> None:
    await asked(shop, order)
    reply = await said(shop, "Yes,\r\n\r\n\r\n\r\nplease\x07")
    assert reply is not None
    assert "Thank you" in shown(reply.screen)
    assert await said(shop, "Yes,\r\n\r\n\r\n\r\nplease\x07") is not None
    after = await shop.book.get(order.id)
    assert [one["text"] for one in conversation(after)] == ["Faster?", "Yes,\n\nplease"]
    assert open_question(after) is None


async def test_a_form_sent_again_because_nothing_answered_is_one_letter(shop: Shop, order: Order) -> None:
    form = await shop.form(OPERATOR, f"bgm:write:{order.id}", place=REVIEW)
    for _ in range(2):
        assert "Passed on" in shown(await shop.submit(OPERATOR, form, place=REVIEW, text="Faster?"))
    assert [one["text"] for one in conversation(await shop.book.get(order.id))] == ["Faster?"]
    await said(shop, "Why?")
    await shop.submit(OPERATOR, form, place=REVIEW, text="Faster?")
    assert len(conversation(await shop.book.get(order.id))) == 3


async def test_words_in_passing_belong_to_the_conversation_until_the_order_ends(shop: Shop, order: Order) -> None:
    assert await said(shop, "hello") is None
    await asked(shop, order)
    await said(shop, "Yes")
    assert await said(shop, "and a bit louder", key="discord:1002") is not None
    assert len(conversation(await shop.book.get(order.id))) == 3


async def test_a_reply_to_a_letter_belongs_to_its_order(shop: Shop, order: Order) -> None:
    quiet = await shop.placed(BUYER, details="another one")
    await asked(shop, quiet)
    await said(shop, "Yes")
    await shop.told(await shop.book.get(quiet.id), LetterSent(1, "discord:5/77"), Withdrawn())
    assert await said(shop, "thanks again", key="discord:1003") is None
    assert await said(shop, "thanks again", answers="discord:5/77", key="discord:1004") is not None


async def test_the_order_shows_the_question_and_how_to_answer(shop: Shop, order: Order) -> None:
    screen = await shop.press(BUYER, f"bgm:order:{order.id}")
    assert data_of(screen, "ask") == f"bgm:ask:{order.id}"
    await asked(shop, order)
    screen = await shop.press(BUYER, f"bgm:order:{order.id}")
    assert "Faster?" in shown(screen)
    form = await shop.form(BUYER, data_of(screen, "answer"))
    assert "Faster?" in form.fields[0].placeholder
    await shop.submit(BUYER, form, text="Yes")
    newest = conversation(await shop.book.get(order.id))[-1]
    assert (newest["side"], newest["answers"]) == ("buyer", 1)
    assert all(len(row) <= 5 for row in screen.rows)
    assert buttons(screen)


async def test_nobody_writes_about_anothers_order(shop: Shop, order: Order) -> None:
    for person, control in ((KOREAN, "ask"), (KOREAN, "answer"), (BUYER, "write")):
        with pytest.raises(NotAllowed):
            await shop.form(person, f"bgm:{control}:{order.id}")


async def test_an_empty_letter_is_none(shop: Shop, order: Order) -> None:
    form = await shop.form(BUYER, f"bgm:ask:{order.id}")
    with pytest.raises(BadInput):
        await shop.submit(BUYER, form, text=" \n\t ")
    assert not conversation(await shop.book.get(order.id))


async def test_an_answer_to_a_letter_that_is_not_there_is_a_letter_all_the_same(shop: Shop, order: Order) -> None:
    form = await shop.form(BUYER, f"bgm:answer:{order.id}:99999")
    await shop.submit(BUYER, form, text="Hm?")
    assert conversation(await shop.book.get(order.id))[0]["answers"] == 0
