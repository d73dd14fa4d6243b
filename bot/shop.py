"""Everything the shop is made of before it has a doorway: settings, memory, files, keys, words and the studio.

`app` opens it to the world, `headless` runs one order through it at the terminal.
"""

import asyncio
import base64
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot.configuration import Config
from bot.delivery.certificate import Printer
from bot.delivery.counter import Counter
from bot.delivery.inspection import Inspector
from bot.delivery.keys import ShopKeys, open_keys
from bot.delivery.links import Links
from bot.delivery.mail import Mailer, read_server
from bot.delivery.notary import Notary
from bot.delivery.packing import Packing, mark_key
from bot.delivery.parcel import Wrapping
from bot.delivery.postman import Postman
from bot.delivery.privacy import PrivacyOffice
from bot.delivery.provenance import open_signatory
from bot.delivery.status import StatusBoard
from bot.errors import BadSetting, Problem, of_system
from bot.generation.correcting import Correcting
from bot.generation.rights import engine_kind, sellable_engine
from bot.generation.samples import Samples
from bot.generation.scores import stems_of
from bot.generation.studio import Studio
from bot.generation.turns import Turn, Urgency
from bot.insight.report import Report
from bot.music import Music
from bot.orders.brief import OF_A_SCORE, Catalogue
from bot.places import Places
from bot.review.card import Words
from bot.review.desk import Desk
from bot.review.letters import Letters
from bot.screens import Doorway
from bot.settings.environment import Environment
from bot.settings.files import config_file
from bot.storage.bucket import open_bucket, read_bucket
from bot.storage.database import open_database
from bot.storage.history import History
from bot.storage.jobs import Jobs
from bot.storage.ledger import Ledger
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.personal import Personal
from bot.storage.presets import Presets
from bot.storage.purse import Purse
from bot.storage.retention import Retention
from bot.storage.transfers import Transfers
from bot.texts import Tongue

T = TypeVar("T")

MIB = 1 << 20

PACKING_NICE = 5
"""Three times the share of a composing process where both want the same core (nice(2), sched(7)), and still below the
chat's."""

PACKING_NEEDS = ("bot.generation.refinishing", "bot.delivery.boxing", "bot.delivery.certificate")
"""What the packing process has in memory before anybody waits for it."""


def open_media(environment: Environment) -> Media:
    """Return where the audio lies: a folder of this machine, or an object store.

    :raises BadSetting: if ``MEDIA_URL`` cannot be used.
    """
    if not environment.media_in_store:
        return Media(environment.media)
    keys = (environment.aws_access_key_id, environment.aws_secret_access_key)
    access, secret = (key.get_secret_value() if key else "" for key in keys)
    return open_bucket(read_bucket(environment.media_url or "", access, secret), environment.media)


def _must_take_files(environment: Environment) -> None:
    """Refuse a media folder that nothing can be written to before somebody has paid for what would lie there."""
    folder = environment.media
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        name = "BGM_DATA" if environment.media_url is None or environment.media_in_store else "MEDIA_URL"
        message = f"{name}: {folder} cannot be written to ({error.strerror}); choose another folder"
        problem = Problem(message, "problem-media", name=name, folder=str(folder), reason=of_system(error))
        raise BadSetting([problem]) from None


def _mailer(environment: Environment, config: Config) -> Mailer | None:
    if environment.smtp_url is None:
        return None
    business = config.shop.business
    return Mailer(read_server(environment.smtp_url.get_secret_value(), business.email), business.name)


class Core:
    """The shop without its doorways. `open` brings the database up to date; `close` ends everything in reverse."""

    def __init__(self, environment: Environment, config: Config, *, selling: bool = True) -> None:
        """``selling`` refuses an engine whose music may not be sold."""
        self.environment = environment
        self.config = config
        self.tongue = Tongue(config.operator_language, settled=bool(config.shop.language))
        self.engine = (sellable_engine if selling else engine_kind)(environment.bgm_engine)
        self._selling = selling
        self.database = open_database(environment.database)
        self.book = OrderBook(self.database, config.policy, lambda: datetime.now(UTC))
        self.jobs = Jobs(self.book)
        self.purse = Purse(self.database, self.book.clock)
        self.transfers = Transfers(self.database, self.book.clock)
        self.ledger = Ledger(self.database)
        self.presets = Presets(self.database, self.book.clock)
        self.media = open_media(environment)
        self.upload_limits = {
            "discord": config.shop.discord.upload_mib * MIB, "telegram": config.shop.telegram.upload_mb * 1_000_000,
        }  # fmt: skip
        """The largest file in bytes that is worth trying in a direct message, by platform; doorways that learn better
        write it here."""
        self.keys: ShopKeys = open_keys(environment.bgm_data)
        self.mailer = _mailer(environment, config)
        self.links = Links(
            self.keys, environment.address, config.shop.links.days, public=environment.public_url is not None
        )
        # Packing and correcting have processes of their own, before those that compose: who has waited for a verdict,
        # and who is giving one, must not wait for other people's music too. The second one is there only while the
        # first is busy, so that nobody who listens waits for a long piece to be packed.
        self.packing_table = Studio(2, nice=PACKING_NICE, keep=1)
        listening = self.packing_table.line(Turn(Urgency.LISTENING))
        self.correcting = Correcting(listening, self.media, config.places)
        self.music = Music(self.engine, environment, config.shop, config.places, self.book, self.jobs, self.media)
        self.packing = Packing(
            journal=self.book,
            media=self.media,
            keys=self.keys,
            links=self.links,
            printer=Printer.of(config.places, config.terms, config.texts),
            seller=config.shop.business,
            names=config.name,
            rights=lambda name: engine_kind(name).rights,
            away=self.packing_table.line(Turn()).killable,
            signatory=open_signatory(self.keys, environment.bgm_data, config.shop.business.name),
            play_stems=self._play_stems,
        )
        self.samples = Samples(listening.run, self.media, config.places)
        signatory = self.packing.signatory
        self.inspector = Inspector(
            self.book,
            self.media,
            self.keys.signing().public_key().public_bytes_raw(),
            signatory.root if signatory else "",
            mark_key(self.keys),
            self.packing_table.run,
            asyncio.Semaphore(1),
        )

    async def _play_stems(self, score: Path, folder: Path) -> dict[str, Path]:
        places = self.config.places
        table = self.packing_table.line(Turn())
        written = await table.watched(lambda _share: None, stems_of, score, folder, places)
        return {role: file.path for role, file in written.items()}

    @property
    def catalogue(self) -> Catalogue:
        """What can be asked for: nothing longer than the engine makes, and what comes out of a score only of one that
        keeps scores."""
        known, able = self.config.catalogue, self.engine.capabilities
        extras = tuple(extra for extra in known.extras if able.changes or extra not in OF_A_SCORE)
        return replace(known, longest=min(known.longest, int(able.max_seconds)), extras=extras)

    def postman(self, doorways: Mapping[str, Doorway]) -> Postman:
        """Return whoever writes to buyers through these doorways."""
        config = self.config
        return Postman(
            doorways,
            self.book,
            StatusBoard(config.texts, config.name, self.links),
            self.wrapping(),
            self.upload_limits,
            self.mailer,
        )

    def wrapping(self) -> Wrapping:
        """Return whoever writes the messages of a hand-over."""
        config, mails = self.config, self.mailer is not None
        return Wrapping(
            config.texts, config.name, config.terms, self.links, self.media, config.shop.links.days, mails,
            config.shop.business.name,
        )  # fmt: skip

    @property
    def public_key(self) -> str:
        """The key that certificates are checked with, as they print it."""
        return base64.b64encode(self.keys.signing().public_key().public_bytes_raw()).decode()

    def retention(self) -> Retention:
        """Return whoever deletes the files that nobody needs any more."""
        days = self.config.shop.retention
        return Retention(self.book, self.media, days.previews, days.refused)

    def counter(self) -> Counter:
        """Return whoever serves the buyers of delivered orders."""
        return Counter(self.media, self.links, self.config.claims, self.wrapping(), self.upload_limits, self.inspector)

    def operators(self, places: Mapping[str, str]) -> Callable[[str, str], bool]:
        """Return who may run the shop, and from where: whom the settings name, from everywhere; whoever sees a review
        place, from there, if ``[review] members`` says so."""
        named, members = self.environment.operator_ids, self.config.shop.review.members
        return lambda person, place: person in named or (members and bool(place) and place in places.values())

    def may_judge(self, places: Mapping[str, str], person: str) -> bool:
        """Whether somebody's reaction on a card counts; cards hang in the review places."""
        return self.operators(places)(person, next(iter(places.values()), ""))

    def letters(self, doorways: Mapping[str, Doorway], places: Mapping[str, str]) -> Letters:
        """Return whoever passes on what buyers and the operator write to each other."""
        return Letters(self.words(), doorways, places, self.environment.operator_ids)

    def words(self) -> Words:
        """Return the operator's language."""
        config = self.config
        return Words(config.texts, self.tongue, lambda locale, kind, item: self.named(kind, item, locale))

    def places(self, doorways: Mapping[str, Doorway], review: Mapping[str, str]) -> Places:
        """Return the ways to the operator."""
        return Places(doorways, review, self.environment.operator_ids, self.config.texts, self.tongue)

    def notary(self, doorways: Mapping[str, Doorway]) -> Notary:
        """Return whoever sends buyers their contract in a form that lasts."""
        config = self.config
        return Notary(doorways, config.texts, config.name, config.shop.business)

    def desk(self, doorways: Mapping[str, Doorway], places: Mapping[str, str]) -> Desk:
        """Return the operator's desk at these doorways."""
        return Desk(
            self.book,
            self.media,
            self.words(),
            doorways,
            places,
            partial(self.may_judge, places),
            self.environment.operator_ids,
        )

    def privacy(self) -> PrivacyOffice:
        """Return whoever exports and erases what is stored about a person."""
        personal = Personal(self.database, self.book.clock)
        return PrivacyOffice(personal, self.book, self.media, self.links, self.environment.bgm_data / "exports")

    def report(self) -> Report:
        """Return whoever works the shop's figures out; drawn where packing is, so as not to wait for music."""
        config = self.config
        return Report(
            History(self.database),
            self.ledger,
            config.texts,
            config.name,
            config_file("fonts/Pretendard-Regular.otf", config.places),
            self.environment.bgm_data / "pictures",
            ZoneInfo(config.shop.timezone),
            self.book.clock,
            self.packing_table.run,
            config.menu.words,
        )

    def named(self, kind: str, item_id: str, locale: str) -> str:
        """Return what an id is called, where kinds are singular (``mood``)."""
        return self.config.name(f"{kind}s", item_id, locale)

    async def open(self) -> None:
        """Bring the database up to date.

        :raises BadSetting: if the media folder takes no files, or the engine's terms have not been accepted.
        """
        await asyncio.to_thread(_must_take_files, self.environment)
        await self.database.upgrade()
        if self._selling:
            await self.music.may_be_sold()

    async def warm(self) -> None:
        """Start the packing process ahead of the first verdict."""
        await self.packing_table.warm(*PACKING_NEEDS)

    async def close(self) -> None:
        """End the processes and close the database."""
        await self.packing_table.close()
        await self.music.close()
        await self.database.close()
