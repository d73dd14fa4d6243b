"""The power fails between the steps of an order on Telegram, and what was delivered is changed afterwards."""

from pathlib import Path

from bot.sandbox.telegram import Outcome
from tests.stories.phone import buttons, phone, words


async def test_an_order_and_its_revision_survive_power_cuts(tmp_path: Path) -> None:
    async with phone(tmp_path) as here:

        async def cut() -> None:
            await here.shop.kill()
            await here.shop.open()

        # 1. The summary of before is confirmed, and the bill is there once
        summary = await here.summary("a calm 5-second piece for youtube")
        await cut()
        (place,) = buttons(summary, "place")
        await here.press(summary, place["callback_data"])
        shown = await here.says("Your order is ready")
        order = words(shown).split()[0]
        assert (await here.pay(order)).outcome is Outcome.PAID
        # 2. A card of before is judged
        card = await here.card(order)
        await cut()
        await here.judge(card, "approve")
        parcel = await here.parcel(order)
        assert [here.named(one, order).rpartition(".")[2] for one in parcel] == ["mp3", "wav", "pdf"]
        await here.status(order, "with you")
        # 3. A change that costs nothing goes straight to composing
        last = await here.buyer.wait_for(lambda one: bool(buttons(one, "revise")), 100, here.buyer.id)
        await here.press(last, buttons(last, "revise")[0]["callback_data"])
        offer = await here.says("This makes a new version")
        (make,) = [one for one in buttons(offer) if "free" in one["text"]]
        await here.press(offer, make["callback_data"])
        child = await here.operator.wait_for(
            lambda one: order not in words(one)[:20] and bool(buttons(one, "approve")), 300, here.world.review_chat_id
        )
        await here.judge(child, "approve")
        await here.until(lambda: len([one for one in here.buyer.messages(here.buyer.id) if "audio" in one]) == 2)
        assert not [one for one in here.world.requests if one.method == "refundStarPayment"]
        assert len([one for one in here.buyer.messages(here.buyer.id) if "invoice" in one]) == 1
