"""A take as an engine played it, on its way from the engine's process to the finishing room: one file."""

import json
import os
from pathlib import Path

import numpy as np

from bot.errors import EngineFailed
from bot.generation.engine import Take

STATE = "state.npz"
"""Beside a finished take: what its engine needs to go on from it (MusicGen's codes)."""

_KEPT = ("rate", "seed", "engine", "model", "revision", "spent", "tempo_bpm", "beats_per_bar", "key", "made")


def write_played(take: Take, file: Path) -> None:
    """Write a take, whole or not at all."""
    told = {name: getattr(take, name) for name in _KEPT}
    arrays = {f"state.{name}": value for name, value in (take.state or {}).items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        np.savez(stream, audio=take.audio, told=np.array(json.dumps(told)), **arrays)  # type: ignore[arg-type]
    part.replace(file)


def read_played(file: Path) -> Take:
    """Read a take. :raises EngineFailed: if there is none, or none that can be read."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            state = {name.removeprefix("state."): kept[name] for name in kept.files if name.startswith("state.")}
            return Take(audio=kept["audio"], state=state or None, **json.loads(str(kept["told"])))
    except (OSError, ValueError, KeyError) as error:
        raise EngineFailed(f"{file.name} holds no take: {type(error).__name__}") from error


def write_state(take: Take, folder: Path) -> None:
    """Keep what a later extend needs beside a finished take, if its engine has anything."""
    if take.state:
        part = folder / f".{STATE}.{os.getpid()}.part"
        with part.open("wb") as stream:
            np.savez_compressed(stream, **take.state)  # type: ignore[arg-type]
        part.replace(folder / STATE)


def read_state(folder: Path) -> dict[str, np.ndarray] | None:
    """Return what `write_state` kept, or None."""
    try:
        with np.load(folder / STATE, allow_pickle=False) as kept:
            return {name: kept[name] for name in kept.files}
    except (OSError, ValueError):
        return None
