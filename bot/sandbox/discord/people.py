"""A person with Discord open: what they see, and everything they can do there with mouse and keyboard.

The page plays buyer and operator through this; tests do too. Nothing here talks to the bot directly: every act
becomes a gateway event, and every answer comes back through the REST interface, as on the real Discord.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Any

from bot.sandbox.discord import dialogue, menu
from bot.sandbox.discord import permissions as may
from bot.sandbox.discord.client import (
    ClientEvent,
    ClientRefusal,
    EventKind,
    Id,
    Interaction,
    InteractionState,
    Json,
    Modal,
)
from bot.sandbox.discord.desk import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL_SUBMIT, Pending
from bot.sandbox.discord.dialogue import FieldValue
from bot.sandbox.discord.forms.commands import LOCALES
from bot.sandbox.discord.menu import Filling, OptionValue
from bot.sandbox.discord.payloads import channel_json
from bot.sandbox.discord.postbox import Draft
from bot.sandbox.discord.records import DM, THREADS, Channel, Message, Upload, User
from bot.sandbox.discord.refusals import Refusal
from bot.sandbox.screens import Listener

if TYPE_CHECKING:
    from bot.sandbox.discord.world import DiscordWorld

__all__ = ["FieldValue", "OptionValue", "Person"]


@contextmanager
def _as_client() -> Iterator[None]:
    """Turn a refusal of the server into what the client tells its user."""
    try:
        yield
    except Refusal as no:
        raise ClientRefusal(f"{no.message} {no.errors or ''}".strip()) from no


class Person:
    """One human user of the world. Ids may be given as `int` or `str`."""

    def __init__(self, world: DiscordWorld, user_id: int) -> None:
        self.world = world
        self.id = user_id

    # What the person sees

    @property
    def name(self) -> str:
        """The display name."""
        return self._user.display_name

    @property
    def locale(self) -> str:
        """The language the client is set to (`en-US`, `ko`)."""
        return self._user.locale

    def channels(self) -> list[Json]:
        """Return the channels in the side bar: guild text channels, threads and DMs visible to the person."""
        realm = self.world.realm
        seen = [c for c in realm.channels.values() if realm.sees(self.id, c)]
        place = {channel_id: index for index, channel_id in enumerate(realm.channels)}
        seen.sort(key=lambda c: (c.kind == DM, place[realm.parent(c).id], c.kind in THREADS))
        return [channel_json(realm, c, self.id) for c in seen]

    def messages(self, channel_id: Id) -> list[Json]:
        """Return the messages of a channel, oldest first, with the person's own ephemerals.

        Raises ClientRefusal where the person does not see the channel.
        """
        channel = self._channel(channel_id)
        stored = self.world.realm.messages[channel.id].values()
        return [self.world.drawing.event(m, self.id) for m in stored if self._reads(m)]

    def message(self, channel_id: Id, message_id: Id) -> Json:
        """Return one message as the person sees it. Raises ClientRefusal where there is none to see."""
        return self.world.drawing.event(self._message(channel_id, message_id), self.id)

    def commands(self, channel_id: Id) -> list[Json]:
        """Return what the slash menu offers here, in the person's language.

        Each entry is the registered command with `display_name` and `display_description` (localised) added to
        command, options, subcommands and choices. Commands the person may not use are left out.
        """
        return menu.offered(self.world.realm, self._user, self._channel(channel_id))

    def events(self) -> Listener[ClientEvent]:
        """Iterate over what happens on the person's screen from this call on (several may listen)."""
        return self.world.screens.listen(self.id)

    async def wait_for(
        self, predicate: Callable[[Json], bool], timeout: float = 10.0, channel_id: Id | None = None
    ) -> Json:
        """Return the first message, there already or coming, that satisfies `predicate`.

        Looks in `channel_id`, or everywhere the person sees; newest first. Raises TimeoutError after `timeout`
        seconds.
        """
        wanted = None if channel_id is None else int(channel_id)
        async with aclosing(self.world.screens.listen(self.id)) as listener, asyncio.timeout(timeout):
            for message in self._newest_first(wanted):
                if predicate(message):
                    return message
            async for event in listener:
                if wanted is not None and event.channel_id != str(wanted):
                    continue
                shown: Json = event.data.get("message", event.data)
                if event.kind in _WITH_MESSAGE and predicate(shown):
                    return shown
        raise TimeoutError("the world was stopped")

    # What the person does

    async def autocomplete(
        self, channel_id: Id, command: str, options: Mapping[str, OptionValue], focused: str
    ) -> list[Json]:
        """Return the choices the application offers while `focused` is being typed (`{"name", "value"}`).

        `options` holds everything typed so far, the focused option included. `command` may name a subcommand
        (`"shop order"`). Raises ClientRefusal when the application does not answer in time.
        """
        channel = self._channel(channel_id)
        picked = menu.pick(self.commands(channel.id), command, None)
        filled = self._filling(channel).typed(picked, options, focused)
        pending = self.world.desk.new(AUTOCOMPLETE, self.id, channel.id, picked.data(filled, {}))
        pending.focused_kind = next(o["type"] for o in picked.options if o["name"] == focused)
        shown = await self._sent(pending)
        if shown.state is InteractionState.FAILED:
            raise ClientRefusal("Loading options failed")
        return shown.choices

    async def use(
        self,
        channel_id: Id,
        command: str,
        options: Mapping[str, OptionValue] | None = None,
        subcommand: str | None = None,
    ) -> Interaction:
        """Send a slash command and return once the application acknowledged it or failed to.

        An attachment option takes `(file name, bytes)`. Raises ClientRefusal where the menu does not offer the
        command or an option's value would be marked red.
        """
        channel = self._channel(channel_id)
        picked = menu.pick(self.commands(channel.id), command, subcommand)
        filling = self._filling(channel)
        filled = filling.fill(picked, options or {})
        pending = self.world.desk.new(COMMAND, self.id, channel.id, picked.data(filled, filling.resolved))
        pending.command_name = " ".join(e["name"] for e in [picked.command, *picked.path])
        return await self._sent(pending)

    async def click(self, channel_id: Id, message_id: Id, custom_id: str) -> Interaction:
        """Press a button. Raises ClientRefusal when it is not there, disabled, or a link."""
        message = self._message(channel_id, message_id)
        drawn = self.world.drawing.draw(message, self.id)
        return await self._component(message, dialogue.pressed(drawn, custom_id))

    async def choose(self, channel_id: Id, message_id: Id, custom_id: str, values: Sequence[str]) -> Interaction:
        """Pick from a select menu. Raises ClientRefusal on unknown values or too few or too many."""
        message = self._message(channel_id, message_id)
        drawn = self.world.drawing.draw(message, self.id)
        filling = self._filling(self._channel(channel_id))
        return await self._component(message, dialogue.chosen(drawn, custom_id, values, filling))

    async def submit(self, modal: Modal, fields: Mapping[str, FieldValue]) -> Interaction:
        """Send a dialogue back; `fields` by custom id. Raises ClientRefusal on a missing or too long field."""
        channel = self._channel(modal.channel_id)
        data = dialogue.submitted(modal, fields, self._filling(channel))
        try:
            opener = self.world.desk.opened(modal)
        except KeyError:
            raise ClientRefusal("Something went wrong. Try again.") from None
        pending = self.world.desk.new(MODAL_SUBMIT, self.id, channel.id, data)
        pending.source = opener.source
        pending.triggering = self.world.desk.metadata(opener)
        return await self._sent(pending)

    async def react(self, channel_id: Id, message_id: Id, emoji: str) -> None:
        """Add a reaction (a second time changes nothing). Raises ClientRefusal where not permitted."""
        with _as_client():
            self.world.postbox.react(self._message(channel_id, message_id), self.id, emoji)

    async def unreact(self, channel_id: Id, message_id: Id, emoji: str) -> None:
        """Take one's own reaction back."""
        with _as_client():
            self.world.postbox.unreact(self._message(channel_id, message_id), self.id, emoji)

    async def say(
        self,
        channel_id: Id,
        text: str,
        files: Sequence[tuple[str, bytes]] = (),
        reply_to: Id | None = None,
    ) -> Json:
        """Write a message and return it. Raises ClientRefusal where the box is locked or the text too long."""
        channel = self._channel(channel_id)
        body: Json = {"content": text}
        if reply_to is not None:
            body["message_reference"] = {"message_id": str(reply_to)}
        uploads = [Upload(name, "", blob) for name, blob in files]
        with _as_client():
            self.world.postbox.demand_writing(self.id, channel, body, uploads)
            message = self.world.postbox.write(channel, self.id, Draft(body, uploads))
        return self.world.drawing.event(message, self.id)

    async def typing(self, channel_id: Id) -> None:
        """Be seen typing."""
        self.world.happenings.typing(self._channel(channel_id), self.id)

    async def delete(self, channel_id: Id, message_id: Id) -> None:
        """Delete an own message (the owner of the server may delete any)."""
        message = self._message(channel_id, message_id)
        channel = self._channel(channel_id)
        rights = self.world.realm.permissions(self.id, channel)
        if message.author_id != self.id and (channel.kind == DM or not rights & may.MANAGE_MESSAGES):
            raise ClientRefusal("This message is not yours to delete.")
        self.world.postbox.delete(message)

    def dismiss(self, message: Mapping[str, Any]) -> None:
        """Dismiss an ephemeral message: it is gone from the screen for good."""
        found = self._message(message["channel_id"], message["id"])
        if found.ephemeral_for != self.id:
            raise ClientRefusal("Only a message that only you can see can be dismissed.")
        self.world.happenings.message_deleted(found)
        found.dismissed = True

    async def open_dm(self) -> int:
        """Open the direct message channel with the application and return its id."""
        return self.world.realm.open_dm(self.id, self.world.bot_id).id

    def set_locale(self, locale: str) -> None:
        """Change the client's language; raises ClientRefusal on one Discord does not have."""
        if locale not in LOCALES:
            raise ClientRefusal(f"Discord has no language {locale}.")
        self._user.locale = locale

    def close_dms(self, closed: bool = True) -> None:
        """Forbid (or allow again) direct messages from members of shared servers."""
        self._user.dms_closed = closed

    # Within the client

    @property
    def _user(self) -> User:
        return self.world.realm.users[self.id]

    def _channel(self, channel_id: Id) -> Channel:
        """Return a channel this person sees. Raises ClientRefusal."""
        channel = self.world.realm.channels.get(int(channel_id))
        if channel is None or not self.world.realm.sees(self.id, channel):
            raise ClientRefusal("There is no such channel on this screen.")
        return channel

    def _reads(self, message: Message) -> bool:
        return message.ephemeral_for in (None, self.id) and not message.dismissed

    def _message(self, channel_id: Id, message_id: Id) -> Message:
        """Return a message this person sees. Raises ClientRefusal."""
        channel = self._channel(channel_id)
        message = self.world.realm.messages[channel.id].get(int(message_id))
        if message is None or not self._reads(message):
            raise ClientRefusal("There is no such message on this screen.")
        return message

    def _newest_first(self, channel_id: int | None) -> list[Json]:
        """Return the messages of one channel, or of all the person sees, newest first."""
        if channel_id is None:
            every = [m for c in self.channels() for m in self.messages(c["id"])]
        else:
            every = self.messages(channel_id)
        return sorted(every, key=lambda message: -int(message["id"]))

    def _filling(self, channel: Channel) -> Filling:
        return Filling(self.world.realm, self.world.drawing, channel, self._user)

    async def _component(self, message: Message, data: Json) -> Interaction:
        if message.author_id != self.world.bot_id:
            raise ClientRefusal("Nobody listens to the components of this message.")
        pending = self.world.desk.new(COMPONENT, self.id, message.channel_id, data)
        pending.source = message
        return await self._sent(pending)

    async def _sent(self, pending: Pending) -> Interaction:
        """Send an interaction and return it once it was acknowledged, or was not in time."""
        self.world.desk.begin(pending)
        patience = self.world.rules.answer_within + 5.0
        return await pending.shown.acknowledgement(patience)


_WITH_MESSAGE = (
    EventKind.MESSAGE_CREATE,
    EventKind.MESSAGE_UPDATE,
    EventKind.REACTION_ADD,
    EventKind.REACTION_REMOVE,
)
