"""The shop's Discord client: commands, buttons, lists, forms, and the operator's reactions.

`create_bot` is given the shop's services and nothing else; workers, database and web server belong to the app.
"""

import asyncio
from collections.abc import Awaitable
from typing import Any, Literal

import aiohttp
import discord
import structlog

from bot.chat.answers import answer, ruling_words
from bot.chat.discord import addresses, direct, slash
from bot.chat.discord.doorway import DiscordDoorway, people_behind
from bot.chat.discord.permissions import missing
from bot.chat.discord.render import render
from bot.chat.discord.talk import Talk, read, with_files
from bot.commands.listen import OPEN_FORMS
from bot.commands.said import Answer, Asked, Command, Person, Press, Reply, Submitted
from bot.commands.services import Services
from bot.commands.suggestions import suggest
from bot.errors import ShopError
from bot.review import verdicts
from bot.review.catch_up import catch_up, settle
from bot.review.verdicts import Outcome, Ruling
from bot.screens import Screen, Tone

SUGGEST_WITHIN = 2.5
"""Seconds; Discord drops suggestions after three."""

LONGEST_WAIT = 60.0
"""Seconds discord.py may sit out a rate limit by itself before the shop's own queue takes over."""

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds between attempts to log in while Discord is away."""

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
        self._talks: set[asyncio.Task[None]] = set()

    async def start(self, token: str, *, reconnect: bool = True) -> None:
        """Log in and stay connected. An outage at the login is sat out like any later one.

        :raises discord.LoginFailure: if Discord does not know the token.
        """
        pause = FIRST_PAUSE
        while not self.is_closed():
            try:
                await self.login(token)
                break
            except discord.LoginFailure:
                raise
            except (discord.HTTPException, aiohttp.ClientError, OSError) as error:
                log.warning("discord_not_reached", error=type(error).__name__, again_in=pause)
                await self.http.close()
                self.http.connector = discord.utils.MISSING  # closed with its session; the next login makes a new one
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        if not self.is_closed():
            await self.connect(reconnect=reconnect)

    async def on_ready(self) -> None:
        """Register the commands, and read back what was decided while nobody was connected.

        Discord says READY at the start and whenever it would not resume a connection: both times reactions may have
        been missed.
        """
        await self._try_hard("discord_commands_not_registered", self._register())
        await self._try_hard("verdicts_not_caught_up", self._catch_up())
        await self._try_hard("answers_not_caught_up", self._hear_missed())
        self._name_missing_permissions()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Answer whatever was typed, pressed, chosen or sent."""
        if interaction.guild_id is None:  # There parcels go, and there Discord says how large a file may be
            self.services.upload_limits[addresses.PLATFORM] = interaction.filesize_limit
        said = read(interaction)
        if said is None:
            return
        place = getattr(said, "place", "")
        person = self._person(interaction, place)
        if isinstance(said, Asked):
            await self._suggest(interaction, person, said)
            return
        talk = Talk(interaction, person, self.services.texts, self.command_ids)
        form = isinstance(said, Press) and said.verb in OPEN_FORMS
        task = asyncio.create_task(talk.hold(self._answer(interaction, person, said), form=form))
        self._talks.add(task)
        task.add_done_callback(self._talks.discard)
        await task

    async def on_message(self, message: discord.Message) -> None:
        """Answer what somebody writes in a direct message."""
        if message.guild is None and not message.author.bot:
            await self._try_hard("words_not_answered", self._hear(message))

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Take a reaction on a review card as a verdict; cards from before a restart count as well."""
        place = addresses.place(payload.channel_id)
        verdict = verdicts.read_emoji(str(payload.emoji))
        is_bot = payload.member is not None and payload.member.bot
        if verdict is None or is_bot or place != self.services.review_places.get(addresses.PLATFORM):
            return
        message = await self._message(payload)
        card = _card_of(message) if message else None
        if message is None or card is None:
            return
        person = addresses.person(payload.user_id)
        if not self.services.is_operator(person, place):
            await self._take_back(message, payload)
            return
        ruling = await verdicts.judge(self.services.book, *card, verdict, person)
        log.info("verdict", order=card[0], round=card[1], verdict=verdict.kind, by=person, outcome=ruling.outcome)
        if ruling.outcome is not Outcome.COUNTED:
            await self._take_back(message, payload)
            await self._say_why(message, ruling)

    async def hear_again(self, message: discord.Message) -> None:
        """Count the verdict on a card that was posted before a crash and is only now known to have been posted."""
        card, place = _card_of(message), addresses.place(message.channel.id)
        if card is None:
            return
        found = [
            (verdict, person)
            for reaction in message.reactions
            if (verdict := verdicts.read_emoji(str(reaction.emoji)))
            async for person in people_behind(reaction)
            if self.services.is_operator(person, place)
        ]
        await settle(self.services.book, *card, found)

    async def close(self) -> None:
        """Leave Discord; conversations still open end here, what they did is kept."""
        for talk in tuple(self._talks):
            talk.cancel()
        await super().close()

    async def _answer(
        self, interaction: discord.Interaction, person: Person, said: Command | Press | Submitted
    ) -> Answer:
        if isinstance(said, Command):
            async with with_files(interaction, said) as whole:
                return await answer(self.services, person, whole)
        return await answer(self.services, person, said)

    async def _suggest(self, interaction: discord.Interaction, person: Person, asked: Asked) -> None:
        try:
            async with asyncio.timeout(SUGGEST_WITHIN):
                found = await suggest(self.services, person, asked)
                choices = [discord.app_commands.Choice(name=one.label[:100], value=one.value[:100]) for one in found]
                await interaction.response.autocomplete(choices)
        except (TimeoutError, discord.HTTPException, ShopError) as error:
            log.info("suggestions_late", option=asked.option, error=str(error))

    async def _register(self) -> None:
        self.command_ids = await slash.sync(self, self.services)

    async def _hear(self, message: discord.Message) -> None:
        """Take what was written, and answer beside it; the same message is answered once."""
        said = direct.words_of(message)
        if not said.text:
            return
        person = await direct.writer_of(self.services, message)
        try:
            reply = await answer(self.services, person, said)
        except ShopError as error:
            reply = Reply(Screen(text=self.services.texts.error(person.locale, error), tone=Tone.BAD))
        if isinstance(reply, Reply):
            await self.doorway.post(said.place, reply.screen, once=f"words:{message.id}")

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

    async def _message(self, payload: discord.RawReactionActionEvent) -> discord.Message | None:
        """Return the shop's own message a reaction is on; the card itself says which order it is about."""
        if payload.message_author_id is not None and self.user and payload.message_author_id != self.user.id:
            return None
        try:
            channel = self.get_partial_messageable(payload.channel_id, guild_id=payload.guild_id)
            message = await channel.fetch_message(payload.message_id)
        except discord.HTTPException as error:
            log.warning("card_not_read", message=payload.message_id, status=error.status, code=error.code)
            return None
        return message if self.user and message.author.id == self.user.id else None

    async def _take_back(self, message: discord.Message, payload: discord.RawReactionActionEvent) -> None:
        """Remove a reaction that does not count; without the permission to do so it is just not heard."""
        try:
            await message.remove_reaction(payload.emoji, discord.Object(payload.user_id))
        except discord.HTTPException as error:
            log.info("reaction_not_removed", message=message.id, code=error.code)

    async def _say_why(self, message: discord.Message, ruling: Ruling) -> None:
        """Tell whose verdict came too late what counts instead, below the card."""
        words = ruling_words(self.services, self.services.operator_locale, ruling)
        rendered = render(Screen(text=words, tone=Tone.BAD), self.command_ids)
        try:
            await message.reply(embed=rendered.embed, allowed_mentions=rendered.mentions)
        except discord.HTTPException as error:
            log.warning("ruling_not_told", message=message.id, status=error.status, code=error.code)

    def _person(self, interaction: discord.Interaction, place: str) -> Person:
        user = interaction.user
        person = addresses.person(user.id)
        operator = self.services.is_operator(person, place)
        return Person(person, user.display_name, str(interaction.locale), operator)

    async def _try_hard(self, name: str, doing: Awaitable[None]) -> None:
        """Await something that the connection can live without; what went wrong is in the log."""
        try:
            await doing
        except (discord.HTTPException, ShopError, OSError) as error:
            log.error(name, error=str(error)[:300])


class ShardedShopClient(ShopClient, discord.AutoShardedClient):
    """The same over several connections, each of which hears of its share of the servers; direct messages come over the
    first."""


def _card_of(message: discord.Message) -> tuple[str, int] | None:
    """Return (order, round) of a review card, read from its buttons."""
    for row in message.components:
        for control in getattr(row, "children", ()):
            parts = (getattr(control, "custom_id", None) or "").split(":", 3)
            if len(parts) == 4 and (found := verdicts.read_press(parts[1], parts[3])):
                return parts[2], found[0]
    return None
