"""A model's folder: where its weights lie, what they are called, and which revision they are."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from bot.errors import EngineFailed

RECORD = "bgm-model.json"
"""Written beside the weights by ``bgm engines pull``: where they came from, their revision and hashes."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A folder of weights: ``model`` is its name in the hub or the folder's, ``revision`` tells contents apart."""

    folder: Path
    model: str
    revision: str


def weights_in(folder: Path) -> Weights:
    """Return what lies in a folder.

    The revision is the one recorded when it was fetched; of a folder somebody put there it is a hash of the
    configurations and the names and sizes of the weights.

    :raises EngineFailed: if it holds no model.
    """
    if not folder.is_dir() or not any(folder.glob("*.json")):
        raise EngineFailed(f"{folder} holds no model", text="error-no-weights", folder=str(folder))
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
        return Weights(folder, str(record["model"]), str(record["revision"]))
    except (OSError, ValueError, KeyError):
        return Weights(folder, folder.name, f"local-{_fingerprint(folder)}")


def _fingerprint(folder: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.name != RECORD:
            digest.update(f"{file.relative_to(folder).as_posix()}:{file.stat().st_size}\n".encode())
            if file.suffix == ".json":
                digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
