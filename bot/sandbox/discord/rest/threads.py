"""Threads, public and private, with and without a message."""

from __future__ import annotations

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.payloads import channel_json, thread_member_json
from bot.sandbox.discord.postbox import HAS_THREAD, Draft
from bot.sandbox.discord.records import (
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    TEXT,
    THREAD_CREATED,
    Channel,
    Json,
    ThreadState,
)
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.rest.call import Call, Created, Route
from bot.sandbox.discord.snowflakes import now

ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


def _drawn(call: Call, channel: Channel) -> Json:
    return channel_json(call.realm, channel, call.realm.bot_id)


async def thread_from_message(call: Call) -> Created:
    """POST a public thread below a message; it has the message's id."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.CREATE_PUBLIC_THREADS)
    message = call.realm.message(channel.id, call.id("message_id"))
    if channel.kind != TEXT:
        raise refusal(50024)
    if message.thread_id is not None:
        raise refusal(160004)
    made = _open_thread(call, channel, message.id, PUBLIC_THREAD)
    message.thread_id = made.id
    message.flags |= HAS_THREAD
    call.house.happenings.message_updated(message)
    return Created(_drawn(call, made))


async def thread_without_message(call: Call) -> Created:
    """POST a thread of its own: private (12, the default) or public (11)."""
    channel = call.realm.bot_channel(call.id("channel_id"))
    if channel.kind != TEXT:
        raise refusal(50024)
    asked = call.form().get("type")
    kind = PRIVATE_THREAD if asked is None else asked
    problems = Problems()
    problems.one_of(("type",), kind, (PUBLIC_THREAD, PRIVATE_THREAD))
    problems.refuse()
    private = kind == PRIVATE_THREAD
    needed = may.CREATE_PRIVATE_THREADS if private else may.CREATE_PUBLIC_THREADS
    call.realm.demand(call.realm.bot_id, channel, needed)
    made = _open_thread(call, channel, call.realm.ids.next(), kind)
    if not private:
        note = Draft({"content": made.name}, kind=THREAD_CREATED)
        call.house.postbox.write(channel, call.realm.bot_id, note)
    return Created(_drawn(call, made))


def _open_thread(call: Call, channel: Channel, thread_id: int, kind: int) -> Channel:
    body = call.form()
    problems = Problems()
    problems.text(("name",), body.get("name"), 100, 1, needed=True)
    if body.get("auto_archive_duration") is not None:
        problems.one_of(("auto_archive_duration",), body["auto_archive_duration"], ARCHIVE_MINUTES)
    problems.flag(("invitable",), body.get("invitable"))
    problems.whole(("rate_limit_per_user",), body.get("rate_limit_per_user"), 0, 21_600)
    problems.refuse()
    moment = now()
    state = ThreadState(
        call.realm.bot_id,
        moment,
        {call.realm.bot_id: moment},
        invitable=bool(body.get("invitable", True)),
        auto_archive_minutes=body.get("auto_archive_duration") or 1440,
    )
    made = Channel(
        thread_id,
        kind,
        body["name"],
        channel.guild_id,
        channel.id,
        thread=state,
        slowmode=body.get("rate_limit_per_user") or 0,
    )
    call.realm.add_channel(made)
    call.house.happenings.channel_created(made)
    return made


def _thread(call: Call) -> tuple[Channel, ThreadState]:
    channel = call.realm.bot_channel(call.id("channel_id"))
    if channel.thread is None:
        raise refusal(50024)
    return channel, channel.thread


async def add_thread_member(call: Call) -> None:
    """PUT someone, or the bot itself, into a thread."""
    channel, thread = _thread(call)
    whom = call.path.get("user_id", "@me")
    user_id = call.realm.bot_id if whom == "@me" else call.id("user_id")
    call.realm.member(channel.guild_id or 0, user_id)
    if thread.archived:
        raise refusal(50083)
    if user_id not in thread.members:
        thread.members[user_id] = now()
        call.house.happenings.thread_members_changed(channel, [user_id], [])


async def remove_thread_member(call: Call) -> None:
    """DELETE someone, or the bot itself, from a thread."""
    channel, thread = _thread(call)
    whom = call.path.get("user_id", "@me")
    user_id = call.realm.bot_id if whom == "@me" else call.id("user_id")
    if user_id not in (call.realm.bot_id, thread.owner_id):
        call.realm.demand(call.realm.bot_id, channel, may.MANAGE_THREADS)
    if thread.members.pop(user_id, None) is not None:
        call.house.happenings.thread_members_changed(channel, [], [user_id])


async def list_thread_members(call: Call) -> list[Json]:
    """GET who is in a thread."""
    channel, thread = _thread(call)
    return [thread_member_json(channel, user_id) for user_id in thread.members]


async def get_thread_member(call: Call) -> Json:
    """GET someone's membership of a thread."""
    channel, thread = _thread(call)
    if call.id("user_id") not in thread.members:
        raise refusal(10007)
    return thread_member_json(channel, call.id("user_id"))


async def archived_threads(call: Call) -> Json:
    """GET a channel's archived threads, public or private."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.READ_MESSAGE_HISTORY)
    kind = PRIVATE_THREAD if call.path["visibility"] == "private" else PUBLIC_THREAD
    threads = [
        t for t in call.realm.threads(channel.id) if t.kind == kind and t.thread is not None and t.thread.archived
    ]
    return threads_json(call, threads)


async def active_threads(call: Call) -> Json:
    """GET a guild's active threads."""
    guild = call.realm.guild(call.id("guild_id"))
    threads = [
        c
        for c in call.realm.channels.values()
        if c.guild_id == guild.id
        and c.thread is not None
        and not c.thread.archived
        and call.realm.sees(call.realm.bot_id, c)
    ]
    return threads_json(call, threads)


def threads_json(call: Call, threads: list[Channel]) -> Json:
    """Return a list of threads with the bot's memberships."""
    bot_id = call.realm.bot_id
    within = [t for t in threads if t.thread is not None and bot_id in t.thread.members]
    return {
        "threads": [_drawn(call, thread) for thread in threads],
        "members": [thread_member_json(thread, bot_id) for thread in within],
        "has_more": False,
    }


_CHANNEL = "/channels/{channel_id}"

ROUTES: list[Route] = [
    ("GET", "/guilds/{guild_id}/threads/active", active_threads),
    ("POST", _CHANNEL + "/messages/{message_id}/threads", thread_from_message),
    ("POST", _CHANNEL + "/threads", thread_without_message),
    ("GET", _CHANNEL + "/threads/archived/{visibility}", archived_threads),
    ("GET", _CHANNEL + "/thread-members", list_thread_members),
    ("PUT", _CHANNEL + "/thread-members/@me", add_thread_member),
    ("DELETE", _CHANNEL + "/thread-members/@me", remove_thread_member),
    ("GET", _CHANNEL + "/thread-members/{user_id}", get_thread_member),
    ("PUT", _CHANNEL + "/thread-members/{user_id}", add_thread_member),
    ("DELETE", _CHANNEL + "/thread-members/{user_id}", remove_thread_member),
]
