"""The protocol every music engine speaks, and what goes in and out of it."""

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from bot.errors import EngineFailed
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook

Progress = Callable[[float], None]
"""Called now and then with the share done, 0 to 1. May raise to cancel; nothing half-made is returned then."""


@dataclass(frozen=True, slots=True)
class RightsCard:
    """May what this engine makes be sold? Shown to the operator and printed in every certificate."""

    code_licence: str
    weights_licence: str
    weights_source: str
    training_data: str
    sellable: Literal["yes", "conditional", "no"]
    condition: str = ""
    link: str = ""
    source_type: str = "trainedAlgorithmicMedia"
    """IPTC digitalSourceType for the provenance manifest."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an engine can do. Lengths in seconds, rate in Hz; ``changes`` are the edits of its own scores it knows."""

    sample_rate: int
    channels: int
    min_seconds: float
    max_seconds: float
    extend: bool = False
    vary: bool = False
    repaint: bool = False
    melody: bool = False
    tempo: bool = False
    max_takes: int = 8
    batches: bool = False
    """Makes the takes of several orders in one call (`BatchEngine`), in a process of its own."""
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Take:
    """One finished generation, untouched by the finishing room.

    ``audio`` is float32 of shape (channels, samples) at ``rate`` Hz; ``stems`` hold the same shape by role;
    ``score`` is the editable piece where the engine has one; ``state`` is what a later extend needs; ``made`` is the
    record of how: parameters and how many takes shared the batch, which together with seed, model and revision give the
    same take again.
    """

    audio: NDArray[np.float32]
    rate: int
    seed: int
    engine: str
    model: str
    revision: str
    spent: float
    tempo_bpm: float | None = None
    beats_per_bar: int = 4
    key: str | None = None
    stems: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    score: dict[str, Any] | None = None
    state: dict[str, NDArray[np.int16]] | None = None
    made: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Request:
    """One order's music: as many takes as ``seeds``, each made by its seed alone.

    ``mode`` "extend", "vary" and "repaint" change ``source``; ``strength`` (0 to 1) says how much and ``span``
    (start, end in seconds) where; "keep" is ``source`` as it is, and never reaches an engine. ``change`` names a
    buyer's revision such as "calmer" for engines that edit scores, and ``faster`` how many times as fast as the piece
    that is changed ``source`` has been made already, its pitch kept.
    ``melody`` is sound of shape (channels, samples) at the engine's rate; ``prompt`` and ``negative`` are English, and
    ``tempo_bpm`` is the tempo to aim at, for engines that are told it apart.
    ``stems`` asks for the take's stems, which cost memory and time, where the engine has any.
    """

    brief: Brief
    seeds: tuple[int, ...]
    prompt: str = ""
    negative: str = ""
    tempo_bpm: float | None = None
    mode: Literal["new", "extend", "vary", "repaint", "keep"] = "new"
    source: Take | None = None
    melody: NDArray[np.float32] | None = None
    strength: float = 0.5
    span: tuple[float, float] | None = None
    change: str = ""
    faster: float = 1.0
    stems: bool = False


class Engine(Protocol):
    """A maker of music. `generate` blocks and is called in a worker process or thread, never on the event loop."""

    name: str
    rights: RightsCard
    capabilities: Capabilities

    def load(self) -> None:
        """Bring weights or sounds into memory; calling it twice does nothing."""
        ...

    def unload(self) -> None:
        """Give the memory back."""
        ...

    def estimate(self, request: Request) -> float:
        """Return how many seconds of work the request will take on this machine, roughly."""
        ...

    def generate(self, request: Request, progress: Progress) -> Sequence[Take]:
        """Make one take per seed.

        :raises EngineFailed: if the engine cannot make it; `OutOfMemory` if a smaller batch may do.
        """
        ...


class BatchEngine(Engine, Protocol):
    """An engine that makes the takes of several orders in one call."""

    def generate_many(self, requests: Sequence[Request], progress: Progress) -> Sequence[Sequence[Take]]:
        """Make one take per seed of every request; see `Engine.generate`."""
        ...


@dataclass(slots=True)
class NeuralKind:
    """A kind of engine as it is known without its library: everything here is read without torch.

    ``home`` is "module:class"; ``repository`` is where `bgm engines pull` fetches the weights from; ``memory`` is what
    the model needs in GiB, on a GPU and on a CPU (None: it does not run there in any useful time); ``models`` are the
    kinds of models it plays, as `bot.generation.stock.model_type` names them (none: any).
    """

    name: str
    rights: RightsCard
    capabilities: Capabilities
    home: str
    repository: str
    memory: tuple[float, float | None]
    models: tuple[str, ...] = ()

    def __call__(self, book: MoodBook, own: Path | None = None, /) -> BatchEngine:
        """Return an engine for the weights in the folder ``own``; its library is imported here.

        :raises EngineFailed: if the library is not installed.
        """
        module, _, name = self.home.partition(":")
        try:
            engine: BatchEngine = getattr(importlib.import_module(module), name)(book, own)
        except ImportError as error:
            raise EngineFailed(
                f"{self.name} needs {error.name}", text="error-neural-extra", engine=self.name
            ) from error
        return engine
