"""The hand-over when the straight way is closed: no direct messages, files too large for the chat."""

import re

import aiohttp
import pytest

from bot.sandbox.discord import Person
from tests.stories.street import Message, Street, buttons, is_parcel, judged, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def fetched(here: Street, link: str) -> dict[str, int]:
    """Open a download page as a browser does; returns name → size of its files."""
    async with aiohttp.ClientSession() as web:
        async with web.get(link) as page:
            assert page.status == 200
            found = sorted(set(re.findall(r'href="(/d/[^"?]+)"', await page.text())))
        sizes = {}
        for path in found:
            async with web.get(here.shop.address + path) as answer:
                assert answer.status == 200
                sizes[path.rpartition("/")[2]] = len(await answer.read())
        return sizes


def link_of(message: Message) -> str:
    """Return the download link of a message."""
    (link,) = [one["url"] for one in buttons(message) if "/d/" in one.get("url", "")]
    return str(link)


async def test_direct_messages_are_closed_and_the_parcel_finds_another_way(here: Street, buyer: Person) -> None:
    channel = here.discord.order_channel_id
    buyer.close_dms()
    order = await here.order(buyer)
    session = await here.pay(order)
    await here.react(await here.card(order), "1️⃣")
    # In a private thread below the channel the order was placed in
    parcel = await buyer.wait_for(
        lambda message: message["content"] == f"<@{buyer.id}>" and is_parcel(message, order), timeout=300
    )
    assert [one["id"] for one in parcel["mentions"]] == [str(buyer.id)]
    assert parcel["channel_id"] != str(channel)
    assert not [one for one in here.stranger.channels() if one["id"] == parcel["channel_id"]]
    assert {"master.wav", "master.mp3"} <= set(await fetched(here, link_of(parcel)))
    # /orders shows it to the buyer alone, and the link holds everything
    listed = await buyer.use(channel, "orders")
    assert listed.message is not None
    assert listed.ephemeral
    (menu,) = [one for row in listed.message["components"] for one in row["components"] if one["type"] == 3]
    shown = await buyer.choose(channel, listed.message["id"], menu["custom_id"], [order])
    while shown.message is not None and (again := buttons(shown.message, "order")):  # the thread was a moment quicker
        shown = await buyer.click(channel, shown.message["id"], again[0]["custom_id"])
    assert shown.message is not None
    files = await fetched(here, link_of(shown.message))
    assert {"master.wav", "master.mp3"} <= set(files)
    assert any(name.endswith(".pdf") for name in files)
    assert not here.refunds(session)
    assert len(here.parcels(order, buyer)) == 1


async def test_the_recording_is_too_large_and_waits_behind_the_link(here: Street, buyer: Person) -> None:
    here.discord.rules.upload_limit = 600_000
    order = await here.order(buyer)
    await here.pay(order)
    await here.react(await here.card(order), "1️⃣")
    parcel = await here.parcel(order, buyer)
    assert sorted(one["filename"].rpartition(".")[2] for one in parcel["attachments"]) == ["mp3", "pdf"]
    assert "master.wav" in await fetched(here, link_of(parcel))
    await here.status(order, "with you", buyer)
    assert len(here.parcels(order, buyer)) == 1


async def test_everything_is_too_large_and_only_the_link_comes(here: Street, buyer: Person) -> None:
    here.discord.rules.upload_limit = 1_000
    order = await here.order(buyer)
    await here.pay(order)
    # The operator's card comes without its sounds, says so, and is judged all the same
    card = await here.card(order)
    assert not card["attachments"]
    await here.react(card, "1️⃣")
    parcel = await buyer.wait_for(lambda message: "The files are large" in words(message), timeout=300)
    assert not is_parcel(parcel, order)
    assert {"master.wav", "master.mp3"} <= set(await fetched(here, link_of(parcel)))
    await here.status(order, "with you", buyer)
    await here.operator.wait_for(lambda message: message["id"] == card["id"] and judged(message), timeout=300)
