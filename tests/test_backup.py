"""Backup and restore: the whole shop, also from one kind of database into the other."""

import tarfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from bot.backup import load, save
from bot.delivery.keys import open_keys
from bot.errors import BadInput, BadSetting
from bot.lock import only_one
from bot.orders.facts import Fact, Paid
from bot.orders.order import State
from bot.orders.policy import Policy
from bot.settings.environment import Environment
from bot.storage import migrations
from bot.storage.database import open_database
from bot.storage.jobs import Jobs
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.purse import Purse
from tests.orders.example import new_order


def now() -> datetime:
    return datetime.now(UTC)


def quiet(_key: str, **_values: object) -> None:
    pass


def shop(folder: Path, url: str | None = None) -> Environment:
    return Environment.read(None, bgm_data=folder, database_url=url)


async def filled(environment: Environment) -> None:
    """A shop with one paid order, one file and its key."""
    database = open_database(environment.database)
    await database.upgrade()
    book = OrderBook(database, Policy(), now)
    order = await book.place(new_order(), by="discord:1", key="draft:1")
    await book.tell(Fact(order.id, "stripe:paid:cs_1", "stripe", Paid("stripe", "cs_1", 15000, "KRW", "pi_1")))
    await Media(environment.media).write(f"orders/{order.id}/r1/master.wav", b"RIFF")
    open_keys(environment.bgm_data)
    await database.close()


async def checked(environment: Environment) -> None:
    """The order stands as it stood, and goes on: its work can be claimed and new facts get new numbers."""
    database = open_database(environment.database)
    book = OrderBook(database, Policy(), now)
    order = await book.get(new_order().id)
    assert order.state is State.COMPOSING
    assert order.brief == new_order().brief
    again = Fact(order.id, "stripe:paid:cs_1", "stripe", Paid("stripe", "cs_1", 15000, "KRW", "pi_1"))
    assert (await book.tell(again)).outcome == "duplicate"
    second = Fact(order.id, "stripe:paid:cs_2", "stripe", Paid("stripe", "cs_2", 15000, "KRW", "pi_2"))
    assert (await book.tell(second)).outcome == "applied"
    (job,) = await Jobs(book).claim(["compose"], "somebody", 60)
    assert job.order == order.id
    assert Media(environment.media).path(f"orders/{order.id}/r1/master.wav").read_bytes() == b"RIFF"
    await database.close()


async def test_the_shop_moves_house_and_goes_on(tmp_path: Path) -> None:
    old, new = shop(tmp_path / "old"), shop(tmp_path / "new")
    await filled(old)
    await save(old, tmp_path / "shop.tar.gz", quiet)
    await load(new, tmp_path / "shop.tar.gz", say=quiet)
    await checked(new)
    key = (tmp_path / "new" / "shop.key").read_bytes()
    assert key == (tmp_path / "old" / "shop.key").read_bytes()
    assert (tmp_path / "new" / "shop.key").stat().st_mode & 0o777 == 0o600


async def test_from_either_database_into_either(database_url: str, tmp_path: Path) -> None:
    first, second = shop(tmp_path / "one"), shop(tmp_path / "two", database_url)
    await filled(first)
    await save(first, tmp_path / "there.tar.gz", quiet)
    await load(second, tmp_path / "there.tar.gz", say=quiet)
    await save(second, tmp_path / "back.tar.gz", quiet)
    third = shop(tmp_path / "three")
    await load(third, tmp_path / "back.tar.gz", say=quiet)
    await checked(second)
    await checked(third)


async def test_everything_that_is_numbered_goes_on_counting(database_url: str, tmp_path: Path) -> None:
    old, new = shop(tmp_path / "old"), shop(tmp_path / "new", database_url)
    await filled(old)
    for environment, amounts in ((old, (5000, 3000)), (new, (-2000,))):
        if environment is new:
            await save(old, tmp_path / "shop.tar.gz", quiet)
            await load(new, tmp_path / "shop.tar.gz", say=quiet)
        database = open_database(environment.database)
        for amount in amounts:
            await Purse(database, now).give("discord:1", amount, "KRW", key=f"given:{amount}", by="discord:9")
        assert await Purse(database, now).balance("discord:1", "KRW") == (8000 if environment is old else 6000)
        await database.close()


async def test_the_keys_come_along_and_only_their_owner_may_read_the_archive(tmp_path: Path) -> None:
    old, new = shop(tmp_path / "old"), shop(tmp_path / "new")
    await filled(old)
    bought = tmp_path / "old" / "provenance"
    bought.mkdir()
    for name in ("chain.pem", "key.pem"):
        (bought / name).write_text(f"bought {name}")
    await save(old, tmp_path / "shop.tar.gz", quiet)
    assert (tmp_path / "shop.tar.gz").stat().st_mode & 0o777 == 0o600
    await load(new, tmp_path / "shop.tar.gz", say=quiet)
    assert (tmp_path / "new" / "provenance" / "key.pem").read_text() == "bought key.pem"
    assert (tmp_path / "new" / "provenance" / "key.pem").stat().st_mode & 0o777 == 0o600


async def test_orders_are_not_replaced_unless_forced(tmp_path: Path) -> None:
    environment = shop(tmp_path / "shop")
    await filled(environment)
    await save(environment, tmp_path / "shop.tar.gz", quiet)
    with pytest.raises(BadInput, match="--force"):
        await load(environment, tmp_path / "shop.tar.gz", say=quiet)
    await load(environment, tmp_path / "shop.tar.gz", force=True, say=quiet)
    await checked(environment)


async def test_an_open_shop_is_not_restored_over(tmp_path: Path) -> None:
    environment = shop(tmp_path / "shop")
    await filled(environment)
    await save(environment, tmp_path / "shop.tar.gz", quiet)
    with only_one(environment.bgm_data), pytest.raises(BadSetting, match="another shop is open"):
        await load(environment, tmp_path / "shop.tar.gz", force=True, say=quiet)


def not_an_archive(file: Path) -> None:
    file.write_bytes(b"hello")


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:200])


def of_somebody_else(file: Path) -> None:
    with tarfile.open(file, "w:gz") as archive:
        archive.add(__file__, "notes.txt")


@pytest.mark.parametrize("damage", [not_an_archive, cut_short, of_somebody_else])
async def test_what_is_no_backup_is_refused_and_nothing_changes(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    environment = shop(tmp_path / "shop")
    await filled(environment)
    await save(environment, tmp_path / "shop.tar.gz", quiet)
    damage(tmp_path / "shop.tar.gz")
    with pytest.raises(BadInput):
        await load(environment, tmp_path / "shop.tar.gz", force=True, say=quiet)
    await checked(environment)


async def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere"):
        await save(shop(tmp_path), tmp_path / "nowhere" / "shop.tar.gz", quiet)


async def test_no_archive_is_written_where_no_shop_is(database_url: str, tmp_path: Path) -> None:
    """Whoever backs up in the wrong folder must not believe that they have a backup."""
    archive = tmp_path / "shop.tar.gz"
    for environment in (shop(tmp_path / "nobody"), shop(tmp_path / "nobody", database_url)):
        with pytest.raises(BadInput) as refused:
            await save(environment, archive, quiet)
        assert refused.value.text == "error-no-shop"
    assert [one.name for one in tmp_path.iterdir() if one.suffix != ".sqlite3"] == []


async def test_the_database_of_an_older_version_is_backed_up(tmp_path: Path) -> None:
    """After an update, before the shop was opened again."""
    environment = shop(tmp_path)
    engine = create_engine(f"sqlite:///{tmp_path / 'shop.sqlite3'}")
    with engine.begin() as connection:
        script = Config()
        script.set_main_option("script_location", str(Path(migrations.__file__).parent))
        script.attributes["connection"] = connection
        command.upgrade(script, "0001")
    engine.dispose()
    await save(environment, tmp_path / "shop.tar.gz", quiet)
    await load(shop(tmp_path / "new"), tmp_path / "shop.tar.gz", say=quiet)


async def test_a_backup_that_is_not_there_is_not_called_a_wrong_one(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as refused:
        await load(shop(tmp_path / "b"), tmp_path / "nowhere.tar.gz", say=quiet)
    assert refused.value.text == "error-unreadable-file"
