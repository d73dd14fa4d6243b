"""One shop at a time on one data folder: two would answer every buyer twice."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadSetting, Problem, of_system


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process; the system lets go of it however the process ends.

    :raises BadSetting: if another process holds it, or it cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = (folder / "shop.lock").open("a")
    except OSError as error:
        message = f"BGM_DATA: {folder} cannot be written to ({error.strerror}); choose another folder"
        raise BadSetting([Problem(message, "problem-data", folder=folder, reason=of_system(error))]) from None
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            message = f"BGM_DATA: another shop is open on {folder}; close it first, or choose another folder"
            raise BadSetting([Problem(message, "problem-open", folder=folder)]) from None
        yield
