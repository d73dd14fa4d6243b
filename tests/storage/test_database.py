"""Opening a database, bringing it up to date, reading beside a writer."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, insert, select, text
from sqlalchemy.exc import StatementError

from bot.errors import BadSetting, ShopError
from bot.storage import database as module
from bot.storage import migrations
from bot.storage.database import Database, open_database
from bot.storage.jobs import OUTAGE
from bot.storage.migrations import NEWEST
from bot.storage.outbox import alone_with
from bot.storage.tables import metadata, notes

KST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    "url", ["", "shop.db", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "postgresql+psycopg://x/y"]
)
def test_an_address_that_cannot_be_used_says_what_would_be_right(url: str) -> None:
    with pytest.raises(BadSetting) as refused:
        open_database(url)
    assert "DATABASE_URL" in str(refused.value)
    assert "sqlite:///shop.db" in str(refused.value)


def test_no_password_is_shown() -> None:
    with pytest.raises(BadSetting) as refused:
        open_database("mysql://shop:hunter2@host/name")
    assert "hunter2" not in str(refused.value)
    assert "hunter2" not in open_database("postgresql://shop:hunter2@host/name").name


async def test_migrations_make_what_the_tables_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata))

    async with database.read() as tx:
        assert await tx.run_sync(differences) == []


def test_the_newest_migration_is_known_by_name() -> None:
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [NEWEST]


async def test_several_processes_may_start_at_once(database_url: str) -> None:
    processes = [open_database(database_url) for _ in range(4)]
    await asyncio.gather(*(database.upgrade() for database in processes))
    await processes[0].upgrade()
    async with processes[1].read() as tx:
        assert (await tx.execute(text("SELECT count(*) FROM orders"))).scalar_one() == 0
    for database in processes:
        await database.close()


async def test_a_database_of_a_newer_version_is_left_alone(database: Database) -> None:
    async with database.write() as tx:
        await tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ShopError, match="up to date"):
        await database.upgrade()


async def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    note = {"name": "a", "value": {}, "changed": datetime.now(UTC)}

    async def write_half() -> None:
        async with database.write() as tx:
            await tx.execute(insert(notes).values(note))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_half()
    async with database.read() as tx:
        assert (await tx.execute(select(notes))).all() == []


async def test_moments_come_back_as_utc(database: Database) -> None:
    noon_in_seoul = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=KST)
    async with database.write() as tx:
        await tx.execute(insert(notes).values(name="a", value={}, changed=noon_in_seoul))
    async with database.read() as tx:
        changed = (await tx.execute(select(notes.c.changed))).scalar_one()
        later = select(notes.c.name).where(notes.c.changed > datetime(2026, 11, 21, 3, 0, tzinfo=UTC))
        assert (await tx.execute(later)).scalar_one() == "a"
    assert changed == noon_in_seoul
    assert changed.utcoffset() == timedelta(0)


async def test_a_moment_without_timezone_is_refused(database: Database) -> None:
    naive = insert(notes).values(name="a", value={}, changed=datetime(2026, 11, 21))
    async with database.write() as tx:
        with pytest.raises(StatementError, match="no timezone"):
            await tx.execute(naive)


async def test_readers_do_not_wait_for_a_writer(database: Database, other: Database) -> None:
    async with database.write() as writing:
        await writing.execute(insert(notes).values(name="a", value={}, changed=datetime.now(UTC)))
        for reader in (database, other):
            async with asyncio.timeout(5), reader.read() as reading:
                assert (await reading.execute(select(notes))).all() == []


async def test_writers_of_two_processes_take_turns(database: Database, other: Database) -> None:
    async def write(process: Database, number: int) -> None:
        async with process.write() as tx:
            await tx.execute(insert(notes).values(name=f"{number}", value={}, changed=datetime.now(UTC)))

    await asyncio.gather(*(write((database, other)[number % 2], number) for number in range(60)))
    async with database.read() as tx:
        assert len((await tx.execute(select(notes))).all()) == 60


async def test_a_writer_that_is_cancelled_lets_the_next_one_in(database: Database) -> None:
    inside = asyncio.Event()

    async def dawdle() -> None:
        async with database.write() as tx:
            await tx.execute(insert(notes).values(name="a", value={}, changed=datetime.now(UTC)))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(dawdle())
    await inside.wait()
    task.cancel()
    await asyncio.wait([task])
    async with asyncio.timeout(5), database.write() as tx:
        assert (await tx.execute(select(notes))).all() == []


async def test_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new' / 'shop.db'}")
    async with database.read() as tx:
        assert (await tx.execute(text("PRAGMA journal_mode"))).scalar_one() == "wal"
        assert (await tx.execute(text("PRAGMA synchronous"))).scalar_one() == 2  # FULL
        assert (await tx.execute(text("PRAGMA busy_timeout"))).scalar_one() == 30_000
    await database.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_stands_still_in_a_transaction_keeps_nobody_from_an_order(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STANDING_SECONDS", 0.2)
    asleep = open_database(database_url)

    async def sleep_in_mid_transaction() -> None:
        async with asleep.write("ORDER") as held:
            await alone_with(asleep, held, "ORDER")
            async with asyncio.timeout(60), database.write("ORDER") as tx:
                await alone_with(database, tx, "ORDER")
            await alone_with(asleep, held, "ORDER")

    with pytest.raises(OUTAGE):
        await sleep_in_mid_transaction()
    async with asleep.write("ORDER") as tx:  # awake, it is as good as before
        await alone_with(asleep, tx, "ORDER")
    await asleep.close()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_a_connection_lost_in_the_middle_of_a_statement_is_an_outage(database: Database, other: Database) -> None:
    backend: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def hang_up() -> None:
        asked = {"pid": await backend}
        asking = text("SELECT wait_event FROM pg_stat_activity WHERE pid = :pid")
        async with asyncio.timeout(60), other.read() as tx:
            while (await tx.execute(asking, asked)).scalar_one() != "PgSleep":
                await asyncio.sleep(0.01)
            await tx.execute(text("SELECT pg_terminate_backend(:pid)"), asked)

    async def ask() -> None:
        async with database.write() as tx:
            backend.set_result((await tx.execute(text("SELECT pg_backend_pid()"))).scalar_one())
            await tx.execute(text("SELECT pg_sleep(60)"))

    asking, _ = await asyncio.gather(ask(), hang_up(), return_exceptions=True)
    assert isinstance(asking, OUTAGE)
