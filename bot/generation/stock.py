"""The weights on this machine: where they lie, what they are, how they are carried here, checked and recorded.

All hashes are written down beside the weights, so that a folder can be checked again, also on a machine without a
network. Nothing is fetched but by `bgm engines pull` (`bot.generation.hub`).
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bot.errors import EngineFailed
from bot.generation.engines.weights import RECORD, weights_in

GIB = 1 << 30
SPARE = 1 << 28
"""Bytes that stay free beside the weights: a database that cannot write is worse than no engine."""

Told = Callable[[str, int, int], None]
"""Hears which file is being fetched, the bytes done and the bytes in all."""


def weights_of(name: str, data: Path, models: Mapping[str, str], repository: str = "") -> Path | None:
    """Return the folder of an engine's weights: the one named in ``shop.toml``, the pulled one, or the hub's cache."""
    if own := models.get(name):
        return Path(own).expanduser()
    pulled = data / "models" / name
    if pulled.is_dir():
        return pulled.resolve()
    return _cached(repository) if repository else None


def _cached(repository: str) -> Path | None:
    """Return the newest snapshot in the hub's cache; laid out as ``models--owner--name/snapshots/<commit>``."""
    home = Path(os.environ.get("HF_HOME") or Path.home() / ".cache" / "huggingface")
    folder = Path(os.environ.get("HF_HUB_CACHE") or home / "hub") / f"models--{repository.replace('/', '--')}"
    try:
        commit = (folder / "refs" / "main").read_text("utf-8").strip()
    except OSError:
        return None
    snapshot = folder / "snapshots" / commit
    return snapshot if snapshot.is_dir() else None


def must_hold(folder: Path, engine: str, models: tuple[str, ...]) -> None:
    """Let a folder pass that holds a model of an engine: one of ``models``, as `model_type` names it.

    :raises EngineFailed: if it holds none, or another engine's.
    """
    weights_in(folder)
    found = model_type(folder)
    if models and found not in models:
        raise EngineFailed(
            f"{folder} holds {found or 'an unknown model'}, not {engine}",
            text="engines-other-model", folder=str(folder), found=found or "?", engine=engine,
        )  # fmt: skip


PIPELINE, MODEL = "model_index.json", "config.json"
"""What a folder is read by: a pipeline of diffusers, and a model of transformers."""


def index_of(models: tuple[str, ...]) -> str:
    """Return the file by which an engine reads its weights."""
    return PIPELINE if any(model.endswith("Pipeline") for model in models) else MODEL


def model_type(folder: Path) -> str:
    """Return what kind of model a folder holds: the pipeline that diffusers saved, or the transformers' model type."""
    for file, key in ((PIPELINE, "_class_name"), (MODEL, "model_type")):
        try:
            return str(json.loads((folder / file).read_text("utf-8"))[key])
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return ""


def carry(source: Path, into: Path, told: Told, engine: str = "", models: tuple[str, ...] = ()) -> None:
    """Take a model from a folder, for machines without a network; if it has a record, every file is held against it.

    Whole or not at all: what was in use before stays until the new folder is complete.

    :raises EngineFailed: if the folder holds no model of that engine, a file differs from its record, or there is no
        room.
    """
    if not source.is_dir():
        raise EngineFailed(f"{source} is no folder", text="engines-no-folder", folder=str(source))
    must_hold(source, engine, models)
    weights = weights_in(source)
    stated: dict[str, str] = _record(source).get("files", {})
    names = sorted(file.relative_to(source).as_posix() for file in source.rglob("*") if _counts(file))
    if missing := sorted(set(stated) - set(names)):
        raise EngineFailed(f"{source} lacks {missing[0]}", text="engines-lacks", folder=str(source), file=missing[0])
    whole, done = sum((source / name).stat().st_size for name in names), 0
    into.parent.mkdir(parents=True, exist_ok=True)
    must_have_room(into.parent, whole)
    part, hashes = into.with_name(f"{into.name}.copy"), {}
    shutil.rmtree(part, ignore_errors=True)
    try:
        for name in names:
            told(name, done, whole)
            hashes[name] = _copied(source / name, part / name, stated.get(name))
            done += (part / name).stat().st_size
        told("", whole, whole)
        settled(part, into, weights.model, weights.revision, hashes)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise no_room() from error
        raise EngineFailed(f"copying failed: {error}", text="engines-not-copied", why=str(error)) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _copied(source: Path, target: Path, stated: str | None) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    found = sha256_of(target)
    if stated is not None and found != stated:
        raise EngineFailed(
            f"{source.name} is damaged: it is not the file that was recorded", text="engines-damaged", file=source.name
        )
    return found


def damaged(folder: Path) -> list[str]:
    """Return the files of a folder that are not (any longer) what its record states."""
    stated: dict[str, str] = _record(folder).get("files", {})
    return [
        name for name, found in stated.items() if not (folder / name).is_file() or sha256_of(folder / name) != found
    ]


def sha256_of(file: Path) -> str:
    """Return a file's SHA-256."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def must_have_room(folder: Path, needed: int) -> None:
    """Let pass what fits onto a folder's disk. :raises EngineFailed: if it does not, with what is needed and free."""
    free = shutil.disk_usage(folder).free
    if needed and needed + SPARE > free:
        raise no_room(needed, free)


def no_room(needed: int = 0, free: int = 0) -> EngineFailed:
    """Return the error of a full disk, in bytes where they are known."""
    values = {"needed": round((needed + SPARE) / GIB, 1), "free": round(free / GIB, 1)} if needed else {}
    text = "engines-no-room" if needed else "engines-disk-full"
    return EngineFailed(f"no room on the disk for the weights: {values}", text=text, **values)


def settled(part: Path, into: Path, model: str, revision: str, files: Mapping[str, str]) -> None:
    """Write the record of the files and put the folder in its place; what is not in it is left behind."""
    shutil.rmtree(part / ".cache", ignore_errors=True)
    for file in list(_files(part)):
        if file.relative_to(part).as_posix() not in files:
            file.unlink()
    record = {"model": model, "revision": revision, "files": dict(sorted(files.items()))}
    (part / RECORD).write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    weights_in(part)
    before = into.with_name(f"{into.name}.before")
    shutil.rmtree(before, ignore_errors=True)
    if into.exists():
        into.rename(before)
    part.rename(into)
    shutil.rmtree(before, ignore_errors=True)


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if _counts(file))


def _counts(file: Path) -> bool:
    return file.is_file() and file.name != RECORD and ".cache" not in file.parts


def _record(folder: Path) -> dict[str, Any]:
    try:
        record = json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}
