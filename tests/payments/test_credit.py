"""A bundle, what it brings, and the changes paid with that: bought and sent back over the wire, once, and all of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.orders.brief import Brief
from bot.orders.bundles import sum_back
from bot.orders.discounts import Bundle, Discounts, with_bundle, with_credit
from bot.orders.facts import (
    Approved,
    Certified,
    DisputeClosed,
    Disputed,
    Fact,
    HandedOver,
    Mastered,
    RefundAsked,
    TakesReady,
    What,
)
from bot.orders.order import Order, State
from bot.orders.pricing import Line, Price, unit
from bot.orders.revision import Source
from bot.payments.bank_desk import question
from bot.settings.files import default_folder
from bot.storage.purse import Purse
from bot.texts import Texts
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


async def spent(till: Till) -> tuple[str, str]:
    """Buy five for four, and with the credit one piece more; both orders."""
    first = await bought(till, with_bundle(PIECE, Bundle(5, 4)))
    await deliver(till, first)
    second = await bought(till, with_credit(PIECE, Discounts(), await balance(till)))
    await deliver(till, second)
    return first, second


async def test_what_was_used_of_a_bundle_is_kept_at_the_bundles_price(till: Till) -> None:
    first, second = await spent(till)
    # 1. Decided: the credit that is left ends at once, and nobody spends it while the money is on its way
    await till.book.tell(Fact(first, "asked", "discord:9", RefundAsked()))
    assert (await till.state(first), await balance(till)) == (State.REFUNDING, 0)
    with pytest.raises(BadInput):
        await bought(till, with_credit(PIECE, Discounts(), 15000))
    # 2. One of five pieces was had: four fifths of the payment go back, once, whatever crashes on the way
    await till.work("refund", crash=True)
    await till.work("refund")
    assert (await till.state(first), await till.state(second)) == (State.REFUNDED, State.DELIVERED)
    assert (sent_back(till), await balance(till)) == ([48000], 0)
    # 3. The piece had for the credit is taken back, too: what it had cost counts again
    await till.book.tell(Fact(second, "asked too", "discord:9", RefundAsked()))
    assert (sent_back(till), await balance(till)) == ([48000], 15000)
    assert (await till.reconciler.compare("stripe")).agree


async def test_of_a_bundle_paid_by_transfer_the_operator_is_asked_for_the_fair_sum(till: Till) -> None:
    price, discounts = with_bundle(PIECE, Bundle(5, 4))
    first = (await till.priced(price, data={"discounts": discounts.to_json(), "provider": "manual"})).id
    await till.work("open_checkout")
    await till.teller.came(await till.book.get(first), 60000, "discord:9")
    await deliver(till, first)
    await bought(till, with_credit(PIECE, Discounts(), await balance(till)))
    await till.book.tell(Fact(first, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    order = await till.book.get(first)
    assert "48,000" in question(Texts([default_folder()]), "ko", order, "gone").title
    await till.teller.gone(order, "discord:9")
    back = (await till.book.get(first)).data["refunds"]
    assert (await till.state(first), [one["amount"] for one in back]) == (State.REFUNDED, [48000])
    assert await balance(till) == 0


async def test_while_a_bank_questions_a_bundle_its_credit_cannot_be_spent(till: Till) -> None:
    first = await bought(till, with_bundle(PIECE, Bundle(5, 4)))
    await deliver(till, first)
    payment = (await till.book.get(first)).data["payment"]["payment"]
    for number, (won, left) in enumerate([(True, 60000), (False, 0)]):
        dispute = f"du_{number}"
        await till.book.tell(
            Fact(first, f"asks {number}", "stripe", Disputed("stripe", payment, dispute, 60000, "KRW"))
        )
        assert await balance(till) == 0
        decided = DisputeClosed("stripe", payment, dispute, 60000, "KRW", won)
        await till.book.tell(Fact(first, f"decides {number}", "stripe", decided))
        assert await balance(till) == left
    assert await till.state(first) is State.REFUNDED


async def test_what_a_bank_gives_back_altogether_leaves_the_used_credit_owed(till: Till) -> None:
    first, second = await spent(till)
    payment = (await till.book.get(first)).data["payment"]["payment"]
    await till.book.tell(Fact(first, "asked", "discord:9", RefundAsked()))  # 48,000 are to go back
    lost = DisputeClosed("stripe", payment, "du_1", 60000, "KRW", won=False)
    await till.book.tell(Fact(first, "decided", "stripe", lost))
    assert (await till.state(first), await till.state(second)) == (State.REFUNDED, State.DELIVERED)
    assert await balance(till) == -15000
    assert with_credit(PIECE, Discounts(), await balance(till)) == (PIECE, Discounts())


@settings(deadline=None)
@given(
    st.sampled_from(["KRW", "USD", "ISK", "UGX"]), st.integers(1, 10**6), st.integers(2, 20), st.integers(1, 19),
    st.floats(0, 1),
)  # fmt: skip
def test_whatever_was_used_the_sum_that_goes_back_is_fair_and_can_be_sent(
    currency: str, whole: int, pieces: int, pay: int, share: float
) -> None:
    one = Price(currency, (Line("price-length", whole * 100),))
    price, discounts = with_bundle(one, Bundle(pieces, min(pay, pieces - 1)))
    data = {"discounts": discounts.to_json()}
    order = Order("O", BUYER, "ko", Brief("calm", 60, "youtube"), price, State.DELIVERED, data=data)
    used = int(discounts.bundle * share)
    back = sum_back(order, used).amount
    assert back % unit(currency) == 0
    assert price.total.amount // pieces <= back <= price.total.amount  # the first piece itself always comes back
    exact = Fraction(price.total.amount * (one.total.amount + discounts.bundle - used), one.total.amount * pieces)
    assert exact <= back < exact + unit(currency)
    stars = replace(order, price=Price("XTR", price.lines))
    assert sum_back(stars, used) == stars.price.total
