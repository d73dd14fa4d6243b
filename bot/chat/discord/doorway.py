"""Writing to people on Discord, for every room that has something to say: `bot.screens.Doorway` over discord.py."""

from collections import defaultdict
from collections.abc import AsyncIterator, Collection
from typing import TYPE_CHECKING, Any

import discord
import structlog

from bot.chat.discord import addresses
from bot.chat.discord.permissions import missing
from bot.chat.discord.reactions import people_behind
from bot.chat.discord.refusals import TROUBLE, in_shop_words
from bot.chat.discord.render import Rendered, attachment, nonce, render, safe_name
from bot.chat.discord.threads import private_thread, thread_under
from bot.errors import TryLater
from bot.screens import Screen

if TYPE_CHECKING:
    from bot.chat.discord.client import ShopClient

LOOK_BACK = 50
"""How many messages back a lost one is looked for."""

log = structlog.get_logger(__name__)


class DiscordDoorway:
    """Posts and edits messages with the bot's own token, whatever became of the interaction that caused them."""

    platform = addresses.PLATFORM

    def __init__(self, client: "ShopClient") -> None:
        self.client = client

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        """Show a screen in a channel, a direct message or under a message; see `bot.screens.Doorway.post`."""
        with in_shop_words(f"writing to {place}{self._lacking(place)}"):
            channel = await self._channel(place, screen)
            message = await self._sent_before(channel, screen.mark) if again and screen.mark else None
            if message is None:
                message = await _send(channel, render(screen, self.client.command_ids), once)
            else:  # it says what was true when it was written
                await self.edit(addresses.message(channel.id, message.id), screen)
                await self.client.hear_again(message)
            await self._offer(message, screen.reactions)
            return addresses.message(channel.id, message.id)

    async def edit(self, message: str, screen: Screen) -> None:
        """Bring a message up to date; see `bot.screens.Doorway.edit`."""
        if answer := addresses.read_answer(message):
            await self._edit_answer(*answer, screen)
            return
        channel_id, message_id = addresses.read_message(message)
        with in_shop_words(f"editing {message}"):
            self._must_be_logged_in()
            partial = self.client.get_partial_messageable(channel_id).get_partial_message(message_id)
            rendered = render(screen, self.client.command_ids)
            kept: list[discord.Attachment] = []
            if rendered.files:
                names = {safe_name(file.name) for file in rendered.files}
                kept = [one for one in (await partial.fetch()).attachments if one.filename in names]
            there = {one.filename for one in kept}
            new = [attachment(file) for file in rendered.files if safe_name(file.name) not in there]
            await partial.edit(
                content=rendered.content or None,
                embed=rendered.embed,
                attachments=[*kept, *new],
                view=rendered.view,
                allowed_mentions=rendered.mentions,
            )

    async def _edit_answer(self, application: int, token: str, message: str, screen: Screen) -> None:
        """Bring a private answer up to date by its interaction's token, also after a restart.

        :raises Unreachable: once the token has expired.
        """
        rendered = render(screen, self.client.command_ids)
        route = discord.http.Route(
            "PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{which}",
            webhook_id=application, webhook_token=token, which=message,
        )  # fmt: skip
        body = {
            "content": rendered.content or None,
            "embeds": [rendered.embed.to_dict()] if rendered.embed else [],
            "components": rendered.view.to_components() if rendered.view else [],
        }
        with in_shop_words("editing a private answer"):
            self._must_be_logged_in()
            await self.client.http.request(route, json=body)

    async def reactions(self, messages: Collection[str]) -> AsyncIterator[tuple[str, str, str]]:
        """Yield (message, emoji, person) of the reactions on those messages, but not the shop's own.

        Channels are read a hundred messages at a time, not message by message.
        """
        wanted: dict[int, set[int]] = defaultdict(set)
        for message in messages:
            channel_id, message_id = addresses.read_message(message)
            wanted[channel_id].add(message_id)
        for channel_id, ids in wanted.items():
            with in_shop_words(f"reading the reactions in {channel_id}"):
                async for found in self._reactions_in(channel_id, ids):
                    yield found

    async def _reactions_in(self, channel_id: int, ids: set[int]) -> AsyncIterator[tuple[str, str, str]]:
        channel = self.client.get_partial_messageable(channel_id)
        before_first, last = discord.Object(min(ids) - 1), max(ids)
        async for message in channel.history(limit=None, after=before_first, oldest_first=True):
            if message.id > last:
                return
            for reaction in message.reactions if message.id in ids else ():
                async for person in people_behind(reaction):
                    yield addresses.message(channel_id, message.id), str(reaction.emoji), person

    async def _channel(self, place: str, screen: Screen) -> Any:
        self._must_be_logged_in()
        if asked := addresses.read_thread(place):
            return await private_thread(self.client, *asked, " · ".join(filter(None, (screen.title, screen.mark))))
        if under := addresses.read_under(place):
            return await thread_under(self.client, *under, screen.title or screen.mark)
        kind, number = addresses.read_place(place)
        if kind == "dm":
            return await self.client.create_dm(discord.Object(number))
        return self.client.get_partial_messageable(number)

    def _lacking(self, place: str) -> str:
        """Return the permissions missing in a channel, to be named where something is refused there."""
        asked = addresses.read_thread(place) or addresses.read_under(place)
        kind, number = ("channel", asked[0]) if asked else addresses.read_place(place)
        lacking = missing(self.client, number) if kind == "channel" and self.client.is_ready() else []
        return f" (missing permissions: {', '.join(lacking)})" if lacking else ""

    async def _sent_before(self, channel: Any, mark: str) -> discord.Message | None:
        me = self.client.user
        async for message in channel.history(limit=LOOK_BACK):
            mine = me is not None and message.author.id == me.id
            if mine and any(embed.footer.text == mark for embed in message.embeds):
                return message  # type: ignore[no-any-return]
        return None

    async def _offer(self, message: discord.Message, reactions: tuple[str, ...]) -> None:
        """Put the shop's reactions under a message. It stands without them too: the buttons do the same."""
        for emoji in reactions:
            try:
                await message.add_reaction(emoji)
            except TROUBLE as error:
                log.warning("reaction_not_offered", message=message.id, error=str(error)[:200])
                return

    def _must_be_logged_in(self) -> None:
        if self.client.user is None or self.client.is_closed():
            raise TryLater("Discord is not connected yet", after=2.0)


async def _send(channel: Any, rendered: Rendered, once: str) -> discord.Message:
    options: dict[str, Any] = {"view": rendered.view} if rendered.view else {}
    message: discord.Message = await channel.send(
        rendered.content or None,
        embed=rendered.embed,
        files=[attachment(file) for file in rendered.files],
        nonce=nonce(once),
        allowed_mentions=rendered.mentions,
        **options,
    )
    return message
