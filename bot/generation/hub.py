"""Weights fetched from the model hub by its own library, every file held against the hash that the hub states.

What is whole is never fetched twice: a broken-off pull goes on with the first file that is not, and pulling again what
is here already checks it and fetches only what is damaged or new.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.errors import EngineFailed, ShopError, TryLater
from bot.generation.stock import Told, must_have_room, no_room, settled, sha256_of

COPIES = (".bin", ".pt", ".pth", ".msgpack", ".h5", ".onnx", ".ckpt", ".gguf", ".ot")
"""Kinds of files that repeat the weights in another form; fetched only where there are no safetensors."""

LOOK_EVERY = 0.5
"""Seconds between two looks at how much of a file is here."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model in the hub: its size in bytes, and its SHA-256 or, for small files, git's hash of it."""

    name: str
    size: int
    sha256: str | None
    git: str | None


def pull(repository: str, into: Path, told: Told, index: str = "") -> None:
    """Fetch a model from the hub into a folder, check every hash, and write the record. Goes on where it stopped.

    ``index`` is a file without which the engine could not read what is there; nothing is fetched then.

    :raises EngineFailed: if the model is there in another form, a file is not what the hub states, there is no room, or
        the library is not installed.
    :raises TryLater: if the hub cannot be reached, or does not let these weights out (`HF_TOKEN`, terms to accept).
    """
    part = into.with_name(f"{into.name}.part")
    revision, files = _listed(repository)
    if index and index not in [file.name for file in files]:
        message = f"{repository} has no {index}: another form of the weights"
        raise EngineFailed(message, text="engines-other-form", repository=repository, file=index, engine=into.name)
    part.mkdir(parents=True, exist_ok=True)
    whole, done = sum(file.size for file in files), 0
    told("", 0, whole)
    hashes = {file.name: _reused(file, part, into) for file in files}
    must_have_room(into.parent, sum(file.size for file in files if hashes[file.name] is None))
    for file in files:
        told(file.name, done, whole)
        if hashes[file.name] is None:
            with _watched(file, part, done, whole, told):
                _fetch(repository, revision, file, part)
            hashes[file.name] = _checked(file, part)
        done += file.size
    told("", whole, whole)
    settled(part, into, repository, revision, {name: str(found) for name, found in hashes.items()})


def _listed(repository: str) -> tuple[str, list[File]]:
    """Return the newest revision of a model and the files that are wanted of it."""
    with _library() as hub:
        found = hub.HfApi().model_info(repository, files_metadata=True)
    every = [
        File(one.rfilename, one.size or 0, one.lfs.sha256 if one.lfs else None, None if one.lfs else one.blob_id)
        for one in found.siblings
    ]
    lean = any(file.name.endswith(".safetensors") for file in every)
    wanted = [file for file in every if not (lean and file.name.endswith(COPIES)) and not file.name.startswith(".")]
    return str(found.sha), wanted


def _reused(file: File, part: Path, into: Path) -> str | None:
    """Return the SHA-256 of a file that is here and whole, moved into the part if it is not there; None if it is not.

    It may lie in the part of a pull that broke off, or in the folder that is in use and being pulled again.
    """
    for place in (part / file.name, into / file.name):
        if place.is_file() and (found := _sha256_if_whole(place, file)) is not None:
            if place.is_relative_to(into):
                (part / file.name).parent.mkdir(parents=True, exist_ok=True)
                (part / file.name).unlink(missing_ok=True)
                try:
                    os.link(place, part / file.name)
                except OSError:  # a file system without links
                    shutil.copyfile(place, part / file.name)
            return found
    return None


def _fetch(repository: str, revision: str, file: File, part: Path) -> None:
    (part / file.name).unlink(missing_ok=True)
    with _library() as hub:
        hub.hf_hub_download(repository, file.name, revision=revision, local_dir=part)


def _checked(file: File, part: Path) -> str:
    """Return a fetched file's SHA-256. :raises EngineFailed: if it is not what the hub states."""
    found = _sha256_if_whole(part / file.name, file)
    if found is None:
        (part / file.name).unlink(missing_ok=True)
        raise EngineFailed(f"{file.name} is damaged: pull again", text="engines-damaged", file=file.name)
    return found


def _sha256_if_whole(path: Path, stated: File) -> str | None:
    """Return the SHA-256 of a file that is what the hub states, else None."""
    if path.stat().st_size != stated.size:
        return None
    found = sha256_of(path)
    if stated.sha256 is not None:
        return found if found == stated.sha256 else None
    # git's name of a blob, which the hub states for files outside its large file storage
    blob = hashlib.sha1(f"blob {stated.size}\0".encode(), usedforsecurity=False)
    blob.update(path.read_bytes())
    return found if stated.git in (None, blob.hexdigest()) else None


@contextlib.contextmanager
def _watched(file: File, part: Path, done: int, whole: int, told: Told) -> Iterator[None]:
    """Tell how far a file is while it is fetched: files of some GB take minutes, and the library only draws bars."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_EVERY):
            halves = (one.stat().st_size for one in (part / ".cache").rglob("*.incomplete"))
            with contextlib.suppress(OSError):  # one of them was finished just now
                told(file.name, done + min(sum(halves), file.size), whole)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


@contextlib.contextmanager
def _library() -> Iterator[Any]:
    """The hub's library, with its errors told as ours: they are many, and change with what it fetches by."""
    try:
        import huggingface_hub
        from huggingface_hub.errors import HfHubHTTPError
        from huggingface_hub.utils import disable_progress_bars
    except ImportError as error:
        raise EngineFailed("fetching needs huggingface_hub", text="error-neural-extra", engine="pull") from error
    disable_progress_bars()
    try:
        yield huggingface_hub
    except ShopError:
        raise
    except HfHubHTTPError as error:
        why = str(error).splitlines()[0]
        raise TryLater(f"the hub refuses: {why} (HF_TOKEN?)", text="engines-hub-refuses", why=why) from error
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            raise no_room() from error
        why = f"{type(error).__name__}: {str(error).splitlines()[0][:200] if str(error) else ''}"
        raise TryLater(f"the hub cannot be reached: {why}", text="engines-hub-away", why=why) from error
