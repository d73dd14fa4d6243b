"""What an engine is asked for: a take's brief, its seed, the words for engines that read, the piece that is changed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.generation.engine import BatchEngine, Engine, Progress, Request, Take
from bot.generation.played import read_state
from bot.generation.prompts import Presets, Template, load_presets, prompt_of
from bot.generation.takework import TakeWork
from bot.orders.work import BATCH_SECONDS
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods

if TYPE_CHECKING:
    from bot.generation.revising import Change

LONGER_BY = 0.5
"""Seconds by which a piece has to grow, or to shrink, before that is another length."""

USUAL = Template(text="{mood}").strengths


def request_of(work: TakeWork, number: int, engine: Engine) -> tuple[Request, str]:
    """Return what attempt ``number`` of a take asks of an engine, and how a revision is made ("" for a new piece)."""
    request, way = Request(work.brief, (work.seed(number),)), ""
    if work.change is not None:
        from bot.generation.revising import revised  # and with it the finishing room, which few engine processes need

        request, way = revised(work.change, work.brief, work.seed(number), engine, again=number > 0)
    if not engine.capabilities.batches:
        return request, way
    book, presets = _words(work.places)
    changes = work.change.edits if work.change is not None else ()
    prompt = prompt_of(work.brief, engine.name, book, presets, changes)
    request = replace(request, prompt=prompt.text, negative=prompt.negative, tempo_bpm=prompt.tempo_bpm)
    if work.change is None or way != "anew":
        return request, way
    near = work.index == 1 and number == 0
    strengths = presets.prompts[engine.name].strengths if engine.name in presets.prompts else USUAL
    request = replace(request, strength=strengths[0 if near else 1])
    return _from_sound(request, work.change, engine, near=near and not work.change.vary)


def played(engine: BatchEngine, requests: Sequence[Request], progress: Progress) -> list[Sequence[Take]]:
    """Have an engine make what is asked, one take per seed of every request, in one call or two.

    A piece that is to be both longer and changed is changed first and then gone on from. What is the approved take
    itself needs no engine: the finishing room makes its length and its ending.
    """
    first = [place for place, one in enumerate(requests) if one.mode == "extend" and one.change]
    share = 0.5 if first else 0.0
    asked = list(requests)
    if first:
        changed = engine.generate_many(
            [_changed(requests[place]) for place in first], lambda done: progress(share * done)
        )
        for place, (take,) in zip(first, changed, strict=True):
            asked[place] = replace(requests[place], source=take)
    wanted = [one for one in asked if one.mode != "keep"]
    made = iter(engine.generate_many(wanted, lambda done: progress(share + (1 - share) * done)) if wanted else ())
    takes = [_kept(one) if one.mode == "keep" else next(made) for one in asked]
    for place in first:
        takes[place] = [_noted(take, mode="vary", strength=requests[place].strength) for take in takes[place]]
    return takes


def batch_key(work: TakeWork) -> tuple[int, bool]:
    """Return what takes have to share to be made in one call: about the same length, and new or changed music."""
    return work.brief.seconds // BATCH_SECONDS, work.change is not None


def _from_sound(request: Request, change: "Change", engine: Engine, *, near: bool) -> tuple[Request, str]:
    """Ask for the piece itself to be changed, in the way that leaves most of it, where the piece is still here.

    ====================================  ==========================================================================
    shorter, or a loop, and nothing else  the first take is the piece as approved, cut or closed by the finishing room
    longer                                the engine goes on from it; changed besides, it is varied before that
    a part of it                          that part is made again, everything else stays to the sample
    anything else, and further takes      it is varied at its own length, which the finishing room makes fit
    ====================================  ==========================================================================

    :param near: the take that is to be the piece with nothing but the change.
    """
    from bot.generation.revising import ANEW, EDITED

    source = _source(change.score.parent)
    able = engine.capabilities
    if source is None:
        return request, ANEW
    long = source.audio.shape[1] / source.rate
    grows, edits = request.brief.seconds - long, set(change.edits) - {"loop"}
    if grows > LONGER_BY:
        if able.extend and (not edits or able.vary):
            return replace(request, mode="extend", source=source, change=" ".join(sorted(edits))), EDITED
        return request, ANEW
    if change.bare and near and (grows < -LONGER_BY or "loop" in change.edits):
        return replace(request, mode="keep", source=source), EDITED
    own = replace(request.brief, seconds=round(long))
    if change.span is not None and able.repaint and change.span[0] < long and abs(grows) <= LONGER_BY:
        return replace(request, mode="repaint", brief=own, source=source, span=change.span), EDITED
    if able.vary and long <= able.max_seconds + LONGER_BY:
        return replace(request, mode="vary", brief=own, source=source), EDITED
    return request, ANEW


def _changed(request: Request) -> Request:
    """Return the first of two steps: the piece varied at its own length."""
    assert request.source is not None
    long = round(request.source.audio.shape[1] / request.source.rate)
    return replace(request, mode="vary", brief=replace(request.brief, seconds=long))


def _kept(request: Request) -> list[Take]:
    assert request.source is not None
    return [_noted(request.source, mode="keep") for _ in request.seeds]


def _noted(take: Take, **made: object) -> Take:
    return replace(take, made=take.made | made)


def _source(folder: Path) -> Take | None:
    """Return the untouched take in a folder, or None if it is not (any longer) there, whole and readable."""
    import soundfile

    try:
        card: dict[str, Any] = json.loads((folder / "take.json").read_text("utf-8"))
        told = (card["seed"], card["engine"], card["model"], card["revision"])
        audio, rate = soundfile.read(folder / "raw.flac", dtype="float32", always_2d=True)
    except (OSError, ValueError, KeyError, TypeError, soundfile.LibsndfileError):
        return None
    return Take(audio.T, rate, *told, 0.0, state=read_state(folder))


@cache
def _words(places: tuple[Path, ...]) -> tuple[MoodBook, Presets]:
    return load_moods(config_file("moods.toml", places)), load_presets(config_file("presets.toml", places))
