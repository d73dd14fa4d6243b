"""How often is the inaudible mark heard where there is none? ``python -m benchmarks.watermark [pieces] [keys]``.

Unmarked pieces of the built-in composer, each mood in turn, are listened to with keys that never marked anything, in
windows of several lengths, at every speed and beginning that `detect` looks through. What one window sounds like is
worked out once and held against every key, so that thousands of trials take minutes.
"""

import hashlib
import sys
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bot.delivery import watermark as mark
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.files import default_folder
from bot.settings.moods import load_moods

WINDOWS = (10.0, 20.0, 40.0)
"""Seconds listened to."""


def main(pieces: int, keys: int) -> None:
    """Measure and print a table."""
    patterns = [mark._pattern(hashlib.sha256(f"no mark {number}".encode()).digest()) for number in range(keys)]
    scores: dict[float, list[float]] = {seconds: [] for seconds in WINDOWS}
    for audio, rate in _music(pieces):
        for seconds in WINDOWS:
            for start in _starts(audio.shape[1] / rate, seconds):
                window = audio[:, round(start * rate) : round((start + seconds) * rate)]
                scores[seconds] += _scores(window, rate, patterns)
    table = Table("window", "trials", "median", "99.9 %", "highest", f"needed {mark.CERTAIN}", title="Unmarked music")
    everything = [score for found in scores.values() for score in found]
    for name, found in (*((f"{seconds:g} s", found) for seconds, found in scores.items()), ("all", everything)):
        high = f"{sum(score >= mark.CERTAIN for score in found)} false"
        middle, rare = np.percentile(found, (50, 99.9))
        table.add_row(name, str(len(found)), f"{middle:.2f}", f"{rare:.2f}", f"{max(found):.2f}", high)
    Console().print(table)


def _music(pieces: int) -> Iterator[tuple[NDArray[np.float32], int]]:
    book = load_moods(default_folder() / "moods.toml")
    composer, moods = Composer(book), list(book.moods)
    for number in range(pieces):
        brief = Brief(moods[number % len(moods)], 42, "youtube")
        (take,) = composer.generate(Request(brief, (9000 + number,)), lambda _share: None)
        yield take.audio, take.rate


def _starts(length: float, seconds: float) -> list[float]:
    return list(np.arange(0.0, length - seconds + 0.01, seconds))


def _scores(audio: NDArray[np.float32], rate: int, patterns: list[NDArray[np.float64]]) -> list[float]:
    """Return what `detect` would score a window with every pattern: the best over speeds and beginnings."""
    best = np.zeros(len(patterns))
    for calmed in _heard(audio, rate):
        best = np.maximum(best, [mark._correlated(calmed, pattern) for pattern in patterns])
    return [float(score) for score in best]


def _heard(audio: NDArray[np.float32], rate: int) -> Iterator[NDArray[np.float64]]:
    for running, speed in mark.listened(audio, rate):
        yield from mark.beginnings(running, speed)


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [24, 40][len(given) :]))
