"""Files of the orders in an object store that speaks S3, behind the same methods as the local folder.

``MEDIA_URL=s3://bucket/prefix?endpoint=https://…&region=…``; the keys come from ``AWS_ACCESS_KEY_ID`` and
``AWS_SECRET_ACCESS_KEY``. Music is made and finished in files, so each machine keeps a folder of what it has touched:
what is written there is sent to the store, what is missing there is fetched. The store is the truth; the folder may be
emptied whenever the program is closed. Buyers download from the store itself by addresses that are signed for a while.
"""

import asyncio
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, urlsplit

from bot.errors import BadSetting, Problem, TryLater
from bot.storage.media import Media, place

if TYPE_CHECKING:
    from obstore.store import S3Store

PIECE = 8 << 20
"""Bytes sent or fetched at a time, so that a long master never stands in memory."""

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where the store is: read from ``MEDIA_URL``; the keys never print themselves."""

    name: str
    prefix: str
    endpoint: str
    region: str
    access_key: str
    secret_key: str

    def __repr__(self) -> str:
        return f"Bucket({self.name}/{self.prefix})"


@dataclass(frozen=True, slots=True)
class Held:
    """An object as the store holds it: key, size in bytes, the store's mark of its content, and its attributes."""

    key: str
    size: int
    etag: str
    attributes: Mapping[str, str]


def read_bucket(url: str, access_key: str, secret_key: str) -> Bucket:
    """Read ``s3://bucket/prefix?endpoint=…&region=…``.

    :raises BadSetting: naming what is wrong or missing.
    """
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    problems = list[Problem]()
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc:
        message = "MEDIA_URL: write s3://bucket/prefix?endpoint=https://…&region=… (the keys go into AWS_…)"
        problems.append(Problem(message, "problem-bucket"))
    if unknown := options.keys() - {"endpoint", "region"}:
        message = f"MEDIA_URL: {min(unknown)}= is not known; there are endpoint= and region="
        problems.append(Problem(message, "problem-bucket-option", name=min(unknown)))
    if options.get("endpoint") and urlsplit(options["endpoint"]).scheme not in ("http", "https"):
        message = "MEDIA_URL: endpoint= is an address such as https://s3.example"
        problems.append(Problem(message, "problem-bucket-endpoint"))
    if not (access_key and secret_key):
        message = "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: the object store of MEDIA_URL needs both"
        problems.append(Problem(message, "problem-bucket-keys"))
    if problems:
        raise BadSetting(problems)
    region = options.get("region", "us-east-1")
    return Bucket(parts.netloc, parts.path.strip("/"), options.get("endpoint", ""), region, access_key, secret_key)


def open_bucket(bucket: Bucket, folder: Path) -> "BucketMedia":
    """Return the files of a bucket; ``folder`` keeps what this machine has touched.

    :raises BadSetting: if the extra for object stores is not installed.
    """
    try:
        from obstore.store import S3Store
    except ImportError:
        message = "MEDIA_URL: object stores need an extra; install it with: .venv/bin/pip install -e '.[s3]'"
        raise BadSetting([Problem(message, "problem-bucket-extra")]) from None
    options: dict[str, Any] = {"endpoint": bucket.endpoint} if bucket.endpoint else {}
    store = S3Store(
        bucket.name,
        prefix=bucket.prefix or None,
        region=bucket.region,
        access_key_id=bucket.access_key,
        secret_access_key=bucket.secret_key,
        virtual_hosted_style_request=not bucket.endpoint,
        client_options={"allow_http": bucket.endpoint.startswith("http://"), "timeout": "60s"},
        retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=30)},
        **options,
    )
    return BucketMedia(folder, store)


class BucketMedia(Media):
    """Files by key in an object store, with a folder of this machine before it."""

    def __init__(self, root: Path, store: "S3Store") -> None:
        super().__init__(root)
        self._store = store

    async def put(self, key: str, source: Path) -> Path:
        """Copy a file in under a key, here and in the store; see `Media.put`. :raises TryLater: if it is down."""
        path = await super().put(key, source)
        await self._send(key, path, {})
        return path

    async def write(self, key: str, content: bytes) -> Path:
        """Keep bytes under a key, here and in the store; see `Media.write`. :raises TryLater: if it is down."""
        path = await super().write(key, content)
        await self._send(key, path, {})
        return path

    async def fetch(self, key: str) -> Path:
        """Return the file of a key, brought here if it is not; see `Media.fetch`."""
        path = self.path(key)
        if not await asyncio.to_thread(path.is_file):
            await self._bring(key, path)
        return path

    async def fetch_folder(self, key: str) -> Path:
        """Return the folder of a key with everything in it; see `Media.fetch_folder`."""
        folder = self.folder(key)
        held = await self._listed(key)
        missing = [name for name in held if not self.path(name).is_file()]
        for start in range(0, len(missing), AT_ONCE):
            await asyncio.gather(*(self._bring(name, self.path(name)) for name in missing[start : start + AT_ONCE]))
        return folder

    async def keep(self, key: str, called: Mapping[str, str] | None = None) -> None:
        """Send what was written straight into the place or folder of a key; see `Media.keep`."""
        path = self.path(key)
        files = await asyncio.to_thread(_files_of, path)
        for start in range(0, len(files), AT_ONCE):
            await asyncio.gather(
                *(self._send(self._key(file), file, called or {}) for file in files[start : start + AT_ONCE])
            )

    async def address(self, key: str, seconds: int) -> str:
        """Return a signed address of the store's, good for so many seconds; see `Media.address`."""
        import obstore

        self.path(key)
        signed: str = await obstore.sign_async(self._store, "GET", key, timedelta(seconds=seconds))
        return signed

    async def exists(self, key: str) -> bool:
        """Say whether there is a file under a key, here or in the store."""
        import obstore

        if await super().exists(key):
            return True
        try:
            await obstore.head_async(self._store, key)
        except FileNotFoundError:
            return False
        except _failures() as error:
            raise _down(error) from error
        return True

    async def delete(self, key: str) -> None:
        """Remove the file or folder of a key, in the store and here; nothing happens if there is none."""
        import obstore

        try:
            await obstore.delete_async(self._store, [key, *await self._listed(key)])
        except FileNotFoundError:
            pass
        except _failures() as error:
            raise _down(error) from error
        await super().delete(key)

    async def listed(self, key: str = "") -> list[Held]:
        """Return what the store holds in a folder, or altogether; attributes are not listed.

        :raises TryLater: if the store cannot be reached.
        """
        import obstore

        found: list[Held] = []
        try:
            async for batch in obstore.list(self._store, prefix=f"{key}/" if key else None):
                found += [Held(entry["path"], entry["size"], entry["e_tag"] or "", {}) for entry in batch]
        except _failures() as error:
            raise _down(error) from error
        return found

    async def bring_to(self, key: str, target: Path) -> Held | None:
        """Fetch an object to a place of the caller's; None (and no file) if there is none.

        :raises TryLater: if the store cannot be reached; :raises OSError: if the disk is full.
        """
        import obstore

        try:
            answer = await obstore.get_async(self._store, key)
            pieces = answer.stream(min_chunk_size=PIECE)
            async with place(target) as writing:
                async for piece in pieces:
                    await asyncio.to_thread(writing.write, piece)
        except FileNotFoundError:
            return None
        except _failures() as error:
            raise _down(error) from error
        named = {str(name): str(value) for name, value in answer.attributes.items()}
        return Held(key, answer.meta["size"], answer.meta["e_tag"] or "", named)

    async def send_from(self, key: str, source: Path, attributes: Mapping[str, str]) -> None:
        """Put a file into the store as it was there before; this machine's own copy, now out of date, goes.

        :raises BadInput: as `path`; :raises TryLater: if the store cannot be reached.
        """
        path = self.path(key)
        await self._send(key, source, {}, dict(attributes))
        await asyncio.to_thread(path.unlink, missing_ok=True)

    async def _listed(self, key: str) -> list[str]:
        self.path(key)
        return [held.key for held in await self.listed(key)]

    async def _send(self, key: str, path: Path, called: Mapping[str, str], given: dict[str, str] | None = None) -> None:
        import obstore

        kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
        name = key.rpartition("/")[2]
        name = called.get(name, name)
        attributes = {
            "Content-Type": kind,
            "Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(name, safe='')}",
        }
        try:
            await obstore.put_async(self._store, key, path, attributes=given or attributes, chunk_size=PIECE)
        except _failures() as error:
            raise _down(error) from error

    async def _bring(self, key: str, path: Path) -> None:
        """Fetch a file piece by piece and move it to its place whole; one that is nowhere leaves nothing."""
        await self.bring_to(key, path)

    def _key(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def _files_of(path: Path) -> list[Path]:
    """Return a file, or the files of a folder that are whole (those with a dot before their name are not)."""
    if path.is_file():
        return [path]
    return sorted(one for one in path.rglob("*") if one.is_file() and not one.name.startswith("."))


def _failures() -> tuple[type[Exception], ...]:
    from obstore.exceptions import BaseError

    return (BaseError, OSError)


def _down(error: Exception) -> TryLater:
    return TryLater(f"the object store did not answer: {type(error).__name__}", after=10.0)
