"""Drawing codes: by each take's own generator, so that a seed gives the same music alone and in any batch."""

from collections.abc import Sequence
from typing import Any

import torch

Tensor = Any
BLOCK = 50
"""Steps whose noise is drawn at once; the generators stand on the CPU, so that every device draws alike."""


class Dice:
    """One generator a take. ``top`` is how many codes stay in the draw (0: greedy), ``temperature`` how evenly."""

    def __init__(self, seeds: Sequence[int], top: int, temperature: float, shape: tuple[int, int], device: Any) -> None:
        """``shape`` is (codebooks, codes)."""
        self._top = min(top, shape[1])
        self._temperature = temperature
        self._books = shape[0]
        self._device = device
        self._generators = [torch.Generator().manual_seed(seed) for seed in seeds]

    def noise(self, rows: Sequence[int]) -> Tensor:
        """Return the noise of the next `BLOCK` steps for these takes: (steps, takes, codebooks, top)."""
        shape = (BLOCK, self._books, max(self._top, 1))
        drawn = [torch.empty(shape).exponential_(generator=self._generators[row]) for row in rows]
        return torch.stack(drawn, dim=1).to(self._device, non_blocking=True)

    def draw(self, logits: Tensor, noise: Tensor) -> Tensor:
        """Return a code per take and codebook from (takes, codebooks, codes).

        An exponential race: the largest p / Exp(1) is a draw from p (Gumbel 1954, in the form without logarithms).
        """
        if not self._top:
            return logits.argmax(-1)
        best, codes = logits.float().topk(self._top)
        won = (torch.softmax(best / self._temperature, -1) / noise).argmax(-1, keepdim=True)
        return codes.gather(-1, won).squeeze(-1)
