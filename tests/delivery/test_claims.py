"""The claim kit: complete, in both languages, true, and the same for everybody who asks."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from bot.delivery.claims import FILE, load_claims
from bot.errors import BadSetting, NotFound
from bot.orders.order import State
from bot.settings.files import default_folder
from bot.storage.media import Media
from tests.delivery import shop


async def test_the_kit_holds_everything_that_a_dispute_asks_for(tmp_path: Path) -> None:
    media, book = Media(tmp_path / "media"), shop.Book()
    order = await shop.bought(media, book, shop.order(data={"licensee": {"name": "느린오후"}}))
    counter = shop.counter(media, book)
    kit = await counter.kit(order)
    first = kit.path.read_bytes()
    assert (await counter.kit(order)).path.read_bytes() == first
    box = zipfile.ZipFile(io.BytesIO(first))
    number = order.data["certificate"]["number"]
    for platform in ("youtube", "instagram", "tiktok", "twitch"):
        for language in ("ko", "en"):
            text = box.read(f"{platform}.{language}.txt").decode("utf-8-sig")
            assert number in text
            assert f"{shop.ADDRESS}/verify/{number}" in text
            assert "느린오후" in text
            assert "{" not in text
    assert box.read("licence.pdf") == media.path(order.data["certificate"]["file"]["key"]).read_bytes()
    assert json.loads(box.read("licence.json"))["record"]["certificate"] == number
    prints = box.read("fingerprint.txt").decode()
    assert all(file["sha256"] in prints for file in order.data["files"])
    for private in (order.customer, "884120393845276712", "cs_1", "15,000"):
        assert private.encode() not in box.read("youtube.en.txt")


async def test_a_chat_gets_the_steps_and_the_text_of_one_platform(tmp_path: Path) -> None:
    media, book = Media(tmp_path / "media"), shop.Book()
    counter, order = shop.counter(media, book), await shop.packed(media, book)
    steps, text = await counter.dispute(order, "youtube", "en-US")
    assert "YouTube Studio" in steps
    assert "[your name or channel]" in text
    assert len(steps) + len(text) < 2500
    with pytest.raises(NotFound):
        await counter.dispute(order, "myspace", "ko")
    for gone in (State.REFUNDED, State.CANCELLED):
        with pytest.raises(NotFound):
            await counter.kit(replace(order, state=gone))


def test_a_mistake_in_the_operators_words_is_named(tmp_path: Path) -> None:
    text = (default_folder() / FILE).read_text("utf-8")
    (tmp_path / "licences").mkdir()
    (tmp_path / FILE).write_text(text.replace("{address}", "{adress}"), "utf-8")
    with pytest.raises(BadSetting, match=r"unknown \{adress\}"):
        load_claims([default_folder(), tmp_path])
