"""One call of a method, and what every handler may need."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.telegram.desk import Desk
from bot.sandbox.telegram.entities import parsed, units
from bot.sandbox.telegram.files import Shelf
from bot.sandbox.telegram.mailbox import Mailbox
from bot.sandbox.telegram.payloads import message_json, user_json
from bot.sandbox.telegram.postbox import Draft, Postbox
from bot.sandbox.telegram.realm import Realm
from bot.sandbox.telegram.records import Chat, Json, Message
from bot.sandbox.telegram.refusals import bad
from bot.sandbox.telegram.schema import Upload
from bot.sandbox.telegram.till import Till

_PERSON = "tg://user?id="


@dataclass(frozen=True, slots=True)
class House:
    """The departments behind the interface."""

    realm: Realm
    mailbox: Mailbox
    postbox: Postbox
    shelf: Shelf
    desk: Desk
    till: Till


@dataclass(slots=True)
class Call:
    """A method called by the bot: its typed parameters, and uploads by field name."""

    house: House
    params: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    @property
    def realm(self) -> Realm:
        """Return the state of the world."""
        return self.house.realm

    def get(self, name: str, default: Any = None) -> Any:
        """Return a parameter."""
        return self.params.get(name, default)

    def chat(self) -> Chat:
        """Return the chat of the call, writable by the bot. Raises Refusal."""
        return self.realm.writable(self.params["chat_id"])

    def text(self) -> Json:
        """Return the call's text with entities as content. Raises Refusal 400 for none, or too much of it."""
        shown, entities = parsed(self.params["text"], self.get("parse_mode"), self.get("entities"))
        if not shown:
            raise bad("message text is empty")
        if units(shown) > self.realm.rules.text_length:
            raise bad("message is too long")
        content: Json = {"text": shown}
        if named := self._named(entities):
            content["entities"] = named
        if preview := self.get("link_preview_options"):
            content["link_preview_options"] = preview
        return content

    def caption(self, source: Json | None = None) -> Json:
        """Return a caption with entities as content, empty where there is none. Raises Refusal 400."""
        given = self.params if source is None else source
        shown, entities = parsed(given.get("caption") or "", given.get("parse_mode"), given.get("caption_entities"))
        if units(shown) > self.realm.rules.caption_length:
            raise bad("message caption is too long")
        content: Json = {"caption": shown} if shown else {}
        named = self._named(entities)
        return content | ({"caption_entities": named} if named else {})

    def _named(self, entities: list[Json]) -> list[Json]:
        """Turn links to people into mentions; one to nobody is dropped."""
        made = []
        for entity in entities:
            link = str(entity.get("url", ""))
            if not link.startswith(_PERSON):
                made.append(entity)
            elif (number := link.removeprefix(_PERSON)).isdigit() and int(number) in self.realm.users:
                place = {"offset": entity["offset"], "length": entity["length"]}
                made.append({"type": "text_mention", "user": user_json(self.realm.users[int(number)])} | place)
        return made

    async def file(self, kind: str, value: Any, about: Json, thumbnail: Any = None) -> Json:
        """Return the content of a media message from an upload, `attach://name` or a file_id. Raises Refusal."""
        upload = self._upload(value)
        if upload is not None:
            return await self.house.shelf.take(kind, upload, about, self._upload(thumbnail))
        if str(value).startswith(("http://", "https://")):
            raise bad("failed to get HTTP URL content")
        return self.house.shelf.again(kind, value)

    def _upload(self, value: Any) -> Upload | None:
        if isinstance(value, Upload):
            return value
        if isinstance(value, str) and value.startswith("attach://"):
            name = value.removeprefix("attach://")
            if name not in self.uploads:
                raise bad(f'attached file "{name}" not found')
            return self.uploads[name]
        return None

    def reply_to(self, chat: Chat) -> int | None:
        """Return the id of the message to be replied to. Raises Refusal 400 where it is not there."""
        wish = self.get("reply_parameters")
        if wish is None:
            return None
        if wish["message_id"] in chat.messages:
            return int(wish["message_id"])
        if wish.get("allow_sending_without_reply"):
            return None
        raise bad("message to be replied not found")

    def post(self, chat: Chat, draft: Draft) -> Json:
        """Write a message as the bot and return it."""
        return self.shown(self.house.postbox.post(chat, self.realm.bot.id, draft))

    def shown(self, message: Message) -> Json:
        """Return a message as the bot gets it."""
        return message_json(self.realm, message)


Handler = Callable[[Call], Awaitable[Any]]
