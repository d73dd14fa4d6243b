"""Guild channels and DMs; a thread is fetched, edited and deleted like a channel."""

from __future__ import annotations

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.payloads import channel_json
from bot.sandbox.discord.records import (
    CATEGORY,
    DM,
    TEXT,
    THREADS,
    Channel,
    Json,
    Overwrite,
)
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.rest.call import Call, Created, Route
from bot.sandbox.discord.rest.threads import ARCHIVE_MINUTES
from bot.sandbox.discord.snowflakes import now


def _drawn(call: Call, channel: Channel) -> Json:
    return channel_json(call.realm, channel, call.realm.bot_id)


async def get_channel(call: Call) -> Json:
    """GET a channel, thread or DM."""
    return _drawn(call, call.realm.bot_channel(call.id("channel_id")))


async def create_channel(call: Call) -> Created:
    """POST a guild channel (text or category); needs MANAGE_CHANNELS."""
    guild = call.realm.guild(call.id("guild_id"))
    if not may.of_member(guild, call.realm.bot_id) & may.MANAGE_CHANNELS:
        raise refusal(50013)
    body = call.form()
    kind = TEXT if body.get("type") is None else body["type"]
    problems = Problems()
    problems.text(("name",), body.get("name"), 100, 1, needed=True)
    problems.text(("topic",), body.get("topic"), 1024)
    problems.one_of(("type",), kind, (TEXT, CATEGORY))
    problems.snowflake(("parent_id",), body.get("parent_id"))
    problems.whole(("position",), body.get("position"), 0, 2**31 - 1)
    problems.flag(("nsfw",), body.get("nsfw"))
    problems.refuse()
    siblings = sum(c.guild_id == guild.id and c.kind not in THREADS for c in call.realm.channels.values())
    channel = Channel(
        call.realm.ids.next(),
        kind,
        _channel_name(body["name"], kind),
        guild.id,
        parent_id=int(body["parent_id"]) if body.get("parent_id") else None,
        topic=body.get("topic"),
        position=siblings,
        overwrites=_overwrites(body.get("permission_overwrites")),
    )
    call.realm.add_channel(channel)
    call.house.happenings.channel_created(channel)
    return Created(_drawn(call, channel))


def _channel_name(name: str, kind: int) -> str:
    """Return the name as Discord keeps it: text channels are lower case with hyphens."""
    return name if kind == CATEGORY else "-".join(name.lower().split())


def _overwrites(listed: object) -> list[Overwrite]:
    """Return a channel's exceptions as sent. Raises Refusal 50035."""
    problems = Problems()
    found = problems.objects(("permission_overwrites",), listed, 0, 1000)
    for index, body in enumerate(found):
        path = ("permission_overwrites", index)
        if problems.required((*path, "id"), body.get("id")):
            problems.snowflake((*path, "id"), body["id"])
        problems.one_of((*path, "type"), body.get("type", 0), (0, 1))
        for key in ("allow", "deny"):
            problems.bits((*path, key), body.get(key))
    problems.refuse()
    return [Overwrite(int(o["id"]), o.get("type", 0), int(o.get("allow") or 0), int(o.get("deny") or 0)) for o in found]


async def edit_channel(call: Call) -> Json:
    """PATCH a channel's name, topic, position, exceptions; or a thread's name and state."""
    channel = call.realm.bot_channel(call.id("channel_id"))
    if channel.kind == DM:
        raise refusal(50024)
    body = call.form()
    problems = Problems()
    if "name" in body:
        problems.text(("name",), body["name"], 100, 1, needed=True)
    problems.text(("topic",), body.get("topic"), 1024)
    if channel.kind in THREADS:
        _edit_thread(call, channel, body, problems)
    else:
        call.realm.demand(call.realm.bot_id, channel, may.MANAGE_CHANNELS)
        problems.whole(("position",), body.get("position"), 0, 2**31 - 1)
        problems.flag(("nsfw",), body.get("nsfw"))
        problems.refuse()
        channel.topic = body.get("topic", channel.topic)
        channel.position = body.get("position") or channel.position
        channel.nsfw = bool(body.get("nsfw", channel.nsfw))
        if "permission_overwrites" in body:
            channel.overwrites = _overwrites(body["permission_overwrites"])
    if "name" in body:
        channel.name = body["name"] if channel.kind in THREADS else _channel_name(body["name"], channel.kind)
    call.house.happenings.channel_updated(channel)
    return _drawn(call, channel)


def _edit_thread(call: Call, channel: Channel, body: Json, problems: Problems) -> None:
    thread = channel.thread
    if thread is None:
        raise refusal(50024)
    if thread.owner_id != call.realm.bot_id or "locked" in body:
        call.realm.demand(call.realm.bot_id, channel, may.MANAGE_THREADS)
    if "auto_archive_duration" in body:
        problems.one_of(("auto_archive_duration",), body["auto_archive_duration"], ARCHIVE_MINUTES)
    problems.refuse()
    if thread.archived and body.get("archived", True) and "name" in body:
        raise refusal(50083)
    if "archived" in body:
        thread.archived = bool(body["archived"])
        thread.archived_at = now()
    thread.locked = bool(body.get("locked", thread.locked))
    thread.invitable = bool(body.get("invitable", thread.invitable))
    thread.auto_archive_minutes = body.get("auto_archive_duration", thread.auto_archive_minutes)


async def delete_channel(call: Call) -> Json:
    """DELETE a channel or thread; a DM is only closed."""
    channel = call.realm.bot_channel(call.id("channel_id"))
    drawn = _drawn(call, channel)
    if channel.kind == DM:
        return drawn
    needed = may.MANAGE_THREADS if channel.kind in THREADS else may.MANAGE_CHANNELS
    call.realm.demand(call.realm.bot_id, channel, needed)
    for gone in [*call.realm.threads(channel.id), channel]:
        readers = call.realm.humans_seeing(gone)
        bot_saw = call.realm.sees(call.realm.bot_id, gone)
        del call.realm.channels[gone.id]
        for message in call.realm.messages.pop(gone.id).values():
            for attachment in message.attachments:
                call.realm.files.pop(attachment.id, None)
        call.house.happenings.channel_deleted(gone, readers, bot_saw)
    return drawn


async def set_overwrite(call: Call) -> None:
    """PUT a channel's exception for a role or member; needs MANAGE_ROLES."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.MANAGE_ROLES)
    made = _overwrites([call.form() | {"id": call.path["overwrite_id"]}])
    channel.overwrites = [o for o in channel.overwrites if o.id != made[0].id] + made
    call.house.happenings.channel_updated(channel)


async def remove_overwrite(call: Call) -> None:
    """DELETE a channel's exception; needs MANAGE_ROLES."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.MANAGE_ROLES)
    gone = call.id("overwrite_id")
    channel.overwrites = [o for o in channel.overwrites if o.id != gone]
    call.house.happenings.channel_updated(channel)


async def open_dm(call: Call) -> Json:
    """POST users/@me/channels: open (or find) the DM with a user. Closed DMs show only when writing."""
    recipient = str(call.form().get("recipient_id", ""))
    if not recipient.isdigit() or int(recipient) not in call.realm.users:
        raise refusal(50033)
    if call.realm.users[int(recipient)].bot:
        raise refusal(50007)
    return _drawn(call, call.realm.open_dm(call.realm.bot_id, int(recipient)))


_CHANNEL = "/channels/{channel_id}"

ROUTES: list[Route] = [
    ("POST", "/users/@me/channels", open_dm),
    ("POST", "/guilds/{guild_id}/channels", create_channel),
    ("GET", _CHANNEL, get_channel),
    ("PATCH", _CHANNEL, edit_channel),
    ("DELETE", _CHANNEL, delete_channel),
    ("PUT", _CHANNEL + "/permissions/{overwrite_id}", set_overwrite),
    ("DELETE", _CHANNEL + "/permissions/{overwrite_id}", remove_overwrite),
]
