"""MusicGen as an engine: requests in, takes with their codes out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bot.errors import EngineFailed, OutOfMemory
from bot.generation.engine import Progress, Request, Take
from bot.generation.engines.device import best_device, give_back_memory, number_type, telling_shortage
from bot.generation.engines.musicgen.card import CAPABILITIES, NAME, RIGHTS
from bot.generation.engines.musicgen.changes import CANDIDATES, kept_share
from bot.generation.engines.musicgen.conditions import prompted
from bot.generation.engines.musicgen.decoder import Prompted
from bot.generation.engines.musicgen.model import Model, load_model
from bot.generation.engines.musicgen.parts import CODES, Part, parts_of
from bot.generation.engines.musicgen.sounding import sounding
from bot.generation.engines.musicgen.windows import Course, Sampling, Walk, Walked
from bot.generation.engines.splice import Sound
from bot.generation.engines.weights import Weights, weights_in
from bot.settings.moods import MoodBook

Tensor = Any
DECODING = 0.05
"""Share of the work that is decoding."""


class MusicGen:
    """Draws takes from a MusicGen of any size, mono or stereo, with or without melody, in ``folder``."""

    name = NAME
    rights = RIGHTS
    capabilities = CAPABILITIES

    def __init__(self, book: MoodBook, folder: Path | None = None, sampling: Sampling | None = None) -> None:
        """Take the folder of the weights; nothing is read before `load`."""
        self._folder = folder
        self._sampling = sampling or Sampling()
        self._model: Model | None = None
        self._weights: Weights | None = None

    def load(self) -> None:
        """Read the weights into memory. :raises EngineFailed: if there are none, or they are no MusicGen's."""
        if self._model is None:
            if self._folder is None:
                raise EngineFailed("no weights of musicgen are here", text="error-no-weights", folder=NAME)
            self._weights = weights_in(self._folder)
            device = best_device()
            with telling_shortage():
                self._model = load_model(self._weights, device, number_type(device))

    def unload(self) -> None:
        """Forget the weights."""
        self._model = None
        give_back_memory()

    def estimate(self, request: Request) -> float:
        """Return the seconds of work for a model of the small size: 12 a second of music on two cores, 0.1 on a GPU."""
        each, drawn = (0.1 if best_device().type == "cuda" else 12.0), float(request.brief.seconds)
        if request.mode == "extend" and request.source is not None:
            drawn -= request.source.audio.shape[1] / request.source.rate
        elif request.mode == "repaint" and request.span is not None:
            drawn = (request.span[1] - request.span[0]) * CANDIDATES
        return each * max(drawn, 0.0) * len(request.seeds)

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        """Make one take per seed. :raises EngineFailed: if it cannot; `OutOfMemory` if fewer at once may do."""
        return self.generate_many([request], progress)[0]

    def generate_many(self, requests: Sequence[Request], progress: Progress) -> list[list[Take]]:
        """Make the takes of several orders in one batch, whatever their prompts, lengths and modes."""
        self.load()
        try:
            with telling_shortage(), torch.inference_mode():
                takes = self._made(requests, progress)
        except OutOfMemory:
            assert self._model is not None
            self._model.decoder.kept = None  # what was captured for this batch; the next will be a smaller one
            give_back_memory()
            raise
        progress(1.0)
        return takes

    def _made(self, requests: Sequence[Request], progress: Progress) -> list[list[Take]]:
        """Draw the codes of all takes, then make their sound one by one."""
        model = self._model
        assert model is not None
        started = time.perf_counter()
        parts = [part for number, one in enumerate(requests) for part in self._parts(number, one, progress)]
        codes = self._drawn(parts, progress)
        spent = time.perf_counter() - started
        takes: list[list[Take]] = [[] for _ in requests]
        for number, (part, found) in enumerate(zip(parts, codes, strict=True)):
            share = 1 - DECODING * (1 - number / len(parts))
            sound = sounding(model, part, found, requests[part.request].brief.seconds, partial(progress, share))
            takes[part.request].append(self._take(requests[part.request], part, found, sound, spent, len(parts)))
        return takes

    def _parts(self, number: int, request: Request, progress: Progress = lambda _share: None) -> list[Part]:
        """Return what is to be drawn for a request."""
        assert self._model is not None
        return parts_of(self._model, number, request, lambda: progress(0.0))

    def _drawn(self, parts: Sequence[Part], progress: Progress) -> list[Tensor]:
        """Draw all parts, those that start alike in one walk; return their codes in order, to the end of the source."""
        model = self._model
        assert model is not None
        walk = Walk(model.decoder, model.channels, model.frame_rate, self._sampling)
        rows = [(number, course) for number, part in enumerate(parts) for course in part.courses()]
        groups = self._groups(walk, parts, rows)
        steps = sum(max(walk.steps(rows[row][1].frames, rows[row][1].known) for row in group) for group in groups)
        stepped = _counted(steps, lambda share: progress(share * (1 - DECODING)))
        best: dict[int, Walked] = {}
        for group in groups:
            prompting = self._prompting([parts[rows[row][0]] for row in group])
            found = walk.codes(prompting, [rows[row][1] for row in group], stepped)
            for row, one in zip(group, found, strict=True):
                number = rows[row][0]
                if number not in best or one.likelihood > best[number].likelihood:
                    best[number] = one
        return [_completed(part, best[number].codes) for number, part in enumerate(parts)]

    def _groups(self, walk: Walk, parts: Sequence[Part], rows: Sequence[tuple[int, Course]]) -> list[list[int]]:
        """Return which rows are walked together: those that start alike, as many as the memory is meant for."""
        assert self._model is not None
        alike: dict[tuple[int, int], list[int]] = {}
        for row, (number, course) in enumerate(rows):
            words = len(parts[number].condition.words) if self._model.melody else 0  # there they stand before the music
            alike.setdefault((walk.kept(course.known), words), []).append(row)
        most = self.capabilities.max_takes
        return [group[first : first + most] for group in alike.values() for first in range(0, len(group), most)]

    def _prompting(self, parts: Sequence[Part]) -> Callable[[Sequence[int], Sequence[float]], Prompted]:
        model, guided = self._model, self._sampling.guidance > 1
        assert model is not None

        def conditions(rows: Sequence[int], starts: Sequence[float]) -> Prompted:
            return prompted(model, [parts[row].condition for row in rows], starts, guided)

        return conditions

    def _take(self, request: Request, part: Part, codes: Tensor, audio: Sound, spent: float, batch: int) -> Take:
        assert self._model is not None
        assert self._weights is not None
        made: dict[str, Any] = {"mode": request.mode, "batch": batch, "numbers": str(self._model.decoder.dtype)}
        if request.mode == "vary" and part.origin is not None:
            made |= {"strength": request.strength, "kept": round(kept_share(codes, part.origin.codes), 4)}
        elif request.mode == "repaint":
            made |= {"span": request.span, "candidates": part.candidates}
        return Take(
            audio=np.ascontiguousarray(audio),
            rate=self._model.rate,
            seed=part.seed,
            engine=self.name,
            model=self._weights.model,
            revision=self._weights.revision,
            spent=spent / batch,
            state={CODES: codes.numpy().astype(np.int16)},
            made=asdict(self._sampling) | made,
        )


def _completed(part: Part, codes: Tensor) -> Tensor:
    """Return a take's codes with what of its source follows the part that was drawn again."""
    if part.span is None or part.origin is None:
        return codes
    return torch.cat([codes, part.origin.codes[:, codes.shape[1] :]], dim=1)


def _counted(steps: int, progress: Progress) -> Callable[[], None]:
    done = 0

    def stepped() -> None:
        nonlocal done
        done += 1
        progress(min(done / max(steps, 1), 1.0))

    return stepped
