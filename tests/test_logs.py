"""Logs: one shape for all, never a secret."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from unittest import mock

import pytest
import structlog

from bot.logs import start_logging

SECRETS = [
    "sk_live_51AbC",
    "rk_test_51AbC",
    "whsec_abc123",
    "MTIzNDU2Nzg5MDEyMzQ1Njc4.GabcdE.abcdefghijklmnopqrstuvwxyz012345678",
    "123456789:AAabcdefghijklmnopqrstuvwxyz012345",
    "aW50ZXJhY3Rpb246MTIzNDU2Nzg5MDEyMzQ1Njc4OmFiY2RlZg",
]


@contextmanager
def logging_to(screen: io.StringIO, *, as_json: bool) -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with mock.patch("sys.stderr", screen):
        start_logging(as_json=as_json)
        yield screen
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    with logging_to(io.StringIO(), as_json=True) as screen:
        yield screen


@pytest.fixture
def terminal() -> Iterator[io.StringIO]:
    with logging_to(io.StringIO(), as_json=False) as screen:
        yield screen


def test_what_a_chats_library_lacks_for_voice_frightens_nobody(lines: io.StringIO) -> None:
    library = logging.getLogger("discord.client")
    library.warning("PyNaCl is not installed, voice will NOT be supported")
    library.error("Attempting a reconnect in 2.00s")
    (line,) = lines.getvalue().splitlines()
    assert "reconnect" in line


@pytest.mark.parametrize("secret", SECRETS)
def test_keys_and_tokens_are_hidden_wherever_they_stand(lines: io.StringIO, secret: str) -> None:
    log = structlog.get_logger("shop")
    log.info(f"using {secret}", key=secret, nested={"list": [secret]}, error=ValueError(secret))
    logging.getLogger("library").warning("login failed for %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("stumbled")
    assert len(lines.getvalue().splitlines()) == 3
    assert secret not in lines.getvalue()


def test_passwords_and_download_tokens_are_hidden_but_the_rest_stays(lines: io.StringIO) -> None:
    structlog.get_logger("shop").info(
        "seen",
        database="postgresql+asyncpg://bgm:hunter2@db/shop",
        path="/d/AAAAAAAAAAAAAAAAAAAA/master.wav",
        store="https://s3.example/a.wav?X-Amz-Date=1&X-Amz-Signature=0123456789abcdef&x=1",
    )
    line = json.loads(lines.getvalue())
    assert "hunter2" not in line["database"]
    assert line["database"].endswith("@db/shop")
    assert line["path"] == "/d/•••/master.wav"
    assert line["store"].endswith("X-Amz-Signature=•••&x=1")
    assert line["level"] == "info"


FORGED = "no\x1b[2Kcoupon\r\n2026-11-22T00:00:00Z [error] forged\x9b31m\u202e"


def test_nobodys_words_command_the_terminal_or_forge_a_line(terminal: io.StringIO) -> None:
    structlog.get_logger("shop").info("said_in_vain", error=FORGED)
    logging.getLogger("library").warning(FORGED)
    written = terminal.getvalue()
    assert len(written.splitlines()) == 2
    assert "no␛[2Kcoupon␍␊2026" in written
    assert not any(sign in written for sign in "\x1b\r\x9b\u202e")


def test_traces_keep_their_lines_but_nothing_else(terminal: io.StringIO) -> None:
    try:
        raise ValueError(FORGED)
    except ValueError:
        structlog.get_logger("shop").exception("stumbled")
    written = terminal.getvalue()
    assert len(written.splitlines()) > 4
    assert not any(sign in written for sign in "\x1b\r\x9b\u202e")
