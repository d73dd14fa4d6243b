"""The hours in which neural engines may begin an order."""

from datetime import time

import pytest

from bot.settings.shop import Engines


@pytest.mark.parametrize(
    ("hours", "at", "closed"),
    [
        ("", "12:00", 0),
        ("22:00-07:00", "23:30", 0),
        ("22:00-07:00", "06:59:59", 0),
        ("22:00-07:00", "07:00", 15 * 3600),
        ("22:00-07:00", "21:59", 60),
        ("01:00-05:00", "04:00", 0),
        ("01:00-05:00", "05:00", 20 * 3600),
        ("08:00-08:00", "12:00", 0),
    ],
)
def test_outside_its_hours_an_engine_waits(hours: str, at: str, closed: float) -> None:
    assert Engines(hours=hours).closed_for(time.fromisoformat(at)) == closed


def test_a_day_has_its_closed_hours() -> None:
    assert [Engines(hours=one).closed_a_day for one in ("", "22:00-07:00", "08:00-08:00")] == [0, 15 * 3600, 0]


@pytest.mark.parametrize(
    ("hours", "at", "work", "done"),
    [
        ("", "12:00", 3600, 3600),
        ("08:00-08:00", "12:00", 3600, 3600),
        ("22:00-07:00", "23:00", 3600, 3600),
        ("22:00-07:00", "12:00", 3600, 10 * 3600 + 3600),
        ("22:00-07:00", "06:30", 3600, 3600 + 15 * 3600),  # half of it tomorrow night
        ("22:00-07:00", "21:00", 10 * 3600, 3600 + 10 * 3600 + 15 * 3600),
        ("22:00-07:00", "22:00", 18 * 3600, 18 * 3600 + 15 * 3600),  # two whole nights, and the day between
        ("22:00-07:00", "22:00", 19 * 3600, 19 * 3600 + 2 * 15 * 3600),
    ],
)
def test_work_of_many_hours_takes_several_nights(hours: str, at: str, work: float, done: float) -> None:
    assert Engines(hours=hours).done_in(time.fromisoformat(at), work) == done
