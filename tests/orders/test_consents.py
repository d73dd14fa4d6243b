"""What the law of a buyer's country asks, and until when they may withdraw."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.orders import consents, facts, flow
from bot.orders.consents import Consent, Region, guess, may_withdraw, needed
from bot.orders.order import Order, State
from tests.orders.example import CERTIFIED, HANDED_OVER, MASTERED, NOON, POLICY, free_order, new_order, paid, works
from tests.orders.example import after as happened


@pytest.mark.parametrize(
    ("locale", "region"),
    [
        ("ko", Region.KOREA), ("ko-KR", Region.KOREA), ("de", Region.EU), ("fr", Region.EU), ("sv-SE", Region.EU),
        ("es-ES", Region.EU), ("es-419", Region.ELSEWHERE), ("pt-BR", Region.ELSEWHERE), ("pt", Region.EU),
        ("en-GB", Region.UK), ("en-US", Region.ELSEWHERE), ("en", Region.ELSEWHERE), ("ja", Region.ELSEWHERE),
        ("", Region.ELSEWHERE), ("de_AT", Region.EU),
    ],
)  # fmt: skip
def test_the_language_says_where_somebody_probably_lives(locale: str, region: Region) -> None:
    assert guess(locale) is region


def test_korea_reads_of_listening_first_and_europe_gives_up_nothing_by_ordering() -> None:
    assert Consent.LISTEN in needed(Region.KOREA)
    assert Consent.NO_WITHDRAWAL in needed(Region.KOREA)
    for region in consents.TICKED:
        assert needed(region) == (Consent.AI, Consent.TERMS)
    assert all(needed(region)[0] is Consent.AI for region in Region)


def order(region: Region, *, ticked: bool = False) -> Order:
    said: list[dict[str, Any]] = [{"what": one.value, "text": "x"} for one in needed(region)]
    if ticked:
        said.append({"what": Consent.AT_ONCE.value, "text": "x"})
    placed = new_order(data={"region": region.value, "consents": said}, created=NOON)
    return flow.placed(placed, POLICY, NOON).order


@pytest.mark.parametrize("region", consents.TICKED)
def test_who_ticked_may_withdraw_until_the_delivery_begins(region: Region) -> None:
    one = order(region, ticked=True)
    assert not may_withdraw(one, NOON)  # nothing is paid: calling it off is simpler
    one = happened(paid(), order=one)
    assert may_withdraw(one, NOON + timedelta(days=90))
    assert not may_withdraw(replace(one, state=State.DELIVERING), NOON)
    assert not may_withdraw(replace(one, state=State.DELIVERED), NOON)


@pytest.mark.parametrize("region", consents.TICKED)
def test_who_did_not_tick_has_fourteen_days_music_or_not(region: Region) -> None:
    one = replace(happened(paid(), order=order(region)), state=State.DELIVERED)
    assert may_withdraw(one, NOON + timedelta(days=14, seconds=-1))
    assert not may_withdraw(one, NOON + timedelta(days=14))
    assert not may_withdraw(replace(one, state=State.REFUNDED), NOON)


@pytest.mark.parametrize("region", [Region.KOREA, Region.ELSEWHERE])
def test_elsewhere_the_notice_counts(region: Region) -> None:
    assert not may_withdraw(happened(paid(), order=order(region)), NOON)


def test_orders_of_before_the_question_have_no_region() -> None:
    assert consents.region_of(new_order()) is Region.ELSEWHERE
    assert consents.region_of(new_order(data={"region": "atlantis"})) is Region.ELSEWHERE


def test_the_contract_goes_out_where_the_law_wants_it() -> None:
    assert "paper" in works(order(Region.KOREA), paid())
    assert "paper" in works(order(Region.EU, ticked=True), paid())
    assert "paper" not in works(order(Region.ELSEWHERE), paid())
    assert "paper" not in works(flow.placed(new_order(data={"region": "kr"}), POLICY, NOON).order, paid())


def test_what_costs_nothing_is_a_contract_all_the_same() -> None:
    given = {"region": "kr", "consents": [{"what": "terms", "text": "x"}]}
    step = flow.placed(replace(free_order(), data=given), POLICY, NOON)
    assert "paper" in [work.kind for work in step.works]


def test_withdrawing_sends_the_money_back_from_every_state_in_which_it_is_allowed() -> None:
    one = happened(paid(), order=order(Region.EU))
    while may_withdraw(one, NOON):
        assert "refund" in works(one, facts.RefundAsked("withdrawn"))
        following = {
            State.COMPOSING: facts.TakesReady(1, [{"index": 1}]), State.REVIEWING: facts.Approved(1, 1),
            State.PACKING: CERTIFIED if "files" in one.data else MASTERED, State.DELIVERING: HANDED_OVER,
        }  # fmt: skip
        if one.state is State.DELIVERED:
            return
        one = happened(following[one.state], order=one)
    raise AssertionError("the right ended before the music was there")


def test_what_cost_nothing_is_not_withdrawn_from_but_what_credit_paid_for_is() -> None:
    made = replace(order(Region.EU), price=free_order().price, state=State.DELIVERED)
    assert not may_withdraw(made, NOON)
    assert may_withdraw(replace(made, data=made.data | {"discounts": {"credit": 15000}}), NOON)
