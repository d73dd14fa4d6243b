"""What an update of Telegram's says, in the shop's words."""

from dataclasses import dataclass
from pathlib import PurePath

from telegram import Message, Update

from bot.chat.telegram import addresses
from bot.commands.said import Command, Words

SHOP_OPTIONS = {
    "order": "order", "refund": "order", "retry": "order", "pause": "words", "stats": "days",
}  # fmt: skip
"""What stands behind ``/shop <word>``, by the option it is on other chats."""

OPTIONS = {"bgm": "details", "start": "source", "verify": "certificate"}
"""What stands behind the other commands."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that somebody sent: its id for a download, its size in bytes, what was written below it, and the ending
    of its name (``.mp3``)."""

    file: str
    size: int
    words: str
    suffix: str = ""


def command(update: Update, message: Message, bot_name: str, place: str) -> Command | None:
    """Return the command of a message, or None if it is none or meant for another bot."""
    text = message.text or ""
    if not text.startswith("/"):
        return None
    name, _, rest = text[1:].partition(" ")
    name, _, called = name.partition("@")
    if called and called.casefold() != bot_name.casefold():
        return None
    name, rest, key = name.casefold(), rest.strip(), key_of(update)
    if name == "shop":
        sub, _, rest = rest.partition(" ")
        option = SHOP_OPTIONS.get(sub)
        return Command(f"shop {sub or 'today'}", {option: rest.strip()} if option and rest.strip() else {}, place, key)
    option = OPTIONS.get(name)
    return Command(name, {option: rest} if option and rest else {}, place, key)


def words(update: Update, message: Message, place: str) -> Words:
    """Return what was written, and which message of the shop's it answers."""
    answered = message.reply_to_message
    answers = str(spot_of(answered)) if answered else ""
    return Words(message.text or message.caption or "", place, key_of(update), answers)


def sent(message: Message) -> Sent | None:
    """Return the file of a message, of whichever kind Telegram made it."""
    file = message.audio or message.document or message.voice or message.video
    if file is None:
        return None
    named = PurePath(getattr(file, "file_name", None) or "").suffix.lower()
    suffix = ".ogg" if message.voice else named
    return Sent(file.file_id, file.file_size or 0, (message.caption or "").strip(), suffix)


def spot_of(message: Message) -> addresses.Spot:
    """Return where a message is."""
    return addresses.Spot(message.chat_id, message.message_id, bool(message.photo))


def key_of(update: Update) -> str:
    """Return what no other use of a command or button has."""
    return f"{addresses.PLATFORM}:{update.update_id}"
