"""The command menu: what Telegram shows behind the slash, in every language, told again only when it changed."""

import hashlib
import json

import structlog
from telegram import Bot, BotCommand, BotCommandScopeChat, BotCommandScopeDefault

from bot.chat.lengths import cut
from bot.chat.telegram import limits
from bot.commands.services import Services
from bot.texts import DEFAULT_LANGUAGE, LANGUAGES, Texts

NOTE = "telegram:commands"
"""The note of what was registered: ``{"hash"}``."""

BUYERS = ("bgm", "orders", "verify", "language", "help", "terms", "privacy", "paysupport")
OPERATORS = ("shop", "orders", "help")

log = structlog.get_logger(__name__)


async def register(bot: Bot, services: Services, review_chat: int | None) -> None:
    """Register the commands if they, the bot or the review chat changed. In the review chat they are the operator's.

    :raises telegram.error.TelegramError: if Telegram does not take them.
    """
    wanted = {language: _commands(services.texts, language, BUYERS) for language in LANGUAGES}
    there = {language: _commands(services.texts, language, OPERATORS) for language in LANGUAGES}
    menus = [{name: [one.to_dict() for one in all_] for name, all_ in menu.items()} for menu in (wanted, there)]
    listed = [bot.id, review_chat, *menus]
    digest = hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()
    if await services.book.recall(NOTE) == {"hash": digest}:
        return
    await bot.set_my_commands(wanted[DEFAULT_LANGUAGE], BotCommandScopeDefault())
    for language, commands in wanted.items():
        await bot.set_my_commands(commands, BotCommandScopeDefault(), language)
    if review_chat is not None:
        scope = BotCommandScopeChat(review_chat)
        await bot.set_my_commands(there[DEFAULT_LANGUAGE], scope)
        for language, commands in there.items():
            await bot.set_my_commands(commands, scope, language)
    await services.book.remember(NOTE, {"hash": digest})
    log.info("telegram_commands_registered", count=len(BUYERS))


def _commands(texts: Texts, language: str, names: tuple[str, ...]) -> list[BotCommand]:
    return [BotCommand(name, cut(texts.say(language, f"command-{name}"), limits.COMMAND_DESCRIPTION)) for name in names]
