"""What a demanding producer's ear would dislike in the built-in composer's music, counted.

    python -m benchmarks.ear                scores of all mood and style pairs, twice; sound of 60 pieces; takes
    python -m benchmarks.ear --scores       only what is read in the scores (a minute of work)
    python -m benchmarks.ear --worst        name the worst pieces of every measure

One line for each measure: on how many pieces it applies, its median, the value nine tenths are better than, the limit,
and how many pieces fail it. Nobody listens here: a measure says where to look, not what is beautiful.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import combinations
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.hearing import form, sound, tune
from bot.finishing.likeness import agreement, fingerprint
from bot.finishing.master import Target, finish
from bot.generation.engine import Request
from bot.generation.engines.composer.arranger import arrange
from bot.generation.engines.composer.engine import Composer
from bot.generation.engines.composer.plan import Plan, make
from bot.generation.engines.composer.score import Song
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, load_moods

MOODS = Path(__file__).parent.parent / "config" / "moods.toml"
SEED = 7_000
"""Far from every seed that tests and earlier measurements use."""
SCORE_SECONDS = (15, 30, 60, 90, 180, 300)
SOUND_SECONDS = (15, 20, 30, 30, 45, 60)
SOUNDING = 60
Values = dict[str, float]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limit:
    """A measure fails beyond ``most`` or short of ``least``."""

    most: float = np.inf
    least: float = -np.inf

    def fails(self, value: float) -> bool:
        """Tell whether a value is out of bounds."""
        return value > self.most or value < self.least

    def worst(self, values: Sequence[float]) -> float:
        """Return the value that nine tenths of the pieces are no worse than."""
        return float(np.percentile(values, 90 if self.most < np.inf else 10))

    def __str__(self) -> str:
        bounds = ([f"≥ {self.least:g}"] if self.least > -np.inf else []) + (
            [f"≤ {self.most:g}"] if self.most < np.inf else []
        )
        return " ".join(bounds)


READ: dict[str, tuple[Callable[[tune.Piece], float | None], Limit]] = {
    "tune stays on one pitch": (tune.stuck, Limit(0.40)),
    "tune hammers one pitch": (tune.hammered, Limit(4)),
    "tune moves by step": (tune.steps, Limit(0.90, 0.45)),
    "wild leaps per 100 moves": (tune.wild_leaps, Limit(4)),
    "dissonances left hanging": (tune.harsh_notes, Limit(0.10)),
    "tune rubs against chords": (tune.rubbed, Limit(0.05)),
    "seconds without a breath": (tune.breathless, Limit(12)),
    "phrases end off the chord": (tune.homeless, Limit(0.15)),
    "rhythms heard only once": (tune.unanswered, Limit(0.5)),
    "chords jump, semitones": (tune.jumping_chords, Limit(4)),
    "chords muddy": (tune.muddy_chords, Limit(0.10)),
    "tune under its chords": (tune.crossed, Limit(0.33)),
    "sections copied": (form.copied, Limit(0.34)),
    "seconds uneventful": (form.uneventful, Limit(50)),
    "fullest quarter over first": (form.flat_form, Limit(least=1.15)),
    "short and of one block": (form.one_block, Limit(0)),
    "ends without a close": (form.unended, Limit(0)),
    "section ends unannounced": (form.unannounced, Limit(0.34)),
    "bars nearly empty": (form.bare, Limit(0.10)),
    "onsets a second, fullest": (form.crowded, Limit(16)),
    "timing strays, ms": (form.mechanical, Limit(25, 3)),
    "velocities spread": (form.level_strokes, Limit(least=5)),
}
HEARD: dict[str, tuple[Callable[[sound.Sounding], float | None], Limit]] = {
    "mud 150-400 Hz, dB": (sound.mud, Limit(2.5)),
    "harshness 2-5 kHz, dB": (sound.harshness, Limit(2.5)),
    "boom 40-125 Hz, dB": (sound.boom, Limit(8, -10)),
    "bass over kick, dB": (sound.masked_kick, Limit(3)),
    "rest over tune, dB": (sound.buried_lead, Limit(9)),
    "mastering pumps, dB": (sound.pumping, Limit(1.0)),
    "sides alike over 200 Hz": (sound.narrow, Limit(0.95, 0.0)),
    "lost in mono, dB": (sound.mono_loss, Limit(3.0)),
    "end cut off, dB": (sound.cut_tail, Limit(-20)),
    "silence at the end, s": (sound.dead_tail, Limit(1.5)),
    "silence at the start, s": (sound.late_start, Limit(0.4)),
    "faults of the seam": (sound.seam, Limit(0)),
    "step over the seam, LU": (sound.seam_step, Limit(2.0)),
    "loudness range, LU": (sound.flat_dynamics, Limit(least=1.5)),
}
ALIKE = Limit(0.72)
"""Agreement of two takes of one order (`bot.finishing.likeness`: 0.5 unrelated, 0.8 a sibling)."""


@lru_cache(maxsize=1)
def _kitchen() -> tuple[MoodBook, Composer]:
    book = load_moods(MOODS)
    return book, Composer(book)


def _briefs(book: MoodBook, rounds: int, lengths: Sequence[int]) -> Iterator[tuple[Brief, int]]:
    """Yield every pair of mood and style ``rounds`` times, the lengths and purposes going round."""
    purposes = list(book.purposes)
    pairs = [(mood, style) for mood in book.moods for style in book.styles]
    for index in range(rounds * len(pairs)):
        mood, style = pairs[index % len(pairs)]
        turn = index + index // len(book.styles) + index // len(pairs)
        brief = Brief(mood, lengths[turn % len(lengths)], purposes[(index * 5 + turn) % len(purposes)], style=style)
        yield brief, SEED + index


def read(job: tuple[Brief, int]) -> Values:
    """Return what can be measured of one score."""
    plan = make(*job, _kitchen()[0])
    piece = tune.Piece(plan, arrange(plan))
    return _measured(piece, READ)


def hear(job: tuple[Brief, int]) -> Values:
    """Return what can be measured of one piece's sound."""
    (brief, seed), (book, composer) = job, _kitchen()
    (take,) = composer.generate(Request(brief, (seed,), stems=True), lambda share: None)
    assert take.score is not None
    song = Song.from_json(take.score["song"])
    piece = tune.Piece(Plan.from_json(take.score["plan"]), song)
    target = Target(
        song.seconds, book.purposes[brief.purpose].loudness, loop=song.loop, tempo_bpm=take.tempo_bpm,
        beats_per_bar=take.beats_per_bar,
    )  # fmt: skip
    master = finish(take.audio, take.rate, target)
    return _measured(sound.Sounding(piece, take.audio, take.stems, master), HEARD)


def alike(brief: Brief) -> float:
    """Return how alike the most alike of four takes of one order are."""
    _, composer = _kitchen()
    takes = composer.generate(Request(brief, tuple(range(SEED, SEED + 4))), lambda share: None)
    prints = [fingerprint(take.audio, take.rate) for take in takes]
    return max(agreement(one, other) for one, other in combinations(prints, 2))


def _measured(piece: T, table: dict[str, tuple[Callable[[T], float | None], Limit]]) -> Values:
    found = {name: measure(piece) for name, (measure, _) in table.items()}
    return {name: float(value) for name, value in found.items() if value is not None}


def _line(name: str, values: Sequence[float], limit: Limit) -> None:
    failed = sum(map(limit.fails, values))
    if not values:
        return
    print(
        f"{name:28}{len(values):8}{np.median(values):10.2f}{limit.worst(values):10.2f}  {limit!s:16}"
        f"{failed:6}  {100 * failed / len(values):5.1f} %",
        flush=True,
    )


def _table(
    jobs: Sequence[tuple[Brief, int]], found: Sequence[Values], limits: dict[str, Limit], *, worst: bool
) -> None:
    print(f"\n{'measure':28}{'pieces':>8}{'median':>10}{'9 of 10':>10}  {'limit':16}{'fail':>6}")
    for name, limit in limits.items():
        values = [(values[name], job) for values, job in zip(found, jobs, strict=True) if name in values]
        _line(name, [value for value, _ in values], limit)
        bad = [pair for pair in values if limit.fails(pair[0])]
        for value, (brief, seed) in sorted(bad, key=lambda pair: -abs(pair[0]))[: 8 if worst else 0]:
            print(f"      {value:9.2f}  {brief.mood} {brief.style} {brief.seconds} s {brief.purpose}, seed {seed}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scores", action="store_true", help="leave out what needs sound")
    parser.add_argument("--worst", action="store_true", help="name the worst pieces")
    parser.add_argument("--rounds", type=int, default=2, help="how often every mood meets every style (default 2)")
    options = parser.parse_args()
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")
    book = load_moods(MOODS)
    table = partial(_table, worst=options.worst)
    with ProcessPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        jobs = list(_briefs(book, options.rounds, SCORE_SECONDS))
        table(jobs, list(pool.map(read, jobs, chunksize=8)), {name: limit for name, (_, limit) in READ.items()})
        if options.scores:
            return
        every = list(_briefs(book, 1, SOUND_SECONDS))
        jobs = [every[(index * 31) % len(every)] for index in range(SOUNDING)]
        table(jobs, list(pool.map(hear, jobs)), {name: limit for name, (_, limit) in HEARD.items()})
        orders = [Brief(mood, 30, "youtube") for mood in list(book.moods)[::3]]
        _line("four takes, most alike", list(pool.map(alike, orders)), ALIKE)


if __name__ == "__main__":
    main()
