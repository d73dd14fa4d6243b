"""Letters to a real SMTP server on loopback: what it takes, what it refuses, and what it wants asked again."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default as modern
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.delivery.mail import Attachment, Letter, Mailer, Server, address_note, read_address, read_server, veiled
from bot.delivery.parcel import Wrapping
from bot.delivery.postman import Postman
from bot.delivery.status import StatusBoard
from bot.errors import BadInput, BadSetting, Refused, TryLater
from bot.orders.facts import HandedOver, WayClosed
from bot.orders.order import State
from bot.storage.media import Media
from tests.delivery import shop

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LETTER = Letter(
    "mina@example.com", "음악이 도착했어요", "본문\n.점으로 시작하는 줄\n", "<p>본문</p>", "k7q2.1.bgm-1", NOON,
    (Attachment("노래-licence.pdf", "application/pdf", bytes(range(256)) * 40),),
)  # fmt: skip


class PostOffice:
    """A mail server that keeps what it takes; ``answers`` are given instead of its own, by command, in order."""

    def __init__(self) -> None:
        self.taken: list[tuple[Envelope, EmailMessage]] = []
        self.answers: dict[str, list[str]] = {}
        self.secured: list[bool] = []

    def _answer(self, command: str) -> str | None:
        waiting = self.answers.get(command)
        return waiting.pop(0) if waiting else None

    async def handle_MAIL(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._answer("MAIL"):
            return answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if answer := self._answer("RCPT"):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if answer := self._answer("DATA"):
            return answer
        assert isinstance(envelope.content, bytes)
        message = email.message_from_bytes(envelope.content, policy=modern)
        assert isinstance(message, EmailMessage)
        self.taken.append((envelope, message))
        self.secured.append(session.ssl is not None)
        return "250 taken"


def _authenticated(_server: Any, _session: Any, _envelope: Any, mechanism: str, data: Any) -> AuthResult:
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"shop", b"p@ss word")
    return AuthResult(success=good, handled=False)


Opening = Callable[..., Awaitable[Server]]


@pytest.fixture
async def office() -> PostOffice:
    return PostOffice()


@pytest.fixture
async def opening(office: PostOffice) -> AsyncIterator[Opening]:
    """Open the office with aiosmtpd's options and return its address."""
    opened: list[asyncio.Server] = []

    async def start(
        *, user: str = "", password: str = "", tls: bool = False, papers: ssl.SSLContext | None = None, **options: Any
    ) -> Server:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(
            lambda: SMTP(office, loop=loop, enable_SMTPUTF8=True, **options), "127.0.0.1", 0, ssl=papers
        )
        opened.append(server)
        port = server.sockets[0].getsockname()[1]
        return Server("127.0.0.1", port, tls, user, password, "kiosk@shop.example")

    yield start
    for server in opened:
        server.close()
        await server.wait_closed()


@pytest.fixture
def papers(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = made.public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "server.pem").write_bytes(secret + pem)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tmp_path / "server.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


async def test_a_letter_arrives_in_both_forms_with_its_files(office: PostOffice, opening: Opening) -> None:
    mailer = Mailer(await opening(), "느린 가게")
    await mailer.send(LETTER)
    await mailer.send(LETTER)
    envelope, message = office.taken[0]
    assert envelope.rcpt_tos == ["mina@example.com"]
    assert envelope.mail_from == "kiosk@shop.example"
    assert message["From"].addresses[0].display_name == "느린 가게"
    assert (message["Subject"], message["Message-ID"]) == (LETTER.subject, "<k7q2.1.bgm-1@shop.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == LETTER.text
    assert "<p>본문</p>" in html.get_content()
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (
        "노래-licence.pdf", LETTER.attachments[0].content,
    )  # fmt: skip
    assert office.taken[1][1]["Message-ID"] == message["Message-ID"]


@pytest.mark.parametrize(
    ("command", "answer", "error"),
    [
        ("RCPT", "550 5.1.1 no such user", Refused),
        ("RCPT", "450 4.2.0 greylisted, come back in five minutes", TryLater),
        ("DATA", "554 5.7.1 looks like spam", Refused),
        ("DATA", "552 5.3.4 message too big", Refused),
        ("DATA", "451 4.3.0 try again", TryLater),
        ("DATA", "421 4.3.2 closing", TryLater),
    ],
)
async def test_what_the_server_says_of_a_letter_is_final_only_where_it_says_so(
    office: PostOffice, opening: Opening, command: str, answer: str, error: type[Exception]
) -> None:
    mailer = Mailer(await opening(), "Kiosk")
    office.answers[command] = [answer]
    with pytest.raises(error):
        await mailer.send(LETTER)
    await mailer.send(LETTER)
    assert len(office.taken) == 1


async def test_a_password_goes_through_tls_and_a_wrong_one_is_the_operators_to_mend(
    office: PostOffice, opening: Opening, papers: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    theirs, ours = papers
    server = await opening(
        user="shop", password="p@ss word", tls_context=theirs, require_starttls=True, authenticator=_authenticated,
        auth_required=True,
    )  # fmt: skip
    await Mailer(server, "Kiosk", trust=ours).send(LETTER)
    assert office.secured == [True]
    with pytest.raises(TryLater, match="user or password") as wrong:
        await Mailer(replace(server, password="guess"), "Kiosk", trust=ours).send(LETTER)
    assert "guess" not in str(wrong.value)
    assert "guess" not in repr(replace(server, password="guess"))
    assert wrong.value.text == "smtp-login"
    with pytest.raises(TryLater) as untrusted:
        await Mailer(server, "Kiosk").send(LETTER)  # nobody vouches for this certificate
    assert untrusted.value.text == "smtp-untrusted"
    assert len(office.taken) == 1


async def test_a_server_that_speaks_tls_from_the_first_byte(
    office: PostOffice, opening: Opening, papers: tuple[ssl.SSLContext, ssl.SSLContext]
) -> None:
    theirs, ours = papers
    await Mailer(await opening(tls=True, papers=theirs), "Kiosk", trust=ours).send(LETTER)
    assert len(office.taken) == 1
    with pytest.raises(TryLater):
        await Mailer(await opening(tls=True), "Kiosk", trust=ours).send(LETTER)  # ... and one that does not


async def test_nobody_is_home() -> None:
    with pytest.raises(TryLater, match=r"mail server") as away:
        await Mailer(Server("127.0.0.1", 9, tls=False, user="", password="", sender="a@b.example"), "K").send(LETTER)
    assert (away.value.text, away.value.values) == ("smtp-away", {"server": "127.0.0.1"})


@pytest.mark.parametrize(
    ("command", "answer", "text", "sort"),
    [
        ("RCPT", "550 5.1.1 no such user", "smtp-address", Refused),
        ("RCPT", "451 4.7.1 greylisted", "smtp-busy", TryLater),
        ("MAIL", "553 5.7.1 sender not allowed", "smtp-sender", TryLater),
        ("DATA", "552 5.3.4 too big", "smtp-letter", Refused),
    ],
)
async def test_what_a_mail_server_says_is_told_to_the_operator_in_a_sentence(
    office: PostOffice, opening: Opening, command: str, answer: str, text: str, sort: type[Exception]
) -> None:
    office.answers[command] = [answer]
    with pytest.raises(sort) as said:
        await Mailer(await opening(), "Kiosk").send(LETTER)
    error = said.value
    assert isinstance(error, Refused | TryLater)
    assert error.text == text
    for locale in ("ko", "en"):
        sentence = shop.texts().error(locale, error)
        assert answer[:3] in sentence
        assert "SMTPRecipients" not in sentence


async def test_the_parcel_goes_by_mail_with_what_fits_and_the_link(
    office: PostOffice, opening: Opening, tmp_path: Path
) -> None:
    media, book, links = Media(tmp_path), shop.Book(), shop.links()
    order = replace(await shop.packed(media, book), state=State.DELIVERING)
    wrapping = Wrapping(shop.texts(), shop.names, shop.terms(), links, media, 30, mails=True)
    board, mailer = StatusBoard(shop.texts(), shop.names, links), Mailer(await opening(), "Kiosk")
    postman = Postman({}, book, board, wrapping, mailer=mailer)
    job = shop.job("hand_over_mail")
    assert await postman.hand_over_mail(job, order) == WayClosed("mail", "no address")
    book.notes[address_note(order.customer)] = {"address": "mina@example.com"}
    assert await postman.hand_over_mail(job, order) == HandedOver("mail")
    names = [one.get_filename() for one in office.taken[0][1].iter_attachments()]
    assert names == ["calm-K7Q2-licence.pdf", "calm-K7Q2.mp3", "calm-K7Q2.wav"]
    mailer.most_bytes = order.data["certificate"]["file"]["size"] + 10
    english = replace(order, locale="en-US")
    assert await postman.hand_over_mail(job, english) == HandedOver("mail")
    message = office.taken[1][1]
    assert [one.get_filename() for one in message.iter_attachments()] == ["calm-K7Q2-licence.pdf"]
    for kind in ("plain", "html"):
        body = message.get_body((kind,))
        assert body is not None
        assert links.for_order(order) in body.get_content()
        assert "artificial intelligence" in body.get_content()
    page = message.get_body(("html",))
    assert page is not None
    assert '<html lang="en">' in page.get_content()
    assert "word-break:keep-all" in page.get_content()  # Korean words stay whole at the end of a line
    office.answers["RCPT"] = ["550 no such user"]
    assert await postman.hand_over_mail(job, order) == WayClosed("mail", "refused")
    book.notes[address_note(order.customer)] = {}
    assert await postman.hand_over_mail(job, order) == WayClosed("mail", "no address")
    assert await postman.hand_over_mail(job, replace(order, state=State.REFUNDED)) is None


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (" Mina@Example.COM ", "Mina@example.com"),
        ("민아@예시.한국", "민아@xn--vv4b11d.xn--3e0b707e"),
        ("a+b@sub.example.co.kr", "a+b@sub.example.co.kr"),
    ],
)
def test_addresses_are_read_as_they_are_written_to(typed: str, read: str) -> None:
    assert read_address(typed) == read


@pytest.mark.parametrize(
    "typed",
    ["", "mina", "mina@", "@example.com", "a@b", "a@b@c.de", "a b@c.de", "a@b.de, c@d.de", "a@1.2.3.4", "a..b@c.de",
     "a@-b.de", "x" * 65 + "@c.de", "a@c.de\r\nBcc: evil@x.de", "<a@c.de>", "a@" + "b" * 250 + ".de", '"a b"@c.de'],
)  # fmt: skip
def test_what_is_no_address_is_refused(typed: str) -> None:
    with pytest.raises(BadInput):
        read_address(typed)


def test_the_setting_is_read_and_its_password_never_shown() -> None:
    server = read_server("smtp://shop%40mail.example:p%40ss@mail.example", "")
    assert server == Server("mail.example", 587, False, "shop@mail.example", "p@ss", "shop@mail.example")
    assert read_server("smtps://u:p@mail.example?from=kiosk@shop.example", "").sender == "kiosk@shop.example"
    assert read_server("smtps://mail.example", "me@shop.example").port == 465
    for wrong in ("http://mail.example", "smtp://", "smtp://u:secret@mail.example:x", "smtp://u:secret@mail.example"):
        with pytest.raises(BadSetting) as error:
            read_server(wrong, "")
        assert "secret" not in str(error.value)
    assert veiled("mina@example.com") == "m…a@example.com"
