"""The shop as it shows itself: its door, and what can be asked for, in both languages."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.texts import language_of


@dataclass(frozen=True, slots=True)
class Item:
    """One thing of the menu in both languages: its name, one line about it, and words by which it may be meant."""

    id: str
    name: Mapping[str, str]
    about: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    def named(self, locale: str) -> str:
        """Return its name as the reader writes it."""
        return self.name[language_of(locale)]

    def described(self, locale: str) -> str:
        """Return the line about it."""
        return self.about.get(language_of(locale), "")


@dataclass(frozen=True, slots=True)
class Menu:
    """What can be asked for, in words; the same ids in the same order as the `Catalogue`. ``tiers`` are the licence
    tiers."""

    moods: tuple[Item, ...]
    styles: tuple[Item, ...]
    purposes: tuple[Item, ...]
    instruments: tuple[Item, ...] = ()
    tiers: tuple[Item, ...] = ()

    def items(self, kind: str) -> tuple[Item, ...]:
        """Return the items of ``mood``, ``style``, ``purpose``, ``instrument`` or ``tier``."""
        kinds = {"mood": self.moods, "style": self.styles, "purpose": self.purposes, "tier": self.tiers}
        return (kinds | {"instrument": self.instruments})[kind]

    @property
    def words(self) -> frozenset[str]:
        """Every word by which something can be chosen, in every language."""
        items = (*self.moods, *self.styles, *self.purposes, *self.instruments)
        return frozenset(word for item in items for word in (item.id, *item.name.values(), *item.words))

    def name(self, locale: str, kind: str, item_id: str) -> str:
        """Return an item's name, or its id if the operator has taken it off the menu since."""
        return next((item.named(locale) for item in self.items(kind) if item.id == item_id), item_id)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands on the shop's door: its name, whom to write to, and who is responsible.

    ``business`` are the (key, value) pairs of ``[business]`` in ``config/shop.toml`` that buyers may see; ``engine`` is
    the id of the engine that composes.
    """

    name: str
    contact: str = ""
    timezone: str = "Asia/Seoul"
    business: tuple[tuple[str, str], ...] = ()
    engine: str = ""
