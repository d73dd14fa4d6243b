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
        texts = {finding.text for finding in seen.findings}
        assert "proof-names-certificate" not in texts  # it tells of an option of the terminal
        return seen, texts

    track = media.path(order.data["files"][0]["key"])
    certificate = media.path(order.data["certificate"]["file"]["key"])
    for path in (track, certificate):
        seen, texts = await look(path)
        assert (seen.tone, "proof-unlisted" in texts, "proof-unknown" in texts) == (Tone.GOOD, True, False)
    forged = tmp_path / "forged.mp3"
    forged.write_bytes(b"ID3" + order.data["certificate"]["number"].encode() + b"\0" * 4000)
    seen, texts = await look(forged)
    assert (seen.tone, "proof-unknown" in texts) == (Tone.BAD, True)


async def test_a_certificate_whose_pages_were_changed_is_told_from_the_one_that_was_issued(tmp_path: Path) -> None:
    """The signed record travels inside the PDF and stays true while the pages around it are forged."""
    media, book = Media(tmp_path / "media"), shop.Book()
    order = await shop.packed(media, book)
    signatory = open_signatory(shop.keys(), tmp_path, "가게 Kiosk")
    key = shop.keys().signing().public_key().public_bytes_raw()
    inspector = Inspector(book, media, key, signatory.root, b"", here, asyncio.Semaphore(1))
    certificate = media.path(order.data["certificate"]["file"]["key"])
    issued = await inspector.inspect(certificate)
    assert (issued.tone, "proof-paper-same" in {one.text for one in issued.findings}) == (Tone.GOOD, True)
    forged = tmp_path / "licence.pdf"
    forged.write_bytes(certificate.read_bytes() + b"\n% other pages")
    seen = await inspector.inspect(forged)
    texts = {one.text for one in seen.findings}
    assert seen.tone is Tone.BAD
    assert {"proof-signature-ours", "proof-paper-other"} <= texts
