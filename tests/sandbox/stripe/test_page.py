"""The hosted page as a browser without script sees it."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
import stripe

from bot.sandbox.stripe import StripeWorld
from bot.sandbox.stripe.words import WORDS
from tests.sandbox.stripe.conftest import order


async def page_of(client: stripe.StripeClient, **more: Any) -> tuple[str, str]:
    session = await client.v1.checkout.sessions.create_async(order(**more))
    assert session.url is not None
    return session.id, session.url.split("#")[0]


async def press(browser: aiohttp.ClientSession, url: str, **said: str) -> aiohttp.ClientResponse:
    return await browser.post(url, data=said, allow_redirects=False)


async def test_the_page_shows_what_is_paid_for_what(
    client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    _, url = await page_of(client, locale="ko")
    answer = await browser.get(url)
    html = await answer.text()
    assert '<html lang="ko">' in html
    assert "₩15,000" in html
    assert "차분한 배경음악" in html
    assert WORDS["ko"]["banner"] in html
    assert "<script" not in html
    assert "http" not in html.replace("http-equiv", "")  # nothing is fetched from anywhere else
    style = html.split('rel="stylesheet" href="')[1].split('"')[0]
    assert (await browser.get(url.split("/c/pay")[0] + style)).content_type == "text/css"


@pytest.mark.parametrize(("wish", "shown"), [("ko-KR,ko;q=0.9", "ko"), ("en-US", "en"), ("", "en")])
async def test_without_a_locale_the_browser_decides(
    client: stripe.StripeClient, browser: aiohttp.ClientSession, wish: str, shown: str
) -> None:
    _, url = await page_of(client)
    html = await (await browser.get(url, headers={"Accept-Language": wish})).text()
    assert f'<html lang="{shown}">' in html


async def test_paying_leads_back_to_the_shop(
    world: StripeWorld, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    id_, url = await page_of(client)
    answer = await press(browser, url, action="pay", card="visa", email="ann@example.com")
    assert (answer.status, answer.headers["Location"]) == (303, f"http://127.0.0.1:9/paid?s={id_}")
    assert world.session(id_)["payment_status"] == "paid"
    again = await press(browser, url, action="pay", card="visa", email="ann@example.com")
    assert (again.status, again.headers["Location"]) == (303, f"/c/pay/{id_}")
    assert len(world.books.all("charge")) == 1
    receipt = world.books.all("charge")[0]["receipt_url"]
    assert "₩15,000" in await (await browser.get(receipt)).text()


async def test_declining_explains_and_leaving_changes_nothing(
    world: StripeWorld, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    id_, url = await page_of(client)
    refused = await press(browser, url, action="decline", email="ann@example.com")
    assert refused.status == 402
    assert WORDS["en"]["declined"] in await refused.text()
    poor = await press(browser, url, action="pay", card="insufficient")
    assert WORDS["en"]["insufficient"] in await poor.text()
    left = await press(browser, url, action="leave")
    assert left.headers["Location"] == "http://127.0.0.1:9/cancelled"
    assert world.session(id_)["status"] == "open"
    bad = await press(browser, url, action="pay", card="visa", email="not-an-address")
    assert WORDS["en"]["email_bad"] in await bad.text()


async def test_the_buyer_plays_the_bank(
    world: StripeWorld, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    id_, url = await page_of(client)
    await press(browser, url, action="pay", card="challenge")
    assert 'value="approve"' in await (await browser.get(url)).text()
    assert (await press(browser, url, action="approve")).headers["Location"].endswith(id_)
    assert world.session(id_)["payment_status"] == "paid"

    id_, url = await page_of(client)
    await press(browser, url, action="pay", card="delayed")
    assert 'value="bank_yes"' in await (await browser.get(url)).text()
    await press(browser, url, action="bank_yes")
    assert world.session(id_)["payment_status"] == "paid"


async def test_late_and_lost_pages_say_so(
    world: StripeWorld, client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    id_, url = await page_of(client)
    await world.expire(id_)
    assert WORDS["en"]["expired"] in await (await browser.get(url)).text()
    answer = await press(browser, url, action="pay", card="visa")
    assert answer.status == 303
    assert world.books.all("charge") == []
    assert (await browser.get(f"{world.api}/c/pay/cs_test_nothing")).status == 404


async def test_names_of_things_cannot_break_the_page(
    client: stripe.StripeClient, browser: aiohttp.ClientSession
) -> None:
    wish = order()
    wish["line_items"][0]["price_data"]["product_data"]["name"] = '<script>alert("x")</script>'
    session = await client.v1.checkout.sessions.create_async(wish)
    assert session.url is not None
    html = await (await browser.get(session.url.split("#")[0])).text()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_both_languages_say_the_same_things() -> None:
    assert WORDS["en"].keys() == WORDS["ko"].keys()
    assert all(text.strip() for words in WORDS.values() for text in words.values())
