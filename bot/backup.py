"""The whole shop in one archive, and back: database, media, keys and the operator's config.

The archive is a ``.tar.gz`` that holds ``shop.json`` (what it is), ``database.jsonl`` (a row per line, the same from
SQLite and PostgreSQL, so a shop can move between them), ``media/``, ``keys/`` and ``config/``. Rows are read in one
snapshot before the files; files are never changed once they are named by a row, so the shop may stay open.
"""

import asyncio
import io
import json
import tarfile
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, delete, func, select, text

from bot.errors import BadInput
from bot.lock import only_one
from bot.settings.environment import Environment
from bot.storage import tables
from bot.storage.database import Database, open_database
from bot.storage.tables import metadata

FORMAT = 1
KEYS = "*.key"
"""Files of the data folder that sign links and certificates."""

Say = Callable[[str], None]


async def save(environment: Environment, file: Path, say: Say = print) -> None:
    """Write the archive; it appears whole or not at all.

    :raises BadInput: if its folder does not exist.
    """
    if not file.parent.is_dir():
        raise BadInput(f"there is no folder {file.parent}", text="error-no-folder", folder=str(file.parent))
    database = open_database(environment.database)
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            rows = Path(folder) / "database.jsonl"
            count = 0
            with rows.open("w", encoding="utf-8") as lines:
                async for line in _rows(database):
                    lines.write(line + "\n")
                    count += 1
            card = {"format": FORMAT, "written": datetime.now(UTC).isoformat(), "schema": await _schema(database)}
            draft = Path(folder) / "archive"
            await asyncio.to_thread(_pack, draft, card, rows, environment)
            draft.replace(file)
    finally:
        await database.close()
    say(f"{file}: {count} rows, {file.stat().st_size / 2**20:.1f} MiB")


async def load(environment: Environment, file: Path, *, force: bool = False, say: Say = print) -> None:
    """Put an archive in place of the present shop.

    :raises BadInput: if it is no archive of ours or of another version, or (without ``force``) if there are orders.
    :raises BadSetting: if the shop is open.
    """
    with (
        only_one(environment.bgm_data),
        tempfile.TemporaryDirectory(dir=environment.bgm_data, prefix=".restore-") as tmp,
    ):
        folder = Path(tmp)
        card = await asyncio.to_thread(_unpack, file, folder)
        database = open_database(environment.database)
        try:
            await database.upgrade()
            if card.get("schema") != await _schema(database):
                raise BadInput(
                    f"{file} was written by another version of the shop (schema {card.get('schema')})",
                    text="error-backup-version", file=file.name,
                )  # fmt: skip
            count = await _insert(database, folder / "database.jsonl", force=force, file=file.name)
        finally:
            await database.close()
        await asyncio.to_thread(_put_in_place, folder, environment)
    say(f"{file}: {count} rows")


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


def _pack(draft: Path, card: dict[str, Any], rows: Path, environment: Environment) -> None:
    with tarfile.open(draft, "w:gz", compresslevel=1) as archive:
        entry = tarfile.TarInfo("shop.json")
        content = json.dumps(card).encode()
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
        archive.add(rows, "database.jsonl")
        for key in environment.bgm_data.glob(KEYS):
            archive.add(key, f"keys/{key.name}")
        for name, folder in (("media", environment.media), ("config", environment.bgm_config)):
            if folder is not None and folder.is_dir():
                archive.add(folder, name, filter=lambda entry: None if entry.name.endswith(".part") else entry)


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file) as archive:
            archive.extractall(folder, filter="data")
        card = json.loads((folder / "shop.json").read_text("utf-8"))
    except (OSError, tarfile.TarError, json.JSONDecodeError, EOFError) as error:
        raise BadInput(f"{file} is no backup of a shop: {error}", text="error-no-backup", file=file.name) from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise BadInput(f"{file} is no backup this version reads", text="error-backup-version", file=file.name)
    return card


async def _insert(database: Database, rows: Path, *, force: bool, file: str) -> int:
    count = 0
    async with database.write() as tx:
        present = (await tx.execute(select(func.count()).select_from(tables.orders))).scalar_one()
        if present and not force:
            raise BadInput(
                f"there are {present} orders; --force replaces them",
                text="error-restore-over",
                count=present,
                file=file,
            )
        for table in reversed(metadata.sorted_tables):
            await tx.execute(delete(table))
        for table, row in _read(rows):
            await tx.execute(table.insert().values(row))
            count += 1
        if not database.is_sqlite:
            for name in ("events", "jobs", "ledger"):
                sequence = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"  # noqa: S608
                await tx.execute(text(sequence))
    return count


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
    places = {"media": environment.media, "config": environment.bgm_config, "keys": environment.bgm_data}
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
