"""Interactions as the gateway hands them to the application, and the answer to a callback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.sandbox.discord.client import Json
from bot.sandbox.discord.message_payloads import MessageDrawing
from bot.sandbox.discord.payloads import channel_json, member_json, user_json
from bot.sandbox.discord.postbox import LOADING
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import DM

if TYPE_CHECKING:
    from bot.sandbox.discord.desk import Pending

EPHEMERAL = 1 << 6
_GUILD_CONTEXT, _DM_CONTEXT = 0, 1
_WITH_RESOURCE = (4, 7)


def interaction_json(realm: Realm, drawing: MessageDrawing, pending: Pending) -> Json:
    """Return the body of INTERACTION_CREATE."""
    channel = realm.channel(pending.channel_id)
    user = realm.users[pending.user_id]
    seen = channel_json(realm, channel, realm.bot_id)
    body: Json = {
        "id": str(pending.id),
        "application_id": str(realm.application_id),
        "type": pending.kind,
        "data": pending.data,
        "token": pending.token,
        "version": 1,
        "locale": user.locale,
        "channel_id": str(channel.id),
        "channel": seen | {"permissions": str(realm.permissions(user.id, channel))},
        "app_permissions": str(realm.permissions(realm.bot_id, channel)),
        "entitlements": [],
        "entitlement_sku_ids": [],
        "authorizing_integration_owners": {"0": str(channel.guild_id or 0)},
        "context": _DM_CONTEXT if channel.kind == DM else _GUILD_CONTEXT,
        "attachment_size_limit": realm.rules.upload_limit,
    }
    if channel.guild_id is None:
        body["user"] = user_json(user)
    else:
        guild = realm.guild(channel.guild_id)
        permissions = str(realm.permissions(user.id, channel))
        member = member_json(realm, realm.member(guild.id, user.id))
        body |= {
            "guild_id": str(guild.id),
            "guild_locale": guild.locale,
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "member": member | {"permissions": permissions},
        }
    if pending.source is not None:
        body["message"] = drawing.draw(pending.source, realm.bot_id)
    return body


def callback_json(drawing: MessageDrawing, pending: Pending, viewer_id: int) -> Json:
    """Return what a callback with `with_response=1` is answered with."""
    interaction: Json = {"id": str(pending.id), "type": pending.kind}
    body: Json = {"interaction": interaction}
    original = pending.original
    if original is not None:
        interaction |= {
            "response_message_id": str(original.id),
            "response_message_loading": bool(original.flags & LOADING),
            "response_message_ephemeral": bool(original.flags & EPHEMERAL),
            "channel_id": str(original.channel_id),
        }
        if pending.answered_with in _WITH_RESOURCE:
            message = drawing.draw(original, viewer_id)
            body["resource"] = {"type": pending.answered_with, "message": message}
    return body
