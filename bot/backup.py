"""The whole shop in one archive, and back: database, media, keys and the operator's config.

The archive is a ``.tar.gz`` that holds ``shop.json`` (what it is), ``database.jsonl`` (a row per line, the same from
SQLite and PostgreSQL, so a shop can move between them), ``media/``, ``keys/`` and ``config/``. Rows are read in one
snapshot before the files; files are never changed once they are named by a row, so the shop may stay open.

Media in an object store do not go into every archive: ``media.jsonl`` names them with their hashes, and they lie in the
vault beside the archive (`bot.vault`), which every backup in that folder shares. A shop comes back into either kind of
place for its files, whichever it had.
"""

import asyncio
import contextlib
import io
import json
import tarfile
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Integer, Table, delete, func, make_url, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import BadInput
from bot.lock import only_one
from bot.settings.environment import Environment
from bot.storage import tables
from bot.storage.bucket import BucketMedia
from bot.storage.database import Database, is_missing, open_database
from bot.storage.media import Media
from bot.storage.tables import metadata
from bot.vault import Entry, Vault

FORMAT = 1
KEYS = ("*.key", "provenance/*.pem")
"""Files of the data folder that sign links, certificates and music."""
OBJECTS = "media.jsonl"

Say = Callable[..., None]
"""Told of what was done: the key of a sentence and its values."""


async def save(environment: Environment, file: Path, say: Say) -> None:
    """Write the archive; it appears whole or not at all, for its owner's eyes only: the shop's keys are in it.

    :raises BadInput: if its folder does not exist, or no shop is here; :raises TryLater: if the object store cannot be
        reached.
    """
    if not file.parent.is_dir():
        raise BadInput(f"there is no folder {file.parent}", text="error-no-folder", folder=str(file.parent))
    if is_missing(environment.database):
        raise _no_shop(environment)
    database = open_database(environment.database)
    try:
        if await database.is_new():
            raise _no_shop(environment)
        await database.upgrade()  # the rows are read as this version of the program knows them
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            rows = Path(folder) / "database.jsonl"
            count = 0
            with rows.open("w", encoding="utf-8") as lines:
                async for line in _rows(database):
                    lines.write(line + "\n")
                    count += 1
            card = {"format": FORMAT, "written": datetime.now(UTC).isoformat(), "schema": await _schema(database)}
            objects = await _into_vault(environment, Vault.beside(file), say)
            listing = Path(folder) / OBJECTS
            listing.write_text("".join(json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in objects), "utf-8")
            draft = Path(folder) / "archive"
            in_vault = frozenset(one.key for one in objects)
            await asyncio.to_thread(_pack, draft, card, [rows, listing], environment, in_vault)
            draft.chmod(0o600)
            draft.replace(file)
    finally:
        await database.close()
    say("backup-written", file=file, rows=count, mebibytes=_mebibytes(file.stat().st_size))


def _no_shop(environment: Environment) -> BadInput:
    """Say so rather than keep an empty archive: who backs up in the wrong folder would learn of it too late."""
    place = make_url(environment.database).render_as_string(hide_password=True)
    return BadInput(f"there is no shop in {place}", text="error-no-shop", place=place)


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:.1f}"


def _media(environment: Environment) -> Media:
    """Return where the shop keeps its files."""
    if not environment.media_in_store:
        return Media(environment.media)
    from bot.shop import open_media  # brings the whole studio along: seconds that a plain backup does not wait

    return open_media(environment)


async def _into_vault(environment: Environment, vault: Vault, say: Say) -> list[Entry]:
    """Bring the objects of the store into the vault and return them; none where there is no store."""
    media = _media(environment)
    if not isinstance(media, BucketMedia):
        return []
    entries, fetched = await vault.fill(media)
    size = sum(entry.size for entry in entries)
    sizes = {"mebibytes": _mebibytes(size), "fetched": _mebibytes(fetched)}
    say("backup-vault", folder=vault.folder, objects=len(entries), **sizes)
    return entries


async def load(environment: Environment, file: Path, *, force: bool = False, say: Say) -> None:
    """Put an archive in place of the present shop: the files first, and the rows that name them only if all are there.

    :raises BadInput: if it is no archive of ours or of another version, if files of it are missing or damaged, or
        (without ``force``) if there are orders. Nothing is changed then.
    :raises BadSetting: if the shop is open; :raises TryLater: if the object store cannot be reached.
    """
    with (
        only_one(environment.bgm_data),
        tempfile.TemporaryDirectory(dir=environment.bgm_data, prefix=".restore-") as tmp,
    ):
        folder = Path(tmp)
        card = await asyncio.to_thread(_unpack, file, folder)
        entries, vault = await asyncio.to_thread(_objects, folder / OBJECTS), Vault.beside(file)
        await asyncio.to_thread(vault.must_hold, entries, file.name)
        database = open_database(environment.database)
        try:
            await database.upgrade()
            if card.get("schema") != await _schema(database):
                raise BadInput(
                    f"{file} was written by another version of the shop (schema {card.get('schema')})",
                    text="error-backup-version", file=file.name,
                )  # fmt: skip
            async with database.write() as tx:
                await _must_be_empty(tx, force=force, file=file.name)
                await _media_in_place(_media(environment), vault, entries, folder / "media")
                count = await _insert(database, tx, folder / "database.jsonl")
                await asyncio.to_thread(_put_in_place, folder, environment)
        finally:
            await database.close()
    say("backup-restored", file=file, rows=count)


async def _schema(database: Database) -> str:
    async with database.read() as tx:
        return str((await tx.execute(text("SELECT version_num FROM alembic_version"))).scalar_one())


async def _rows(database: Database) -> AsyncIterator[str]:
    # A transaction that sees one moment: on SQLite any read is one, PostgreSQL is asked for it.
    async with database.read() if database.is_sqlite else database.write(quiet=True) as tx:
        if not database.is_sqlite:
            await tx.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        for table in metadata.sorted_tables:
            async for row in await tx.stream(select(table)):
                yield json.dumps({"table": table.name, "row": row._asdict()}, default=_plain, ensure_ascii=False)


def _plain(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _pack(
    draft: Path, card: dict[str, Any], lists: Sequence[Path], environment: Environment, in_vault: frozenset[str]
) -> None:
    """Write the archive; of the media those that are not in the vault (where a store came later, what is older)."""
    with tarfile.open(draft, "w:gz", compresslevel=1) as archive:
        entry = tarfile.TarInfo("shop.json")
        content = json.dumps(card).encode()
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        for one in lists:
            archive.add(one, one.name)
        for key in (key for pattern in KEYS for key in sorted(environment.bgm_data.glob(pattern))):
            archive.add(key, f"keys/{key.relative_to(environment.bgm_data).as_posix()}")
        _add(archive, "media", environment.media, in_vault)
        if environment.bgm_config is not None:
            _add(archive, "config", environment.bgm_config)


def _add(archive: tarfile.TarFile, name: str, folder: Path, without: frozenset[str] = frozenset()) -> None:
    """Add the files of a folder; the shop is open, and what nobody needs any more may be deleted meanwhile."""
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder).as_posix()
        if file.is_file() and not inside.endswith(".part") and inside not in without:
            with contextlib.suppress(FileNotFoundError):
                archive.add(file, f"{name}/{inside}")


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        card = json.loads((folder / "shop.json").read_text("utf-8"))
    except FileNotFoundError as error:
        if file.exists():
            raise BadInput(f"{file} holds no shop", text="error-no-backup", file=file.name) from error
        raise BadInput(f"{file} is not there", text="error-unreadable-file", file=str(file)) from error
    except (OSError, tarfile.TarError, json.JSONDecodeError, EOFError) as error:
        raise BadInput(f"{file} is no backup of a shop: {error}", text="error-no-backup", file=file.name) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise BadInput(f"{file} is no backup this version reads", text="error-backup-version", file=file.name)
    return card


async def _must_be_empty(tx: AsyncConnection, *, force: bool, file: str) -> None:
    present = (await tx.execute(select(func.count()).select_from(tables.orders))).scalar_one()
    if present and not force:
        raise BadInput(
            f"there are {present} orders; --force replaces them", text="error-restore-over", count=present, file=file
        )


async def _insert(database: Database, tx: AsyncConnection, rows: Path) -> int:
    count = 0
    for table in reversed(metadata.sorted_tables):
        await tx.execute(delete(table))
    for table, row in _read(rows):
        await tx.execute(table.insert().values(row))
        count += 1
    if not database.is_sqlite:
        for table in metadata.sorted_tables:
            if "id" in table.c and isinstance(table.c.id.type, Integer):
                name = table.name
                sequence = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"  # noqa: S608
                await tx.execute(text(sequence))
    return count


def _objects(listing: Path) -> list[Entry]:
    """Read which objects an archive names; none if it was written without a store."""
    if not listing.is_file():
        return []
    with listing.open(encoding="utf-8") as lines:
        return [Entry(**json.loads(line)) for line in lines]


async def _media_in_place(media: Media, vault: Vault, entries: Sequence[Entry], unpacked: Path) -> None:
    """Put the files of the orders where the shop keeps them now, whichever way the archive has them."""
    await vault.empty_into(media, entries)
    for file in sorted(unpacked.rglob("*")):
        if file.is_file():
            await media.put(file.relative_to(unpacked).as_posix(), file)


def _read(rows: Path) -> Iterator[tuple[Table, dict[str, Any]]]:
    with rows.open(encoding="utf-8") as lines:
        for line in lines:
            entry = json.loads(line)
            table = metadata.tables[entry["table"]]
            moments = {column.name for column in table.columns if isinstance(column.type, tables.Moment)}
            values = {
                name: datetime.fromisoformat(value) if name in moments and value else value
                for name, value in entry["row"].items()
            }
            yield table, values


def _put_in_place(folder: Path, environment: Environment) -> None:
    places = {"config": environment.bgm_config, "keys": environment.bgm_data}
    for name, place in places.items():
        if place is None:
            continue
        for file in sorted((folder / name).rglob("*")):
            if file.is_file():
                target = place / file.relative_to(folder / name)
                target.parent.mkdir(parents=True, exist_ok=True)
                # Onto another disk a rename cannot go; copying there and renaming keeps each file whole.
                draft = target.with_name(f".{target.name}.part")
                draft.write_bytes(file.read_bytes())
                draft.chmod(0o600 if name == "keys" else 0o644)
                draft.replace(target)
