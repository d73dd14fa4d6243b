"""E-mail: the parcel as a letter with the files inside, or with the link where they are too large.

One setting opens it, ``SMTP_URL``: ``smtp://user:password@host:587`` (STARTTLS where the server offers it, and always
where a password is sent) or ``smtps://user:password@host:465`` (TLS from the first byte), with ``?from=shop@example``
where the sender is not the user.
"""

import ipaddress
import re
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as CRLF
from email.policy import SMTPUTF8
from email.utils import format_datetime
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from bot.errors import BadInput, BadSetting, Problem, Refused, TryLater

ATTACHED_MIB: Final = 12
"""Files of this size together, three quarters of the 16-25 MiB that common mail providers take once encoded."""

TIMEOUT: Final = 30.0
"""Seconds for each step of talking to the mail server."""

BUSY_WAIT, BROKEN_WAIT = 60.0, 300.0
"""Seconds until a server that asked for patience, or that cannot be used at all, is tried again."""

_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\\\"\x00-\x20]{1,64}@[^\s@<>()\[\],;:\\\"\x00-\x20]{1,255}")
_LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a letter: name, media type (``audio/mpeg``), content."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One e-mail. ``id`` is the same for every attempt at it; ``sent`` is its date (UTC)."""

    to: str
    subject: str
    text: str
    html: str
    id: str
    sent: datetime
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Server:
    """``SMTP_URL`` as it was read. ``tls`` is from the first byte; otherwise STARTTLS as far as the server can."""

    host: str
    port: int
    tls: bool
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"Server({self.host}:{self.port})"


def read_server(url: str, sender: str) -> Server:
    """Read ``SMTP_URL``; ``sender`` is the shop's address, used where the URL names none.

    :raises BadSetting: naming what is wrong, never the password.
    """
    message = "SMTP_URL: write smtp://user:password@host:587?from=shop@example or smtps://…:465"
    wrong = Problem(message, "problem-smtp")
    try:
        parts = urlsplit(url)
        port = parts.port or {"smtp": 587, "smtps": 465}[parts.scheme]
    except (KeyError, ValueError):
        raise BadSetting([wrong]) from None
    user = unquote(parts.username or "")
    named = parse_qs(parts.query).get("from", [""])[0] or sender or (user if "@" in user else "")
    if not parts.hostname:
        raise BadSetting([wrong])
    try:
        address = read_address(named)
    except BadInput:
        message = "SMTP_URL: nobody to send as; add ?from=… or fill in business.email in shop.toml"
        raise BadSetting([Problem(message, "problem-sender")]) from None
    return Server(parts.hostname, port, parts.scheme == "smtps", user, unquote(parts.password or ""), address)


def read_address(typed: str) -> str:
    """Return an e-mail address as it is written to: the domain in lower case and ASCII (IDNA), white space gone.

    :raises BadInput: if it is none (RFC 5321 lengths; no comments, quotes or lists).
    """
    text = typed.strip()
    wrong = BadInput("no e-mail address", text="error-mail-address", value=text[:60])
    if not _ADDRESS.fullmatch(text) or len(text) > 254:
        raise wrong
    local, _, domain = text.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise wrong from None
    labels = host.split(".")
    if len(labels) < 2 or labels[-1].isdigit() or not all(_LABEL.fullmatch(label) for label in labels):
        raise wrong
    if local.startswith(".") or local.endswith(".") or ".." in local:
        raise wrong
    return f"{local}@{host}"


def veiled(address: str) -> str:
    """Return an address as it may be shown on a screen that others see: ``m…a@example.com``."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…{local[-1:] if len(local) > 1 else ''}@{domain}"


def address_note(customer: str) -> str:
    """Return the name of the note that holds a buyer's address; an empty note is a forgotten address."""
    return f"mail:{customer}"


class Mailer:
    """Sends letters through the operator's mail server. ``shop`` is the name the letters come from."""

    def __init__(self, server: Server, shop: str, *, trust: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._shop = shop
        self._trust = trust
        self.most_bytes = ATTACHED_MIB << 20

    async def send(self, letter: Letter) -> None:
        """Send a letter.

        :raises Refused: if the server will never take it for this address.
        :raises TryLater: if it may later (greylisting, outages), or the operator has to mend something first (a wrong
            password, a certificate nobody vouches for): the queue tries for hours and then tells the operator.
        """
        message = self._written(letter)
        async with self._talking() as client:
            await client.send_message(message, sender=self._server.sender, recipients=[letter.to])

    async def greet(self) -> None:
        """Ring at the mail server and log in; nothing is sent. :raises TryLater: saying what is in the way."""
        async with self._talking() as client:
            await client.noop()

    @asynccontextmanager
    async def _talking(self) -> AsyncIterator[aiosmtplib.SMTP]:
        server = self._server
        client = aiosmtplib.SMTP(
            hostname=server.host, port=server.port, timeout=TIMEOUT, use_tls=server.tls, start_tls=False,
            tls_context=self._trust,
        )  # fmt: skip
        try:
            async with client:
                await self._secured(client)
                yield client
        except aiosmtplib.SMTPException as error:
            raise _in_shop_words(error, server.host) from None
        except ssl.SSLError as error:
            raise _untrusted(error, server.host) from None
        except OSError as error:
            message = f"the mail server cannot be reached: {type(error).__name__}: {error}"
            raise TryLater(message, after=BUSY_WAIT, text="smtp-away", server=server.host) from None

    async def _secured(self, client: aiosmtplib.SMTP) -> None:
        """Turn to TLS where it can be had, and log in; a password is never sent in the open but on this machine."""
        server = self._server
        if not server.tls:
            await client.ehlo()
            if client.supports_extension("starttls"):
                await client.starttls(tls_context=self._trust)
            elif server.password and not _is_here(server.host):
                message = "the mail server offers no TLS, so the password is not sent"
                raise TryLater(message, after=BROKEN_WAIT, text="smtp-open", server=server.host)
        if server.user:
            await client.login(server.user, server.password)

    def _written(self, letter: Letter) -> EmailMessage:
        message = EmailMessage(policy=CRLF if letter.to.isascii() else SMTPUTF8)
        message["From"] = Address(self._shop, addr_spec=self._server.sender)
        message["To"] = Address(addr_spec=letter.to)
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(letter.sent)
        message["Message-ID"] = f"<{letter.id}@{self._server.sender.rpartition('@')[2]}>"
        # Not a newsletter, and no out-of-office notes back, please (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        for one in letter.attachments:
            main, _, sub = one.type.partition("/")
            message.add_attachment(one.content, maintype=main, subtype=sub, filename=one.name)
        return message


def within(sizes: Sequence[int], most: int) -> int:
    """Return how many files, taken in order, fit together into ``most`` bytes."""
    total = 0
    for count, size in enumerate(sizes):
        total += size
        if total > most:
            return count
    return len(sizes)


def _untrusted(error: BaseException, host: str) -> TryLater:
    return TryLater(f"mail server: no safe connection: {error}", after=BROKEN_WAIT, text="smtp-untrusted", server=host)


def _in_shop_words(error: aiosmtplib.SMTPException, host: str) -> Refused | TryLater:
    """Return the shop's error. Only what a server says of address or letter is final; replies by RFC 5321, 4.2.1."""
    match error:
        case aiosmtplib.SMTPAuthenticationError():
            return TryLater("the mail server refuses user or password", after=BROKEN_WAIT, text="smtp-login")
        case aiosmtplib.SMTPRecipientsRefused():
            codes = ", ".join(str(one.code) for one in error.recipients)
            if all(one.code >= 500 for one in error.recipients):
                return Refused(f"address refused ({codes})", text="smtp-address", code=codes)
            return TryLater(f"not now ({codes})", after=BUSY_WAIT, text="smtp-busy", code=codes)
        case aiosmtplib.SMTPDataError() if error.code >= 500:
            return Refused(f"letter refused ({error.code})", text="smtp-letter", code=str(error.code))
        case aiosmtplib.SMTPSenderRefused() if error.code >= 500:
            message = f"sender refused ({error.code})"
            return TryLater(message, after=BUSY_WAIT, text="smtp-sender", code=str(error.code))
        case aiosmtplib.SMTPResponseException():
            return TryLater(f"mail server: {error.code}", after=BUSY_WAIT, text="smtp-busy", code=str(error.code))
        case aiosmtplib.SMTPConnectError() if isinstance(error.__cause__, ssl.SSLError):
            return _untrusted(error.__cause__, host)
        case aiosmtplib.SMTPConnectError():
            return TryLater(
                f"the mail server cannot be reached: {error}", after=BUSY_WAIT, text="smtp-away", server=host
            )
        case _:
            return TryLater(f"mail server: {type(error).__name__}: {error}", after=BUSY_WAIT, text="smtp-broken")


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
