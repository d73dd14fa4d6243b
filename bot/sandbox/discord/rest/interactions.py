"""Answers to interactions: the callback, then the interaction's webhook. None of these needs the bot's token."""

from __future__ import annotations

from bot.sandbox.discord.records import Json
from bot.sandbox.discord.rest.call import Call, Route


async def callback(call: Call) -> Json | None:
    """POST the first answer; with `with_response` the answer says what became of it."""
    body = call.house.desk.answer(call.id("interaction_id"), call.path["token"], call.form(), call.uploads)
    wanted = call.query.get("with_response", "").lower() in ("1", "true")
    return body if wanted else None


async def follow_up(call: Call) -> Json:
    """POST a follow-up message."""
    pending = call.house.desk.webhook(call.id("application_id"), call.path["token"])
    message = call.house.desk.follow_up(pending, call.form(), call.uploads)
    return call.house.drawing.draw(message, call.realm.bot_id)


def _message_id(call: Call) -> int | None:
    return call.id("message_id") if "message_id" in call.path else None


async def get_answer(call: Call) -> Json:
    """GET the original answer or a follow-up."""
    pending = call.house.desk.webhook(call.id("application_id"), call.path["token"])
    message = call.house.desk.find(pending, _message_id(call))
    return call.house.drawing.draw(message, call.realm.bot_id)


async def edit_answer(call: Call) -> Json:
    """PATCH the original answer or a follow-up."""
    pending = call.house.desk.webhook(call.id("application_id"), call.path["token"])
    message = call.house.desk.find(pending, _message_id(call))
    call.house.desk.change(pending, message, call.form(), call.uploads)
    return call.house.drawing.draw(message, call.realm.bot_id)


async def delete_answer(call: Call) -> None:
    """DELETE the original answer or a follow-up."""
    pending = call.house.desk.webhook(call.id("application_id"), call.path["token"])
    call.house.postbox.delete(call.house.desk.find(pending, _message_id(call)))


_HOOK = "/webhooks/{application_id}/{token}"

ROUTES: list[Route] = [
    ("POST", "/interactions/{interaction_id}/{token}/callback", callback),
    ("POST", _HOOK, follow_up),
    *(
        route
        for path in (_HOOK + "/messages/@original", _HOOK + "/messages/{message_id}")
        for route in (("GET", path, get_answer), ("PATCH", path, edit_answer), ("DELETE", path, delete_answer))
    ),
]
