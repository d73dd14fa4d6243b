"""Whatever happens in whatever order: no money is lost, no order is forgotten, nothing is given twice."""

import copy
import json
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.orders import facts, flow
from bot.orders.facts import Fact, What
from bot.orders.order import Order, State
from tests.orders.example import NOON, POLICY, TO_DELIVERED, after, free_order, new_order, opened, paid, refunded, takes
from tests.orders.world import World

PENDING = facts.PaymentPending("cs_1", "2026-12-05T12:00:00+00:00")
LOOSE = (facts.Withdrawn(), facts.RetryAsked(), facts.CheckoutClosed("cs_1"), PENDING)
small = st.integers(0, 6)
happenings = st.lists(
    st.one_of(
        st.tuples(st.just("work_on"), small, st.just(True)),
        st.tuples(st.just("work_on"), small, st.booleans()),
        st.tuples(st.just("pay"), st.sampled_from([15000, 15000, 14000])),
        st.tuples(st.just("verdict"), st.integers(-1, 4)),
        st.tuples(st.sampled_from(["hear_of_payment_again", "ask_back", "let_time_pass"])),
        st.tuples(st.just("dispute"), small),
        st.tuples(st.just("decide"), st.booleans()),
        st.tuples(st.just("tell"), st.sampled_from(LOOSE), st.uuids().map(str)),
    ),
    max_size=40,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(st.booleans(), happenings)
def test_every_payment_is_kept_for_music_or_returned(free: bool, happened: list[Any]) -> None:
    world = World(free=free)
    for verb, *arguments in happened:
        getattr(world, verb)(*arguments)
        _is_never_forgotten(world.order)
    world.rest()

    order = world.order
    assert order.state.ended
    own = order.data.get("payment", {}).get("payment")
    kept = {payment for payment in world.paid if payment not in world.returned}
    for_the_operator = {work.data["payment"] for work in world.died if work.kind == "refund"}
    match order.state:
        case State.DELIVERED:
            assert world.handed_over == 1
            assert free or own in kept
            assert kept - {own} <= for_the_operator
        case State.REFUNDED:
            assert not free
            assert own not in kept
            assert kept <= for_the_operator
        case State.CANCELLED if free:
            assert own is None
            assert kept <= for_the_operator
        case State.CANCELLED:
            assert world.paid == []
    assert world.handed_over <= 1
    assert len(world.alerts_of("refund")) == len([work for work in world.died if work.kind == "refund"])


def _is_never_forgotten(order: Order) -> None:
    """Whoever has not ended has a deadline at which something happens by itself."""
    assert order.state.ended == (order.deadline is None)
    if not order.state.ended:
        ticked = flow.transition(order, Fact(order.id, "t", "shop", facts.DeadlinePassed(order.version)), POLICY, NOON)
        assert isinstance(ticked, flow.Step), order.state


@settings(max_examples=100, deadline=None)
@given(happenings)
def test_an_order_that_costs_nothing_never_asks_for_money(happened: list[Any]) -> None:
    world = World(free=True)
    for verb, *arguments in happened:
        getattr(world, verb)(*arguments)
        assert world.order.state not in (State.AWAITING_PAYMENT, State.REFUNDING, State.REFUNDED)
    assert not [work for work in world.given_out if work.kind in ("open_checkout", "close_checkout")]
    assert {work.data["payment"] for work in world.given_out if work.kind == "refund"} <= set(world.paid)


@settings(max_examples=100, deadline=None)
@given(happenings)
def test_a_transition_changes_nothing_but_its_answer(happened: list[Any]) -> None:
    world = World()
    for verb, *arguments in happened:
        getattr(world, verb)(*arguments)
    for what in ALPHABET:
        before = copy.deepcopy(world.order)
        fact = Fact(before.id, "k", "somebody", what)
        first = flow.transition(world.order, fact, POLICY, NOON)
        assert world.order == before
        assert flow.transition(world.order, fact, POLICY, NOON) == first


@settings(max_examples=100, deadline=None)
@given(happenings)
def test_data_of_an_order_survives_json(happened: list[Any]) -> None:
    world = World()
    for verb, *arguments in happened:
        getattr(world, verb)(*arguments)
    assert json.loads(json.dumps(world.order.data)) == world.order.data


DISPUTES = tuple(
    what
    for payment in ("pi_1", "pi_2")
    for what in (
        facts.Disputed("stripe", payment, f"du_{payment}", 15000, "KRW", "fraudulent", "2026-11-28T12:00:00+00:00"),
        facts.DisputeClosed("stripe", payment, f"du_{payment}", 15000, "KRW", won=True),
        facts.DisputeClosed("stripe", payment, f"du_{payment}", 15000, "KRW", won=False),
        facts.DisputeClosed("stripe", payment, f"du_{payment}b", 5000, "KRW", won=False),
    )
)

ALPHABET: tuple[What, ...] = (
    *TO_DELIVERED,
    paid("pi_2"),
    paid("pi_3", amount=1),
    PENDING,
    facts.CheckoutClosed("cs_1"),
    facts.Withdrawn(),
    takes(2),
    facts.CardPosted(2, "discord:5/7"),
    facts.AgainAsked(1, {"tempo_bpm": 90}),
    facts.Rejected(1, "it hums"),
    facts.RefundAsked("the law"),
    facts.RefundWished("not what I need"),
    facts.RefundDeclined("discord:9", "We talked about it."),
    refunded(),
    refunded(reference="re_1b", amount=5000),
    refunded(reference="re_1c"),
    refunded("pi_2", "re_2"),
    facts.RefundFailed("stripe", "pi_1", "re_1", 15000, "KRW"),
    facts.RefundFailed("stripe", "pi_2", "re_2", 15000, "KRW"),
    *DISPUTES,
    facts.FeeTaken("stripe", "pi_1", "txn_1", 435, "KRW"),
    facts.BuyerTold("discord:1/1"),
    facts.PaperSent("discord:1/2"),
    facts.RetryAsked(),
    facts.SourceReturned("P9Q8R7S6T5"),
    *(
        facts.JobDied(kind, "it broke", data)
        for kind, data in (
            ("open_checkout", {}),
            ("compose", {"round": 1}),
            ("post_card", {"round": 1}),
            ("master", {}),
            ("certify", {}),
            ("hand_over", {}),
            ("refund", {"payment": "pi_1", "provider": "stripe"}),
            ("refund", {"payment": "pi_2", "provider": "stripe"}),
        )
    ),
)

LOUDER, QUESTION = facts.CorrectionAsked(1, 2, "louder"), facts.Letter("operator", "discord:9", "Faster?")
ASIDES: tuple[tuple[What, ...], ...] = (
    (LOUDER, facts.Corrected(1, 2, 1, {"index": 2}, "r1/overview-1.png")),
    (LOUDER, facts.NotCorrected(1, 2, 1, "error-correction-trim")),
    (LOUDER, facts.JobDied("correct", "it broke", {"round": 1, "take": 2, "number": 1})),
    (QUESTION, facts.LetterSent(1, "discord:1/3"), facts.Letter("buyer", "discord:1", "Yes", 1)),
    (QUESTION, QUESTION, facts.JobDied("letter", "it broke", {"letter": 1})),
    tuple(facts.WayClosed(way, "closed") for way in ("dm", "thread", "claim", "mail")),
    (facts.JobDied("hand_over_thread", "it broke"), facts.WayClosed("mail", "no address")),
    (facts.JobDied("hand_over_mail", "it broke"),),
    (facts.JobDied("paper", "it broke"),),
    (facts.MailAsked(),),
    (facts.LicenseeNamed("A. Buyer"), facts.Certified("BGM-22222-22222", {})),
    (facts.LicenseeNamed("A. Buyer"), facts.JobDied("certify", "it broke"), facts.RetryAsked()),
)
"""What may happen beside the main story, one thing after another."""


def test_every_line_of_the_table_can_happen() -> None:
    korean = new_order(data={"region": "kr", "consents": [{"what": "terms"}]})
    starts = [flow.placed(order, POLICY, NOON).order for order in (new_order(), free_order(), korean)]
    reached: set[tuple[State, str, State, str]] = set()
    seen, unvisited = {_shape(start) for start in starts}, starts
    while unvisited:
        order = unvisited.pop(0)
        reached |= _beside(order)
        for what in (*ALPHABET, facts.DeadlinePassed(order.version)):
            step = flow.transition(order, Fact(order.id, "k", "somebody", what), POLICY, NOON)
            if isinstance(step, flow.Step):
                reached.add((order.state, type(what).__name__, step.order.state, step.because))
                if (shape := _shape(step.order)) not in seen and len(order.data.get("refunds", ())) < 3:
                    seen.add(shape)
                    unvisited.append(step.order)
    dead = [
        f"{row.when}: {row.fact.__name__}, {row.because}"
        for row in flow.TABLE
        if (row.when, row.fact.__name__, row.to, row.because) not in reached
    ]
    assert dead == []


def _beside(order: Order) -> set[tuple[State, str, State, str]]:
    """Walk every aside from here, with takes that can be corrected."""
    takes = [{"index": 2, "files": {"raw": "t2/raw.flac"}, "target": {}}]
    reached = set()
    for aside in ASIDES:
        here = replace(order, data=order.data | {"takes": takes})
        for what in aside:
            step = flow.transition(here, Fact(here.id, "k", "somebody", what), POLICY, NOON)
            if isinstance(step, flow.Step):
                reached.add((here.state, type(what).__name__, step.order.state, step.because))
                here = step.order
    return reached


def _shape(order: Order) -> tuple[Any, ...]:
    """What the conditions of the table look at."""
    data = order.data
    return (
        order.state, order.free, min(order.round, 2), data.get("payment", {}).get("payment"), "takes" in data,
        "checkout" in data, bool(data.get("pending")),
        tuple(sorted({entry["reference"] for entry in data.get("refunds", ())})),
        data.get("wish", {}).get("standing"),
        json.dumps(data.get("failure", {}).get("data")), order.held, order.charged_back,
    )  # fmt: skip


@given(st.sampled_from([*ALPHABET, *sum(ASIDES, ()), facts.DeadlinePassed(4), facts.Placed()]))
def test_a_fact_survives_its_journal(what: What) -> None:
    fact = Fact("K3M8Q2Z7RT", "stripe:evt_1", "stripe", what)
    stored = json.loads(json.dumps(fact.data()))
    assert Fact.read(fact.order, fact.key, fact.by, fact.kind, stored) == fact


def test_every_kind_of_fact_is_in_the_alphabet() -> None:
    kinds = {type(what).__name__ for what in (*ALPHABET, *sum(ASIDES, ()))} | {"Placed", "DeadlinePassed"}
    assert kinds == set(Fact.KINDS)


def test_the_alphabet_opens_with_a_delivery() -> None:
    assert after(opened(), *TO_DELIVERED[1:]).state is State.DELIVERED
