"""How fast the finishing room is: seconds of work per piece, by step, on this machine.

    python -m benchmarks.finishing [SECONDS ...]      (default: 60 and 600)

Work is CPU time of this process; "x real time" is music over work. The music is the tests' band, so the figures need
no engine. `--known N` sets how many earlier pieces the likeness search is timed against (default 2000).
"""

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from bot.finishing.deliverables import write_files
from bot.finishing.encode import FORMATS, encode, formats
from bot.finishing.features import features
from bot.finishing.likeness import Fingerprint, fingerprint, most_alike
from bot.finishing.master import Target, finish
from bot.finishing.measure import measure
from bot.finishing.preview import telling_span
from bot.finishing.seam import measure_seam, repair_seam
from bot.finishing.waveform import Lane, picture
from tests.finishing.music import RATE, Song, play


@dataclass
class Table:
    """Lines of the report: what was done, the work it took, and what it is beside the music's length."""

    seconds: float

    def timed(self, name: str, work: Callable[[], Any]) -> Any:
        """Do the work, print its line, return its result."""
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        speed = self.seconds / max(cpu, 1e-9)
        print(f"  {name:<34} {cpu:7.3f} s work {wall:7.3f} s wall {cpu / self.seconds:8.4f} s/s {speed:8.0f} x")
        return result


def bench(seconds: float, folder: Path) -> None:
    """Time every step on one piece."""
    music = play(Song(120.0, seconds))
    table = Table(seconds)
    print(f"{seconds:.0f} s of music")
    finish(music[:, : 10 * RATE], RATE, Target(10.0))
    finished = table.timed("finish (master and its facts)", lambda: finish(music, RATE, Target(seconds, fade_out=2.0)))
    table.timed("finish, loop mended", lambda: finish(music, RATE, Target(seconds - 1.0, loop=True)))
    facts = table.timed("measure alone", lambda: measure(music, RATE, tempo_bpm=120.0))
    table.timed("features alone", lambda: features(music, RATE))
    table.timed("measure seam", lambda: measure_seam(music, RATE))
    table.timed("repair seam", lambda: repair_seam(music, RATE, music.shape[1] - RATE))
    table.timed("choose preview", lambda: telling_span(music, RATE))
    table.timed("picture of three", lambda: picture([Lane(music, RATE, facts, label) for label in "123"], -14.0))
    table.timed("files: wav, mp3, preview, picture", lambda: write_files(finished, folder))
    for kind in formats():
        place = folder / f"bench{FORMATS[kind].suffix}"
        table.timed(f"encode {kind}", partial(encode, finished.audio, RATE, place, kind))
    table.timed("fingerprint", lambda: fingerprint(music, RATE))


def search(known: int) -> None:
    """Time the likeness search against many pieces of a minute."""
    chance = np.random.default_rng(1)
    rows = chance.integers(-20, 20, (known, 480, 24), dtype=np.int8)
    library = {str(index): Fingerprint(values) for index, values in enumerate(rows)}
    probe = fingerprint(play(Song(120.0, 60.0)), RATE)
    print(f"likeness against {known} pieces of a minute")
    Table(60.0).timed("most_alike", lambda: most_alike(probe, library))


def main() -> None:
    """Read the arguments and print the report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", nargs="*", type=float, default=[60.0, 600.0])
    parser.add_argument("--known", type=int, default=2000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for seconds in asked.seconds:
            bench(seconds, Path(folder))
    search(asked.known)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
