"""Where a neural engine computes, with which numbers, and how its shortage of memory is told."""

import contextlib
import gc
import os
import traceback
from collections.abc import Iterator
from typing import Any

from bot.errors import DeviceLost, EngineFailed, OutOfMemory

SHORTAGES = ("not enough memory", "out of memory", "STATUS_ALLOC_FAILED")
"""What errors without a class of their own say when memory was short: the CPU's allocator, CUDA, its libraries."""

FAULTS = ("CUDA error", "HIP error", "cuDNN error", "MIOpen Error", "device-side assert")
"""What a device's libraries say when a kernel failed; the runtime's own errors are torch.AcceleratorError."""


def best_device() -> Any:
    """Return the GPU if torch can use one, else the CPU."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def device_name() -> str:
    """Return the device in words, for records of what was measured on it."""
    import torch

    if torch.cuda.is_available():
        return str(torch.cuda.get_device_name())
    return f"CPU, {torch.get_num_threads()} threads"


def number_type(device: Any, on_gpu: str = "float16") -> Any:
    """Return the type of a model's numbers: half precision on a GPU, single on a CPU, which is slower with less."""
    import torch

    return getattr(torch, on_gpu) if device.type == "cuda" else torch.float32


def single_on_x86(device: Any, numbers: Any) -> bool:
    """Whether this is single precision on an x86 CPU with AVX2 or more, for which torch brings kernels made to measure.

    Ways to compute are chosen by what the machine is, never by the clock: a seed gives the same music at every start.
    """
    import torch

    level = str(torch.backends.cpu.get_cpu_capability())
    return bool(device.type == "cpu" and numbers == torch.float32 and level.startswith(("AVX2", "AVX512")))


def can_capture(device: Any) -> bool:
    """Whether steps can be captured as graphs there: CUDA's, and ROCm's by the same name."""
    return bool(device.type == "cuda")


def use_threads(count: int = 0) -> None:
    """Let torch use so many threads on the CPU; 0: one a core. Results do not depend on it beyond rounding."""
    import torch

    torch.set_num_threads(count or os.cpu_count() or 1)


def give_back_memory() -> None:
    """Return what a dropped model occupied to the system."""
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


@contextlib.contextmanager
def telling_shortage() -> Iterator[None]:
    """Turn every way of running out of memory into `OutOfMemory`, and of losing the device into `DeviceLost`.

    :raises OutOfMemory: if a smaller batch may do.
    :raises DeviceLost: if nothing goes on the device any more: a fault there stays until the process ends.
    :raises EngineFailed: if the library failed in any other way.
    """
    import torch

    try:
        yield
    except (MemoryError, RuntimeError) as error:
        told = f"{type(error).__name__}: {str(error)[:300]}"
        shortage = isinstance(error, MemoryError | torch.OutOfMemoryError)
        if shortage or any(word in str(error) for word in SHORTAGES):
            # The calls that failed hold their tensors for as long as the error is told of: they let go first.
            traceback.clear_frames(error.__traceback__)
            give_back_memory()
            raise OutOfMemory("the batch is too large for the memory") from error
        if isinstance(error, torch.AcceleratorError) or any(word in str(error) for word in FAULTS):
            raise DeviceLost(told) from error
        raise EngineFailed(told) from error
