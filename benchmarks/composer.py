"""What one take costs from brief to files: CPU seconds per second of music by step, and the memory of its process.

    python -m benchmarks.composer [SECONDS ...]      (default: 60 180 600)

Each piece in a fresh process, samples decoded anew; imports are left out of the time and counted in the memory. Work is
user and system CPU time of the process, its encoder threads included. Reels (`bot.finishing.reel`) of more than a
minute lie in temporary files whose pages are let go, so that memory stays where it is as pieces get longer.
"""

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from bot.finishing.deliverables import write_files
from bot.finishing.encode import encode
from bot.finishing.likeness import fingerprint
from bot.finishing.master import Target, finish
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.moods import load_moods

MOODS = Path(__file__).parent.parent / "config" / "moods.toml"
KINDS = (
    ("calm", "acoustic", False),
    ("chill", "lo-fi", False),
    ("energetic", "electronic", False),
    ("epic", "cinematic", False),
    ("epic", "cinematic", True),
)
LONG = ("epic", "cinematic", False)
"""Of more than a minute, one kind is enough: the cost by length."""


@dataclass(frozen=True, slots=True)
class Figures:
    """CPU seconds to compose, to master (its facts included), to encode an MP3, and for all files of a take; MB."""

    composed: float
    mastered: float
    mp3: float
    files: float
    memory: float


def measured(mood: str, style: str, seconds: int, loop: bool) -> Figures:
    """Make one piece in this process, the bank's opening included, and write its files."""
    marks = [time.process_time()]
    brief = Brief(mood, seconds, "youtube", style=style, loop=loop)
    (take,) = Composer(load_moods(MOODS)).generate(Request(brief, (1,)), lambda share: None)
    marks.append(time.process_time())
    target = Target(float(seconds), loop=loop, tempo_bpm=take.tempo_bpm, beats_per_bar=take.beats_per_bar)
    finished = finish(take.audio, take.rate, target)
    fingerprint(finished.audio, finished.rate, finished.heard.curves)
    marks.append(time.process_time())
    with tempfile.TemporaryDirectory() as folder:
        encode(finished.audio, finished.rate, Path(folder) / "master.mp3", "mp3")
        marks.append(time.process_time())
        write_files(finished, Path(folder), kinds=("wav",))
        encode(take.audio, take.rate, Path(folder) / "raw.flac", "flac")
        marks.append(time.process_time())
    composed, mastered, mp3, files = (end - start for start, end in pairwise(marks))
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Figures(composed, mastered, mp3, files, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit)


def main() -> None:
    """Print a table, each line from a fresh process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="*", type=int, default=[60, 180, 600])
    lengths = parser.parse_args().seconds
    # As the studio's processes are: one thread each, so that no thread's waiting counts as work.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
    columns = ("compose", "master", "mp3", "sum", "x real time", "other files", "peak MB")
    print(f"{'s of work per s of music':34}" + "".join(f"{column:>13}" for column in columns))
    for seconds in lengths:
        for mood, style, loop in KINDS if seconds <= 60 else (LONG,):
            with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
                found = pool.submit(measured, mood, style, seconds, loop).result()
            name = f"{mood} {style} {seconds} s{' loop' if loop else ''}"
            shares = [step / seconds for step in (found.composed, found.mastered, found.mp3)]
            print(
                f"{name:34}" + "".join(f"{share:13.3f}" for share in (*shares, sum(shares)))
                + f"{1 / shares[1]:13.0f}{found.files / seconds:13.3f}{found.memory:13.0f}",
                flush=True,
            )  # fmt: skip


if __name__ == "__main__":
    main()
