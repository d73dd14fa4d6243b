"""What a revision is, what it may change, and which ones are free."""

from dataclasses import replace

import pytest

from bot.errors import BadInput
from bot.orders import facts, flow
from bot.orders.brief import Brief, Catalogue
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.revision import (
    STEPS,
    Source,
    delivered_take,
    grown,
    grown_from,
    left,
    must_be_revisable,
    root_of,
    source_of,
    stepped,
)
from tests.orders.example import BRIEF, NOON, TO_DELIVERED, after, free_order, new_order, opened, paid, refunded, works

CATALOGUE = Catalogue(("calm",), (), ("youtube",), (), 5, 600)
POLICY = Policy(free_revisions=2, extra_revisions=3)
ROOT = after(*TO_DELIVERED)


def child(number: int, *, free: bool = True, state: State = State.DELIVERED) -> Order:
    source = Source(ROOT.id, ROOT.id, 2, "orders/x/r1/t2", "calmer", free=free)
    return replace(free_order(f"CHILD{number:05}"), state=state, data={"source": source.to_json()})


def test_a_source_survives_the_row_it_is_kept_in() -> None:
    source = Source("PARENT2345", "RPPT234567", 2, "orders/PARENT2345/r1/t2", "words", "calmer", ("calmer",), True)
    assert source_of(new_order(data={"source": {**source.to_json(), "of_a_later_version": 1}})) == source
    assert root_of(new_order(data={"source": source.to_json()})) == "RPPT234567"
    assert source_of(new_order()) is None
    assert root_of(new_order()) == new_order().id


def test_the_take_the_buyer_has_is_what_is_changed() -> None:
    assert delivered_take(ROOT) == (2, f"orders/{ROOT.id}/r1/t2")
    with pytest.raises(BadInput):
        delivered_take(new_order())


def test_only_what_was_delivered_and_is_paid_may_be_revised() -> None:
    must_be_revisable(ROOT)
    reviewing = after(*TO_DELIVERED[:4])
    arriving = after(*TO_DELIVERED[:7])
    held = after(facts.Disputed("stripe", "pi_1", "du_1", 15000, "KRW"), order=arriving)
    disputed = after(facts.Disputed("stripe", "pi_1", "du_1", 15000, "KRW"), order=ROOT)
    lost = after(facts.DisputeClosed("stripe", "pi_1", "du_1", 15000, "KRW", won=False), order=disputed)
    back = after(refunded(), order=ROOT)
    taken_back = after(facts.RefundAsked(), order=child(1))
    for order, text in (
        (reviewing, "error-not-revisable"),
        (arriving, "error-revise-soon"),
        (held, "error-revise-held"),
        (disputed, "error-revise-held"),
        (lost, "error-revise-refunded"),
        (back, "error-revise-refunded"),
        (taken_back, "error-revise-refunded"),
    ):
        with pytest.raises(BadInput) as refused:
            must_be_revisable(order)
        assert refused.value.text == text


def test_free_revisions_are_counted_over_the_family() -> None:
    assert left(ROOT, [ROOT], POLICY) == 2
    assert left(ROOT, [ROOT, child(1), child(2, free=False)], POLICY) == 1
    assert left(ROOT, [ROOT, child(1), child(2, state=State.COMPOSING), child(3)], POLICY) == 0


@pytest.mark.parametrize("state", [State.CANCELLED, State.REFUNDING, State.REFUNDED])
def test_a_revision_that_came_to_nothing_does_not_count(state: State) -> None:
    assert left(ROOT, [ROOT, child(1, state=state)], POLICY) == 2


def test_what_has_grown_from_a_piece_goes_with_it() -> None:
    first, over, other = child(1), child(2, state=State.REFUNDED), child(3)
    later = Source(first.id, ROOT.id, 1, f"orders/{first.id}/r1/t1", "longer", free=True)
    second = replace(child(4), data={"source": later.to_json()})
    family = [ROOT, first, over, other, second]
    assert [one.id for one in grown_from(ROOT, family)] == [first.id, other.id, second.id]
    assert [one.id for one in grown_from(first, family)] == [second.id]
    assert grown_from(second, family) == []


def test_further_free_revisions_can_be_bought() -> None:
    richer = replace(ROOT, brief=BRIEF.but(extras=("revisions",)))
    assert left(richer, [richer, child(1)], POLICY) == 4


@pytest.mark.parametrize("change", STEPS)
def test_a_step_changes_no_more_than_it_says(change: str) -> None:
    brief = stepped(BRIEF, change, BRIEF, CATALOGUE)
    expected = {"longer": BRIEF.but(seconds=90), "shorter": BRIEF.but(seconds=40), "loop": BRIEF.but(loop=True)}
    assert brief == expected.get(change, BRIEF)


def test_a_piece_grows_to_twice_what_was_paid_for_and_no_further() -> None:
    twice = stepped(stepped(BRIEF, "longer", BRIEF, CATALOGUE), "longer", BRIEF, CATALOGUE)
    assert twice.seconds == 120
    with pytest.raises(BadInput, match="longest"):
        stepped(twice, "longer", BRIEF, CATALOGUE)
    assert grown(600, BRIEF, BRIEF, CATALOGUE) == 120
    long = Brief("calm", 500, "youtube")
    assert stepped(long, "longer", long, CATALOGUE).seconds == 600


def test_what_cannot_be_shorter_or_loops_already_says_so() -> None:
    with pytest.raises(BadInput, match="shortest"):
        stepped(BRIEF.but(seconds=5), "shorter", BRIEF, CATALOGUE)
    with pytest.raises(BadInput, match="loops already"):
        stepped(BRIEF.but(loop=True), "loop", BRIEF, CATALOGUE)
    assert stepped(BRIEF.but(seconds=6), "shorter", BRIEF, CATALOGUE).seconds == 5


@pytest.mark.parametrize("reached", range(2, len(TO_DELIVERED) + 1))
def test_whatever_was_made_of_a_piece_that_is_taken_back_goes_with_it(reached: int) -> None:
    gone = facts.SourceReturned(ROOT.id)
    paid_for = after(*TO_DELIVERED[:reached])
    assert works(paid_for, gone)["refund"].data["payment"] == "pi_1"
    assert after(gone, order=paid_for).state is State.REFUNDING
    free = after(*TO_DELIVERED[2:reached], order=flow.placed(free_order(), POLICY, NOON).order)
    assert after(gone, order=free).state is State.CANCELLED
    assert "refund" not in works(free, gone)


def test_a_change_that_is_not_paid_yet_is_called_off_when_its_piece_is_taken_back() -> None:
    waiting = after(opened())
    assert set(works(waiting, facts.SourceReturned(ROOT.id))) == {"close_checkout", "tell_buyer"}
    assert after(facts.SourceReturned(ROOT.id), paid(), order=waiting).state is State.REFUNDING


def test_a_payment_for_a_revision_beyond_the_free_ones_is_its_own() -> None:
    dear = after(facts.CheckoutOpened("stripe", "cs_2", "https://pay.example/2", "2026-11-22T11:00:00+00:00"))
    assert after(paid("pi_9"), order=dear).state is State.COMPOSING
