"""``bgm verify``: what a file proves, said at the terminal. It needs no network."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from sqlalchemy.exc import SQLAlchemyError

from bot.configuration import Config
from bot.delivery.inspection import Inspector
from bot.delivery.keys import open_keys
from bot.delivery.packing import mark_key
from bot.delivery.proof import Finding, Weight, Witness, examine, said
from bot.delivery.provenance import open_signatory
from bot.settings.environment import Environment
from bot.shop import open_media
from bot.storage.database import is_missing, open_database
from bot.storage.order_book import OrderBook

MARKS = {Weight.PROVEN: "[green]✓[/]", Weight.HINT: "[dim]·[/]", Weight.AGAINST: "[red]✗[/]"}


async def verify(file: Path, certificate: Path | None, language: str) -> bool:
    """Print what a file proves and return whether it is proven: nothing speaks against it, something for it.

    :raises BadInput: if a file cannot be read.
    """
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    findings = await _findings(environment, config, file, certificate)
    screen = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        screen.print(MARKS[finding.weight], end=" ")
        screen.print(said(config.texts, language, finding), markup=False)
    weights = {finding.weight for finding in findings}
    return Weight.PROVEN in weights and Weight.AGAINST not in weights


async def _findings(
    environment: Environment, config: Config, file: Path, certificate: Path | None
) -> tuple[Finding, ...]:
    """Return what a file proves. On the shop's own machine its keys and pieces take part; a stranger's makes none."""
    if not (environment.bgm_data / "shop.key").is_file():
        return tuple(await asyncio.to_thread(examine, file, Witness(), certificate))
    keys = open_keys(environment.bgm_data)
    root = open_signatory(keys, environment.bgm_data, config.shop.business.name).root
    public = keys.signing().public_key()
    if certificate is not None or is_missing(environment.database):
        witness = Witness(public, root, None, mark_key(keys))
        return tuple(await asyncio.to_thread(examine, file, witness, certificate))
    database = open_database(environment.database)
    try:
        book = OrderBook(database, config.policy, lambda: datetime.now(UTC))
        inspector = Inspector(
            book, open_media(environment), public.public_bytes_raw(), root, mark_key(keys), _here, asyncio.Semaphore(1)
        )
        return (await inspector.inspect(file)).findings
    except SQLAlchemyError:
        return tuple(await asyncio.to_thread(examine, file, Witness(public, root, None, mark_key(keys))))
    finally:
        await database.close()


async def _here(function: Any, *args: Any) -> Any:
    return await asyncio.to_thread(function, *args)
