"""How the shop stands: on request, and every morning."""

from datetime import timedelta

from bot.commands import today
from bot.orders.facts import CardPosted, FeeTaken, JobDied, Refunded, TakesReady
from bot.screens import Tone
from tests.commands.shop import BUYER, KOREAN, NOW, OPERATOR, REVIEW, Shop, shown
from tests.commands.test_my_orders import OPENED, PAID
from tests.review.takes import takes


async def test_today_counts_what_came_in_and_what_waits(shop: Shop) -> None:
    first = await shop.told(await shop.placed(BUYER), OPENED, PAID, TakesReady(1, takes("a")))
    await shop.placed(KOREAN)
    words = shown(await shop.say(OPERATOR, "shop today", place=REVIEW))
    assert "2 ordered" in words
    assert "1 paid" in words
    assert "$12.00" in words
    assert f"{first.id} · Calm · 1:00 · YouTube" in words
    assert "Nothing" in words


async def test_today_takes_refunds_off_the_earnings(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), OPENED, PAID)
    form = await shop.form(OPERATOR, f"bgm:refund:{order.id}", place=REVIEW)
    await shop.submit(OPERATOR, form, place=REVIEW, reason="sorry")
    await shop.told(order, Refunded("pi_1", "re_1", 1200, "USD"))
    words = shown(await shop.say(OPERATOR, "shop today", place=REVIEW))
    assert "$0.00" in words
    assert "1 refunded" in words


async def test_what_was_mended_needs_no_attention(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), OPENED, PAID, TakesReady(1, takes("a")))
    order = await shop.told(order, JobDied("post_card", "Missing Access"))
    stuck = dict((await shop.say(OPERATOR, "shop today", place=REVIEW)).facts)["Needs attention"]
    assert order.id in stuck
    await shop.told(order, CardPosted(1, "discord:700/800"))
    assert dict((await shop.say(OPERATOR, "shop today", place=REVIEW)).facts)["Needs attention"] == "Nothing"


async def test_the_morning_counts_from_the_morning_before_and_takes_fees_off(shop: Shop) -> None:
    order = await shop.told(await shop.placed(BUYER), OPENED, PAID, FeeTaken("stripe", "pi_1", "fee_1", 65, "USD"))
    screen = await today.morning(shop.services, NOW - timedelta(hours=16))
    words = shown(screen)
    assert screen.title.startswith("Good morning")
    assert "1 ordered" in words
    assert "$11.35 left" in words
    assert "$12.00 paid" in words
    assert "-$0.65 fees" in words
    assert screen.tone is Tone.GOOD
    await shop.told(order, TakesReady(1, takes("a")))
    assert (await today.morning(shop.services, NOW + timedelta(seconds=1))).tone is Tone.WAIT
    assert "0 ordered" in shown(await today.morning(shop.services, NOW + timedelta(seconds=1)))
