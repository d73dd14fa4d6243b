"""``bgm engines``: what engines there are, whether they sell and run here; weights fetched, terms accepted."""

import asyncio
import importlib.util
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot.configuration import Config
from bot.errors import BadInput, ShopError
from bot.generation.engine import NeuralKind
from bot.generation.engines.weights import weights_in
from bot.generation.pace import MeasuredPace, pace_note
from bot.generation.rights import ENGINES, EngineKind, acceptance_note, accepted, engine_kind, terms_of
from bot.generation.stock import carry, pull, weights_of
from bot.settings.environment import Environment
from bot.storage.database import open_database
from bot.storage.order_book import OrderBook

CAN = ("extend", "vary", "repaint", "melody", "tempo")
COLUMNS = ("name", "sells", "here", "rights", "lengths", "can", "speed")


async def show(language: str) -> None:
    """Print the engines: may they take paid orders, do they run here, licences, lengths, abilities, measured speed."""
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    say = config.texts.say
    notes = await _notes(environment, config)
    table = Table(*(say(language, f"engines-{name}") for name in COLUMNS))
    for name, kind in ((name, ENGINES[name]()) for name in ENGINES):
        able = kind.capabilities
        sells = kind.rights.sellable
        if sells == "conditional" and accepted(kind.rights, notes.get(acceptance_note(name))):
            sells = "yes"
        lengths = f"{able.min_seconds:g}-{able.max_seconds:g} s, {able.sample_rate / 1000:g} kHz"
        pace = MeasuredPace.of(notes.get(pace_note(name)))
        speed = say(language, "engines-speed-is", ratio=f"{pace.per_second:.2g}", device=pace.device) if pace else "-"
        text, values = here(kind, environment, config)
        table.add_row(
            name, say(language, f"engines-sells-{sells}"), say(language, text, **values),
            f"{kind.rights.code_licence}; {kind.rights.weights_licence}", lengths,
            ", ".join(trait for trait in CAN if getattr(able, trait)), speed,
        )  # fmt: skip
    Console().print(table)


def here(kind: EngineKind, environment: Environment, config: Config) -> tuple[str, dict[str, object]]:
    """Return whether this machine can run an engine, as a text key with its values."""
    if not isinstance(kind, NeuralKind):
        return "engines-here-yes", {"model": ""}
    if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
        return "engines-here-no-extra", {}
    folder = weights_of(kind.name, environment.bgm_data, config.shop.engines.models, kind.repository)
    if folder is None or not folder.is_dir():
        return "engines-here-no-weights", {}
    on_gpu, on_cpu = kind.memory
    graphics = _graphics_memory()
    if graphics is None and on_cpu is None:
        return "engines-here-no-gpu", {"needed": on_gpu}
    needed, found = (on_cpu or on_gpu, _memory()) if graphics is None else (on_gpu, graphics)
    if found < needed:
        return "engines-here-no-memory", {"needed": needed, "found": round(found, 1)}
    text = "engines-here-slowly" if graphics is None else "engines-here-yes"
    return text, {"model": weights_in(folder).model}


def fetch(name: str, source: Path | None, language: str) -> None:
    """Fetch an engine's weights from the hub, or from a folder, with a bar.

    :raises BadInput: if the engine has no weights. :raises EngineFailed: if a file is damaged.
    """
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    kind = engine_kind(name)
    if not isinstance(kind, NeuralKind):
        raise BadInput(f"{name} has no weights", text="engines-no-weights-needed", engine=name)
    into = (environment.bgm_data / "models" / name).resolve()
    into.parent.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        bar = bars.add_task(name, total=None)

        def told(file: str, done: int, whole: int) -> None:
            bars.update(bar, description=file or name, completed=done, total=whole)

        if source is None:
            pull(kind.repository, into, told)
        else:
            carry(source, into, told)
    said = config.texts.say(language, "engines-pulled", engine=name, folder=str(into))
    Console().print(said, highlight=False, markup=False, soft_wrap=True)


async def accept(name: str, language: str, *, sure: bool) -> None:
    """Show the condition under which an engine's music may be sold, ask, and record the yes.

    :raises BadInput: if there is nothing to accept.
    """
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    rights, say = engine_kind(name).rights, config.texts.say
    if rights.sellable != "conditional":
        raise BadInput(f"{name} sells: {rights.sellable}", text=f"engines-accept-{rights.sellable}", engine=name)
    shown = Console()
    shown.print(f"{rights.weights_licence}\n{rights.condition}\n{rights.link}", highlight=False, markup=False)
    if not sure:
        shown.print(say(language, "engines-accept-ask"), end=" ", markup=False)
        if (await asyncio.to_thread(input)).strip().lower() not in ("y", "yes", "예", "네", "동의"):
            shown.print(say(language, "engines-accept-not"), markup=False)
            return
    database = open_database(environment.database)
    try:
        await database.upgrade()
        book = OrderBook(database, config.policy, lambda: datetime.now(UTC))
        record = {
            "terms": terms_of(rights), "condition": rights.condition, "licence": rights.weights_licence,
            "at": datetime.now(UTC).isoformat(), "by": os.environ.get("USER", ""),
        }  # fmt: skip
        await book.remember(acceptance_note(name), record)
    finally:
        await database.close()
    shown.print(say(language, "engines-accepted", engine=name), highlight=False, markup=False)


async def _notes(environment: Environment, config: Config) -> dict[str, dict[str, Any] | None]:
    """Return what the shop's database knows of the engines; nothing where there is no shop yet."""
    file = environment.database.partition("///")[2] if environment.database.startswith("sqlite") else ""
    if file and not Path(file).exists():
        return {}
    database = open_database(environment.database)
    try:
        book = OrderBook(database, config.policy, lambda: datetime.now(UTC))
        names = [note(name) for name in ENGINES for note in (acceptance_note, pace_note)]
        return {name: await book.recall(name) for name in names}
    except (SQLAlchemyError, OSError, ShopError):
        return {}
    finally:
        await database.close()


def _memory() -> float:
    """Return this machine's memory in GiB."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    except (ValueError, OSError):
        return float("inf")


def _graphics_memory() -> float | None:
    """Return the graphics memory in GiB, or None where torch finds no GPU."""
    import torch

    return torch.cuda.get_device_properties(0).total_memory / 2**30 if torch.cuda.is_available() else None
