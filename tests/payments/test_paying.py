"""How the shop hears of a payment: webhook, polling, comparison; repeated, reordered, forged, stale, late, wrong."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.orders.facts import Fact, Paid, RefundAsked, Withdrawn
from bot.orders.order import State
from bot.payments.reconcile import Kind, Reconciler
from bot.sandbox.stripe import refunds
from bot.storage.order_book import Outcome
from tests.payments.conftest import Door, Till


async def paid_facts(till: Till, order: str) -> list[str]:
    return [event.outcome for event in await till.book.journal(order) if event.kind == "Paid"]


async def test_a_webhook_sets_the_order_going(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url)
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.world.quiet()
    assert await till.state(order) is State.COMPOSING
    payment = (await till.book.get(order)).data["payment"]
    assert (payment["amount"], payment["currency"], payment["provider"]) == (15000, "KRW", "stripe")
    assert payment["payment"].startswith("pi_")
    assert set(door.answers) == {200}


async def test_repeated_and_reordered_webhooks_pay_once(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url)
    order, reference = await till.opened()
    till.world.faults.webhook_duplicates = 4
    till.world.faults.webhook_hold = 20
    await till.world.pay(reference)
    await till.world.quiet()
    till.world.courier.release()
    await till.world.quiet()
    assert await paid_facts(till, order) == [Outcome.APPLIED]
    assert len(door.answers) > 20
    assert [event.kind for event in await till.book.journal(order)].count("Paid") == 1


async def test_forged_stale_and_future_webhooks_are_refused(till: Till, door: Door) -> None:
    endpoint = till.world.add_webhook(door.url, ("checkout.session.completed",))
    order, reference = await till.opened()
    for age in (301, -301):
        till.world.faults.webhook_age = age + (1 if age > 0 else -1)
        other, session = await till.opened()
        await till.world.pay(session)
        await till.world.quiet()
        assert await till.state(other) is State.AWAITING_PAYMENT
    assert set(door.answers) == {400}
    event = next(e for e in till.world.events if e["type"] == "checkout.session.completed")
    assert await till.world.forge(door.url, event) == 400
    assert endpoint

    forged = json.loads(json.dumps(event))
    forged["data"]["object"]["id"] = reference
    assert await till.world.forge(door.url, forged) == 400
    assert await till.state(order) is State.AWAITING_PAYMENT


async def test_a_signed_lie_changes_nothing_because_the_session_is_looked_up(till: Till, door: Door) -> None:
    endpoint = till.world.add_webhook(door.url, ("none",))
    order, reference = await till.opened()
    lie = till.world.books.tell(
        "checkout.session.completed", till.world.session(reference) | {"payment_status": "paid"}
    )
    till.world.courier.send(lie, till.world.books.get("webhook_endpoint", endpoint))
    await till.world.quiet()
    assert door.answers == [200]
    assert await till.state(order) is State.AWAITING_PAYMENT


async def test_a_webhook_that_cannot_be_looked_up_is_repeated_by_stripe(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url, ("checkout.session.completed",))
    order, reference = await till.opened()
    await till.world.pay(reference)
    till.world.faults.fail("GET", "/v1/checkout/sessions/*", status=429)
    async with asyncio.timeout(10):
        while await till.state(order) is not State.COMPOSING:
            await till.book.changed.wait(till.book.changed.count, 0.05)
    assert door.answers == [503, 200]


async def test_without_any_webhook_polling_hears_of_it(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.reconciler.start()
    async with asyncio.timeout(10):
        async for standing in till.book.watch(order):
            if standing.state is State.COMPOSING:
                break
    await till.reconciler.stop()
    assert await paid_facts(till, order) == [Outcome.APPLIED]


async def test_polling_goes_on_where_it_stopped_and_survives_outages(till: Till) -> None:
    first, session = await till.opened()
    await till.world.pay(session)
    await till.reconciler.poll("stripe")
    assert await till.state(first) is State.COMPOSING
    second, session = await till.opened()
    await till.world.pay(session)
    till.world.faults.fail("GET", "/v1/events", status=429)
    with pytest.raises(Exception, match="Too many"):
        await till.reconciler.poll("stripe")
    fresh = Reconciler(till.book, till.cashier, {"stripe": till.provider})  # as after a restart
    await fresh.poll("stripe")
    assert await till.state(second) is State.COMPOSING


async def test_a_key_that_may_not_read_events_asks_the_open_pages(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    till.world.gate.grant(till.world.key, ["checkout_session:write", "payment_intent:read"])
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.COMPOSING


async def test_webhook_and_polling_together_pay_once(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url)
    order, reference = await till.opened()
    await till.world.pay(reference)
    await asyncio.gather(till.world.quiet(), till.reconciler.poll("stripe"), till.reconciler.compare("stripe"))
    assert await till.state(order) is State.COMPOSING
    assert await paid_facts(till, order) == [Outcome.APPLIED]


async def test_an_unpaid_page_ends_the_order(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.expire(reference)
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.CANCELLED


async def test_a_delayed_payment_is_waited_for_and_then_counts(till: Till) -> None:
    order, reference = await till.opened()
    assert await till.world.pay(reference, card="delayed") == "processing"
    await till.reconciler.poll("stripe")
    assert (await till.book.get(order)).data["pending"]["reference"] == reference
    till.clock.ahead += timedelta(days=3)
    await till.book.overdue(till.clock())
    assert await till.state(order) is State.AWAITING_PAYMENT
    await till.world.advance_delayed(reference, paid=True)
    await till.cashier.settle("stripe", reference)
    assert await till.state(order) is State.COMPOSING


async def test_a_delayed_payment_that_fails_ends_the_order(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference, card="delayed_fails")
    await till.reconciler.poll("stripe")
    await till.world.advance_delayed(reference, paid=False)
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.CANCELLED
    assert (await till.book.get(order)).data["closed"] == "failed"


async def test_a_bank_that_confirms_an_order_called_off_gives_the_money_back(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference, card="delayed")
    await till.reconciler.poll("stripe")
    await till.book.tell(Fact(order, "withdrawn", "discord:1", Withdrawn()))
    await till.work()
    assert await till.state(order) is State.CANCELLED
    await till.world.advance_delayed(reference, paid=True)
    await till.reconciler.poll("stripe")
    await till.work()
    assert await till.state(order) is State.REFUNDED
    assert [r["amount"] for r in till.world.refunds] == [15000]


async def test_paid_in_the_moment_of_calling_off_goes_back(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.book.tell(Fact(order, "withdrawn", "discord:1", Withdrawn()))
    await till.work()  # closing finds it paid, the story answers with a refund, the refund is made
    assert await till.state(order) is State.REFUNDED
    assert [r["amount"] for r in till.world.refunds] == [15000]


async def test_a_second_payment_goes_back_and_the_first_counts(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.cashier.settle("stripe", reference)
    current = await till.book.get(order)
    second = await till.provider.open(current, key="a page from before the database was restored", now=till.clock())
    await till.world.pay(second.reference)
    await till.reconciler.poll("stripe")
    await till.work()
    assert await till.state(order) is State.COMPOSING
    intents = {s["id"]: s["payment_intent"] for s in till.world.sessions}
    assert [r["payment_intent"] for r in till.world.refunds] == [intents[second.reference]]


@pytest.mark.parametrize(("amount", "currency"), [(14999, "krw"), (15000, "jpy")])
async def test_another_amount_or_currency_than_the_price_goes_back(till: Till, amount: int, currency: str) -> None:
    order, reference = await till.opened()
    session = till.world.session(reference)
    session["amount_total"] = amount
    session["currency"] = currency
    await till.world.pay(reference)
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.REFUNDING
    await till.work()
    assert await till.state(order) is State.REFUNDED
    assert [(r["amount"], r["currency"]) for r in till.world.refunds] == [(amount, currency)]


async def test_a_payment_heard_of_before_its_order_is_kept(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    status = await till.provider.lookup(reference)
    told = await till.cashier.tell("stripe", replace(status, order="NOTYETTHERE"))
    assert told is not None
    assert told.outcome is Outcome.WAITING
    assert await till.state(order) is State.AWAITING_PAYMENT


async def test_a_refund_that_crashes_and_is_repeated_moves_money_once(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.cashier.settle("stripe", reference)
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked("sorry")))
    till.world.faults.fail("POST", "/v1/refunds", status=0, when="after")
    await till.work("refund", crash=True)
    assert await till.state(order) is State.REFUNDING
    await till.work("refund")
    assert await till.state(order) is State.REFUNDED
    assert [r["amount"] for r in till.world.refunds] == [15000]
    keys = {call.key for call in till.world.gate.log if (call.method, call.path) == ("POST", "/v1/refunds")}
    assert keys == {f"refund:{order}:{till.world.session(reference)['payment_intent']}"}
    back = (await till.book.get(order)).data["refunds"]
    assert [(entry["amount"], entry["reference"]) for entry in back] == [(15000, till.world.refunds[0]["id"])]


async def test_two_refunds_under_different_keys_move_money_once(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    payment = till.world.session(reference)["payment_intent"]
    first, second = await asyncio.gather(
        till.provider.refund(payment, order=order, key="one"), till.provider.refund(payment, order=order, key="two")
    )
    assert first == second
    assert len(till.world.refunds) == 1


async def test_paid_there_unknown_here_is_found_and_healed(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    report = await till.reconciler.compare("stripe")
    assert [(f.kind, f.order, f.healed) for f in report.findings] == [(Kind.PAID_UNHEARD, order, True)]
    assert report.agree
    assert (await till.reconciler.compare("stripe")).findings == ()


async def test_paid_there_for_an_order_that_was_lost_is_said_every_time(till: Till) -> None:
    order = await till.place()
    lost = await till.provider.open(
        type(order)(
            "LOSTORDER2", order.customer, "en", order.brief, order.price, created=till.clock(), deadline=order.deadline
        ),
        key="lost",
        now=till.clock(),
    )
    await till.world.pay(lost.reference)
    for _ in range(2):
        report = await till.reconciler.compare("stripe")
        assert [(f.kind, f.order, f.healed) for f in report.findings] == [(Kind.PAID_UNKNOWN, "LOSTORDER2", False)]
        assert not report.agree


async def test_paid_here_unknown_there_is_found(till: Till) -> None:
    order, reference = await till.opened()
    await till.book.tell(Fact(order, "a bug", "stripe", Paid("stripe", "cs_test_never", 15000, "KRW", "pi_never")))
    report = await till.reconciler.compare("stripe")
    assert [(f.kind, f.order, f.healed) for f in report.findings] == [(Kind.UNPAID, order, False)]
    assert reference


async def test_a_refund_from_the_dashboard_ends_the_order(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.cashier.settle("stripe", reference)
    payment = till.world.session(reference)["payment_intent"]
    await till.provider.refund(payment, order=order, key="dashboard")
    report = await till.reconciler.compare("stripe")
    assert [(f.kind, f.order, f.healed) for f in report.findings] == [(Kind.BACK_UNHEARD, order, True)]
    await till.work("refund")
    assert await till.state(order) is State.REFUNDED
    assert len(till.world.refunds) == 1
    assert (await till.reconciler.compare("stripe")).findings == ()


async def test_a_storm_of_webhooks_is_one_payment_each(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url, ("checkout.session.completed", "checkout.session.expired"))
    pages = [await till.opened() for _ in range(10)]
    till.world.faults.webhook_duplicates = 19
    till.world.faults.webhook_hold = 200
    for _, reference in pages:
        await till.world.pay(reference)
    till.world.courier.release()
    await till.world.quiet(30)
    assert door.answers == [200] * 200
    for order, _ in pages:
        assert await paid_facts(till, order) == [Outcome.APPLIED]


async def test_paid_while_the_shop_was_off_is_heard_before_deadlines_are_judged(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    till.clock.ahead += timedelta(days=2)
    await till.reconciler.start()
    await till.book.overdue(till.clock())
    assert await till.state(order) is State.COMPOSING


async def test_a_provider_that_is_away_at_start_is_asked_again(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    till.world.faults.fail("GET", "/v1/events", status=429, times=2)
    await till.reconciler.start()
    assert await till.state(order) is State.AWAITING_PAYMENT
    async with asyncio.timeout(10):
        async for standing in till.book.watch(order):
            if standing.state is State.COMPOSING:
                break


async def test_a_webhook_in_another_dialect_still_counts_and_is_said(till: Till, door: Door) -> None:
    till.world.add_webhook(door.url, ("checkout.session.completed",))
    till.world.faults.webhook_version = "2024-06-20"
    order, reference = await till.opened()
    with capture_logs() as logs:
        await till.world.pay(reference)
        await till.world.quiet()
    assert await till.state(order) is State.COMPOSING
    said = [entry for entry in logs if "another API version" in entry["event"]]
    assert [(entry["theirs"], entry["log_level"]) for entry in said] == [("2024-06-20", "warning")]


async def test_a_partial_refund_from_the_dashboard_is_told_once_and_the_rest_can_follow(till: Till) -> None:
    order, reference = await till.opened()
    await till.world.pay(reference)
    await till.cashier.settle("stripe", reference)
    charge = till.world.books.all("charge")[0]
    refunds.create(till.world.books, {"charge": charge["id"], "amount": 4000})
    for found in ([Kind.BACK_UNHEARD], []):
        assert [f.kind for f in (await till.reconciler.compare("stripe")).findings] == found
    standing = await till.book.get(order)
    assert (standing.state, [entry["amount"] for entry in standing.data["refunds"]]) == (State.COMPOSING, [4000])
    await till.book.tell(Fact(order, "asked", "discord:9", RefundAsked()))
    await till.work("refund")
    standing = await till.book.get(order)
    assert (standing.state, [e["amount"] for e in standing.data["refunds"]]) == (State.REFUNDED, [4000, 11000])


async def test_paid_after_the_time_was_over_goes_back(till: Till) -> None:
    order, reference = await till.opened()
    standing = await till.book.get(order)
    late = standing.deadline
    assert late is not None
    await till.book.overdue(late)  # nobody paid in time; the power goes before the page is closed
    assert await till.state(order) is State.CANCELLED
    await till.world.pay(reference)
    await till.reconciler.poll("stripe")
    assert await till.state(order) is State.REFUNDING
    await till.work()
    assert await till.state(order) is State.REFUNDED
    (charge,) = till.world.books.all("charge")
    assert charge["amount_refunded"] == charge["amount"]
