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
