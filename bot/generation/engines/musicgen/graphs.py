"""Steps captured as CUDA graphs: a thousand small kernels a step, started by one call.

By torch's rules (notes/cuda, "CUDA Graphs"): what a graph reads lies in fixed places, here the codes, the position and
everything of the stage; it runs once on a side stream before it is captured, so that libraries set themselves up; the
graphs share one pool of memory, which is allowed because one replays after the other and what one returns is used
before the next replays.
"""

from collections.abc import Callable
from typing import Any

import structlog
import torch

from bot.generation.engines.device import can_capture

Tensor = Any
log = structlog.get_logger(__name__)


class Graphs:
    """Captured steps by length of attention; every replay reads the same places in memory."""

    def __init__(self, takes: int, books: int, device: Any) -> None:
        """Set aside the places from which a step reads what it takes in."""
        self._codes = torch.zeros((takes, books), dtype=torch.long, device=device)
        self._place = torch.zeros(1, dtype=torch.long, device=device)
        self._captured: dict[int, tuple[Any, Tensor]] = {}
        self._able = can_capture(device)
        self._pool: Any = None
        self._side: Any = None

    def step(self, make: Callable[[Tensor, Tensor, int], Tensor], codes: Tensor, place: int, length: int) -> Tensor:
        """Make a step by replay; what cannot be captured runs uncaptured. ``make`` is always the same function."""
        self._codes.copy_(codes)
        self._place.fill_(place)
        if self._able and length not in self._captured:
            self._capture(make, length)
        if length not in self._captured:
            return make(self._codes, self._place, length)
        graph, logits = self._captured[length]
        graph.replay()
        return logits

    def _capture(self, make: Callable[[Tensor, Tensor, int], Tensor], length: int) -> None:
        """Run once on the side stream, then record; the first run writes only what the replay writes again."""
        usual = torch.cuda.current_stream()
        try:
            if self._side is None:
                self._side, self._pool = torch.cuda.Stream(), torch.cuda.graph_pool_handle()
            self._side.wait_stream(usual)
            with torch.cuda.stream(self._side):
                make(self._codes, self._place, length)
            usual.wait_stream(self._side)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, pool=self._pool, stream=self._side):
                logits = make(self._codes, self._place, length)
        except RuntimeError as error:
            torch.cuda.set_stream(
                usual
            )  # where a capture cannot be ended, torch (2.13) leaves its stream the current one
            if isinstance(error, torch.OutOfMemoryError):
                raise
            log.warning("cuda_graph_not_captured", length=length, error=str(error)[:200])
            self._able = False
        else:
            self._captured[length] = (graph, logits)
