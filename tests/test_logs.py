"""Logs: one shape for all, never a secret."""

import io
import json
import logging
from collections.abc import Iterator
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
]


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    screen = io.StringIO()
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    with mock.patch("sys.stderr", screen):
        start_logging(as_json=True)
        yield screen
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


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
        "seen", database="postgresql+asyncpg://bgm:hunter2@db/shop", path="/d/AAAAAAAAAAAAAAAAAAAA/master.wav"
    )
    line = json.loads(lines.getvalue())
    assert "hunter2" not in line["database"]
    assert line["database"].endswith("@db/shop")
    assert line["path"] == "/d/•••/master.wav"
    assert line["level"] == "info"
