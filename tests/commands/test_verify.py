"""Certificates checked by anybody: real, ended, unknown, and the file beside them."""

from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.commands.verify import STANDING, read_number, standing_tone
from bot.errors import BadInput, NotFound
from bot.orders.facts import Certified, LicenseeNamed, RefundAsked
from bot.orders.order import Order
from bot.screens import Tone
from tests.commands.shop import BUYER, KOREAN, Shop, shown
from tests.orders.example import TO_DELIVERED, new_order

NUMBER = "BGM-1"
"""Of `tests.orders.example.CERTIFIED`."""


async def delivered(shop: Shop) -> Order:
    order = await shop.book.place(replace(new_order(), customer=BUYER.id), by=BUYER.id, key="k")
    await shop.book.remember(f"certificate:{NUMBER}", {"order": order.id, "record": "x"})
    return await shop.told(order, *TO_DELIVERED)


@pytest.mark.parametrize(
    "typed",
    ["BGM-WEC84-ZFU73", " bgm wec84 zfu73 ", "BGMWEC84ZFU73", "BGM–WEC84–ZFU73", "ＢＧＭ-WEC84-ZFU73\u200b"],
)
def test_a_number_is_read_as_people_copy_it(typed: str) -> None:
    assert read_number(typed) == "BGM-WEC84-ZFU73"


def test_what_is_no_number_is_made_short_and_one_line() -> None:
    assert read_number("some\n\u202enumber" * 500) == "SOME NUMBERSOME NUMBERSOME NUMBERSOME N…"


async def test_a_real_certificate_stands_and_tells_nothing_private(shop: Shop) -> None:
    await delivered(shop)
    screen = await shop.say(KOREAN, "verify", certificate=f" {NUMBER.lower()} ")
    assert screen.tone is Tone.GOOD
    words = shown(screen)
    assert "잔잔한" in words
    assert "2026년 11월 21일 오후 9:00 (GMT+09:00)" in words
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


async def test_one_that_was_issued_anew_says_which_counts_instead(shop: Shop) -> None:
    order = await delivered(shop)
    await shop.told(order, LicenseeNamed("Mina's Kitchen"), Certified("BGM-2", {"name": "licence-2.pdf"}))
    await shop.book.remember("certificate:BGM-2", {"order": order.id, "record": "x"})
    old, new = [await shop.say(BUYER, "verify", certificate=number) for number in (NUMBER, "BGM-2")]
    assert (old.tone, new.tone) == (Tone.WAIT, Tone.GOOD)
    assert "BGM-2" in old.text
    assert "it stands" not in old.text
    assert shown(new).count("November 21, 2026") == 1


@dataclass(frozen=True)
class Seen:
    """What came of looking at a file."""

    tone: Tone
    certificate: str
    lines: tuple[tuple[str, str], ...] = (("proven", "It is."),)


@pytest.mark.parametrize("tone", [Tone.GOOD, Tone.WAIT, Tone.BAD])
@pytest.mark.parametrize("certificate", ["", NUMBER])
async def test_a_file_is_told_in_the_colour_of_what_was_found(shop: Shop, tone: Tone, certificate: str) -> None:
    """The verify page shows the same file with the same verdict: both take it from what looked at the file."""
    await delivered(shop)

    async def inspect(_file: Path, _locale: str) -> Seen:
        return Seen(tone, certificate)

    shop.services = replace(shop.services, deliveries=SimpleNamespace(inspect=inspect))
    assert (await shop.say(BUYER, "verify", **{"file": "0", "file-path": "x.wav"})).tone is tone


def test_every_standing_of_a_certificate_has_its_colour_and_its_words() -> None:
    found = {
        (ended, newer): standing_tone(ended=ended, replaced=newer) for ended in (False, True) for newer in (False, True)
    }
    assert found == {
        (False, False): Tone.GOOD,
        (False, True): Tone.WAIT,
        (True, False): Tone.BAD,
        (True, True): Tone.BAD,
    }
    assert set(STANDING) == set(found.values())
