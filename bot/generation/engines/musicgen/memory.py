"""What attention looks back at: the keys and values of every layer, and what a query hears of them.

The memory has its full size from the start; nothing is copied when it fills. On a CPU a step of attention is two sums
of weighted rows, scores as the sum of the keys' dimensions weighted by the query and then the values weighted by the
scores: torch's `embedding_bag` makes them as fast as memory can be read, twice as fast as its attention for a single
query, and every row by itself. For that the keys lie in blocks of so many positions, a row for each dimension.
"""

import math
from typing import Any

import torch
from torch.nn import functional

Tensor = Any
BLOCK = 64
"""Positions in a block of keys."""


class Strips:
    """Keys and values as (layers, rows, heads, positions, size), attended to by torch's own attention."""

    def __init__(self, layers: int, rows: int, heads: int, positions: int, size: int, like: Tensor) -> None:
        """Set aside the memory, on the device and with the numbers of ``like``."""
        shape = (layers, rows, heads, positions, size)
        self._keys = torch.zeros(shape, dtype=like.dtype, device=like.device)
        self._values = torch.zeros_like(self._keys)

    def clear(self) -> None:
        """Forget everything: what is masked must not be infinite, whatever was there."""
        self._keys.zero_()
        self._values.zero_()

    def write(self, layer: int, at: Any, key: Tensor, value: Tensor) -> None:
        """Keep (rows, heads, positions, size) at the positions ``at``: a slice, or a tensor of them."""
        keys, values = self._keys[layer], self._values[layer]
        if isinstance(at, slice):
            keys[:, :, at], values[:, :, at] = key, value
        else:
            keys.index_copy_(2, at, key)
            values.index_copy_(2, at, value)

    def heard(self, layer: int, query: Tensor, length: int, mask: Tensor | None, causal: bool) -> Tensor:
        """Return (rows, heads, queries, size): what each query hears of the first ``length`` positions."""
        keys, values = self._keys[layer, :, :, :length], self._values[layer, :, :, :length]
        return functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask, is_causal=causal)


class Blocks:
    """Keys as (layers, rows, heads, blocks, size, `BLOCK`), values as (layers, rows, heads, positions, size)."""

    def __init__(self, layers: int, rows: int, heads: int, positions: int, size: int) -> None:
        """Set aside the memory, for whole blocks."""
        self._blocks, self._groups = -(-positions // BLOCK), rows * heads
        self._keys = torch.zeros((layers, rows, heads, self._blocks, size, BLOCK))
        self._values = torch.zeros((layers, rows, heads, self._blocks * BLOCK, size))
        self._scale = 1 / math.sqrt(size)
        self._used = 0

    def clear(self) -> None:
        """Nothing needs to be forgotten: this memory serves one batch."""

    def write(self, layer: int, at: slice, key: Tensor, value: Tensor) -> None:
        """Keep (rows, heads, positions, size) at the positions ``at``."""
        self._values[layer, :, :, at] = value
        keys = self._keys[layer]
        if at.stop - at.start == 1:
            keys[:, :, at.start // BLOCK, :, at.start % BLOCK] = key[:, :, 0]
            return
        for block in range(at.start // BLOCK, -(-at.stop // BLOCK)):
            start, stop = max(at.start, block * BLOCK), min(at.stop, (block + 1) * BLOCK)
            part = key[:, :, start - at.start : stop - at.start]
            keys[:, :, block, :, start - block * BLOCK : stop - block * BLOCK] = part.transpose(-1, -2)

    def heard(self, layer: int, query: Tensor, length: int, mask: Tensor | None, causal: bool) -> Tensor:
        """Return (rows, heads, queries, size): what each query hears of the first ``length`` positions.

        ``mask``, (rows, 1, 1, length), says which of them each row may hear; None: all.
        """
        if query.shape[2] > 1:
            keys = self._keys[layer].transpose(-1, -2).flatten(2, 3)[:, :, :length]
            values = self._values[layer, :, :, :length]
            return functional.scaled_dot_product_attention(query, keys, values, attn_mask=mask, is_causal=causal)
        rows, heads, _, size = query.shape
        used = -(-length // BLOCK)
        if used != self._used:
            self._reach(used, size)
        told = (query * self._scale)[:, :, None].expand(-1, -1, used, -1, -1).reshape(-1)
        scores = _weighted(self._keys[layer].view(-1, BLOCK), self._key_rows, self._key_bags, told)
        scores = scores.view(rows, heads, 1, used * BLOCK)
        scores[..., length:] = -math.inf
        if mask is not None:
            scores[..., :length].masked_fill_(~mask, -math.inf)
        shares = scores.softmax(-1).view(-1)
        values = self._values[layer].view(-1, size)
        return _weighted(values, self._value_rows, self._value_bags, shares).view(rows, heads, 1, size)

    def _reach(self, used: int, size: int) -> None:
        """Number the rows that a step looks at while it reaches so many blocks."""
        groups = torch.arange(self._groups, dtype=torch.int32)[:, None]
        key_rows, value_rows = (torch.arange(used * each, dtype=torch.int32) for each in (size, BLOCK))
        self._key_rows = (groups * (self._blocks * size) + key_rows).view(-1)
        self._value_rows = (groups * (self._blocks * BLOCK) + value_rows).view(-1)
        self._key_bags = torch.arange(0, len(self._key_rows), size, dtype=torch.int32)
        self._value_bags = torch.arange(0, len(self._value_rows), used * BLOCK, dtype=torch.int32)
        self._used = used


def _weighted(table: Tensor, rows: Tensor, bags: Tensor, weights: Tensor) -> Tensor:
    """Return the sum of each bag's rows of a table, each times its weight."""
    return torch._embedding_bag_forward_only(table, rows, bags, False, 0, False, weights)[0]
