"""``bgm verify``: what a file proves, said at the terminal. It needs no network."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.keys import open_keys
from bot.delivery.packing import mark_key
from bot.delivery.proof import Finding, Weight, Witness, examine, named_certificate
from bot.delivery.provenance import open_signatory
from bot.errors import NotFound
from bot.orders.order import State
from bot.settings.environment import Environment
from bot.shop import Config
from bot.storage.database import open_database
from bot.storage.media import Media
from bot.storage.order_book import OrderBook

MARKS = {Weight.PROVEN: "[green]✓[/]", Weight.HINT: "[dim]·[/]", Weight.AGAINST: "[red]✗[/]"}


async def verify(file: Path, certificate: Path | None, language: str) -> bool:
    """Print what a file proves and return whether it is proven: nothing speaks against it, something for it.

    :raises BadInput: if a file cannot be read.
    """
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    issued, ended = await _issued(environment, config, await asyncio.to_thread(named_certificate, file))
    witness = await asyncio.to_thread(_witness, environment, config, issued)
    findings = await asyncio.to_thread(examine, file, witness, certificate)
    if ended:
        findings.append(Finding("proof-ended", {}, Weight.AGAINST))
    screen = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        screen.print(MARKS[finding.weight], end=" ")
        screen.print(config.texts.say(language, finding.text, **finding.values), markup=False)
    weights = {finding.weight for finding in findings}
    return Weight.PROVEN in weights and Weight.AGAINST not in weights


def _witness(environment: Environment, config: Config, issued: dict[str, Any] | None) -> Witness:
    """Return the shop's own keys where this is the shop's machine; a stranger's check makes none."""
    if not (environment.bgm_data / "shop.key").is_file():
        return Witness()
    keys = open_keys(environment.bgm_data)
    root = open_signatory(keys, environment.bgm_data, config.shop.business.name).root
    return Witness(keys.signing().public_key(), root, issued, mark_key(keys))


async def _issued(environment: Environment, config: Config, number: str) -> tuple[dict[str, Any] | None, bool]:
    """Return the record this shop issued under a number, and whether its licence has ended since."""
    file = make_url(environment.database).database
    kept = not environment.database.startswith("sqlite") or Path(str(file)).is_file()
    if not (number and kept and (environment.bgm_data / "shop.key").is_file()):
        return None, False
    database = open_database(environment.database)
    try:
        book = OrderBook(database, config.policy, lambda: datetime.now(UTC))
        note = await book.recall(f"certificate:{number}")
        if note is None:
            return None, False
        order = await book.get(note["order"])
        path = Media(environment.media).path(note["record"])
        envelope: dict[str, Any] = json.loads(await asyncio.to_thread(path.read_text, "utf-8"))
        return envelope, order.state in (State.REFUNDING, State.REFUNDED, State.CANCELLED)
    except (NotFound, OSError, ValueError, SQLAlchemyError):
        return None, False
    finally:
        await database.close()
