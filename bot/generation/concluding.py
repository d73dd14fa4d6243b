"""A round is concluded: its takes are ranked, and drawn under each other for the operator. Everything here blocks."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.finishing.encode import write_bytes
from bot.finishing.findings import Finding
from bot.finishing.measure import Facts
from bot.finishing.preview import Span
from bot.finishing.rank import Candidate, rank
from bot.finishing.reel import read
from bot.finishing.waveform import Lane, picture
from bot.generation.making import book_of, expected_of
from bot.generation.takecard import CARD, FILES, told
from bot.generation.takework import TakeWork


def conclude(takes: list[dict[str, Any]], works: Sequence[TakeWork], into: Path) -> list[dict[str, Any]]:
    """Rank the takes of a round (1 is the best fit, with the reason in one sentence) and draw them under each other.

    Returns the takes with ``rank`` and ``reason``, and leaves ``overview.png``. Blocks: runs in the studio.
    """
    facts = [Facts.from_json(take["facts"]) for take in takes]
    expected = expected_of(works[0], book_of(works[0].places))
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
