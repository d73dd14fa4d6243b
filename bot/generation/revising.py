"""How a revision is made: from the score of the piece it changes, so that it stays the same piece.

An engine that edits scores is given the old score and what to change. Any other composes anew from the changed brief,
and the take says so (``way`` is "anew" instead of "edited").
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np

from bot.finishing.corrections import Corrections
from bot.finishing.master import Target
from bot.generation.engine import Engine, Request, Take
from bot.generation.passages import passage_in
from bot.generation.scores import SCORE_FILES
from bot.orders.brief import Brief
from bot.orders.order import Order
from bot.orders.revision import BY_BRIEF, STEPS, Source, source_of
from bot.storage.media import Media

Way = Literal["edited", "anew"]
EDITED: Final = "edited"
ANEW: Final = "anew"


RETIMED: Final = frozenset({"faster", "slower"})
"""Edits that ask for nothing but another tempo."""


@dataclass(frozen=True, slots=True)
class Approved:
    """How the piece sounded that the buyer has: what its master was to be, what the operator corrected by hand, and the
    tempo that was measured. ``target`` is None where nobody knows any more; the take then counts as it was made."""

    target: Target | None = None
    corrections: Corrections = field(default_factory=Corrections)
    tempo_bpm: float | None = None

    @classmethod
    def of(cls, take: Mapping[str, Any] | None) -> "Approved":
        """Return it from the approved take as it stands in its order."""
        if take is None or "target" not in take:
            return cls()
        corrections = Corrections.from_json(dict(take.get("corrections") or {}))
        return cls(Target(**take["target"]), corrections, take.get("tempo_bpm"))

    def carried(self, target: Target, *, cut: bool) -> Corrections:
        """Return the corrections that hold for the changed piece as well, whose master is to be ``target``.

        Its tone, its loudness, and the fades that were the operator's; ``cut`` says that the changed piece begins and
        ends as the approved one did before it was cut by hand, so that it is cut again.
        """
        made, before = self.corrections, self.target
        if before is None:
            return Corrections()
        fades = {
            name: min(now, target.seconds / 2)
            for name, now, usual in (
                ("fade_in", made.fade_in, before.fade_in), ("fade_out", made.fade_out, before.fade_out)
            )
            if now is not None and now != usual and target.loop == before.loop
        }  # fmt: skip
        seam = made.seam if target.loop else None
        whole = made.but(fade_in=fades.get("fade_in"), fade_out=fades.get("fade_out"), seam=seam, stem_db=())
        return whole if cut else whole.but(trim_start=0.0, trim_end=0.0)


@dataclass(frozen=True, slots=True)
class Change:
    """What a take changes: plain enough to travel to another process.

    ``score`` is the score of the piece, ``edits`` what to do to it. ``vary`` asks for another performance: first takes
    of a revision are the piece with nothing but the change, further ones are played differently. ``span`` is the part
    (start, end in seconds) that the buyer's words are about, None for the whole piece, and ``bare`` says that nothing
    is asked for but another length, a loop or another tempo. ``tempo_bpm`` is a tempo that the buyer newly named, and
    ``approved`` how the piece sounded that is changed.
    """

    score: Path
    edits: tuple[str, ...]
    vary: bool
    span: tuple[float, float] | None = None
    bare: bool = False
    tempo_bpm: int | None = None
    approved: Approved = field(default_factory=Approved)


def change_of(
    order: Order, index: int, parent: Brief | None, media: Media, approved: Mapping[str, Any] | None = None
) -> Change | None:
    """Return what take ``index`` of an order's round changes, or None if the order is no revision.

    :param parent: the brief of the order that is revised, if that is still there.
    :param approved: the take of that order which the buyer has, as it stands there.
    """
    source = source_of(order)
    if source is None:
        return None
    edits = edits_of(source)
    unsaid = not edits and parent is not None and _music(parent) == _music(order.brief)
    score = media.path(f"{source.key}/{SCORE_FILES['score']}")
    plain = not set(edits) - {"loop", *RETIMED}
    bare = not unsaid and plain and parent is not None and _shape(parent) == _shape(order.brief)
    span = passage_in(source.words, parent.seconds) if parent is not None else None
    named = order.brief.tempo_bpm if parent is not None and parent.tempo_bpm != order.brief.tempo_bpm else None
    return Change(
        score, edits, vary=index > 1 or order.round > 1 or unsaid, span=span, bare=bare, tempo_bpm=named,
        approved=Approved.of(approved),
    )  # fmt: skip


def edits_of(source: Source) -> tuple[str, ...]:
    """Return what an engine has to do to the score, beyond what the changed brief says by itself."""
    edits = source.edits or ((source.change,) if source.change in STEPS else ())
    return tuple(edit.replace("_", "-") for edit in edits if edit not in BY_BRIEF)


def revised(change: Change, brief: Brief, seed: int, engine: Engine, *, again: bool) -> tuple[Request, Way]:
    """Return what an engine is asked for, and whether that edits the piece or makes a new one.

    :param again: the first attempt missed the order, so that another performance is wanted in any case.
    """
    score = _read(change.score)
    able = set(change.edits) <= set(engine.capabilities.changes) and bool(engine.capabilities.changes)
    named = " ".join(change.edits)
    if score is None or not able:
        return Request(brief, (seed,), change=named), ANEW
    nothing = np.zeros((engine.capabilities.channels, 0), dtype=np.float32)
    source = Take(nothing, engine.capabilities.sample_rate, seed, engine.name, "", "", 0.0, score=score)
    mode: Literal["new", "vary"] = "vary" if change.vary or again else "new"
    return Request(brief, (seed,), mode=mode, source=source, change=named), EDITED


def strangers(known: Mapping[str, Any], kin: Sequence[str]) -> dict[str, Any]:
    """Return what was sold without the pieces of one family (by order id): these may be alike, and shall be."""
    return {name: piece for name, piece in known.items() if name.rpartition("-r")[0] not in kin}


def _read(score: Path) -> dict[str, Any] | None:
    """Return a kept score, or None if there is none that could be edited."""
    try:
        kept = json.loads(score.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return kept if isinstance(kept, dict) and "plan" in kept else None


def _shape(brief: Brief) -> Brief:
    """Return a brief without what is not heard, and without its length, ending and tempo."""
    return _music(brief).but(seconds=1, loop=False, tempo_bpm=None)


def _music(brief: Brief) -> Brief:
    """Return a brief without what is not heard."""
    return brief.but(details="", tier="", extras=())
