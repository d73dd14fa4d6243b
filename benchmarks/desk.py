"""How long the operator waits for a corrected take while the machine composes: ``python -m benchmarks.desk``.

Everything is measured as the operator has it, on the clock, in one run on one machine: compare the lines with each
other, since what else the machine does is in all of them.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.finishing.corrections import Corrections
from bot.finishing.encode import encode
from bot.finishing.likeness import LIBRARY
from bot.generation.apprentice import NICE
from bot.generation.making import make_take
from bot.generation.refinishing import CorrectWork, make_corrected
from bot.generation.studio import Studio
from bot.generation.takework import TakeWork
from bot.generation.turns import Turn, Turns, Urgency
from bot.orders.brief import Brief
from bot.settings.files import folders
from bot.shop import PACKING_NEEDS, PACKING_NICE

BRIEF = Brief("calm", 60, "youtube")
LISTENING = Turn(Urgency.LISTENING)
ORDERS, TAKES = 3, 3
CORRECTIONS = 6
LONG_SECONDS = 240


def main() -> None:
    """Print a table."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measured(Path(folder)))


async def _measured(folder: Path) -> None:
    music = Studio(2)
    take = await music.line(Turn()).watched(_ignored, make_take, _work(folder, "FIRST", 1))
    corrections = _corrections(folder, take)
    await _cold_and_warm(corrections)
    await _beside_packing(folder, corrections)
    await _beside_composing(folder, music, corrections)
    await music.close()


async def _cold_and_warm(corrections: Iterator[CorrectWork]) -> None:
    for label, warm in (("packing process not started", False), ("packing process warmed at the start", True)):
        table = Studio(1, nice=PACKING_NICE)
        if warm:
            await table.warm(*PACKING_NEEDS)
        _row(f"first correction, {label}", [await _corrected(table, corrections)])
        await table.close()


async def _beside_packing(folder: Path, corrections: Iterator[CorrectWork]) -> None:
    """Somebody else's long piece is being packed."""
    for processes in (1, 2):
        table = Studio(processes, nice=PACKING_NICE)
        await table.warm(*PACKING_NEEDS)
        packing = asyncio.create_task(table.run(pack_long, folder / f"long-{processes}.mp3"))
        await asyncio.sleep(0)
        label = f"correction while {LONG_SECONDS} s are packed, {processes} process{'es' * (processes > 1)}"
        _row(label, [await _corrected(table, corrections)])
        await packing
        await table.close()


async def _beside_composing(folder: Path, music: Studio, corrections: Iterator[CorrectWork]) -> None:
    """Three orders are composed meanwhile; two tables of different priority take turns."""
    tables = {nice: Studio(1, nice=nice) for nice in (NICE, PACKING_NICE)}
    for table in tables.values():
        await table.warm(*PACKING_NEEDS)
        await _corrected(table, corrections)
    turns = Turns()
    composing = [asyncio.create_task(_composed(folder, music, turns, f"ORDER{number}")) for number in range(ORDERS)]
    await asyncio.sleep(5)  # both processes are at work by then
    waits: dict[int, list[float]] = {nice: [] for nice in tables}
    for _ in range(CORRECTIONS):
        for nice, table in tables.items():
            waits[nice].append(await _corrected(table, corrections))
    still = sum(not task.done() for task in composing)
    for nice, waited in waits.items():
        _row(f"correction while {ORDERS} orders of 60 s compose, nice {nice}", waited)
    print(f"{'orders still composing after the last correction':70} {still}")
    for task in composing:
        task.cancel()
    await asyncio.gather(*composing, return_exceptions=True)
    for table in tables.values():
        await table.close()


async def _composed(folder: Path, music: Studio, turns: Turns, order: str) -> None:
    with turns.order(BRIEF.seconds * TAKES) as turn:
        works = [_work(folder, order, index) for index in range(1, TAKES + 1)]
        await asyncio.gather(*(music.line(turn).watched(_ignored, make_take, work) for work in works))


async def _corrected(table: Studio, corrections: Iterator[CorrectWork]) -> float:
    begun = time.perf_counter()
    await table.line(LISTENING).watched(lambda _share: None, make_corrected, next(corrections))
    return time.perf_counter() - begun


def _work(folder: Path, order: str, index: int) -> TakeWork:
    key = f"orders/{order}/r1/t{index}"
    return TakeWork("composer", folders(None), BRIEF, index, folder / key, key, folder / LIBRARY)


def _corrections(folder: Path, take: dict[str, Any]) -> Iterator[CorrectWork]:
    """Yield the same take a little louder each time, so that each is made anew."""
    for number in itertools.count(1):
        key = f"orders/FIRST/r1/t1/c-{number}"
        changes = Corrections(gain_db=0.01 * number)
        raw = folder / take["files"]["raw"]
        yield CorrectWork(folders(None), BRIEF, take, changes, raw, folder / key, key, folder / LIBRARY)


def pack_long(into: Path) -> None:
    """Encode minutes of music, which is most of packing them."""
    noise = np.random.default_rng(1).standard_normal((2, LONG_SECONDS * 44_100)).astype(np.float32)
    encode(0.1 * noise, 44_100, into, "mp3")


def _ignored(_share: float) -> None:
    pass


def _row(name: str, seconds: Sequence[float]) -> None:
    print(f"{name:70} median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s", flush=True)


if __name__ == "__main__":
    main()
