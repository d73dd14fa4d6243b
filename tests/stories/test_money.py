"""A coupon, a transfer by hand, and a withdrawal, over the wire: what the buyer reads and what the operator presses."""

from pathlib import Path
from typing import Any

from bot.sandbox.discord import Person
from tests.stories.street import Street, buttons, footer, street, words

TRANSFERS = """
[payments]
manual = true
[payments.bank]
name = "Corner Bank"
account = "110-222-333333"
holder = "Street Corner"
"""

Message = dict[str, Any]


def selected(message: Message, verb: str) -> str:
    """The custom id of the select menu of that verb."""
    controls = [one for row in message["components"] for one in row["components"] if one["type"] == 3]
    return next(str(one["custom_id"]) for one in controls if f":{verb}:" in one["custom_id"])


async def press(person: Person, message: Message, verb: str, number: int = 0) -> Message:
    custom_id = buttons(message, verb)[number]["custom_id"]
    said = await person.click(message["channel_id"], message["id"], custom_id)
    assert said.message is not None, said
    return said.message


async def choose(person: Person, message: Message, verb: str, value: str) -> Message:
    said = await person.choose(message["channel_id"], message["id"], selected(message, verb), [value])
    assert said.message is not None, said
    return said.message


async def fill(person: Person, message: Message, verb: str, **fields: str) -> Message:
    custom_id = buttons(message, verb)[0]["custom_id"]
    asked = await person.click(message["channel_id"], message["id"], custom_id)
    assert asked.modal is not None, asked
    said = await person.submit(asked.modal, fields)
    assert said.message is not None, said
    return said.message


async def operators(here: Street, mark: str) -> Message:
    """The message to the operator that bears a mark."""
    return await here.operator.wait_for(
        lambda message: footer(message) == mark, channel_id=here.discord.review_channel_id, timeout=300
    )


async def test_a_coupon_a_transfer_and_its_way_back(tmp_path: Path) -> None:
    async with street(tmp_path, times=TRANSFERS) as here:
        # 1. The operator makes a coupon
        desk = await here.operator.use(here.discord.review_channel_id, "shop", subcommand="coupon")
        assert desk.message is not None, desk
        made = await fill(here.operator, desk.message, "newcoupon", code="street", off="10%", limit="1")
        assert "STREET" in words(made)
        # 2. The buyer takes a bigger licence and stems, mistypes the code, then uses it, and chooses the transfer
        summary = await here.summary(here.buyer)
        summary = await choose(here.buyer, summary, "tier", "business")
        summary = await press(here.buyer, summary, "extra")
        summary = await fill(here.buyer, summary, "coupon", code="steert")
        assert "STEERT" in words(summary)
        assert "⚠️" in words(summary)
        summary = await fill(here.buyer, summary, "coupon", code="street")
        assert "-₩2,700" in words(summary)  # a tenth of 18,000 and 9,000
        placed = await press(here.buyer, summary, "place", 1)
        order = next(one.split()[0] for one in words(placed).splitlines() if " · " in one and len(one.split()[0]) == 10)
        told = await here.status(order, "110-222-333333")
        assert "₩24,300" in words(told)
        # 3. The operator sees it come, and the music is made; then sends it back by hand
        asked = await operators(here, f"{order}/came")
        await press(here.operator, asked, "transfer")
        card = await here.card(order)
        await here.react(card, "❌")
        await here.status(order, "₩24,300")
        back = await operators(here, f"{order}/gone")
        await press(here.operator, back, "transfer")
        await here.status(order, "has been returned")


async def test_a_european_ticks_and_withdraws_a_korean_listens_first_and_both_have_their_contract(
    tmp_path: Path,
) -> None:
    async with street(tmp_path, takes=3) as here:
        summary = await choose(here.buyer, await here.summary(here.buyer), "region", "eu")
        refused = await press(here.buyer, summary, "place")
        assert "⚠️" in words(refused)
        ticked = await press(here.buyer, refused, "tick")
        order = await here.placed(ticked)
        session = await here.pay(order)
        contract = await here.buyer.wait_for(lambda message: footer(message) == f"{order}/contract", timeout=300)
        assert "14 days" in words(contract)
        assert "Street Corner Music" in words(contract)
        orders = await here.buyer.use(here.discord.order_channel_id, "orders")
        assert orders.message is not None, orders
        screen = await choose(here.buyer, orders.message, "order", order)
        asked = await press(here.buyer, screen, "unbuy")
        await press(here.buyer, asked, "unbuy")
        told = await here.status(order, "Your withdrawal was received on")
        assert "sorry" not in words(told)
        await here.until(lambda: bool(here.refunds(session)))
        await here.status(order, "has been returned")
        # and a buyer in Korea, in Korean
        here.buyer.set_locale("ko")
        summary = await choose(here.buyer, await here.summary(here.buyer, mood="잔잔한"), "region", "kr")
        assert "미리 듣기" in words(summary)
        await press(here.buyer, summary, "sample")
        await here.buyer.wait_for(
            lambda message: [one["filename"] for one in message["attachments"]] == ["sample.mp3"], timeout=300
        )
        order = await here.placed(summary)
        await here.pay(order)
        contract = await here.buyer.wait_for(lambda message: footer(message) == f"{order}/contract", timeout=300)
        assert "청약철회 제한" in words(contract)
        assert "구매 전 미리 듣기" in words(contract)
