"""Structured logs: one line per event, for a person at a terminal or as JSON for a machine. Never a secret."""

import logging
import re
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

SECRETS = re.compile(
    r"(?:sk|rk)_(?:live|test)_\w+|whsec_\w+|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}|\b\d{6,12}:[\w-]{30,}"
    r"|(?<=/d/)[\w.~-]{16,}|(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"
)
"""Keys of Stripe, tokens of Discord and Telegram, download tokens, and passwords in addresses."""


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
    for name in ("aiohttp.access", "httpx", "httpcore", "discord.gateway", "discord.client", "stripe", "alembic"):
        logging.getLogger(name).setLevel("WARNING")


def hide_secrets(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Replace everything that looks like a key, a token or a password by a row of dots."""
    return {name: _hidden(value) for name, value in event.items()}


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
