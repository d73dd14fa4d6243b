"""Which engines there are, and whether what they make may be sold. There is no way around this gate."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from bot.errors import BadSetting
from bot.generation.engine import Capabilities, Engine, RightsCard
from bot.settings.moods import MoodBook


class EngineKind(Protocol):
    """A class of engines: what is known of it before one is made, and the way to make one."""

    name: str
    rights: RightsCard
    capabilities: Capabilities

    def __call__(self, book: MoodBook, soundfont: Path | None = None, /) -> Engine:
        """Return an engine that knows the shop's moods and the operator's own sounds; cheap, `Engine.load` is not."""
        ...


def _composer() -> EngineKind:
    from bot.generation.engines.composer.engine import Composer

    return Composer


ENGINES: Mapping[str, Callable[[], EngineKind]] = {"composer": _composer}
"""By name; imported only when asked for."""


def engine_kind(name: str) -> EngineKind:
    """Return the engine class of that name.

    :raises BadSetting: if there is none; the sentence names those there are.
    """
    if name not in ENGINES:
        raise BadSetting([f"BGM_ENGINE: there is no engine {name!r}; known: {', '.join(ENGINES)}"])
    return ENGINES[name]()


def sellable_engine(name: str) -> EngineKind:
    """Return the engine class of that name if its music may be sold.

    :raises BadSetting: if there is none, or its rights do not allow selling; the sentence says why and what else may.
    """
    kind = engine_kind(name)
    if kind.rights.sellable != "yes":
        others = ", ".join(other for other in ENGINES if ENGINES[other]().rights.sellable == "yes")
        why = f"{kind.rights.weights_licence}; {kind.rights.condition}".strip("; ")
        raise BadSetting([f"BGM_ENGINE: {name} may not make music for sale ({why}); use one of: {others}"])
    return kind
