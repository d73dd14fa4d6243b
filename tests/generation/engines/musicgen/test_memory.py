"""Attention over blocks is torch's own attention; what a row hears does not depend on its company."""

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="the neural extra is not installed")

from bot.generation.engines.musicgen.memory import BLOCK, Blocks, Strips  # noqa: E402

ROWS, HEADS, SIZE, POSITIONS = 3, 2, 8, 2 * BLOCK + 5


def drawn(seed: int, *shape: int) -> Any:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def test_blocks_and_strips_give_the_same_attention_at_every_length() -> None:
    memories = Blocks(1, ROWS, HEADS, POSITIONS, SIZE), Strips(1, ROWS, HEADS, POSITIONS, SIZE, torch.zeros(1))
    known = BLOCK + 3
    query, key, value = (drawn(seed, ROWS, HEADS, known, SIZE) for seed in range(3))
    for memory in memories:
        memory.write(0, slice(0, known), key, value)
    first, second = (memory.heard(0, query, known, None, causal=True) for memory in memories)
    torch.testing.assert_close(first, second, atol=1e-5, rtol=1e-5)
    for place in range(known, POSITIONS):
        query, key, value = (drawn(10 * place + part, ROWS, HEADS, 1, SIZE) for part in range(3))
        for memory in memories:
            memory.write(0, slice(place, place + 1), key, value)
        first, second = (memory.heard(0, query, place + 1, None, causal=False) for memory in memories)
        torch.testing.assert_close(first, second, atol=1e-5, rtol=1e-5)


def test_a_row_hears_the_same_beside_longer_texts() -> None:
    words, query = 9, drawn(1, ROWS, HEADS, 1, SIZE)
    key, value = drawn(2, ROWS, HEADS, BLOCK, SIZE), drawn(3, ROWS, HEADS, BLOCK, SIZE)
    mask = (torch.arange(BLOCK) < torch.tensor([words, 40, BLOCK])[:, None])[:, None, None]
    together = Blocks(1, ROWS, HEADS, BLOCK, SIZE)
    together.write(0, slice(0, BLOCK), key, value)
    alone = Blocks(1, 1, HEADS, BLOCK, SIZE)
    alone.write(0, slice(0, words), key[:1, :, :words], value[:1, :, :words])
    told = together.heard(0, query, BLOCK, mask, causal=False)
    assert torch.equal(alone.heard(0, query[:1], BLOCK, mask[:1], causal=False), told[:1])
    plain = torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
    torch.testing.assert_close(told, plain, atol=1e-5, rtol=1e-5)
