"""``bgm engines``: what engines there are, whether they sell and run here; weights fetched, terms accepted."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot.configuration import Config
from bot.errors import BadInput, EngineFailed, ShopError
from bot.generation.engine import NeuralKind
from bot.generation.engines.weights import weights_in
from bot.generation.hub import pull
from bot.generation.pace import MeasuredPace, pace_note
from bot.generation.readiness import lacking
from bot.generation.rights import ENGINES, EngineKind, acceptance_note, accepted, engine_kind, terms_of
from bot.generation.stock import carry, index_of, weights_of
from bot.settings.environment import Environment
from bot.storage.database import open_database
from bot.storage.order_book import OrderBook

Say = Callable[..., str]
Notes = dict[str, dict[str, Any] | None]

CAN = ("extend", "vary", "repaint", "melody", "tempo")
COLUMNS = ("name", "sells", "here", "needs", "lengths", "speed")
SHORTLY = {
    "error-neural-extra": "engines-here-no-extra",
    "engines-no-weights": "engines-here-no-weights",
    "error-no-weights": "engines-here-no-model",
    "engines-other-model": "engines-here-other-model",
}
"""What keeps an engine from being loaded, as it stands in the table."""


async def show(language: str) -> None:
    """Print the engines: may they take paid orders, do they run here, what they need and how fast they were measured;
    below that the rights card of each."""
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    notes = await _notes(environment, config)
    kinds = [ENGINES[name]() for name in ENGINES]

    def say(key: str, /, **values: object) -> str:
        return config.texts.say(language, key, **values)

    table = Table()
    for name in COLUMNS:
        table.add_column(say(f"engines-{name}"), no_wrap=name == "name", overflow="fold")
    remedies = {}
    for kind in kinds:
        able, pace = kind.capabilities, MeasuredPace.of(notes.get(pace_note(kind.name)))
        text, values = here(kind, environment, config)
        if text == SHORTLY["error-neural-extra"]:
            remedies[kind.name] = say("error-neural-extra", engine=kind.name)
        table.add_row(
            kind.name,
            say(f"engines-sells-{_sells(kind, notes)}"),
            escape(say(text, **values)),
            _needs(kind, say),
            say("engines-length", shortest=f"{able.min_seconds:g}", longest=f"{able.max_seconds:g}"),
            _speed(pace, say, lambda seconds: config.texts.span(language, seconds)),
        )
    screen = Console()
    screen.print(table)
    for kind in kinds:
        screen.print(
            "\n" + _card(kind, say, remedies.get(kind.name, "")), highlight=False, markup=False, soft_wrap=True
        )


def here(kind: EngineKind, environment: Environment, config: Config) -> tuple[str, dict[str, object]]:
    """Return whether this machine can run an engine, as a text key with its values."""
    if not isinstance(kind, NeuralKind):
        return "engines-here-yes", {"model": ""}
    folder = weights_of(kind.name, environment.bgm_data, config.shop.engines.models, kind.repository)
    if (error := lacking(kind, folder)) is not None:
        return SHORTLY[error.text], {"engine": kind.name, "folder": str(folder), **error.values}
    assert folder is not None
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

    :raises BadInput: if the engine has no weights.
    :raises EngineFailed: if a file is damaged, the folder holds another model, there is no room, or it was stopped.
    """
    environment = Environment.read()
    config = Config.read(environment.bgm_config)
    kind, say = engine_kind(name), config.texts.say
    if not isinstance(kind, NeuralKind):
        raise BadInput(f"{name} has no weights", text="engines-no-weights-needed", engine=name)
    into = (environment.bgm_data / "models" / name).resolve()
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    try:
        with Progress(*columns, console=Console(stderr=True)) as bars:
            bar: TaskID | None = None

            def told(file: str, done: int, whole: int) -> None:
                nonlocal bar
                if bar is None:  # no bar before there is anything to show: the hub may not even answer
                    bar = bars.add_task(name)
                bars.update(bar, description=file.rpartition("/")[2] or name, completed=done, total=whole)

            if source is None:
                pull(kind.repository, into, told, index_of(kind.models))
            else:
                carry(source, into, told, name, kind.models)
    except KeyboardInterrupt:
        raise EngineFailed("stopped", text="engines-pull-stopped") from None
    except OSError as error:
        raise EngineFailed(f"not written: {error}", text="engines-not-copied", why=str(error)) from error
    screen = Console()
    for line in (say(language, "engines-pulled", engine=name, folder=str(into)), *_next(kind, config, language)):
        screen.print(line, highlight=False, markup=False, soft_wrap=True)


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
    condition = say(language, f"engines-condition-{name}")
    shown.print(f"{rights.weights_licence}\n{condition}\n{rights.link}", highlight=False, markup=False)
    if not sure:
        shown.print(say(language, "engines-accept-ask"), end=" ", markup=False)
        if (await asyncio.to_thread(_answer)).strip().lower() not in ("y", "yes", "예", "네", "동의"):
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


def _answer() -> str:
    try:
        return input()
    except EOFError:
        return ""


def _sells(kind: EngineKind, notes: Notes) -> str:
    if kind.rights.sellable == "conditional" and accepted(kind.rights, notes.get(acceptance_note(kind.name))):
        return "yes"
    return kind.rights.sellable


def _needs(kind: EngineKind, say: Say) -> str:
    if not isinstance(kind, NeuralKind):
        return say("engines-needs-nothing")
    on_gpu, on_cpu = kind.memory
    return say("engines-needs-gpu" if on_cpu is None else "engines-needs-either", gpu=on_gpu, cpu=on_cpu or 0)


def _speed(pace: MeasuredPace | None, say: Say, span: Callable[[float], str]) -> str:
    if pace is None:
        return say("engines-speed-unknown")
    return say("engines-speed-is", span=span(pace.per_second * 60), device=pace.device, orders=pace.orders)


def _card(kind: EngineKind, say: Say, remedy: str) -> str:
    """Return an engine's rights card, what it can do, and what makes it run here, a few lines."""
    rights, able = kind.rights, kind.capabilities
    lines = [
        kind.name,
        say("engines-can", traits=", ".join(say(f"engines-can-{trait}") for trait in CAN if getattr(able, trait))),
        say("engines-rights", code=rights.code_licence, weights=rights.weights_licence, source=rights.weights_source),
        say("engines-trained", data=rights.training_data),
    ]
    if rights.sellable != "yes":
        lines.append(say(f"engines-condition-{kind.name}"))
    if remedy:
        lines.append(remedy)
    return "\n  ".join(lines)


def _next(kind: EngineKind, config: Config, language: str) -> list[str]:
    """Return what to do with an engine whose weights have come."""
    mood = next(iter(config.moods.moods))
    lines = [config.texts.say(language, "engines-next-try", engine=kind.name, mood=mood)]
    if kind.rights.sellable == "conditional":
        lines.append(config.texts.say(language, "engines-next-accept", engine=kind.name))
    return lines


async def _notes(environment: Environment, config: Config) -> Notes:
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
