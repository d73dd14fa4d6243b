"""Lost answers and outages: what was done in the world but not heard of is done once, and nothing is forgotten."""

import pytest

from bot.sandbox.discord import Person
from tests.stories.street import Message, Street, judged, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


def lost(here: Street, method: str, path: str) -> int:
    """Return how many answers to such requests were lost."""
    return sum(one.status == 0 and one.method == method and one.path == path for one in here.discord.requests)


async def test_the_cards_answer_is_lost_and_the_card_stands_once(here: Street, buyer: Person) -> None:
    here.discord.rules.nonce_memory = 0.0  # not even Discord knows the message again
    path = f"/channels/{here.discord.review_channel_id}/messages"
    order = await here.order(buyer)
    here.discord.faults.after("POST", path)
    session = await here.pay(order)
    await here.react(await here.card(order), "1️⃣")
    await here.parcel(order, buyer)
    await here.status(order, "with you", buyer)
    assert lost(here, "POST", path) == 1
    assert len(here.cards(order)) == 1
    assert not here.refunds(session)


async def test_the_parcels_answer_is_lost_and_the_buyer_has_it_once(here: Street, buyer: Person) -> None:
    here.discord.rules.nonce_memory = 0.0
    path = f"/channels/{await buyer.open_dm()}/messages"
    order = await here.order(buyer)
    await here.pay(order)
    card = await here.card(order)
    here.discord.faults.after("POST", path)
    await here.react(card, "1️⃣")
    await here.status(order, "with you", buyer)
    assert lost(here, "POST", path) == 1
    assert len(here.parcels(order, buyer)) == 1


async def test_the_status_messages_answer_is_lost_and_it_stands_once(here: Street, buyer: Person) -> None:
    here.discord.rules.nonce_memory = 0.0
    dm = await buyer.open_dm()
    here.discord.faults.after("POST", f"/channels/{dm}/messages")
    here.discord.faults.after("PATCH", f"/channels/{dm}/messages/*", times=3)
    order = await here.order(buyer)
    await here.pay(order)
    await here.react(await here.card(order), "❌")
    await here.status(order, "has been returned", buyer)
    assert lost(here, "POST", f"/channels/{dm}/messages") == 1
    assert len(here.statuses(order, buyer)) == 1


async def test_stripes_answer_to_the_refund_is_lost_and_it_is_one_refund(here: Street, buyer: Person) -> None:
    order = await here.order(buyer)
    session = await here.pay(order)
    card = await here.card(order)
    here.stripe.faults.fail("POST", "/v1/refunds", times=4, status=0, when="after")
    await here.react(card, "❌")
    await here.status(order, "has been returned", buyer)
    assert [one["amount"] for one in here.refunds(session)] == [9000]


async def test_stripes_answer_to_the_checkout_is_lost_and_it_is_one_page(here: Street, buyer: Person) -> None:
    here.stripe.faults.fail("POST", "/v1/checkout/sessions", times=4, status=0, when="after")
    order = await here.order(buyer)
    await here.status(order, "as soon as you have paid", buyer)
    assert len([one for one in here.stripe.sessions if one["metadata"]["order"] == order]) == 1


async def test_discord_is_away_while_the_music_is_made(here: Street, buyer: Person) -> None:
    order = await here.order(buyer)
    await here.status(order, "as soon as you have paid", buyer)
    await here.discord.faults.down()
    session = await here.pay(order)
    drawn = here.shop.folder / "data" / "media" / "orders" / order / "r1" / "overview.png"
    await here.until(drawn.exists)
    await here.discord.faults.down(False)
    await here.react(await here.card(order), "1️⃣")
    await here.parcel(order, buyer)
    await here.status(order, "with you", buyer)
    assert (len(here.cards(order)), len(here.parcels(order, buyer)), here.refunds(session)) == (1, 1, [])


@pytest.mark.parametrize("resumable", [True, False], ids=["resume-refused", "session-forgotten"])
async def test_a_verdict_given_while_the_connection_is_gone(here: Street, buyer: Person, resumable: bool) -> None:
    order = await here.order(buyer)
    await here.pay(order)
    card = await here.card(order)
    here.discord.faults.refuse_resume()
    await here.discord.faults.drop_gateway(resumable=resumable)
    await here.react(card, "❌")
    await here.status(order, "has been returned", buyer)
    assert not here.parcels(order, buyer)


def _open(card: Message) -> bool:
    return not judged(card)


async def test_both_books_agree_about_what_was_sold(here: Street) -> None:
    for session in here.stripe.sessions:
        order = session["metadata"]["order"]
        paid, back = session["payment_status"] == "paid", sum(one["amount"] for one in here.refunds(session["id"]))
        cards = here.cards(order)
        assert bool(cards) == paid
        if paid:
            await here.until(lambda: not any(_open(card) for card in here.cards(order)))  # noqa: B023 - awaited at once
            cards = here.cards(order)
            assert (back == 9000) == ("reject" in words(cards[-1]).lower() or "refund" in words(cards[-1]).lower())
