"""The words of the licence: ``licences/terms.toml`` read, checked and hashed."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from pydantic import Field, PrivateAttr, ValidationError, field_validator, model_validator

from bot.errors import BadSetting, Problem
from bot.orders.brief import STANDARD
from bot.settings.files import Strict, config_file, problems, read_toml
from bot.texts import language_of

FILE = "licences/terms.toml"
PLACEHOLDERS = frozenset(
    {
        "shop",
        "country",
        "price",
        "engine",
        "takes",
        "take",
        "platform",
        "account",
        "order",
        "mood",
        "code",
        "compared",
        "nearest",
    }
)
WORDS = (
    *("title", "number", "issued", "licensor", "licensee", "holder", "walk_in", "registration", "order", "payment"),
    *("unpaid", "length", "musical", "made_by", "basis", "training", "picked", "permitted", "forbidden", "terms"),
    *("files", "manifest", "marks", "marked", "proof", "scan", "signature", "signed", "key", "wording"),
    *("notice", "page", "tier", "fingerprint", "screening", "screened", "unscreened", "replaces"),
    "stars",
)
"""The headings that the certificate's template asks for."""


class Both(Strict):
    """The same words in both languages; ``{names}`` in braces are filled in."""

    ko: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @field_validator("ko", "en")
    @classmethod
    def _known_names(cls, value: str) -> str:
        if unknown := set(re.findall(r"{(.*?)}", value)) - PLACEHOLDERS:
            known = ", ".join(sorted(PLACEHOLDERS))
            message = f"unknown {{{min(unknown)}}}; known: {known}"
            raise ValueError(Problem(message, "reason-placeholder", name=min(unknown), known=known))
        return value

    def filled(self, **values: object) -> dict[str, str]:
        """Return both languages with their ``{names}`` filled in; braces inside a value stay as they are."""
        put = {name: str(value) for name, value in values.items()}
        return {
            language: re.sub(r"{(.*?)}", lambda found: put.get(found[1], found[0]), words)
            for language, words in (("ko", self.ko), ("en", self.en))
        }

    def say(self, locale: str) -> str:
        """Return the words in the reader's language."""
        return self.ko if language_of(locale) == "ko" else self.en


class Clause(Both):
    """A named sentence of the licence."""

    name: Both


class Grant(Strict):
    """What one purpose permits; ``scope`` replaces sentences of the general scope."""

    name: Both
    use: Both
    short: Both
    scope: dict[str, Both] = Field(default_factory=dict)


class TierTerms(Strict):
    """What a licence tier changes in the general scope; ``name`` is printed on the certificate."""

    name: Both
    scope: dict[str, Both] = Field(default_factory=dict)


class Terms(Strict):
    """``terms.toml``."""

    version: str = Field(min_length=1, max_length=40)
    track: Both
    opening: Both
    nature: Both
    scope: dict[str, Clause]
    purposes: dict[str, Grant] = Field(min_length=1)
    tiers: dict[str, TierTerms] = Field(default_factory=dict)
    exclusive: dict[str, Both] = Field(default_factory=dict)
    limits: tuple[Both, ...] = Field(min_length=1)
    terms: tuple[Clause, ...] = Field(min_length=1)
    disclosure: Both
    chosen: dict[str, Both]
    words: dict[str, Both]

    _sha256: str = PrivateAttr("")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := [word for word in WORDS if word not in self.words]:
            raise ValueError(_lacks("words", missing))
        if missing := [way for way in ("person", "shop") if way not in self.chosen]:
            raise ValueError(_lacks("chosen", missing))
        special = {f"purposes.{name}.scope": grant.scope for name, grant in self.purposes.items()}
        special |= {f"tiers.{name}.scope": tier.scope for name, tier in self.tiers.items()}
        for table, scope in (special | {"exclusive": self.exclusive}).items():
            if unknown := scope.keys() - self.scope.keys():
                message = f"[{table}] names {min(unknown)}, which [scope] does not have"
                raise ValueError(Problem(message, "reason-scope", table=table, name=min(unknown)))
        return self

    @property
    def sha256(self) -> str:
        """The hash of the file as it was read: what a certificate was issued under can be shown later."""
        return self._sha256

    def grant(self, purpose: str) -> Grant:
        """Return what a purpose permits. :raises BadSetting: if the file does not know it."""
        if purpose not in self.purposes:
            raise BadSetting([_missing(FILE, f"purposes.{purpose}", "moods.toml")])
        return self.purposes[purpose]

    def tier(self, name: str) -> TierTerms:
        """Return what a licence tier changes. :raises BadSetting: if the file does not know it."""
        if name not in self.tiers:
            raise BadSetting([_missing(FILE, f"tiers.{name}", "prices.toml")])
        return self.tiers[name]

    def scope_of(self, purpose: str, tier: str = STANDARD, *, exclusive: bool = False) -> list[dict[str, Any]]:
        """Return the scope of a licence in the file's order: name and words, each in both languages.

        What a tier says goes before what a purpose says, and exclusivity before both.
        """
        special = self.grant(purpose).scope | self.tier(tier).scope | (self.exclusive if exclusive else {})
        return [
            {"name": clause.name.filled(), "words": special.get(key, Both(ko=clause.ko, en=clause.en)).filled()}
            for key, clause in self.scope.items()
        ]


def _missing(file: Path | str, table: str, where: str) -> Problem:
    message = f"{file}: [{table}] is missing; {where} offers it"
    return Problem(message, "problem-table-missing", file=file, table=table, where=where)


def _lacks(table: str, names: Sequence[str]) -> Problem:
    return Problem(f"[{table}] lacks {', '.join(names)}", "reason-lacks", table=table, names=", ".join(names))


def load_terms(folders: Iterable[Path], purposes: Iterable[str] = (), tiers: Iterable[str] = ()) -> Terms:
    """Read the terms that count among the config folders; ``purposes`` and ``tiers`` are those the shop sells.

    :raises BadSetting: naming every wrong or missing key with its file.
    """
    path = config_file(FILE, folders)
    try:
        terms = Terms.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadSetting(problems(path, error)) from None
    if missing := [purpose for purpose in purposes if purpose not in terms.purposes]:
        raise BadSetting([_missing(path, f"purposes.{purpose}", "moods.toml") for purpose in missing])
    if missing := [tier for tier in tiers if tier not in terms.tiers]:
        raise BadSetting([_missing(path, f"tiers.{tier}", "prices.toml") for tier in missing])
    terms._sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return terms
