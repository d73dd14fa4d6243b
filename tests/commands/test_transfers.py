"""What an operator says about a transfer, pressed twice, too early, wrongly, and by the wrong person."""

from dataclasses import dataclass, field, replace

import pytest

from bot.commands.listen import listen
from bot.commands.said import Press, Reply, read_data
from bot.errors import BadInput, NotAllowed, TryLater
from bot.orders.facts import CheckoutOpened, Paid, RefundAsked
from bot.orders.order import Order
from bot.payments.bank_desk import BankDesk
from bot.places import Places
from bot.screens import Screen
from bot.texts import Tongue
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop, buttons, new_key, shown, texts

LATER = "2026-11-24T12:00:00+00:00"
OPENED = CheckoutOpened("manual", "ref", "", LATER, "Please transfer $12.00 to\nCorner Bank 110-222")
PAID = Paid("manual", "ref", 1200, "USD", "ref")


@dataclass
class Said:
    """The teller, who knows after the first time."""

    words: list[tuple[str, int]] = field(default_factory=list)

    async def came(self, order: Order, amount: int, by: str) -> bool:
        self.words.append(("came", amount))
        return len(self.words) == 1

    async def gone(self, order: Order, by: str) -> bool:
        self.words.append(("gone", 0))
        return len(self.words) == 1


async def waiting(shop: Shop) -> tuple[Order, Said]:
    said = Said()
    shop.services = replace(shop.services, transfers=said)
    return await shop.told(await shop.placed(), OPENED), said


async def test_the_buyer_reads_how_to_pay_and_gets_no_link(shop: Shop) -> None:
    order, _ = await waiting(shop)
    screen = await shop.press(BUYER, f"bgm:order:{order.id}")
    assert "Corner Bank 110-222" in shown(screen)
    assert not [row for row in screen.rows for one in row if hasattr(one, "url")]


async def test_the_whole_amount_comes_by_one_press(shop: Shop) -> None:
    order, said = await waiting(shop)
    first = await shop.press(OPERATOR, f"bgm:transfer:{order.id}:came", place=REVIEW)
    second = await shop.press(OPERATOR, f"bgm:transfer:{order.id}:came", place=REVIEW)
    assert said.words == [("came", 1200)] * 2
    assert "$12.00" in first.text
    assert "known already" in second.text


@pytest.mark.parametrize(("typed", "minor"), [("11.50", 1150), ("$11", 1100), ("1,000", 100000), ("11 USD", 1100)])
async def test_another_amount_is_typed(shop: Shop, typed: str, minor: int) -> None:
    order, said = await waiting(shop)
    form = await shop.form(OPERATOR, f"bgm:came:{order.id}", place=REVIEW)
    await shop.submit(OPERATOR, form, place=REVIEW, amount=typed)
    assert said.words == [("came", minor)]


@pytest.mark.parametrize("typed", ["", "0", "-5", "lots", "1.234", "1e9", "9" * 20, "🏦"])
async def test_what_is_no_amount_moves_nothing(shop: Shop, typed: str) -> None:
    order, said = await waiting(shop)
    form = await shop.form(OPERATOR, f"bgm:came:{order.id}", place=REVIEW)
    with pytest.raises(BadInput):
        await shop.submit(OPERATOR, form, place=REVIEW, amount=typed)
    assert said.words == []


async def test_the_same_buttons_stand_in_the_order(shop: Shop) -> None:
    order, said = await waiting(shop)
    screen = await shop.say(OPERATOR, "shop order", place=REVIEW, order=order.id)
    assert f"bgm:transfer:{order.id}:came" in [one.data for one in buttons(screen)]
    await shop.told(order, PAID, RefundAsked())
    screen = await shop.say(OPERATOR, "shop order", place=REVIEW, order=order.id)
    assert f"bgm:transfer:{order.id}:gone" in [one.data for one in buttons(screen)]
    await shop.press(OPERATOR, f"bgm:transfer:{order.id}:gone", place=REVIEW)
    assert said.words == [("gone", 0)]


async def test_nothing_is_sent_back_that_is_not_owed(shop: Shop) -> None:
    order, said = await waiting(shop)
    for one in (order, await shop.placed()):
        with pytest.raises(BadInput):
            await shop.press(OPERATOR, f"bgm:transfer:{one.id}:gone", place=REVIEW)
    assert said.words == []


async def test_an_order_paid_by_card_has_no_transfer(shop: Shop) -> None:
    _, said = await waiting(shop)
    order = await shop.placed()
    with pytest.raises(BadInput):
        await shop.press(OPERATOR, f"bgm:transfer:{order.id}:came", place=REVIEW)
    assert said.words == []


@pytest.mark.parametrize("control", ["bgm:transfer:{}:came", "bgm:transfer:{}:gone", "bgm:came:{}"])
async def test_buyers_confirm_nothing(shop: Shop, control: str) -> None:
    order, said = await waiting(shop)
    with pytest.raises(NotAllowed):
        await shop.answer(BUYER, control.format(order.id))
    assert said.words == []


@dataclass
class Channel:
    """A review channel: its messages as they stand, unless it is away."""

    platform: str = "discord"
    away: bool = False
    standing: dict[str, Screen] = field(default_factory=dict)
    edits: int = 0

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        message = f"discord:7/{len(self.standing)}"
        self.standing[message] = screen
        return message

    async def edit(self, message: str, screen: Screen) -> None:
        if self.away:
            raise TryLater("away")
        self.standing[message] = screen
        self.edits += 1


async def pressed(shop: Shop, control: str) -> Screen:
    """Press a button as the operator, and let what comes after the answer happen too."""
    parts = read_data(control)
    assert parts
    reply = await listen(shop.services, OPERATOR, Press(*parts, place=REVIEW, key=new_key()))
    assert isinstance(reply, Reply)
    assert reply.later
    assert await reply.later() is None
    return reply.screen


def places(channel: Channel, language: str) -> Places:
    return Places({"discord": channel}, {"discord": REVIEW}, (), texts(), Tongue(language))


def verbs(screen: Screen) -> list[str]:
    return [one.data.split(":")[1] for one in buttons(screen)]


async def test_an_answered_question_asks_no_more(shop: Shop) -> None:
    order, _ = await waiting(shop)
    channel = Channel()
    shop.services.doorways["discord"] = channel
    desk = BankDesk(shop.book, places(channel, "ko"))
    await desk.ask("came", order.id)
    (message,) = channel.standing
    assert verbs(channel.standing[message]) == ["transfer", "came", "look"]
    channel.away = True
    await pressed(shop, f"bgm:transfer:{order.id}:came")
    assert verbs(channel.standing[message]) == ["transfer", "came", "look"]
    channel.away = False
    for _ in range(2):
        assert "known already" in (await pressed(shop, f"bgm:transfer:{order.id}:came")).text
        assert verbs(channel.standing[message]) == ["look"]
    assert channel.edits == 1
    await desk.ask("came", order.id)
    assert len(channel.standing) == 1


async def test_the_question_whether_it_was_sent_back_shows_who_did(shop: Shop) -> None:
    order, _ = await waiting(shop)
    channel = Channel()
    shop.services.doorways["discord"] = channel
    await shop.told(order, PAID, RefundAsked())
    await BankDesk(shop.book, places(channel, "en")).ask("gone", order.id)
    await pressed(shop, f"bgm:transfer:{order.id}:gone")
    (screen,) = channel.standing.values()
    assert verbs(screen) == ["look"]
    assert "Sun" in screen.text
    assert order.id in shown(screen)
