"""In which language cards and alerts are, where the settings name none."""

from dataclasses import replace

import pytest

from bot.chat.answers import answer
from bot.commands import operators_tongue
from bot.commands.said import Command, Person
from bot.texts import Tongue
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop


@pytest.fixture
def unsettled(shop: Shop) -> Shop:
    """A shop whose settings name no language, on an English machine."""
    shop.services = replace(shop.services, tongue=Tongue("en", settled=False))
    return shop


async def says(shop: Shop, person: Person) -> str:
    await answer(shop.services, person, Command("help", {}, REVIEW))
    return shop.services.tongue.locale


async def test_it_is_the_language_of_the_operators_own_chat_also_after_a_restart(unsettled: Shop) -> None:
    assert await says(unsettled, replace(OPERATOR, locale="ko")) == "ko"
    reopened = Tongue("en", settled=False)
    await operators_tongue.read(unsettled.book, reopened)
    assert reopened.locale == "ko"
    assert await says(unsettled, replace(OPERATOR, locale="en-GB")) == "en"


async def test_buyers_and_whoever_only_sees_the_review_place_decide_nothing(unsettled: Shop) -> None:
    assert await says(unsettled, replace(BUYER, locale="ko")) == "en"
    assert await says(unsettled, replace(BUYER, locale="ko", operator=True)) == "en"


async def test_the_first_operator_who_was_heard_goes_on_deciding(unsettled: Shop) -> None:
    second = replace(OPERATOR, id="discord:77", locale="ko")
    named = {OPERATOR.id, second.id}
    unsettled.services = replace(unsettled.services, is_operator=lambda person, _place: person in named)
    assert await says(unsettled, OPERATOR) == "en"
    assert await says(unsettled, second) == "en"
    named.remove(OPERATOR.id)
    assert await says(unsettled, second) == "ko"


async def test_the_settings_have_the_last_word(shop: Shop) -> None:
    assert await says(shop, replace(OPERATOR, locale="ko")) == "en"
    assert await shop.book.recall(operators_tongue.NOTE) is None
