"""Whoever has nothing but the shop's address finds what it sells, where to order, its terms, and who sells."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from tests.web.conftest import Kiosk

ENGLISH, KOREAN = {"Accept-Language": "en-GB,en"}, {"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.8"}


async def read(client: TestClient[Any, Any], path: str, headers: dict[str, str] = ENGLISH) -> str:
    answer = await client.get(path, headers=headers)
    assert answer.status == 200
    return await answer.text()


async def test_the_front_page_leads_to_the_chats_that_are_open(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    alone = await read(client, "/")
    assert "type /bgm where you met this shop" in alone
    kiosk.doors = {"discord": "https://discord.gg/moonlight", "telegram": "https://t.me/moonlight_bot"}
    text = await read(client, "/")
    assert text.index('href="https://t.me/moonlight_bot"') < text.index('href="https://discord.gg/moonlight"')
    assert "type /bgm where you met this shop" not in text
    assert "4. Receive" in text
    assert 'href="/verify"' in text


@pytest.mark.parametrize(("path", "said"), [("/terms", "within 3 days"), ("/privacy", "nothing trains an AI")])
async def test_terms_and_privacy_have_addresses(kiosk: Kiosk, path: str, said: str) -> None:
    text = await read(await kiosk.open(), path)
    assert said in text
    assert "desk@shop.example" in text


@pytest.mark.parametrize("path", ["/", "/terms", "/verify", "/nowhere"])
async def test_every_page_says_who_sells(kiosk: Kiosk, path: str) -> None:
    client = await kiosk.open()
    text = await (await client.get(path, headers=ENGLISH)).text()
    assert 'Owner: Moonlight &lt;Desk&gt;</span> · <span class="whole">Registration: 123-45-67890' in text
    assert 'href="/terms"' in text
    assert 'href="/privacy"' in text


async def test_the_reader_chooses_the_language(kiosk: Kiosk) -> None:
    client = await kiosk.open()
    assert "이렇게 진행돼요" in await read(client, "/", KOREAN)
    english = await read(client, "/?lang=en", KOREAN)
    assert "How it works" in english
    assert 'href="/terms?lang=en"' in english
    assert 'href="/?lang=ko"' in english
    assert "이렇게 진행돼요" in await read(client, "/?lang=xx", KOREAN)


async def test_search_engines_know_the_shop_and_nobodys_parcel(kiosk: Kiosk) -> None:
    _, parcel = await kiosk.parcel()
    client = await kiosk.open()
    for path, is_listed in (("/", True), ("/terms", True), ("/verify", False), (parcel, False)):
        assert ("noindex" not in await read(client, path)) is is_listed, path
