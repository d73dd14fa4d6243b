"""What an engine is asked for: a take's brief, its seed, the words for engines that read, the piece that is changed."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.generation.engine import Engine, Request, Take
from bot.generation.played import read_state
from bot.generation.prompts import Presets, load_presets, prompt_of
from bot.generation.takework import TakeWork
from bot.orders.work import BATCH_SECONDS
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods

if TYPE_CHECKING:
    from bot.generation.revising import Change

LONGER_BY = 0.5
"""Seconds by which a piece has to grow before that is a continuation."""

STRENGTHS = {"slightly": 0.35, "usually": 0.55}
"""How much of a piece is drawn anew when it is varied: the first take keeps closer to it."""


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
    if work.change is not None and way == "anew":
        return _from_sound(request, work.change, engine, near=work.index == 1 and number == 0)
    return request, way


def batch_key(work: TakeWork) -> tuple[int, bool]:
    """Return what takes have to share to be made in one call: about the same length, and new or changed music."""
    return work.brief.seconds // BATCH_SECONDS, work.change is not None


def _from_sound(request: Request, change: "Change", engine: Engine, *, near: bool) -> tuple[Request, str]:
    """Ask for the piece itself to be continued or varied, where the engine can and the piece is still here."""
    from bot.generation.revising import ANEW, EDITED

    source = _source(change.score.parent)
    able = engine.capabilities
    if source is None:
        return request, ANEW
    grows = request.brief.seconds - source.audio.shape[1] / source.rate
    if grows > LONGER_BY and able.extend and not change.edits:
        return replace(request, mode="extend", source=source), EDITED
    if abs(grows) <= LONGER_BY and able.vary:
        strength = STRENGTHS["slightly" if near else "usually"]
        return replace(request, mode="vary", source=source, strength=strength), EDITED
    return request, ANEW


def _source(folder: Path) -> Take | None:
    """Return the untouched take in a folder, or None if it is not (any longer) there."""
    import soundfile

    try:
        card: dict[str, Any] = json.loads((folder / "take.json").read_text("utf-8"))
        audio, rate = soundfile.read(folder / "raw.flac", dtype="float32", always_2d=True)
    except (OSError, ValueError):
        return None
    return Take(
        audio.T, rate, card["seed"], card["engine"], card["model"], card["revision"], 0.0, state=read_state(folder)
    )


@cache
def _words(places: tuple[Path, ...]) -> tuple[MoodBook, Presets]:
    return load_moods(config_file("moods.toml", places)), load_presets(config_file("presets.toml", places))
