"""What an engine is asked for: a take's brief, its seed, the words for engines that read, the piece that is changed."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from bot.generation.engine import BatchEngine, Engine, Progress, Request, Take
from bot.generation.prompts import Presets, Template, load_presets, prompt_of
from bot.generation.takework import TakeWork
from bot.orders.work import BATCH_SECONDS
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods

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
    if work.change is None:
        prompt = prompt_of(work.brief, engine.name, book, presets)
        return replace(request, prompt=prompt.text, negative=prompt.negative, tempo_bpm=prompt.tempo_bpm), way
    near = work.index == 1 and number == 0
    told = None
    if way == "anew":
        from bot.generation.from_sound import from_sound, tempo_after

        strengths = presets.prompts[engine.name].strengths if engine.name in presets.prompts else USUAL
        request = replace(request, strength=strengths[0 if near else 1])
        tempo = tempo_after(work.change, work.brief, presets)
        request, way = from_sound(request, work.change, engine, tempo, near=near and not work.change.vary)
        told = tempo.told(request.mode)
    prompt = prompt_of(work.brief, engine.name, book, presets, work.change.edits, told)
    return replace(request, prompt=prompt.text, negative=prompt.negative, tempo_bpm=prompt.tempo_bpm), way


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


@cache
def _words(places: tuple[Path, ...]) -> tuple[MoodBook, Presets]:
    return load_moods(config_file("moods.toml", places)), load_presets(config_file("presets.toml", places))
