"""The hand for ``compose``: a paid brief becomes takes that are made, finished, checked, drawn and ranked.

Each take is one piece of work in the studio and leaves a folder ``orders/<id>/r<round>/t<index>``; its ``take.json`` is
written last, so that after a crash only what is not finished is made again. Seeds come from order, round and index:
the same work gives the same music.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from bot.finishing.check import Expectation, check, misses
from bot.finishing.deliverables import write_files
from bot.finishing.encode import encode, write_bytes
from bot.finishing.findings import Finding
from bot.finishing.known import KNOWN, known_works
from bot.finishing.likeness import LIBRARY, Fingerprint, fingerprint, library, most_alike
from bot.finishing.master import Finished, finish
from bot.finishing.measure import Facts
from bot.finishing.preview import Span
from bot.finishing.rank import Candidate, rank
from bot.finishing.reel import read
from bot.finishing.waveform import Lane, picture
from bot.generation.aims import expectation_of, target_of
from bot.generation.engine import Engine, Take
from bot.generation.played import read_played, write_state
from bot.generation.requests import request_of
from bot.generation.revising import change_of, strangers
from bot.generation.rights import engine_kind
from bot.generation.scores import SCORE_FILES, write_score
from bot.generation.studio import Report, Studio
from bot.generation.takework import Learn, Room, played_file
from bot.generation.takework import TakeWork as TakeWork
from bot.orders.facts import TakesReady
from bot.orders.order import Order
from bot.orders.revision import root_of, source_of
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods
from bot.settings.shop import known_folder, soundfont
from bot.storage.jobs import Job, Jobs
from bot.storage.media import Media

COMPOSED = 0.6
"""Share of a take's work that the engine does; the rest is finishing and encoding."""

ATTEMPTS = 3
"""How often a take that misses its order is made, with another seed each time."""

SAY_EVERY = 1.0
"""Seconds between two notes of progress in the queue."""

CARD = "take.json"
FILES = {
    "master": "master.wav",
    "preview": "preview.mp3",
    "waveform": "waveform.png",
    "raw": "raw.flac",
    "fingerprint": "fingerprint.bin",
}
"""What every take's folder holds, by role."""
Family = Callable[[str], Awaitable[Sequence[Order]]]
"""Returns all orders that grew out of one, and that one itself, by its id."""

LEVELS = {"fine": "info", "note": "info", "warning": "warn", "miss": "bad"}


class Composing:
    """Makes the takes of an order. ``places`` are the config folders, ``count`` the takes of a round.

    ``family`` looks up what a revision has grown out of; ``room`` is where engines that make batches play, and
    ``learn`` hears how long orders took.
    """

    def __init__(
        self,
        studio: Studio,
        media: Media,
        jobs: Jobs,
        places: Sequence[Path],
        engine: str,
        count: int,
        family: Family,
        room: Room | None = None,
        learn: Learn | None = None,
    ) -> None:
        self._studio = studio
        self._media = media
        self._jobs = jobs
        self._places = tuple(places)
        self._engine = engine
        self._count = count
        self._family = family
        self._room = room
        self._learn = learn
        self._in_hand = 0

    async def compose(self, job: Job, order: Order) -> TakesReady | None:
        """Make all takes of the order's round side by side, draw them, and rank them.

        :raises EngineFailed: if a take cannot be made; what is finished is kept for the next try.
        """
        round_ = job.data["round"]
        if order.round != round_:
            return None
        kin = {one.id: one for one in await self._family(root_of(order))} if source_of(order) else {}
        await self._media.fetch_folder(LIBRARY)
        if source := source_of(order):
            await self._media.fetch_folder(source.key)
        works = [self._work(order, round_, index, kin) for index in range(1, self._count + 1)]
        shares = [0.0] * self._count
        say = asyncio.create_task(self._say(job, shares))
        started, self._in_hand = time.monotonic(), self._in_hand + 1
        try:
            made = await asyncio.gather(*(self._take(work, shares) for work in works))
            if self._learn is not None:  # orders in hand at once share the machine, so each took its part of the time
                await self._learn((time.monotonic() - started) / self._in_hand, float(order.brief.seconds))
        finally:
            self._in_hand -= 1
            say.cancel()
            await asyncio.wait([say])  # its last word is said before the hand ends
        key = f"orders/{order.id}/r{round_}"
        ranked = await self._studio.run(conclude, list(made), works, self._media.folder(key))
        await self._media.keep(key)
        return TakesReady(round_, ranked)

    async def _take(self, work: TakeWork, shares: list[float]) -> dict[str, Any]:
        def note(share: float) -> None:
            shares[work.index - 1] = share

        take = await asyncio.to_thread(_finished, work.folder)
        if take is None and self._room is None:
            take = await self._studio.watched(note, make_take, work)
        for number in itertools.count() if take is None else ():
            take = await self._studio.watched(note, finish_take, work, number, await self._played(work, number, note))
            if take is not None:
                break
        assert take is not None
        note(1.0)
        return take

    async def _played(self, work: TakeWork, number: int, note: Report) -> Path:
        """Return the file of an attempt as the engine room played it; after a crash it may be there already."""
        assert self._room is not None
        file = played_file(work, number)
        if not await asyncio.to_thread(file.is_file):
            await self._room.play(work, number, file, lambda share: note(share * COMPOSED))
        return file

    async def _say(self, job: Job, shares: list[float]) -> None:
        while True:
            await self._jobs.heartbeat(job, progress=sum(shares) / len(shares))
            await asyncio.sleep(SAY_EVERY)

    def _work(self, order: Order, round_: int, index: int, kin: Mapping[str, Order]) -> TakeWork:
        key = f"orders/{order.id}/r{round_}/t{index}"
        source = source_of(order)
        parent = kin.get(source.order) if source else None
        return TakeWork(
            self._engine,
            self._places,
            order.brief,
            index,
            self._media.folder(key),
            key,
            self._media.path(LIBRARY),
            change_of(order, index, parent.brief if parent else None, self._media),
            tuple(kin),
        )


@dataclass(frozen=True, slots=True)
class Made:
    """One attempt at a take: as the engine played it, as it was finished, its fingerprint, what was found, and
    how many pieces it was compared with and how alike the nearest is.

    ``way`` says how a revision was made, "edited" or "anew"; it is "" for a new piece.
    """

    take: Take
    finished: Finished
    print: Fingerprint
    found: tuple[Finding, ...]
    likeness: dict[str, float]
    way: str = ""


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
    return _written(report, work, made)


def finish_take(report: Report, work: TakeWork, number: int, file: Path) -> dict[str, Any] | None:
    """Finish and check an attempt that was played in the engine room; None says that it misses its order and another
    seed should be tried. Of the last attempt and those before it the nearest is kept, as in `make_take`.

    :raises EngineFailed: if the file cannot be read or an encoder fails.
    """
    sold = others(work)
    made = _judged(work, read_played(file), sold)
    missed = len(misses(made.found))
    if missed and number + 1 < ATTEMPTS:
        write_bytes(str(missed).encode(), file.with_suffix(".misses"))
        return None
    earlier = [played_file(work, before) for before in range(number)]
    best = min(earlier, key=lambda one: int(one.with_suffix(".misses").read_text()), default=None) if missed else None
    if best is not None and int(best.with_suffix(".misses").read_text()) <= missed:
        made = _judged(work, read_played(best), sold)
    card = _written(report, work, made)
    for one in (*earlier, file):
        one.unlink(missing_ok=True)
        one.with_suffix(".misses").unlink(missing_ok=True)
    return card


def _written(report: Report, work: TakeWork, made: Made) -> dict[str, Any]:
    """Write a take down; the second half of `make_take`."""
    report(0.75)
    # 2. Written: the master, its preview and picture; the take itself and its score are kept for corrections.
    written = write_files(made.finished, work.folder, kinds=("wav",), label=str(work.index))
    encode(made.take.audio, made.take.rate, work.folder / "raw.flac", "flac")
    write_bytes(made.print.to_bytes(), work.folder / "fingerprint.bin")
    if made.take.score is not None:
        write_score(made.take.score, work.folder)
    write_state(made.take, work.folder)
    # 3. The card last: a folder with a card is finished.
    card = _card(work, made) | {"preview": [written.preview.start, written.preview.seconds]}
    write_bytes(json.dumps(card, ensure_ascii=False).encode(), work.folder / CARD)
    report(1.0)
    return card


def attempt(report: Report, work: TakeWork, sold: Mapping[str, Fingerprint], number: int) -> Made:
    """Make a take by its seed of that number, finish it, and check it against the order and everything sold."""
    engine = _instruments(work.engine, work.places)
    request, way = request_of(work, number, engine)
    (take,) = engine.generate(request, lambda share: report(share * COMPOSED))
    return _judged(work, replace(take, made=take.made | {"way": way}), sold)


def others(work: TakeWork) -> dict[str, Fingerprint]:
    """Return everything that a take may not be like: what was sold to others, and the operator's known works."""
    found = dict(strangers(library(work.sold), work.kin))
    if folder := known_folder(work.places):
        found |= known_works(folder, work.sold.parent / KNOWN)
    return found


def _judged(work: TakeWork, take: Take, sold: Mapping[str, Fingerprint]) -> Made:
    """Finish a take and check it against the order and everything sold."""
    book = _book(work.places)
    purpose = book.purposes[work.brief.purpose]
    finished = finish(take.audio, take.rate, target_of(work.brief, purpose, take), stems=take.stems)
    print_ = fingerprint(finished.audio, finished.rate, finished.heard.curves)
    likest = most_alike(print_, sold)
    found = check(finished.facts, finished.target, expected_of(work, book), likest)
    likeness = {"compared": len(sold)} | ({"agreement": round(likest.agreement, 4)} if likest else {})
    return Made(take, finished, print_, found, likeness, str(take.made.get("way", "")))


def expected_of(work: TakeWork, book: MoodBook) -> Expectation:
    """Return what a take should be like. A buyer who asked for a calmer piece is not measured by its mood's energy."""
    expected = expectation_of(work.brief, book)
    if work.change is None or not work.change.edits:
        return expected
    return Expectation(tempo_bpm=expected.tempo_bpm, key=expected.key)


def conclude(takes: list[dict[str, Any]], works: Sequence[TakeWork], into: Path) -> list[dict[str, Any]]:
    """Rank the takes of a round (1 is the best fit, with the reason in one sentence) and draw them under each other.

    Returns the takes with ``rank`` and ``reason``, and leaves ``overview.png``. Blocks: runs in the studio.
    """
    facts = [Facts.from_json(take["facts"]) for take in takes]
    expected = expected_of(works[0], _book(works[0].places))
    found = [tuple(Finding.from_json(entry) for entry in take["checked"]) for take in takes]
    for place in rank([Candidate(*pair) for pair in zip(facts, found, strict=True)], expected):
        takes[place.index] |= {"rank": place.place, "score": round(place.score, 1), "reason": told(place.reason)}
    draw([lane(work.folder) for work in works], takes[0]["target_lufs"], into / "overview.png")
    return [{name: value for name, value in take.items() if name not in ("facts", "checked")} for take in takes]


def lane(folder: Path) -> Lane:
    """Return a finished take as it is drawn."""
    card = json.loads((folder / CARD).read_text("utf-8"))
    audio, rate = read(folder / FILES["master"])
    return Lane(audio, rate, Facts.from_json(card["facts"]), str(card["index"]), Span(*card["preview"]))


def draw(lanes: list[Lane], lufs: float, into: Path) -> None:
    """Draw takes under each other."""
    write_bytes(picture(lanes, lufs), into)


@cache
def _instruments(name: str, places: tuple[Path, ...]) -> Engine:
    """Return the loaded engine, once per process."""
    engine = engine_kind(name)(_book(places), soundfont(places))
    engine.load()
    return engine


@cache
def _book(places: tuple[Path, ...]) -> MoodBook:
    """Return the moods, once per process."""
    return load_moods(config_file("moods.toml", places))


def _finished(folder: Path) -> dict[str, Any] | None:
    """Return the card of a take that an earlier try finished."""
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return card if isinstance(card, dict) else None


def _card(work: TakeWork, made: Made) -> dict[str, Any]:
    take, finished, found = made.take, made.finished, made.found
    facts, files = finished.facts, dict(FILES if take.score is None else FILES | SCORE_FILES)
    return {
        "index": work.index,
        "seed": take.seed,
        "engine": take.engine,
        "model": take.model,
        "revision": take.revision,
        "licence": engine_kind(take.engine).rights.weights_licence,
        **({"made": dict(take.made)} if take.made else {}),
        "seconds": facts.seconds,
        "tempo_bpm": take.tempo_bpm if take.tempo_bpm is not None else facts.tempo_bpm,
        "key": take.key or facts.key,
        "lufs": round(facts.lufs, 2),
        "true_peak_dbtp": round(facts.true_peak_dbtp, 2),
        "target_lufs": finished.target.lufs,
        "target": finished.target.to_json(),
        "findings": [told(finding) for finding in (*found, *finished.done) if worth_saying(finding)],
        "files": {role: f"{work.key}/{name}" for role, name in files.items()},
        "facts": facts.to_json(),
        "checked": [finding.to_json() for finding in found],
        "corrections": finished.corrections.to_json(),
        "likeness": made.likeness,
        **({"way": made.way} if made.way else {}),
    }


def worth_saying(finding: Finding) -> bool:
    """Return whether a finding is told: what is wrong, and that the take is like nothing sold before."""
    return finding.level != "fine" or finding.text == "check-likeness-fine"


def told(finding: Finding) -> dict[str, Any]:
    """Return a finding as it stands in the order."""
    return finding.to_json() | {"level": LEVELS[finding.level]}
