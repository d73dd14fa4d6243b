"""The shop's Discord client: commands, buttons, lists, forms, and the operator's reactions.

`create_bot` is given the shop's services and nothing else; workers, database and web server belong to the app.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Literal

import discord
import structlog

from bot.chat.answers import answer, spoken
from bot.chat.discord import addresses, direct, reactions, slash
from bot.chat.discord.doorway import DiscordDoorway
from bot.chat.discord.lapsing import Lapsing
from bot.chat.discord.permissions import missing
from bot.chat.discord.refusals import TROUBLE
from bot.chat.discord.talk import Talk, read, with_files
from bot.commands.listen import OPEN_FORMS
from bot.commands.said import Answer, Asked, Command, Person, Press, Reply, Submitted
from bot.commands.services import Services
from bot.commands.suggestions import suggest
from bot.commands.to_pay import noted
from bot.errors import Refused, ShopError
from bot.review.catch_up import catch_up
from bot.screens import Screen

SUGGEST_WITHIN = 2.5
"""Seconds; Discord drops suggestions after three."""

LONGEST_WAIT = 60.0
"""Seconds discord.py may sit out a rate limit by itself before the shop's own queue takes over."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between attempts to log in while Discord is away."""

FILES_AT_ONCE = 3
"""Attached files that are read from Discord at a time; who comes then is asked for patience."""

PAUSES = (2.0, 15.0, 60.0)
"""Seconds until what a new connection owes is tried again."""

log = structlog.get_logger(__name__)


def create_bot(services: Services, shards: int | Literal["auto"] = 1, **options: Any) -> "ShopClient":
    """Return the client, ready for ``start(token)`` (or ``login`` and ``connect``).

    ``shards`` is over how many connections it hears of its servers, "auto" as many as Discord advises. ``options`` go
    to `discord.Client` (``proxy`` and the like).
    """
    # The shop never speaks in voice channels; what that would need is no concern of its operator's.
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
    intents = discord.Intents.none()
    intents.guilds = True
    intents.guild_reactions = True
    intents.dm_messages = True
    if shards != 1:
        options["shard_count"] = None if shards == "auto" else shards
    return (ShopClient if shards == 1 else ShardedShopClient)(
        services,
        intents=intents,
        allowed_mentions=discord.AllowedMentions.none(),
        max_ratelimit_timeout=LONGEST_WAIT,
        max_messages=None,
        **options,
    )


class ShopClient(discord.Client):
    """One connection to Discord. It keeps no state but the registered commands' ids; ``doorway`` writes through it."""

    def __init__(self, services: Services, **options: Any) -> None:
        super().__init__(**options)
        self.services = services
        self.command_ids: dict[str, int] = {}
        self.doorway = DiscordDoorway(self)
        self.lapsing = Lapsing(self)
        self._open: set[asyncio.Future[Any]] = set()
        self._fetching = asyncio.Semaphore(FILES_AT_ONCE)

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Log in and stay connected. An outage at the login is sat out like any later one.

        :raises Refused: if Discord does not know the token.
        """
        self.command_ids = await slash.known(self.services)
        pause = FIRST_PAUSE
        while not self.is_closed():
            try:
                await self.login(token)
                break
            except discord.LoginFailure:
                raise Refused("Discord does not know this token", text="reason-discord-token") from None
            except TROUBLE as error:
                log.warning("discord_not_reached", error=type(error).__name__, again_in=pause)
                await self.http.close()
                self.http.connector = discord.utils.MISSING  # closed with its session; the next login makes a new one
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        if not self.is_closed():
            await self.connect(reconnect=reconnect)

    @property
    def connected(self) -> bool:
        """Whether Discord hears the shop now: logged in, and no connection is down."""
        return self.is_ready() and not self.is_closed() and self._connections_open()

    def _connections_open(self) -> bool:
        return self.ws is not None and self.ws.open

    async def on_ready(self) -> None:
        """Register the commands, and read back what was decided while nobody was connected.

        Discord says READY at the start and whenever it would not resume a connection: both times reactions may have
        been missed.
        """
        self._name_missing_permissions()
        await self._lasting(
            asyncio.gather(
                self._insist("discord_commands_not_registered", self._register),
                self._insist("verdicts_not_caught_up", self._catch_up),
                self._insist("answers_not_caught_up", self._hear_missed),
                self._insist("pay_buttons_not_watched", self.lapsing.catch_up),
            )
        )

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Say in the log that the review channel is gone."""
        if addresses.place(channel.id) == self.services.review_places.get(addresses.PLATFORM):
            log.error("discord_review_channel_deleted", channel=channel.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Say in the log that the shop was removed from a server."""
        log.error("discord_server_left", server=guild.id, name=guild.name)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer whatever was typed, pressed, chosen or sent."""
        if interaction.guild_id is None:  # There parcels go, and there Discord says how large a file may be
            self.services.upload_limits[addresses.PLATFORM] = interaction.filesize_limit
        said = read(interaction)
        if said is None:
            return
        person = self._person(interaction, said.place)
        if isinstance(said, Asked):
            await self._suggest(interaction, person, said)
            return
        talk = Talk(
            interaction, person, self.services.texts, self.command_ids, partial(self._noted, interaction, person)
        )
        form = isinstance(said, Press) and said.verb in OPEN_FORMS
        await self._lasting(asyncio.create_task(talk.hold(self._answer(interaction, person, said), form=form)))

    async def on_message(self, message: discord.Message) -> None:
        """Answer what somebody writes in a direct message."""
        if message.guild is None and not message.author.bot:
            await self._hear(message)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Take a reaction on a review card as a verdict; cards from before a restart count as well."""
        hear = partial(reactions.hear, self, payload)
        await self._lasting(asyncio.ensure_future(self._insist("verdict_not_counted", hear)))

    async def hear_again(self, message: discord.Message) -> None:
        """Count the verdict on a card that was posted before a crash and is only now known to have been posted."""
        await reactions.hear_again(self, message)

    async def close(self) -> None:
        """Leave Discord; conversations still open end here, what they did is kept."""
        self.lapsing.stop()
        for work in tuple(self._open):
            work.cancel()
        await super().close()

    async def _answer(
        self, interaction: discord.Interaction, person: Person, said: Command | Press | Submitted
    ) -> Answer:
        if isinstance(said, Command):
            async with with_files(interaction, said, self._fetching) as whole:
                return await answer(self.services, person, whole)
        return await answer(self.services, person, said)

    async def _noted(self, interaction: discord.Interaction, person: Person, order: str, message: str) -> Screen | None:
        """Note where a pay button stands, and take it away before Discord lets nobody edit it any more."""
        until = interaction.expires_at
        instead = await noted(self.services, person, order, message, until.isoformat())
        if instead is None:
            self.lapsing.watch(order, message, until)
        return instead

    async def _suggest(self, interaction: discord.Interaction, person: Person, asked: Asked) -> None:
        try:
            async with asyncio.timeout(SUGGEST_WITHIN):
                found = await suggest(self.services, person, asked)
                choices = [discord.app_commands.Choice(name=one.label[:100], value=one.value[:100]) for one in found]
                await interaction.response.autocomplete(choices)
        except (*TROUBLE, ShopError) as error:
            log.info("suggestions_late", option=asked.option, error=str(error))

    async def _register(self) -> None:
        self.command_ids = await slash.sync(self, self.services)

    async def _hear(self, message: discord.Message) -> None:
        """Take what was written, and answer beside it; the same message is answered once."""
        said = direct.words_of(message)
        if not said.text:
            return
        person = await direct.writer_of(self.services, message)
        reply = await spoken(self.services.texts, person, answer(self.services, person, said))
        if not isinstance(reply, Reply):
            return
        try:
            await self.doorway.post(said.place, reply.screen, once=f"words:{message.id}")
        except ShopError as error:
            log.warning("words_not_answered", person=person.id, error=str(error)[:300])

    async def _hear_missed(self) -> None:
        """Hear the answers that buyers wrote while nobody was connected."""
        async for message in direct.unanswered(self, self.services):
            await self._hear(message)

    async def _catch_up(self) -> None:
        place = self.services.review_places.get(addresses.PLATFORM)
        if place is None:
            return
        found = await catch_up(
            self.services.book, self.doorway, lambda person: self.services.is_operator(person, place)
        )
        log.info("verdicts_read_back", counted=found)

    def _name_missing_permissions(self) -> None:
        place = self.services.review_places.get(addresses.PLATFORM)
        if place is None:
            return
        _, channel = addresses.read_place(place)
        if self.get_channel(channel) is None:
            log.error("discord_review_channel_unknown", place=place)
        elif lacking := missing(self, channel):
            log.error("discord_permissions_missing", place=place, missing=lacking)

    def _person(self, interaction: discord.Interaction, place: str) -> Person:
        user = interaction.user
        person = addresses.person(user.id)
        operator = self.services.is_operator(person, place)
        return Person(person, user.display_name, str(interaction.locale), operator)

    async def _insist(self, name: str, doing: Callable[[], Awaitable[None]]) -> None:
        """Do what every connection owes, again after a pause where it fails; in the end the log says so.

        One debt that cannot be paid must not keep the others from being paid, whatever it is that went wrong.
        """
        for pause in PAUSES:
            try:
                return await doing()
            except Exception as error:
                log.warning(name, error=f"{type(error).__name__}: {error}"[:300], again_in=pause)
            await asyncio.sleep(pause)
        try:
            await doing()
        except Exception:
            log.exception(name)

    async def _lasting(self, work: "asyncio.Future[Any]") -> None:
        """Await something that ends with the connection at the latest."""
        self._open.add(work)
        work.add_done_callback(self._open.discard)
        await work


class ShardedShopClient(ShopClient, discord.AutoShardedClient):
    """The same over several connections, each of which hears of its share of the servers; direct messages come over the
    first."""

    def _connections_open(self) -> bool:
        return bool(self.shards) and not any(shard.is_closed() for shard in self.shards.values())
