"""The media in an object store: a real S3 server (moto) on loopback, spoken to by obstore over HTTP."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot.errors import BadInput, BadSetting, TryLater
from bot.storage.bucket import Bucket, BucketMedia, open_bucket, read_bucket
from tests.stores import ACCESS, SECRET

KEY = "orders/K3M8Q2Z7RT/r1/parcel/master.wav"
Machine = Callable[[str], BucketMedia]


@pytest.fixture
def bucket(media_url: str) -> Bucket:
    return read_bucket(media_url, ACCESS, SECRET)


@pytest.fixture
def machine(bucket: Bucket, tmp_path: Path) -> Machine:
    """Machines of one shop: each has a folder of its own and the bucket in common."""
    return lambda name: open_bucket(bucket, tmp_path / name)


async def test_what_one_machine_keeps_another_has(machine: Machine, tmp_path: Path) -> None:
    here, there = machine("here"), machine("there")
    source = tmp_path / "take.wav"
    source.write_bytes(b"RIFF" + bytes(range(256)) * 80_000)  # 20 MB: more than one piece
    await here.put(KEY, source)
    await here.write("orders/K3M8Q2Z7RT/r1/t1/preview.mp3", b"ID3")
    assert await there.exists(KEY)
    assert not there.path(KEY).exists()
    assert (await there.fetch(KEY)).read_bytes() == source.read_bytes()
    folder = await there.fetch_folder("orders/K3M8Q2Z7RT/r1")
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == ["master.wav", "preview.mp3"]
    assert not await there.exists("orders/K3M8Q2Z7RT/r2/nothing.wav")
    assert not (await there.fetch("orders/K3M8Q2Z7RT/r2/nothing.wav")).exists()


async def test_what_was_written_straight_into_a_folder_is_sent(machine: Machine) -> None:
    here, there = machine("here"), machine("there")
    folder = here.folder("orders/1/r1/t1")
    (folder / "raw.flac").write_bytes(b"fLaC")
    (folder / ".half.part").write_bytes(b"half")
    (folder / "deep").mkdir()
    (folder / "deep" / "score.json").write_bytes(b"{}")
    await here.keep("orders/1/r1/t1")
    await here.keep("orders/1/r1/t1/raw.flac")
    brought = await there.fetch_folder("orders/1/r1/t1")
    found = sorted(path.relative_to(brought).as_posix() for path in brought.rglob("*") if path.is_file())
    assert found == ["deep/score.json", "raw.flac"]


async def test_what_is_deleted_is_gone_everywhere(machine: Machine) -> None:
    here, there = machine("here"), machine("there")
    for name in ("t1/raw.flac", "t1/preview.mp3", "t2/raw.flac"):
        await here.write(f"orders/1/r1/{name}", b"music")
    await there.delete("orders/1/r1/t1")
    assert not await there.exists("orders/1/r1/t1/raw.flac")
    assert await there.exists("orders/1/r1/t2/raw.flac")
    await there.delete("orders/1/r1/t2/raw.flac")
    await there.delete("orders/1/r1/t2/raw.flac")
    assert not await there.exists("orders/1/r1/t2/raw.flac")


async def test_a_buyer_downloads_from_the_store_itself_in_ranges_and_by_its_name(machine: Machine) -> None:
    here = machine("here")
    here.folder("orders/1/r1/parcel")
    here.path("orders/1/r1/parcel/master.wav").write_bytes(bytes(range(200)))
    await here.keep("orders/1/r1/parcel", {"master.wav": "calm-K7Q2.wav"})
    address = await here.address("orders/1/r1/parcel/master.wav", 60)
    assert "Signature" in address
    assert "secret" not in address
    async with ClientSession() as web, web.get(address, headers={"Range": "bytes=100-109"}) as answer:
        assert answer.status == 206
        assert await answer.read() == bytes(range(100, 110))
        assert 'filename="calm-K7Q2.wav"' in answer.headers["Content-Disposition"]
        assert answer.content_type in ("audio/x-wav", "audio/wav")


async def test_keys_cannot_lead_out(machine: Machine) -> None:
    here = machine("here")
    for wrong in ("../secrets", "/etc/passwd", "a/../../b", ""):
        with pytest.raises(BadInput):
            await here.fetch(wrong)
        with pytest.raises(BadInput):
            await here.exists(wrong)
        with pytest.raises(BadInput):
            await here.delete(wrong)
        with pytest.raises(BadInput):
            await here.address(wrong, 60)


async def test_a_store_that_is_away_is_tried_again(bucket: Bucket, tmp_path: Path) -> None:
    away = open_bucket(replace(bucket, name="no-such-bucket"), tmp_path / "away")
    with pytest.raises(TryLater):
        await away.write("orders/1/a.bin", b"x")


def test_the_setting_is_read_and_its_problems_are_named() -> None:
    read = read_bucket("s3://music/shop/one?endpoint=https://s3.example&region=kr", "key", "hidden")
    assert read == Bucket("music", "shop/one", "https://s3.example", "kr", "key", "hidden")
    assert "hidden" not in repr(read)
    assert read_bucket("s3://music", "key", "hidden") == Bucket("music", "", "", "us-east-1", "key", "hidden")
    with pytest.raises(BadSetting) as error:
        read_bucket("s3:///x?endpoint=ftp://a&colour=red", "", "")
    assert len(error.value.problems) == 4
