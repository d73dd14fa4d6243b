import asyncio
from pathlib import Path
from typing import Any

from bot.delivery.inspection import Inspector, Seen
from bot.delivery.provenance import open_signatory
from bot.screens import Tone
from bot.storage.media import Media
from tests.delivery import shop


async def here(function: Any, *args: Any) -> Any:
    return function(*args)


async def test_what_the_shop_sealed_is_its_own_also_where_its_book_does_not_list_it(tmp_path: Path) -> None:
    """``bgm order`` keeps no book; its files must not be called strangers by the shop that made them."""
    media = Media(tmp_path / "media")
    order = await shop.packed(media, shop.Book())
    signatory = open_signatory(shop.keys(), tmp_path, "가게 Kiosk")
    key = shop.keys().signing().public_key().public_bytes_raw()
    without = Inspector(shop.Book(), media, key, signatory.root, b"", here, asyncio.Semaphore(1))

    async def look(path: Path) -> tuple[Seen, set[str]]:
        seen = await without.inspect(path)
        return seen, {finding.text for finding in seen.findings}

    track = media.path(order.data["files"][0]["key"])
    certificate = media.path(order.data["certificate"]["file"]["key"])
    for path in (track, certificate):
        seen, texts = await look(path)
        assert (seen.tone, "proof-unlisted" in texts, "proof-unknown" in texts) == (Tone.GOOD, True, False)
    forged = tmp_path / "forged.mp3"
    forged.write_bytes(b"ID3" + order.data["certificate"]["number"].encode() + b"\0" * 4000)
    seen, texts = await look(forged)
    assert (seen.tone, "proof-unknown" in texts) == (Tone.BAD, True)
