"""The hand for ``compose``: a paid brief becomes takes that are made, finished, checked, drawn and ranked.

Each take is one piece of work in the studio and leaves a folder ``orders/<id>/r<round>/t<index>``; its ``take.json`` is
written last, so that after a crash only what is not finished is made again. Seeds come from order, round and index:
the same work gives the same music.
"""

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import soundfile

from bot.finishing.check import Expectation, check, misses
from bot.finishing.deliverables import write_files
from bot.finishing.encode import encode, write_bytes
from bot.finishing.findings import Finding
from bot.finishing.likeness import LIBRARY, Fingerprint, fingerprint, library, most_alike
from bot.finishing.master import Finished, Target, finish
from bot.finishing.measure import Facts
from bot.finishing.preview import Span
from bot.finishing.rank import Candidate, rank
from bot.finishing.waveform import Lane, picture
from bot.generation.engine import Engine, Request, Take
from bot.generation.rights import engine_kind
from bot.generation.scores import SCORE_FILES, write_score
from bot.generation.studio import Report, Studio
from bot.orders.brief import Brief
from bot.orders.facts import TakesReady
from bot.orders.order import Order
from bot.settings.moods import MoodBook, Purpose, load_moods
from bot.settings.shop import config_file, soundfont
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
LEVELS = {"fine": "info", "note": "info", "warning": "warn", "miss": "bad"}


@dataclass(frozen=True, slots=True)
class TakeWork:
    """One take to be made: plain enough to travel to another process."""

    engine: str
    places: tuple[Path, ...]
    brief: Brief
    index: int
    folder: Path
    key: str
    sold: Path

    def seed(self, attempt: int) -> int:
        """Return the seed of an attempt: 32 bits, the same on every machine."""
        return int.from_bytes(hashlib.sha256(f"{self.key}:{attempt}".encode()).digest()[:4])


class Composing:
    """Makes the takes of an order. ``places`` are the config folders, ``count`` the takes of a round."""

    def __init__(
        self,
        studio: Studio,
        media: Media,
        jobs: Jobs,
        places: Sequence[Path],
        engine: str,
        count: int,
    ) -> None:
        self._studio = studio
        self._media = media
        self._jobs = jobs
        self._places = tuple(places)
        self._engine = engine
        self._count = count

    async def compose(self, job: Job, order: Order) -> TakesReady | None:
        """Make all takes of the order's round side by side, draw them, and rank them.

        :raises EngineFailed: if a take cannot be made; what is finished is kept for the next try.
        """
        round_ = job.data["round"]
        if order.round != round_:
            return None
        works = [self._work(order, round_, index) for index in range(1, self._count + 1)]
        shares = [0.0] * self._count
        say = asyncio.create_task(self._say(job, shares))
        try:
            made = await asyncio.gather(*(self._take(work, shares) for work in works))
        finally:
            say.cancel()
        folder = self._media.folder(f"orders/{order.id}/r{round_}")
        return TakesReady(round_, await self._studio.run(conclude, list(made), works, folder))

    async def _take(self, work: TakeWork, shares: list[float]) -> dict[str, Any]:
        def note(share: float) -> None:
            shares[work.index - 1] = share

        take = await asyncio.to_thread(_finished, work.folder)
        if take is None:
            take = await self._studio.watched(note, make_take, work)
        note(1.0)
        return take

    async def _say(self, job: Job, shares: list[float]) -> None:
        while True:
            await self._jobs.heartbeat(job, progress=sum(shares) / len(shares))
            await asyncio.sleep(SAY_EVERY)

    def _work(self, order: Order, round_: int, index: int) -> TakeWork:
        key = f"orders/{order.id}/r{round_}/t{index}"
        sold = self._media.path(LIBRARY)
        return TakeWork(self._engine, self._places, order.brief, index, self._media.folder(key), key, sold)


@dataclass(frozen=True, slots=True)
class Made:
    """One attempt at a take: as the engine played it, as it was finished, its fingerprint, and what was found."""

    take: Take
    finished: Finished
    print: Fingerprint
    found: tuple[Finding, ...]


def make_take(report: Report, work: TakeWork) -> dict[str, Any]:
    """Compose, finish and check one take, again with another seed while it misses its order, and write it down.

    Returns how it stands in the order. Blocks: runs in the studio.

    :raises EngineFailed: if the engine or an encoder fails.
    """
    # 1. Made and finished, at most ATTEMPTS times; of those that miss the order the nearest is kept, and its card says
    #    what it misses.
    sold = library(work.sold)
    made = attempt(report, work, sold, 0)
    for number in range(1, ATTEMPTS):
        if not misses(made.found):
            break
        made = min(made, attempt(report, work, sold, number), key=lambda one: len(misses(one.found)))
    report(0.75)
    # 2. Written: the master, its preview and picture; the take itself and its score are kept for corrections.
    written = write_files(made.finished, work.folder, kinds=("wav",), label=str(work.index))
    encode(made.take.audio, made.take.rate, work.folder / "raw.flac", "flac")
    write_bytes(made.print.to_bytes(), work.folder / "fingerprint.bin")
    if made.take.score is not None:
        write_score(made.take.score, work.folder)
    # 3. The card last: a folder with a card is finished.
    card = _card(work, made) | {"preview": [written.preview.start, written.preview.seconds]}
    write_bytes(json.dumps(card, ensure_ascii=False).encode(), work.folder / CARD)
    report(1.0)
    return card


def attempt(report: Report, work: TakeWork, sold: Mapping[str, Fingerprint], number: int) -> Made:
    """Make a take by its seed of that number, finish it, and check it against the order and everything sold."""
    book, engine = _instruments(work.engine, work.places)
    request = Request(work.brief, (work.seed(number),))
    (take,) = engine.generate(request, lambda share: report(share * COMPOSED))
    purpose = book.purposes[work.brief.purpose]
    finished = finish(take.audio, take.rate, target_of(work.brief, purpose, take), stems=take.stems)
    print_ = fingerprint(finished.audio, finished.rate)
    found = check(finished.facts, finished.target, expectation_of(work.brief, book), most_alike(print_, sold))
    return Made(take, finished, print_, found)


def expectation_of(brief: Brief, book: MoodBook) -> Expectation:
    """Return what the music of a brief should be like: what was asked for, and what its mood means."""
    mood = book.moods[brief.mood]
    return Expectation(
        tempo_bpm=brief.tempo_bpm,
        tempo_range=None if brief.tempo_bpm else mood.tempo,
        key=brief.key,
        brightness=mood.brightness,
        energy=mood.energy,
        density=mood.density,
    )


def target_of(brief: Brief, purpose: Purpose, take: Take) -> Target:
    """Return what the master of a brief has to be: its exact length, the loudness and ending of its purpose."""
    loop = brief.loop or purpose.ending == "loop"
    fade_out = min(4.0, brief.seconds / 8) if purpose.ending == "fade" and not loop else 0.0
    return Target(
        float(brief.seconds), purpose.loudness, fade_out=fade_out, loop=loop, tempo_bpm=take.tempo_bpm,
        beats_per_bar=take.beats_per_bar,
    )  # fmt: skip


def conclude(takes: list[dict[str, Any]], works: Sequence[TakeWork], into: Path) -> list[dict[str, Any]]:
    """Rank the takes of a round (1 is the best fit, with the reason in one sentence) and draw them under each other.

    Returns the takes with ``rank`` and ``reason``, and leaves ``overview.png``. Blocks: runs in the studio.
    """
    facts = [Facts.from_json(take["facts"]) for take in takes]
    expected = expectation_of(works[0].brief, _instruments(works[0].engine, works[0].places)[0])
    found = [tuple(Finding.from_json(entry) for entry in take["checked"]) for take in takes]
    for place in rank([Candidate(*pair) for pair in zip(facts, found, strict=True)], expected):
        takes[place.index] |= {"rank": place.place, "score": round(place.score, 1), "reason": told(place.reason)}
    draw([lane(work.folder) for work in works], takes[0]["target_lufs"], into / "overview.png")
    return [{name: value for name, value in take.items() if name not in ("facts", "checked")} for take in takes]


def lane(folder: Path) -> Lane:
    """Return a finished take as it is drawn."""
    card = json.loads((folder / CARD).read_text("utf-8"))
    audio, rate = soundfile.read(folder / FILES["master"], dtype="float32", always_2d=True)
    return Lane(audio.T, rate, Facts.from_json(card["facts"]), str(card["index"]), Span(*card["preview"]))


def draw(lanes: list[Lane], lufs: float, into: Path) -> None:
    """Draw takes under each other."""
    write_bytes(picture(lanes, lufs), into)


@cache
def _instruments(name: str, places: tuple[Path, ...]) -> tuple[MoodBook, Engine]:
    """Return the moods and the loaded engine, once per process."""
    book = load_moods(config_file("moods.toml", places))
    engine = engine_kind(name)(book, soundfont(places))
    engine.load()
    return book, engine


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
        "seconds": facts.seconds,
        "tempo_bpm": take.tempo_bpm if take.tempo_bpm is not None else facts.tempo_bpm,
        "key": take.key or facts.key,
        "lufs": round(facts.lufs, 2),
        "true_peak_dbtp": round(facts.true_peak_dbtp, 2),
        "target_lufs": finished.target.lufs,
        "target": finished.target.to_json(),
        "findings": [told(finding) for finding in (*found, *finished.done) if finding.level != "fine"],
        "files": {role: f"{work.key}/{name}" for role, name in files.items()},
        "facts": facts.to_json(),
        "checked": [finding.to_json() for finding in found],
        "corrections": finished.corrections.to_json(),
    }


def told(finding: Finding) -> dict[str, Any]:
    """Return a finding as it stands in the order."""
    return finding.to_json() | {"level": LEVELS[finding.level]}
