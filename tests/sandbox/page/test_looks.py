"""Languages, a phone, faults and a fresh start: in a real browser."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from bot.sandbox.world import World
from tests.sandbox.page.shop import Shop


async def test_korean_reaches_the_page_and_the_shop(tab: Page, shop: Shop) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await tab.get_by_role("radio", name="한국어").click()
    await expect(tab.locator("html")).to_have_attribute("lang", "ko")
    await expect(tab.locator(".step").first).to_contain_text("/bgm 입력하기")
    await buyer.locator("textarea").press_sequentially("/bgm")
    await expect(buyer.get_by_role("option", name="/bgm")).to_contain_text("배경 음악을 주문합니다")
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Tab")
    await expect(buyer.get_by_role("option", name="차분한")).to_be_visible()
    await tab.reload()
    await expect(tab.locator(".step").first).to_contain_text("/bgm 입력하기")


async def test_one_window_at_a_time_on_a_phone(browser: Browser, world: World, shop: Shop) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844}, locale="ko-KR", has_touch=True)
    page = await context.new_page()
    await page.goto(world.page.url)
    buyer, operator = page.locator(".pane[data-who=buyer]"), page.locator(".pane[data-who=operator]")
    await expect(buyer).to_be_visible()
    await expect(operator).to_be_hidden()
    await shop.post_card()
    tab = page.get_by_role("tab", name="운영자")
    await expect(tab.locator(".badge")).to_have_text("1")
    await tab.tap()
    await expect(operator.locator(".player")).to_have_count(3)
    await expect(tab.locator(".badge")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    widest = await operator.locator(".chat *").evaluate_all(
        "all => Math.max(...all.map(one => one.getBoundingClientRect().right))"
    )
    assert widest <= 390
    await operator.get_by_role("button", name="채널과 메시지").tap()
    await operator.locator(".room", has_text="general").tap()
    await expect(operator.locator(".chat-head h2")).to_have_text("general")
    await expect(operator.locator(".side")).to_be_hidden()
    await context.close()


async def test_weather_and_a_fresh_start(tab: Page, shop: Shop, world: World) -> None:
    await shop.post_card()
    operator = tab.locator(".pane[data-who=operator]")
    await expect(operator.locator(".msg")).to_have_count(1)
    await tab.get_by_role("button", name="Weather").click()
    dms = tab.get_by_role("switch", name="Buyer’s DMs closed")
    await dms.click()
    await expect(dms).to_have_attribute("aria-checked", "true")
    assert world.discord.realm.users[world.discord.buyer_id].dms_closed
    await tab.get_by_role("button", name="Start over").click()
    await expect(tab.locator("dialog")).to_have_count(0)
    await expect(operator.locator(".msg")).to_have_count(0)
    assert not world.discord.realm.users[world.discord.buyer_id].dms_closed


async def test_the_guide_shows_the_way(tab: Page, shop: Shop) -> None:
    await tab.get_by_role("button", name="Type /bgm").click()
    buyer = tab.locator(".pane[data-who=buyer]")
    await expect(buyer.get_by_role("option", name="/bgm")).to_be_visible()
    await tab.get_by_role("button", name="Hide the guide").click()
    await expect(tab.locator(".guide")).to_be_hidden()
    await tab.reload()
    await expect(tab.locator(".pane")).to_have_count(2)
    await expect(tab.locator(".guide")).to_be_hidden()


async def test_the_windows_fill_the_page_without_the_guide(tab: Page, shop: Shop) -> None:
    windows = tab.locator(".windows")
    for chat in ("Discord", "Telegram"):
        await tab.get_by_role("radio", name=chat).click()
        if await tab.get_by_role("button", name="Hide the guide").is_visible():
            await tab.get_by_role("button", name="Hide the guide").click()
        await expect(tab.locator(".guide")).to_be_hidden()
        bottom = await windows.evaluate("one => Math.round(innerHeight - one.getBoundingClientRect().bottom)")
        assert bottom == 0, chat
