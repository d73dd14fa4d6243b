"""The delay pattern: codebook k of a frame stands ``delay[k]`` positions later, so that one step draws them all.

Position p holds, for codebook k, the code of frame p - 1 - delay[k]; position 0 is all padding (Copet et al. 2023,
"Simple and Controllable Music Generation", section 2.2). Stereo models interleave left and right, which share a delay.
"""

from typing import Any

import torch

Tensor = Any
UNKNOWN = -1
"""Marks what is still to be drawn."""


def delays(codebooks: int, channels: int) -> list[int]:
    """Return the delay of each codebook, in positions."""
    return [book // channels for book in range(codebooks)]


def laid_out(frames: Tensor, delay: Tensor, pad: int) -> Tensor:
    """Return (takes, codebooks, positions) of (takes, codebooks, frames), each codebook at its delay, else ``pad``."""
    count = frames.shape[-1]
    frame = torch.arange(count + int(delay.max()) + 1)[None, :] - 1 - delay[:, None]
    found = frames.gather(2, frame.clamp(0, count - 1).expand(frames.shape[0], -1, -1))
    return torch.where((frame >= 0) & (frame < count), found, pad)


def gathered(grid: Tensor, first: int, frames: int, delay: Tensor) -> Tensor:
    """Return the codes of one take's ``frames`` frames from ``first`` on, (codebooks, frames), out of its grid."""
    places = first + torch.arange(frames)[None, :] + 1 + delay[:, None]
    return grid.gather(1, places)
