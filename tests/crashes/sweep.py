"""One tale with the power failing at one moment, and how that compares to an undisturbed day."""

import asyncio
import itertools
import re
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.crashes.callers import Callers
from tests.crashes.people import People
from tests.crashes.portrait import Portrait, differences, on_discord, on_telegram, twice
from tests.crashes.stage import Stage, stage
from tests.crashes.tales import ON_DISCORD, ON_TELEGRAM
from tests.crashes.wire import Moment

LONGEST = 300.0
"""Seconds that a tale may take, the opening after the cut included; who waits longer waits for ever."""

_buyers = itertools.count(1)


@dataclass
class Day:
    """What came of a day with a cut: ``wrong`` is all that was not as on an undisturbed one."""

    moment: Moment
    reached: bool = False
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    """What stands twice on Telegram, which cannot be asked whether a message was sent (`bot.chat.telegram.posted`)."""
    passed: list[str] = field(default_factory=list)
    """What passed the wire that day, for whoever looks for the cause."""


@dataclass
class Sweep:
    """A tale on a stage, after an undisturbed day to compare with."""

    tale: str
    on: Stage
    golden: Portrait = field(default_factory=dict)
    moments: list[Moment] = field(default_factory=list)

    async def undisturbed(self) -> None:
        """Live through a day without a cut, and learn from it what passes and what everybody has in the end."""
        self.golden = await self._lived(None)
        self.moments = self.on.wire.moments()

    async def struck(self, moment: Moment) -> Day:
        """Live through a day with a cut at that moment."""
        day, begun = Day(moment), time.monotonic()
        try:
            found = await self._lived(moment)
        except (AssertionError, TimeoutError) as error:
            day.wrong = [f"{type(error).__name__}: {error}", self.on.shop.tail(15)]
        else:
            day.wrong = differences(self.golden, found)
            if self.on.phone is not None:
                day.twice = twice(self.golden, found)
                day.wrong = [one for one in day.wrong if one not in day.twice]
        day.reached, day.passed = self.on.wire.struck.is_set(), list(self.on.wire.passed)
        day.seconds = time.monotonic() - begun
        return day

    async def _lived(self, moment: Moment | None) -> Portrait:
        def begin() -> None:
            self.on.arm(moment)

        name = f"Buyer {next(_buyers)}"
        try:
            async with asyncio.timeout(LONGEST):
                if self.on.phone is not None:
                    caller = self.on.phone.world.add_person(name)
                    orders = await ON_TELEGRAM[self.tale](Callers(self.on.phone, caller, begin))
                    await self.on.settled(orders)
                    return on_telegram(self.on, self.on.phone, caller, orders) | self._log()
                buyer = await self.on.here.discord.add_person(name)
                orders = await ON_DISCORD[self.tale](People(self.on.here, buyer, begin))
                await self.on.settled(orders)
                return on_discord(self.on, buyer, orders) | self._log()
        finally:
            await self.on.rest()

    def _log(self) -> Portrait:
        return {"complaints": self.on.complaints()}


@asynccontextmanager
async def sweeping(tale: str, folder: Path) -> AsyncIterator[Sweep]:
    """Open a stage for a tale and live through its undisturbed days: the first one also warms the shop up."""
    async with stage(folder, telegram=tale in ON_TELEGRAM) as on:
        sweep = Sweep(tale, on)
        await sweep.undisturbed()
        await sweep.undisturbed()
        yield sweep


async def swept(tale: str, only: str = "", share: tuple[int, int] = (0, 1)) -> AsyncIterator[Day]:
    """Live through one day for each moment of a tale (or those whose name fits ``only``; or the ``share[0]``-th of
    ``share[1]`` parts of them), on a new stage after each fault."""
    wanted: list[Moment] | None = None
    while wanted is None or wanted:
        with tempfile.TemporaryDirectory(prefix="crashes-") as folder:
            async with sweeping(tale, Path(folder)) as sweep:
                if wanted is None:
                    wanted = [one for one in sweep.moments if re.search(only, str(one))][share[0] :: share[1]]
                while wanted:
                    day = await sweep.struck(wanted.pop(0))
                    yield day
                    if day.wrong:
                        break
