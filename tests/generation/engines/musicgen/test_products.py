"""Weights in oneDNN's order give the products of the plain ones, and every row its own whatever the company."""

import pytest

torch = pytest.importorskip("torch", reason="the neural extra is not installed")

from bot.generation.engines.musicgen.products import Packed, Plain, can_pack, product  # noqa: E402

SIZES = [(1024, 4096), (4096, 1024), (1536, 1536)]
"""(inner, outer) of what musicgen-small and -medium multiply with."""


def test_small_weights_and_half_precision_stay_as_they_are() -> None:
    assert isinstance(product(torch.zeros(64, 64)), Plain)
    assert isinstance(product(torch.zeros(1024, 1024, dtype=torch.bfloat16)), Plain)


@pytest.mark.skipif(not can_pack(torch.zeros(1)), reason="oneDNN has no kernels of its own for this processor")
@pytest.mark.parametrize(("inner", "outer"), SIZES)
def test_a_row_is_multiplied_alike_alone_and_in_any_company(inner: int, outer: int) -> None:
    drawn = torch.Generator().manual_seed(inner)
    weight, rows = (torch.randn(many, inner, generator=drawn) / inner**0.5 for many in (outer, 70))
    with torch.inference_mode():
        packed = product(weight)
        assert isinstance(packed, Packed)
        together = packed(rows)
        torch.testing.assert_close(together, Plain(weight)(rows), atol=1e-4, rtol=1e-4)
        for first, stop in ((0, 1), (69, 70), (3, 5), (7, 23), (0, 64)):
            assert torch.equal(packed(rows[first:stop]), together[first:stop])
        assert torch.equal(packed(rows[:6].view(2, 3, inner)[:, -1:]), together[2:6:3][:, None])
