"""Do Discord, Telegram and Stripe know the keys that the shop is to open with? Asked before the first door opens.

A key that is merely there is no doorway: a shop whose only chat refuses its token would look open and hear nobody.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from bot.errors import Problem, Refused, TryLater
from bot.settings.environment import Environment

ANSWERS_WITHIN = 8.0
"""Seconds a service is waited for; one that is away says nothing about its key, and the shop sits that out."""

_MESSAGES = {
    "reason-discord-token": (
        "discord_token",
        "DISCORD_TOKEN: Discord does not know this token; make a new one in the Developer Portal and run `bgm setup`",
        "problem-discord-token",
    ),
    "reason-telegram-token": (
        "telegram_token",
        "TELEGRAM_TOKEN: Telegram does not know this token; ask @BotFather for it (/token) and run `bgm setup`",
        "problem-telegram-token",
    ),
    "reason-stripe-key": (
        "stripe_secret_key",
        "STRIPE_SECRET_KEY: Stripe does not know this key; make one at dashboard.stripe.com/apikeys",
        "problem-stripe-unknown",
    ),
}
"""A service's reason for a refusal: the setting it is about, and what is said of it."""


async def unknown_keys(environment: Environment) -> Mapping[str, Problem]:
    """Return the settings of ``environment`` whose key its service refuses, and what is wrong with each."""
    reasons = await asyncio.gather(*(_reason(look, environment) for look in (_discord, _telegram, _stripe)))
    found = (_MESSAGES[reason] for reason in reasons if reason in _MESSAGES)
    return {setting: Problem(message, text) for setting, message, text in found}


async def _reason(look: Callable[[Environment], Awaitable[None]], environment: Environment) -> str:
    """Return why a service refuses its key, "" if it does not or gives no answer."""
    try:
        async with asyncio.timeout(ANSWERS_WITHIN):
            await look(environment)
    except (TryLater, TimeoutError):
        return ""
    except Refused as error:
        return error.text
    return ""


async def _discord(environment: Environment) -> None:
    from bot.chat.discord.checkup import visit

    if environment.discord_token is not None:
        async with visit(environment.discord_token.get_secret_value(), environment.discord_api_base):
            pass


async def _telegram(environment: Environment) -> None:
    from bot.chat.telegram.checkup import visit

    if environment.telegram_token is not None:
        token, base = environment.telegram_token.get_secret_value(), environment.telegram_api_base
        async with visit(token, base, test=environment.telegram_test):
            pass


async def _stripe(environment: Environment) -> None:
    from bot.payments.stripe import ping

    if environment.stripe_secret_key is not None:
        await ping(environment.stripe_secret_key.get_secret_value(), environment.stripe_api_base)
