"""Which commands the menu offers to whom.

Order of look-up: https://core.telegram.org/bots/api#determining-list-of-commands
"""

from __future__ import annotations

from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import PRIVATE, Chat, Json, User


def scope_key(scope: Json | None) -> str:
    """Return a BotCommandScope as one word."""
    if scope is None:
        return "default"
    return ":".join(str(scope[name]) for name in ("type", "chat_id", "user_id") if name in scope)


def offered(realm: Realm, user: User, chat: Chat) -> list[Json]:
    """Return the commands somebody is offered in a chat, in their language where there are any in it."""
    for scope in _scopes(chat, user):
        for language in (user.language, ""):
            if found := realm.profile.commands.get((scope, language)):
                return found
    return []


def _scopes(chat: Chat, user: User) -> list[str]:
    if chat.type == PRIVATE:
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    runs = chat.is_run_by(user.id)
    return [
        f"chat_member:{chat.id}:{user.id}",
        *([f"chat_administrators:{chat.id}"] if runs else []),
        f"chat:{chat.id}",
        *(["all_chat_administrators"] if runs else []),
        "all_group_chats",
        "default",
    ]
