"""What a batch listens to: each take's prompt, and its melody where the model follows one."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from bot.generation.engines.musicgen.chroma import HOP, RATE
from bot.generation.engines.musicgen.decoder import Prompted
from bot.generation.engines.musicgen.model import Model

Tensor = Any


@dataclass(frozen=True, slots=True)
class Condition:
    """One take's: ``words`` (words, width), ``melody`` (moments, classes) or None for none."""

    words: Tensor
    melody: Tensor | None = None


def prompted(model: Model, conditions: Sequence[Condition], starts: Sequence[float], guided: bool) -> Prompted:
    """Return the conditions of takes side by side; ``starts`` is where in its music each one's window begins, s."""
    if model.melody:
        return Prompted(None, None, _prefix(model, conditions, starts, guided))
    longest = max(len(one.words) for one in conditions)
    text = torch.stack([_padded(one.words, longest) for one in conditions]).to(model.decoder.dtype)
    heard = torch.tensor([[place < len(one.words) for place in range(longest)] for one in conditions])
    # All of one length is the usual case, and without a mask the attention is quicker.
    return Prompted(text, None if bool(heard.all()) else heard.to(text.device), None)


def _prefix(model: Model, conditions: Sequence[Condition], starts: Sequence[float], guided: bool) -> Tensor:
    """Return melody and words to stand before the music; rows without a prompt get the sign for no melody and zeros."""
    whole = model.whole
    silent = torch.zeros(1, whole.config.num_chroma)
    silent[:, 0] = 1
    melodies = [
        silent if one.melody is None else one.melody[_moment(one.melody, start) :]
        for one, start in zip(conditions, starts, strict=True)
    ]
    rows = [(melody, one.words) for melody, one in zip(melodies, conditions, strict=True)]
    if guided:
        rows += [(silent, torch.zeros_like(one.words)) for one in conditions]
    prefix = torch.stack([torch.cat([_projected(whole, melody), words]) for melody, words in rows])
    return prefix.to(model.decoder.dtype)


def _projected(whole: Any, melody: Tensor) -> Tensor:
    length = whole.config.chroma_length
    melody = melody.to(whole.device, whole.dtype).repeat(math.ceil(length / len(melody)), 1)[:length]
    projected: Tensor = whole.audio_enc_to_dec_proj(melody) if hasattr(whole, "audio_enc_to_dec_proj") else melody
    return projected


def _moment(melody: Tensor, seconds: float) -> int:
    """Return where in a melody, which starts again when it is over, a second lies."""
    return round(seconds * RATE / HOP) % len(melody)


def _padded(words: Tensor, length: int) -> Tensor:
    return torch.nn.functional.pad(words, (0, 0, 0, length - len(words)))
