"""One interaction from beginning to end: read what was said, answer within a second, show the answer."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any

import aiohttp
import discord
import structlog

from bot.chat.answers import sentence, spoken
from bot.chat.discord import addresses
from bot.chat.discord.refusals import TROUBLE, in_shop_words
from bot.chat.discord.render import attachment, modal, render
from bot.chat.discord.slash import ATTACHMENT
from bot.commands.said import Answer, Asked, Command, How, Person, Press, Reply, Submitted, read_data
from bot.errors import BadInput
from bot.screens import Form, Screen
from bot.texts import Texts

PATIENCE = 0.8
"""Seconds after which an answer that is still being made is announced, so that nobody waits a whole second."""

KEPT = 64 << 20
"""Bytes up to which an attached file is kept while it is looked at."""

LARGEST = 192 << 20
"""Bytes up to which an attached file is fetched at all: the longest piece as a WAV file in 24 bits has 165 MiB."""

FORM_PATIENCE = 2.2
"""A form can only be the first answer, and Discord waits three seconds for that one."""

UNKNOWN_MESSAGE, UNKNOWN_INTERACTION, INVALID_TOKEN, ALREADY_ANSWERED = 10008, 10062, 50027, 40060
EXPECTED = (UNKNOWN_MESSAGE, UNKNOWN_INTERACTION, INVALID_TOKEN, ALREADY_ANSWERED)

log = structlog.get_logger(__name__)


def read(interaction: discord.Interaction) -> Command | Press | Submitted | Asked | None:
    """Return what was said, or None if it was not said to this shop."""
    data: Mapping[str, Any] = interaction.data or {}
    place, key = place_of(interaction), addresses.PLATFORM + ":" + str(interaction.id)
    match interaction.type:
        case discord.InteractionType.application_command:
            name, options = _command(data)
            values = {option["name"]: str(option.get("value", "")) for option in options}
            return Command(name, values, place, key)
        case discord.InteractionType.autocomplete:
            name, options = _command(data)
            focused = next((option for option in options if option.get("focused")), None)
            return Asked(name, focused["name"], str(focused.get("value", "")), place) if focused else None
    parts = read_data(str(data.get("custom_id", "")))
    if parts is None:
        return None
    message = interaction.message
    where = addresses.message(message.channel.id, message.id) if message else ""
    if interaction.type is discord.InteractionType.modal_submit:
        return Submitted(*parts, fields=_fields(data.get("components", ())), message=where, place=place, key=key)
    return Press(*parts, values=tuple(data.get("values", ())), message=where, place=place, key=key)


@asynccontextmanager
async def with_files(
    interaction: discord.Interaction, said: Command, turns: asyncio.Semaphore
) -> AsyncIterator[Command]:
    """Return the command with its attached files told by their SHA-256, read from Discord piece by piece.

    ``turns`` bounds how many are read at a time. One that is not too large lies on this machine meanwhile, in a place
    of its own: ``<option>-path``.

    :raises BadInput: if a file is too large to be one of the shop's; :raises TryLater: if Discord keeps it back.
    """
    data: Mapping[str, Any] = interaction.data or {}
    attached = data.get("resolved", {}).get("attachments", {})
    _, options = _command(data)
    found: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="bgm-attached-") as folder:
        for option in options:
            if option["type"] == ATTACHMENT and option["value"] in attached:
                one = attached[option["value"]]
                if one["size"] > LARGEST:
                    raise BadInput("too large", text="error-verify-large", mebibytes=LARGEST >> 20)
                path = Path(folder) / f"{len(found)}{PurePath(str(one['filename'])).suffix[:8].lower()}"
                async with turns:
                    found[option["name"]] = await _fetched(one["url"], path if one["size"] <= KEPT else None)
                if path.exists():
                    found[f"{option['name']}-path"] = str(path)
        yield replace(said, options={**said.options, **found}) if found else said


async def _fetched(url: str, path: Path | None) -> str:
    """Read a file from Discord, into ``path`` if there is one, and return its SHA-256."""
    digest = hashlib.sha256()
    with in_shop_words("reading an attached file"), path.open("wb") if path else nullcontext() as file:
        async with aiohttp.ClientSession(raise_for_status=True) as web, web.get(url) as answer:
            async for piece in answer.content.iter_chunked(1 << 16):
                digest.update(piece)
                if file:
                    file.write(piece)
    return digest.hexdigest()


def place_of(interaction: discord.Interaction) -> str:
    """Return where it was said: outside a server the direct message with that person, of a thread its channel."""
    if interaction.guild_id is None:
        return addresses.place(None, dm_with=interaction.user.id)
    if isinstance(interaction.channel, discord.Thread):
        return addresses.place(interaction.channel.parent_id)
    return addresses.place(interaction.channel_id)


ORIGINAL = "@original"
"""What Discord calls the first message of an interaction, or the one that was pressed on and is updated."""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer that is shown: what edits it, and its name among the interaction's messages."""

    edit: Callable[..., Awaitable[Any]]
    message: str = ORIGINAL


class Talk:
    """Shows the answer to one interaction. ``commands`` are the registered commands' ids, for mentions in texts;
    ``noted(order, message)`` notes where an order's pay button stands (`bot.commands.to_pay`)."""

    def __init__(
        self,
        interaction: discord.Interaction,
        person: Person,
        texts: Texts,
        commands: Mapping[str, int],
        noted: Callable[[str, str], Awaitable[Screen | None]],
    ) -> None:
        self.interaction = interaction
        self.person = person
        self.texts = texts
        self.commands = commands
        self.noted = noted

    async def hold(self, answer: Awaitable[Answer], *, form: bool) -> None:
        """Await the answer and show it; errors become the sentence their reader understands.

        Where a ``form`` is expected nobody can be asked for patience, so that a late one is given up with a sentence.
        """
        task = asyncio.ensure_future(answer)
        try:
            done, _ = await asyncio.wait({task}, timeout=FORM_PATIENCE if form else PATIENCE)
            if not done and form:
                task.cancel()
                await self._show(sentence(self.texts, self.person, "error-form-late"))
                return
            if not done:
                await self._ask_for_patience()
            await self._show(await spoken(self.texts, self.person, task))
        except TROUBLE as error:
            self._lost(error)
        finally:
            task.cancel()

    async def _ask_for_patience(self) -> None:
        """Announce that the answer is coming: beside the message pressed on, or as a private "is thinking"."""
        component = self.interaction.message is not None
        await self.interaction.response.defer(ephemeral=True, thinking=not component)

    async def _show(self, answer: Answer) -> None:
        if isinstance(answer, Form):
            await self.interaction.response.send_modal(modal(answer))
            return
        if answer.pays and self._original(answer):  # before it is shown, or a crash in between would leave it for ever
            await self._noted(answer, ORIGINAL)
        try:
            shown = await self._place(answer)
        except FileNotFoundError as error:
            log.error("answer_file_missing", person=self.person.id, file=error.filename)
            shown = await self._place(sentence(self.texts, self.person, "error-unexpected"))
        await self._note(answer, shown)
        if answer.later is None:
            return
        better = await answer.later()
        if better is not None:
            await self._edit(shown, better)
            await self._note(answer, shown)

    async def _note(self, reply: Reply, shown: "Shown") -> None:
        """Note where an order's pay button stands; one that is paid meanwhile shows that."""
        if reply.pays and (instead := await self._noted(reply, shown.message)):
            await self._edit(shown, instead)

    async def _noted(self, reply: Reply, message: str) -> Screen | None:
        interaction = self.interaction
        return await self.noted(reply.pays, addresses.answer(interaction.application_id, interaction.token, message))

    def _updates(self, reply: Reply) -> bool:
        """Whether a reply takes the place of the message pressed on."""
        pressed_on = self.interaction.message
        return reply.how is How.UPDATE and pressed_on is not None and pressed_on.flags.ephemeral

    def _original(self, reply: Reply) -> bool:
        """Whether a reply will be the interaction's original message; else it is one more beside a public one."""
        return self._updates(reply) or self.interaction.message is None or not self.interaction.response.is_done()

    async def _edit(self, shown: "Shown", screen: Screen) -> None:
        rendered = render(screen, self.commands)
        files = [attachment(file) for file in rendered.files]
        await shown.edit(embed=rendered.embed, view=rendered.view, attachments=files)

    async def _place(self, reply: Reply) -> "Shown":
        """Show a reply where it belongs.

        Only private messages are updated in place: the status message and the review card are kept by others, so that
        a press on one of their buttons is answered beside them.
        """
        response, rendered = self.interaction.response, render(reply.screen, self.commands)
        files = [attachment(file) for file in rendered.files]
        pressed_on, update = self.interaction.message, self._updates(reply)
        if update and not response.is_done():
            await response.edit_message(embed=rendered.embed, view=rendered.view, attachments=files)
            return Shown(self.interaction.edit_original_response)
        if update or (response.is_done() and pressed_on is None):
            await self.interaction.edit_original_response(embed=rendered.embed, view=rendered.view, attachments=files)
            return Shown(self.interaction.edit_original_response)
        options: dict[str, Any] = {"view": rendered.view} if rendered.view else {}
        options |= {"files": files, "ephemeral": reply.private, "allowed_mentions": rendered.mentions}
        if not response.is_done():
            await response.send_message(embed=rendered.embed, **options)
            return Shown(self.interaction.edit_original_response)
        sent = await self.interaction.followup.send(embed=rendered.embed, wait=True, **options)
        return Shown(sent.edit, str(sent.id))

    def _lost(self, error: Exception) -> None:
        """The person has gone, or Discord did not wait. What was done is done; /orders and the DM tell of it."""
        unforeseen = isinstance(error, discord.HTTPException) and error.code not in EXPECTED and error.status < 500
        (log.error if unforeseen else log.warning)(
            "answer_not_shown", person=self.person.id, error=f"{type(error).__name__}: {error}"[:300]
        )


def _command(data: Mapping[str, Any]) -> tuple[str, list[Mapping[str, Any]]]:
    """Return the command's full name (``shop today``) and its options."""
    name, options = str(data["name"]), list(data.get("options", ()))
    while options and options[0]["type"] in (1, 2):
        name, options = f"{name} {options[0]['name']}", list(options[0].get("options", ()))
    return name, options


def _fields(components: Any) -> dict[str, str]:
    """Return the values of a submitted form by field, wherever Discord nests them."""
    found: dict[str, str] = {}
    for component in components:
        if "value" in component and "custom_id" in component:
            found[component["custom_id"]] = str(component["value"])
        inner = component.get("component")
        found |= _fields([*component.get("components", ()), *((inner,) if inner else ())])
    return found
