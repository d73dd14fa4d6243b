"""What a person does on their phone: each handler reads one request and calls one method of Telegram's `Person`."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.page.curtain import Curtain
from bot.sandbox.page.files import part_of
from bot.sandbox.page.guide import Guide
from bot.sandbox.page.views import ROLES, body_of
from bot.sandbox.telegram import Outcome, Person, Sheet, TelegramWorld

OPEN_SHEETS = 200
"""Payment sheets remembered until they are confirmed; older ones count as closed."""


class Phones:
    """The people's thumbs, below `/api/phone/<role>/`."""

    def __init__(self, telegram: TelegramWorld, guide: Guide, curtain: Curtain) -> None:
        self._telegram = telegram
        self._guide = guide
        self._curtain = curtain
        self._sheets: dict[str, Sheet] = {}
        self._count = 0
        self.people = {role: telegram.person(getattr(telegram, f"{role}_id")) for role in ROLES}

    def routes(self) -> list[web.RouteDef]:
        """Return the table of acts."""
        reads = {
            "chats": self.chats,
            "messages/{chat}": self.messages,
            "commands/{chat}": self.commands,
        }
        does = {
            "start": self.start,
            "write": self.write,
            "edit": self.edit,
            "delete": self.delete,
            "forward": self.forward,
            "press": self.press,
            "react": self.react,
            "sheet": self.sheet,
            "pay": self.pay,
            "block": self.block,
            "heard": self.heard,
        }
        return [
            *(web.get(f"/api/phone/{{who}}/{path}", handler) for path, handler in reads.items()),
            *(web.post(f"/api/phone/{{who}}/{path}", handler) for path, handler in does.items()),
            web.get("/phone/files/{id}/{name}", self.file),
        ]

    # What a person sees

    async def chats(self, request: web.Request) -> web.Response:
        """Return the chats, each with its last message and what the person can spend."""
        person = self._person(request)
        seen = []
        for chat in person.chats():
            shown = [message for message in person.messages(chat["id"]) if not self._curtain.hides_phone(message)]
            seen.append(chat | {"last": shown[-1] if shown else None})
        return web.json_response({"chats": seen, "stars": person.stars})

    async def messages(self, request: web.Request) -> web.Response:
        """Return a chat's messages, oldest first."""
        found = self._person(request).messages(int(request.match_info["chat"]))
        return web.json_response([message for message in found if not self._curtain.hides_phone(message)])

    async def commands(self, request: web.Request) -> web.Response:
        """Return what the menu button offers."""
        return web.json_response(self._person(request).commands(int(request.match_info["chat"])))

    async def file(self, request: web.Request) -> web.Response:
        """Hand out a file that somebody's phone shows."""
        stored = self._telegram.realm.files.get(request.match_info["id"])
        if stored is None:
            raise web.HTTPNotFound
        return part_of(request, stored.blob, stored.mime)

    # What a person does

    async def start(self, request: web.Request) -> web.Response:
        """Press START."""
        asked = (await body_of(request)).json
        return web.json_response(await self._person(request).start(asked.get("payload", "")))

    async def write(self, request: web.Request) -> web.Response:
        """Write a message, or send files; the words go with the first of them."""
        body = await body_of(request)
        person, chat, reply = self._person(request), body.json["chat"], body.json.get("reply_to")
        text: str = body.json.get("text", "")
        if not body.files:
            self._guide.wrote(self._who(request), text)
            return web.json_response(await person.write(chat, text, reply))
        for index, (_, name, blob) in enumerate(body.files):
            await person.send_file(chat, name, blob, "" if index else text, reply)
        return web.json_response({})

    async def edit(self, request: web.Request) -> web.Response:
        """Change an own message."""
        asked = (await body_of(request)).json
        return web.json_response(await self._person(request).edit(asked["chat"], asked["message"], asked["text"]))

    async def delete(self, request: web.Request) -> web.Response:
        """Delete a message."""
        asked = (await body_of(request)).json
        await self._person(request).delete(asked["chat"], asked["message"])
        return web.json_response({})

    async def forward(self, request: web.Request) -> web.Response:
        """Pass a message on."""
        asked = (await body_of(request)).json
        person = self._person(request)
        return web.json_response(await person.forward(asked["chat"], asked["message"], asked["to"]))

    async def press(self, request: web.Request) -> web.Response:
        """Press a button and return what the bot said to it."""
        asked = (await body_of(request)).json
        self._guide.clicked(self._who(request), asked["chat"] == self._telegram.review_chat_id)
        answer = await self._person(request).press(asked["chat"], asked["message"], asked["data"])
        return web.json_response({"text": answer.text, "is_alert": answer.is_alert, "url": answer.url})

    async def react(self, request: web.Request) -> web.Response:
        """React, or take it back."""
        asked = (await body_of(request)).json
        emoji = [asked["emoji"]] if asked["on"] else []
        await self._person(request).react(asked["chat"], asked["message"], *emoji)
        if emoji:
            self._guide.clicked(self._who(request), asked["chat"] == self._telegram.review_chat_id)
        return web.json_response({})

    async def sheet(self, request: web.Request) -> web.Response:
        """Open the payment sheet of an invoice."""
        asked = (await body_of(request)).json
        person = self._person(request)
        sheet = (
            person.open_link(asked["link"]) if "link" in asked else person.open_invoice(asked["chat"], asked["message"])
        )
        self._count += 1
        self._sheets[str(self._count)] = sheet
        while len(self._sheets) > OPEN_SHEETS:
            self._sheets.pop(next(iter(self._sheets)))
        return web.json_response(sheet.to_json() | {"id": str(self._count)})

    async def pay(self, request: web.Request) -> web.Response:
        """Confirm a sheet and return how it went. A sheet nobody remembers is a KeyError."""
        asked = (await body_of(request)).json
        paid = await self._sheets[asked["sheet"]].confirm()
        if paid.outcome is Outcome.PAID:
            self._guide.paid()
        return web.json_response({"outcome": paid.outcome.value, "words": paid.words})

    async def block(self, request: web.Request) -> web.Response:
        """Stop the bot."""
        self._person(request).block((await body_of(request)).json["on"])
        return web.json_response({})

    async def heard(self, request: web.Request) -> web.Response:
        """A sound was played."""
        asked = (await body_of(request)).json
        self._guide.heard(self._who(request), asked["chat"] == self._telegram.review_chat_id)
        return web.json_response({})

    def scene(self) -> dict[str, Any]:
        """Return what the page needs to know before it looks into a phone."""
        bot = self._telegram.realm.bot
        return {
            "bot": {"id": bot.id, "name": bot.first_name, "username": bot.username},
            "review": self._telegram.review_chat_id,
            "channel": self._telegram.channel_id,
            "people": [{"key": role, "id": person.id, "name": person.name} for role, person in self.people.items()],
        }

    def _who(self, request: web.Request) -> str:
        who = request.match_info["who"]
        if who not in self.people:
            raise web.HTTPNotFound
        return who

    def _person(self, request: web.Request) -> Person:
        return self.people[self._who(request)]
