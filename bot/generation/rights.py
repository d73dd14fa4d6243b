"""Which engines there are, and whether what they make may be sold. There is no way around this gate.

An engine whose weights may not be sold never takes a paid order. One that sells under a condition does so only after
the operator has accepted that condition (`bgm engines accept`), which is recorded; when the condition's words change,
they have to be accepted again.
"""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from bot.errors import BadSetting, Problem
from bot.generation.engine import Capabilities, Engine, RightsCard
from bot.settings.moods import MoodBook


class EngineKind(Protocol):
    """A class of engines: what is known of it before one is made, and the way to make one."""

    name: str
    rights: RightsCard
    capabilities: Capabilities

    def __call__(self, book: MoodBook, own: Path | None = None, /) -> Engine:
        """Return an engine that knows the shop's moods; cheap, `Engine.load` is not.

        ``own`` is what it plays with: the composer's SoundFont where the operator has one, a neural engine's weights.
        """
        ...


def _composer() -> EngineKind:
    from bot.generation.engines.composer.engine import Composer

    return Composer


def _musicgen() -> EngineKind:
    from bot.generation.engines.musicgen.card import KIND

    return KIND


def _ace_step() -> EngineKind:
    from bot.generation.engines.ace_step.card import KIND

    return KIND


def _stable_audio() -> EngineKind:
    from bot.generation.engines.stable_audio.card import KIND

    return KIND


ENGINES: Mapping[str, Callable[[], EngineKind]] = {
    "composer": _composer,
    "ace-step": _ace_step,
    "stable-audio-3": _stable_audio,
    "musicgen": _musicgen,
}
"""By name; imported only when asked for, and none of them imports torch before it is made."""


def engine_kind(name: str) -> EngineKind:
    """Return the engine class of that name.

    :raises BadSetting: if there is none; the sentence names those there are.
    """
    if name not in ENGINES:
        known = ", ".join(ENGINES)
        message = f"there is no engine {name!r}; known: {known}"
        raise BadSetting([Problem(message, "engines-unknown", engine=name[:40], known=known)])
    return ENGINES[name]()


def sellable_engine(name: str) -> EngineKind:
    """Return the engine class of that name if its music may be sold, perhaps under a condition (see `accepted`).

    :raises BadSetting: if there is none, or its rights do not allow selling; the sentence says why and what else may.
    """
    kind = engine_kind(name)
    if kind.rights.sellable == "no":
        others = ", ".join(other for other in ENGINES if ENGINES[other]().rights.sellable == "yes")
        licence = kind.rights.weights_licence
        message = f"BGM_ENGINE: {name} may not make music for sale ({licence}); use one of: {others}"
        raise BadSetting([Problem(message, "engines-not-for-sale", engine=name, licence=licence, others=others)])
    return kind


def acceptance_note(name: str) -> str:
    """Return the name of the durable note in which the operator's acceptance stands."""
    return f"engine-accepted:{name}"


def terms_of(rights: RightsCard) -> str:
    """Return a short hash of what is accepted: the condition's words and the licence they belong to."""
    return hashlib.sha256(f"{rights.weights_licence}\n{rights.condition}".encode()).hexdigest()[:16]


def accepted(rights: RightsCard, note: Mapping[str, Any] | None) -> bool:
    """Say whether music may be sold: always, or because the note says that this very condition was accepted."""
    return rights.sellable == "yes" or (
        rights.sellable == "conditional" and note is not None and note.get("terms") == terms_of(rights)
    )


def must_be_accepted(kind: EngineKind, note: Mapping[str, Any] | None) -> None:
    """Let an engine pass that may sell.

    :raises BadSetting: if its condition has not been accepted yet, and how to do that.
    """
    if not accepted(kind.rights, note):
        message = (
            f"BGM_ENGINE: {kind.name} sells under a condition ({kind.rights.condition}); read it and run "
            f"`bgm engines accept {kind.name}`"
        )
        licence = kind.rights.weights_licence
        raise BadSetting([Problem(message, "engines-not-accepted", engine=kind.name, licence=licence)])
