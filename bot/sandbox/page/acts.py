"""What a person does on the page: each handler reads one request and calls one method of `Person`."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from aiohttp import web

from bot.sandbox.discord import Interaction, Modal, Person
from bot.sandbox.page.curtain import Curtain
from bot.sandbox.page.guide import Guide
from bot.sandbox.page.views import body_of, outcome

OPEN_MODALS = 200
"""Dialogues remembered until they are sent; older ones count as closed."""


class Acts:
    """The people's hands. `people` by role, `is_review` says whether a channel id is the review channel's."""

    def __init__(
        self, people: dict[str, Person], guide: Guide, curtain: Curtain, is_review: Callable[[str], bool]
    ) -> None:
        self._people = people
        self._guide = guide
        self._curtain = curtain
        self._is_review = is_review
        self._modals: OrderedDict[str, Modal] = OrderedDict()

    def routes(self) -> list[web.RouteDef]:
        """Return the table of acts."""
        reads = {
            "channels": self.channels,
            "messages/{channel}": self.messages,
            "commands/{channel}": self.commands,
        }
        does = {
            "say": self.say,
            "use": self.use,
            "autocomplete": self.autocomplete,
            "click": self.click,
            "choose": self.choose,
            "submit": self.submit,
            "react": self.react,
            "dismiss": self.dismiss,
            "typing": self.typing,
            "heard": self.heard,
        }
        return [
            *(web.get(f"/api/{{who}}/{path}", handler) for path, handler in reads.items()),
            *(web.post(f"/api/{{who}}/{path}", handler) for path, handler in does.items()),
        ]

    # What a person sees

    async def channels(self, request: web.Request) -> web.Response:
        """Return the side bar."""
        return web.json_response(self._person(request).channels())

    async def messages(self, request: web.Request) -> web.Response:
        """Return a channel's messages, oldest first."""
        found = self._person(request).messages(request.match_info["channel"])
        return web.json_response([message for message in found if not self._curtain.hides(message)])

    async def commands(self, request: web.Request) -> web.Response:
        """Return what the slash menu offers."""
        return web.json_response(self._person(request).commands(request.match_info["channel"]))

    # What a person does

    async def say(self, request: web.Request) -> web.Response:
        """Write a message, with files if there are any."""
        body = await body_of(request)
        files = [(name, blob) for _, name, blob in body.files]
        return web.json_response(await self._person(request).say(body.json["channel"], body.json["text"], files))

    async def use(self, request: web.Request) -> web.Response:
        """Send a slash command; files are attachment options."""
        body = await body_of(request)
        command: str = body.json["command"]
        options = dict(body.json.get("options") or {}) | {field: (name, blob) for field, name, blob in body.files}
        done = await self._person(request).use(body.json["channel"], command, options, body.json.get("subcommand"))
        if done.acknowledged:
            self._guide.used(self._who(request), command)
        return self._settled(done)

    async def autocomplete(self, request: web.Request) -> web.Response:
        """Ask for choices while an option is being typed."""
        asked = (await body_of(request)).json
        choices = await self._person(request).autocomplete(
            asked["channel"], asked["command"], asked["options"], asked["focused"]
        )
        return web.json_response({"choices": choices})

    async def click(self, request: web.Request) -> web.Response:
        """Press a button."""
        asked = (await body_of(request)).json
        self._guide.clicked(self._who(request), self._is_review(asked["channel"]))
        done = await self._person(request).click(asked["channel"], asked["message"], asked["custom_id"])
        return self._settled(done)

    async def choose(self, request: web.Request) -> web.Response:
        """Pick from a select."""
        asked = (await body_of(request)).json
        done = await self._person(request).choose(
            asked["channel"], asked["message"], asked["custom_id"], asked["values"]
        )
        return self._settled(done)

    async def submit(self, request: web.Request) -> web.Response:
        """Send a dialogue back. A dialogue nobody remembers (the program was restarted) is a ValueError."""
        body = await body_of(request)
        modal = self._modals.get(body.json["modal"]["id"])
        if modal is None:
            raise ValueError("no such dialogue")
        fields: dict[str, Any] = dict(body.json["fields"])
        for field, name, blob in body.files:
            fields.setdefault(field, []).append((name, blob))
        return self._settled(await self._person(request).submit(modal, fields))

    async def react(self, request: web.Request) -> web.Response:
        """Add a reaction or take it back."""
        asked = (await body_of(request)).json
        person, place = self._person(request), (asked["channel"], asked["message"])
        if asked["on"]:
            await person.react(*place, asked["emoji"])
            self._guide.reacted(self._who(request), asked["emoji"], self._is_review(asked["channel"]))
        else:
            await person.unreact(*place, asked["emoji"])
        return web.json_response({})

    async def dismiss(self, request: web.Request) -> web.Response:
        """Put an ephemeral message away."""
        asked = (await body_of(request)).json
        person = self._person(request)
        person.dismiss(person.message(asked["channel"], asked["message"]))
        return web.json_response({})

    async def typing(self, request: web.Request) -> web.Response:
        """Be seen typing."""
        asked = (await body_of(request)).json
        await self._person(request).typing(asked["channel"])
        return web.json_response({})

    async def heard(self, request: web.Request) -> web.Response:
        """A sound was played."""
        asked = (await body_of(request)).json
        self._guide.heard(self._who(request), self._is_review(asked["channel"]))
        return web.json_response({})

    def _who(self, request: web.Request) -> str:
        who = request.match_info["who"]
        if who not in self._people:
            raise web.HTTPNotFound
        return who

    def _person(self, request: web.Request) -> Person:
        return self._people[self._who(request)]

    def _settled(self, interaction: Interaction) -> web.Response:
        """Answer with how it went; remember a dialogue that opened."""
        if interaction.modal:
            self._modals[interaction.modal.id] = interaction.modal
            while len(self._modals) > OPEN_MODALS:
                self._modals.popitem(last=False)
        return web.json_response(outcome(interaction))
