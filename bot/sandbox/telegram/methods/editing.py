"""Messages that change: edits, deletions, reactions, pins."""

from __future__ import annotations

import time
from typing import Any

from bot.sandbox.telegram.markup import checked, unmodified
from bot.sandbox.telegram.methods.call import Call, Handler
from bot.sandbox.telegram.methods.sending import media_of
from bot.sandbox.telegram.reactions import EMOJI
from bot.sandbox.telegram.records import PRIVATE, Chat, Json, Message
from bot.sandbox.telegram.refusals import bad

_MEDIA = ("audio", "document", "photo", "voice")


async def edit_text(call: Call) -> Json:
    """Replace the words of a message."""
    message = _own(call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    if "text" not in call.params:
        raise bad("message text is empty")
    return _edit(call, message, call.text())


async def edit_caption(call: Call) -> Json:
    """Replace the words below a file."""
    message = _own(call)
    if not any(kind in message.content for kind in _MEDIA):
        raise bad("there is no caption in the message to edit")
    kept = {k: v for k, v in message.content.items() if k not in ("caption", "caption_entities")}
    return _edit(call, message, kept | call.caption())


async def edit_media(call: Call) -> Json:
    """Replace the file of a message, and its words."""
    message = _own(call)
    if message.album is not None and call.params["media"]["type"] not in message.content:
        raise bad("can't change media type in the album")
    if not any(kind in message.content for kind in _MEDIA):
        raise bad("there is no media in the message to edit")
    return _edit(call, message, await media_of(call, call.params["media"]))


async def edit_markup(call: Call) -> Json:
    """Replace the keyboard below a message."""
    return _edit(call, _own(call), None)


def _own(call: Call) -> Message:
    """Return the message to be edited. Raises Refusal 400 where it is not the bot's to edit."""
    if "inline_message_id" in call.params:
        raise bad("MESSAGE_ID_INVALID")
    for name in ("chat_id", "message_id"):
        if name not in call.params:
            raise bad("message identifier is not specified" if name == "message_id" else "chat_id is empty")
    message = call.realm.message(call.chat(), call.params["message_id"], "message to edit not found")
    is_forward = message.origin is not None
    if message.sender_id != call.realm.bot.id or message.is_service or is_forward:
        raise bad("message can't be edited")
    return message


def _edit(call: Call, message: Message, content: Json | None) -> Json:
    markup = checked(call.get("reply_markup"), call.realm.rules, message.invoice is not None)
    if (content is None or content == message.content) and markup == message.markup:
        raise unmodified()
    call.house.postbox.edit(message, content, markup)
    return call.shown(message)


async def delete_message(call: Call) -> bool:
    """Take a message out."""
    chat = call.chat()
    message = call.realm.message(chat, call.params["message_id"], "message to delete not found")
    if not _may_delete(call, chat, message):
        raise bad("message can't be deleted for everyone")
    call.house.postbox.delete(message)
    return True


async def delete_messages(call: Call) -> bool:
    """Take several messages out; those that are not there are skipped."""
    chat = call.chat()
    if not 1 <= len(call.params["message_ids"]) <= 100:
        raise bad("wrong number of message identifiers")
    for message_id in call.params["message_ids"]:
        message = chat.messages.get(message_id)
        if message is not None and _may_delete(call, chat, message):
            call.house.postbox.delete(message)
    return True


def _may_delete(call: Call, chat: Chat, message: Message) -> bool:
    if chat.type != PRIVATE and chat.is_run_by(call.realm.bot.id):
        return True
    is_recent = time.time() - message.date < call.realm.rules.delete_within
    return is_recent and (chat.type == PRIVATE or message.sender_id == call.realm.bot.id)


async def set_reaction(call: Call) -> bool:
    """React as the bot; it has one reaction per message, and none that is not on Telegram's list."""
    chat = call.chat()
    message = call.realm.message(chat, call.params["message_id"], "message to react not found")
    emoji = [reaction.get("emoji", "") for reaction in call.get("reaction", [])]
    if len(emoji) > 1:
        raise bad("REACTIONS_TOO_MANY")
    if any(one not in EMOJI for one in emoji):
        raise bad("REACTION_INVALID")
    call.house.postbox.react(message, call.realm.bot.id, emoji)
    return True


async def pin(call: Call) -> bool:
    """Pin a message to the top of a chat."""
    chat = _demand_pinning(call)
    message = call.realm.message(chat, call.params["message_id"], "message to pin not found")
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
    chat.pinned.append(message.id)
    call.house.postbox.show_chat(chat)
    return True


async def unpin(call: Call) -> bool:
    """Take a pin off; without a message_id the newest."""
    chat = _demand_pinning(call)
    wanted: Any = call.get("message_id", chat.pinned[-1] if chat.pinned else None)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    call.house.postbox.show_chat(chat)
    return True


async def unpin_all(call: Call) -> bool:
    """Take every pin off."""
    chat = _demand_pinning(call)
    chat.pinned.clear()
    call.house.postbox.show_chat(chat)
    return True


def _demand_pinning(call: Call) -> Chat:
    chat = call.chat()
    if chat.type != PRIVATE and not chat.is_run_by(call.realm.bot.id):
        raise bad("not enough rights to manage pinned messages in the chat")
    return chat


METHODS: dict[str, Handler] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageMedia": edit_media,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "setMessageReaction": set_reaction,
    "pinChatMessage": pin,
    "unpinChatMessage": unpin,
    "unpinAllChatMessages": unpin_all,
}
