"""One shop at a time on one data folder: two would answer every buyer twice."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from bot.errors import BadSetting


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process; the system lets go of it however the process ends.

    :raises BadSetting: if another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "shop.lock").open("a") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise BadSetting(
                [f"BGM_DATA: another shop is open on {folder}; close it first, or choose another folder"]
            ) from None
        yield
