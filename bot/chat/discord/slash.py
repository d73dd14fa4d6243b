"""The slash commands: what Discord is told of them, in every language, and told again only when it changed."""

import hashlib
import json
import re
from typing import Any

import discord
import structlog

from bot.chat.discord import limits
from bot.chat.lengths import cut
from bot.commands.services import Services
from bot.texts import LANGUAGES, Texts

NOTE = "discord:commands"
"""The note of what was registered: ``{"hash", "application", "versions"}``."""

LOCALES = {"ko": ("ko",), "en": ("en-US", "en-GB")}
"""Discord's names of the shop's languages."""

SUBCOMMAND, TEXT, ATTACHMENT = 1, 3, 11
MANAGE_GUILD = 1 << 5
IN_SERVERS, IN_DMS = 0, 1

NAME = re.compile(r"[-_'\w]{1,32}")
"""What Discord takes as a name, in small letters."""

log = structlog.get_logger(__name__)


def slash_commands(texts: Texts) -> list[dict[str, Any]]:
    """Return the commands as Discord's API takes them.

    ``/shop`` is shown to members who may manage the server (its owner can show it to others in the server's settings);
    who may really use it is decided when it is used.
    """
    order = _option(texts, "order", "command-shop-option-order", required=True, suggest=True)
    bgm = [
        _option(texts, "mood", "command-bgm-mood", suggest=True),
        _option(texts, "length", "command-bgm-length", suggest=True),
        _option(texts, "purpose", "command-bgm-purpose", suggest=True),
        _option(texts, "details", "command-bgm-details", suggest=True),
    ]
    shop = [
        _named(texts, "today", "command-shop-today", {"type": SUBCOMMAND}),
        _named(texts, "preset", "command-shop-preset", {"type": SUBCOMMAND}),
        _named(
            texts, "stats", "command-shop-stats",
            {"type": SUBCOMMAND, "options": [_option(texts, "days", "command-shop-option-days")]},
        ),
        *(
            _named(texts, name, f"command-shop-{name}", {"type": SUBCOMMAND, "options": [order]})
            for name in ("order", "refund", "retry")
        ),
        _named(
            texts, "pause", "command-shop-pause",
            {"type": SUBCOMMAND, "options": [_option(texts, "words", "command-shop-option-words")]},
        ),
        _named(texts, "resume", "command-shop-resume", {"type": SUBCOMMAND}),
        _named(texts, "coupon", "command-shop-coupon", {"type": SUBCOMMAND}),
    ]  # fmt: skip
    verify = [
        _option(texts, "certificate", "command-verify-certificate"),
        _named(texts, "file", "command-verify-file", {"type": ATTACHMENT, "required": False}),
    ]
    return [
        _command(texts, "bgm", bgm),
        _command(texts, "verify", verify),
        *(_command(texts, name, []) for name in ("orders", "help", "terms", "privacy")),
        _command(texts, "shop", shop, contexts=(IN_SERVERS,), default_member_permissions=MANAGE_GUILD),
    ]


async def sync(client: discord.Client, services: Services) -> dict[str, int]:
    """Register the commands if they changed (or Discord lost them), and return their ids by name.

    :raises discord.HTTPException: if Discord does not take them.
    """
    application = client.application_id
    assert application is not None, "the client has logged in"
    wanted = slash_commands(services.texts)
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    standing = await client.http.get_global_commands(application)
    note = {"hash": digest, "application": str(application), "versions": _versions(standing), "ids": _ids(standing)}
    if await services.book.recall(NOTE) != note:
        standing = await client.http.bulk_upsert_global_commands(application, wanted)
        await services.book.remember(NOTE, note | {"versions": _versions(standing), "ids": _ids(standing)})
        log.info("discord_commands_registered", count=len(standing))
    return _ids(standing)


async def known(services: Services) -> dict[str, int]:
    """Return the ids of the commands as they were last registered: what is said right after a start names them, too."""
    note = await services.book.recall(NOTE) or {}
    ids: dict[str, int] = note.get("ids", {})
    return ids


def _ids(commands: Any) -> dict[str, int]:
    return {command["name"]: int(command["id"]) for command in commands}


def _versions(commands: Any) -> dict[str, str]:
    return {command["name"]: str(command["version"]) for command in commands}


def _command(texts: Texts, name: str, options: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    contexts = list(more.pop("contexts", (IN_SERVERS, IN_DMS)))
    body = {"type": 1, "options": options, "contexts": contexts, "integration_types": [0], **more}
    return _named(texts, name, f"command-{name}", body)


def _option(texts: Texts, name: str, key: str, *, required: bool = False, suggest: bool = False) -> dict[str, Any]:
    return _named(texts, name, key, {"type": TEXT, "required": required, "autocomplete": suggest})


def _named(texts: Texts, name: str, key: str, body: dict[str, Any]) -> dict[str, Any]:
    """Add name and description in every language; the name's key is ``name-<name>`` where a language has its own."""
    names, descriptions = {}, {}
    for language in LANGUAGES:
        for locale in LOCALES[language]:
            descriptions[locale] = cut(texts.say(language, key), limits.DESCRIBED)
            names[locale] = _own_name(texts, language, name)
    return {
        "name": name,
        "description": descriptions["en-US"],
        "name_localizations": names,
        "description_localizations": descriptions,
    } | body


def _own_name(texts: Texts, language: str, name: str) -> str:
    """Return a name in a language; one that Discord would not take, with all commands, stays as it is elsewhere."""
    own = texts.say(language, f"name-{name}")
    if NAME.fullmatch(own) and own == own.lower():
        return own
    log.warning("command_name_refused", key=f"name-{name}", language=language, value=own[:40])
    return name
