"""What is worked out of orders, journal and ledger."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.insight.figures import Figures, Share, figures
from bot.orders.ledger import Kind, Movement
from bot.orders.order import State
from bot.storage.history import Asked, Moment
from bot.storage.ledger import Entry

SEOUL = ZoneInfo("Asia/Seoul")
UNTIL = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SINCE = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)
"""Midnight of the 20th in Seoul."""


def asked(order: str, state: State = State.DELIVERED, **brief: Any) -> Asked:
    change = brief.pop("change", "")
    fields = {"mood": "calm", "seconds": 60, "purpose": "vlog"} | brief
    return Asked(order, f"discord:{order[0]}", SINCE + timedelta(hours=1), state, 1, fields, change, "")


def told(order: str, *steps: tuple[str, int]) -> list[Moment]:
    return [Moment(order, kind, SINCE + timedelta(minutes=minute)) for kind, minute in steps]


def worked_out(orders: list[Asked], moments: list[Moment] | None = None, entries: list[Entry] | None = None) -> Figures:
    return figures(orders, moments or [], entries or [], SINCE, UNTIL, SEOUL)


def test_days_are_those_of_the_shops_clock() -> None:
    assert worked_out([]).days == (date(2026, 11, 20), date(2026, 11, 21), date(2026, 11, 22))


def test_a_payment_counts_on_the_local_day_it_was_made() -> None:
    late = Moment("a", "Paid", datetime(2026, 11, 20, 14, 59, tzinfo=UTC))
    next_day = Moment("b", "Paid", datetime(2026, 11, 20, 15, 1, tzinfo=UTC))
    found = worked_out([], [late, next_day])
    assert found.per_day == (1, 1, 0)
    assert found.paid == 2


def test_shares_say_what_became_of_what_was_asked_the_most_wanted_first() -> None:
    orders = [
        asked("a1", mood="tense"),
        asked("b1", State.REFUNDED, mood="tense"),
        asked("c1", State.REVIEWING, mood="tense"),
        asked("d1", mood="calm"),
    ]
    found = worked_out(orders)
    assert list(found.moods.items()) == [("tense", Share(3, 1, 1)), ("calm", Share(1, 1, 0))]


def test_a_style_nobody_chose_is_no_style() -> None:
    assert worked_out([asked("a1"), asked("b1", style="lofi")]).styles == {"lofi": Share(1, 1, 0)}


@pytest.mark.parametrize(("seconds", "bucket"), [(5, 30), (30, 30), (31, 60), (180, 180), (181, 0), (600, 0)])
def test_lengths_fall_into_buckets(seconds: int, bucket: int) -> None:
    assert list(worked_out([asked("a1", seconds=seconds)]).lengths) == [bucket]


def test_revisions_are_counted_by_their_change_and_not_as_new_wishes() -> None:
    found = worked_out([asked("a1"), asked("a2", change="calmer"), asked("a3", change="calmer")])
    assert found.changes == {"calmer": 2}
    assert found.moods == {"calm": Share(1, 1, 0)}
    assert found.placed == 3


def test_who_orders_again_has_come_back() -> None:
    found = worked_out([asked("a1"), asked("a2"), asked("b1"), asked("c1", State.CANCELLED)])
    assert (found.buyers, found.returning) == (2, 1)


def test_the_first_verdict_decides_whether_it_was_right_at_once() -> None:
    moments = [
        *told("a", ("Approved", 1)),
        *told("b", ("AgainAsked", 1), ("Approved", 2)),
        *told("c", ("Rejected", 1)),
        *told("d", ("Approved", 3)),
    ]
    assert worked_out([], moments).first_time == 0.5
    assert worked_out([]).first_time is None


def test_waits_are_medians_of_what_has_both_ends() -> None:
    moments = [
        *told("a", ("Paid", 0), ("TakesReady", 2), ("Approved", 5), ("HandedOver", 6)),
        *told("b", ("Paid", 0), ("TakesReady", 4), ("AgainAsked", 5), ("TakesReady", 9), ("Approved", 20)),
        *told("c", ("Paid", 0)),
    ]
    assert worked_out([], moments).waits == {"ready": 180.0, "verdict": 120.0, "handed": 360.0}


def test_what_is_left_of_a_day_is_the_sum_of_its_movements() -> None:
    def entry(day: int, amount: int, currency: str = "KRW") -> Entry:
        movement = Movement(Kind.PAYMENT, "stripe", "pi", f"{day}{amount}", amount, currency)
        return Entry(datetime(2026, 11, day, 3, tzinfo=UTC), "A", movement)

    found = worked_out([], [], [entry(20, 15000), entry(20, -500), entry(22, -15000), entry(21, 1200, "USD")])
    assert found.earned == {"KRW": (14500, 0, -15000), "USD": (0, 1200, 0)}
