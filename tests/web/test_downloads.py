import hashlib
import re
import tracemalloc
from dataclasses import replace

import pytest

from bot.orders.order import State
from bot.storage.media import Media
from bot.web.downloads import SIGNED_SECONDS
from tests.delivery import shop
from tests.web.conftest import Kiosk


async def test_the_page_shows_the_track_in_the_buyers_language(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(path, headers={"Accept-Language": "en"})
    text = await answer.text()
    assert answer.status == 200
    assert answer.headers["Content-Language"] == "ko"
    for words in ("잔잔한 음악 · K7Q2", "72 BPM", "D major", "-14.0 LUFS", order.data["certificate"]["number"],
                  "WAV · 무손실 원본", "인공지능(AI)", order.data["files"][0]["sha256"]):  # fmt: skip
        assert words in text, words
    assert order.customer not in text
    assert order.customer.partition(":")[2] not in text
    assert "cs_1" not in text


async def test_a_page_needs_nothing_from_elsewhere_and_runs_no_foreign_script(kiosk: Kiosk) -> None:
    _, path = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(path)
    text = await answer.text()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http://" not in text.replace("http://www.w3.org", "")
    # The address of the certificate is written in the texts to paste; nothing is loaded or linked from elsewhere.
    assert "https://" not in text.replace("https://kiosk.example/verify/", "")
    assert not re.search(r'(?:src|href|action)="https?:', text)
    assert "style=" not in text
    assert "<script>" not in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Frame-Options"] == "DENY"
    for asset in ("kiosk.css", "player.js", "mark.svg"):
        address = text.split(asset)[0].rpartition('"')[2] + asset
        found = await client.get(address)
        assert found.status == 200
        assert "immutable" in found.headers["Cache-Control"]


async def test_every_file_arrives_whole_under_its_own_name(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    for entry in (*order.data["files"], order.data["certificate"]["file"]):
        answer = await client.get(f"{path}/{entry['name']}")
        content = await answer.read()
        assert answer.status == 200
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
        assert answer.content_type == entry["type"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="calm-K7Q2')
        assert "filename*=UTF-8''calm-K7Q2" in answer.headers["Content-Disposition"]
        assert "private" in answer.headers["Cache-Control"]


async def test_the_page_lists_every_format_and_an_older_order_what_it_has(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    listed = re.findall(r'href="/d/[^"]+/([^"?/]+)" download', await (await client.get(path)).text())
    assert listed == [*shop.MASTERS, "licence.pdf", "claim-kit.zip"]
    assert "FLAC · 무손실 압축" in await (await client.get(path)).text()
    kiosk.book.put(replace(order, data=order.data | {"files": order.data["files"][:2]}))
    listed = re.findall(r'href="/d/[^"]+/([^"?/]+)" download', await (await client.get(path)).text())
    assert listed == ["master.wav", "master.mp3", "licence.pdf", "claim-kit.zip"]
    assert (await client.get(f"{path}/master.wav")).status == 200
    assert (await client.get(f"{path}/master.flac")).status == 404


async def test_a_broken_download_goes_on_where_it_stopped(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    whole = kiosk.media.path(order.data["files"][0]["key"]).read_bytes()
    address = f"{path}/master.wav"
    first = await client.get(address, headers={"Range": "bytes=0-99999"})
    assert first.status == 206
    assert first.headers["Content-Range"] == f"bytes 0-99999/{len(whole)}"
    tag = first.headers["ETag"]
    rest = await client.get(address, headers={"Range": "bytes=100000-", "If-Range": first.headers["Last-Modified"]})
    assert rest.status == 206
    assert await first.read() + await rest.read() == whole
    last = await client.get(address, headers={"Range": "bytes=-10"})
    assert await last.read() == whole[-10:]
    outside = await client.get(address, headers={"Range": f"bytes={len(whole)}-"})
    assert outside.status == 416
    known = await client.get(address, headers={"If-None-Match": tag})
    assert known.status == 304


async def test_the_head_of_a_file_tells_its_size_without_sending_it(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.head(f"{path}/master.mp3")
    assert answer.status == 200
    assert int(answer.headers["Content-Length"]) == order.data["files"][1]["size"]
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert await answer.read() == b""


async def test_only_the_licence_may_be_looked_at_in_the_browser(kiosk: Kiosk) -> None:
    _, path = await kiosk.parcel()
    client = await kiosk.open()
    assert (await client.get(f"{path}/licence.pdf?view")).headers["Content-Disposition"].startswith("inline")
    assert (await client.get(f"{path}/licence.pdf")).headers["Content-Disposition"].startswith("attachment")
    assert (await client.get(f"{path}/master.wav?view")).headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    "name",
    [
        "peaks.json", "licence.json", "..%2Fmaster.wav", "..%2F..%2F..%2Fshop.key", "%2Fetc%2Fpasswd", "master.wav%00",
        "MASTER.WAV", ".", "%2e%2e", "master.wav%2F", "C:%5Cx", "%ff",
    ],
)  # fmt: skip
async def test_a_link_opens_nothing_but_the_files_of_its_parcel(kiosk: Kiosk, name: str) -> None:
    from yarl import URL

    _, path = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(URL(f"{path}/{name}", encoded=True))
    assert answer.status in (400, 404) or str(answer.url).rstrip("/").endswith(path)
    assert "PRIVATE" not in await answer.text()


async def test_an_expired_link_says_how_to_get_a_new_one(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    kiosk.clock.forward(days=31)
    for address in (path, f"{path}/master.wav"):
        answer = await client.get(address, headers={"Accept-Language": "ko-KR,ko;q=0.9"})
        assert answer.status == 410
        assert "/orders" in await answer.text()
    renewed = await client.get(f"/d/{kiosk.links.token(order)}")
    assert renewed.status == 200


async def test_a_forged_link_is_answered_like_an_address_that_never_was(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    other = kiosk.links.token(replace(order, customer="discord:1"))
    never = kiosk.links.token(shop.order(id="ZZZZZZZZZZ"))
    bodies = set()
    for address in (f"{path[:-1]}!", f"/d/{other}", f"/d/{never}", "/d/x", "/nothing", f"/d/{other}/master.wav"):
        answer = await client.get(address)
        assert answer.status == 404
        bodies.add(await answer.text())
    assert len(bodies) == 1


async def test_a_refunded_order_gives_nothing_out_any_more(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    kiosk.book.put(replace(order, state=State.REFUNDED))
    client = await kiosk.open()
    for address in (path, f"{path}/master.wav"):
        answer = await client.get(address)
        assert answer.status == 410
        assert "환불" in await answer.text()


async def test_a_page_that_is_not_ready_refreshes_itself(kiosk: Kiosk) -> None:
    order = kiosk.book.put(shop.order(State.COMPOSING))
    client = await kiosk.open()
    answer = await client.get(f"/d/{kiosk.links.token(order)}")
    assert answer.status == 200
    assert answer.headers["Refresh"] == "3"


async def test_a_file_that_is_lost_is_not_found_and_the_page_still_opens(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    kiosk.media.path(order.data["files"][0]["key"]).unlink()
    kiosk.media.path(f"orders/{order.id}/r1/parcel/peaks.json").unlink()
    client = await kiosk.open()
    assert (await client.get(f"{path}/master.wav")).status == 404
    assert (await client.get(path)).status == 200


async def test_a_large_file_is_sent_in_constant_memory(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    big = kiosk.media.path(order.data["files"][0]["key"])
    size = 300 << 20
    with big.open("r+b") as file:
        file.truncate(size)
    client = await kiosk.open()
    tracemalloc.start()
    try:
        answer = await client.get(f"{path}/master.wav")
        received = 0
        async for block in answer.content.iter_chunked(1 << 18):
            received += len(block)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert received == size
    assert peak < 16 << 20


async def test_from_an_object_store_files_come_by_a_signed_address_and_the_player_from_here(kiosk: Kiosk) -> None:
    signed: list[tuple[str, int]] = []

    class Store(Media):
        async def address(self, key: str, seconds: int) -> str:
            signed.append((key, seconds))
            return "https://s3.example/signed"

    kiosk.media = Store(kiosk.media.root)
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(f"{path}/master.wav", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (302, "https://s3.example/signed")
    assert answer.headers["Cache-Control"] == "no-store"
    assert signed == [(order.data["files"][0]["key"], SIGNED_SECONDS)]
    assert (await client.get(f"{path}/master.mp3?play", allow_redirects=False)).status == 200
    assert (await client.get(f"{path}/licence.pdf?view", allow_redirects=False)).status == 200
    kiosk.book.put(replace(order, state=State.REFUNDED))
    assert (await client.get(f"{path}/master.wav", allow_redirects=False)).status == 410
    assert len(signed) == 1


async def test_the_claim_kit_is_fetched_like_a_file_and_ends_with_the_licence(kiosk: Kiosk) -> None:
    order, path = await kiosk.parcel()
    client = await kiosk.open()
    answer = await client.get(f"{path}/claim-kit.zip", headers={"Range": "bytes=0-3"})
    assert (answer.status, await answer.read()) == (206, b"PK\x03\x04")
    assert order.data["certificate"]["number"] in answer.headers["Content-Disposition"]
    kiosk.book.put(replace(order, state=State.REFUNDED))
    assert (await client.get(f"{path}/claim-kit.zip")).status == 410
