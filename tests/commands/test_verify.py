"""Certificates checked by anybody: real, ended, unknown, and the file beside them."""

from dataclasses import replace

import pytest

from bot.errors import BadInput, NotFound
from bot.orders.facts import RefundAsked
from bot.orders.order import Order
from bot.screens import Tone
from tests.commands.shop import BUYER, KOREAN, Shop, shown
from tests.orders.example import TO_DELIVERED, new_order

NUMBER = "BGM-ABCDE-23456"


async def delivered(shop: Shop) -> Order:
    order = await shop.book.place(replace(new_order(), customer=BUYER.id), by=BUYER.id, key="k")
    await shop.book.remember(f"certificate:{NUMBER}", {"order": order.id, "record": "x"})
    return await shop.told(order, *TO_DELIVERED)


async def test_a_real_certificate_stands_and_tells_nothing_private(shop: Shop) -> None:
    await delivered(shop)
    screen = await shop.say(KOREAN, "verify", certificate=f" {NUMBER.lower()} ")
    assert screen.tone is Tone.GOOD
    words = shown(screen)
    assert "잔잔한" in words
    for private in (BUYER.id, "15,000", "rain on a window"):
        assert private not in words


async def test_a_refunded_one_has_ended(shop: Shop) -> None:
    await shop.told(await delivered(shop), RefundAsked())
    screen = await shop.say(BUYER, "verify", certificate=NUMBER)
    assert screen.tone is Tone.BAD
    assert "ended" in screen.text


@pytest.mark.parametrize(("sha256", "tone"), [("0", Tone.GOOD), ("1", Tone.BAD)])
async def test_a_file_is_one_of_its_files_or_not(shop: Shop, sha256: str, tone: Tone) -> None:
    await delivered(shop)
    assert (await shop.say(BUYER, "verify", certificate=NUMBER, file=sha256)).tone is tone


@pytest.mark.parametrize("typed", ["BGM-ZZZZZ-ZZZZZ", "x" * 5000, "certificate:%"])
async def test_an_unknown_one_is_said_to_be_unknown(shop: Shop, typed: str) -> None:
    await delivered(shop)
    with pytest.raises(NotFound):
        await shop.say(BUYER, "verify", certificate=typed)


async def test_there_has_to_be_something_to_look_at(shop: Shop) -> None:
    with pytest.raises(BadInput):
        await shop.say(BUYER, "verify")
