"""Faults on demand, for people who want to see what the shop does about them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from bot.sandbox.discord import DiscordWorld
from bot.sandbox.stripe import StripeWorld
from bot.sandbox.telegram import TelegramWorld

EXTRA_WEBHOOKS = 2
"""Repetitions of each webhook while they are duplicated."""


@dataclass
class Sky:
    """What is wrong at the moment."""

    dms_closed: bool = False
    discord_down: bool = False
    duplicate_webhooks: bool = False
    telegram_down: bool = False
    bot_blocked: bool = False


class Weather:
    """Turns the worlds' faults on and off and remembers which are on."""

    def __init__(self, discord: DiscordWorld, telegram: TelegramWorld, stripe: StripeWorld) -> None:
        self._discord = discord
        self._telegram = telegram
        self._stripe = stripe
        self._sky = Sky()

    def report(self) -> dict[str, bool]:
        """Return what is wrong at the moment."""
        return asdict(self._sky)

    async def change(self, fault: str, is_on: bool) -> None:
        """Turn one fault on or off; `drop_gateway` happens once. Raises ValueError for an unknown one."""
        match fault:
            case "dms_closed":
                self._discord.person(self._discord.buyer_id).close_dms(is_on)
                self._sky.dms_closed = is_on
            case "discord_down":
                await self._discord.faults.down(is_on)
                self._sky.discord_down = is_on
            case "duplicate_webhooks":
                self._stripe.faults.webhook_duplicates = EXTRA_WEBHOOKS if is_on else 0
                self._sky.duplicate_webhooks = is_on
            case "telegram_down":
                self._telegram.faults.down(is_on)
                self._sky.telegram_down = is_on
            case "bot_blocked":
                self._telegram.person(self._telegram.buyer_id).block(is_on)
                self._sky.bot_blocked = is_on
            case "drop_gateway":
                await self._discord.faults.drop_gateway()
            case _:
                raise ValueError(fault)

    async def clear(self) -> None:
        """Fine weather again."""
        for fault, is_on in self.report().items():
            if is_on:
                await self.change(fault, False)
