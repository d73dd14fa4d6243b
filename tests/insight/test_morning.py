"""The digest of the morning: once a day, whatever happens in between."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.errors import TryLater, Unreachable
from bot.insight.morning import Morning
from bot.places import Places
from bot.screens import Screen
from bot.settings.files import folders
from bot.texts import Texts, Tongue

EIGHT = datetime(2026, 11, 21, 23, 0, tzinfo=UTC)
"""Eight in the morning of the 22nd in Seoul."""
OPENED = EIGHT - timedelta(hours=23)


@dataclass
class Doorway:
    """A doorway that keeps what it was given, and may fail first."""

    platform: str = "discord"
    failing: list[Exception] = field(default_factory=list)
    posted: list[tuple[str, str, bool]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        if self.failing:
            raise self.failing.pop()
        self.posted.append((place, once, again))
        self.said.append(screen.text)
        return "discord:1/2"

    async def edit(self, message: str, screen: Screen) -> None:
        raise AssertionError("a digest is never edited")


class Notes(dict[str, dict[str, Any]]):
    async def remember(self, name: str, value: dict[str, Any]) -> None:
        self[name] = value

    async def recall(self, name: str) -> dict[str, Any] | None:
        return self.get(name)


@dataclass
class Shop:
    """A morning whose clock a test sets; ``asked`` are the moments since which it was to report."""

    now: datetime
    doorway: Doorway = field(default_factory=Doorway)
    notes: Notes = field(default_factory=Notes)
    asked: list[datetime] = field(default_factory=list)
    operators: tuple[str, ...] = ()

    async def look(self) -> float:
        async def screen(since: datetime) -> Screen:
            self.asked.append(since)
            return Screen("Good morning")

        review = {"telegram": "telegram:1", "discord": "discord:channel:7"}
        places = Places({"discord": self.doorway}, review, self.operators, Texts(folders(None)), Tongue("en"))
        morning = Morning(self.notes, screen, places, time(8), ZoneInfo("Asia/Seoul"), lambda: self.now)
        return await morning.post_if_due()


async def opened_yesterday(doorway: Doorway | None = None) -> Shop:
    """Return a shop that opened for the first time an hour after yesterday's digest, and now it is eight."""
    shop = Shop(OPENED, doorway or Doorway())
    await shop.look()
    shop.now = EIGHT
    return shop


async def test_nothing_is_posted_before_its_hour() -> None:
    shop = Shop(EIGHT - timedelta(minutes=10))
    assert await shop.look() == 600
    assert shop.doorway.posted == []
    shop.now = EIGHT
    await shop.look()
    assert len(shop.doorway.posted) == 1


async def test_a_shop_that_has_just_opened_has_nothing_to_tell() -> None:
    shop = Shop(EIGHT + timedelta(hours=4))
    assert await shop.look() == 20 * 3600
    assert shop.doorway.posted == []


async def test_it_is_posted_once_a_day_where_there_is_a_doorway() -> None:
    shop = await opened_yesterday()
    assert await shop.look() == 24 * 3600
    shop.now += timedelta(hours=3)
    assert await shop.look() == 21 * 3600
    assert shop.doorway.posted == [("discord:channel:7", "digest:2026-11-22", False)]
    assert shop.asked == [OPENED]


async def test_a_machine_that_slept_reports_on_everything_since_the_last_one() -> None:
    shop = await opened_yesterday()
    await shop.look()
    shop.now = EIGHT + timedelta(days=3, hours=2)
    await shop.look()
    assert shop.asked[-1] == EIGHT
    assert shop.doorway.posted[-1][1] == "digest:2026-11-25"


async def test_after_a_failure_it_is_looked_for_and_covers_the_same_time() -> None:
    shop = await opened_yesterday(Doorway(failing=[TryLater("outage")]))
    with pytest.raises(TryLater):
        await shop.look()
    shop.now += timedelta(minutes=1)
    await shop.look()
    assert shop.doorway.posted == [("discord:channel:7", "digest:2026-11-22", True)]
    assert shop.asked == [OPENED] * 2


async def test_where_the_place_is_gone_the_operators_have_it_in_private_and_read_why() -> None:
    shop = await opened_yesterday(Doorway(failing=[Unreachable("gone")]))
    shop.operators = ("discord:9", "telegram:4")
    await shop.look()
    assert shop.doorway.posted == [("discord:dm:9", "digest:2026-11-22", False)]
    assert "cannot be written to" in shop.doorway.said[0]


async def test_a_place_that_is_gone_is_not_tried_all_day() -> None:
    shop = await opened_yesterday(Doorway(failing=[Unreachable("gone")]))
    await shop.look()
    await shop.look()
    assert shop.doorway.posted == []
    assert shop.notes["digest"]["posted"]
