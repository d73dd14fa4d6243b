"""What is offered while somebody types."""

import pytest

from bot.commands.said import Asked
from bot.commands.suggestions import MOST, suggest
from tests.commands.shop import BUYER, KOREAN, OPERATOR, Shop
from tests.commands.test_my_orders import OPENED, PAID


@pytest.mark.parametrize(
    ("option", "typed", "first"),
    [
        ("mood", "calm", "calm"),
        ("mood", "잔잔", "calm"),
        ("mood", "CAL", "calm"),
        ("purpose", "you tube", "youtube"),
        ("purpose", "브이로그", "vlog"),
        ("length", "1:30", "90"),
        ("length", "2분", "120"),
        ("length", "45", "45"),
    ],
)
async def test_the_best_fit_comes_first(shop: Shop, option: str, typed: str, first: str) -> None:
    choices = await suggest(shop.services, KOREAN, Asked("bgm", option, typed))
    assert choices[0].value == first


async def test_nothing_typed_offers_the_menu(shop: Shop) -> None:
    moods = await suggest(shop.services, BUYER, Asked("bgm", "mood", ""))
    assert [one.value for one in moods] == list(shop.services.catalogue.moods[:MOST])
    lengths = await suggest(shop.services, BUYER, Asked("bgm", "length", ""))
    assert [one.value for one in lengths][:3] == ["15", "30", "60"]


async def test_a_number_may_mean_seconds_or_minutes(shop: Shop) -> None:
    choices = await suggest(shop.services, BUYER, Asked("bgm", "length", "5"))
    assert [one.value for one in choices][:2] == ["5", "300"]


async def test_nonsense_offers_nothing(shop: Shop) -> None:
    for option in ("mood", "purpose", "length"):
        assert await suggest(shop.services, BUYER, Asked("bgm", option, "qqqq")) == []


async def test_orders_are_offered_to_the_operator_alone(shop: Shop) -> None:
    order = await shop.told(await shop.placed(), OPENED, PAID)
    offered = await suggest(shop.services, OPERATOR, Asked("shop refund", "order", order.id[:3].lower()))
    assert [one.value for one in offered] == [order.id]
    assert await suggest(shop.services, BUYER, Asked("shop refund", "order", "")) == []


async def test_unpaid_orders_are_not_offered_for_a_refund(shop: Shop) -> None:
    await shop.placed()
    assert await suggest(shop.services, OPERATOR, Asked("shop refund", "order", "")) == []
