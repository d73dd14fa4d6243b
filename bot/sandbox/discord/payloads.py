"""Users, guilds, roles, channels as Discord writes them in JSON (schema: Discord HTTP API v10)."""

from __future__ import annotations

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import DM, THREADS, Channel, Guild, Json, Member, Role, User
from bot.sandbox.discord.snowflakes import created_at, iso, now

EPHEMERAL_FLAG = 1 << 6


def user_json(user: User) -> Json:
    """Return a user as others see them."""
    body: Json = {
        "id": str(user.id),
        "username": user.username,
        "avatar": None,
        "discriminator": "0000" if user.bot else "0",
        "public_flags": 0,
        "flags": 0,
        "global_name": None if user.bot else user.display_name,
        "avatar_decoration_data": None,
        "banner": None,
        "accent_color": None,
        "collectibles": None,
        "primary_guild": None,
    }
    return body | {"bot": True} if user.bot else body


def own_user_json(user: User) -> Json:
    """Return the user a token belongs to."""
    own = {"mfa_enabled": True, "locale": user.locale, "verified": True, "email": None}
    return user_json(user) | own


def bare_member_json(member: Member) -> Json:
    """Return a member without the user, as inside a message event."""
    return {
        "avatar": None,
        "banner": None,
        "communication_disabled_until": None,
        "flags": 0,
        "joined_at": iso(member.joined_at),
        "nick": member.nick,
        "pending": False,
        "premium_since": None,
        "roles": [str(role_id) for role_id in member.role_ids],
        "mute": False,
        "deaf": False,
    }


def member_json(realm: Realm, member: Member) -> Json:
    """Return a member with the user."""
    return bare_member_json(member) | {"user": user_json(realm.users[member.user_id])}


def role_json(role: Role) -> Json:
    """Return a role."""
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": role.color,
        "colors": {"primary_color": role.color, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed_by is not None,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.managed_by is not None:
        body["tags"] = {"bot_id": str(role.managed_by)}
    return body


def channel_json(realm: Realm, channel: Channel, viewer_id: int) -> Json:
    """Return a channel, thread or DM as `viewer_id` sees it."""
    last = next((m.id for m in reversed(realm.messages[channel.id].values()) if m.ephemeral_for is None), None)
    body: Json = {
        "id": str(channel.id),
        "type": channel.kind,
        "flags": 0,
        "last_message_id": str(last) if last else None,
    }
    if channel.kind == DM:
        return body | {"recipients": [user_json(realm.dm_partner(channel, viewer_id))]}
    body |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": str(channel.parent_id) if channel.parent_id else None,
        "rate_limit_per_user": channel.slowmode,
        "last_pin_timestamp": None,
    }
    if channel.kind in THREADS:
        return body | _thread_part(realm, channel, viewer_id)
    return body | {
        "topic": channel.topic,
        "position": channel.position,
        "permission_overwrites": [
            {"id": str(o.id), "type": o.kind, "allow": str(o.allow), "deny": str(o.deny)} for o in channel.overwrites
        ],
        "nsfw": channel.nsfw,
    }


def _thread_part(realm: Realm, channel: Channel, viewer_id: int) -> Json:
    """Return what a thread has beyond a channel; `member` only for those in it."""
    thread = channel.thread
    if thread is None:
        raise ValueError(f"channel {channel.id} is no thread")
    written = sum(m.ephemeral_for is None for m in realm.messages[channel.id].values())
    body: Json = {
        "owner_id": str(thread.owner_id),
        "thread_metadata": {
            "archived": thread.archived,
            "archive_timestamp": iso(thread.archived_at or thread.created_at),
            "auto_archive_duration": thread.auto_archive_minutes,
            "locked": thread.locked,
            "create_timestamp": iso(thread.created_at),
            "invitable": thread.invitable,
        },
        "message_count": written,
        "member_count": len(thread.members),
        "total_message_sent": written,
    }
    if viewer_id in thread.members:
        body["member"] = thread_member_json(channel, viewer_id)
    return body


def thread_member_json(channel: Channel, user_id: int) -> Json:
    """Return someone's membership of a thread."""
    if channel.thread is None:
        raise ValueError(f"channel {channel.id} is no thread")
    return {
        "id": str(channel.id),
        "user_id": str(user_id),
        "join_timestamp": iso(channel.thread.members[user_id]),
        "flags": 0,
    }


_PLAIN_GUILD: Json = {
    "icon": None,
    "description": None,
    "home_header": None,
    "splash": None,
    "discovery_splash": None,
    "features": [],
    "banner": None,
    "application_id": None,
    "region": "deprecated",
    "afk_channel_id": None,
    "afk_timeout": 300,
    "system_channel_id": None,
    "system_channel_flags": 0,
    "widget_enabled": False,
    "widget_channel_id": None,
    "verification_level": 1,
    "default_message_notifications": 1,
    "mfa_level": 0,
    "explicit_content_filter": 2,
    "max_presences": None,
    "max_members": 500_000,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "vanity_url_code": None,
    "premium_tier": 0,
    "premium_subscription_count": 0,
    "rules_channel_id": None,
    "safety_alerts_channel_id": None,
    "public_updates_channel_id": None,
    "premium_progress_bar_enabled": False,
    "nsfw": False,
    "nsfw_level": 0,
    "emojis": [],
    "stickers": [],
    "incidents_data": None,
}
"""What every guild of this world has: no pictures, no boosts, no rules screen."""


def guild_json(guild: Guild) -> Json:
    """Return a guild as GET /guilds/{id} does."""
    return _PLAIN_GUILD | {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        "roles": [role_json(role) for role in guild.roles.values()],
        "preferred_locale": guild.locale,
    }


def guild_create_json(realm: Realm, guild: Guild, with_members: bool) -> Json:
    """Return the GUILD_CREATE body for the bot; without the members intent it lists only the bot."""
    seen = [c for c in realm.channels.values() if c.guild_id == guild.id and realm.sees(realm.bot_id, c)]
    members = guild.members.values() if with_members else [guild.members[realm.bot_id]]
    return guild_json(guild) | {
        "joined_at": iso(guild.members[realm.bot_id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(guild.members),
        "members": [member_json(realm, member) for member in members],
        "channels": [channel_json(realm, c, realm.bot_id) for c in seen if c.kind not in THREADS],
        "threads": [
            channel_json(realm, c, realm.bot_id)
            for c in seen
            if c.kind in THREADS and c.thread is not None and not c.thread.archived
        ],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def my_guild_json(realm: Realm, guild: Guild) -> Json:
    """Return a guild as GET /users/@me/guilds lists it."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == realm.bot_id,
        "permissions": str(may.of_member(guild, realm.bot_id)),
        "features": [],
        "approximate_member_count": len(guild.members),
        "approximate_presence_count": 1,
    }


def application_flags(realm: Realm) -> int:
    """Return the application's flags: the "limited" bits of the privileged intents that are switched on."""
    intents = realm.rules.privileged_intents
    limited = {1 << 8: 1 << 13, 1 << 1: 1 << 15, 1 << 15: 1 << 19}
    return (1 << 23 if realm.commands[None] else 0) | sum(flag for intent, flag in limited.items() if intents & intent)


def application_json(realm: Realm) -> Json:
    """Return the application as GET /applications/@me and /oauth2/applications/@me do."""
    flags = application_flags(realm)
    return {
        "id": str(realm.application_id),
        "name": realm.application_name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user_json(realm.users[realm.bot_id]),
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": f"{realm.application_id:064x}",
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user_json(realm.users[realm.application_owner_id]),
        "approximate_guild_count": len(realm.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}},
        "event_webhooks_status": 1,
    }


def ready_json(realm: Realm, session_id: str, resume_url: str, shard: tuple[int, int] | None) -> Json:
    """Return the READY body; guilds follow one by one."""
    guilds = [guild_id for guild_id in realm.guilds if shard is None or (guild_id >> 22) % shard[1] == shard[0]]
    body: Json = {
        "v": 10,
        "user": own_user_json(realm.users[realm.bot_id]),
        "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guilds],
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "session_id": session_id,
        "session_type": "normal",
        "resume_gateway_url": resume_url,
        "application": {"id": str(realm.application_id), "flags": application_flags(realm)},
        "user_settings": {},
        "_trace": [f"sandbox-{created_at(realm.application_id):%Y}"],
        "geo_ordered_rtc_regions": [],
        "guild_join_requests": [],
        "auth": {},
    }
    return body | {"shard": list(shard)} if shard else body


def typing_json(realm: Realm, channel: Channel, user_id: int) -> Json:
    """Return a TYPING_START body."""
    body: Json = {
        "channel_id": str(channel.id),
        "user_id": str(user_id),
        "timestamp": int(now().timestamp()),
    }
    if channel.guild_id is not None:
        body["guild_id"] = str(channel.guild_id)
        body["member"] = member_json(realm, realm.member(channel.guild_id, user_id))
    return body
