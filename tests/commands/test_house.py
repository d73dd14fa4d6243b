"""Help, terms and privacy: complete in both languages, with the shop's own name, times and contact."""

import pytest

from bot.commands.said import Person
from tests.commands.shop import BUYER, KOREAN, Shop, shown


@pytest.mark.parametrize("person", [BUYER, KOREAN], ids=["en", "ko"])
@pytest.mark.parametrize("command", ["help", "terms", "privacy"])
async def test_everything_is_filled_in(shop: Shop, command: str, person: Person) -> None:
    words = shown(await shop.say(person, command))
    assert "{" not in words
    assert "Rain & Rhodes" in words
    assert "hello@shop.example" in words


async def test_terms_name_the_policys_times_and_the_seller(shop: Shop) -> None:
    words = shown(await shop.say(BUYER, "terms"))
    assert "within 3 days" in words
    assert "Owner: Sun" in words
