"""Messages the bot writes: words, files, albums, what it is about to do, copies."""

from __future__ import annotations

from typing import Any

from bot.sandbox.telegram.markup import checked
from bot.sandbox.telegram.methods.call import Call, Handler
from bot.sandbox.telegram.payloads import origin_json
from bot.sandbox.telegram.postbox import Draft
from bot.sandbox.telegram.records import Chat, Json, Message
from bot.sandbox.telegram.refusals import Refusal, bad

_ABOUT = {"audio": ("duration", "performer", "title"), "voice": ("duration",)}
_ACTIONS = (
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
)  # fmt: skip


async def send_message(call: Call) -> Json:
    """Write words."""
    chat = call.chat()
    return call.post(chat, _draft(call, chat, call.text()))


async def send_audio(call: Call) -> Json:
    """Send music: MP3 or M4A, shown with title, performer and cover."""
    return await _send_file(call, "audio")


async def send_document(call: Call) -> Json:
    """Send any file."""
    return await _send_file(call, "document")


async def send_photo(call: Call) -> Json:
    """Send a picture."""
    return await _send_file(call, "photo")


async def send_voice(call: Call) -> Json:
    """Send something spoken."""
    return await _send_file(call, "voice")


async def _send_file(call: Call, kind: str) -> Json:
    chat = call.chat()
    draft = _draft(call, chat, call.caption())  # refuses before the file is taken in
    draft.content = await _media(call, kind, call.params[kind], call.params) | draft.content
    return call.post(chat, draft)


async def send_media_group(call: Call) -> list[Json]:
    """Send an album: photos together, or audio files, or documents; a single one stands by itself."""
    chat = call.chat()
    items: list[Json] = call.params["media"]
    _demand_one_kind(items, call.realm.rules.album)
    album = str(10**15 + call.realm.new_id()) if len(items) > 1 else None
    captions = [call.caption(item) for item in items]
    replied = call.reply_to(chat)
    contents = [await _album_item(call, number, item) for number, item in enumerate(items, 1)]
    return [
        call.post(chat, Draft(content | caption, reply_to=replied, album=album))
        for content, caption in zip(contents, captions, strict=True)
    ]


def _demand_one_kind(items: list[Json], most: int) -> None:
    """Refuse an album that is empty, too long, or mixes what cannot stand together (400)."""
    if not items:
        raise bad("there are no messages to send")
    if len(items) > most:
        raise bad("too many messages to send as an album")
    kinds = [item["type"] for item in items]
    for alone in ("audio", "document"):
        if alone in kinds and len(set(kinds)) > 1:
            raise bad(f"{alone} can't be mixed with other media types")


async def _album_item(call: Call, number: int, item: Json) -> Json:
    """Return the content of one file of an album; what Telegram cannot process is named by its number."""
    try:
        return await _media(call, item["type"], item["media"], item)
    except Refusal as no:
        reason = no.description.removeprefix("Bad Request: ")
        if not reason.isupper():
            raise
        raise bad(f'failed to send message #{number} with the error message "{reason}"') from None


async def media_of(call: Call, item: Json) -> Json:
    """Return the content of an InputMedia, caption included."""
    caption = call.caption(item)
    return await _media(call, item["type"], item["media"], item) | caption


async def _media(call: Call, kind: str, value: Any, given: Json) -> Json:
    if kind not in ("audio", "document", "photo", "voice"):
        raise bad(f"this world has no media of type {kind}")
    about = {name: given[name] for name in _ABOUT.get(kind, ()) if name in given}
    return await call.file(kind, value, about, given.get("thumbnail"))


async def send_chat_action(call: Call) -> bool:
    """Show what the bot is about to do."""
    if call.params["action"] not in _ACTIONS:
        raise bad("wrong parameter action in request")
    call.house.postbox.act(call.chat(), call.params["action"])
    return True


async def forward_message(call: Call) -> Json:
    """Pass a message on, saying whose it was."""
    chat, message = call.chat(), _source(call, "message to forward not found")
    if message.is_service or message.invoice is not None:
        raise bad("message can't be forwarded")
    return call.post(chat, Draft(dict(message.content), origin=origin_json(call.realm, message)))


async def copy_message(call: Call) -> Json:
    """Say the same again, as the bot's own."""
    chat, message = call.chat(), _source(call, "message to copy not found")
    if message.is_service or message.invoice is not None:
        raise bad("message can't be copied")
    content = dict(message.content)
    if "caption" in call.params and "text" not in content:
        content = {k: v for k, v in content.items() if not k.startswith("caption")} | call.caption()
    return {"message_id": call.post(chat, _draft(call, chat, content))["message_id"]}


def _source(call: Call, missing: str) -> Message:
    chat = call.realm.chat(call.params["from_chat_id"])
    return call.realm.message(chat, call.params["message_id"], missing)


def _draft(call: Call, chat: Chat, content: Json) -> Draft:
    markup = checked(call.get("reply_markup"), call.realm.rules)
    return Draft(content, markup, call.reply_to(chat))


METHODS: dict[str, Handler] = {
    "sendMessage": send_message,
    "sendAudio": send_audio,
    "sendDocument": send_document,
    "sendPhoto": send_photo,
    "sendVoice": send_voice,
    "sendMediaGroup": send_media_group,
    "sendChatAction": send_chat_action,
    "forwardMessage": forward_message,
    "copyMessage": copy_message,
}
