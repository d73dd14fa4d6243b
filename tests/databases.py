"""Both databases, for real: an SQLite file, and a PostgreSQL server that these tests start for themselves."""

import asyncio
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Interval, NullPool, literal, text, update
from sqlalchemy.ext.asyncio import create_async_engine

from bot.orders.policy import Policy
from bot.storage.database import Database, open_database
from bot.storage.jobs import Jobs
from bot.storage.order_book import OrderBook
from bot.storage.tables import jobs as jobs_table
from tests.orders.example import NOON


class SettableClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


class PostgresServer:
    """A PostgreSQL of our own in a temporary folder, on a Unix socket, run by somebody who is not root."""

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._user = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="bgm-pg-", dir="/tmp"))  # socket paths are limited to 107 bytes
        self._numbers = count(1)
        self._empty: list[str] = []
        if self._user is not None:
            shutil.chown(self.folder, self._user)

    def start(self) -> None:
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", "bgm", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        careless = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        options = f"-k {self.folder} -h '' -c max_connections=200 {careless}"
        self._run("pg_ctl", "-D", data, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.folder / "data", "-w", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    async def new_database(self) -> str:
        """Return the address of an empty database: one that was given back, or a new one."""
        if self._empty:
            return self._empty.pop()
        name = f"shop_{next(self._numbers)}"
        await self._execute(self._address("postgres"), f"CREATE DATABASE {name}")
        return self._address(name)

    async def take_back(self, url: str) -> None:
        """Empty a database for the next test; making and removing whole ones takes seconds on a busy disk."""
        await self._execute(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        self._empty.append(url)

    def _address(self, name: str) -> str:
        return f"postgresql+asyncpg://bgm@/{name}?host={self.folder}"

    async def _execute(self, url: str, *statements: str) -> None:
        engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with asyncio.timeout(30), engine.connect() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self._binaries / program), *map(str, arguments)]
        done = subprocess.run(
            command, user=self._user, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert done.returncode == 0, done.stdout


def _unprivileged() -> str | None:
    """PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in reversed(folders) if (folder / "initdb").exists()), None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = _binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL is installed (Debian: apt-get install postgresql)")
    server = PostgresServer(binaries)
    server.start()
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database; every test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shop.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = await server.new_database()
    yield url
    await server.take_back(url)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = open_database(database_url)
    await database.upgrade()
    yield database
    await database.close()


@pytest.fixture
async def other(database: Database, database_url: str) -> AsyncIterator[Database]:
    """The same database as another process has it open."""
    other = open_database(database_url)
    yield other
    await other.close()


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def book(database: Database, clock: SettableClock) -> OrderBook:
    return OrderBook(database, Policy(), clock)


@pytest.fixture
def jobs(book: OrderBook) -> Jobs:
    return Jobs(book)


class Time:
    """Lets time pass for deadlines (our clock) and for leases (the server's clock on PostgreSQL)."""

    def __init__(self, database: Database, clock: SettableClock) -> None:
        self._database = database
        self._clock = clock

    async def passes(self, seconds: float) -> None:
        self._clock.now += timedelta(seconds=seconds)
        if not self._database.is_sqlite:
            earlier = jobs_table.c.free_at - literal(timedelta(seconds=seconds), Interval)
            async with self._database.write() as tx:
                await tx.execute(update(jobs_table).where(jobs_table.c.state == "open").values(free_at=earlier))


@pytest.fixture
def time(database: Database, clock: SettableClock) -> Time:
    return Time(database, clock)
