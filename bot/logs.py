"""Structured logs: one line per event, for a person at a terminal or as JSON for a machine. Never a secret."""

import logging
import re
import sys
from functools import partial
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRETS = re.compile(
    r"(?:sk|rk)_(?:live|test)_\w+|whsec_\w+|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|\b\d{6,12}:[\w-]{30,}"
    r"|(?<=/d/)[\w.~-]{16,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)|aW50ZXJhY3Rpb2[\w-]{20,}|(?<=X-Amz-Signature=)\w+"
)
"""Keys of Stripe, tokens of Discord (interactions too) and Telegram, download tokens, passwords in addresses, and what
signs the addresses of an object store."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What moves a terminal's cursor, colours it, ends its line or turns it round."""

TRACES = frozenset(("exception", "stack"))
"""Entries that are lines by their nature."""


def start_logging(*, as_json: bool, level: str = "INFO") -> None:
    """Send the logs of the program and its libraries to standard error in one shape."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if as_json:
        tail: list[Processor] = [
            structlog.processors.format_exc_info,
            hide_secrets,
            structlog.processors.JSONRenderer(),
        ]
    else:
        tail = [
            structlog.processors.format_exc_info,
            hide_secrets,
            show_controls,
            structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    screen = logging.StreamHandler(sys.stderr)
    screen.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *tail],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [screen]
    root.setLevel(level)
    for name in ("aiohttp.access", "httpx", "httpcore", "discord.gateway", "stripe", "alembic"):
        logging.getLogger(name).setLevel("WARNING")
    # It warns at every start of what a shop has no use for: voice, and the intent that it does without.
    logging.getLogger("discord.client").setLevel("ERROR")


def hide_secrets(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace everything that looks like a key, a token or a password by a row of dots."""
    return {name: _hidden(value) for name, value in event.items()}


def show_controls(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Write control characters as their pictures, so that nobody's words forge a line or command the terminal."""
    shown = dict(event)
    for name, value in event.items():
        if isinstance(value, str):
            shown[name] = CONTROL.sub(partial(_picture, "\n\t" if name in TRACES else ""), value)
    return shown


def _picture(kept: str, found: re.Match[str]) -> str:
    """Return a control character itself where it is kept, else its picture (Unicode's block from U+2400)."""
    sign = found[0]
    if sign in kept:
        return sign
    return chr(0x2400 + ord(sign)) if ord(sign) < 0x20 else "\ufffd"


def _hidden(value: Any) -> Any:
    match value:
        case str():
            return SECRETS.sub("•••", value)
        case dict():
            return {key: _hidden(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_hidden(inner) for inner in value]
        case int() | float() | None:
            return value
        case _:
            return SECRETS.sub("•••", str(value))
