"""The whole world around the shop, started and stopped as one: Discord, Telegram, Stripe, the page to play them on.

In: a host, a port for the page, and where the shop listens. Out: running servers, and the card that tells the shop
(and anybody else) where everything is.
"""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any, Self

from bot.sandbox.discord import DiscordWorld
from bot.sandbox.page import PageServer
from bot.sandbox.stripe import StripeWorld
from bot.sandbox.telegram import TelegramWorld

WEBHOOK_PATH = "/stripe/webhook"


class World:
    """Running servers. Make one with `start`; each part has its own port, `page` the one asked for."""

    def __init__(
        self,
        discord: DiscordWorld,
        telegram: TelegramWorld,
        stripe: StripeWorld,
        page: PageServer,
        parts: AsyncExitStack,
    ) -> None:
        self.discord = discord
        self.telegram = telegram
        self.stripe = stripe
        self.page = page
        self._parts = parts

    @classmethod
    async def start(
        cls,
        host: str = "127.0.0.1",
        port: int = 0,
        forward_to: str | None = None,
        seed: str | None = None,
    ) -> Self:
        """Start every part; what was started stops again when a later one cannot (then OSError is raised).

        `forward_to` is the shop's root URL: Stripe's webhooks go to `/stripe/webhook` below it. The same `seed`
        gives the ids and tokens of both chats again, so that saved settings survive a restart.
        """
        async with AsyncExitStack() as starting:
            discord = await DiscordWorld.start(host, public_seed=seed)
            starting.push_async_callback(discord.stop)
            telegram = await TelegramWorld.start(host, public_seed=seed)
            starting.push_async_callback(telegram.stop)
            stripe = await StripeWorld.start(host)
            starting.push_async_callback(stripe.stop)
            page = await PageServer.start(discord, telegram, stripe, host, port)
            starting.push_async_callback(page.stop)
            _tell(stripe, page)
            world = cls(discord, telegram, stripe, page, starting.pop_all())
        if forward_to is not None:
            world.forward(forward_to)
        return world

    async def stop(self) -> None:
        """Stop every part, the last one first."""
        await self._parts.aclose()

    def forward(self, root: str) -> None:
        """Send Stripe's webhooks to the shop at `root` from now on."""
        self.stripe.add_webhook(root.rstrip("/") + WEBHOOK_PATH)

    def card(self) -> dict[str, Any]:
        """Return where everything is; ids are strings."""
        discord, telegram = self.discord, self.telegram
        return {
            "page": self.page.url,
            "discord": {
                "api": discord.api,
                "gateway": discord.gateway,
                "token": discord.token,
                "guild_id": str(discord.guild_id),
                "order_channel_id": str(discord.order_channel_id),
                "review_channel_id": str(discord.review_channel_id),
                "operator_id": str(discord.operator_id),
                "buyer_id": str(discord.buyer_id),
            },
            "telegram": {
                "api": telegram.api,
                "token": telegram.token,
                "review_chat_id": str(telegram.review_chat_id),
                "channel_id": str(telegram.channel_id),
                "operator_id": str(telegram.operator_id),
                "buyer_id": str(telegram.buyer_id),
            },
            "stripe": {
                "api": self.stripe.api,
                "key": self.stripe.key,
                "webhook_secret": self.stripe.webhook_secret,
            },
        }


async def serve(host: str, port: int, forward_to: str | None, echo: Callable[[str], None]) -> None:
    """Start a world, echo its card as one line of JSON, and serve until SIGINT or SIGTERM."""
    world = await World.start(host, port, forward_to)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    try:
        echo(json.dumps(world.card()))
        await stopped.wait()
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(sign)
        await world.stop()


def _tell(stripe: StripeWorld, page: PageServer) -> None:
    """Let the page hear of every event of Stripe's as well."""
    publish = stripe.books.publish

    def publish_and_tell(event: dict[str, Any]) -> int:
        page.on_payment(event)
        return publish(event)

    stripe.books.publish = publish_and_tell
