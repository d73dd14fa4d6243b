"""Backups of a shop whose files lie in an object store: only what is new is fetched, and nothing damaged comes back."""

import json
import tarfile
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.backup import load, save
from bot.errors import BadInput
from bot.settings.environment import Environment
from bot.settings.files import folders
from bot.shop import open_media
from bot.storage import tables
from bot.storage.bucket import BucketMedia
from bot.storage.database import open_database
from bot.texts import Texts
from tests.stores import ACCESS, SECRET
from tests.test_backup import filled, quiet, shop

PARCEL = "orders/K3M8Q2Z7RT/r1/parcel/master.wav"
OLDER = "orders/K3M8Q2Z7RT/r1/master.wav"
"""Lies in the folder of before the store, and was never sent."""
MUSIC = b"RIFF" + bytes(range(256)) * 40_000  # 10 MB: more than one piece


def in_store(folder: Path, media_url: str) -> Environment:
    return Environment.read(
        None, bgm_data=folder, media_url=media_url, aws_access_key_id=ACCESS, aws_secret_access_key=SECRET
    )


async def sold(environment: Environment) -> BucketMedia:
    """A shop with an order whose parcel another machine packed: it lies in the store alone."""
    await filled(environment)
    elsewhere = open_media(in_store(environment.bgm_data / "elsewhere", environment.media_url or ""))
    assert isinstance(elsewhere, BucketMedia)
    elsewhere.folder(PARCEL.rpartition("/")[0])
    elsewhere.path(PARCEL).write_bytes(MUSIC)
    await elsewhere.keep(PARCEL, {"master.wav": "calm-K3M8.wav"})
    await elsewhere.write("orders/K3M8Q2Z7RT/r1/licence.json", b"{}")
    return elsewhere


async def emptied(media: BucketMedia) -> None:
    for held in await media.listed():
        await media.delete(held.key)


async def test_a_shop_comes_back_onto_an_empty_machine_with_an_empty_store(media_url: str, tmp_path: Path) -> None:
    old = in_store(tmp_path / "old", media_url)
    media = await sold(old)
    backups = tmp_path / "backups"
    backups.mkdir()
    await save(old, backups / "monday.tar.gz", quiet)
    with tarfile.open(backups / "monday.tar.gz") as archive:
        assert [name for name in archive.getnames() if name.startswith("media/")] == [f"media/{OLDER}"]
    await emptied(media)
    new = in_store(tmp_path / "new", media_url)
    await load(new, backups / "monday.tar.gz", say=quiet)
    fresh = open_media(new)
    assert (await fresh.fetch(PARCEL)).read_bytes() == MUSIC
    assert (await fresh.fetch(OLDER)).read_bytes() == b"RIFF"
    # ... and is downloaded under the name it had
    held = await media.bring_to(PARCEL, tmp_path / "again")
    assert held is not None
    assert 'filename="calm-K3M8.wav"' in held.attributes["Content-Disposition"]
    database = open_database(new.database)
    async with database.read() as tx:
        assert (await tx.execute(select(tables.orders.c.id))).scalars().all() == ["K3M8Q2Z7RT"]
    await database.close()


async def test_a_second_backup_fetches_only_what_is_new_and_mends_what_was_damaged(
    media_url: str, tmp_path: Path
) -> None:
    old = in_store(tmp_path / "old", media_url)
    media = await sold(old)
    said: list[str] = []

    def say(key: str, **values: object) -> None:
        said.append(Texts(folders(None)).say("en", key, **values))

    await save(old, tmp_path / "one.tar.gz", say)
    await save(old, tmp_path / "two.tar.gz", say)
    await media.write("orders/K3M8Q2Z7RT/r1/new.bin", b"n" * 1_048_576)
    await save(old, tmp_path / "three.tar.gz", say)
    new = [line.partition("of which ")[2] for line in said if "of which" in line]
    assert new == ["9.8 MiB are new.", "0.0 MiB are new.", "1.0 MiB are new."]
    # one bit of the vault falls over
    (largest,) = [path for path in (tmp_path / "media-vault").glob("??/*") if path.stat().st_size == len(MUSIC)]
    largest.write_bytes(b"X" + MUSIC[1:])
    with pytest.raises(BadInput, match=r"1 files of three\.tar\.gz are missing or damaged"):
        await load(in_store(tmp_path / "new", media_url), tmp_path / "three.tar.gz", say=quiet)
    assert not (tmp_path / "new" / "shop.key").exists()
    await save(old, tmp_path / "four.tar.gz", quiet)
    assert largest.read_bytes() == MUSIC
    (tmp_path / "media-vault" / "known.json").write_text("{")  # it only saves work
    await save(old, tmp_path / "five.tar.gz", say)
    assert "10.8 MiB are new" in said[-2]


async def test_what_the_store_still_holds_is_not_sent_again(media_url: str, tmp_path: Path) -> None:
    old = in_store(tmp_path / "old", media_url)
    media = await sold(old)
    await save(old, tmp_path / "shop.tar.gz", quiet)
    before = {held.key: held.etag for held in await media.listed()}
    await media.write("orders/K3M8Q2Z7RT/r1/licence.json", b'{"changed": 1}')
    await media.delete(PARCEL)
    sent: list[str] = []
    real = BucketMedia.send_from

    async def counted(self: BucketMedia, key: str, source: Path, attributes: dict[str, str]) -> None:
        sent.append(key)
        await real(self, key, source, attributes)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BucketMedia, "send_from", counted)
        await load(old, tmp_path / "shop.tar.gz", force=True, say=quiet)
    assert sorted(sent) == ["orders/K3M8Q2Z7RT/r1/licence.json", PARCEL]
    after = {held.key: held.size for held in await media.listed()}
    assert after.keys() == {*before, OLDER}
    # what this machine had kept of the changed object is out of date, and gone
    assert json.loads((await open_media(old).fetch("orders/K3M8Q2Z7RT/r1/licence.json")).read_bytes()) == {}


async def test_from_a_store_into_a_folder_and_back(media_url: str, tmp_path: Path) -> None:
    store, folder = in_store(tmp_path / "one", media_url), shop(tmp_path / "two")
    media = await sold(store)
    await save(store, tmp_path / "there.tar.gz", quiet)
    await load(folder, tmp_path / "there.tar.gz", say=quiet)
    assert open_media(folder).path(PARCEL).read_bytes() == MUSIC
    await save(folder, tmp_path / "back.tar.gz", quiet)
    await emptied(media)
    third = in_store(tmp_path / "three", media_url)
    await load(third, tmp_path / "back.tar.gz", say=quiet)
    assert {held.key for held in await media.listed()} == {
        PARCEL, OLDER, "orders/K3M8Q2Z7RT/r1/licence.json",
    }  # fmt: skip
