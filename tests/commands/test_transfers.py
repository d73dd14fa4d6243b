"""What an operator says about a transfer, pressed twice, too early, wrongly, and by the wrong person."""

from dataclasses import dataclass, field, replace

import pytest

from bot.errors import BadInput, NotAllowed
from bot.orders.facts import CheckoutOpened, Paid, RefundAsked
from bot.orders.order import Order
from tests.commands.shop import BUYER, OPERATOR, REVIEW, Shop, buttons, shown

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
