"""What a model's library says when something fails, and what is done about it: no memory, no device, anything else."""

import weakref

import pytest

from bot.errors import DeviceLost, EngineFailed, OutOfMemory

torch = pytest.importorskip("torch", reason="the neural extra is not installed")

from bot.generation.engines import device  # noqa: E402

ILLEGAL = "CUDA error: an illegal memory access was encountered\nCUDA kernel errors might be reported later"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB."), OutOfMemory),
        (torch.AcceleratorError("CUDA error: out of memory"), OutOfMemory),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), OutOfMemory),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:132] DefaultCPUAllocator: not enough memory"), OutOfMemory),
        (MemoryError(), OutOfMemory),
        (torch.AcceleratorError(ILLEGAL), DeviceLost),
        (RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`"), DeviceLost),
        (RuntimeError("cuDNN error: CUDNN_STATUS_EXECUTION_FAILED"), DeviceLost),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"), EngineFailed),
    ],
    ids=lambda one: str(one)[:40] if isinstance(one, Exception) else one.__name__,
)
def test_every_failure_is_told_as_what_it_is(error: Exception, told: type[EngineFailed]) -> None:
    with pytest.raises(EngineFailed) as found, device.telling_shortage():
        raise error
    assert type(found.value) is told


def test_what_failed_for_want_of_memory_has_let_go_of_it_before_it_is_given_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An error holds the calls it came through, and they their tensors: nothing would be there to give back."""
    large: list[weakref.ref[object]] = []
    found: list[object] = []
    monkeypatch.setattr(device, "give_back_memory", lambda: found.append(large[0]()))

    def attended() -> None:
        scores = torch.zeros(8)
        large.append(weakref.ref(scores))
        raise torch.OutOfMemoryError("CUDA out of memory")

    with pytest.raises(OutOfMemory), device.telling_shortage():
        attended()
    assert found == [None]
