"""The story of an order that costs nothing: no payment at its beginning, and none to send back at its end."""

import pytest

from bot.orders import facts, flow
from bot.orders.facts import What
from bot.orders.order import State
from bot.orders.pricing import Line, Price
from tests.orders.example import (
    CERTIFIED,
    HANDED_OVER,
    MASTERED,
    NOON,
    POLICY,
    after,
    free_order,
    new_order,
    paid,
    refunded,
    takes,
    told,
    works,
)

FREE = flow.placed(free_order(), POLICY, NOON).order
TO_DELIVERED: tuple[What, ...] = (
    takes(), facts.CardPosted(1, "discord:5/6"), facts.Approved(1, 2), MASTERED, CERTIFIED, HANDED_OVER,
)  # fmt: skip


def test_it_is_composed_at_once_and_nobody_opens_a_checkout() -> None:
    step = flow.placed(free_order(), POLICY, NOON)
    assert step.order.state is State.COMPOSING
    assert [work.kind for work in step.works] == ["compose", "tell_buyer"]
    assert step.order.deadline is not None
    assert (step.order.deadline - NOON).total_seconds() == POLICY.compose_within


def test_a_coupon_for_all_of_it_makes_an_order_free_and_a_smaller_one_does_not() -> None:
    lines = (Line("price-length", 15000), Line("price-coupon", -15000))
    assert new_order(price=Price("KRW", lines)).free
    assert not new_order(price=Price("KRW", (*lines, Line("price-loop", 1)))).free


def test_it_is_delivered_as_any_other() -> None:
    assert after(*TO_DELIVERED, order=FREE).state is State.DELIVERED


@pytest.mark.parametrize("count", range(6))
def test_being_late_cancels_it_and_the_operator_hears_of_it(count: int) -> None:
    order = after(*TO_DELIVERED[:count], order=FREE)
    step = told(order, facts.DeadlinePassed(order.version))
    assert isinstance(step, flow.Step)
    assert (step.order.state, step.order.deadline) == (State.CANCELLED, None)
    kinds = {work.kind for work in step.works}
    assert {"tell_buyer", "alert_operator"} <= kinds
    assert not kinds & {"refund", "close_checkout"}


def test_music_that_cannot_be_made_cancels_it() -> None:
    died = facts.JobDied("compose", "out of memory", {"round": 1})
    assert set(works(FREE, died)) == {"tell_buyer", "alert_operator"}
    order = after(died, order=FREE)
    assert order.state is State.CANCELLED
    assert order.data["failure"]["error"] == "out of memory"


def test_being_turned_down_cancels_it_and_keeps_the_reason() -> None:
    reviewing = after(takes(), order=FREE)
    order = after(facts.Rejected(1, "it hums"), order=reviewing)
    assert (order.state, order.data["reason"]) == (State.CANCELLED, "it hums")
    assert set(works(reviewing, facts.Rejected(1))) == {"tell_buyer", "update_card"}


@pytest.mark.parametrize("count", range(7))
def test_taking_it_back_needs_no_refund(count: int) -> None:
    order = after(*TO_DELIVERED[:count], order=FREE)
    left = works(order, facts.RefundAsked("a wish"))
    assert set(left) == {"tell_buyer", "update_card"}
    assert after(facts.RefundAsked("a wish"), order=order).state is State.CANCELLED


def test_a_parcel_that_arrives_after_it_was_taken_back_is_not_silent() -> None:
    delivering = after(*TO_DELIVERED[:-1], order=FREE)
    cancelled = after(facts.RefundAsked(), order=delivering)
    assert "alert_operator" in works(cancelled, HANDED_OVER)
    assert after(HANDED_OVER, order=cancelled).state is State.CANCELLED


def test_a_card_that_comes_late_is_brought_up_to_date() -> None:
    cancelled = after(takes(), facts.RefundAsked(), order=FREE)
    assert works(cancelled, facts.CardPosted(1, "discord:5/6"))["update_card"].data["round"] == 1


@pytest.mark.parametrize("count", range(7))
@pytest.mark.parametrize("over", [False, True])
def test_money_that_was_not_owed_goes_back_and_the_order_goes_on(count: int, over: bool) -> None:
    order = after(*TO_DELIVERED[:count], order=FREE)
    order = after(facts.RefundAsked(), order=order) if over else order
    left = works(order, paid())
    assert left["refund"].data == {"payment": "pi_1", "provider": "stripe"}
    assert "alert_operator" in left
    back = after(paid(), refunded(), order=order)
    assert (back.state, back.data["refunds"][0]["amount"]) == (order.state, 15000)


def test_a_refund_of_money_that_was_not_owed_can_be_tried_again() -> None:
    died = facts.JobDied("refund", "no balance", {"payment": "pi_1", "provider": "stripe"})
    order = after(facts.RefundAsked(), paid(), died, order=FREE)
    assert works(order, facts.RetryAsked())["refund"].data["payment"] == "pi_1"
    assert isinstance(told(after(refunded(), order=order), facts.RetryAsked()), flow.Ignored)


def test_an_order_cancelled_unpaid_hears_of_no_cards() -> None:
    cancelled = after(facts.Withdrawn())
    assert isinstance(told(cancelled, facts.CardPosted(1, "discord:5/6")), flow.Ignored)
    assert isinstance(told(cancelled, refunded()), flow.Ignored)
