"""Looking at a file that somebody brings: what it proves, whose piece it is, whether the licence still stands.

Anybody may ask, on the page and in every chat, so the work is bounded (`LARGEST`, `LISTENED`), done in a process, and
no answer says who bought what for how much.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bot.delivery.parcel import buyer_name
from bot.delivery.proof import AUDIO, Finding, Weight, Witness, examine, named_certificate, recognised
from bot.errors import BadInput, NotFound
from bot.finishing.likeness import LIBRARY
from bot.orders.order import Order, State
from bot.screens import Tone
from bot.storage.media import Media

LARGEST = 64 << 20
"""Bytes of a file that is looked at: two minutes of studio quality, a quarter of an hour of anything compressed."""

NAMED, UNKNOWN = "proof-names-certificate", "proof-unknown"
SEALED = ("proof-signature-ours", "proof-manifest-trusted")
"""What nobody but this shop can have made, also where its order book knows nothing of it: orders made at the terminal
(``bgm order``) stand in no book, and a book may have been brought back from before an order."""

ENDED = (State.REFUNDING, State.REFUNDED, State.CANCELLED)


class Book(Protocol):
    """Where certificates and orders are looked up."""

    async def get(self, order_id: str) -> Order:
        """Return an order. :raises NotFound: if there is none with that id."""
        ...

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return a small note, such as which order a certificate belongs to."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How a certificate stands: its signed envelope, whether its licence ended, which one replaced it (""), how the
    files that it names are called on the buyer's machine, and the SHA-256 of its PDF ("": not known any more)."""

    envelope: dict[str, Any]
    ended: bool
    newer: str
    names: Mapping[str, str] = field(default_factory=dict)
    paper: str = ""

    @property
    def stands(self) -> bool:
        """Whether the licence is good, under this number or a newer one."""
        return not self.ended


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of a look: findings in the order they were made, and the certificate they lead to ("")."""

    findings: tuple[Finding, ...]
    certificate: str

    @property
    def tone(self) -> Tone:
        """What they come to, wherever it is shown: proven, nothing proven, or something speaks against it."""
        weights = {finding.weight for finding in self.findings}
        if Weight.AGAINST in weights:
            return Tone.BAD
        return Tone.GOOD if Weight.PROVEN in weights else Tone.WAIT


@dataclass(frozen=True, slots=True)
class Inspector:
    """Looks at files with what the shop knows: its public key, provenance root, the key of its mark, its pieces.

    ``away`` runs what would block elsewhere and returns its result. One file is looked at at a time.
    """

    book: Book
    media: Media
    key: bytes
    root: str
    mark: bytes
    away: Callable[..., Awaitable[Any]]
    turn: asyncio.Semaphore

    async def standing(self, number: str) -> Standing:
        """Return how a certificate of this shop stands. :raises NotFound: if there is none of that number."""
        note = await self.book.recall(f"certificate:{number}")
        if not note:
            raise NotFound(f"no certificate {number!r}", text="error-certificate-unknown", number=number)
        order = await self.book.get(note["order"])
        path = await self.media.fetch(note["record"])
        try:
            envelope = await asyncio.to_thread(_read, path)
        except (OSError, ValueError):
            raise NotFound(f"{number}: no record", text="error-certificate-unknown", number=number) from None
        certificate = order.data.get("certificate", {})
        counts = certificate.get("number", number)
        paper = certificate.get("file", {}).get("sha256", "") if counts == number else ""
        names = {file["name"]: buyer_name(order, file) for file in envelope["record"]["files"]}
        return Standing(envelope, order.state in ENDED, "" if counts == number else counts, names, paper)

    async def inspect(self, path: Path) -> Seen:
        """Return what a file proves: its labels, manifest, mark, and the piece it sounds like.

        :raises BadInput: if it cannot be read; :raises EngineFailed: if looking at it broke the process.
        """
        async with self.turn:
            number = await self.away(named_certificate, path)
            alike: list[Finding] = []
            if not number and path.suffix.lower() in AUDIO:
                folder = await self.media.fetch_folder(LIBRARY)
                match = await self.away(recognised, path, folder)
                if match is not None:
                    number = await self._number_of(match.name)
                    relation, percent = match.relation, round(100 * match.agreement)
                    alike.append(
                        Finding(f"proof-sounds-{relation}", {"percent": percent, "number": number}, Weight.HINT)
                    )
                    # What is only like a piece is not that piece.
                    number = number if relation == "duplicate" else ""
            issued, names, after = await self._known(number, path)
            findings = await self.away(examine_as, path, self.root, self.key, issued, self.mark, names)
        if any(finding.text in SEALED for finding in findings):
            after = [
                Finding("proof-unlisted", one.values, Weight.HINT) if one.text == UNKNOWN else one for one in after
            ]
        if after:  # which says what the book knows of the certificate that the file names
            findings = [finding for finding in findings if finding.text != NAMED]
        return Seen((*findings, *alike, *after), number if issued else "")

    async def _number_of(self, name: str) -> str:
        """Return the certificate of a piece in the library (``<order>-r1``), "" if it was never delivered."""
        try:
            order = await self.book.get(name.partition("-")[0])
        except NotFound:
            return ""
        return str(order.data.get("certificate", {}).get("number", ""))

    async def _known(
        self, number: str, path: Path
    ) -> tuple[Mapping[str, Any] | None, Mapping[str, str], list[Finding]]:
        if not number:
            return None, {}, []
        try:
            standing = await self.standing(number)
        except NotFound:
            return None, {}, [Finding(UNKNOWN, {"number": number}, Weight.AGAINST)]
        after = []
        if standing.paper and path.suffix.lower() == ".pdf":
            after.append(await asyncio.to_thread(_on_paper, path, standing.paper))
        if standing.ended:
            after.append(Finding("proof-ended", {}, Weight.AGAINST))
        if standing.newer:
            after.append(Finding("proof-replaced", {"number": standing.newer}, Weight.HINT))
        return standing.envelope, standing.names, after


def examine_as(
    path: Path, root: str, key: bytes, issued: Mapping[str, Any] | None, mark: bytes, names: Mapping[str, str]
) -> list[Finding]:
    """Do what `examine` does, with arguments plain enough to travel to another process."""
    return examine(path, Witness(Ed25519PublicKey.from_public_bytes(key), root, issued, mark, names))


def safe_suffix(name: str) -> str:
    """Return the ending that a brought file is kept under. :raises BadInput: if nothing is proven by such a file."""
    suffix = Path(name).suffix.lower()
    if suffix not in (*AUDIO, ".pdf", ".json"):
        raise BadInput(f"{suffix!r} is not looked at", text="error-verify-kind", kinds=", ".join(AUDIO))
    return suffix


def _on_paper(path: Path, paper: str) -> Finding:
    """Say whether a PDF is the one that was issued: signed is the record in it, not what its pages show."""
    if hashlib.sha256(path.read_bytes()).hexdigest() == paper:
        return Finding("proof-paper-same", {}, Weight.PROVEN)
    return Finding("proof-paper-other", {}, Weight.AGAINST)


def _read(path: Path) -> dict[str, Any]:
    envelope: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return envelope
