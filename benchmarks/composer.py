"""How fast the composer is: CPU seconds per second of music, by length, mood and loop, and the memory it takes.

Run ``python benchmarks/composer.py``. One process, one core's worth of work; the first piece also decodes samples.
"""

import resource
import sys
import time
from pathlib import Path

from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.moods import load_moods

CASES = (
    ("calm", "acoustic", 60, False),
    ("chill", "lo-fi", 60, False),
    ("energetic", "electronic", 60, False),
    ("epic", "cinematic", 60, False),
    ("epic", "cinematic", 60, True),
    ("epic", "cinematic", 180, False),
    ("epic", "cinematic", 600, False),
)


def main() -> None:
    """Print a table."""
    composer = Composer(load_moods(Path(__file__).parent.parent / "config" / "moods.toml"))
    started = time.process_time()
    composer.load()
    print(f"opening the bank: {time.process_time() - started:.2f} s CPU")
    print(f"{'piece':32} {'CPU s':>7} {'CPU s per s':>12} {'notes':>7} {'peak memory MB':>15}")
    for mood, style, seconds, loop in CASES:
        brief = Brief(mood, seconds, "youtube", style=style, loop=loop)
        started = time.process_time()
        (take,) = composer.generate(Request(brief, (1,)), lambda share: None)
        spent = time.process_time() - started
        assert take.score is not None
        notes = sum(len(part["notes"]) for part in take.score["song"]["parts"])
        unit = 1024 if sys.platform != "darwin" else 1024 * 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        name = f"{mood} {style} {seconds} s{' loop' if loop else ''}"
        print(f"{name:32} {spent:7.2f} {spent / seconds:12.3f} {notes:7d} {peak:15.0f}")


if __name__ == "__main__":
    main()
