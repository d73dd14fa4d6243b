"""The operator is asked about a transfer once, where they read, and also finds it in /shop order."""

from __future__ import annotations

import pytest

from bot.errors import Outside, TryLater, Unreachable
from bot.payments.bank_desk import BankDesk
from bot.places import Places
from bot.screens import Screen
from bot.settings.files import default_folder
from bot.texts import Texts, Tongue
from tests.payments.conftest import Till


class Channel:
    """A doorway that keeps what is posted, or fails: everywhere, or at one ``closed`` place."""

    platform = "discord"

    def __init__(self, error: Outside | None = None, closed: str = "") -> None:
        self.posted: list[Screen] = []
        self.error = error
        self.closed = closed

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if self.error and self.closed in ("", place):
            raise self.error
        self.posted.append(screen)
        return f"{place}/{len(self.posted)}"

    async def edit(self, message: str, screen: Screen) -> None:
        raise AssertionError("nothing is edited")


def desk(till: Till, channel: Channel, operators: tuple[str, ...] = ()) -> BankDesk:
    review = {"discord": "discord:channel:7"}
    places = Places({"discord": channel}, review, operators, Texts([default_folder()]), Tongue("en"))
    return BankDesk(till.book, places)


async def test_each_question_is_asked_once(till: Till) -> None:
    order, channel = await till.transferring(), Channel()
    for what in ("came", "came", "gone", "gone"):
        await desk(till, channel).ask(what, order)
    came, gone = channel.posted
    assert came.title == "Has ₩15,000 come?"
    assert [one.data for one in came.rows[0] if hasattr(one, "data")] == [
        f"bgm:transfer:{order}:came", f"bgm:came:{order}", f"bgm:look:{order}:new",
    ]  # fmt: skip
    assert gone.title == "Please send ₩15,000 back"
    assert came.mark != gone.mark


async def test_what_came_is_what_goes_back(till: Till) -> None:
    order, channel = await till.transferring(), Channel()
    await till.teller.came(await till.book.get(order), 14000, "discord:9")
    await desk(till, channel).ask("gone", order)
    assert channel.posted[0].title == "Please send ₩14,000 back"


async def test_a_channel_that_is_gone_leaves_the_question_to_the_operators_in_private(till: Till) -> None:
    order, channel = await till.transferring(), Channel(Unreachable("gone"), closed="discord:channel:7")
    await desk(till, channel, ("discord:9",)).ask("came", order)
    (asked,) = channel.posted
    assert asked.title == "Has ₩15,000 come?"
    assert "cannot be written to" in asked.text
    assert await till.book.recall(f"transfer:{order}:came") == {"message": "discord:dm:9/1"}


async def test_a_channel_that_is_gone_does_not_stop_the_order(till: Till) -> None:
    await desk(till, Channel(Unreachable("gone"))).ask("came", await till.transferring())


async def test_a_chat_that_is_away_is_tried_again(till: Till) -> None:
    order, channel = await till.transferring(), Channel(TryLater("away"))
    with pytest.raises(TryLater):
        await desk(till, channel).ask("came", order)
    channel.error = None
    await desk(till, channel).ask("came", order)
    assert len(channel.posted) == 1
