"""The claim kit: everything a buyer needs when a platform claims, mutes or blocks the music, in one file.

In: an order's certificate, its signed record and fingerprint, and the operator's ``licences/claims.toml``. Out: a ZIP
archive, and the dispute text of each platform ready to be pasted.
"""

import base64
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator

from bot.delivery.terms import Both
from bot.errors import BadSetting, Problem
from bot.settings.files import Strict, config_file, problems, read_toml
from bot.texts import LANGUAGES

FILE = "licences/claims.toml"
PLACEHOLDERS = frozenset({"shop", "country", "title", "number", "address", "order", "issued", "licensee", "purpose"})
UNNAMED = {"ko": "[이름 또는 채널]", "en": "[your name or channel]"}

_EPOCH = (2026, 1, 1, 0, 0, 0)
"""The date of every file in a kit: the same order gives the same bytes."""


class Words(Strict):
    """A longer text in both languages; ``{names}`` in braces are filled in."""

    ko: str = Field(min_length=1)
    en: str = Field(min_length=1)

    @field_validator("ko", "en")
    @classmethod
    def _known_names(cls, value: str) -> str:
        if unknown := set(re.findall(r"{(.*?)}", value)) - PLACEHOLDERS:
            known = ", ".join(sorted(PLACEHOLDERS))
            message = f"unknown {{{min(unknown)}}}; known: {known}"
            raise ValueError(Problem(message, "reason-placeholder", name=min(unknown), known=known))
        return value.strip()

    def filled(self, language: str, values: Mapping[str, str]) -> str:
        """Return the words in one language; braces inside a value stay as they are."""
        words = self.ko if language == "ko" else self.en
        return re.sub(r"{(.*?)}", lambda found: values.get(found[1], found[0]), words)


class Platform(Strict):
    """A platform: its name, where to press, and what to send."""

    name: Both
    steps: Words
    text: Words


class ClaimBook(Strict):
    """``claims.toml``."""

    readme: Words
    platforms: dict[str, Platform] = Field(min_length=1, max_length=25)


def load_claims(folders: Iterable[Path]) -> ClaimBook:
    """Read the claim texts that count among the config folders. :raises BadSetting: naming every wrong key."""
    path = config_file(FILE, folders)
    try:
        return ClaimBook.model_validate(read_toml(path))
    except ValidationError as error:
        raise BadSetting(problems(path, error)) from None


@dataclass(frozen=True, slots=True)
class Case:
    """What a kit is made of: the signed envelope, the certificate PDF, and the fingerprint's bytes (b"" if none)."""

    envelope: Mapping[str, Any]
    pdf: bytes
    record: bytes
    fingerprint: bytes
    values: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]

    @classmethod
    def of(
        cls,
        envelope: Mapping[str, Any],
        pdf: bytes,
        record: bytes,
        fingerprint: bytes,
        address: str,
        names: Mapping[str, str],
    ) -> Self:
        """Return the case of a certificate; ``address`` is where it is checked, ``names`` are those of the buyer's
        files, by the names in the record."""
        record_ = envelope["record"]
        person = record_["licensee"]
        shared = {
            "shop": record_["licensor"]["name"],
            "country": record_["licensor"]["country"],
            "number": record_["certificate"],
            "address": address,
            "order": record_["order"]["id"],
            "issued": record_["issued"][:10],
        }
        values = {
            language: shared
            | {
                "title": record_["work"]["title"][language],
                "purpose": record_["grant"]["use"][language],
                # An account's number helps nobody at a platform: whoever gave no name fills it in.
                "licensee": person["name"] or UNNAMED[language],
            }
            for language in LANGUAGES
        }
        return cls(envelope, pdf, record, fingerprint, values, names)


def dispute(book: ClaimBook, case: Case, platform: str, language: str) -> tuple[str, str]:
    """Return where to press on a platform, and the text to send, in one language. :raises KeyError: if unknown."""
    one = book.platforms[platform]
    return one.steps.filled(language, case.values[language]), one.text.filled(language, case.values[language])


def kit(book: ClaimBook, case: Case) -> bytes:
    """Return the kit as a ZIP archive; the same case gives the same bytes."""
    files: dict[str, bytes] = {"licence.pdf": case.pdf, "licence.json": case.record}
    files["fingerprint.txt"] = _fingerprint(case).encode()
    for language in LANGUAGES:
        files[f"README.{language}.txt"] = _text(book.readme.filled(language, case.values[language]))
        for name, platform in book.platforms.items():
            steps, text = dispute(book, case, name, language)
            heading = platform.name.say(language)
            files[f"{name}.{language}.txt"] = _text(f"{heading}\n\n{steps}\n\n{'-' * 40}\n\n{text}")
    drawn = io.BytesIO()
    with zipfile.ZipFile(drawn, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return drawn.getvalue()


def _text(words: str) -> bytes:
    """Return words as a file that every editor opens: UTF-8 with a mark, lines ended as Windows ends them."""
    return (words.strip() + "\n").replace("\n", "\r\n").encode("utf-8-sig")


def _fingerprint(case: Case) -> str:
    record = case.envelope["record"]
    lines = [f"{record['certificate']}  {record['work']['title']['en']}", ""]
    lines += [f"SHA-256 {file['sha256']}  {case.names.get(file['name'], file['name'])}" for file in record["files"]]
    if case.fingerprint:
        lines += ["", f"Acoustic fingerprint (bgm-kiosk fingerprint 1, SHA-256 {record['work']['fingerprint']}):"]
        lines.append(base64.b64encode(case.fingerprint).decode())
    return "\n".join(lines) + "\n"
