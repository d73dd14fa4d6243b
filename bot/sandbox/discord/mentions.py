"""Who a text mentions, and who of them `allowed_mentions` lets be notified."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import Channel, Json

_USER = re.compile(r"<@!?(\d{15,20})>")
_ROLE = re.compile(r"<@&(\d{15,20})>")
_EVERYONE = re.compile(r"@(everyone|here)\b")


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The users, roles and "everyone" a message really mentions."""

    users: list[int]
    roles: list[int]
    everyone: bool


def resolve(
    realm: Realm, channel: Channel, author_id: int, text: str, allowed: Json | None, replied_to: int | None
) -> Mentioned:
    """Return who is mentioned; without `allowed` everyone named is, as on the real Discord."""
    everything: Json = {"parse": ["users", "roles", "everyone"], "replied_user": True}
    wanted = everything if allowed is None else allowed
    parse = wanted.get("parse") or []
    users = _named(_USER, text, "users" in parse, wanted.get("users") or [])
    users = [user_id for user_id in users if user_id in realm.users]
    if replied_to is not None and wanted.get("replied_user", allowed is None) and replied_to not in users:
        users.append(replied_to)
    if channel.guild_id is None:
        return Mentioned(users, [], False)
    roles = _named(_ROLE, text, "roles" in parse, wanted.get("roles") or [])
    roles = [role_id for role_id in roles if role_id in realm.guilds[channel.guild_id].roles]
    everyone = (
        "everyone" in parse
        and _EVERYONE.search(text) is not None
        and bool(realm.permissions(author_id, channel) & may.MENTION_EVERYONE)
    )
    return Mentioned(users, roles, everyone)


def _named(pattern: re.Pattern[str], text: str, all_of_them: bool, listed: list[str | int | None]) -> list[int]:
    """Return the ids in the text, in order, once each, that are permitted."""
    permitted = {int(item) for item in listed if item is not None}
    found = dict.fromkeys(int(match) for match in pattern.findall(text))
    return [item for item in found if all_of_them or item in permitted]
