"""An operator listens and decides, a buyer receives: in a real browser."""

from __future__ import annotations

import asyncio

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.sandbox.world import World
from tests.sandbox.page.shop import Shop


@pytest_asyncio.fixture(loop_scope="session")
async def card(tab: Page, shop: Shop) -> Locator:
    await shop.post_card()
    card = tab.locator(".pane[data-who=operator] .msg").last
    await expect(card.locator(".reaction")).to_have_count(5)
    return card


async def test_listening_approving_and_receiving(tab: Page, card: Locator) -> None:
    buyer = tab.locator(".pane[data-who=buyer]")
    await card.get_by_role("button", name="Play Take 2").click()
    await expect(card.locator(".player").nth(1)).to_have_class("player is-playing")
    await card.get_by_role("button", name="2️⃣, 1 reactions").click()
    await expect(card.get_by_role("button", name="2️⃣, 2 reactions")).to_have_attribute("aria-pressed", "true")
    await expect(card.locator(".player").nth(1)).to_have_class("player is-playing")

    dm = buyer.locator(".room", has_text="BGM Kiosk")
    await expect(dm.locator(".badge")).to_contain_text("1")
    await dm.click()
    await expect(dm.locator(".badge")).to_have_count(0)
    await expect(buyer.locator(".file")).to_contain_text("licence.pdf")
    async with tab.expect_download() as downloading:
        await buyer.locator(".file").click()
    assert (await downloading.value).suggested_filename == "licence.pdf"

    await buyer.get_by_role("button", name="Play calm-60s.wav").click()
    await expect(buyer.locator(".player")).to_have_class("player is-playing")
    await expect(card.locator(".is-playing")).to_have_count(0)
    await expect(tab.locator(".step.is-done")).to_have_count(2)


async def test_the_player_by_keyboard(tab: Page, card: Locator) -> None:
    seek = card.get_by_role("slider", name="Position in Take 1")
    await expect(seek).to_have_attribute("aria-valuemax", "6.0")
    await seek.press("ArrowRight")
    await expect(seek).to_have_attribute("aria-valuenow", "5.0")
    await seek.press("Home")
    await expect(seek).to_have_attribute("aria-valuetext", "0:00 of 0:06")
    await seek.press("End")
    await expect(seek).to_have_attribute("aria-valuenow", "6.0")
    await seek.press("Home")
    await seek.press("Space")
    await expect(card.get_by_role("button", name="Pause Take 1")).to_be_visible()


async def test_the_picture_can_be_looked_at_closely(tab: Page, card: Locator) -> None:
    await card.locator(".picture").click()
    zoomed = tab.locator("dialog.zoom")
    await expect(zoomed.locator("img")).to_be_visible()
    await zoomed.locator("img").click()
    await expect(zoomed.locator("img")).to_have_class("is-full")
    await tab.keyboard.press("Escape")
    await expect(zoomed).to_have_count(0)


async def test_reactions_are_offered_on_focus(tab: Page, card: Locator) -> None:
    again = card.get_by_role("button", name="React with 🔁")
    await again.focus()
    await expect(card.locator(".msg-tools")).to_have_css("opacity", "1")
    await tab.keyboard.press("Enter")
    await expect(card.get_by_role("button", name="🔁, 2 reactions")).to_be_visible()
    await card.get_by_role("button", name="🔁, 2 reactions").click()
    await expect(card.get_by_role("button", name="🔁, 1 reactions")).to_be_visible()


async def test_each_window_takes_anybody(tab: Page, world: World) -> None:
    left, right = tab.locator(".pane").first, tab.locator(".pane").last
    await left.get_by_role("radio", name="Stranger").click()
    await expect(left).to_have_attribute("data-who", "stranger")
    await expect(left.locator(".room", has_text="review")).to_have_count(0)
    await left.get_by_role("radio", name="Operator").click()
    await expect(left).to_have_attribute("data-who", "operator")
    await expect(right).to_have_attribute("data-who", "stranger")
    await left.locator(".room", has_text="general").click()
    await right.locator(".room", has_text="general").click()
    await left.locator("textarea").fill("**hello** <b>there</b> [x](javascript:alert(1)) `code`")
    await left.locator("textarea").press("Enter")
    said = right.locator(".msg .text").last
    await expect(said.locator("b")).to_have_text("hello")
    await expect(said.locator("code")).to_have_text("code")
    await expect(said.locator("a")).to_have_count(0)
    await expect(said).to_contain_text("<b>there</b> [x](javascript:alert(1))")


async def test_somebody_typing_is_seen(tab: Page, world: World) -> None:
    left, right = tab.locator(".pane").first, tab.locator(".pane").last
    await right.locator(".room", has_text="order-music").click()
    await left.locator("textarea").press_sequentially("hi")
    await expect(right.locator(".typing")).to_contain_text("Haneul is typing")
    await left.locator("textarea").press("Enter")
    await expect(right.locator(".msg").last).to_contain_text("hi")
    await expect(right.locator(".typing")).to_be_empty()


async def test_what_happened_while_the_connection_was_lost_is_read_again(tab: Page, shop: Shop, world: World) -> None:
    # The page listens once its rooms are drawn; before that there is no connection to lose
    await expect(tab.locator(".pane[data-who=operator] textarea")).to_be_visible()
    await expect(tab.locator(".pane[data-who=buyer] .room")).not_to_have_count(0)
    world.page._stream.close()
    await expect(tab.locator("#offline")).to_be_visible()
    await shop.post_card()
    await expect(tab.locator(".pane[data-who=operator] .reaction")).to_have_count(5)
    await expect(tab.locator("#offline")).to_be_hidden()
    await asyncio.gather(shop.deliver(1), shop.deliver(2))
    await expect(tab.locator(".pane[data-who=buyer] .badge")).to_contain_text("2")


async def test_somebody_reading_back_is_not_dragged_to_the_end(tab: Page, world: World) -> None:
    buyer, general = world.discord.person(world.discord.buyer_id), world.discord.general_channel_id
    for turn in range(30):
        await buyer.say(general, f"message {turn}")
    operator = tab.locator(".pane[data-who=operator]")
    await operator.locator(".room", has_text="general").click()
    log = operator.get_by_role("log")
    await expect(operator.locator(".msg").last).to_be_in_viewport()
    await log.evaluate("log => log.scrollTo(0, 0)")
    await expect(operator.get_by_text("message 0")).to_be_in_viewport()
    await buyer.say(general, "1. first\n2. second\n- other")
    await expect(operator.locator("ol.items ol li")).to_have_text(["first", "second"])
    await expect(operator.locator("ol.items ul li")).to_have_text(["other"])
    await expect(operator.get_by_text("message 0")).to_be_in_viewport()
    await operator.get_by_role("button", name="New messages below").click()
    await expect(operator.get_by_text("second")).to_be_in_viewport()
    await expect(operator.get_by_text("New messages below")).to_be_hidden()
