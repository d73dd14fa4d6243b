"""How often is the inaudible mark heard, where it is and where it is not? ``python -m benchmarks.watermark``.

    python -m benchmarks.watermark [pieces] [keys]

Pieces of the built-in composer, each mood in turn, mastered as they are sold. Marked, they are brought back whole, cut
and re-encoded (the encodings need ffmpeg). Unmarked, they are listened to with keys that never marked anything, in
windows of several lengths and as a loop that runs for minutes, at every speed and beginning that `detect` looks
through; what one window sounds like is worked out once and held against every key.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from bot.delivery import detector
from bot.delivery.watermark import embed, pattern
from bot.finishing.master import Target, finish
from bot.generation.engine import Request
from bot.generation.engines.composer.engine import Composer
from bot.orders.brief import Brief
from bot.settings.files import default_folder
from bot.settings.moods import load_moods

SECONDS = 42
"""Length of a piece."""

WINDOWS = (10.0, 20.0, 40.0)
"""Seconds listened to."""

LOOPED = 6
"""How often a loop of 20 s is played on end."""

KEY = b"k" * 32
SENT = {
    "MP3 64 kbit/s": ("-b:a 64k", "mp3"), "AAC 128 kbit/s": ("-b:a 128k", "m4a"),
    "Opus 48 kbit/s": ("-c:a libopus -b:a 48k", "opus"), "3 % faster": ("-af atempo=1.03", "wav"),
}  # fmt: skip
Audio = NDArray[np.float32]


def main(pieces: int, keys: int) -> None:
    """Measure and print two tables."""
    signs = [pattern(hashlib.sha256(f"no mark {number}".encode()).digest()) for number in range(keys)]
    found: dict[str, list[float]] = {}
    unmarked: dict[str, list[float]] = {}
    for audio, rate in _music(pieces):
        for way, sound, its_rate in _brought(embed(audio, rate, KEY), rate):
            found.setdefault(way, []).append(detector.detect(sound, its_rate, KEY).score)
        for seconds in WINDOWS:
            for start in np.arange(0.0, SECONDS - seconds + 0.01, seconds):
                window = _cut(audio, rate, start, start + seconds)
                unmarked.setdefault(f"{seconds:g} s", []).extend(_scores(window, rate, signs))
        loop = np.tile(_cut(audio, rate, 10.0, 30.0), (1, LOOPED))
        unmarked.setdefault(f"20 s, {LOOPED} times over", []).extend(_scores(loop, rate, signs))
    console = Console()
    table = Table("brought back as", "found", "lowest", "median", title="Marked music")
    for way, scores in found.items():
        heard = f"{sum(score >= detector.CERTAIN for score in scores)} of {len(scores)}"
        table.add_row(way, heard, f"{min(scores):.1f}", f"{np.median(scores):.1f}")
    console.print(table)
    table = Table(
        "window", "trials", "median", "99.9 %", "highest", f"needed {detector.CERTAIN}", title="Unmarked music"
    )
    for name, scores in (*unmarked.items(), ("all", [score for some in unmarked.values() for score in some])):
        false = f"{sum(score >= detector.CERTAIN for score in scores)} false"
        middle, rare = np.percentile(scores, (50, 99.9))
        table.add_row(name, str(len(scores)), f"{middle:.2f}", f"{rare:.2f}", f"{max(scores):.2f}", false)
    console.print(table)


def _music(pieces: int) -> Iterator[tuple[Audio, int]]:
    book = load_moods(default_folder() / "moods.toml")
    composer, moods = Composer(book), list(book.moods)
    for number in range(pieces):
        brief = Brief(moods[number % len(moods)], SECONDS, "youtube")
        (take,) = composer.generate(Request(brief, (9000 + number,)), lambda _share: None)
        finished = finish(take.audio, take.rate, Target(float(SECONDS)))
        yield finished.audio, finished.rate


def _cut(audio: Audio, rate: int, start: float, end: float) -> Audio:
    return audio[:, round(start * rate) : round(end * rate)]


def _brought(marked: Audio, rate: int) -> Iterator[tuple[str, Audio, int]]:
    yield "whole", marked, rate
    for start, end in ((5.0, 15.0), (5.0, 25.0)):
        yield f"{end - start:g} s of it", _cut(marked, rate, start, end), rate
    if shutil.which("ffmpeg") is None:
        return
    with tempfile.TemporaryDirectory() as folder:
        soundfile.write(Path(folder, "cut.wav"), _cut(marked, rate, 5.0, 25.0).T, rate, subtype="PCM_24")
        for way, (arguments, ending) in SENT.items():
            for source, target, how in (
                ("cut.wav", f"sent.{ending}", arguments.split()),
                (f"sent.{ending}", "out.wav", []),
            ):
                command = ["ffmpeg", "-v", "error", "-y", "-i", source, *how, target]
                subprocess.run(command, cwd=folder, check=True)
            sound, its_rate = soundfile.read(Path(folder, "out.wav"), dtype="float32", always_2d=True)
            yield f"20 s of it, {way}", sound.T, its_rate


def _scores(audio: Audio, rate: int, signs: list[NDArray[np.float64]]) -> list[float]:
    """Return what `detect` would score a window with every pattern: the best over speeds and beginnings."""
    best = np.zeros(len(signs))
    for cleared, _speed in detector.listened(audio, rate):
        best = np.maximum(best, [detector.correlated(cleared, one) for one in signs])
    return [float(score) for score in best]


if __name__ == "__main__":
    given = [int(argument) for argument in sys.argv[1:]]
    main(*(given + [26, 40][len(given) :]))
