"""The operator's verdicts: again, refused, too late, given while the shop was closed, or by somebody else."""

from pathlib import Path

from tests.stories.street import buttons, judged, street, words


async def test_a_take_that_does_not_please_is_made_again(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        await here.pay(order)
        await here.react(await here.card(order), "🔁")
        second = await here.card(order, round_=2)
        assert "round 2" in words(second)
        # The old card no longer counts: its buttons are off, and a reaction on it changes nothing
        first = await here.operator.wait_for(lambda message: f"{order} · round 1" in words(message))
        await here.react(first, "❌")
        await here.react(second, "1️⃣")
        await here.parcel(order)
        assert not here.stripe.refunds


async def test_a_rejected_order_is_refunded_once_and_the_buyer_is_told(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        session = await here.pay(order)
        await here.react(await here.card(order), "❌")
        status = await here.status(order, "All of ₩9,000 has been returned")
        assert not buttons(status, "approve")
        assert [refund["amount"] for refund in here.refunds(session)] == [9000]
        assert not here.parcels(order)


async def test_a_verdict_given_while_the_shop_was_closed_counts_once(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        await here.pay(order)
        card = await here.card(order)
        await here.shop.close()
        await here.react(card, "1️⃣")
        await here.shop.open()
        await here.parcel(order)
        await here.status(order, "with you")
        assert len(here.parcels(order)) == 1


async def test_a_strangers_reaction_does_not_count(tmp_path: Path) -> None:
    async with street(tmp_path, OPERATOR_IDS="discord:1") as here:
        # The owner sees the channel, but is not among the operators of this shop
        order = await here.order()
        await here.pay(order)
        card = await here.card(order)
        await here.react(card, "1️⃣")
        gone = await here.operator.wait_for(
            lambda message: (
                message["id"] == card["id"]
                and not any(
                    one["me"]
                    for one in message.get("reactions", [])
                    if one["emoji"]["name"] == "1️⃣" and one["count"] > 1
                )
            ),
            timeout=20,
        )
        assert not any("Approved" in words(message) for message in [gone])
        pressed = await here.operator.click(card["channel_id"], card["id"], buttons(card, "approve")[0]["custom_id"])
        assert pressed.message is not None
        assert pressed.message["flags"] & 64
        assert not here.parcels(order)


async def test_nobody_listens_in_time_and_the_money_goes_back(tmp_path: Path) -> None:
    async with street(tmp_path, times="review = 0.0005") as here:
        order = await here.order()
        session = await here.pay(order)
        card = await here.card(order)
        await here.status(order, "back")
        assert len(here.refunds(session)) == 1
        await here.react(card, "1️⃣")
        await here.operator.wait_for(lambda message: message["id"] == card["id"] and judged(message), timeout=20)
        assert not here.parcels(order)


async def test_two_verdicts_at_once_and_one_counts(tmp_path: Path) -> None:
    async with street(tmp_path) as here:
        order = await here.order()
        session = await here.pay(order)
        card = await here.card(order)
        approve, reject = buttons(card, "approve")[0], buttons(card, "reject")[0]
        await here.operator.click(card["channel_id"], card["id"], approve["custom_id"])
        late = await here.operator.click(card["channel_id"], card["id"], reject["custom_id"])
        assert late.message is not None
        await here.parcel(order)
        await here.status(order, "with you")
        assert not here.refunds(session)
