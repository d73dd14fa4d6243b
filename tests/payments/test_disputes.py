"""What the buyer's bank does: it questions payments, decides, and loses refunds. Over the wire, in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.orders.facts import Approved as Chosen
from bot.orders.facts import Certified, Fact, Mastered, RefundAsked, TakesReady, What
from bot.orders.ledger import Kind
from bot.orders.order import State
from bot.sandbox.stripe import disputes
from bot.storage.ledger import Ledger
from tests.payments.conftest import Door, Till

TAKES = [{"index": 1, "seed": 1}]
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
PACKED: tuple[What, ...] = (TakesReady(1, TAKES), Chosen(1, 1), Mastered(1, []), Certified("BGM-1", {}))


async def paid(till: Till, card: str = "visa") -> tuple[str, str]:
    order, reference = await till.opened()
    await till.world.pay(reference, card=card)
    await till.reconciler.poll("stripe")
    return order, reference


async def go_on(till: Till, order: str, *whats: What) -> None:
    for what in whats:
        await till.book.tell(Fact(order, f"{order}:{what}", "shop", what))


async def question(till: Till, reference: str, amount: int) -> None:
    """The bank questions a part of a payment."""
    intent = till.world.books.get("payment_intent", till.world.session(reference)["payment_intent"])
    disputes.open_dispute(till.world.books, intent, "product_unacceptable", inquiry=False, amount=amount)
    await till.reconciler.poll("stripe")


async def decide(till: Till, *, won: bool, returned: int = 0) -> None:
    """The bank decides about every dispute that is open."""
    for dispute in till.world.books.all("dispute"):
        if dispute["status"] == "needs_response":
            disputes.settle(till.world.books, dispute, won=won, returned=returned)
    await till.reconciler.poll("stripe")


async def kept(till: Till) -> int:
    """What the ledger says is left of all payments, and Stripe's balance too, fees aside."""
    sums = (await Ledger(till.book.database).totals(*EVER))["KRW"]
    here = sum(amount for kind, amount in sums.items() if kind is not Kind.FEE)
    assert here == sum(movement["amount"] for movement in till.world.books.all("balance_transaction"))
    return here


async def alerts(till: Till, order: str) -> list[dict[str, object]]:
    """What the operator is called for, once."""
    found = []
    while claimed := await till.jobs.claim(("alert_operator",), "test", 60.0):
        await till.jobs.done(claimed[0])
        found.append(claimed[0])
    return [job.data for job in found if job.order == order]


async def test_a_disputed_order_is_held_and_the_operator_reads_reference_and_deadline(till: Till) -> None:
    order, _ = await paid(till, card="dispute")
    assert await till.state(order) is State.COMPOSING
    (dispute,) = till.world.books.all("dispute")
    (alert,) = await alerts(till, order)
    assert (alert["reference"], alert["amount"], alert["reason"]) == (dispute["id"], 15000, "fraudulent")
    assert str(alert["until"]) > (till.clock() + timedelta(days=6)).isoformat()
    await go_on(till, order, *PACKED)
    standing = await till.book.get(order)
    assert (standing.state, standing.held) == (State.DELIVERING, True)
    assert await till.jobs.claim(("hand_over",), "test", 60.0) == []


async def test_a_dispute_that_is_won_lets_the_parcel_go(till: Till) -> None:
    order, _ = await paid(till, card="dispute")
    await go_on(till, order, *PACKED)
    await decide(till, won=True)
    standing = await till.book.get(order)
    assert (standing.state, standing.held) == (State.DELIVERING, False)
    assert [job.order for job in await till.jobs.claim(("hand_over",), "test", 60.0)] == [order]


async def test_a_dispute_that_is_lost_ends_the_order_and_its_licence(till: Till) -> None:
    order, _ = await paid(till, card="dispute")
    await go_on(till, order, *PACKED)
    await decide(till, won=False)
    standing = await till.book.get(order)
    assert (standing.state, standing.charged_back) == (State.REFUNDED, True)
    assert till.world.refunds == []


async def test_a_dispute_lost_in_part_takes_that_part_and_the_rest_pays_for_the_parcel(till: Till) -> None:
    order, reference = await paid(till)
    await question(till, reference, 5000)
    await go_on(till, order, *PACKED)
    assert (await till.book.get(order)).held
    assert await till.jobs.claim(("hand_over",), "test", 60.0) == []
    await decide(till, won=False)
    standing = await till.book.get(order)
    assert (standing.state, standing.charged_back, standing.back) == (State.DELIVERING, False, 5000)
    assert [job.order for job in await till.jobs.claim(("hand_over",), "test", 60.0)] == [order]
    assert await kept(till) == 10000
    assert [(a["fact"], a["amount"]) for a in await alerts(till, order)][-1] == ("DisputeClosed", 5000)


@pytest.mark.parametrize("crash", [False, True])
async def test_whoever_takes_an_order_back_after_that_sends_only_the_rest(till: Till, crash: bool) -> None:
    order, reference = await paid(till)
    await question(till, reference, 5000)
    await decide(till, won=False)
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work("refund", crash=crash)
    await till.work("refund")
    assert [r["amount"] for r in till.world.refunds] == [10000]
    standing = await till.book.get(order)
    assert (standing.state, standing.charged_back, standing.back) == (State.REFUNDED, False, 15000)
    assert await kept(till) == 0
    assert (await till.reconciler.compare("stripe")).agree


async def test_parts_that_are_lost_one_after_another_add_up_to_the_whole(till: Till) -> None:
    order, reference = await paid(till)
    await question(till, reference, 5000)
    await decide(till, won=False)
    assert await till.state(order) is State.COMPOSING
    await question(till, reference, 10000)
    await decide(till, won=False)
    standing = await till.book.get(order)
    assert (standing.state, standing.charged_back) == (State.REFUNDED, True)
    assert await kept(till) == 0
    assert (await till.reconciler.compare("stripe")).agree


async def test_of_two_disputes_the_first_decision_hands_nothing_over(till: Till) -> None:
    order, reference = await paid(till)
    await question(till, reference, 5000)
    await question(till, reference, 4000)
    await go_on(till, order, *PACKED)
    first, second = till.world.books.all("dispute")
    for dispute, claimed in ((first, []), (second, [order])):
        disputes.settle(till.world.books, dispute, won=True)
        await till.reconciler.poll("stripe")
        assert [job.order for job in await till.jobs.claim(("hand_over",), "test", 60.0)] == claimed


async def test_a_dispute_that_is_won_in_part_keeps_what_came_back(till: Till) -> None:
    """Stripe calls it lost; only its movements tell what was brought back."""
    order, _ = await paid(till, card="dispute")
    await decide(till, won=False, returned=6000)
    standing = await till.book.get(order)
    assert (standing.state, standing.back) == (State.COMPOSING, 9000)
    assert await kept(till) == 6000


async def test_a_refund_that_waits_for_the_bank_sends_what_the_bank_left(till: Till) -> None:
    order, reference = await paid(till)
    await question(till, reference, 5000)
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert (await till.state(order), till.world.refunds) == (State.REFUNDING, [])
    await decide(till, won=False)
    await till.work("refund")
    assert [r["amount"] for r in till.world.refunds] == [10000]
    assert await till.state(order) is State.REFUNDED


async def test_a_dispute_of_a_refunded_payment_leaves_the_order_and_names_what_is_missing(till: Till) -> None:
    order, reference = await paid(till)
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    await question(till, reference, 5000)
    await decide(till, won=False)
    standing = await till.book.get(order)
    assert (standing.state, standing.back) == (State.REFUNDED, 20000)
    assert await kept(till) == -5000
    assert [a["fact"] for a in await alerts(till, order)] == ["Disputed", "DisputeClosed"]


async def test_waiting_for_the_bank_outlasts_every_deadline(till: Till) -> None:
    order, _ = await paid(till, card="dispute")
    await go_on(till, order, *PACKED)
    for _ in range(3):
        till.clock.ahead += timedelta(days=8)
        await till.book.overdue(till.clock())
    assert await till.state(order) is State.DELIVERING


async def test_what_the_bank_has_cannot_be_sent_back_and_is_sent_back_once_it_is_won(till: Till) -> None:
    order, _ = await paid(till, card="dispute")
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert await till.state(order) is State.REFUNDING
    assert "charge_disputed" in (await till.book.get(order)).data["failure"]["error"]
    till.clock.ahead += timedelta(hours=2)
    await till.book.overdue(till.clock())
    assert await till.work("refund") == 0  # no hourly attempts that cannot succeed
    (dispute,) = till.world.books.all("dispute")
    disputes.settle(till.world.books, dispute, won=True)
    await till.reconciler.poll("stripe")
    await till.work("refund")
    assert await till.state(order) is State.REFUNDED
    assert [r["amount"] for r in till.world.refunds] == [15000]


async def test_the_payment_is_heard_of_before_its_dispute(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url, ("charge.dispute.created",))
    order, reference = await till.opened()
    await till.world.pay(reference, card="dispute")
    await till.world.quiet()
    standing = await till.book.get(order)
    assert (standing.state, standing.held) == (State.COMPOSING, True)


async def test_an_inquiry_takes_no_money_and_is_told_again_when_it_grows(till: Till) -> None:
    order, reference = await paid(till)
    intent = till.world.books.get("payment_intent", till.world.session(reference)["payment_intent"])
    dispute = disputes.open_dispute(till.world.books, intent, "general", inquiry=True)
    await till.reconciler.poll("stripe")
    assert [(a["taken"], a["reference"]) for a in await alerts(till, order)] == [(False, dispute["id"])]
    till.world.books.get("dispute", dispute["id"])["status"] = "needs_response"
    till.world.books.tell("charge.dispute.funds_withdrawn", dispute)
    await till.reconciler.poll("stripe")
    assert [a["taken"] for a in await alerts(till, order)] == [True]


async def test_a_refund_that_never_arrives_is_sent_again(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference, card="delayed")
    await till.world.advance_delayed(reference)
    await till.reconciler.poll("stripe")
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    assert await till.state(order) is State.REFUNDED
    lost = till.world.refunds[0]["id"]
    await till.world.finish_refund(lost, arrived=False)
    await till.reconciler.poll("stripe")
    standing = await till.book.get(order)
    assert (standing.state, standing.data["refunds"]) == (State.REFUNDING, [])
    assert [(a["fact"], a["reference"]) for a in await alerts(till, order)] == [("RefundFailed", lost)]
    till.clock.ahead += timedelta(hours=2)
    await till.book.overdue(till.clock())
    await till.work("refund")
    assert await till.state(order) is State.REFUNDED
    assert [r["status"] for r in till.world.refunds] == ["failed", "pending"]
