"""The licence certificate as a PDF: the operator's template, filled by a signed record.

Everything a person typed reaches the template as JSON and is shown as plain text; typst never reads it as markup. The
result is PDF/A-3 with the signed record attached, and the same record gives the same bytes.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import segno
import typst

from bot.delivery.record import PLATFORMS, canonical, spoken, written
from bot.delivery.terms import Terms
from bot.errors import BadSetting, Problem
from bot.orders.pricing import STARS, Money
from bot.settings.files import config_file
from bot.texts import Texts, language_of

REFERENCE = 24
"""Most letters of a payment's reference on the page: Stripe's are over 60 long, Telegram's over 100."""

TEMPLATE = "licences/certificate.typ"
STANDARD: Final = "a-3a"


@dataclass(frozen=True, slots=True)
class Printer:
    """What every certificate is printed with: the template, the fonts, the words; ``texts`` write dates and engines as
    people read them."""

    template: Path
    fonts: tuple[Path, ...]
    terms: Terms
    texts: Texts

    @classmethod
    def of(cls, folders: Sequence[Path], terms: Terms, texts: Texts) -> "Printer":
        """Return a printer for the config folders (the default set first)."""
        fonts = tuple(folder / "fonts" for folder in folders if (folder / "fonts").is_dir())
        return cls(config_file(TEMPLATE, folders), fonts, terms, texts)

    def page(
        self,
        envelope: Mapping[str, Any],
        locale: str,
        address: str,
        peaks: Sequence[int],
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> dict[str, str]:
        """Return what the template is given: the envelope to attach, and everything it shows.

        ``address`` is where the QR code leads; ``peaks`` are heights of 0 to 100 that draw the music's shape; ``names``
        are those the files have on the buyer's machine, by the names in the record. What is shown is written for
        people; the attached record keeps every value as it was signed.
        """
        record = envelope["record"]
        shown = {
            "record": record,
            "language": language_of(locale),
            "words": {key: words.filled() for key, words in self.terms.words.items()},
            "holder": self._holder(record),
            "payment": self._payment(record, locale),
            "length": {"ko": _length(record, "초"), "en": _length(record, " s")},
            "musical": " · ".join(filter(None, (_tempo(record), record["work"]["key"]))),
            "engine": self.texts.engine(locale, record["engine"]["name"], record["engine"]["model"]),
            "build": _build(record["engine"]),
            "basis": _basis(record),
            "picked": self._picked(record),
            "screened": self._screened(record),
            "issued": self.texts.on_paper(locale, issued_at(record)),
            "issued_utc": record["issued"],
            "names": {file["name"]: names.get(file["name"], file["name"]) for file in record["files"]},
            "sizes": {file["name"]: size_of(file["size"]) for file in record["files"]},
            "peaks": [max(0, min(100, int(peak))) for peak in peaks],
            "qr": _qr(address),
            "address": address,
            "public_key": envelope["signature"]["public_key"],
            "signature": envelope["signature"]["value"],
        }
        return {"data": json.dumps(shown, ensure_ascii=False), "envelope": canonical(envelope).decode()}

    def print(self, envelope: Mapping[str, Any], locale: str, address: str, peaks: Sequence[int] = ()) -> bytes:
        """Return the PDF. Blocks for a few tenths of a second: call it away from the event loop.

        :raises BadSetting: if the operator's template cannot be set, with typst's own explanation.
        """
        page = self.page(envelope, locale, address, peaks)
        return set_page(self.template, self.fonts, page, issued_at(envelope["record"]))

    def _holder(self, record: Mapping[str, Any]) -> dict[str, str]:
        person = record["licensee"]
        platform = PLATFORMS.get(person["platform"])
        if platform is None:
            return self.terms.words["walk_in"].filled(order=record["order"]["id"])
        return self.terms.words["holder"].filled(platform=platform, account=person["account"])

    def _payment(self, record: Mapping[str, Any], locale: str) -> str:
        payment = record["payment"]
        if not payment or not payment["amount"]:
            return self.terms.words["unpaid"].say(locale)
        money = written(Money(payment["amount"], payment["currency"]), self.terms, language_of(locale))
        reference = _short(payment["reference"])
        if payment["currency"] == STARS:  # which says already how it was paid
            return f"{money} · {reference}"
        key = f"paid-by-{payment['provider']}"
        provider = self.texts.say(locale, key) if self.texts.has(locale, key) else payment["provider"]
        return f"{money} · {provider} {reference}"

    def _screened(self, record: Mapping[str, Any]) -> dict[str, str]:
        screening = record["screening"]
        if not screening["compared"]:
            return self.terms.words["unscreened"].filled()
        return self.terms.words["screened"].filled(compared=screening["compared"], nearest=screening["nearest"])

    def _picked(self, record: Mapping[str, Any]) -> dict[str, str]:
        picked = record["picked"]
        return self.terms.chosen[picked["by"]].filled(takes=picked["of"], take=picked["take"])


def _short(reference: str) -> str:
    """Return a payment's reference as it fits on the page; the attached record has all of it."""
    return reference if len(reference) <= REFERENCE else f"{reference[: REFERENCE - 9]}…{reference[-8:]}"


def set_page(template: Path, fonts: Sequence[Path], inputs: dict[str, str], issued: datetime) -> bytes:
    """Set a template with typst and return the PDF/A bytes; no font or package from outside is used.

    :raises BadSetting: with typst's explanation if the template is wrong.
    """
    try:
        pdf = typst.compile(
            template,
            root=template.parent,
            font_paths=[*fonts],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs=inputs,
            pdf_standards=[STANDARD],
            timestamp=issued,
        )
    except typst.TypstError as error:
        message = f"{template}: {error.message}"
        raise BadSetting([Problem(message, "problem-template", file=template, error=error.message)]) from error
    assert isinstance(pdf, bytes)
    return pdf


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, dark="#16202e")
    return drawn.getvalue().decode()


def _length(record: Mapping[str, Any], unit: str) -> str:
    seconds = record["work"]["milliseconds"] / 1000
    whole = f"{seconds:.3f}".rstrip("0").rstrip(".")
    return f"{int(seconds // 60)}:{seconds % 60:04.1f} ({whole}{unit})" if seconds >= 60 else f"{whole}{unit}"


def _build(engine: Mapping[str, Any]) -> str:
    """Return the engine as whoever wants to make the same sound again has to name it."""
    return f"{spoken(engine['name'], engine['model'])} {engine['revision']}".strip()


def _tempo(record: Mapping[str, Any]) -> str:
    tempo = record["work"]["tempo_bpm"]
    return f"{tempo} BPM" if tempo else ""


def _basis(record: Mapping[str, Any]) -> str:
    engine = record["engine"]
    parts = (engine["weights_licence"], engine["code_licence"], engine["condition"], engine["link"])
    return " · ".join(dict.fromkeys(filter(None, parts)))


def size_of(octets: int) -> str:
    """Return a file's size as people read it: ``5.9 MB``, ``87 kB``, ``19 B``."""
    if octets >= 1_000_000:
        return f"{octets / 1_000_000:.1f} MB"
    return f"{octets / 1000:.0f} kB" if octets >= 1000 else f"{octets} B"


def issued_at(record: Mapping[str, Any]) -> datetime:
    """Return when a certificate was issued (UTC). :raises ValueError: if its record holds no such moment."""
    issued = datetime.fromisoformat(record["issued"])
    return issued if issued.tzinfo else issued.replace(tzinfo=UTC)
