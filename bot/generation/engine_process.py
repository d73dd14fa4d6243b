"""The process that holds a neural engine: weights in memory once, one batch at a time, nothing else.

It is started by the engine room, told what to make through a pipe, and leaves every take as a file in the folder where
it will be finished. It may be killed at any moment: nothing but memory is lost.
"""

import contextlib
import os
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

from bot.errors import DeviceLost, EngineFailed, OutOfMemory
from bot.generation.apprentice import stand_back
from bot.generation.engine import BatchEngine, Request
from bot.generation.played import write_played
from bot.generation.requests import played, request_of
from bot.generation.rights import EngineKind
from bot.generation.takework import TakeWork
from bot.orders.brief import Brief
from bot.settings.files import config_file
from bot.settings.moods import MoodBook, load_moods

SHARE, BEAT, DROP, GIVEN_UP = 0, 1, 2, 3
"""Places on the board that both processes see: how far the batch is, when that was said (monotonic seconds), the number
of a batch that nobody waits for, and from the last on, one by one, the number of the batch whose take nobody waits for.
"""

WARM_SECONDS = 5


class Dropped(Exception):
    """Nobody waits for the batch any more."""


@dataclass(frozen=True, slots=True)
class Errand:
    """One take to be played: the work, the number of the attempt, and the file to leave it in."""

    work: TakeWork
    attempt: int
    file: Path

    @property
    def seed(self) -> int:
        """The seed it is played by."""
        return self.work.seed(self.attempt)


def serve(
    pipe: Any, kind: EngineKind, places: tuple[Path, ...], weights: Path | None, threads: int, board: Any
) -> None:
    """Load the engine, say so, and make batches until the pipe is closed or the device is lost."""
    _settle()
    try:
        engine, device = _loaded(kind, places, weights, threads)
    except Exception as error:
        pipe.send(("unfit", _told(error)))
        return
    pipe.send(("ready", device))
    while True:
        try:
            number, errands = pipe.recv()
        except (EOFError, OSError):
            return
        what, told = _made(engine, number, errands, board)
        pipe.send((number, what, told))
        if what == "lost":
            return


def _made(engine: BatchEngine, number: int, errands: Sequence[Errand], board: Any) -> tuple[str, Any]:
    """Make a batch and leave its files; return what came of it."""

    def report(share: float) -> None:
        if board[DROP] == number:
            raise Dropped
        board[SHARE], board[BEAT] = share, time.monotonic()

    report(0.0)
    try:
        asked = [request_of(errand.work, errand.attempt, engine) for errand in errands]
        started = time.monotonic()
        made = played(engine, [request for request, _way in asked], report)
        spent = time.monotonic() - started
        seeds = [errand.seed for errand in errands]
        for place, (errand, (request, way), (take,)) in enumerate(zip(errands, asked, made, strict=True)):
            if board[GIVEN_UP + place] == number:
                continue
            # With whom a take shared its batch is part of its record: rounding depends on it, and with it the music.
            record = take.made | {"prompt": request.prompt, "batch_seeds": seeds, "way": way}
            if request.faster != 1.0:
                record["faster"] = round(request.faster, 4)
            write_played(replace(take, made=record), errand.file)
            report(1.0)
    except Dropped:
        return ("dropped", None)
    except OutOfMemory:
        return ("short", None)
    except DeviceLost as error:
        return ("lost", _told(error))
    except Exception as error:
        return ("failed", _told(error))
    return ("made", spent)


def _loaded(kind: EngineKind, places: tuple[Path, ...], weights: Path | None, threads: int) -> tuple[BatchEngine, str]:
    """Return the engine with its weights in memory, and the device in words."""
    book = load_moods(config_file("moods.toml", places))
    engine = cast(BatchEngine, kind(book, weights))
    if "torch" not in sys.modules:
        engine.load()
        return engine, "CPU"
    from bot.generation.engines.device import best_device, device_name, use_threads

    use_threads(threads)
    engine.load()
    if best_device().type == "cuda":  # the first batch pays for kernels and memory; a buyer need not wait for that
        with contextlib.suppress(EngineFailed):
            engine.generate(_warming(book), lambda _share: None)
    return engine, device_name()


def _warming(book: MoodBook) -> Request:
    return Request(Brief(next(iter(book.moods)), WARM_SECONDS, next(iter(book.purposes))), (0,), prompt="calm piano")


QUIET = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TQDM_DISABLE": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DIFFUSERS_VERBOSITY": "error",
}
"""Composing fetches nothing, and the model libraries write nothing into the shop's log."""


def _settle() -> None:
    os.environ.update(QUIET)
    warnings.simplefilter("ignore", FutureWarning)
    stand_back()


def _told(error: BaseException) -> tuple[str, str, dict[str, Any]]:
    """Return an error as it travels: its sentence, and the text key and values a person reads."""
    if isinstance(error, EngineFailed):
        return (str(error), error.text, dict(error.values))
    return (f"{type(error).__name__}: {str(error)[:300]}", EngineFailed.text, {})
