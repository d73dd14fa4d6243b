"""Look at everything the shop needs before it opens, and say every problem at once, each with its remedy."""

import asyncio
import shutil
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import BadSetting, NotFound, ShopError, TryLater, of_system
from bot.settings.environment import Environment

if TYPE_CHECKING:
    from bot.storage.database import Database

LOW_DISK = 2 * 2**30
"""Bytes; below this the shop warns: an order of a minute leaves some 60 MB of takes and masters."""

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Level(StrEnum):
    """How bad a finding is: fine, works with a restriction, or keeps the shop closed."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. ``text`` is the key of its sentence, ``remedy`` of what to do about it."""

    level: Level
    text: str
    values: dict[str, object] = field(default_factory=dict)
    remedy: str = ""


def good(text: str, /, **values: object) -> Finding:
    """Return a finding that all is well."""
    return Finding(Level.GOOD, text, values)


def warn(text: str, /, **values: object) -> Finding:
    """Return a restriction; its remedy is the sentence ``<text>-remedy``."""
    return Finding(Level.WARN, text, values, f"{text}-remedy")


def bad(text: str, /, **values: object) -> Finding:
    """Return what keeps the shop closed; its remedy is the sentence ``<text>-remedy``."""
    return Finding(Level.BAD, text, values, f"{text}-remedy")


Look = Callable[[Environment], Awaitable[list[Finding]]]


async def checkup(environment: Environment, *, test: bool = False) -> list[Finding]:
    """Look at config, disk, database, address, doorways and payment, all at once."""
    looks: list[Look] = [
        _config,
        _disk,
        _database,
        _address,
        _mail,
        _engine,
        _operators,
        _discord,
        _telegram,
        lambda env: _stripe(env, test),
    ]
    found = await asyncio.gather(*(_safely(look, environment) for look in looks))
    return [finding for findings in found for finding in findings]


async def _safely(look: Look, environment: Environment) -> list[Finding]:
    try:
        return await look(environment)
    except BadSetting as error:
        return [bad("checkup-setting", problem=problem) for problem in error.problems]


async def _config(environment: Environment) -> list[Finding]:
    from bot.configuration import Config

    config = Config.read(environment.bgm_config)
    prices, moods, shop = config.prices, config.moods, config.shop
    found = [good("checkup-config", folder=str(config.places[-1]))]
    if unpriced := [purpose for purpose in moods.purposes if purpose not in prices.purposes]:
        found.append(bad("checkup-unpriced", purposes=", ".join(unpriced)))
    if not (shop.business.owner and shop.business.email):
        found.append(warn("checkup-business"))
    return found


async def _disk(environment: Environment) -> list[Finding]:
    found = []
    for folder in {environment.bgm_data, environment.media}:
        try:
            await asyncio.to_thread(_write_into, folder)
            free = shutil.disk_usage(folder).free
        except OSError as error:
            found.append(bad("checkup-folder", folder=str(folder), error=of_system(error)))
            continue
        gib = round(free / 2**30, 1)
        found.append((warn if free < LOW_DISK else good)("checkup-disk", folder=str(folder), gib=gib))
    if shutil.which("ffmpeg") is None:
        found.append(warn("checkup-ffmpeg"))
    return found


def _write_into(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    probe = folder / ".write-probe"
    probe.write_bytes(b"")
    probe.unlink()


async def _database(environment: Environment) -> list[Finding]:
    from bot.storage.database import open_database

    kind = urlsplit(environment.database).scheme.partition("+")[0]
    try:
        database = open_database(environment.database)
        try:
            await database.upgrade()
            due = await _due(environment, database)
        finally:
            await database.close()
    except BadSetting as error:
        if error.text != "problem-database-away":
            raise
        return [bad("checkup-database", kind=kind, error=error.values["error"])]
    except Exception as error:  # a driver's own errors are many; the operator needs the sentence of whichever it was
        return [bad("checkup-database", kind=kind, error=f"{type(error).__name__}: {error}".splitlines()[0])]
    return [good("checkup-database-good", kind=kind), *due]


async def _due(environment: Environment, database: "Database") -> list[Finding]:
    """Say which files the next night deletes; nothing is touched."""
    from bot.settings.files import folders
    from bot.settings.shop import load_shop
    from bot.shop import open_media
    from bot.storage.order_book import OrderBook
    from bot.storage.retention import Retention

    shop = load_shop(folders(environment.bgm_config))
    book = OrderBook(database, shop.policy(), lambda: datetime.now(UTC))
    due = await Retention(book, open_media(environment), shop.retention.previews, shop.retention.refused).due()
    if not due.orders:
        return []
    return [good("checkup-retention", orders=due.orders, files=due.files, mebibytes=due.size >> 20)]


async def _mail(environment: Environment) -> list[Finding]:
    """Ring at the mail server, if there is one, and log in; nothing is sent."""
    from bot.delivery.mail import Mailer, read_server
    from bot.settings.files import folders
    from bot.settings.shop import load_shop

    if environment.smtp_url is None:
        return []
    business = load_shop(folders(environment.bgm_config)).business
    server = read_server(environment.smtp_url.get_secret_value(), business.email)
    try:
        await Mailer(server, business.name).greet()
    except TryLater as error:
        return [bad("checkup-mail-bad", server=f"{server.host}:{server.port}", error=error)]
    return [good("checkup-mail", server=f"{server.host}:{server.port}", sender=server.sender)]


async def _engine(environment: Environment) -> list[Finding]:
    from bot.check_engine import look

    return await look(environment)


async def _address(environment: Environment) -> list[Finding]:
    found = []
    host = urlsplit(environment.address).hostname or ""
    if host in LOOPBACK:
        found.append(warn("checkup-address-private", address=environment.address))
    elif urlsplit(environment.address).scheme != "https":
        found.append(warn("checkup-address-plain", address=environment.address))
    else:
        found.append(good("checkup-address", address=environment.address))
    try:
        with socket.socket(socket.AF_INET6 if ":" in environment.http_host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((environment.http_host, environment.http_port))
    except OSError as error:
        found.append(
            warn(
                "checkup-port",
                host=environment.http_host,
                port=str(environment.http_port),
                error=of_system(error),
            )
        )
    return found


async def _operators(environment: Environment) -> list[Finding]:
    if not environment.operator_ids:
        return [bad("checkup-operators")]
    return [good("checkup-operators-good", people=", ".join(sorted(environment.operator_ids)))]


async def _discord(environment: Environment) -> list[Finding]:
    from bot.chat.discord.checkup import visit

    if environment.discord_token is None:
        return [] if environment.telegram_token else [bad("checkup-doorway")]
    try:
        async with visit(environment.discord_token.get_secret_value(), environment.discord_api_base) as discord:
            account = await discord.account()
            found = [good("checkup-discord", name=account.name)]
            servers = {server.id: server.name for server in await discord.servers()}
            server = environment.discord_guild_id
            if environment.discord_review_channel_id is None and environment.telegram_review_chat_id is not None:
                return found
            if server is None:
                return [*found, bad("checkup-server-unset", known=", ".join(servers.values()) or "-")]
            if server not in servers:
                return [*found, bad("checkup-server", id=str(server), invitation=account.invitation)]
            return [*found, *await _review_channel(discord, server, environment.discord_review_channel_id)]
    except TryLater as error:
        return [bad("checkup-discord-away", error=error)]
    except ShopError as error:
        return [bad("checkup-discord-refused", error=error)]


async def _review_channel(discord: object, server: int, channel: int | None) -> list[Finding]:
    from bot.chat.discord.checkup import Checkup

    assert isinstance(discord, Checkup)
    names = [spot.name for spot in await discord.channels(server)]
    if channel is None:
        return [bad("checkup-channel-unset", known=", ".join(f"#{name}" for name in names))]
    try:
        standing = await discord.standing(server, channel)
    except NotFound:
        return [bad("checkup-channel", id=str(channel), known=", ".join(f"#{name}" for name in names))]
    found = [warn("checkup-channel-public", name=standing.name)] if standing.public else []
    if standing.missing:
        return [*found, bad("checkup-permissions", permissions=", ".join(standing.missing))]
    return [*found, good("checkup-channel-good")]


async def _telegram(environment: Environment) -> list[Finding]:
    from bot.chat.telegram.checkup import visit

    if environment.telegram_token is None:
        return []
    token = environment.telegram_token.get_secret_value()
    try:
        async with visit(token, environment.telegram_api_base, test=environment.telegram_test) as telegram:
            found = [good("checkup-telegram", name=telegram.name), *_telegram_settings(environment)]
            chat = environment.telegram_review_chat_id
            if chat is None:
                unheard = environment.discord_review_channel_id is None
                return [*found, bad("checkup-chat-unset")] if unheard else found
            standing = await telegram.standing(chat)
    except NotFound as error:
        return [*found, bad("checkup-chat", error=error)]
    except TryLater as error:
        return [bad("checkup-telegram-away", error=error)]
    except ShopError as error:
        return [bad("checkup-telegram-refused", error=error)]
    name = standing.place.name
    if not standing.may_write:
        return [*found, bad("checkup-chat-rights", name=name)]
    if standing.place.public:
        found.append(warn("checkup-chat-public", name=name))
    return [*found, (good if standing.hears_all else warn)("checkup-chat-good", name=name)]


def _telegram_settings(environment: Environment) -> list[Finding]:
    from bot.configuration import Config

    config, found = Config.read(environment.bgm_config), list[Finding]()
    if config.shop.telegram.pay == "stripe":
        found.append(warn("checkup-telegram-stripe"))
    elif not config.prices.sold_for_stars:
        found.append(bad("checkup-stars-unpriced"))
    if config.shop.telegram.webhook and not environment.address.startswith("https://"):
        found.append(bad("checkup-telegram-webhook", address=environment.address))
    return found


async def _stripe(environment: Environment, test: bool) -> list[Finding]:
    from bot.payments.keys import check_key, wrong_webhook_secret
    from bot.payments.stripe import ping

    if environment.stripe_secret_key is None:
        only_stars = environment.discord_token is None and environment.telegram_token is not None
        return [good("checkup-stars-only")] if only_stars else [bad("checkup-stripe-unset")]
    key = environment.stripe_secret_key.get_secret_value()
    try:
        check_key(key, environment.stripe_api_base, test_allowed=test)
        await ping(key, environment.stripe_api_base)
    except TryLater as error:
        return [bad("checkup-stripe-away", error=error)]
    except ShopError as error:
        return [bad("checkup-stripe-refused", error=error)]
    secret = environment.stripe_webhook_secret
    if secret is None:
        return [good("checkup-stripe"), warn("checkup-webhook")]
    wrong = wrong_webhook_secret(secret.get_secret_value())
    return [good("checkup-stripe"), *([bad("checkup-setting", problem=wrong)] if wrong else [])]
