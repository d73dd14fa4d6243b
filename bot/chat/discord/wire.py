"""Where discord.py finds Discord. Used before login by the demo, by tests, and behind proxies."""

import discord.gateway
import discord.http
from yarl import URL


def point_at(api_base: str | None, gateway_url: str | None) -> None:
    """Send all of this process's discord.py to another REST address (ends in ``/api/v10``) and gateway.

    discord.py keeps both for the whole process. None leaves one as it is.
    """
    if api_base:
        discord.http.Route.BASE = api_base.rstrip("/")
    if gateway_url:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway_url)
