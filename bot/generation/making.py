"""A take is made: composed, finished, checked against its order and everything sold, again with another seed while it
misses. Everything here blocks and runs in the studio's processes.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.finishing.check import Expectation, check, misses
from bot.finishing.corrections import Corrections
from bot.finishing.encode import write_bytes
from bot.finishing.known import KNOWN, known_works
from bot.finishing.likeness import Fingerprint, fingerprint, library, most_alike
from bot.finishing.master import Target, finish
from bot.generation.aims import expectation_of, target_of
from bot.generation.engine import Engine, Take
from bot.generation.played import read_played
from bot.generation.requests import request_of
from bot.generation.revising import EDITED, strangers
from bot.generation.rights import engine_kind
from bot.generation.ruled_out import only_asked
from bot.generation.studio import Report
from bot.generation.takecard import Made, write_down
from bot.generation.takework import TakeWork, played_file
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods
from bot.settings.shop import known_folder, soundfont

COMPOSED = 0.6
"""Share of a take's work that the engine does."""

FINISHED = 0.7
"""Share of the work that is done once a take is finished; what is left is comparing and encoding."""

ATTEMPTS = 3
"""How often a take that misses its order is made, with another seed each time."""


def make_take(report: Report, work: TakeWork) -> dict[str, Any]:
    """Compose, finish and check one take, again with another seed while it misses its order, and write it down.

    Returns how it stands in the order. Blocks: runs in the studio.

    :raises EngineFailed: if the engine or an encoder fails.
    """
    # 1. Made and finished, at most ATTEMPTS times; of those that miss the order the nearest is kept, and its card says
    #    what it misses.
    sold = others(work)
    made = attempt(report, work, sold, 0)
    for number in range(1, ATTEMPTS):
        if not misses(made.found):
            break
        made = min(made, attempt(report, work, sold, number), key=lambda one: len(misses(one.found)))
    return write_down(report, work, made)


def finish_take(report: Report, work: TakeWork, number: int, file: Path) -> dict[str, Any] | None:
    """Finish and check an attempt that was played in the engine room; None says that it misses its order and another
    seed should be tried. Of the last attempt and those before it the nearest is kept, as in `make_take`.

    :raises EngineFailed: if the file cannot be read or an encoder fails.
    """
    sold = others(work)
    made = judged(report, work, read_played(file), sold)
    missed = len(misses(made.found))
    if missed and number + 1 < ATTEMPTS:
        write_bytes(str(missed).encode(), file.with_suffix(".misses"))
        return None
    earlier = [played_file(work, before) for before in range(number)]
    best = min(earlier, key=lambda one: int(one.with_suffix(".misses").read_text()), default=None) if missed else None
    if best is not None and int(best.with_suffix(".misses").read_text()) <= missed:
        made = judged(report, work, read_played(best), sold)
    card = write_down(report, work, made)
    for one in (*earlier, file):
        one.unlink(missing_ok=True)
        one.with_suffix(".misses").unlink(missing_ok=True)
    return card


def attempt(report: Report, work: TakeWork, sold: Mapping[str, Fingerprint], number: int) -> Made:
    """Make a take by its seed of that number, finish it, and check it against the order and everything sold."""
    engine = instruments_of(work.engine, work.places)
    request, way = request_of(work, number, engine)
    (take,) = engine.generate(request, lambda share: report(share * COMPOSED))
    return judged(report, work, replace(take, made=take.made | {"way": way}), sold)


def others(work: TakeWork) -> dict[str, Fingerprint]:
    """Return everything that a take may not be like: what was sold to others, and the operator's known works."""
    found = dict(strangers(library(work.sold), work.kin))
    if folder := known_folder(work.places):
        found |= known_works(folder, work.sold.parent / KNOWN)
    return found


def judged(report: Report, work: TakeWork, take: Take, sold: Mapping[str, Fingerprint]) -> Made:
    """Finish a take and check it against the order and everything sold."""
    report(COMPOSED)
    book = book_of(work.places)
    purpose = book.purposes[work.brief.purpose]
    target = target_of(work.brief, purpose, take)
    finished = finish(take.audio, take.rate, target, carried(work, take, target), stems=take.stems)
    report(FINISHED)
    print_ = fingerprint(finished.audio, finished.rate, finished.heard.curves)
    likest = most_alike(print_, sold)
    found = check(finished.facts, finished.asked, expected_of(work, book), likest)
    likeness = {"compared": len(sold)} | ({"agreement": round(likest.agreement, 4)} if likest else {})
    unheard = only_asked(work.brief, take.engine, take.made, book)
    return Made(take, finished, print_, found, likeness, str(take.made.get("way", "")), unheard)


def carried(work: TakeWork, take: Take, target: Target) -> Corrections:
    """Return what the operator corrected about the piece that a take changes; nothing if the take is another piece.

    Sound that was changed has been cut already; what is played anew from its score begins and ends as before the cut.
    """
    if work.change is None or take.made.get("way") != EDITED:
        return Corrections()
    return work.change.approved.carried(target, cut=take.score is not None)


def expected_of(work: TakeWork, book: MoodBook) -> Expectation:
    """Return what a take should be like. A buyer who asked for a calmer piece is not measured by its mood's energy."""
    expected = expectation_of(work.brief, book)
    if work.change is None or not work.change.edits:
        return expected
    return Expectation(tempo_bpm=expected.tempo_bpm, key=expected.key)


@cache
def instruments_of(name: str, places: tuple[Path, ...]) -> Engine:
    """Return the loaded engine, once per process."""
    engine = engine_kind(name)(book_of(places), soundfont(places))
    engine.load()
    return engine


@cache
def book_of(places: tuple[Path, ...]) -> MoodBook:
    """Return the moods, once per process."""
    return load_moods(config_file("moods.toml", places))
