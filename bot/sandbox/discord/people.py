"""A person with Discord open: what they see, and everything they can do there with mouse and keyboard.

The page plays buyer and operator through this; tests do too. Nothing here talks to the bot directly: every act
becomes a gateway event, and every answer comes back through the REST interface, as on the real Discord.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bot.sandbox.discord.client import ClientEvent, Id, Interaction, Json, Modal

if TYPE_CHECKING:
    from bot.sandbox.discord.world import DiscordWorld

OptionValue = str | int | float | bool | tuple[str, bytes]
FieldValue = str | Sequence[str] | Sequence[tuple[str, bytes]]


class Person:
    """One human user of the world. Ids may be given as `int` or `str`."""

    def __init__(self, world: DiscordWorld, user_id: int) -> None:
        self.world = world
        self.id = user_id

    # What the person sees

    @property
    def name(self) -> str:
        """The display name."""
        raise NotImplementedError

    @property
    def locale(self) -> str:
        """The language the client is set to (`en-US`, `ko`)."""
        raise NotImplementedError

    def channels(self) -> list[Json]:
        """Return the channels in the side bar: guild text channels, threads and DMs visible to the person."""
        raise NotImplementedError

    def messages(self, channel_id: Id) -> list[Json]:
        """Return the messages of a channel, oldest first, with the person's own ephemerals.

        Raises ClientRefusal where the person does not see the channel.
        """
        raise NotImplementedError

    def message(self, channel_id: Id, message_id: Id) -> Json:
        """Return one message as the person sees it. Raises ClientRefusal where there is none to see."""
        raise NotImplementedError

    def commands(self, channel_id: Id) -> list[Json]:
        """Return what the slash menu offers here, in the person's language.

        Each entry is the registered command with `display_name` and `display_description` (localised) added to
        command, options, subcommands and choices. Commands the person may not use are left out.
        """
        raise NotImplementedError

    def events(self) -> AsyncIterator[ClientEvent]:
        """Iterate over what happens on the person's screen from this call on (several may listen)."""
        raise NotImplementedError

    async def wait_for(
        self, predicate: Callable[[Json], bool], timeout: float = 10.0, channel_id: Id | None = None
    ) -> Json:
        """Return the first message, there already or coming, that satisfies `predicate`.

        Looks in `channel_id`, or everywhere the person sees; newest first. Raises TimeoutError after `timeout`
        seconds.
        """
        raise NotImplementedError

    # What the person does

    async def autocomplete(
        self, channel_id: Id, command: str, options: Mapping[str, OptionValue], focused: str
    ) -> list[Json]:
        """Return the choices the application offers while `focused` is being typed (`{"name", "value"}`).

        `options` holds everything typed so far, the focused option included. `command` may name a subcommand
        (`"shop order"`). Raises ClientRefusal when the application does not answer in time.
        """
        raise NotImplementedError

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
        raise NotImplementedError

    async def click(self, channel_id: Id, message_id: Id, custom_id: str) -> Interaction:
        """Press a button. Raises ClientRefusal when it is not there, disabled, or a link."""
        raise NotImplementedError

    async def choose(self, channel_id: Id, message_id: Id, custom_id: str, values: Sequence[str]) -> Interaction:
        """Pick from a select menu. Raises ClientRefusal on unknown values or too few or too many."""
        raise NotImplementedError

    async def submit(self, modal: Modal, fields: Mapping[str, FieldValue]) -> Interaction:
        """Send a dialogue back; `fields` by custom id. Raises ClientRefusal on a missing or too long field."""
        raise NotImplementedError

    async def react(self, channel_id: Id, message_id: Id, emoji: str) -> None:
        """Add a reaction (a second time changes nothing). Raises ClientRefusal where not permitted."""
        raise NotImplementedError

    async def unreact(self, channel_id: Id, message_id: Id, emoji: str) -> None:
        """Take one's own reaction back."""
        raise NotImplementedError

    async def say(
        self,
        channel_id: Id,
        text: str,
        files: Sequence[tuple[str, bytes]] = (),
        reply_to: Id | None = None,
    ) -> Json:
        """Write a message and return it. Raises ClientRefusal where the box is locked or the text too long."""
        raise NotImplementedError

    async def typing(self, channel_id: Id) -> None:
        """Be seen typing."""
        raise NotImplementedError

    async def delete(self, channel_id: Id, message_id: Id) -> None:
        """Delete an own message (the owner of the server may delete any)."""
        raise NotImplementedError

    def dismiss(self, message: Mapping[str, Any]) -> None:
        """Dismiss an ephemeral message: it is gone from the screen for good."""
        raise NotImplementedError

    async def open_dm(self) -> int:
        """Open the direct message channel with the application and return its id."""
        raise NotImplementedError

    def set_locale(self, locale: str) -> None:
        """Change the client's language; raises ClientRefusal on one Discord does not have."""
        raise NotImplementedError

    def close_dms(self, closed: bool = True) -> None:
        """Forbid (or allow again) direct messages from members of shared servers."""
        raise NotImplementedError
