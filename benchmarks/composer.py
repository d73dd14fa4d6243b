"""How fast the composer is: CPU seconds per second of music, by length, mood and loop, and the memory it takes.

Run ``python benchmarks/composer.py``. Each piece in a fresh process, samples decoded anew. From three minutes on tracks
lie in temporary files: the memory then counts pages of those files, which the system may drop at any time.
"""

import multiprocessing
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.moods import load_moods

MOODS = Path(__file__).parent.parent / "config" / "moods.toml"
CASES = (
    ("calm", "acoustic", 60, False),
    ("chill", "lo-fi", 60, False),
    ("energetic", "electronic", 60, False),
    ("epic", "cinematic", 60, False),
    ("epic", "cinematic", 60, True),
    ("epic", "cinematic", 180, False),
    ("epic", "cinematic", 600, False),
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one piece cost: CPU seconds, notes, and the process's largest memory in MB."""

    spent: float
    notes: int
    memory: float


def measured(mood: str, style: str, seconds: int, loop: bool) -> Figures:
    """Compose one piece in this process, the bank's opening included."""
    started = time.process_time()
    composer = Composer(load_moods(MOODS))
    brief = Brief(mood, seconds, "youtube", style=style, loop=loop)
    (take,) = composer.generate(Request(brief, (1,)), lambda share: None)
    spent = time.process_time() - started
    assert take.score is not None
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    notes = sum(len(part["notes"]) for part in take.score["song"]["parts"])
    return Figures(spent, notes, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def main() -> None:
    """Print a table, each line from a fresh process."""
    print(f"{'piece':32} {'CPU s':>7} {'CPU s per s':>12} {'notes':>7} {'peak memory MB':>15}")
    for mood, style, seconds, loop in CASES:
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            figures = pool.submit(measured, mood, style, seconds, loop).result()
        name = f"{mood} {style} {seconds} s{' loop' if loop else ''}"
        cost = figures.spent / seconds
        print(f"{name:32} {figures.spent:7.2f} {cost:12.3f} {figures.notes:7d} {figures.memory:15.0f}", flush=True)


if __name__ == "__main__":
    main()
