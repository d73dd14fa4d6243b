"""From a request to what is drawn for it: each take's prompt, what it keeps of its source, how long it is to be."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from bot.errors import EngineFailed
from bot.generation.engine import Request
from bot.generation.engines.musicgen.changes import CANDIDATES, JUDGED_SECONDS, candidate_seeds, thinned, unknown
from bot.generation.engines.musicgen.chroma import chroma
from bot.generation.engines.musicgen.codec import encoded
from bot.generation.engines.musicgen.conditions import Condition
from bot.generation.engines.musicgen.model import Model, words_of
from bot.generation.engines.musicgen.windows import Course
from bot.generation.engines.splice import Sound, at_rate, span_of

Tensor = Any
CODES = "codes"
"""Key of a take's state: int16 (codebooks, frames)."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What a take changes: its ``sound`` at the model's rate, and its ``codes``, (codebooks, frames)."""

    sound: Sound
    codes: Tensor


@dataclass(frozen=True, slots=True)
class Part:
    """One take to be drawn: whose it is, from what it starts, and how long it is to be in frames.

    ``given`` is what stands after the known beginning, `UNKNOWN` where codes are to be drawn (None: everywhere);
    ``span`` is the part that is made again, (first, stop) in samples, and how well what was drawn leads on is judged
    from frame ``judged``, where there is a choice of ``candidates``.
    """

    request: int
    seed: int
    condition: Condition
    known: Tensor
    frames: int
    origin: Origin | None = None
    given: Tensor | None = None
    span: tuple[int, int] | None = None
    judged: int | None = None
    candidates: int = 1

    def courses(self) -> list[Course]:
        """Return the courses of the part's candidates."""
        kept = int(self.known.shape[1])
        given = unknown(self.known, self.frames - kept) if self.given is None else self.given
        whole = torch.cat([self.known, given], dim=1)
        return [Course(whole, kept, seed, self.judged) for seed in candidate_seeds(self.seed, self.candidates)]


def parts_of(model: Model, number: int, request: Request, stepped: Callable[[], None]) -> list[Part]:
    """Return what is to be drawn for a request; ``stepped`` is called while its source is read and may raise.

    :raises EngineFailed: if the source is missing, or what is asked for is no change of it.
    """
    origin = None if request.mode == "new" else _origin(model, request, stepped)
    melody = request.melody
    if melody is None and request.mode == "vary" and origin is not None:
        melody = origin.sound  # in the same harmony, after Copet et al. 2023, section 2.3
    heard = None
    if melody is not None and model.melody:
        heard = chroma(melody, model.rate, model.whole.config.num_chroma)
    condition = Condition(words_of(model, request.prompt), heard)
    frames = -(-request.brief.seconds * model.rate // model.hop)
    nothing = torch.zeros((model.decoder.books, 0), dtype=torch.long)
    if origin is None:
        return [Part(number, seed, condition, nothing, frames) for seed in request.seeds]
    if request.mode == "extend":
        known = origin.codes[:, : origin.sound.shape[1] // model.hop]
        if frames <= known.shape[1]:
            raise EngineFailed(f"{request.brief.seconds} s is no longer than what it should go on from")
        return [Part(number, seed, condition, known, frames, origin) for seed in request.seeds]
    if request.mode == "vary":
        strength = min(max(request.strength, 0.0), 1.0)
        return [
            Part(number, seed, condition, nothing, frames, origin,
                 thinned(origin.codes, frames, strength, seed, model.channels))
            for seed in request.seeds
        ]  # fmt: skip
    return _repainting(model, number, request, condition, origin)


def _repainting(model: Model, number: int, request: Request, condition: Condition, origin: Origin) -> list[Part]:
    """Return the parts of a request for a span to be drawn again, judged by how it leads into what follows."""
    span = span_of(request.span, origin.sound.shape[1], model.rate)
    codes = origin.codes
    first, stop = span[0] // model.hop, min(-(-span[1] // model.hop), codes.shape[1])
    follows = codes[:, stop : stop + max(1, int(JUDGED_SECONDS * model.frame_rate))]
    judged, candidates = (stop, CANDIDATES) if follows.shape[1] else (None, 1)
    given = torch.cat([unknown(codes, stop - first), follows], dim=1)
    frames = stop + follows.shape[1]
    return [
        Part(number, seed, condition, codes[:, :first], frames, origin, given, span, judged, candidates)
        for seed in request.seeds
    ]


def _origin(model: Model, request: Request, stepped: Callable[[], None]) -> Origin:
    """Return the source at the model's rate, with the codes stored with it, else its sound's."""
    source = request.source
    if source is None:
        raise EngineFailed(f"to {request.mode} a piece, the piece is needed")
    stepped()
    sound = at_rate(source, model.rate, model.channels)
    frames = -(-sound.shape[1] // model.hop)
    stored = (source.state or {}).get(CODES)
    if stored is None or stored.shape[0] != model.decoder.books or not frames - 1 <= stored.shape[1] <= frames:
        return Origin(sound, encoded(model, sound, stepped)[:, :frames])
    return Origin(sound, torch.from_numpy(stored.astype(np.int64)))
