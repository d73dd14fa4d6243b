"""What the bot says of itself: who it is, its command menu, its texts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from bot.sandbox.telegram.menus import scope_key
from bot.sandbox.telegram.methods.call import Call, Handler
from bot.sandbox.telegram.payloads import me_json
from bot.sandbox.telegram.realm import Profile
from bot.sandbox.telegram.records import Json
from bot.sandbox.telegram.refusals import bad

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_DESCRIPTION_LENGTH = 256
_LANGUAGE = re.compile(r"[a-z]{2}")


async def get_me(call: Call) -> Json:
    """Return the bot."""
    return me_json(call.realm.bot)


async def set_commands(call: Call) -> bool:
    """Set the menu for a scope and a language."""
    commands: list[Json] = call.params["commands"]
    if len(commands) > call.realm.rules.commands:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        command["command"] = command["command"].removeprefix("/")
        if not _COMMAND.fullmatch(command["command"]):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= _DESCRIPTION_LENGTH:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    call.realm.profile.commands[_key(call)] = commands
    call.house.postbox.show_menu()
    return True


async def get_commands(call: Call) -> list[Json]:
    """Return the menu of exactly this scope and language."""
    return call.realm.profile.commands.get(_key(call), [])


async def delete_commands(call: Call) -> bool:
    """Take a menu away; the next wider scope applies."""
    call.realm.profile.commands.pop(_key(call), None)
    call.house.postbox.show_menu()
    return True


def _key(call: Call) -> tuple[str, str]:
    scope = call.get("scope")
    if scope is not None and "chat_id" in scope:
        scope = scope | {"chat_id": call.realm.chat(scope["chat_id"]).id}
    return scope_key(scope), _language(call)


def _language(call: Call) -> str:
    code: str = call.get("language_code", "")
    if code and not _LANGUAGE.fullmatch(code):
        raise bad("invalid language code specified")
    return code


def _text(name: str, texts: Callable[[Profile], dict[str, str]], longest: int) -> dict[str, Handler]:
    """Return setMy… and getMy… of one text, which may differ by language."""
    field = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()

    async def write(call: Call) -> bool:
        text: str = call.get(field, "")
        if len(text) > longest:
            raise bad(f"{field.replace('_', ' ')} is too long")
        texts(call.realm.profile)[_language(call)] = text
        return True

    async def read(call: Call) -> dict[str, Any]:
        kept = texts(call.realm.profile)
        return {field: kept.get(_language(call)) or kept.get("", "")}

    return {f"setMy{name}": write, f"getMy{name}": read}


async def set_menu_button(call: Call) -> bool:
    """Set what the button beside the text box opens, for one private chat or all."""
    button = call.get("menu_button", {"type": "default"})
    call.realm.profile.menu_buttons[call.get("chat_id")] = button
    call.house.postbox.show_menu()
    return True


async def get_menu_button(call: Call) -> Json:
    """Return the button beside the text box."""
    buttons = call.realm.profile.menu_buttons
    return buttons.get(call.get("chat_id")) or buttons.get(None) or {"type": "default"}


METHODS: dict[str, Handler] = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    **_text("Name", lambda profile: profile.names, 64),
    **_text("Description", lambda profile: profile.descriptions, 512),
    **_text("ShortDescription", lambda profile: profile.short_descriptions, 120),
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
}
