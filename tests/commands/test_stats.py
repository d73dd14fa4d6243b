"""``/shop stats``."""

import pytest

from bot.commands.listen import listen
from bot.commands.said import Command, How, Press, Reply
from bot.errors import BadInput, NotAllowed
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop


async def test_a_month_unless_another_span_is_asked_for(shop: Shop) -> None:
    assert (await shop.say(OPERATOR, "shop stats", place=REVIEW)).title == "30 days in en-US"
    assert (await shop.say(OPERATOR, "shop stats", place=REVIEW, days=" 7 ")).title == "7 days in en-US"


async def test_a_press_shows_another_span_in_place(shop: Shop) -> None:
    reply = await listen(shop.services, OPERATOR, Press("stats", "90", place=REVIEW))
    assert isinstance(reply, Reply)
    assert reply.how is How.UPDATE
    assert reply.screen.title == "90 days in en-US"


@pytest.mark.parametrize("days", ["0", "-3", "a week", "367", "٣٠٠٠٠", "1" * 50, "000010000000"])
async def test_what_is_no_number_of_days_is_said(shop: Shop, days: str) -> None:
    with pytest.raises(BadInput) as refused:
        await shop.say(OPERATOR, "shop stats", place=REVIEW, days=days)
    assert "1 to 366" in shop.services.texts.error("en", refused.value)


async def test_figures_are_the_operators(shop: Shop) -> None:
    with pytest.raises(NotAllowed):
        await listen(shop.services, BUYER, Command("shop stats", {}, REVIEW))
