"""How much memory the tensors of a call take at once: counted as they are made, and let go."""

import weakref
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Live(TorchDispatchMode):  # type: ignore[misc]
    """Follows every tensor that an operation gives. ``peak`` is the most bytes that lived at once.

    Views share their memory and count once; what was there before (weights, the source) does not count.
    """

    def __init__(self) -> None:
        super().__init__()
        self.peak = 0
        self._live = 0
        self._holders: dict[int, int] = {}

    def __torch_dispatch__(self, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        given = function(*args, **(kwargs or {}))
        for one in given if isinstance(given, tuple | list) else (given,):
            if isinstance(one, torch.Tensor):
                self._follow(one)
        self.peak = max(self.peak, self._live)
        return given

    def _follow(self, tensor: Any) -> None:
        memory = tensor.untyped_storage()
        place, size = memory.data_ptr(), memory.nbytes()
        self._holders[place] = self._holders.get(place, 0) + 1
        if self._holders[place] == 1:
            self._live += size
        weakref.finalize(tensor, self._let_go, place, size)

    def _let_go(self, place: int, size: int) -> None:
        self._holders[place] -= 1
        if not self._holders[place]:
            del self._holders[place]
            self._live -= size
