"""Files are there whole or not at all, and never outside their folder."""

from pathlib import Path

import pytest

from bot.errors import BadInput
from bot.storage.media import Media


@pytest.fixture
def media(tmp_path: Path) -> Media:
    return Media(tmp_path / "media")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "take.wav"
    source.write_bytes(b"RIFF" * 100_000)
    return source


async def test_a_file_is_kept_under_its_key(media: Media, source: Path) -> None:
    key = "orders/K3M8Q2Z7RT/r1/t2/raw.wav"
    assert not await media.exists(key)
    path = await media.put(key, source)
    assert path == media.path(key) == media.root / key
    assert path.read_bytes() == source.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o644
    assert await media.exists(key)
    assert source.exists()


async def test_a_newer_file_takes_the_place_of_the_older(media: Media, source: Path) -> None:
    await media.write("orders/1/a.bin", b"old")
    await media.put("orders/1/a.bin", source)
    await media.write("orders/1/a.bin", b"new")
    assert media.path("orders/1/a.bin").read_bytes() == b"new"
    assert [path.name for path in media.path("orders/1").iterdir()] == ["a.bin"]


async def test_a_copy_that_fails_leaves_the_old_file_and_no_rest(media: Media, tmp_path: Path) -> None:
    await media.write("orders/1/a.bin", b"old")
    with pytest.raises(OSError, match="directory"):
        await media.put("orders/1/a.bin", tmp_path)  # a folder cannot be read as a file
    assert [path.name for path in media.path("orders/1").iterdir()] == ["a.bin"]
    assert media.path("orders/1/a.bin").read_bytes() == b"old"


async def test_what_is_deleted_is_gone_with_all_that_is_in_it(media: Media) -> None:
    await media.write("orders/1/r1/a.bin", b"a")
    await media.write("orders/1/r1/b.bin", b"b")
    await media.delete("orders/1/r1/a.bin")
    await media.delete("orders/1/r1/a.bin")
    assert await media.exists("orders/1/r1/b.bin")
    await media.delete("orders/1")
    assert not media.path("orders/1").exists()


def test_a_folder_is_made_when_it_is_asked_for(media: Media) -> None:
    assert media.folder("orders/1/r1").is_dir()
    assert media.folder("orders/1/r1") == media.path("orders/1/r1")


@pytest.mark.parametrize(
    "key",
    ["", "/", "/etc/passwd", "..", "a/../b", "a//b", "a/", "./a", ".hidden", "a/.part", "a\\b", "a\0b", "C:/x", "a b",
     "음악", "a/" * 10 + "b", "x" * 101, "~/x"],
)  # fmt: skip
async def test_no_key_leads_out_of_the_folder(media: Media, source: Path, key: str) -> None:
    with pytest.raises(BadInput):
        media.path(key)
    with pytest.raises(BadInput):
        await media.put(key, source)
    with pytest.raises(BadInput):
        await media.delete(key)
