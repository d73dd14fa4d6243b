"""Files of the orders: takes, masters, previews, pictures, certificates; keys are like ``orders/K3…/r1/t2/raw.wav``."""

import asyncio
import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import BinaryIO

from bot.errors import BadInput

_PART = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_DEEPEST = 10


class Media:
    """Files by key in a folder of this machine.

    A file is there whole or not at all: it is written beside its place, flushed to the disk and moved in one step.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.absolute()

    def path(self, key: str) -> Path:
        """Return where the file of a key lies (or would lie) for local reading.

        :raises BadInput: if the key could lead out of the folder, or is no plain relative path.
        """
        parts = key.split("/")
        if not key or len(parts) > _DEEPEST or not all(_PART.fullmatch(part) for part in parts):
            raise BadInput(f"{key[:200]!r} is no media key")
        return self.root.joinpath(*parts)

    def folder(self, key: str) -> Path:
        """Return the folder of a key, made if it was missing, for work that leaves several files.

        :raises BadInput: as `path`.
        """
        folder = self.path(key)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    async def put(self, key: str, source: Path) -> Path:
        """Copy a file in under a key, replacing what was there, and return its path.

        :raises BadInput: as `path`; :raises OSError: if the disk is full or the source is missing.
        """
        target = self.path(key)
        await asyncio.to_thread(_copy_whole, source, target)
        return target

    async def write(self, key: str, content: bytes) -> Path:
        """Keep bytes under a key, replacing what was there, and return the path.

        :raises BadInput: as `path`; :raises OSError: if the disk is full.
        """
        target = self.path(key)
        await asyncio.to_thread(_write_whole, content, target)
        return target

    async def fetch(self, key: str) -> Path:
        """Return where the file of a key lies on this machine, brought here first if it lies elsewhere.

        A file that is nowhere has a path too: whoever opens it finds out.

        :raises BadInput: as `path`; :raises TryLater: if the store elsewhere cannot be reached.
        """
        return self.path(key)

    async def fetch_folder(self, key: str) -> Path:
        """Return the folder of a key with everything in it on this machine, also what another one wrote.

        :raises BadInput: as `path`; :raises TryLater: if the store elsewhere cannot be reached.
        """
        return self.folder(key)

    async def keep(self, key: str, called: Mapping[str, str] | None = None) -> None:
        """Make what was written straight into the place or folder of a key last.

        ``called`` are the names that files have for whoever downloads them, by the names they are kept under.

        :raises BadInput: as `path`; :raises TryLater: if the store elsewhere cannot be reached.
        """
        self.path(key)

    async def address(self, key: str, seconds: int) -> str:
        """Return an address at which the file can be had by itself for a while, "" where the shop hands it out."""
        self.path(key)
        return ""

    async def exists(self, key: str) -> bool:
        """Say whether there is a file under a key."""
        return await asyncio.to_thread(self.path(key).is_file)

    async def delete(self, key: str) -> None:
        """Remove the file of a key, or the folder with all that is in it; nothing happens if there is none."""
        await asyncio.to_thread(_remove, self.path(key))


def _copy_whole(source: Path, target: Path) -> None:
    with source.open("rb") as reading:
        _place(target, lambda writing: shutil.copyfileobj(reading, writing, 1 << 20))


def _write_whole(content: bytes, target: Path) -> None:
    _place(target, lambda writing: writing.write(content))


def _place(target: Path, fill: Callable[[BinaryIO], object]) -> None:
    with _whole(target) as writing:
        fill(writing)


@asynccontextmanager
async def place(target: Path) -> AsyncIterator[BinaryIO]:
    """Open a file to be written piece by piece; at the end it is moved to its place whole, or not at all."""
    with _whole(target) as writing:
        yield writing


@contextmanager
def _whole(target: Path) -> Iterator[BinaryIO]:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as writing:
            yield writing
            writing.flush()
            os.fsync(writing.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _flush_folder(target.parent)


def _flush_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system lets folders be flushed."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
