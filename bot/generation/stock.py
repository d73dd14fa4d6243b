"""The weights on this machine: where they lie, and how they are fetched, checked and recorded.

Weights come from the model hub through its own library, or from a folder somebody carried here; nothing is fetched but
by `bgm engines pull`. Every file is held against the hash that the hub states, and all hashes are written down beside
the weights, so that the folder can be checked again, also on a machine without a network.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import EngineFailed, TryLater
from bot.generation.engines.weights import RECORD, weights_in

COPIES = (".bin", ".pt", ".pth", ".msgpack", ".h5", ".onnx", ".ckpt", ".gguf", ".ot")
"""Kinds of files that repeat the weights in another form; fetched only where there are no safetensors."""

CHUNK = 1 << 20
Told = Callable[[str, int, int], None]
"""Hears which file is being fetched, the bytes done and the bytes in all."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model in the hub: its size in bytes, and its SHA-256 or, for small files, git's hash of it."""

    name: str
    size: int
    sha256: str | None
    git: str | None


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


def pull(repository: str, into: Path, told: Told) -> None:
    """Fetch a model from the hub into a folder, check every hash, and write the record. Goes on where it stopped.

    :raises EngineFailed: if a file is not what the hub states, or the library is not installed.
    :raises TryLater: if the hub cannot be reached, or does not let these weights out (`HF_TOKEN`, terms to accept).
    """
    part = into.with_name(f"{into.name}.part")
    revision, files = _listed(repository)
    whole, done = sum(file.size for file in files), 0
    for file in files:
        told(file.name, done, whole)
        _checked(_fetched(repository, revision, file, part), file)
        done += file.size
    told("", whole, whole)
    _settled(part, into, repository, revision)


def carry(source: Path, into: Path, told: Told) -> None:
    """Take a model from a folder, for machines without a network; if it has a record, every file is held against it.

    :raises EngineFailed: if the folder holds no model, or a file differs from its record.
    """
    weights = weights_in(source)
    part = into.with_name(f"{into.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    stated: dict[str, str] = _record(source).get("files", {})
    names = sorted(file.relative_to(source).as_posix() for file in source.rglob("*") if _counts(file))
    if missing := sorted(set(stated) - set(names)):
        raise EngineFailed(f"{source} lacks {missing[0]}")
    whole, done = sum((source / name).stat().st_size for name in names), 0
    for name in names:
        told(name, done, whole)
        (part / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / name, part / name)
        if name in stated and sha256_of(part / name) != stated[name]:
            raise EngineFailed(f"{name} is damaged: it is not the file that was recorded")
        done += (part / name).stat().st_size
    told("", whole, whole)
    _settled(part, into, weights.model, weights.revision)


def damaged(folder: Path) -> list[str]:
    """Return the files of a folder that are not (any longer) what its record states."""
    stated: dict[str, str] = _record(folder).get("files", {})
    return [
        name for name, found in stated.items() if not (folder / name).is_file() or sha256_of(folder / name) != found
    ]


def sha256_of(file: Path) -> str:
    """Return a file's SHA-256."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _listed(repository: str) -> tuple[str, list[File]]:
    """Return the newest revision of a model and the files that are wanted of it."""
    with _Hub() as hub:
        found = hub.HfApi().model_info(repository, files_metadata=True)
    every = [
        File(one.rfilename, one.size or 0, one.lfs.sha256 if one.lfs else None, None if one.lfs else one.blob_id)
        for one in found.siblings
    ]
    lean = any(file.name.endswith(".safetensors") for file in every)
    wanted = [file for file in every if not (lean and file.name.endswith(COPIES)) and not file.name.startswith(".")]
    return str(found.sha), wanted


def _fetched(repository: str, revision: str, file: File, into: Path) -> Path:
    with _Hub() as hub:
        return Path(hub.hf_hub_download(repository, file.name, revision=revision, local_dir=into))


class _Hub:
    """The hub's library, with its errors told as ours."""

    def __enter__(self) -> Any:
        try:
            import huggingface_hub
            from huggingface_hub.utils import disable_progress_bars
        except ImportError as error:
            raise EngineFailed("fetching needs huggingface_hub", text="error-neural-extra", engine="pull") from error
        disable_progress_bars()
        return huggingface_hub

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        from httpx import HTTPError
        from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, RepositoryNotFoundError

        if isinstance(error, RepositoryNotFoundError | HfHubHTTPError):
            raise TryLater(f"the hub refuses: {str(error).splitlines()[0]} (gated models want HF_TOKEN)") from error
        if isinstance(error, LocalEntryNotFoundError | HTTPError | OSError):
            raise TryLater(f"the hub cannot be reached: {type(error).__name__}") from error


def _checked(file: Path, stated: File) -> None:
    size = file.stat().st_size
    if stated.sha256 is not None:
        whole = sha256_of(file) == stated.sha256
    else:  # git's name of a blob, which the hub states for files outside its large file storage
        blob = hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)
        blob.update(file.read_bytes())
        whole = stated.git in (None, blob.hexdigest())
    if not whole or size != stated.size:
        file.unlink()
        raise EngineFailed(f"{stated.name} is damaged: it is not the file that the hub states; pull again")


def _settled(part: Path, into: Path, model: str, revision: str) -> None:
    """Write the record and put the folder in its place."""
    shutil.rmtree(part / ".cache", ignore_errors=True)
    files = {file.relative_to(part).as_posix(): sha256_of(file) for file in _files(part)}
    record = {"model": model, "revision": revision, "files": files}
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
