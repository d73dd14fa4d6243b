"""The contract goes out once, says what was agreed, and is kept for /orders where nobody can be written to."""

from dataclasses import replace
from typing import Any

import pytest

from bot.configuration import Config
from bot.delivery.notary import Notary
from bot.errors import Outside, TryLater, Unreachable
from bot.orders.facts import PaperSent
from bot.orders.order import Order
from bot.screens import Screen
from bot.settings.shop import Business
from bot.storage.jobs import Job
from tests.orders.example import NOON, new_order

CONSENTS = [{"what": "terms", "text": "바로 시작해요.", "version": "abc", "at": NOON.isoformat(), "locale": "ko"}]
ORDER = new_order(created=NOON, data={"region": "kr", "consents": CONSENTS})
JOB = Job(1, "paper", ORDER.id, "paper:1")


class Chat:
    """A chat that keeps what is posted, or fails."""

    platform = "discord"

    def __init__(self, error: Outside | None = None) -> None:
        self.posted: list[tuple[str, Screen]] = []
        self.error = error

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if self.error:
            raise self.error
        self.posted.append((place, screen))
        return "discord:1/2"

    async def edit(self, message: str, screen: Screen) -> None:
        raise AssertionError("a contract is never edited")


def notary(chat: Chat | None) -> Notary:
    config = Config.read(None)
    doorways: dict[str, Any] = {"discord": chat} if chat else {}
    return Notary(doorways, config.texts, config.name, Business(name="비와 로드", owner="김해", email="a@b.example"))


async def test_the_contract_says_what_with_whom_and_in_which_words() -> None:
    chat = Chat()
    assert await notary(chat).paper(JOB, ORDER) == PaperSent("discord:1/2")
    ((place, screen),) = chat.posted
    assert place == "discord:dm:1"
    words = "\n".join([screen.title, screen.text, *(f"{label}: {value}" for label, value in screen.facts)])
    for expected in (ORDER.id, "₩15,000", "바로 시작해요.", "비와 로드", "김해", "a@b.example"):
        assert expected in words


async def test_it_is_sent_once() -> None:
    chat = Chat()
    sent: Order = replace(ORDER, data=ORDER.data | {"paper": "discord:1/2"})
    assert await notary(chat).paper(JOB, sent) is None
    assert chat.posted == []


async def test_closed_messages_leave_it_to_orders() -> None:
    assert await notary(Chat(Unreachable("closed"))).paper(JOB, ORDER) == PaperSent("")


@pytest.mark.parametrize("chat", [Chat(TryLater("away")), None])
async def test_an_outage_is_waited_for(chat: Chat | None) -> None:
    with pytest.raises(TryLater):
        await notary(chat).paper(JOB, ORDER)
