"""Look at Discord through the shop's token before the shop opens: who it is, where it may work, what it lacks."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import aiohttp
import discord

from bot.chat.discord.permissions import INVITED, NEEDED
from bot.errors import NotFound, Refused, TryLater


@dataclass(frozen=True, slots=True)
class Spot:
    """A server or channel: its id and its name as people see it."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who the token belongs to, the address that invites the shop to a server, and who owns it."""

    application_id: int
    name: str
    invitation: str
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Standing:
    """A channel by its name, the permissions the shop lacks there, and whether @everyone sees what is posted."""

    name: str
    missing: tuple[str, ...]
    public: bool


class Checkup:
    """A short visit to Discord over REST; nothing is changed."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client

    async def account(self) -> Account:
        """Return who the shop is."""
        with _sentences():
            info = await self._client.application_info()
        owner = info.team.owner_id if info.team else info.owner.id
        url = discord.utils.oauth_url(info.id, permissions=INVITED, scopes=("bot", "applications.commands"))
        return Account(info.id, info.name, url, owner)

    async def servers(self) -> list[Spot]:
        """Return the servers the shop is a member of."""
        with _sentences():
            return [Spot(guild.id, guild.name) async for guild in self._client.fetch_guilds(limit=200)]

    async def channels(self, server: int) -> list[Spot]:
        """Return a server's text channels."""
        with _sentences():
            guild = await self._client.fetch_guild(server)
            channels = await guild.fetch_channels()
        return [Spot(channel.id, channel.name) for channel in channels if isinstance(channel, discord.TextChannel)]

    async def standing(self, server: int, channel: int) -> Standing:
        """Return what the shop may do in a channel, and who reads along.

        :raises NotFound: if the channel is not of that server, or the shop may not see it.
        """
        with _sentences():
            guild = await self._client.fetch_guild(server)
            assert self._client.user is not None
            me = await guild.fetch_member(self._client.user.id)
            spot = next((spot for spot in await guild.fetch_channels() if spot.id == channel), None)
        if not isinstance(spot, discord.TextChannel):
            raise NotFound(f"no text channel {channel} in server {guild.name}")
        has = dict(spot.permissions_for(me))
        public = spot.permissions_for(guild.default_role).view_channel
        return Standing(spot.name, tuple(name for name, wanted in NEEDED if wanted and not has[name]), public)


@asynccontextmanager
async def visit(token: str, api_base: str) -> AsyncIterator[Checkup]:
    """Log in over REST (no gateway) for a checkup.

    :raises Refused: if Discord does not know the token; :raises TryLater: if Discord cannot be reached.
    """
    discord.http.Route.BASE = api_base
    # Nothing is heard without a gateway; with no intent at all the library warns about it in the shop's log.
    async with discord.Client(intents=discord.Intents(guilds=True)) as client:
        with _sentences():
            await client.login(token)
        yield Checkup(client)


@contextmanager
def _sentences() -> Iterator[None]:
    """Turn the library's errors into the shop's."""
    try:
        yield
    except discord.LoginFailure:
        raise Refused("Discord does not know this token", text="reason-discord-token") from None
    except discord.NotFound as error:
        raise NotFound(f"Discord does not show this to the shop: {error.text}") from None
    except (discord.DiscordServerError, aiohttp.ClientError, TimeoutError, OSError) as error:
        raise TryLater(f"Discord cannot be reached: {error}", text="reason-away", why=str(error)) from None
    except discord.HTTPException as error:
        raise Refused(f"Discord refuses: {error.text} (HTTP {error.status})") from None
