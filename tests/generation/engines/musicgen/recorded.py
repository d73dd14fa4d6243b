"""What stands in for CUDA graphs on a CPU: a program that is recorded once and replayed on the same tensors.

As on a GPU, a replay knows nothing but the memory that it was recorded with: numbers that were Python's, and tensors
that have been put in another's place since, stay what they were. Capturing makes nothing: what it returns holds
garbage until the first replay; and asking a tensor for its number while capturing is an error.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from bot.generation.engines.musicgen import graphs, session

ASKED = "operation not permitted when stream is capturing"


class Recorder(TorchDispatchMode):  # type: ignore[misc]
    """Keeps every operation with what it was given and what came of it."""

    def __init__(self, program: list[tuple[Any, Any, Any, Any]]) -> None:
        super().__init__()
        self._program = program

    def __torch_dispatch__(self, function: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        if function is torch.ops.aten._local_scalar_dense.default:
            raise RuntimeError(ASKED)
        given = function(*args, **(kwargs or {}))
        self._program.append((function, args, kwargs or {}, given))
        return given


class Graph:
    """A recorded program."""

    def __init__(self) -> None:
        self.program: list[tuple[Any, Any, Any, Any]] = []

    def replay(self) -> None:
        """Do the same again, in the same places."""
        for function, args, kwargs, given in self.program:
            for place, fresh in zip(_tensors(given), _tensors(function(*args, **kwargs)), strict=True):
                if place.data_ptr() != fresh.data_ptr():
                    place.copy_(fresh)

    def spoil(self) -> None:
        """Leave garbage where a replay will write."""
        theirs = {one.data_ptr() for _, args, kwargs, _ in self.program for one in _tensors([args, kwargs])}
        for _, _, _, given in self.program:
            for one in _tensors(given):
                if one.is_floating_point() and one.data_ptr() not in theirs:
                    one.fill_(torch.nan)


@dataclass(slots=True)
class Watched:
    """What was done: how often something was captured and replayed, and which stream is the current one."""

    captured: list[Graph] = field(default_factory=list)
    replayed: int = 0
    stream: Any = "usual"
    fails: Exception | None = None
    """What every capture is to fail with."""


def recorded_graphs(patch: pytest.MonkeyPatch) -> Watched:
    """Have the captured path run here; returns what is seen of it."""
    seen = Watched()

    class Counted(Graph):
        def replay(self) -> None:
            seen.replayed += 1
            super().replay()

    class Stream:
        def wait_stream(self, _other: Any) -> None:
            pass

    def to(stream: Any) -> None:
        seen.stream = stream

    @contextlib.contextmanager
    def on(stream: Any) -> Iterator[None]:
        before, seen.stream = seen.stream, stream
        try:
            yield
        finally:
            seen.stream = before

    @contextlib.contextmanager
    def capture(graph: Graph, pool: Any, stream: Any) -> Iterator[None]:
        """As torch's own: where a capture fails, its stream stays the current one."""
        assert pool is not None
        before, seen.stream = seen.stream, stream
        with Recorder(graph.program):
            if seen.fails is not None:
                raise seen.fails
            yield
        seen.stream = before
        graph.spoil()
        seen.captured.append(graph)

    patch.setattr(graphs, "can_capture", lambda _device: True)
    patch.setattr(session, "can_capture", lambda _device: True)
    usual = Stream()
    seen.stream = usual
    for name, stand_in in {
        "Stream": Stream, "stream": on, "set_stream": to, "current_stream": lambda *_: seen.stream,
        "CUDAGraph": Counted, "graph": capture, "graph_pool_handle": object,
        "mem_get_info": lambda *_: (3, 4),
    }.items():  # fmt: skip
        patch.setattr(torch.cuda, name, stand_in)
    return seen


def _tensors(given: Any) -> list[Any]:
    return [one for one in torch.utils._pytree.tree_leaves(given) if isinstance(one, torch.Tensor)]
