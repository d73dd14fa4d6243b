"""Bank transfers: the operator's word moves the story, once, and nothing is lost when it comes late or wrong."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.orders.facts import Fact, RefundAsked, Withdrawn
from bot.orders.ledger import Kind
from bot.orders.order import State
from bot.storage.ledger import Ledger
from bot.storage.transfers import Transfers
from tests.payments.conftest import Till
from tests.payments.test_ledger import EVER


async def came(till: Till, order: str, amount: int = 15000) -> bool:
    return await till.teller.came(await till.book.get(order), amount, "discord:9")


async def gone(till: Till, order: str) -> bool:
    return await till.teller.gone(await till.book.get(order), "discord:9")


async def say(till: Till, order: str, what: Withdrawn | RefundAsked) -> None:
    await till.book.tell(Fact(order, f"said:{what}", "discord:1", what))


async def sums(till: Till) -> dict[Kind, int]:
    return dict((await Ledger(till.book.database).totals(*EVER)).get("KRW", {}))


async def test_the_buyer_reads_where_to_send_how_much_until_when(till: Till) -> None:
    order = await till.book.get(await till.transferring())
    words = order.data["checkout"]["words"]
    for expected in ("한빛은행", "110-222-333333", "김해", "₩15,000", order.id):
        assert expected in words
    assert till.asked == [("came", order.id)]
    assert order.deadline is not None
    assert timedelta(days=3) < order.deadline - till.clock() < timedelta(days=3, minutes=11)


async def test_the_operators_word_begins_the_music_once(till: Till) -> None:
    order = await till.transferring()
    told = await asyncio.gather(*(came(till, order) for _ in range(5)))
    assert sorted(told) == [False] * 4 + [True]
    assert await till.state(order) is State.COMPOSING
    assert await sums(till) == {Kind.PAYMENT: 15000}


async def test_another_amount_goes_back_by_the_operators_hand(till: Till) -> None:
    order = await till.transferring()
    await came(till, order, 14000)
    await till.work()
    assert till.asked[-1] == ("gone", order)
    assert await till.state(order) is State.REFUNDING
    assert await gone(till, order)
    assert not await gone(till, order)
    assert await till.state(order) is State.REFUNDED
    assert sum((await sums(till)).values()) == 0


async def test_nothing_is_back_before_the_operator_says_so(till: Till) -> None:
    order = await till.transferring()
    await came(till, order)
    await say(till, order, RefundAsked())
    for _ in range(3):  # every hour it is asked again, and nothing is told that has not happened
        await till.work()
        till.clock.ahead += timedelta(hours=2)
        await till.book.overdue(till.clock())
    assert await till.state(order) is State.REFUNDING
    assert await sums(till) == {Kind.PAYMENT: 15000}
    await gone(till, order)
    assert await till.state(order) is State.REFUNDED


async def test_what_never_came_cannot_be_sent_back(till: Till) -> None:
    order = await till.transferring()
    assert not await gone(till, order)
    assert await till.state(order) is State.AWAITING_PAYMENT
    assert await sums(till) == {}


async def test_a_transfer_that_comes_after_the_time_is_over_goes_back(till: Till) -> None:
    order = await till.transferring()
    till.clock.ahead += timedelta(days=4)
    await till.book.overdue(till.clock())
    await till.work()
    assert await till.state(order) is State.CANCELLED
    await came(till, order)
    await till.work()
    assert await till.state(order) is State.REFUNDING
    await gone(till, order)
    assert await till.state(order) is State.REFUNDED


async def test_called_off_and_paid_at_the_same_moment(till: Till) -> None:
    order = await till.transferring()
    await asyncio.gather(say(till, order, Withdrawn()), came(till, order))
    await till.work()
    state = await till.state(order)
    assert state in (State.COMPOSING, State.REFUNDING)
    assert await sums(till) == {Kind.PAYMENT: 15000}


async def test_a_word_kept_while_the_power_went_is_told_at_the_next_comparison(till: Till) -> None:
    order = await till.transferring()
    await Transfers(till.book.database, till.clock).arrived(order, 15000, "discord:9")  # and the power goes
    report = await till.reconciler.compare("manual")
    assert [finding.healed for finding in report.findings] == [True]
    assert await till.state(order) is State.COMPOSING
    await say(till, order, RefundAsked())
    await Transfers(till.book.database, till.clock).returned(order, 15000, "discord:9")
    await till.work()
    assert await till.state(order) is State.REFUNDED
    assert (await till.reconciler.compare("manual")).agree


@pytest.mark.parametrize("crash", [True, False])
async def test_opening_twice_is_one_transfer(till: Till, crash: bool) -> None:
    order = await till.place(data={"provider": "manual"})
    await till.work(crash=crash)
    await till.work()
    (transfer,) = await Transfers(till.book.database, till.clock).since(EVER[0])
    assert (transfer.reference, transfer.amount) == (order.id, 15000)
