"""What does a file prove? Read without the network: certificate, signature, provenance, hash.

Each finding is one plain sentence, and says no more than was checked. "Proven" needs the shop's own key; with the key
that a certificate brings along, only that nobody changed it since that key signed it.
"""

import base64
import binascii
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.delivery.detector import CERTAIN, detect
from bot.delivery.playing import played, plays
from bot.delivery.provenance import read_manifest
from bot.delivery.record import check
from bot.errors import BadInput
from bot.finishing.likeness import Match, fingerprint, library, most_alike
from bot.orders.order import ALPHABET
from bot.texts import Texts, language_of

NUMBER = re.compile(rb"BGM-[%s]{5}-[%s]{5}" % (ALPHABET.encode(), ALPHABET.encode()))
HEAD = 1 << 18
"""Bytes at the start of a file in which its label is looked for."""

LARGEST_CERTIFICATE = 8 << 20
SHORTEST_LISTENED = 5
"""Seconds of a file that have to be there to tell what it sounds like."""

AUDIO = (".wav", ".mp3", ".flac", ".m4a", ".ogg", ".opus")


class Weight(StrEnum):
    """How much a finding says."""

    PROVEN = "proven"
    HINT = "hint"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked: a key of the texts, what fills it, and its weight.

    A value may be a moment, or the same words in each language; `said` writes both as their reader has them.
    """

    text: str
    values: Mapping[str, object]
    weight: Weight


@dataclass(frozen=True, slots=True)
class Witness:
    """What is known beforehand: the shop's public key and provenance root, the key of its inaudible mark, the record it
    issued for the file, and how the files in that are called on the buyer's machine."""

    key: Ed25519PublicKey | None = None
    root: str = ""
    issued: Mapping[str, Any] | None = None
    mark: bytes = b""
    names: Mapping[str, str] = field(default_factory=dict)


def examine(path: Path, witness: Witness, certificate: Path | None = None) -> list[Finding]:
    """Return what a file proves; ``certificate`` is a licence PDF or ``licence.json`` to hold it against. Blocks.

    :raises BadInput: if a file cannot be read, or ``certificate`` holds no record.
    """
    try:
        if path.suffix.lower() in (".pdf", ".json"):
            return _certificate(_envelope(path), witness)
        envelope = _envelope(certificate) if certificate else None
        return list(_audio(path, witness, envelope))
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}", text="error-unreadable-file", file=path.name) from error


def attached_record(pdf: bytes) -> dict[str, Any] | None:
    """Return the signed envelope inside a certificate, or None: one of the PDF's streams, packed or plain."""
    for found in re.finditer(rb"stream\r?\n", pdf):
        end = pdf.find(b"endstream", found.end())
        raw = pdf[found.end() : end]
        for content in (raw, _unpacked(raw)):
            if content.lstrip()[:9] == b'{"record"':
                envelope: dict[str, Any] = json.loads(content)
                return envelope
    return None


def _envelope(path: Path) -> dict[str, Any]:
    if path.stat().st_size > LARGEST_CERTIFICATE:
        raise BadInput(f"{path} is no certificate", text="error-no-certificate", file=path.name)
    content = path.read_bytes()
    try:
        found = attached_record(content) if content[:5] == b"%PDF-" else json.loads(content)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not isinstance(found.get("record"), dict):
        raise BadInput(f"{path} holds no record", text="error-no-certificate", file=path.name)
    return found


def _certificate(envelope: Mapping[str, Any], witness: Witness) -> list[Finding]:
    record = envelope["record"]
    number = str(record.get("certificate", ""))[:20]
    own = witness.key is not None
    try:
        check(envelope, witness.key or _brought_key(envelope))
    except BadInput:
        return [Finding("proof-signature-wrong", {"number": number}, Weight.AGAINST)]
    signed = "proof-signature-ours" if own else "proof-signature-intact"
    weight = Weight.PROVEN if own else Weight.HINT
    key = str(envelope["signature"].get("public_key", ""))[:64]
    return [
        Finding(signed, {"number": number, "key": key}, weight),
        Finding("proof-certificate", _told(record), Weight.HINT),
    ]


def _told(record: Mapping[str, Any]) -> dict[str, object]:
    """Return what is told of a certificate. :raises BadInput: if its record is none that a shop would write."""
    try:
        issued = datetime.fromisoformat(record["issued"])
        return {
            "issued": issued if issued.tzinfo else issued.replace(tzinfo=UTC),
            "licensor": str(record["licensor"]["name"]),
            "purpose": {language: str(words) for language, words in record["grant"]["purpose_name"].items()},
            "engine": str(record["engine"]["name"]),
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise BadInput("a record without its facts", text="error-record-signature") from error


def said(texts: Texts, locale: str, finding: Finding) -> str:
    """Return a finding as a sentence in the reader's language."""
    values = {name: _written(texts, locale, name, value) for name, value in finding.values.items()}
    return texts.say(locale, finding.text, **values)


def _written(texts: Texts, locale: str, name: str, value: object) -> object:
    match value:
        case datetime():
            return texts.on_paper(locale, value)
        case dict():
            return value.get(language_of(locale)) or value.get("en", "")
        case str() if name == "engine":
            return texts.engine(locale, value)
        case _:
            return value


def named_certificate(path: Path) -> str:
    """Return the certificate number that a file names in its manifest or label, "" if none. Blocks.

    :raises BadInput: if it cannot be read.
    """
    try:
        with path.open("rb") as file:
            labelled = NUMBER.search(file.read(HEAD))
        manifest = read_manifest(path) if path.suffix.lower() in AUDIO else None
    except OSError as error:
        raise BadInput(f"{path}: {error.strerror or error}", text="error-unreadable-file", file=path.name) from error
    return (manifest.certificate if manifest else "") or (labelled[0].decode() if labelled else "")


def _audio(path: Path, witness: Witness, envelope: Mapping[str, Any] | None) -> Iterator[Finding]:
    manifest = read_manifest(path, witness.root) if path.suffix.lower() in AUDIO else None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if manifest is None:
        yield Finding("proof-manifest-none", {}, Weight.HINT)
    else:
        weights = {"Trusted": Weight.PROVEN, "Valid": Weight.HINT}
        yield Finding(f"proof-manifest-{manifest.state.lower()}", {}, weights.get(manifest.state, Weight.AGAINST))
    heard = _heard(path, witness.mark)
    yield from heard
    envelope = envelope or witness.issued
    if envelope is None:
        number = named_certificate(path)
        yield Finding("proof-names-certificate" if number else "proof-no-certificate", {"number": number}, Weight.HINT)
        return
    signed = _certificate(envelope, witness)
    yield from signed
    if signed[0].weight is not Weight.AGAINST:
        made_here = any(one.weight is Weight.PROVEN for one in heard)
        yield _matched(digest, envelope["record"], witness.names, made_here=made_here)


def _heard(path: Path, key: bytes) -> list[Finding]:
    """Listen for the shop's inaudible mark, where its key is at hand and the file can be played."""
    if not key or path.suffix.lower() not in AUDIO:
        return []
    sound = played(path)
    if sound is None:
        text = "proof-mark-unplayable" if plays(path.suffix) else "proof-mark-m4a"
        return [Finding(text, {}, Weight.HINT)]
    heard = detect(*sound, key)
    values = {"score": f"{heard.score:.1f}", "needed": f"{CERTAIN:.1f}"}
    if heard.present:
        return [Finding("proof-mark-heard", values, Weight.PROVEN)]
    return [Finding("proof-mark-none", values, Weight.HINT)]


def recognised(path: Path, library_folder: Path) -> Match | None:
    """Return the shop's piece that a file sounds like, None if it is like none or cannot be played. Blocks.

    It says nothing about the file's bytes: a re-encoded or cut copy sounds like its original.
    """
    sound = played(path)
    if sound is None or sound[0].shape[1] < SHORTEST_LISTENED * sound[1]:
        return None
    match = most_alike(fingerprint(*sound), library(library_folder))
    return match if match is not None and match.relation != "different" else None


def _matched(digest: str, record: Mapping[str, Any], names: Mapping[str, str], *, made_here: bool) -> Finding:
    same = [file["name"] for file in record["files"] if file["sha256"] == digest]
    if same:
        return Finding("proof-file-same", {"name": names.get(same[0], same[0])}, Weight.PROVEN)
    return Finding("proof-file-other", {}, Weight.HINT if made_here else Weight.AGAINST)


def _brought_key(envelope: Mapping[str, Any]) -> Ed25519PublicKey:
    try:
        return Ed25519PublicKey.from_public_bytes(base64.b64decode(envelope["signature"]["public_key"], validate=True))
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise BadInput("the certificate brings no key", text="error-record-signature") from error


def _unpacked(raw: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(raw, LARGEST_CERTIFICATE)
    except zlib.error:
        return b""
