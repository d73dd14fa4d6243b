"""A take is finished once more, from its untouched sound, with the operator's corrections. Everything here blocks and
runs in a process of its own.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.finishing.check import check
from bot.finishing.corrections import Corrections
from bot.finishing.deliverables import write_files
from bot.finishing.encode import write_bytes
from bot.finishing.likeness import fingerprint, library, most_alike
from bot.finishing.master import Finished, Target, finish
from bot.finishing.reel import read
from bot.generation.aims import expectation_of
from bot.generation.concluding import draw, lane
from bot.generation.making import book_of
from bot.generation.ruled_out import only_asked
from bot.generation.studio import Report
from bot.generation.takecard import CARD, FILES, finished_before, told, worth_saying
from bot.orders.brief import Brief

FINISHED, WRITTEN = 0.8, 0.98
"""Shares of the work that are done when a take is finished and checked, and when its sound is written."""

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


def make_corrected(report: Report, work: CorrectWork) -> dict[str, Any]:
    """Finish a take with its corrections, check it, and write it down; return how it stands in the order. Blocks.

    It reports between all that takes long, so that a correction nobody waits for any more ends there.

    :raises BadInput: if the corrections leave nothing; :raises EngineFailed: if a file cannot be read or written.
    """
    if (before := finished_before(work.folder)) is not None:
        return _in_order(before)
    # 1. Finished from the untouched sound.
    audio, rate = read(work.raw)
    finished = finish(
        audio, rate, Target(**work.take["target"]), work.changes, report=lambda share: report(share * FINISHED)
    )
    # 2. Checked against the order and everything sold.
    print_ = fingerprint(finished.audio, finished.rate, finished.heard.curves)
    alike = most_alike(print_, library(work.sold))
    book = book_of(work.places)
    found = check(finished.facts, finished.asked, expectation_of(work.brief, book), alike)
    unheard = only_asked(work.brief, work.take["engine"], work.take.get("made", {}), book)
    report(FINISHED)
    # 3. Written; the card last: a folder with a card is finished.
    written = write_files(finished, work.folder, kinds=("wav",), label=str(work.take["index"]))
    report(WRITTEN)
    write_bytes(print_.to_bytes(), work.folder / FILES["fingerprint"])
    findings = [told(finding) for finding in (*unheard, *found, *finished.done) if worth_saying(finding)]
    card = _card(work, finished, findings) | {"preview": [written.preview.start, written.preview.seconds]}
    card |= {"facts": finished.facts.to_json()}
    write_bytes(json.dumps(card, ensure_ascii=False).encode(), work.folder / CARD)
    return _in_order(card)


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


def _in_order(card: dict[str, Any]) -> dict[str, Any]:
    """Return a card as it stands in the order."""
    return {name: value for name, value in card.items() if name != "facts"}
