"""Many orders are being composed, and everybody is still answered."""

import asyncio

import pytest

from bot.sandbox.discord import Interaction, Person
from tests.stories.street import Street

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.alone]


async def test_people_are_answered_while_music_is_made(here: Street, buyer: Person) -> None:
    channel = here.discord.order_channel_id
    said: list[Interaction] = []
    orders = [await here.order(buyer, length="1:30") for _ in range(2)]
    for order in orders:
        await here.pay(order)
    guest = await here.discord.add_person("Guest")
    cards = asyncio.gather(*(here.card(order) for order in orders))
    while not cards.done():
        said += [await guest.use(channel, command) for command in ("help", "orders", "terms")]
        said.append(await guest.use(channel, "bgm", options={"mood": "calm", "length": "30"}))
        assert len(await guest.autocomplete(channel, "bgm", {"mood": "c"}, "mood")) > 0
        await asyncio.sleep(0)
    await cards
    assert len(said) >= 4
    assert all(one.acknowledged and one.error is None for one in said)
