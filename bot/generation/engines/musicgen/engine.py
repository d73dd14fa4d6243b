"""MusicGen as an engine: requests in, takes with their codes out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from bot.errors import EngineFailed
from bot.generation.engine import Progress, Request, Take
from bot.generation.engines.device import best_device, give_back_memory, number_type, telling_shortage
from bot.generation.engines.musicgen.card import CAPABILITIES, NAME, RIGHTS
from bot.generation.engines.musicgen.chroma import chroma
from bot.generation.engines.musicgen.codec import MARGIN_SECONDS, decoded, encoded
from bot.generation.engines.musicgen.conditions import Condition, prompted
from bot.generation.engines.musicgen.decoder import Prompted
from bot.generation.engines.musicgen.model import Model, load_model, words_of
from bot.generation.engines.musicgen.windows import Sampling, Walk
from bot.generation.engines.splice import at_rate, longer, within_full_scale
from bot.generation.engines.weights import Weights, weights_in
from bot.settings.moods import MoodBook

Tensor = Any
CODES = "codes"
"""Key of a take's state: int16 (codebooks, frames)."""
DECODING = 0.05
"""Share of the work that is decoding."""


@dataclass(frozen=True, slots=True)
class Part:
    """One take to be drawn: whose it is, from what it starts, and how long it is to be in frames."""

    request: int
    seed: int
    condition: Condition
    known: Tensor
    frames: int


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
        each = 0.1 if best_device().type == "cuda" else 12.0
        return each * request.brief.seconds * len(request.seeds)

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        """Make one take per seed. :raises EngineFailed: if it cannot; `OutOfMemory` if fewer at once may do."""
        return self.generate_many([request], progress)[0]

    def generate_many(self, requests: Sequence[Request], progress: Progress) -> list[list[Take]]:
        """Make the takes of several orders in one batch, whatever their prompts and lengths."""
        self.load()
        assert self._model is not None
        started = time.perf_counter()
        with telling_shortage(), torch.inference_mode():
            parts = [part for number, one in enumerate(requests) for part in self._parts(number, one)]
            codes = self._drawn(parts, progress)
            spent = time.perf_counter() - started
            takes: list[list[Take]] = [[] for _ in requests]
            for number, (part, found) in enumerate(zip(parts, codes, strict=True)):
                progress(1 - DECODING * (1 - number / len(parts)))
                request = requests[part.request]
                sound = self._sound(request, part, found)
                takes[part.request].append(self._take(part, found, sound, spent / len(parts), len(parts)))
        progress(1.0)
        return takes

    def _parts(self, number: int, request: Request) -> list[Part]:
        """Return what is to be drawn for one order."""
        model = self._model
        assert model is not None
        if request.mode not in ("new", "extend"):
            raise EngineFailed(f"musicgen makes new music and longer music, not {request.mode!r}")
        melody = None
        if request.melody is not None and model.melody:
            melody = chroma(request.melody, model.rate, model.whole.config.num_chroma)
        condition = Condition(words_of(model, request.prompt), melody)
        known = self._known(request)
        frames = -(-request.brief.seconds * model.rate // model.hop)
        if frames <= known.shape[1]:
            raise EngineFailed(f"{request.brief.seconds} s is no longer than what it should go on from")
        return [Part(number, seed, condition, known, frames) for seed in request.seeds]

    def _known(self, request: Request) -> Tensor:
        """Return the codes to go on from: those stored with the source, else its sound's."""
        model, source = self._model, request.source
        assert model is not None
        if request.mode != "extend" or source is None:
            return torch.zeros((model.decoder.books, 0), dtype=torch.long)
        stored = (source.state or {}).get(CODES)
        whole = source.audio.shape[1] * model.rate // (source.rate * model.hop)
        if stored is not None and stored.shape[0] == model.decoder.books:
            return torch.from_numpy(stored[:, :whole].astype(np.int64))
        return encoded(model, at_rate(source, model.rate, model.channels))[:, :whole]

    def _drawn(self, parts: Sequence[Part], progress: Progress) -> list[Tensor]:
        """Draw all parts, those that start alike in one walk; return their codes in order."""
        model = self._model
        assert model is not None
        walk = Walk(model.decoder, model.channels, model.frame_rate, self._sampling)
        groups: dict[tuple[int, int], list[int]] = {}
        for number, part in enumerate(parts):
            words = len(part.condition.words) if model.melody else 0  # there they stand before the music
            groups.setdefault((walk.kept(part.known), words), []).append(number)
        steps = sum(max(walk.steps(parts[one].frames, parts[one].known.shape[1]) for one in group)
                    for group in groups.values())  # fmt: skip
        stepped = _counted(steps, lambda share: progress(share * (1 - DECODING)))
        codes: list[Tensor] = [None] * len(parts)
        for group in groups.values():
            chosen = [parts[number] for number in group]
            drawn = walk.codes(
                self._prompting(chosen), [part.known for part in chosen], [part.frames for part in chosen],
                [part.seed for part in chosen], stepped,
            )  # fmt: skip
            for number, found in zip(group, drawn, strict=True):
                codes[number] = found
        return codes

    def _prompting(self, parts: Sequence[Part]) -> Callable[[Sequence[int], Sequence[float]], Prompted]:
        model, guided = self._model, self._sampling.guidance > 1
        assert model is not None

        def conditions(rows: Sequence[int], starts: Sequence[float]) -> Prompted:
            return prompted(model, [parts[row].condition for row in rows], starts, guided)

        return conditions

    def _sound(self, request: Request, part: Part, codes: Tensor) -> NDArray[np.float32]:
        """Decode a take to its exact length; what it goes on from stays as it was, to the sample."""
        model, source = self._model, request.source
        assert model is not None
        samples = request.brief.seconds * model.rate
        kept = part.known.shape[1]
        if not kept or source is None:
            return within_full_scale(decoded(model, codes)[:, :samples])
        first = max(0, kept - int(MARGIN_SECONDS * model.frame_rate))
        before = at_rate(source, model.rate, model.channels)[:, : kept * model.hop]
        fresh = decoded(model, codes[:, first:])
        whole = longer(before, np.pad(fresh, ((0, 0), (first * model.hop, 0))), model.rate)
        return whole[:, :samples]

    def _take(self, part: Part, codes: Tensor, audio: NDArray[np.float32], spent: float, batch: int) -> Take:
        assert self._model is not None
        assert self._weights is not None
        return Take(
            audio=np.ascontiguousarray(audio),
            rate=self._model.rate,
            seed=part.seed,
            engine=self.name,
            model=self._weights.model,
            revision=self._weights.revision,
            spent=spent,
            state={CODES: codes.numpy().astype(np.int16)},
            made=asdict(self._sampling) | {"batch": batch, "numbers": str(self._model.decoder.dtype)},
        )


def _counted(steps: int, progress: Progress) -> Callable[[], None]:
    done = 0

    def stepped() -> None:
        nonlocal done
        done += 1
        progress(min(done / max(steps, 1), 1.0))

    return stepped
