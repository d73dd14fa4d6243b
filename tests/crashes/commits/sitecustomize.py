"""A doorkeeper for a whole program: it says at the door that a transaction is about to be committed, and waits.

Python imports this by itself where the folder is on ``PYTHONPATH``. ``CRASH_DOOR`` is a unix socket; each of the
program's SQLite connections knocks there with the tables it has written to, and goes on when it is let in. The program
itself is unchanged and knows nothing of it: SQLite tells of every statement just before it is carried out.
"""

import os
import re
import socket
import sqlite3
from collections.abc import Callable
from typing import Any

DOOR = os.environ.get("CRASH_DOOR", "")
WRITES = re.compile(r"\s*(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
TAKING = re.compile(r"\s*UPDATE jobs SET (?!.*\bstate=|.*\bfailures=)", re.IGNORECASE | re.DOTALL)
"""A job is taken in hand, or held on to: killed before that, the shop has done nothing yet that it had not before."""


class Doorkeeper:
    """Watches one connection; it lives as long as that does."""

    def __init__(self) -> None:
        self._written: set[str] = set()
        self._door: socket.socket | None = None

    def __call__(self, statement: str) -> None:
        """See one statement of the connection, just before it is carried out."""
        if write := WRITES.match(statement):
            if not TAKING.match(statement):
                self._written.add(write[1])
        elif statement.lstrip().upper().startswith(("COMMIT", "ROLLBACK", "BEGIN")):
            if self._written and statement.lstrip().upper().startswith("COMMIT"):
                self._knock("+".join(sorted(self._written)))
            self._written.clear()

    def _knock(self, what: str) -> None:
        if self._door is None:
            self._door = socket.socket(socket.AF_UNIX)
            self._door.connect(DOOR)
        self._door.sendall(f"{what}\n".encode())
        self._door.recv(1)


def _watched(connect: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    def connected(*args: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*args, **options)
        connection.set_trace_callback(Doorkeeper())
        return connection

    return connected


if DOOR:
    sqlite3.connect = _watched(sqlite3.connect)  # type: ignore[assignment]
