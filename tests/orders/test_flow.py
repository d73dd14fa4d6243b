"""The story told in its turns."""

from datetime import timedelta

import pytest

from bot.orders import facts, flow
from bot.orders.facts import What
from bot.orders.order import State
from tests.orders.example import (
    CERTIFIED,
    HANDED_OVER,
    MASTERED,
    NOON,
    POLICY,
    TO_DELIVERED,
    after,
    new_order,
    opened,
    paid,
    refunded,
    takes,
    told,
    works,
)

PENDING = facts.PaymentPending("cs_1", "2026-12-05T12:00:00+00:00")
REVIEWING = after(opened(), paid(), takes())
DELIVERED = after(*TO_DELIVERED)


def test_a_new_order_asks_for_a_payment_page_and_tells_its_buyer() -> None:
    step = flow.placed(new_order(), POLICY, NOON)
    assert step.order.state is State.AWAITING_PAYMENT
    assert step.order.deadline == NOON + timedelta(hours=24)
    assert [work.kind for work in step.works] == ["open_checkout", "tell_buyer"]


def test_nothing_goes_wrong() -> None:
    assert DELIVERED.state is State.DELIVERED
    assert DELIVERED.deadline is None
    assert DELIVERED.chosen == {"index": 2, "seed": 2}
    assert DELIVERED.data["hand_over"] == {"dm": "discord:1/2"}


def test_the_page_sets_how_long_there_is_to_pay() -> None:
    assert after(opened()).deadline == NOON.replace(day=22, hour=11, minute=10)


def test_a_page_that_names_no_timezone_speaks_utc() -> None:
    naive = facts.CheckoutOpened("stripe", "cs_1", "https://pay.example/1", "2026-11-22T11:00:00")
    assert after(naive).deadline == after(opened()).deadline


def test_a_bank_that_takes_its_time_is_waited_for() -> None:
    waiting = after(opened(), PENDING)
    assert waiting.deadline == NOON.replace(month=12, day=5, minute=10)
    assert "tell_buyer" in works(after(opened()), PENDING)
    assert after(opened("cs_1"), order=waiting).deadline == waiting.deadline
    assert isinstance(told(after(opened("cs_2"), order=waiting), facts.CheckoutClosed("cs_2")), flow.Ignored)
    assert after(paid(), order=waiting).state is State.COMPOSING


def test_a_bank_that_refuses_ends_the_order() -> None:
    refused = after(opened(), PENDING, facts.CheckoutClosed("cs_1", "failed"))
    assert refused.state is State.CANCELLED
    assert (refused.data["pending"], refused.data["closed"]) == ({}, "failed")


def test_a_bank_that_never_answers_is_not_waited_for_for_ever() -> None:
    waiting = after(opened(), PENDING)
    assert after(facts.DeadlinePassed(waiting.version), order=waiting).state is State.CANCELLED


def test_another_amount_than_the_price_goes_back() -> None:
    order = after(opened(), paid(amount=14999))
    assert order.state is State.REFUNDING
    assert works(after(opened()), paid(amount=14999))["refund"].data == {"payment": "pi_1", "provider": "stripe"}


def test_paying_twice_returns_the_second_payment_and_goes_on() -> None:
    assert isinstance(told(REVIEWING, paid("pi_1")), flow.Ignored)
    left = works(REVIEWING, paid("pi_2"))
    assert left["refund"].data["payment"] == "pi_2"
    assert left["refund"].key == "refund:K3M8Q2Z7RT:pi_2"
    assert after(paid("pi_2"), order=REVIEWING).state is State.REVIEWING


def test_paying_what_was_called_off_goes_back() -> None:
    called_off = after(opened(), facts.Withdrawn())
    assert called_off.state is State.CANCELLED
    assert "refund" in works(called_off, paid())
    assert after(paid(), refunded(), order=called_off).state is State.REFUNDED


def test_a_page_that_opens_too_late_is_closed() -> None:
    assert "close_checkout" in works(after(facts.Withdrawn()), opened())


def test_the_expiry_of_an_older_page_means_nothing() -> None:
    second = after(opened("cs_1"), opened("cs_2"))
    assert isinstance(told(second, facts.CheckoutClosed("cs_1")), flow.Ignored)
    assert after(facts.CheckoutClosed("cs_2"), order=second).state is State.CANCELLED


def test_one_verdict_counts_for_a_round() -> None:
    approved = after(facts.Approved(1, 3), order=REVIEWING)
    assert approved.data["chosen"] == 3
    for late in (facts.Approved(1, 1), facts.AgainAsked(1), facts.Rejected(1)):
        assert isinstance(told(approved, late), flow.Ignored)


@pytest.mark.parametrize("take", [0, 4, -1])
def test_a_take_that_is_not_there_cannot_be_chosen(take: int) -> None:
    assert isinstance(told(REVIEWING, facts.Approved(1, take)), flow.Ignored)


def test_asking_again_changes_the_brief_and_goes_before_new_orders() -> None:
    changes = {"tempo_bpm": 90, "wanted": ["piano"], "colour_of_a_later_version": "blue"}
    again = after(facts.AgainAsked(1, changes), order=REVIEWING)
    assert (again.state, again.round) == (State.COMPOSING, 2)
    assert (again.brief.tempo_bpm, again.brief.wanted) == (90, ("piano",))
    assert again.data["rounds"] == [{"round": 1, "takes": REVIEWING.data["takes"]}]
    left = works(REVIEWING, facts.AgainAsked(1, changes))
    assert left["compose"].key == "compose:K3M8Q2Z7RT:2"
    assert left["compose"].priority < works(after(opened()), paid())["compose"].priority
    assert left["update_card"].data["round"] == 1
    assert isinstance(told(again, takes(1)), flow.Ignored)
    assert after(takes(2), order=again).state is State.REVIEWING


def test_a_card_of_an_earlier_round_that_comes_late_is_itself_brought_up_to_date() -> None:
    for order in (after(facts.AgainAsked(1), order=REVIEWING), after(facts.AgainAsked(1), takes(2), order=REVIEWING)):
        left = works(order, facts.CardPosted(1, "discord:5/6"))
        assert left["update_card"].data["round"] == 1


def test_a_compose_job_of_an_earlier_round_dies_alone() -> None:
    again = after(facts.AgainAsked(1), order=REVIEWING)
    assert isinstance(told(again, facts.JobDied("compose", "out of memory", {"round": 1})), flow.Ignored)
    assert after(facts.JobDied("compose", "out of memory", {"round": 2}), order=again).state is State.REFUNDING


@pytest.mark.parametrize("count", range(2, 8))
def test_whoever_paid_and_waited_too_long_gets_the_money_back(count: int) -> None:
    order = after(*TO_DELIVERED[:count])
    late = after(facts.DeadlinePassed(order.version), order=order)
    assert late.state is State.REFUNDING
    assert isinstance(told(order, facts.DeadlinePassed(order.version - 1)), flow.Ignored)


def test_a_refund_that_died_is_tried_again_under_a_new_key() -> None:
    refunding = after(facts.RefundAsked(), order=REVIEWING)
    died = after(facts.JobDied("refund", "no balance", {"payment": "pi_1", "provider": "stripe"}), order=refunding)
    assert died.deadline == NOON + timedelta(seconds=POLICY.refund_retry)
    again = works(died, facts.DeadlinePassed(died.version))["refund"]
    assert again.data["payment"] == "pi_1"
    assert again.key != "refund:K3M8Q2Z7RT:pi_1"


def test_a_second_refund_that_died_can_be_tried_again_but_never_the_first() -> None:
    died = facts.JobDied("refund", "no balance", {"payment": "pi_2", "provider": "stripe"})
    order = after(paid("pi_2"), died, order=DELIVERED)
    assert works(order, facts.RetryAsked())["refund"].data == {"payment": "pi_2", "provider": "stripe"}
    returned = after(refunded("pi_2", "re_2"), order=order)
    assert isinstance(told(returned, facts.RetryAsked()), flow.Ignored)

    first = facts.JobDied("refund", "no balance", {"payment": "pi_1", "provider": "stripe"})
    refunded_late = after(facts.RefundAsked(), first, refunded(), order=DELIVERED)
    assert refunded_late.state is State.REFUNDED
    assert isinstance(told(refunded_late, facts.RetryAsked()), flow.Ignored)


def test_money_sent_back_outside_the_shop_ends_the_order() -> None:
    for count in range(2, 9):
        order = after(*TO_DELIVERED[:count])
        assert after(refunded(), order=order).state is State.REFUNDED


def test_part_of_the_money_is_not_all_of_it() -> None:
    part = after(refunded(reference="re_1", amount=5000), order=DELIVERED)
    assert part.state is State.DELIVERED
    assert after(refunded(reference="re_2", amount=10000), order=part).state is State.REFUNDED


def test_a_refund_told_by_job_and_provider_counts_once() -> None:
    order = after(facts.RefundAsked(), refunded(), order=DELIVERED)
    assert isinstance(told(order, refunded()), flow.Ignored)
    assert "alert_operator" in works(order, refunded(reference="re_other"))


def test_a_parcel_that_arrives_while_the_money_goes_back_is_not_silent() -> None:
    delivering = after(*TO_DELIVERED[:-1])
    refunding = after(facts.DeadlinePassed(delivering.version), order=delivering)
    assert "alert_operator" in works(refunding, HANDED_OVER)
    assert after(HANDED_OVER, order=refunding).state is State.REFUNDING


def test_packing_goes_again_from_the_master() -> None:
    packing = after(*TO_DELIVERED[:5])
    assert "certify" in works(packing, MASTERED)
    assert "hand_over" in works(after(MASTERED, order=packing), CERTIFIED)
    failed = after(facts.JobDied("certify", "no font"), order=packing)
    assert failed.data["failure"]["kind"] == "certify"
    assert "master" in works(failed, facts.RetryAsked())


@pytest.mark.parametrize("what", [facts.Approved(1, 1), takes(), HANDED_OVER, facts.RefundAsked()])
def test_what_means_nothing_before_payment_changes_nothing(what: What) -> None:
    step = told(after(opened()), what)
    assert isinstance(step, flow.Ignored)
    assert type(what).__name__ in step.because
