"""The hand for ``correct``: a take is finished once more, from its untouched sound, the way the operator wants it.

Every set of corrections has a folder of its own beside the take, named by what was corrected; its ``take.json`` is
written last. Going back to a sound that was there before, or doing the work again after a crash, finds it finished.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot.errors import BadInput
from bot.finishing.check import check
from bot.finishing.corrections import Corrections, replayed
from bot.finishing.deliverables import write_files
from bot.finishing.encode import write_bytes
from bot.finishing.likeness import LIBRARY, fingerprint, library, most_alike
from bot.finishing.master import Finished, Target, finish
from bot.finishing.reel import read
from bot.generation.aims import expectation_of
from bot.generation.concluding import draw, lane
from bot.generation.takecard import CARD, FILES, told, worth_saying
from bot.orders import corrections
from bot.orders.brief import Brief
from bot.orders.facts import Corrected, NotCorrected
from bot.orders.order import Order
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods
from bot.storage.jobs import Job
from bot.storage.media import Media

RENDERED = ("master", "preview", "waveform", "fingerprint")
"""What is made anew, by role; the rest of a take's files stay those of the untouched one."""


@dataclass(frozen=True, slots=True)
class CorrectWork:
    """One take to be finished otherwise: plain enough to travel to another process.

    ``take`` is the untouched one as it stands in its order, ``raw`` its sound, ``folder`` (media key ``key``) where the
    result goes.
    """

    places: tuple[Path, ...]
    brief: Brief
    take: dict[str, Any]
    changes: Corrections
    raw: Path
    folder: Path
    key: str
    sold: Path


class Correcting:
    """Corrects takes. ``away`` runs what would block elsewhere; ``places`` are the config folders."""

    def __init__(self, away: Callable[..., Awaitable[Any]], media: Media, places: Sequence[Path]) -> None:
        self._away = away
        self._media = media
        self._places = tuple(places)

    async def correct(self, job: Job, order: Order) -> Corrected | NotCorrected | None:
        """Finish a take with everything that was pressed on it, and draw all takes anew.

        Nothing is done for a press that another one has followed: that one's work does it all.

        :raises EngineFailed: if a file cannot be read or written.
        """
        round_, index, number = job.data["round"], job.data["take"], job.data["number"]
        entry = corrections.of_take(order, index)
        if order.round != round_ or entry["asked"] != number:
            return None
        try:
            made = await self._made(order, index, entry)
        except BadInput as error:
            return NotCorrected(round_, index, number, error.text, dict(error.values))
        return Corrected(round_, index, number, made, await self._drawn(order, made))

    async def _made(self, order: Order, index: int, entry: Mapping[str, Any]) -> dict[str, Any]:
        before: dict[str, Any] = entry["before"]
        changes = replayed(entry["presses"], usual(Target(**before["target"]))).current
        if changes == Corrections():
            return before
        key = f"orders/{order.id}/r{order.round}/t{index}/c-{_name(changes)}"
        raw, sold = await self._media.fetch(before["files"]["raw"]), await self._media.fetch_folder(LIBRARY)
        work = CorrectWork(self._places, order.brief, before, changes, raw, self._media.folder(key), key, sold)
        made: dict[str, Any] = await self._away(make_corrected, work)
        await self._media.keep(key)
        return made

    async def _drawn(self, order: Order, made: dict[str, Any]) -> str:
        """Return the media key of the picture of all takes as they sound now."""
        takes = [made if take["index"] == made["index"] else take for take in order.data["takes"]]
        masters = [take["files"]["master"] for take in takes]
        name = hashlib.sha256("\n".join(masters).encode()).hexdigest()[:10]
        key = f"orders/{order.id}/r{order.round}/overview-{name}.png"
        if not await self._media.exists(key):
            folders = [(await self._media.fetch_folder(master.rpartition("/")[0])) for master in masters]
            await self._away(draw_all, folders, made["target_lufs"], self._media.path(key))
            await self._media.keep(key)
        return key


def usual(target: Target) -> Corrections:
    """Return what a purpose does to the edges by itself, written as corrections."""
    return Corrections(fade_in=target.fade_in or None, fade_out=target.fade_out or None)


def make_corrected(work: CorrectWork) -> dict[str, Any]:
    """Finish a take with its corrections, check it, and write it down; return how it stands in the order. Blocks.

    :raises BadInput: if the corrections leave nothing; :raises EngineFailed: if a file cannot be read or written.
    """
    if (before := _finished_before(work.folder)) is not None:
        return before
    # 1. Finished from the untouched sound.
    audio, rate = read(work.raw)
    finished = finish(audio, rate, Target(**work.take["target"]), work.changes)
    # 2. Checked against the order and everything sold.
    print_ = fingerprint(finished.audio, finished.rate, finished.heard.curves)
    alike = most_alike(print_, library(work.sold))
    found = check(finished.facts, finished.target, expectation_of(work.brief, _moods(work.places)), alike)
    # 3. Written; the card last: a folder with a card is finished.
    written = write_files(finished, work.folder, kinds=("wav",), label=str(work.take["index"]))
    write_bytes(print_.to_bytes(), work.folder / FILES["fingerprint"])
    findings = [told(finding) for finding in (*found, *finished.done) if worth_saying(finding)]
    card = _card(work, finished, findings) | {"preview": [written.preview.start, written.preview.seconds]}
    with_facts = card | {"facts": finished.facts.to_json()}
    write_bytes(json.dumps(with_facts, ensure_ascii=False).encode(), work.folder / CARD)
    return card


def draw_all(folders: Sequence[Path], lufs: float, into: Path) -> None:
    """Draw the takes in those folders under each other. Blocks."""
    draw([lane(folder) for folder in folders], lufs, into)


def _card(work: CorrectWork, finished: Finished, findings: list[dict[str, Any]]) -> dict[str, Any]:
    facts = finished.facts
    files = work.take["files"] | {role: f"{work.key}/{FILES[role]}" for role in RENDERED}
    return work.take | {
        "seconds": facts.seconds,
        "lufs": round(facts.lufs, 2),
        "true_peak_dbtp": round(facts.true_peak_dbtp, 2),
        "findings": findings,
        "reason": None,
        "files": files,
        "corrections": work.changes.to_json(),
    }


def _finished_before(folder: Path) -> dict[str, Any] | None:
    """Return the card of a folder that is finished, as it stands in the order."""
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return {name: value for name, value in card.items() if name != "facts"} if isinstance(card, dict) else None


def _name(changes: Corrections) -> str:
    return hashlib.sha256(json.dumps(changes.to_json(), sort_keys=True).encode()).hexdigest()[:10]


@cache
def _moods(places: tuple[Path, ...]) -> MoodBook:
    """Return the moods, once per process."""
    return load_moods(config_file("moods.toml", places))
