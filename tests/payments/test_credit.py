"""A bundle, what it brings, and the changes paid with that: bought and sent back over the wire, once, and all of it."""

from __future__ import annotations

from bot.orders.discounts import Bundle, Discounts, with_bundle, with_credit
from bot.orders.facts import Approved, Certified, Fact, HandedOver, Mastered, RefundAsked, TakesReady, What
from bot.orders.order import State
from bot.orders.pricing import Line, Price
from bot.orders.revision import Source
from bot.storage.purse import Purse
from tests.payments.conftest import Till

BUYER = "discord:1"
PIECE = Price("KRW", (Line("price-length", 15000),))
CHANGE = Price("KRW", (Line("price-revision", 4000),))
MADE: tuple[What, ...] = (
    TakesReady(1, [{"index": 1, "seed": 1}]), Approved(1, 1), Mastered(1, []), Certified("BGM-1", {}), HandedOver("dm"),
)  # fmt: skip


async def deliver(till: Till, order: str) -> None:
    for what in MADE:
        await till.book.tell(Fact(order, f"{order}:{what}", "shop", what))
    assert await till.state(order) is State.DELIVERED


async def bought(till: Till, priced: tuple[Price, Discounts], source: Source | None = None) -> str:
    """Place an order and pay what is left to pay."""
    price, discounts = priced
    data = {"discounts": discounts.to_json()} | ({"source": source.to_json()} if source else {})
    order = (await till.priced(price, data=data)).id
    await till.work("open_checkout")
    for session in [one for one in till.world.sessions if one["status"] == "open"]:
        await till.world.pay(session["id"])
    await till.reconciler.poll("stripe")
    return order


async def balance(till: Till) -> int:
    return await Purse(till.book.database, till.clock).balance(BUYER, "KRW")


def sent_back(till: Till) -> list[int]:
    return sorted(refund["amount"] for refund in till.world.refunds)


async def test_a_change_paid_with_a_bundles_credit_ends_with_the_bundle_and_nothing_is_lost(till: Till) -> None:
    # 1. Five for four: 60,000 paid, four more pieces of credit on delivery
    first = await bought(till, with_bundle(PIECE, Bundle(5, 4)))
    assert await balance(till) == 0
    await deliver(till, first)
    assert await balance(till) == 60000
    # 2. Credit pays for a change of it altogether: no page, no money
    source = Source(first, first, 1, f"orders/{first}/r1/t1", "calmer")
    child = await bought(till, with_credit(CHANGE, Discounts(), await balance(till)), source)
    assert (await till.state(child), await balance(till)) == (State.COMPOSING, 56000)
    assert len(till.world.sessions) == 1
    await deliver(till, child)
    assert await balance(till) == 56000
    # 3. The first is taken back: all its money goes, its credit with it, and what the change had used counts again
    await till.book.tell(Fact(first, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert (await till.state(first), await till.state(child)) == (State.REFUNDED, State.CANCELLED)
    assert (sent_back(till), await balance(till)) == ([60000], 0)


async def test_a_change_paid_partly_with_credit_gives_both_parts_back_once(till: Till) -> None:
    first = await bought(till, (PIECE, Discounts()))
    await deliver(till, first)
    await Purse(till.book.database, till.clock).give(BUYER, 2500, "KRW", key="gift", by="discord:9")
    source = Source(first, first, 1, f"orders/{first}/r1/t1", "loop")
    child = await bought(till, with_credit(CHANGE, Discounts(), 2500), source)
    assert await balance(till) == 0
    assert sorted(one["amount_total"] for one in till.world.sessions) == [1500, 15000]
    await deliver(till, child)
    # The change alone is taken back: the piece it changed stays
    await till.book.tell(Fact(child, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert (await till.state(first), await till.state(child)) == (State.DELIVERED, State.REFUNDED)
    assert (sent_back(till), await balance(till)) == ([1500], 2500)
    # and then the piece: nothing of the change goes back twice
    await till.book.tell(Fact(first, "asked again", "discord:9", RefundAsked()))
    await till.work("refund")
    assert (sent_back(till), await balance(till)) == ([1500, 15000], 2500)


async def test_credit_of_a_bundle_that_was_spent_before_it_was_taken_back_is_owed(till: Till) -> None:
    first = await bought(till, with_bundle(PIECE, Bundle(5, 4)))
    await deliver(till, first)
    second = await bought(till, with_credit(PIECE, Discounts(), await balance(till)))
    await deliver(till, second)
    await till.book.tell(Fact(first, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert (sent_back(till), await balance(till)) == ([60000], -15000)
    assert await till.state(second) is State.DELIVERED
    assert with_credit(PIECE, Discounts(), await balance(till)) == (PIECE, Discounts())
