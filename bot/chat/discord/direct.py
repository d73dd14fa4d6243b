"""What people write to the shop in direct messages, heard at once or read back after an outage.

Discord hands a bot the words of direct messages without any privileged intent; in servers it does not, and the shop
listens to nothing there but commands, buttons, forms and reactions.
"""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import discord

from bot.chat.discord import addresses
from bot.chat.discord.refusals import in_shop_words
from bot.commands.language import chosen
from bot.commands.said import Person, Words
from bot.commands.services import Services
from bot.orders.letters import OPERATOR, last_of, open_question
from bot.orders.order import State

if TYPE_CHECKING:
    from bot.chat.discord.client import ShopClient

UNDER_WAY = tuple(state for state in State if not state.ended)
MOST_WAITING = 10_000
"""More questions than a shop of one person has asked at a time."""


def words_of(message: discord.Message) -> Words:
    """Return a direct message as something said; files are named, not read."""
    answers = message.reference.message_id if message.reference else None
    files = "".join(f"\n📎 {file.filename}" for file in message.attachments)
    return Words(
        (message.content + files).strip(),
        addresses.place(None, dm_with=message.author.id),
        f"{addresses.PLATFORM}:{message.id}",
        addresses.message(message.channel.id, answers) if answers else "",
    )


async def writer_of(services: Services, message: discord.Message) -> Person:
    """Return who wrote a direct message. Discord does not say in which language their client is set: it is the one
    they chose, or that of their newest order."""
    person = addresses.person(message.author.id)
    newest = await services.book.find(person, 1)
    locale = await chosen(services.book, person, newest[0].locale if newest else services.tongue.locale)
    place = addresses.place(None, dm_with=message.author.id)
    return Person(person, message.author.display_name, locale, services.is_operator(person, place))


async def unanswered(client: "ShopClient", services: Services) -> AsyncIterator[discord.Message]:
    """Yield what buyers wrote after the operator's last letter, oldest first: all of it while a question is open,
    else what the shop has said nothing after. It may have been heard, and the power failed before that was said.

    :raises ShopError: if Discord does not tell.
    """
    for state in UNDER_WAY:
        for order in await services.book.standing(state, MOST_WAITING):
            letter = last_of(order, OPERATOR)
            if not letter or not str(letter["message"] or "").startswith(f"{addresses.PLATFORM}:"):
                continue
            channel_id, message_id = addresses.read_message(letter["message"])
            written = list[discord.Message]()
            with in_shop_words(f"reading the answers in {channel_id}"):
                channel = client.get_partial_messageable(channel_id)
                async for message in channel.history(after=discord.Object(message_id), oldest_first=True):
                    if addresses.person(message.author.id) == order.customer:
                        written.append(message)
                    elif not open_question(order):
                        written.clear()
            for message in written:
                yield message
