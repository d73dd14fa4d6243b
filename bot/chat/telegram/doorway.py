"""Writing to people on Telegram, for every room that has something to say: `bot.screens.Doorway` over the Bot API."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import structlog
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import ChatMigrated, TelegramError

from bot.chat.telegram import addresses, files
from bot.chat.telegram.addresses import Spot
from bot.chat.telegram.posted import Attached, Attachments, Moves, Notes, Post, Posted
from bot.chat.telegram.refusals import in_shop_words, is_doubtful, is_unchanged, translated
from bot.chat.telegram.render import Kind, Part, Rendered, caption, kind_of, render, text
from bot.errors import TryLater, Unreachable
from bot.screens import File, Screen

T = TypeVar("T")
Arrived = Callable[[int, int], Awaitable[None]]

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
DOING = {
    Kind.AUDIO: ChatAction.UPLOAD_VOICE,
    Kind.DOCUMENT: ChatAction.UPLOAD_DOCUMENT,
    Kind.PHOTO: ChatAction.UPLOAD_PHOTO,
}
"""What a buyer sees at the top of the chat while a large file is on its way."""

UPLOAD_SECONDS = 180.0
"""How long Telegram may take over files before it answers. Who gives up sooner sends them twice: an answer that comes
too late cannot be asked for again."""

log = structlog.get_logger(__name__)


class TelegramDoorway:
    """Posts and edits messages. ``names`` are people's names by their number, as far as they were seen;
    ``on_move(old, new)`` is told of a group that became a supergroup."""

    platform = addresses.PLATFORM

    def __init__(self, bot: Bot, notes: Notes, names: Mapping[int, str], on_move: Arrived) -> None:
        self.bot = bot
        self.moves = Moves(notes)
        self.attachments = Attachments(notes)
        self.ready = False
        self._posted = Posted(notes)
        self._notes = notes
        self._names = names
        self._on_move = on_move
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def post(self, place: str, screen: Screen, *, once: str, again: bool = False) -> str:
        """Show a screen in a chat, or below a message there; see `bot.screens.Doorway.post`.

        One post at a time in each chat, so that what belongs together stands together.
        """
        target = addresses.read_place(place)
        with in_shop_words(f"writing to {place}"):
            self._must_be_ready()
            rendered = render(screen, self._names)
            async with self._turn(target.chat):
                post = await self._posted.begin(target.chat, once, again=again)
                if post.done and not await self._updated(post.spot(self.moves.now(target.chat)), screen, rendered):
                    post = await self._posted.begin(target.chat, once, again=False)
                if not post.done:
                    await self._send_all(target.chat, target.reply_to, rendered, post)
            return str(post.spot(self.moves.now(target.chat)))

    async def edit(self, message: str, screen: Screen) -> None:
        """Bring a message up to date; see `bot.screens.Doorway.edit`."""
        spot = addresses.read_message(message)
        with in_shop_words(f"editing {message}"):
            self._must_be_ready()
            rendered = render(screen, self._names)
            await self._update(spot, screen, rendered)

    async def _updated(self, spot: Spot, screen: Screen, rendered: Rendered) -> bool:
        """Bring a message of an earlier attempt up to date, which says what was true then; False if it is gone."""
        try:
            await self._update(spot, screen, rendered)
        except TelegramError as error:
            if isinstance(translated(error, "editing"), Unreachable):
                return False
            raise
        return True

    async def _update(self, spot: Spot, screen: Screen, rendered: Rendered) -> None:
        await self.keep_long(rendered)
        try:
            if screen.files or screen.image:
                await self._replace_files(spot, screen, rendered)
            await self._edit_words(spot, screen, rendered.markup)
        except TelegramError as error:
            if not is_unchanged(error):
                raise

    async def keep_long(self, rendered: Rendered) -> None:
        """Keep the data of buttons that is too long for Telegram, so that a press finds it."""
        for short, data in rendered.long.items():
            await self._notes.remember(f"telegram:data:{short}", {"data": data})

    async def say(self, chat: int, screen: Screen, *, reply_to: int | None = None) -> Spot:
        """Show a screen at once and only once, as an answer that nobody repeats; returns where it stands."""
        rendered = render(screen, self._names)
        await self.keep_long(rendered)
        for number, part in enumerate(rendered.parts):
            last = number == len(rendered.parts) - 1
            sent = await self._send(chat, part, rendered.markup if last else None, reply_to)
        return Spot(sent[-1].chat_id, sent[-1].message_id, rendered.last.kind is Kind.PHOTO)

    async def _send_all(self, chat: int, reply_to: int | None, rendered: Rendered, post: Post) -> None:
        """Send what is left of a post, part by part: the intention before, the number after each."""
        await self.keep_long(rendered)
        post.photo = rendered.last.kind is Kind.PHOTO
        attached = list[Attached]()
        for number, part in enumerate(rendered.parts):
            last = number == len(rendered.parts) - 1
            if number >= len(post.sent):
                post.trying = number
                await self._posted.keep(chat, post)
                sent = await self._tried(chat, post, part, rendered.markup if last else None, reply_to)
                post.sent.append([one.message_id for one in sent])
                post.trying, post.done = None, last
                await self._posted.keep(chat, post)
            attached += _attached(part, post.sent[number])
        if attached:
            await self.attachments.keep(post.spot(self.moves.now(chat)), attached)

    async def _tried(
        self, chat: int, post: Post, part: Part, markup: InlineKeyboardMarkup | None, reply_to: int | None
    ) -> list[Message]:
        try:
            return await self._send(chat, part, markup, reply_to)
        except TelegramError as error:
            if not is_doubtful(error):
                post.trying = None
                await self._posted.keep(chat, post)
            raise

    async def _send(
        self, chat: int, part: Part, markup: InlineKeyboardMarkup | None, reply_to: int | None
    ) -> list[Message]:
        await files.check_sizes(part.files, part.kind)
        options: dict[str, Any] = {"reply_markup": markup} if markup else {}
        if reply_to:
            options["reply_parameters"] = ReplyParameters(reply_to, allow_sending_without_reply=True)
        if part.kind is Kind.TEXT:
            return [
                await self.to(chat, lambda now: self.bot.send_message(
                    now, part.words, parse_mode="HTML", link_preview_options=NO_PREVIEW, **options
                ))
            ]  # fmt: skip
        options["read_timeout"] = UPLOAD_SECONDS
        await self._show_upload(chat, part.kind)
        if len(part.files) > 1:
            album = [await files.media(file, part.kind) for file in part.files]
            return list(await self.to(chat, lambda now: self.bot.send_media_group(now, album, **options)))
        return [await self._send_one(chat, part, part.files[0], options)]

    async def _send_one(self, chat: int, part: Part, file: File, options: dict[str, Any]) -> Message:
        uploaded = await files.upload(file)
        match part.kind:
            case Kind.PHOTO:
                return await self.to(chat, lambda now: self.bot.send_photo(
                    now, uploaded, caption=part.words or None, parse_mode="HTML", **options
                ))  # fmt: skip
            case Kind.AUDIO:
                track = file.track or files.SILENT
                small = await files.cover(track)
                return await self.to(chat, lambda now: self.bot.send_audio(
                    now, uploaded, caption=file.alt or None, title=track.title or None, thumbnail=small,
                    performer=track.performer or None, duration=track.seconds or None, **options
                ))  # fmt: skip
            case _:
                return await self.to(chat, lambda now: self.bot.send_document(
                    now, uploaded, disable_content_type_detection=True, **options
                ))  # fmt: skip

    async def _edit_words(self, spot: Spot, screen: Screen, markup: InlineKeyboardMarkup | None) -> None:
        words = (caption if spot.photo else text)(screen, self._names)
        at: dict[str, Any] = {"message_id": spot.message, "reply_markup": markup, "parse_mode": "HTML"}
        try:
            if spot.photo:
                await self.to(spot.chat, lambda now: self.bot.edit_message_caption(now, caption=words, **at))
            else:
                await self.to(spot.chat, lambda now: self.bot.edit_message_text(
                    words, now, link_preview_options=NO_PREVIEW, **at
                ))  # fmt: skip
        except TelegramError as error:
            if isinstance(translated(error, "editing"), Unreachable):
                await self._posted.forget(replace(spot, chat=self.moves.known_as(spot.chat)))
            raise

    async def _replace_files(self, spot: Spot, screen: Screen, rendered: Rendered) -> None:
        """Put new files in the place of those that the screen no longer has; what finds no place is sent below."""
        wanted = [(file, kind_of(file)) for file in screen.files]
        if screen.image:
            wanted.append((screen.image, Kind.PHOTO))
        there = await self.attachments.of(spot)
        names = {file.name for file, _ in wanted}
        if not there or names <= {one.name for one in there}:
            return
        kept = [one for one in there if one.name in names]
        free = [one for one in there if one.name not in names]
        for file, kind in wanted:
            if any(one.name == file.name for one in kept):
                continue
            place = next((one for one in free if one.kind == kind), None)
            if place:
                free.remove(place)
                await self._replace(spot, place.message, file, kind, screen, rendered)
                kept.append(replace(place, name=file.name))
            else:
                (sent,) = await self._send(spot.chat, Part(kind, files=(file,)), None, spot.message)
                kept.append(Attached(file.name, kind, sent.message_id))
        await self.attachments.keep(spot, [*kept, *free])

    async def _replace(
        self, spot: Spot, message: int, file: File, kind: Kind, screen: Screen, rendered: Rendered
    ) -> None:
        await files.check_sizes((file,), kind)
        own = message == spot.message
        new = await files.media(file, kind, caption(screen, self._names) if own else "")
        markup = rendered.markup if own else None
        await self.to(spot.chat, lambda now: self.bot.edit_message_media(
            new, now, message, reply_markup=markup, read_timeout=UPLOAD_SECONDS
        ))  # fmt: skip

    async def _show_upload(self, chat: int, kind: Kind) -> None:
        """Show that something is on its way; whether that is seen matters to nobody."""
        try:
            await self.bot.send_chat_action(self.moves.now(chat), DOING[kind])
        except TelegramError as error:
            log.debug("chat_action_not_shown", chat=chat, error=error.message)

    async def to(self, chat: int, send: Callable[[int], Awaitable[T]]) -> T:
        """Do something in a chat, and once more in its new number if the group has just moved."""
        try:
            return await send(self.moves.now(chat))
        except ChatMigrated as error:
            await self._on_move(self.moves.now(chat), error.new_chat_id)
            return await send(error.new_chat_id)

    def _turn(self, chat: int) -> asyncio.Lock:
        return self._turns.setdefault(chat, asyncio.Lock())

    def _must_be_ready(self) -> None:
        if not self.ready:
            raise TryLater("Telegram is not connected yet", after=2.0)


def _attached(part: Part, sent: list[int]) -> list[Attached]:
    return [Attached(file.name, part.kind, message) for file, message in zip(part.files, sent, strict=False)]
