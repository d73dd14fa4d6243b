"""The Bot API's objects: users, chats, messages as JSON."""

from __future__ import annotations

from collections import Counter
from typing import Any

from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import CHANNEL, PRIVATE, SUPERGROUP, Chat, Json, Message, User

_ADMIN_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def user_json(user: User) -> Json:
    """Return a User."""
    body: Json = {"id": user.id, "is_bot": user.is_bot, "first_name": user.first_name}
    if user.username:
        body["username"] = user.username
    if not user.is_bot:
        body["language_code"] = user.language
    return body


def me_json(user: User) -> Json:
    """Return the bot's User as getMe tells it."""
    return user_json(user) | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(realm: Realm, chat: Chat) -> Json:
    """Return a Chat."""
    body: Json = {"id": chat.id, "type": chat.type}
    if chat.type == PRIVATE:
        user = realm.users[chat.id]
        body["first_name"] = user.first_name
        if user.username:
            body["username"] = user.username
        return body
    body["title"] = chat.title
    if chat.username:
        body["username"] = chat.username
    return body


def full_chat_json(realm: Realm, chat: Chat) -> Json:
    """Return a ChatFullInfo."""
    body = chat_json(realm, chat) | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": False,
            "limited_gifts": False,
            "unique_gifts": False,
            "premium_subscription": False,
            "gifts_from_channels": False,
        },
    }
    if chat.pinned:
        body["pinned_message"] = message_json(realm, chat.messages[chat.pinned[-1]], with_reply=False)
    if chat.type != PRIVATE and chat.is_run_by(realm.bot.id):
        body["invite_link"] = f"https://t.me/+{abs(chat.id):x}"
    return body


def member_json(realm: Realm, chat: Chat, user_id: int) -> Json:
    """Return a ChatMember; somebody who never was in the chat has left it."""
    status = chat.statuses.get(user_id, "left")
    body: Json = {"status": status, "user": user_json(realm.users[user_id])}
    if status == "creator":
        body["is_anonymous"] = False
    elif status == "administrator":
        body |= {"can_be_edited": False, "is_anonymous": False} | dict.fromkeys(_ADMIN_RIGHTS, True)
        more = ("can_post_messages", "can_edit_messages") if chat.type == CHANNEL else ("can_pin_messages",)
        body |= dict.fromkeys(more, True)
        if chat.type == SUPERGROUP:
            body["can_manage_topics"] = False
    elif status == "kicked":
        body["until_date"] = 0
    return body


def message_json(realm: Realm, message: Message, with_reply: bool = True) -> Json:
    """Return a Message as the bot gets it."""
    chat = message.chat
    body: Json = {"message_id": message.id, "date": message.date, "chat": chat_json(realm, chat)}
    if chat.type == CHANNEL:
        body["sender_chat"] = body["chat"]
    else:
        body["from"] = user_json(realm.users[message.sender_id])
    if message.origin is not None:
        body["forward_origin"] = message.origin
    replied = chat.messages.get(message.reply_to) if message.reply_to is not None else None
    if replied is not None and with_reply:
        body["reply_to_message"] = message_json(realm, replied, with_reply=False)
    if message.edited is not None:
        body["edit_date"] = message.edited
    if message.album is not None:
        body["media_group_id"] = message.album
    body |= message.content
    if message.markup is not None and "inline_keyboard" in message.markup:
        body["reply_markup"] = message.markup
    return body


def seen_json(realm: Realm, message: Message, viewer_id: int) -> Json:
    """Return a message as a person's screen shows it: with reactions, and whether it is their own.

    `is_paid` belongs to an invoice; a reply keyboard of the bot is there too, which no bot ever reads back.
    """
    body = message_json(realm, message)
    body["is_mine"] = message.sender_id == viewer_id
    counted = Counter(emoji for given in message.reactions.values() for emoji in given)
    body["reactions"] = [
        {"emoji": emoji, "count": count, "mine": emoji in message.reactions.get(viewer_id, ())}
        for emoji, count in counted.items()
    ]
    if message.markup is not None:
        body["reply_markup"] = message.markup
    if message.invoice is not None:
        body["is_paid"] = any(
            charge.invoice is message.invoice and charge.user_id == viewer_id for charge in realm.charges.values()
        )
    return body


def origin_json(realm: Realm, message: Message) -> Json:
    """Return where a message came from first, as the MessageOrigin of a forwarded copy."""
    if message.origin is not None:
        return message.origin
    if message.chat.type == CHANNEL:
        shown = chat_json(realm, message.chat)
        return {"type": "channel", "chat": shown, "message_id": message.id, "date": message.date}
    return {"type": "user", "sender_user": user_json(realm.users[message.sender_id]), "date": message.date}


def reactions_json(emoji: list[str]) -> list[dict[str, Any]]:
    """Return reactions as ReactionTypeEmoji objects."""
    return [{"type": "emoji", "emoji": one} for one in emoji]
