"""What is given of a source's codes when it is changed: what stays, and what is drawn again."""

import hashlib
import math
from typing import Any

import torch

from bot.generation.engines.musicgen.delay import UNKNOWN

Tensor = Any
CANDIDATES = 4
"""How many times a part in the middle is drawn; the one that leads best into what follows is taken."""
JUDGED_SECONDS = 1.0
"""How much of what follows a part is held against it."""

_GOLDEN = (math.sqrt(5) - 1) / 2


def unknown(codes: Tensor, frames: int) -> Tensor:
    """Return so many frames that are all to be drawn, as many codebooks as ``codes`` has."""
    return torch.full((codes.shape[0], frames), UNKNOWN, dtype=torch.long)


def thinned(codes: Tensor, frames: int, strength: float, seed: int, channels: int) -> Tensor:
    """Return ``frames`` frames of (codebooks, frames) codes for a variation: a share of ``strength`` is to be drawn.

    The finest codebooks go first, for they hold colour and detail, and the coarsest, which carry pitch and beat, last:
    up to 1 - 1/levels the whole outline stands, at 1 nothing does, and the take is that which the seed makes by itself.
    A frame never keeps a code without those that are coarser, for it only corrects what they leave (residual
    quantisation). In between, how deep each frame is kept follows the golden sequence, the most even of all, so that
    what remains of the outline are evenly spread anchors. What is kept at a strength is kept at every lesser one.

    Both ways of holding on to a piece, by its coarse codes and by every so-manieth frame, are those of Garcia et al.
    2023, "VampNet: Music Generation via Masked Acoustic Token Modeling", section 3.3; here the model that fills the
    gaps goes from left to right.
    """
    whole = codes[:, :frames]
    whole = torch.cat([whole, unknown(codes, frames - whole.shape[1])], dim=1)
    levels = codes.shape[0] // channels
    level = torch.arange(codes.shape[0])[:, None] // channels
    along = ((torch.arange(frames, dtype=torch.float64) + seed % 2**32) * _GOLDEN).frac()
    return torch.where(level + 1 - levels * (1 - strength) > along, UNKNOWN, whole)


def kept_share(codes: Tensor, source: Tensor) -> float:
    """Return the share of a source's codes that a take has in the same places."""
    frames = min(codes.shape[1], source.shape[1])
    return float((codes[:, :frames] == source[:, :frames]).float().mean()) if frames else 0.0


def candidate_seeds(seed: int, count: int) -> list[int]:
    """Return the seeds of a take's candidates, its own first; 32 bits, the same on every machine."""
    digests = (hashlib.sha256(f"{seed}:{number}".encode()).digest() for number in range(1, count))
    return [seed, *(int.from_bytes(digest[:4]) for digest in digests)]
