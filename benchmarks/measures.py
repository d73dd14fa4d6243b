"""Do brightness, energy and density as measured agree with what was asked, on pieces nobody has fitted them to?

    python -m benchmarks.measures [--pieces 4] [--seed N]

Every mood in its own styles and in foreign ones, in changing purposes and lengths, mastered and measured; a new seed
gives fresh pieces. Rank correlations (Spearman) with what the mood asks, and for density with the notes a second that
stand in the score: what really happens. "Off" is the mean distance from what was asked, on the scale of 0 to 1.
"""

import argparse
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from bot.finishing.master import Target, finish
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, load_moods

MOODS = Path(__file__).parent.parent / "config" / "moods.toml"
LENGTHS = (15, 25, 35, 20)
HELD_OUT = 120_000
"""First seed: far from those of the tests, and from the 50,000 on that the tempo's share was set on."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One piece: what its mood asks for, what was measured, and the notes a second of its score."""

    own: bool
    asked: tuple[float, float, float]
    found: tuple[float, float, float]
    notes: float


@lru_cache(maxsize=1)
def _kitchen() -> tuple[MoodBook, Composer]:
    book = load_moods(MOODS)
    return book, Composer(book)


def briefs(book: MoodBook, pieces: int, seed: int) -> Iterator[tuple[Brief, int]]:
    """Yield ``pieces`` briefs of every mood: half of them leave the style to the mood."""
    styles, purposes = list(book.styles), list(book.purposes)
    for place, mood in enumerate(book.moods):
        for turn in range(pieces):
            style = None if turn < pieces // 2 else styles[(5 * place + 3 * turn + seed) % len(styles)]
            purpose = purposes[(place + 2 * turn) % len(purposes)]
            yield (
                Brief(mood, LENGTHS[(place + turn) % len(LENGTHS)], purpose, style=style),
                seed + 10 * place + turn,
            )


def judged(job: tuple[Brief, int]) -> Judged:
    """Compose, master and measure one piece."""
    (brief, seed), (book, composer) = job, _kitchen()
    (take,) = composer.generate(Request(brief, (seed,)), lambda share: None)
    assert take.score is not None
    target = Target(
        float(brief.seconds), book.purposes[brief.purpose].loudness, tempo_bpm=take.tempo_bpm,
        loop=take.score["song"]["loop"], beats_per_bar=take.beats_per_bar,
    )  # fmt: skip
    facts, mood = finish(take.audio, take.rate, target).facts, book.moods[brief.mood]
    notes = sum(len(part["notes"]) for part in take.score["song"]["parts"] if part["role"] != "texture")
    return Judged(
        brief.style is None,
        (mood.brightness, mood.energy, mood.density),
        (facts.brightness, facts.energy, facts.density),
        notes / brief.seconds,
    )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=4, help="of every mood (default 4)")
    parser.add_argument("--seed", type=int, default=HELD_OUT, help=f"of the first piece (default {HELD_OUT})")
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        found = list(pool.map(judged, briefs(_kitchen()[0], options.pieces, options.seed)))
    own = np.array([piece.own for piece in found])
    print(f"{len(found)} pieces{'all':>14}{'own styles':>12}{'foreign':>10}{'off':>8}")
    for index, name in enumerate(("brightness", "energy", "density")):
        asked, heard = (np.array([getattr(piece, kind)[index] for piece in found]) for kind in ("asked", "found"))
        agreed = [spearmanr(asked[some], heard[some]).statistic for some in (own | ~own, own, ~own)]
        print(f"{name:14}{agreed[0]:10.2f}{agreed[1]:12.2f}{agreed[2]:10.2f}{np.abs(asked - heard).mean():8.2f}")
    notes, density = np.array([piece.notes for piece in found]), np.array([piece.found[2] for piece in found])
    print(f"density and the notes a second of the score: {spearmanr(notes, density).statistic:.2f}")


if __name__ == "__main__":
    main()
