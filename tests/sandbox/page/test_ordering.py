"""A buyer orders: typed, by keyboard, in a real browser."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect

from bot.sandbox.world import World
from tests.sandbox.page.shop import Shop


async def begin(buyer: Locator, typed: str) -> None:
    """Type a command's name and wait until its options are offered."""
    await buyer.locator("textarea").press_sequentially(typed)
    await expect(buyer.locator(".fill .tail")).to_be_focused()


async def test_from_the_first_slash_to_the_payment(tab: Page, shop: Shop, world: World) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await buyer.locator("textarea").press_sequentially("/bg")
    await expect(buyer.get_by_role("option", name="/bgm")).to_have_attribute("aria-selected", "true")
    await tab.keyboard.press("Enter")
    await expect(buyer.get_by_role("option", name="length")).to_be_visible()
    await tab.keyboard.press("Escape")
    await tab.keyboard.press("Enter")

    await buyer.get_by_role("button", name="Which mood?").press("ArrowDown")
    await tab.keyboard.press("ArrowDown")
    await tab.keyboard.press("ArrowDown")
    await tab.keyboard.press("Enter")
    await expect(buyer.locator(".msg").last).to_contain_text("cinematic it is. Now the details.")
    await expect(buyer.locator(".msg").last).to_contain_text("Only you can see this")
    await expect(tab.locator(".step.is-done")).to_have_count(1)
    await expect(buyer.get_by_role("button", name="Not yet")).to_be_disabled()

    await buyer.get_by_role("button", name="Add details").click()
    dialogue = buyer.get_by_role("dialog", name="Details of your music")
    await expect(dialogue.get_by_label("In your own words")).to_be_focused()
    await tab.keyboard.type("Soft piano and rain")
    await dialogue.get_by_label("Tempo").fill("")
    await tab.keyboard.press("Enter")
    await expect(dialogue.get_by_role("alert")).to_contain_text("Tempo")
    await dialogue.get_by_label("Tempo").fill("72")
    await tab.keyboard.press("Enter")
    await expect(dialogue).to_have_count(0)
    await expect(buyer.locator(".embed")).to_contain_text("72")

    async with tab.context.expect_page() as opening:
        await buyer.get_by_role("link", name="Pay ₩9,900").click()
    checkout = await opening.value
    await checkout.locator("button[value=pay]").click()
    await expect(tab.get_by_text("The payment went through.")).to_be_visible()
    await expect(tab.locator(".step.is-done")).to_have_count(2)


async def test_options_are_filled_by_keyboard_with_live_choices(tab: Page, shop: Shop, world: World) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await begin(buyer, "/bgm ")
    await tab.keyboard.press("Tab")
    await expect(buyer.get_by_role("option", name="Upbeat")).to_be_visible()
    await tab.keyboard.type("dre")
    await expect(buyer.get_by_role("option")).to_have_count(1)
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Tab")
    await tab.keyboard.type("1:30")
    await tab.keyboard.press("Tab")
    await tab.keyboard.press("Tab")
    await tab.keyboard.type("pod")
    await tab.keyboard.press("Enter")
    await tab.keyboard.type("sk")
    await tab.keyboard.press("Enter")
    await buyer.locator("input[type=file]").first.set_input_files(
        {"name": "hum.wav", "mimeType": "audio/wav", "buffer": b"RIFF"}
    )
    await tab.keyboard.press("Enter")
    await expect(buyer.locator(".msg").last).to_contain_text("dreamy it is.")
    assert shop.submitted == ["dreamy|1:30|podcast|None|hum.wav"]


async def test_a_wrong_choice_is_marked_and_not_sent(tab: Page, shop: Shop) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await buyer.locator("textarea").press_sequentially("/xyz")
    await expect(buyer.locator(".slash")).to_contain_text("No command like that")
    await buyer.locator("textarea").fill("")
    await begin(buyer, "/bgm ")
    await tab.keyboard.type("purp")
    await tab.keyboard.press("Enter")
    await tab.keyboard.type("wedding")
    await tab.keyboard.press("Enter")
    await expect(buyer.locator(".slot.is-wrong")).to_have_count(1)
    assert shop.submitted == []
    for _ in range(len("wedding") + 1):
        await tab.keyboard.press("Backspace")
    await expect(buyer.locator(".slot")).to_have_count(0)
    await tab.keyboard.press("Escape")
    await tab.keyboard.press("Escape")
    await expect(buyer.locator("textarea")).to_be_focused()


async def test_thinking_shows_until_the_answer_stands(tab: Page, shop: Shop) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await buyer.locator("textarea").press_sequentially("/orders")
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Enter")
    await expect(buyer.locator(".thinking")).to_be_visible()
    shop.thought.set()
    await expect(buyer.locator(".thinking")).to_have_count(0)
    await expect(buyer.locator(".msg em").first).to_have_text("/orders")
    await buyer.get_by_role("button", name="Dismiss message").click()
    await expect(buyer.locator(".msg")).to_have_count(0)


async def test_a_button_nobody_answers_says_so(tab: Page, shop: Shop, world: World) -> None:
    world.discord.realm.rules.answer_within = 0.3
    buyer = tab.locator(".pane[data-who=buyer]")
    await begin(buyer, "/bgm ")
    await tab.keyboard.press("Tab")
    await tab.keyboard.type("calm")
    await expect(buyer.get_by_role("option")).to_have_count(1)
    await tab.keyboard.press("Enter")
    await tab.keyboard.press("Enter")
    silent = buyer.get_by_role("button", name="Not answered")
    await silent.click()
    await expect(buyer.get_by_role("alert")).to_contain_text("This interaction failed")
    await expect(silent).to_be_enabled()


async def test_a_command_waits_for_a_shop_that_is_still_opening(tab: Page, world: World) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await buyer.locator("textarea").press_sequentially("/bgm")
    await tab.keyboard.press("Enter")
    await expect(buyer.get_by_role("alert")).to_contain_text("The shop has not registered its commands yet")
    await expect(buyer.locator("textarea")).to_have_value("/bgm")
    await expect(buyer.locator(".msg")).to_have_count(0)
