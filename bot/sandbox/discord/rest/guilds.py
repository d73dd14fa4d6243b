"""Guilds, members, roles, users, the application, the gateway's address."""

from __future__ import annotations

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.payloads import (
    application_json,
    channel_json,
    guild_json,
    member_json,
    my_guild_json,
    own_user_json,
    role_json,
    user_json,
)
from bot.sandbox.discord.records import THREADS, Json
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.rest.call import Call, Route

_MEMBERS_INTENT = 1 << 1


async def gateway(call: Call) -> Json:
    """GET the gateway's address."""
    return {"url": call.house.gateway_url}


async def gateway_bot(call: Call) -> Json:
    """GET the gateway's address, recommended shards and the session budget."""
    limit = {
        "total": 1000,
        "remaining": 1000,
        "reset_after": 0,
        "max_concurrency": call.realm.rules.identify_per_window,
    }
    return {"url": call.house.gateway_url, "session_start_limit": limit, "shards": 1}


async def application(call: Call) -> Json:
    """GET the bot's application."""
    return application_json(call.realm)


async def me(call: Call) -> Json:
    """GET the bot's own user."""
    return own_user_json(call.realm.users[call.realm.bot_id])


async def get_user(call: Call) -> Json:
    """GET any user."""
    return user_json(call.realm.user(call.id("user_id")))


async def my_guilds(call: Call) -> list[Json]:
    """GET the guilds the bot is in."""
    return [my_guild_json(call.realm, guild) for guild in call.realm.guilds.values()]


async def get_guild(call: Call) -> Json:
    """GET a guild, with counts on demand."""
    guild = call.realm.guild(call.id("guild_id"))
    body = guild_json(guild)
    if call.query.get("with_counts", "").lower() in ("true", "1"):
        counts = {"approximate_member_count": len(guild.members), "approximate_presence_count": 1}
        body |= counts
    return body


async def guild_channels(call: Call) -> list[Json]:
    """GET a guild's channels (also those the bot cannot see, as on the real Discord); no threads."""
    guild = call.realm.guild(call.id("guild_id"))
    return [
        channel_json(call.realm, channel, call.realm.bot_id)
        for channel in call.realm.channels.values()
        if channel.guild_id == guild.id and channel.kind not in THREADS
    ]


async def guild_roles(call: Call) -> list[Json]:
    """GET a guild's roles."""
    return [role_json(role) for role in call.realm.guild(call.id("guild_id")).roles.values()]


async def get_role(call: Call) -> Json:
    """GET one role."""
    return role_json(call.realm.role(call.id("guild_id"), call.id("role_id")))


async def get_member(call: Call) -> Json:
    """GET a member."""
    return member_json(call.realm, call.realm.member(call.id("guild_id"), call.id("user_id")))


async def my_member(call: Call) -> Json:
    """GET the bot's own membership."""
    return member_json(call.realm, call.realm.member(call.id("guild_id"), call.realm.bot_id))


async def list_members(call: Call) -> list[Json]:
    """GET all members; needs the privileged members intent."""
    guild = call.realm.guild(call.id("guild_id"))
    if not call.realm.rules.privileged_intents & _MEMBERS_INTENT:
        raise refusal(50001)
    after = call.query_id("after") or 0
    members = sorted(guild.members.values(), key=lambda member: member.user_id)
    return [member_json(call.realm, m) for m in members if m.user_id > after][: call.limit(1, 1000)]


async def search_members(call: Call) -> list[Json]:
    """GET members whose name starts with a text."""
    guild = call.realm.guild(call.id("guild_id"))
    wanted = call.query.get("query", "").lower()
    found = [
        member
        for member in guild.members.values()
        if (member.nick or call.realm.users[member.user_id].username).lower().startswith(wanted)
    ]
    return [member_json(call.realm, member) for member in found][: call.limit(1, 1000)]


async def add_role(call: Call) -> None:
    """PUT a role on a member; needs MANAGE_ROLES."""
    member = call.realm.member(call.id("guild_id"), call.id("user_id"))
    role = call.realm.role(call.id("guild_id"), call.id("role_id"))
    _demand_manage_roles(call)
    if role.id not in member.role_ids:
        member.role_ids.append(role.id)


async def remove_role(call: Call) -> None:
    """DELETE a role from a member; needs MANAGE_ROLES."""
    member = call.realm.member(call.id("guild_id"), call.id("user_id"))
    role = call.realm.role(call.id("guild_id"), call.id("role_id"))
    _demand_manage_roles(call)
    if role.id in member.role_ids:
        member.role_ids.remove(role.id)


def _demand_manage_roles(call: Call) -> None:
    guild = call.realm.guild(call.id("guild_id"))
    if not may.of_member(guild, call.realm.bot_id) & may.MANAGE_ROLES:
        raise refusal(50013)


async def nothing_listed(call: Call) -> list[Json]:
    """GET something this world never has any of (entitlements, SKUs)."""
    if call.id("application_id") != call.realm.application_id:
        raise refusal(10002)
    return []


_GUILD = "/guilds/{guild_id}"
_MEMBER_ROLE = _GUILD + "/members/{user_id}/roles/{role_id}"

ROUTES: list[Route] = [
    ("GET", "/gateway", gateway),
    ("GET", "/gateway/bot", gateway_bot),
    ("GET", "/applications/@me", application),
    ("GET", "/oauth2/applications/@me", application),
    ("GET", "/applications/{application_id}/entitlements", nothing_listed),
    ("GET", "/applications/{application_id}/skus", nothing_listed),
    ("GET", "/users/@me", me),
    ("GET", "/users/@me/guilds", my_guilds),
    ("GET", "/users/@me/guilds/{guild_id}/member", my_member),
    ("GET", "/users/{user_id}", get_user),
    ("GET", _GUILD, get_guild),
    ("GET", _GUILD + "/channels", guild_channels),
    ("GET", _GUILD + "/roles", guild_roles),
    ("GET", _GUILD + "/roles/{role_id}", get_role),
    ("GET", _GUILD + "/members", list_members),
    ("GET", _GUILD + "/members/search", search_members),
    ("GET", _GUILD + "/members/{user_id}", get_member),
    ("PUT", _MEMBER_ROLE, add_role),
    ("DELETE", _MEMBER_ROLE, remove_role),
]
