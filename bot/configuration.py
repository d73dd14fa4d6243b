"""The config folder as the shop reads it, at its start and at every checkup."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.commands.front import Front, Item, Menu
from bot.delivery.claims import ClaimBook, load_claims
from bot.delivery.terms import Terms, load_terms
from bot.errors import BadSetting, Problem
from bot.generation.prompts import load_presets
from bot.orders.brief import Catalogue
from bot.orders.policy import Policy
from bot.orders.pricing import PriceList
from bot.settings.files import config_file, folders
from bot.settings.moods import Instrument, Mood, MoodBook, Purpose, Style, load_moods
from bot.settings.prices import Prices, Tier, load_prices
from bot.settings.shop import Shop, known_folder, load_shop, soundfont
from bot.texts import LANGUAGES, Texts, language_of, machine_language

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Config:
    """The config folder as it was read: every file checked, all problems reported at once."""

    places: tuple[Path, ...]
    shop: Shop
    prices: Prices
    moods: MoodBook
    texts: Texts
    terms: Terms
    claims: ClaimBook

    @classmethod
    def read(cls, own: Path | None) -> "Config":
        """Read the default set and the operator's folder over it. :raises BadSetting: naming everything wrong."""
        places, problems = folders(own), list[Problem]()

        def tried(read: Callable[[], T]) -> T | None:
            try:
                return read()
            except BadSetting as error:
                problems.extend(error.problems)
                return None

        shop = tried(lambda: load_shop(places))
        prices = tried(lambda: load_prices(places))
        moods = tried(lambda: load_moods(config_file("moods.toml", places)))
        terms = tried(lambda: load_terms(places, moods.purposes if moods else (), prices.tiers if prices else ()))
        claims = tried(lambda: load_claims(places))
        texts = tried(lambda: Texts(places, shop.timezone if shop else "UTC"))
        tried(lambda: load_presets(config_file("presets.toml", places)))
        if shop:
            tried(lambda: soundfont(places))
            tried(lambda: known_folder(places))
        if problems or not (shop and prices and moods and terms and claims and texts):
            raise BadSetting(problems)
        return cls(places, shop, prices, moods, texts, terms, claims)

    @property
    def catalogue(self) -> Catalogue:
        """What can be asked for."""
        known, work = self.moods.catalogue(), self.shop.work
        return Catalogue(
            *(
                known.moods,
                known.styles,
                known.purposes,
                known.instruments,
                work.shortest_seconds,
                work.longest_seconds,
            ),
            tiers=tuple(self.prices.tiers),
            extras=self.prices.extras,
        )

    @property
    def menu(self) -> Menu:
        """What can be asked for, in words."""
        book = self.moods
        return Menu(
            *(_items(book.moods), _items(book.styles), _items(book.purposes), _items(book.instruments)),
            tiers=_items(self.prices.tiers),
        )

    @property
    def price_list(self) -> PriceList:
        """The prices in the shop's currency."""
        return self.prices.price_list()

    @property
    def policy(self) -> Policy:
        """The promises in numbers."""
        return self.shop.policy()

    @property
    def operator_language(self) -> str:
        """The language the operator is spoken to in, until they are heard in another."""
        return self.shop.language or machine_language(os.environ)

    def front(self, engine: str) -> Front:
        """What stands on the shop's door."""
        business = self.shop.business
        shown = ("owner", "registration", "address", "email", "phone")
        lines = tuple((name, value) for name in shown if (value := getattr(business, name)))
        return Front(business.name, business.email, self.shop.timezone, lines, engine)

    def name(self, kind: str, item_id: str, locale: str) -> str:
        """Return what an id of moods.toml (or a licence tier) is called; ids that are gone stand for themselves."""
        entries: Mapping[str, Mood | Style | Purpose | Instrument | Tier]
        entries = self.prices.tiers if kind == "tiers" else getattr(self.moods, kind)
        entry = entries.get(item_id)
        return getattr(entry.name, language_of(locale)) if entry else item_id


def _items(
    entries: Mapping[str, Mood]
    | Mapping[str, Style]
    | Mapping[str, Purpose]
    | Mapping[str, Instrument]
    | Mapping[str, Tier],
) -> tuple[Item, ...]:
    found = []
    for item_id, entry in entries.items():
        about = getattr(entry, "about", None)
        words = getattr(entry, "words", None)
        found.append(
            Item(
                item_id,
                {language: getattr(entry.name, language) for language in LANGUAGES},
                {language: getattr(about, language) for language in LANGUAGES} if about else {},
                tuple(word for language in LANGUAGES for word in getattr(words, language)) if words else (),
            )
        )
    return tuple(found)
