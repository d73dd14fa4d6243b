"""Can this machine play an engine? What can be said without its library: software installed, weights here, and theirs.

Asked before a shop or a worker opens, because an engine that cannot be loaded would otherwise be noticed with the first
paid order, and refund it.
"""

import importlib.util
from collections.abc import Mapping
from pathlib import Path

from bot.errors import BadSetting, EngineFailed, Problem
from bot.generation.engine import NeuralKind
from bot.generation.rights import ENGINES, EngineKind
from bot.generation.stock import must_hold

LIBRARIES = ("torch", "transformers", "diffusers")


def lacking(kind: EngineKind, weights: Path | None) -> EngineFailed | None:
    """Return what keeps an engine from being loaded here, as the error it would fail with, or None."""
    if not isinstance(kind, NeuralKind):
        return None
    if any(importlib.util.find_spec(library) is None for library in LIBRARIES):
        return EngineFailed(f"{kind.name} needs the neural extra", text="error-neural-extra", engine=kind.name)
    if weights is None:
        return EngineFailed(f"no weights of {kind.name} are here", text="engines-no-weights", engine=kind.name)
    try:
        must_hold(weights, kind.name, kind.models)
    except EngineFailed as error:
        return error
    return None


def must_be_loadable(kind: EngineKind, weights: Path | None) -> None:
    """Let an engine pass that can be loaded here. :raises BadSetting: with what is missing, and how to get it."""
    if (error := lacking(kind, weights)) is not None:
        raise BadSetting([Problem(f"BGM_ENGINE: {error}", error.text, **error.values)]) from error


def must_be_known(models: Mapping[str, str]) -> None:
    """Let ``[engines.models]`` pass that names engines. :raises BadSetting: naming the first that is none."""
    for name in sorted(set(models) - set(ENGINES)):
        known = ", ".join(ENGINES)
        message = f"shop.toml: engines.models.{name}: there is no such engine; known: {known}"
        raise BadSetting([Problem(message, "engines-unknown", engine=name[:40], known=known)])
