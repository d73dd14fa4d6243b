"""What the bot may ask about chats and the people in them."""

from __future__ import annotations

from bot.sandbox.telegram.methods.call import Call, Handler
from bot.sandbox.telegram.payloads import full_chat_json, member_json
from bot.sandbox.telegram.records import CHANNEL, PRIVATE, Chat, Json
from bot.sandbox.telegram.refusals import bad, forbidden


async def get_chat(call: Call) -> Json:
    """Return a ChatFullInfo."""
    return full_chat_json(call.realm, _readable(call))


async def get_member(call: Call) -> Json:
    """Return a ChatMember."""
    chat, user_id = _readable(call), call.params["user_id"]
    if user_id not in call.realm.users:
        raise bad("PARTICIPANT_ID_INVALID" if user_id > 0 else "invalid user_id specified")
    return member_json(call.realm, chat, user_id)


async def get_administrators(call: Call) -> list[Json]:
    """Return the creator and the administrators, other bots left out."""
    chat = _readable(call)
    if chat.type == PRIVATE:
        raise bad("there are no administrators in the private chat")
    return [member_json(call.realm, chat, user_id) for user_id in chat.statuses if chat.is_run_by(user_id)]


async def get_member_count(call: Call) -> int:
    """Return how many are in a chat."""
    chat = _readable(call)
    return sum(chat.has(user_id) for user_id in chat.statuses)


async def leave(call: Call) -> bool:
    """Leave a group or channel."""
    chat = call.chat()
    if chat.type == PRIVATE:
        raise bad("chat member status can't be changed in private chats")
    call.house.postbox.change_member(chat, call.realm.bot.id, "left", call.realm.bot.id)
    return True


def _readable(call: Call) -> Chat:
    chat = call.realm.chat(call.params["chat_id"])
    if chat.type == PRIVATE and not chat.is_started:
        raise bad("chat not found")
    if chat.type != PRIVATE and not chat.has(call.realm.bot.id) and chat.migrated_to is None:
        kind = "channel" if chat.type == CHANNEL else chat.type
        raise forbidden(f"bot is not a member of the {kind} chat")
    return chat


METHODS: dict[str, Handler] = {
    "getChat": get_chat,
    "getChatMember": get_member,
    "getChatAdministrators": get_administrators,
    "getChatMemberCount": get_member_count,
    "leaveChat": leave,
}
