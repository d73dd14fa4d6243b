"""Messages, reactions, pins and typing in a channel."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.payloads import user_json
from bot.sandbox.discord.postbox import Draft, find_reaction, parse_emoji
from bot.sandbox.discord.records import DM, Json, Message
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.rest.call import Call, Route
from bot.sandbox.discord.snowflakes import EPOCH_MS, iso, now

_TWO_WEEKS_MS = 14 * 24 * 3600 * 1000
MOST_PINS = 250


def _found(call: Call, needed: int = may.READ_MESSAGE_HISTORY) -> Message:
    """Return the message the path names, if the bot may read it."""
    channel = call.realm.bot_channel(call.id("channel_id"), needed)
    return call.realm.message(channel.id, call.id("message_id"))


async def list_messages(call: Call) -> list[Json]:
    """GET messages: newest first; `before`, `after`, `around`, `limit` 1 to 100."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.READ_MESSAGE_HISTORY)
    limit = call.limit(50, 100)
    before, after, around = (call.query_id(name) for name in ("before", "after", "around"))
    every = [m for m in call.realm.messages[channel.id].values() if m.ephemeral_for is None]
    if around is not None:
        older = [m for m in every if m.id < around][-(limit // 2) :] if limit > 1 else []
        chosen = older + [m for m in every if m.id >= around][: limit - len(older)]
    elif after is not None:
        chosen = [m for m in every if m.id > after][:limit]
    else:
        chosen = [m for m in every if before is None or m.id < before][-limit:]
    return [call.house.drawing.rest_for_bot(message) for message in reversed(chosen)]


async def get_message(call: Call) -> Json:
    """GET one message."""
    return call.house.drawing.rest_for_bot(_found(call))


async def create_message(call: Call) -> Json:
    """POST a message."""
    channel = call.realm.channel(call.id("channel_id"))
    body = call.form()
    call.house.postbox.demand_writing(call.realm.bot_id, channel, body, call.uploads)
    draft = Draft(body, call.uploads)
    message = call.house.postbox.write(channel, call.realm.bot_id, draft)
    drawn = call.house.drawing.rest_for_bot(message)
    return drawn if message.nonce is None else drawn | {"nonce": message.nonce}


async def edit_message(call: Call) -> Json:
    """PATCH an own message (flags alone also on others', with MANAGE_MESSAGES)."""
    message = _found(call, 0)
    if message.author_id != call.realm.bot_id:
        raise refusal(50005)
    call.house.postbox.change(message, call.form(), call.uploads)
    return call.house.drawing.rest_for_bot(message)


async def delete_message(call: Call) -> None:
    """DELETE an own message, or any with MANAGE_MESSAGES; in a DM only own ones."""
    message = _found(call, 0)
    channel = call.realm.channel(message.channel_id)
    if message.author_id != call.realm.bot_id:
        if channel.kind == DM:
            raise refusal(50003)
        call.realm.demand(call.realm.bot_id, channel, may.MANAGE_MESSAGES)
    call.house.postbox.delete(message)


async def bulk_delete(call: Call) -> None:
    """POST bulk-delete: 2 to 100 messages younger than two weeks."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.MANAGE_MESSAGES)
    problems = Problems()
    listed = problems.items(("messages",), call.form().get("messages"), 2, 100)
    for index, item in enumerate(listed):
        problems.snowflake(("messages", index), item)
    problems.refuse()
    ids = [int(item) for item in listed]
    oldest = int(time.time() * 1000) - _TWO_WEEKS_MS
    if any((message_id >> 22) + EPOCH_MS < oldest for message_id in ids):
        raise refusal(50034)
    stored = call.realm.messages[channel.id]
    call.house.postbox.delete_many(channel, [stored[i] for i in ids if i in stored])


async def start_typing(call: Call) -> None:
    """POST typing."""
    channel = call.realm.channel(call.id("channel_id"))
    call.house.postbox.demand_writing(call.realm.bot_id, channel, {}, [])
    call.house.happenings.typing(channel, call.realm.bot_id)


# Reactions


async def add_reaction(call: Call) -> None:
    """PUT the bot's own reaction."""
    call.house.postbox.react(_found(call), call.realm.bot_id, call.path["emoji"])


async def remove_own_reaction(call: Call) -> None:
    """DELETE the bot's own reaction."""
    call.house.postbox.unreact(_found(call), call.realm.bot_id, call.path["emoji"])


async def remove_reaction(call: Call) -> None:
    """DELETE somebody's reaction; needs MANAGE_MESSAGES."""
    call.realm.user(call.id("user_id"))
    message = _found(call, may.MANAGE_MESSAGES)
    call.house.postbox.unreact(message, call.id("user_id"), call.path["emoji"])


async def list_reactions(call: Call) -> list[Json]:
    """GET who reacted with an emoji, by id; `after`, `limit` 1 to 100."""
    limit = call.limit(25, 100)
    after = call.query_id("after") or 0
    reaction = find_reaction(_found(call), *parse_emoji(call.path["emoji"]))
    user_ids = sorted(reaction.user_ids) if reaction else []
    return [user_json(call.realm.users[u]) for u in user_ids if u > after][:limit]


async def clear_reactions(call: Call) -> None:
    """DELETE all reactions, or all with one emoji; needs MANAGE_MESSAGES."""
    message = _found(call, may.MANAGE_MESSAGES)
    call.house.postbox.clear_reactions(message, call.path.get("emoji"))


# Pins


async def list_pins(call: Call) -> Json:
    """GET pins with the time they were pinned."""
    channel = call.realm.bot_channel(call.id("channel_id"), may.READ_MESSAGE_HISTORY)
    pinned = [m for m in call.realm.messages[channel.id].values() if m.pinned]
    draw = call.house.drawing.rest_for_bot
    items: list[Any] = [{"pinned_at": iso(now()), "message": draw(m)} for m in reversed(pinned)]
    return {"items": items, "has_more": False}


async def pin(call: Call) -> None:
    """PUT a pin."""
    message = _found(call, may.PIN_MESSAGES)
    stored = call.realm.messages[message.channel_id].values()
    if sum(m.pinned for m in stored) >= MOST_PINS:
        raise refusal(30003)
    message.pinned = True
    call.house.happenings.message_updated(message)


async def unpin(call: Call) -> None:
    """DELETE a pin."""
    message = _found(call, may.PIN_MESSAGES)
    message.pinned = False
    call.house.happenings.message_updated(message)


_CHANNEL = "/channels/{channel_id}"
_MESSAGE = _CHANNEL + "/messages/{message_id}"
_REACTIONS = _MESSAGE + "/reactions"

ROUTES: list[Route] = [
    ("GET", _CHANNEL + "/messages/pins", list_pins),
    ("PUT", _CHANNEL + "/messages/pins/{message_id}", pin),
    ("DELETE", _CHANNEL + "/messages/pins/{message_id}", unpin),
    ("POST", _CHANNEL + "/messages/bulk-delete", bulk_delete),
    ("GET", _CHANNEL + "/messages", list_messages),
    ("POST", _CHANNEL + "/messages", create_message),
    ("GET", _MESSAGE, get_message),
    ("PATCH", _MESSAGE, edit_message),
    ("DELETE", _MESSAGE, delete_message),
    ("POST", _CHANNEL + "/typing", start_typing),
    ("DELETE", _REACTIONS, clear_reactions),
    ("PUT", _REACTIONS + "/{emoji}/@me", add_reaction),
    ("DELETE", _REACTIONS + "/{emoji}/@me", remove_own_reaction),
    ("DELETE", _REACTIONS + "/{emoji}/{user_id}", remove_reaction),
    ("GET", _REACTIONS + "/{emoji}", list_reactions),
    ("DELETE", _REACTIONS + "/{emoji}", clear_reactions),
]
