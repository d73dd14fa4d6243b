"""What the diffusion engines share: groups of requests in one call, latents first, sound take by take, splicing.

The libraries' pipelines are called for latents only. Sound is decoded here, one take at a time, so that memory does
not grow with the batch, no normalisation of theirs comes in between, and a cancelled call returns nothing: progress is
told after every step and before every take, and whoever cancels raises there.
"""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch

from bot.errors import EngineFailed
from bot.generation.engine import Capabilities, Progress, Request, Take
from bot.generation.engines.device import best_device, give_back_memory, number_type, telling_shortage
from bot.generation.engines.splice import Sound, at_rate, longer, repainted, span_of, within_full_scale
from bot.generation.engines.weights import Weights, weights_in
from bot.settings.moods import MoodBook

Tensor = Any
DENOISING = 0.8
"""Share of the work that is denoising; the rest is decoding."""


@dataclass(frozen=True, slots=True)
class Part:
    """One take of one request: ``number`` says whose it is."""

    number: int
    request: Request
    seed: int


@dataclass(frozen=True, slots=True)
class Group:
    """Takes that go through one call. ``source`` is the sound they start from, at the model's rate, or None;
    ``seconds`` how long they are to be."""

    parts: tuple[Part, ...]
    seconds: float
    source: Sound | None

    @property
    def request(self) -> Request:
        """What they have in common."""
        return self.parts[0].request

    @property
    def prompts(self) -> list[str]:
        """A prompt for each."""
        return [part.request.prompt for part in self.parts]

    def generators(self) -> list[Any]:
        """Return a generator for each take, on the CPU, so that every device draws alike."""
        return [torch.Generator().manual_seed(part.seed) for part in self.parts]


def numbers(usual: Any) -> dict[str, Any]:
    """Return the type of numbers of a pipeline's parts: the usual one, and for the sound codec single precision.

    The codec is a small part of model and work, and its rounding is heard: decoding in bfloat16 leaves noise 44 dB
    below the music, in float16 46 dB (an Oobleck of ACE-Step's size with random weights, benchmarks/README.md).
    """
    return {"default": usual, "vae": torch.float32}


class DiffusionEngine(ABC):
    """Makes takes by a pipeline of the diffusers library in ``folder``."""

    name: str
    capabilities: Capabilities
    numbers_on_gpu = "bfloat16"

    hears_negative = False
    """Whether what is to be avoided reaches the model; only then it stands in a take's record."""

    def __init__(self, book: MoodBook, folder: Path | None = None) -> None:
        """Take the folder of the weights; nothing is read before `load`."""
        self._folder = folder
        self._weights: Weights | None = None
        self._device: Any = None

    @abstractmethod
    def _open(self, folder: str, numbers: Mapping[str, Any]) -> None:
        """Load the pipeline, each of its parts with its `numbers`."""

    @abstractmethod
    def _close(self) -> None:
        """Forget the pipeline."""

    @abstractmethod
    def _key(self, request: Request) -> tuple[object, ...]:
        """Return what requests must have in common to go through one call without changing each other's music."""

    @abstractmethod
    def _latents(self, group: Group, stepped: Any) -> Tensor:
        """Return the latents of a group; ``stepped`` is the callback for the end of a step."""

    @abstractmethod
    def _decode(self, latents: Tensor, stepped: Callable[[], None]) -> Sound:
        """Return the sound of one take's latents, decoded in pieces; ``stepped`` is called before each, may raise."""

    @property
    @abstractmethod
    def rate(self) -> int:
        """The model's rate in Hz."""

    @property
    @abstractmethod
    def channels(self) -> int:
        """The model's channels."""

    @property
    @abstractmethod
    def parameters(self) -> dict[str, Any]:
        """What the takes are made with, for their record."""

    def load(self) -> None:
        """Read the weights into memory. :raises EngineFailed: if there are none, or they are another model's."""
        if self._weights is not None:
            return
        if self._folder is None:
            raise EngineFailed(f"no weights of {self.name} are here", text="error-no-weights", folder=self.name)
        weights = weights_in(self._folder)
        self._device = best_device()
        try:
            with telling_shortage():
                self._open(str(weights.folder), numbers(number_type(self._device, self.numbers_on_gpu)))
        except (OSError, ValueError, AttributeError) as error:
            raise EngineFailed(f"{weights.folder} cannot be loaded: {str(error)[:300]}") from error
        self._weights = weights

    def unload(self) -> None:
        """Forget the weights."""
        self._weights = None
        self._close()
        give_back_memory()

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        """Make one take per seed. :raises EngineFailed: if it cannot; `OutOfMemory` if fewer at once may do."""
        return self.generate_many([request], progress)[0]

    def generate_many(self, requests: Sequence[Request], progress: Progress) -> list[list[Take]]:
        """Make the takes of several orders; those that may share a call do."""
        self.load()
        groups = self._groups(requests)
        takes: list[dict[int, Take]] = [{} for _ in requests]
        with telling_shortage(), torch.inference_mode():
            for place, group in enumerate(groups):

                def told(share: float, place: int = place) -> None:
                    progress((place + share) / len(groups))

                for part, take in self._made(group, told):
                    takes[part.number][part.seed] = take
        progress(1.0)
        return [[found[seed] for seed in request.seeds] for found, request in zip(takes, requests, strict=True)]

    def _groups(self, requests: Sequence[Request]) -> list[Group]:
        """Put the takes into as few calls as leave each take's music to its own seed."""
        together: dict[tuple[object, ...], list[Part]] = {}
        for number, request in enumerate(requests):
            self._must_be_possible(request)
            strength = request.strength if request.mode == "vary" else None
            key = (request.mode, request.brief.seconds, id(request.source), strength, request.span)
            together.setdefault((*key, *self._key(request)), []).extend(
                Part(number, request, seed) for seed in request.seeds
            )
        return [self._group(tuple(parts)) for parts in together.values()]

    def _group(self, parts: tuple[Part, ...]) -> Group:
        request = parts[0].request
        source = None
        if request.source is not None and request.mode != "new":
            source = at_rate(request.source, self.rate, self.channels)
        # Below its shortest length a model makes no music; the finishing room cuts what is too long in whole bars.
        seconds = max(float(request.brief.seconds), self.capabilities.min_seconds)
        if request.mode == "repaint" and source is not None:
            seconds = source.shape[1] / self.rate
        return Group(parts, seconds, source)

    def _must_be_possible(self, request: Request) -> None:
        if request.mode == "new":
            return
        if request.source is None:
            raise EngineFailed(f"to {request.mode} a piece, the piece is needed")
        if request.mode == "extend" and request.brief.seconds <= request.source.audio.shape[1] / request.source.rate:
            raise EngineFailed(f"{request.brief.seconds} s is no longer than what it should go on from")

    def _made(self, group: Group, progress: Progress) -> list[tuple[Part, Take]]:
        """Denoise a group, then decode and splice take by take."""
        started = time.perf_counter()

        def stepped(pipeline: Any, step: int, _time: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            progress(DENOISING * (step + 1) / max(int(pipeline.num_timesteps), 1))
            return tensors

        progress(0.0)
        latents = self._latents(group, stepped)
        made: list[tuple[Part, Take]] = []
        for place, part in enumerate(group.parts):
            share = DENOISING + (1 - DENOISING) * place / len(group.parts)
            sound = self._decode(latents[place : place + 1], partial(progress, share))
            made.append((part, self._take(group, part, self._spliced(group, sound), started)))
        return made

    def _spliced(self, group: Group, sound: Sound) -> Sound:
        """Return a take's sound at its exact length, with what it starts from put back to the sample."""
        samples = round(group.seconds * self.rate)
        if sound.shape[1] < samples:
            sound = np.pad(sound, ((0, 0), (0, samples - sound.shape[1])))
        sound = within_full_scale(np.ascontiguousarray(sound[:, :samples], np.float32))
        if group.source is None or group.request.mode == "vary":
            return sound
        if group.request.mode == "extend":
            return longer(group.source, sound, self.rate)
        first, stop = span_of(group.request.span, samples, self.rate)
        return repainted(group.source[:, :samples], sound, first, stop, self.rate)

    def _take(self, group: Group, part: Part, sound: Sound, started: float) -> Take:
        assert self._weights is not None
        spent = (time.perf_counter() - started) / len(group.parts)
        return Take(
            audio=sound, rate=self.rate, seed=part.seed, engine=self.name, model=self._weights.model,
            revision=self._weights.revision, spent=spent,
            made=self.parameters | {
                "mode": part.request.mode, "strength": part.request.strength, "span": part.request.span,
                "batch": len(group.parts), **({"negative": part.request.negative} if self.hears_negative else {}),
            },
        )  # fmt: skip

    def _padded(self, group: Group) -> Tensor:
        """Return the source as a tensor (channels, samples), with silence up to the length that is wanted."""
        assert group.source is not None
        samples = round(group.seconds * self.rate)
        source = torch.from_numpy(group.source[:, :samples])
        return torch.nn.functional.pad(source, (0, samples - source.shape[1]))

    def _changed_span(self, group: Group) -> tuple[float, float]:
        """Return (start, end) in seconds of what is to be drawn: what lies beyond the source, or the span."""
        assert group.source is not None
        if group.request.mode == "extend":
            return group.source.shape[1] / self.rate, group.seconds
        first, stop = span_of(group.request.span, round(group.seconds * self.rate), self.rate)
        return first / self.rate, stop / self.rate
