"""From a take's codes to its sound, with what was approved put back to the sample."""

from collections.abc import Callable
from typing import Any

import numpy as np

from bot.generation.engines.musicgen.codec import MARGIN_SECONDS, decoded
from bot.generation.engines.musicgen.model import Model
from bot.generation.engines.musicgen.parts import Origin, Part
from bot.generation.engines.splice import Sound, longer, matched, repainted, within_full_scale

Tensor = Any


def sounding(model: Model, part: Part, codes: Tensor, seconds: float, stepped: Callable[[], None]) -> Sound:
    """Return a take of exactly ``seconds`` (a part made again: of its source's length) at the model's rate.

    Only what is new is decoded, with a margin in which it is brought to the level of what it joins; ``stepped`` is
    called on the way and may raise.
    """
    origin = part.origin
    if origin is not None and part.span is not None:
        return _repainted(model, part.span, origin, codes, stepped)
    samples, kept = round(seconds * model.rate), part.known.shape[1]
    if origin is None or not kept:
        return within_full_scale(decoded(model, codes, stepped)[:, :samples])
    first = max(0, kept - _margin(model))
    before = origin.sound[:, : kept * model.hop]
    fresh = decoded(model, codes[:, first:], stepped)
    fresh = matched(before[:, first * model.hop :], fresh, model.rate)
    return longer(before, np.pad(fresh, ((0, 0), (first * model.hop, 0))), model.rate)[:, :samples]


def _repainted(
    model: Model, span: tuple[int, int], origin: Origin, codes: Tensor, stepped: Callable[[], None]
) -> Sound:
    """Return the source with a span of samples out of what was drawn again."""
    (first, stop), whole = span, origin.sound
    begin = max(0, first // model.hop - _margin(model))
    end = min(codes.shape[1], -(-stop // model.hop) + _margin(model))
    at, samples = begin * model.hop, whole.shape[1]
    fresh = decoded(model, codes[:, begin:end], stepped)[:, : samples - at]
    missing = stop - at - fresh.shape[1]  # codes may end within the last frame
    fresh = np.pad(fresh, ((0, 0), (0, max(0, missing))))
    fresh = matched(whole[:, at : at + fresh.shape[1]], fresh, model.rate, without=(first - at, stop - at))
    laid = np.pad(fresh, ((0, 0), (at, samples - at - fresh.shape[1])))
    return repainted(whole, laid, first, stop, model.rate)


def _margin(model: Model) -> int:
    return int(MARGIN_SECONDS * model.frame_rate)
