"""Which engines there are, and whether what they make may be sold. There is no way around this gate."""

from collections.abc import Callable, Mapping

from bot.errors import BadSetting
from bot.generation.engine import Engine


def _composer() -> Engine:
    from bot.generation.engines.composer import Composer

    return Composer()


ENGINES: Mapping[str, Callable[[], Engine]] = {"composer": _composer}
"""By name; making one is cheap, `Engine.load` is not."""


def open_engine(name: str) -> Engine:
    """Return the engine of that name, not loaded yet.

    :raises BadSetting: if there is none; the sentence names those there are.
    """
    if name not in ENGINES:
        raise BadSetting([f"BGM_ENGINE: there is no engine {name!r}; known: {', '.join(ENGINES)}"])
    return ENGINES[name]()


def sellable_engine(name: str) -> Engine:
    """Return the engine of that name if its music may be sold.

    :raises BadSetting: if there is none, or its rights do not allow selling; the sentence says why and what else may.
    """
    engine = open_engine(name)
    if engine.rights.sellable != "yes":
        others = [other for other in ENGINES if ENGINES[other]().rights.sellable == "yes"]
        raise BadSetting(
            [
                f"BGM_ENGINE: {name} may not make music for sale ({engine.rights.weights_licence}; "
                f"{engine.rights.condition}); use one of: {', '.join(others)}"
            ]
        )
    return engine
