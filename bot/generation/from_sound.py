"""How an engine that makes sound changes a piece: from the piece as the buyer has it, as little as the change allows.

The buyer has a master: the take cut to its length, perhaps corrected by hand. A change starts from the take with those
times (`bot.finishing.master.as_heard`), and from its own tone, edges and loudness: these are given to the changed take
when it is finished (`bot.generation.revising.Approved.carried`), over what is new in it as well.
"""

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import soundfile

from bot.errors import ShopError
from bot.finishing.master import as_heard
from bot.finishing.stretch import FASTEST, SLOWEST, at_tempo
from bot.finishing.trim import heard
from bot.generation.engine import Engine, Request, Take
from bot.generation.played import read_state
from bot.generation.prompts import Presets, faster
from bot.generation.revising import ANEW, EDITED, RETIMED, Approved, Change, Way
from bot.orders.brief import Brief

LONGER_BY = 0.5
"""Seconds by which a piece has to grow, or to shrink, before that is another length."""

DEAD_END = 0.25
"""Seconds of silence at the end of a piece that are no rest: what goes on from it would come after a hole."""

SAME_TEMPO = 0.005
"""Share by which a tempo has to change before that is another one."""


@dataclass(frozen=True, slots=True)
class Tempo:
    """The tempo of a piece in BPM as it was measured (None: nothing beats), and how many times as fast it shall be."""

    was: float | None
    faster: float

    def told(self, mode: str) -> float | None:
        """Return what an engine is told, None if the piece says nothing of it; a part keeps to what is around it."""
        return self.was and (self.was if mode == "repaint" else self.was * self.faster)

    @property
    def played(self) -> float:
        """How many times as fast the piece itself is made: 1 where it would not be heard, or not be music any more."""
        apart = abs(self.faster - 1.0) > SAME_TEMPO and SLOWEST <= self.faster <= FASTEST
        return self.faster if apart else 1.0


def tempo_after(change: Change, brief: Brief, presets: Presets) -> Tempo:
    """Return the tempo of a changed piece: the one that the buyer newly named, else what the change does to it.

    A tempo that was named before stays; a named one is held against the octave of the measured one that is nearest.
    """
    was = change.approved.tempo_bpm
    if change.tempo_bpm is not None:
        octave = was and was * 2.0 ** np.round(np.log2(change.tempo_bpm / was))
        return Tempo(was, float(change.tempo_bpm / octave) if octave else 1.0)
    return Tempo(was, 1.0 if brief.tempo_bpm else faster(presets, change.edits))


def from_sound(request: Request, change: Change, engine: Engine, tempo: Tempo, *, near: bool) -> tuple[Request, Way]:
    """Ask for the piece itself to be changed, in the way that leaves most of it, where the piece is still here.

    ====================================  ==========================================================================
    shorter, a loop, another tempo, and   the first take is the piece as approved, made faster or slower at its pitch,
    nothing else                          cut or closed by the finishing room
    longer                                the engine goes on from it; changed besides, it is varied before that
    a part of it                          that part is made again, everything else stays to the sample
    anything else, and further takes      it is varied at its own length, which the finishing room makes fit
    ====================================  ==========================================================================

    Whatever is to be faster or slower as a whole starts from the piece at that tempo.

    :param near: the take that is to be the piece with nothing but the change.
    """
    found = _source(change, 1.0)
    if found is None:
        return request, ANEW
    able, edits, long = engine.capabilities, set(change.edits) - {"loop"}, _seconds(found)
    grows = request.brief.seconds - long
    part = change.span if able.repaint and change.span is not None and change.span[0] < long else None
    other = grows < -LONGER_BY or "loop" in change.edits or (tempo.played != 1.0 and part is None)
    kept = change.bare and near and other
    if part is not None and abs(grows) <= LONGER_BY and not kept:
        own = replace(request.brief, seconds=round(long))
        return replace(request, mode="repaint", brief=own, source=found, span=part), EDITED
    source = found if tempo.played == 1.0 else _source(change, tempo.played)
    if source is None:
        return request, ANEW
    request, long = replace(request, faster=tempo.played), _seconds(source)
    edits -= RETIMED if tempo.played != 1.0 else set()
    own = replace(request.brief, seconds=round(long))
    if grows > LONGER_BY and request.brief.seconds - long > LONGER_BY:
        going = _source(change, tempo.played, going=True)
        if going is not None and able.extend and (not edits or able.vary):
            return replace(request, mode="extend", source=going, change=" ".join(sorted(edits))), EDITED
    elif kept:
        return replace(request, mode="keep", source=source), EDITED
    elif able.vary and long <= able.max_seconds + LONGER_BY:
        return replace(request, mode="vary", brief=own, source=source), EDITED
    return replace(request, faster=1.0), ANEW


_sources: WeakValueDictionary[tuple[Path, Approved, float, bool], Take] = WeakValueDictionary()
"""Takes of one batch that change the same piece share its sound, and with it one call of their engine."""


def _source(change: Change, tempo: float, *, going: bool = False) -> Take | None:
    """Return the piece as approved, so many times as fast, or None if it is not there (any longer), or is damaged.

    :param going: without the silence at its end, to be gone on from.
    """
    folder = change.score.parent
    key = (folder, change.approved, tempo, going)
    found = _sources.get(key)
    if found is None:
        try:
            if going:
                found = _going(_source(change, tempo))
            else:
                found = _heard(folder, change.approved) if tempo == 1.0 else _at_tempo(_source(change, 1.0), tempo)
        except (OSError, ValueError, KeyError, TypeError, soundfile.LibsndfileError, ShopError):
            return None
    if found is not None:
        _sources[key] = found
    return found


def _heard(folder: Path, approved: Approved) -> Take:
    """Read a take with the times of its master; what its engine needs to go on from it is about its own times."""
    card: dict[str, Any] = json.loads((folder / "take.json").read_text("utf-8"))
    told = (card["seed"], card["engine"], card["model"], card["revision"])
    played, rate = soundfile.read(folder / "raw.flac", dtype="float32", always_2d=True)
    take = Take(played.T, rate, *told, 0.0, state=read_state(folder))
    if approved.target is None:
        return take
    audio, rate = as_heard(take.audio, take.rate, approved.target, approved.corrections)
    return take if audio is take.audio else replace(take, audio=np.asarray(audio), rate=rate, state=None)


def _at_tempo(take: Take | None, times: float) -> Take | None:
    return take and replace(take, audio=at_tempo(take.audio, take.rate, times), state=None)


def _going(take: Take | None) -> Take | None:
    if take is None:
        return None
    _first, stop = heard(take.audio, take.rate)
    dead = take.audio.shape[1] - stop > DEAD_END * take.rate
    return replace(take, audio=take.audio[:, :stop], state=None) if dead else take


def _seconds(take: Take) -> float:
    return float(take.audio.shape[1] / take.rate)
