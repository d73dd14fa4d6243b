"""What happens in a sweep: whole orders, by people who press again what was not answered."""

from collections.abc import Awaitable, Callable

from bot.sandbox.stripe import disputes
from tests.crashes.callers import Callers
from tests.crashes.people import People
from tests.stories.street import PATIENCE, words


async def delivered(people: People) -> list[str]:
    """Ordered, paid, composed twice, approved by a button, delivered."""
    order = await people.order()
    await people.reads(order, "as soon as you have paid")
    people.begin()
    await people.pay(order)
    await people.here.react(await people.here.card(order), "🔁")
    await people.done(await people.here.card(order, 2), "approve", people.here.operator)
    await people.parcel(order)
    await people.reads(order, "with you")
    return [order]


async def rejected(people: People) -> list[str]:
    """Ordered, paid, composed, rejected by a reaction, refunded."""
    order = await people.order()
    await people.pay(order)
    card = await people.here.card(order)
    people.begin()
    await people.here.react(card, "❌")
    await people.reads(order, "has been returned")
    return [order]


async def called_off(people: People) -> list[str]:
    """Ordered, and called off before it was paid."""
    people.begin()
    order = await people.order()
    await people.done(await people.reads(order, "as soon as you have paid"), "cancel")
    await people.reads(order, "is cancelled")
    return [order]


async def changed(people: People) -> list[str]:
    """Delivered, changed for nothing, then questioned by the bank, which sends the money back."""
    order = await people.order()
    session = await people.pay(order)
    await people.here.react(await people.here.card(order), "1️⃣")
    await people.reads(order, "with you")
    people.begin()
    child = await people.changed(await people.parcel(order), "calmer")
    await people.here.react(await people.here.card(child), "1️⃣")
    await people.parcel(child)
    await people.reads(child, "with you")
    dispute = await people.here.stripe.dispute(session)
    disputes.settle(people.here.stripe.books, dispute, won=False)
    await people.reads(order, "Your bank has returned")
    await people.reads(child, "taken back")
    return [order, child]


async def asked(people: People) -> list[str]:
    """The operator asks under the card, the buyer answers in plain words, and the take is corrected and approved."""
    order = await people.order()
    await people.pay(order)
    card = await people.here.card(order)
    people.begin()
    await people.fill(card, "write", {"text": "Fade out, or stop on the beat?"}, people.here.operator)
    question = await people.buyer.wait_for(lambda one: "stop on the beat" in words(one), PATIENCE)
    await people.buyer.say(question["channel_id"], "Stop on the beat, please")
    await people.here.operator.wait_for(
        lambda one: "Stop on the beat" in words(one) and one["channel_id"] == card["id"], PATIENCE
    )
    await people.done(await people.here.card(order), "approve", people.here.operator)
    await people.reads(order, "with you")
    return [order]


async def reopened(people: People) -> list[str]:
    """One order is paid and another one approved while the shop is closed; the power fails while it opens."""
    judged, paid = await people.order(), await people.order()
    await people.pay(judged)
    card = await people.here.card(judged)
    await people.reads(paid, "as soon as you have paid")
    session = await people.here.session(paid)
    await people.here.shop.kill()
    await people.here.react(card, "1️⃣")
    await people.here.stripe.pay(session)
    people.begin()
    await people.here.shop.start()
    await people.reads(judged, "with you")
    await people.here.react(await people.here.card(paid), "1️⃣")
    await people.reads(paid, "with you")
    return [judged, paid]


async def phoned(callers: Callers) -> list[str]:
    """Ordered on Telegram, paid in Stars, composed twice, approved, delivered."""
    order = await callers.order()
    await callers.here.bill(order, callers.buyer)
    callers.begin()
    await callers.pay(order)
    await callers.judge(order, 1, "again")
    await callers.judge(order, 2, "approve")
    await callers.parcel(order)
    await callers.reads(order, "with you")
    return [order]


async def phoned_and_rejected(callers: Callers) -> list[str]:
    """Ordered on Telegram, paid in Stars, rejected, and the Stars given back."""
    order = await callers.order()
    await callers.pay(order)
    await callers.here.card(order)
    callers.begin()
    await callers.judge(order, 1, "reject")
    await callers.reads(order, "has been returned")
    return [order]


async def phoned_and_called_off(callers: Callers) -> list[str]:
    """Ordered on Telegram, and called off before it was paid."""
    callers.begin()
    order = await callers.order()
    await callers.call_off(order)
    await callers.reads(order, "is cancelled")
    return [order]


ON_DISCORD: dict[str, Callable[[People], Awaitable[list[str]]]] = {
    one.__name__: one for one in (delivered, rejected, called_off, changed, asked, reopened)
}
ON_TELEGRAM: dict[str, Callable[[Callers], Awaitable[list[str]]]] = {
    one.__name__: one for one in (phoned, phoned_and_rejected, phoned_and_called_off)
}
