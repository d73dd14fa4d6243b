from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.delivery.keys import LENGTH, ShopKeys, open_keys
from bot.errors import BadSetting


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = open_keys(tmp_path / "data")
    assert open_keys(tmp_path / "data").derive("links") == first.derive("links")
    assert (tmp_path / "data" / "shop.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["shop.key"]


def test_two_programs_starting_at_once_share_one_secret(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        derived = set(pool.map(lambda _: open_keys(tmp_path).derive("links"), range(32)))
    assert len(derived) == 1


def test_every_purpose_has_its_own_key() -> None:
    keys = ShopKeys(b"k" * LENGTH)
    assert keys.derive("links") != keys.derive("certificates")
    assert keys.derive("links") != ShopKeys(b"l" * LENGTH).derive("links")
    assert keys.signing().private_bytes_raw() == keys.signing().private_bytes_raw()


def test_a_damaged_secret_is_refused_and_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "shop.key").write_bytes(b"short")
    with pytest.raises(BadSetting, match=r"shop\.key: has 5 bytes instead of 32"):
        open_keys(tmp_path)
    assert (tmp_path / "shop.key").read_bytes() == b"short"
