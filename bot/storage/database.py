"""The database behind ``DATABASE_URL``: an SQLite file, or PostgreSQL where one machine is not enough."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Interval, Table, event, func, literal, select, text, type_coerce
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.sql import ColumnElement

from bot.errors import BadSetting, Problem, ShopError
from bot.storage.changes import CHANNEL, Changes, listen_postgresql, poll_sqlite
from bot.storage.migrations import NEWEST
from bot.storage.tables import Moment

Clock = Callable[[], datetime]
"""Returns the present moment in UTC, aware of its timezone."""

BUSY_SECONDS = 30
"""How long a writer waits for another process to finish its transaction on SQLite."""

STANDING_SECONDS = 30.0
"""How long a transaction may stand open on PostgreSQL without a next statement. Who stands still in the middle of one
(a stopped process, a computer without power) would keep its order from everybody else for as long as that lasts."""

_DRIVERS = {
    "sqlite": "sqlite+aiosqlite", "postgres": "postgresql+asyncpg", "postgresql": "postgresql+asyncpg",
    "sqlite+aiosqlite": "sqlite+aiosqlite", "postgresql+asyncpg": "postgresql+asyncpg",
}  # fmt: skip
_MIGRATIONS = Path(__file__).parent / "migrations"
_APPLIED = "SELECT version_num FROM alembic_version"
_UPGRADING = 4_207_511_063
"""The PostgreSQL advisory lock under which one process at a time applies migrations."""


def open_database(url: str) -> "Database":
    """Return the database at ``url``; nothing is connected before it is first used.

    ``sqlite:///shop.db`` is relative to the working folder, ``sqlite:////var/lib/bgm/shop.db`` absolute;
    ``postgresql://user:password@host/name`` is PostgreSQL.

    :raises BadSetting: if the address cannot be read, or is of another kind of database.
    """
    try:
        address = make_url(url)
    except ArgumentError:
        message = f"DATABASE_URL cannot be read; right would be {_EXAMPLES}"
        raise BadSetting([Problem(message, "problem-database-unreadable")]) from None
    if address.drivername not in _DRIVERS:
        message = f"DATABASE_URL: {address.drivername!r} is not supported; right would be {_EXAMPLES}"
        raise BadSetting([Problem(message, "problem-database-kind", kind=address.drivername)])
    address = address.set(drivername=_DRIVERS[address.drivername])
    if address.drivername.startswith("sqlite") and address.database in (None, "", ":memory:"):
        message = f"DATABASE_URL names no file, so that nothing would be kept; right would be {_EXAMPLES}"
        raise BadSetting([Problem(message, "problem-database-memory")])
    return Database(address)


def is_missing(url: str) -> bool:
    """Return whether ``url`` is an SQLite file that is not there; looking does not make one."""
    address = make_url(url)
    return address.drivername.startswith("sqlite") and not Path(str(address.database)).is_file()


_EXAMPLES = "sqlite:///shop.db or postgresql://user:password@host/name"


class Database:
    """The two ways into the tables: `read` (no lock, no transaction) and `write` (one transaction, then a wake-up)."""

    def __init__(self, url: URL) -> None:
        self.name = url.render_as_string(hide_password=True)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._writer, self._reader = _sqlite_engines(url)
            listen = partial(poll_sqlite, self._data_version)
        else:
            self._writer = create_async_engine(url, pool_size=10, max_overflow=10, pool_pre_ping=True, **_NO_ROLLBACK)
            event.listen(self._writer.sync_engine, "connect", _prepare_postgresql)
            event.listen(self._writer.sync_engine, "handle_error", _say_that_it_is_lost)
            self._reader = self._writer.execution_options(isolation_level="AUTOCOMMIT")
            listen = partial(listen_postgresql, self._reader)
        self._writing = asyncio.Lock()
        self.changes = Changes(listen)

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection for looking: every statement sees what is committed by then and waits for no writer."""
        async with self._reader.connect() as connection:
            yield connection

    @contextlib.asynccontextmanager
    async def write(self, about: str = "", *, quiet: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that is committed at the end and rolled back on any error.

        Who waits is woken afterwards; ``about`` names the order that changed, ``quiet`` wakes nobody. SQLite has one
        writer at a time: this process queues its own in order here, other processes are waited for.
        """
        turn = self._writing if self.is_sqlite else contextlib.nullcontext()
        async with turn, self._writer.begin() as connection:
            yield connection
            if not quiet:
                await self.announce(connection, about)
        if not quiet:
            self.changes.ring(about)

    async def announce(self, connection: AsyncConnection, about: str) -> None:
        """Wake the other processes once this transaction is committed (SQLite tells them by itself)."""
        if not self.is_sqlite:
            await connection.execute(select(func.pg_notify(CHANNEL, about)))

    def insert(self, table: Table) -> "sqlite.Insert | postgresql.Insert":
        """Return an insert that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def now(self, clock: Clock, ahead: float = 0.0) -> ColumnElement[datetime]:
        """Return the moment ``ahead`` seconds from now by the clock that measures leases.

        That is the server's clock where several hosts may meet, and the given one where all share a machine.
        """
        if self.is_sqlite:
            return literal(clock() + timedelta(seconds=ahead), Moment)
        return type_coerce(func.clock_timestamp() + literal(timedelta(seconds=ahead), Interval), Moment)

    async def upgrade(self) -> None:
        """Apply the migrations that are missing; several processes may do so at the same time.

        :raises BadSetting: if the database cannot be opened; :raises ShopError: if it was written by a newer version of
            the shop.
        """
        try:
            await self._upgraded()
        except (DBAPIError, OSError) as error:
            raise _away(error) from error

    async def is_new(self) -> bool:
        """Return whether no shop has ever been here. Looking makes none, except that SQLite leaves an empty file.

        :raises BadSetting: if the database cannot be opened.
        """
        try:
            async with self.read() as connection:
                await connection.execute(text(_APPLIED))
        except (DBAPIError, OSError) as error:
            if isinstance(error, ProgrammingError) or "no such table" in str(error):
                return True
            raise _away(error) from error
        return False

    async def _upgraded(self) -> None:
        if await self._revision() == NEWEST:
            return  # without the 0.2 s and 5 MB that alembic costs
        async with self.write(quiet=True) as connection:
            if not self.is_sqlite:
                await connection.execute(select(func.pg_advisory_xact_lock(_UPGRADING)))
            await connection.run_sync(_apply_migrations)

    async def _revision(self) -> str | None:
        """Return the last migration that was applied, or None if there was none yet."""
        try:
            async with self.read() as connection:
                applied: str | None = (await connection.execute(text(_APPLIED))).scalar_one_or_none()
        except (OperationalError, ProgrammingError):
            return None  # there is no such table; if the database is away, migrating will say so
        return applied

    async def _data_version(self) -> int:
        """Return a number that changes when another process commits.

        It ignores what its own connection writes, and so is asked of the one connection through which we write.
        """
        async with self._writing, self._writer.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            ((version,),) = await driver.execute_fetchall("PRAGMA data_version")
            return int(version)

    async def close(self) -> None:
        """Close every connection."""
        await self.changes.close()
        await self._writer.dispose()
        await self._reader.dispose()


def _away(error: Exception) -> BadSetting:
    why = str(getattr(error, "orig", None) or error).partition("\n")[0].rpartition(">: ")[2]
    message = f"DATABASE_URL: the database cannot be opened: {why}"
    return BadSetting([Problem(message, "problem-database-away", error=why)])


_NO_ROLLBACK: dict[str, Any] = {"skip_autocommit_rollback": True}
"""A look that opened no transaction has none to roll back."""


def _sqlite_engines(url: URL) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the engine that writes, one transaction at a time, and the one that looks."""
    assert url.database is not None
    Path(url.database).absolute().parent.mkdir(parents=True, exist_ok=True)
    waits = {"timeout": BUSY_SECONDS}
    writer = create_async_engine(url, pool_size=1, max_overflow=0, connect_args=waits)
    event.listen(writer.sync_engine, "connect", _prepare_sqlite)
    event.listen(writer.sync_engine, "begin", _begin_sqlite)
    reader = create_async_engine(
        url, pool_size=5, max_overflow=5, connect_args=waits, isolation_level="AUTOCOMMIT", **_NO_ROLLBACK
    )
    event.listen(reader.sync_engine, "connect", _prepare_sqlite)
    return writer, reader


def _prepare_sqlite(connection: Any, _record: object) -> None:
    """Leave BEGIN to us, and survive a power cut: every commit is on the disk before it counts."""
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    cursor.close()


def _prepare_postgresql(connection: Any, _record: object) -> None:
    """Let nobody hold a transaction asleep; set here, since poolers such as PgBouncer refuse it in the address."""
    cursor = connection.cursor()
    cursor.execute(f"SET idle_in_transaction_session_timeout = {round(STANDING_SECONDS * 1000)}")
    cursor.close()
    connection.commit()


def _say_that_it_is_lost(context: ExceptionContext) -> OperationalError | None:
    """Call a connection that was lost in the middle of a statement an outage, which passes by itself: asyncpg has no
    name of its own for it."""
    error = context.sqlalchemy_exception
    if type(error) is not DBAPIError or not context.is_disconnect:
        return None
    return OperationalError(error.statement, error.params, context.original_exception, connection_invalidated=True)


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock first, so that nobody fails half-way with "locked"."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _apply_migrations(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise ShopError(f"the database cannot be brought up to date: {error}") from error
