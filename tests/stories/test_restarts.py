"""The shop closes, or loses its power, between every two steps of an order."""

from pathlib import Path

import pytest

from tests.stories.street import street, words


@pytest.mark.parametrize("ending", ["close", "kill"])
async def test_a_restart_between_every_two_steps(tmp_path: Path, ending: str) -> None:
    async with street(tmp_path) as here:

        async def restart() -> None:
            if ending == "close":
                assert await here.shop.close() == 0
            else:
                await here.shop.kill()
            await here.shop.open()

        # 1. The summary of before is confirmed
        summary = await here.summary(here.buyer)
        await restart()
        order = await here.placed(summary)
        # 2. The payment page opens, whether it had been asked for or not
        await restart()
        await here.status(order, "as soon as you have paid")
        await restart()
        session = await here.pay(order)
        # 3. Composing is interrupted
        await here.status(order, "being made")
        await restart()
        card = await here.card(order)
        await restart()
        # 4. New takes are asked for on a card of before
        await here.react(card, "🔁")
        await here.status(order, "new takes")
        await restart()
        card = await here.card(order, round_=2)
        await restart()
        await here.react(card, "1️⃣")
        # 5. Packing or delivering is interrupted, whichever it is by now
        await here.operator.wait_for(lambda message: "Approved: take 1" in words(message), timeout=300)
        await restart()
        await here.parcel(order)
        await restart()
        await here.status(order, "with you")
        assert len(here.statuses(order)) == 1
        assert len(here.parcels(order)) == 1
        assert len(here.cards(order)) == 2
        assert [one["id"] for one in here.stripe.sessions] == [session]
        assert not here.stripe.refunds
