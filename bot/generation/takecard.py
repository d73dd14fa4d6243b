"""A finished take as it is written down: the files of its folder, and the card that says how it stands in its order.

The card is written last: a folder with a card is finished, and is not made again after a crash.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.finishing.corrections import Corrections
from bot.finishing.deliverables import write_files
from bot.finishing.encode import encode, write_bytes
from bot.finishing.findings import Finding
from bot.finishing.likeness import Fingerprint
from bot.finishing.master import Finished
from bot.generation.engine import Take
from bot.generation.played import write_state
from bot.generation.rights import engine_kind
from bot.generation.scores import SCORE_FILES, write_score
from bot.generation.studio import Report
from bot.generation.takework import TakeWork

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
class Made:
    """One attempt at a take: as the engine played it, as it was finished, its fingerprint, what was found, and
    how many pieces it was compared with and how alike the nearest is.

    ``way`` says how a revision was made, "edited" or "anew"; it is "" for a new piece. ``told`` is what the operator is
    to know besides, and is no difference between takes.
    """

    take: Take
    finished: Finished
    print: Fingerprint
    found: tuple[Finding, ...]
    likeness: dict[str, float]
    way: str = ""
    told: tuple[Finding, ...] = ()


def finished_before(folder: Path) -> dict[str, Any] | None:
    """Return the card of a take that an earlier try finished."""
    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return card if isinstance(card, dict) else None


def write_down(report: Report, work: TakeWork, made: Made) -> dict[str, Any]:
    """Write a take down and return its card. Blocks.

    :raises EngineFailed: if an encoder fails.
    """
    report(0.75)
    # 1. The master, its preview and picture; the take itself and its score are kept for corrections.
    written = write_files(made.finished, work.folder, kinds=("wav",), label=str(work.index))
    report(0.85)
    encode(made.take.audio, made.take.rate, work.folder / "raw.flac", "flac")
    report(0.95)
    write_bytes(made.print.to_bytes(), work.folder / "fingerprint.bin")
    if made.take.score is not None:
        write_score(made.take.score, work.folder)
    write_state(made.take, work.folder)
    # 2. The card last: a folder with a card is finished.
    card = _card(work, made) | {"preview": [written.preview.start, written.preview.seconds]}
    write_bytes(json.dumps(card, ensure_ascii=False).encode(), work.folder / CARD)
    report(1.0)
    return card


def _card(work: TakeWork, made: Made) -> dict[str, Any]:
    """Return the card of a take."""
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
        "findings": [told(finding) for finding in (*made.told, *found, *finished.done) if worth_saying(finding)],
        "files": {role: f"{work.key}/{name}" for role, name in files.items()},
        "facts": facts.to_json(),
        "checked": [finding.to_json() for finding in found],
        "corrections": finished.corrections.to_json(),
        **({"carried": True} if finished.corrections != Corrections() else {}),
        "likeness": made.likeness,
        **({"way": made.way} if made.way else {}),
    }


def worth_saying(finding: Finding) -> bool:
    """Return whether a finding is told: what is wrong, and that the take is like nothing sold before."""
    return finding.level != "fine" or finding.text == "check-likeness-fine"


def told(finding: Finding) -> dict[str, Any]:
    """Return a finding as it stands in the order."""
    return finding.to_json() | {"level": LEVELS[finding.level]}
