"""Products with a model's weights, in the order in which the processor reads them fastest.

A step of music multiplies a few rows with every weight of the model. torch's own product reads a plain matrix at a
fraction of what the memory gives, and by other ways for one, two or many rows, which round differently. oneDNN, which
torch brings along, takes weights that were put in its own order once; it reads them three to four times as fast, and
two rows get the very numbers they get among a hundred, so that company does not change a take.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch.nn import functional

from bot.generation.engines.device import single_on_x86

Tensor = Any
Product = Callable[[Tensor], Tensor]
"""(..., inner) to (..., outer): x times the transposed weights."""

PACKED_FROM = 2**18
"""Smaller weights stay as they are: what oneDNN saves on them is less than its call costs."""


def product(weight: Tensor) -> Product:
    """Return the product with ``weight``, (outer, inner), which may be let go afterwards."""
    if weight.numel() >= PACKED_FROM and can_pack(weight):
        return Packed(weight)
    return Plain(weight)


def can_pack(weight: Tensor) -> bool:
    """Whether torch brings oneDNN with kernels of its own for these numbers on this processor."""
    operations = ("_reorder_linear_weight", "_linear_pointwise")
    return (
        single_on_x86(weight.device, weight.dtype)
        and torch.backends.mkldnn.is_available()
        and all(hasattr(torch.ops.mkldnn, name) for name in operations)
    )


class Plain:
    """A product with weights as they were loaded."""

    def __init__(self, weight: Tensor) -> None:
        self._weight = weight

    def __call__(self, x: Tensor) -> Tensor:
        """Return (..., outer)."""
        return functional.linear(x, self._weight)


class Packed:
    """A product with weights in oneDNN's order; the plain ones are not kept."""

    def __init__(self, weight: Tensor) -> None:
        self._weight = torch.ops.mkldnn._reorder_linear_weight(weight)
        self._multiply = torch.ops.mkldnn._linear_pointwise.default

    def __call__(self, x: Tensor) -> Tensor:
        """Return (..., outer); a single row goes twice, since one alone would be rounded by another kernel."""
        if x.numel() == x.shape[-1]:
            pair = x.reshape(1, -1).expand(2, -1)
            return self._multiply(pair, self._weight, None, "none", [], "")[0].view(*x.shape[:-1], -1)
        return self._multiply(x, self._weight, None, "none", [], "")
