"""The doorways of the shop: which chats are open, what each needs, and how they come and go."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from bot.chat.discord.client import ShopClient, create_bot
from bot.chat.discord.wire import point_at
from bot.chat.telegram.client import TelegramBot, create_telegram_bot
from bot.commands.services import Services
from bot.errors import Problem
from bot.running import running
from bot.screens import Doorway
from bot.settings.environment import TELEGRAM_API, Environment
from bot.settings.shop import Shop

WEBHOOK_PATH = "/telegram/webhook"


@dataclass(frozen=True, slots=True)
class Doors:
    """The chats that are open; at least one is."""

    discord: ShopClient | None
    telegram: TelegramBot | None

    @property
    def doorways(self) -> Mapping[str, Doorway]:
        """The ways out, by platform."""
        found: dict[str, Doorway] = {}
        if self.discord:
            found["discord"] = self.discord.doorway
        if self.telegram:
            found["telegram"] = self.telegram.doorway
        return found

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[str]]]:
        """What ``/healthz`` looks at, by name: "" if all is well, else what is wrong."""
        discord, telegram = self.discord, self.telegram
        looks: dict[str, Callable[[], Awaitable[str]]] = {}
        if discord:
            looks["discord"] = lambda: _said(discord.connected)
        if telegram:
            looks["telegram"] = lambda: _said(telegram.connected)
        return looks

    def addresses(self, environment: Environment, shop: Shop) -> dict[str, str]:
        """Return where buyers find the shop, by platform: the server's invitation, and the bot once it has logged in
        (one that does not speak to Telegram itself is found nowhere)."""
        found = {"discord": shop.discord.invite} if self.discord and shop.discord.invite else {}
        is_real = environment.telegram_api_base == TELEGRAM_API and not environment.telegram_test
        if self.telegram and self.telegram.name and is_real:
            found["telegram"] = f"https://t.me/{self.telegram.name}"
        return found

    @asynccontextmanager
    async def connected(self, environment: Environment) -> AsyncIterator[None]:
        """Keep the connections up in the background: an outage of a chat must not stop the work here."""
        async with AsyncExitStack() as stack:
            if self.discord:
                assert environment.discord_token is not None
                await stack.enter_async_context(self.discord)
                token = environment.discord_token.get_secret_value()
                await stack.enter_async_context(running(self.discord.start(token), "discord"))
            if self.telegram:
                stack.push_async_callback(self.telegram.stop)
                await stack.enter_async_context(running(self.telegram.run(), "telegram"))
            yield


def open_doors(environment: Environment, shop: Shop, services: Services) -> Doors:
    """Return the doorways that have a token."""
    discord = telegram = None
    if environment.discord_token:
        point_at(environment.discord_api_base, environment.discord_gateway_url)
        discord = create_bot(services, shop.discord.shards)
    if environment.telegram_token:
        telegram = create_telegram_bot(
            services,
            environment.telegram_token.get_secret_value(),
            api_base=environment.telegram_api_base,
            test=environment.telegram_test,
            webhook=environment.address + WEBHOOK_PATH if shop.telegram.webhook else None,
        )
    return Doors(discord, telegram)


def review_places(environment: Environment, shop: Shop) -> dict[str, str]:
    """Return where the operator listens, by platform; only one place where the settings want all orders in one."""
    found = {}
    if environment.discord_token and environment.discord_review_channel_id is not None:
        found["discord"] = f"discord:channel:{environment.discord_review_channel_id}"
    if environment.telegram_token and (chat := environment.telegram_review_chat_id) is not None:
        found["telegram"] = f"telegram:{'dm' if chat > 0 else 'chat'}:{chat}"
    wanted = shop.review.place
    return {wanted: found[wanted]} if wanted in found else found


def lacking(environment: Environment, shop: Shop) -> list[Problem]:
    """Return what keeps the doorways closed."""
    if environment.discord_token is None and environment.telegram_token is None:
        message = "DISCORD_TOKEN, TELEGRAM_TOKEN: no doorway is open; run `bgm setup`, or set the token of your bot"
        return [Problem(message, "problem-no-doorway")]
    problems = []
    if environment.telegram_token and shop.telegram.webhook and not environment.address.startswith("https://"):
        message = "PUBLIC_URL: telegram.webhook = true (shop.toml) needs an https address"
        problems.append(Problem(message, "problem-webhook-address"))
    places = review_places(environment, shop)
    if shop.review.place and shop.review.place not in places:
        message = f"review.place = {shop.review.place!r} (shop.toml), but that doorway has no review place"
        problems.append(Problem(message, "problem-review-place", place=shop.review.place))
    if not places and environment.discord_token:
        message = "DISCORD_REVIEW_CHANNEL_ID: nobody would hear the takes; run `bgm setup`, it finds the channel"
        problems.append(Problem(message, "problem-review-channel"))
    elif not places:
        message = "TELEGRAM_REVIEW_CHAT_ID: nobody would hear the takes; run `bgm setup`, it finds the chat"
        problems.append(Problem(message, "problem-review-chat"))
    return problems


async def _said(well: bool) -> str:
    return "" if well else "not connected"
