"""Telegram on the page: two phones, in a real browser."""

from __future__ import annotations

import pytest_asyncio
from playwright.async_api import Browser, FilePayload, Locator, Page, expect

from bot.sandbox.world import World
from tests.sandbox.page.stall import Stall


@pytest_asyncio.fixture(loop_scope="session")
async def buyer(phones: Page) -> Locator:
    return phones.locator(".pane[data-who=buyer]")


@pytest_asyncio.fixture(loop_scope="session")
async def operator(phones: Page) -> Locator:
    return phones.locator(".pane[data-who=operator]")


async def begin(buyer: Locator) -> None:
    """Press START and read the welcome."""
    await buyer.get_by_role("button", name="Start", exact=True).click()
    await expect(buyer.locator(".bubble").last).to_contain_text("Welcome")


async def invoice(buyer: Locator) -> None:
    """Order until there is something to pay."""
    await begin(buyer)
    await buyer.locator("textarea").press_sequentially("/bgm")
    await buyer.page.keyboard.press("Enter")
    await buyer.get_by_role("button", name="Calm").click()
    await expect(buyer.locator(".phone-notes")).to_contain_text("Noted")
    await expect(buyer.locator(".invoice")).to_contain_text("700 Stars")


async def test_an_order_from_start_to_music(phones: Page, stall: Stall, buyer: Locator, operator: Locator) -> None:
    await invoice(buyer)
    await expect(buyer.locator(".bubble", has_text="Calm it is.")).to_contain_text("edited")
    pay = buyer.get_by_role("button", name="Pay ⭐ 700")
    await pay.click()
    sheet = buyer.get_by_role("dialog", name="Confirm purchase")
    await sheet.get_by_role("button", name="Cancel").click()
    await expect(sheet).to_have_count(0)
    await expect(pay).to_be_focused()
    await pay.click()
    await sheet.get_by_role("button", name="Pay ⭐ 700").click()
    await expect(buyer.locator(".service")).to_contain_text("You paid ⭐ 700")
    await expect(buyer.locator(".stars")).to_contain_text("1800")
    await expect(buyer.locator(".key.is-pay")).to_have_text("Paid")

    await expect(operator.locator(".player")).to_have_count(3)
    await expect(operator.locator(".picture img")).to_be_visible()
    await operator.get_by_role("button", name="Play 2611-0042 – Take 2").click()
    await expect(operator.locator(".player").nth(1)).to_have_class("player is-playing")
    await operator.get_by_role("button", name="Approve 2").click()

    await expect(buyer.locator(".go.has-cover")).to_be_visible()
    async with phones.expect_download() as downloading:
        await buyer.locator(".file").click()
    assert (await downloading.value).suggested_filename == "licence.pdf"
    await buyer.get_by_role("button", name="Play BGM Kiosk – Calm").click()
    await expect(buyer.locator(".player")).to_have_class("player is-playing")
    await expect(operator.locator(".is-playing")).to_have_count(0)
    await expect(phones.locator(".step.is-done")).to_have_count(4)


async def test_a_payment_the_shop_declines(stall: Stall, buyer: Locator) -> None:
    stall.is_selling = False
    await invoice(buyer)
    await buyer.get_by_role("button", name="Pay ⭐ 700").click()
    sheet = buyer.get_by_role("dialog")
    await sheet.get_by_role("button", name="Pay ⭐ 700").click()
    await expect(sheet.get_by_role("alert")).to_have_text("Sold out this very minute.")
    await buyer.page.keyboard.press("Escape")
    await expect(sheet).to_have_count(0)
    await expect(buyer.locator(".stars")).to_contain_text("2500")


async def test_an_alert_must_be_closed(stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    await buyer.locator(".command", has_text="/bgm").click()
    await buyer.get_by_role("button", name="Explain").click()
    alert = buyer.get_by_role("dialog")
    await expect(alert).to_contain_text("Calm is slow, tense is not.")
    await alert.get_by_role("button", name="OK").click()
    await expect(alert).to_have_count(0)
    assert await buyer.locator(".key", has_text="Terms").get_attribute("href") == "https://example.com/terms"


async def test_the_menu_by_keyboard(phones: Page, stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    await buyer.get_by_role("button", name="Commands").press("Enter")
    await expect(buyer.get_by_role("option")).to_have_text(["/bgmOrder background music", "/ordersYour orders"])
    await phones.keyboard.press("ArrowDown")
    await phones.keyboard.press("Enter")
    await expect(buyer.locator(".bubble.is-mine").last).to_contain_text("/orders")


async def test_reacting_replying_changing_and_forwarding(
    phones: Page, stall: Stall, buyer: Locator, operator: Locator
) -> None:
    await begin(buyer)
    welcome = buyer.locator(".bubble", has_text="Welcome")
    await welcome.get_by_role("button", name="What to do with this message").click()
    await buyer.get_by_role("button", name="React with 👍").click()
    await expect(buyer.get_by_role("button", name="👍, 1 reactions")).to_have_attribute("aria-pressed", "true")
    await welcome.get_by_role("button", name="What to do with this message").click()
    await buyer.get_by_role("button", name="Reply").click()
    await buyer.locator("textarea").press_sequentially("thank you")
    await phones.keyboard.press("Enter")
    mine = buyer.locator(".bubble.is-mine").last
    await expect(mine.locator(".quote")).to_contain_text("Welcome")
    await mine.get_by_role("button", name="What to do with this message").click()
    await buyer.get_by_role("button", name="Edit").click()
    await buyer.locator("textarea").fill("thanks")
    await phones.keyboard.press("Enter")
    await expect(mine.locator(".text")).to_contain_text("thanksedited")
    await mine.get_by_role("button", name="What to do with this message").click()
    await buyer.get_by_role("button", name="Delete").click()
    await expect(buyer.locator(".bubble", has_text="thanks")).to_have_count(0)
    await welcome.get_by_role("button", name="What to do with this message").click()
    await buyer.get_by_role("button", name="Forward").click()
    await buyer.get_by_role("dialog", name="Forward to…").get_by_role("button").first.click()
    await expect(buyer.locator(".forwarded")).to_have_text("Forwarded from BGM Kiosk")


async def test_a_question_that_wants_an_answer(phones: Page, stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    await buyer.locator("textarea").fill("/wish")
    await phones.keyboard.press("Escape")
    await buyer.get_by_role("button", name="Send").click()
    await expect(buyer.locator(".about")).to_contain_text("Your wish?")
    await expect(buyer.locator("textarea")).to_have_attribute("placeholder", "No drums, please")
    await buyer.locator("textarea").press_sequentially("more piano")
    await phones.keyboard.press("Enter")
    await expect(buyer.locator(".bubble.is-mine").last.locator(".quote")).to_contain_text("Your wish?")
    await expect(buyer.locator(".about")).to_be_hidden()


async def test_stopping_the_bot_and_letting_it_in_again(stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    await buyer.get_by_role("button", name="Stop and block the bot").click()
    await buyer.get_by_role("button", name="Start the bot again").click()
    await expect(buyer.locator(".bubble", has_text="Welcome")).to_have_count(2)


async def test_files_are_sent_with_words(phones: Page, stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    theme = FilePayload(name="theme.txt", mimeType="text/plain", buffer=b"la la")
    await buyer.locator("input[type=file]").set_input_files(theme)
    await buyer.locator("textarea").press_sequentially("my theme")
    await phones.keyboard.press("Enter")
    sent = buyer.locator(".bubble.is-mine").last
    await expect(sent.locator(".file")).to_contain_text("theme.txt")
    await expect(sent.locator(".text")).to_contain_text("my theme")


async def test_chats_and_what_waits_in_them(phones: Page, world: World, stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    await buyer.get_by_role("button", name="Chats").click()
    rows = buyer.locator(".chat-row")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("Welcome")
    await stall.bot.send_message(world.telegram.channel_id, "A sample")
    await expect(rows.last.locator(".badge")).to_contain_text("1")
    await phones.get_by_role("radio", name="Discord").click()
    await expect(phones.get_by_role("radio", name="Telegram").locator(".dot")).to_be_visible()
    await phones.reload()
    await expect(phones.locator(".room").first).to_be_visible()
    await phones.get_by_role("radio", name="Telegram").click()
    await buyer.get_by_role("button", name="Chats").click()
    await rows.last.click()
    await expect(buyer.locator(".phone-foot")).to_have_text("Only the operator writes here")


async def test_a_fresh_start_clears_the_phones(phones: Page, stall: Stall, buyer: Locator) -> None:
    await begin(buyer)
    await phones.get_by_role("button", name="Weather").click()
    await phones.get_by_role("switch", name="Telegram is down").click()
    await expect(phones.get_by_role("switch", name="Telegram is down")).to_have_attribute("aria-checked", "true")
    await phones.get_by_role("button", name="Start over").click()
    await expect(buyer.locator(".bubble")).to_have_count(0)
    await buyer.locator("textarea").fill("/start")
    await buyer.get_by_role("button", name="Send").click()
    await expect(buyer.locator(".bubble")).to_have_count(2)


async def test_korean_on_a_real_phone(browser: Browser, world: World, stall: Stall) -> None:
    context = await browser.new_context(viewport={"width": 360, "height": 740}, locale="ko-KR", has_touch=True)
    page = await context.new_page()
    await page.goto(world.page.url)
    await page.get_by_role("radio", name="Telegram").tap()
    buyer, operator = page.locator(".pane[data-who=buyer]"), page.locator(".pane[data-who=operator]")
    await buyer.get_by_role("button", name="시작", exact=True).tap()
    await buyer.get_by_role("button", name="명령어").tap()
    await expect(buyer.get_by_role("option")).to_contain_text("배경 음악 주문")
    await expect(operator).to_be_hidden()
    await stall.post_card()
    tab = page.get_by_role("tab", name="운영자")
    await expect(tab.locator(".badge")).to_have_text("5")
    await tab.tap()
    await expect(operator.locator(".player")).to_have_count(3)
    await expect(operator.get_by_role("button", name="Approve 3")).to_be_visible()
    await expect(tab.locator(".badge")).to_have_count(0)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
    edges = "all => all.filter(one => one.getBoundingClientRect().right > 360.5).map(one => one.className)"
    assert await page.locator(".top *, .pane[data-who=operator] :not(.more, .more *)").evaluate_all(edges) == []
    await context.close()
