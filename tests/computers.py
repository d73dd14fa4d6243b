"""Other computers of the shop: ``bgm worker`` as its operator starts it, stopped and killed exactly where a test says.

A worker comes to a standstill before it touches a certain file (`Computer.start`), in a certain transaction
(`turnstile`), or in a request to the store (`tests.stores.Store`).
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.storage.database import Database

PATIENCE = 240
STANDSTILL = Path(__file__).parent / "standstill"


@dataclass(eq=False, slots=True)
class Computer:
    """A computer that only composes, with a data folder of its own."""

    folder: Path
    environment: Mapping[str, str]
    worker: asyncio.subprocess.Process | None = None

    @property
    def group(self) -> int:
        """The process group of the worker and of everything that it starts."""
        assert self.worker is not None
        return self.worker.pid

    async def start(self, still: str = "") -> None:
        """Start the worker; it stands still before it does ``still`` (`tests/standstill/sitecustomize.py`)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = os.pathsep.join(filter(None, (str(STANDSTILL), self.environment.get("PYTHONPATH", ""))))
        breakpoint_ = {"PYTHONPATH": path, "STAND_STILL": still} if still else {}
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "worker", "--json", cwd=self.folder, start_new_session=True,
                env=dict(self.environment) | {"BGM_DATA": str(self.folder)} | breakpoint_,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something can be seen of the worker."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not true():
                    assert self.worker is not None
                    assert self.worker.returncode is None, f"it ended by itself:\n{self.log[-3000:]}"
                    await asyncio.sleep(0.01)
        except TimeoutError:
            pytest.fail(self.log[-3000:])

    async def stands(self) -> None:
        """Wait until the worker stands still with all its processes."""
        await self.until(lambda: _fields(self.group)[0] == "T" and set(_states(self.group)) <= {"T", "Z"})

    def go_on(self) -> None:
        """Let a worker that stands still go on."""
        os.killpg(self.group, signal.SIGCONT)

    async def kill(self) -> None:
        """``kill -9`` of the worker alone; the processes that it started must end by themselves."""
        assert self.worker is not None
        self.worker.kill()
        await self.worker.wait()
        async with asyncio.timeout(PATIENCE):
            while set(_states(self.group)) - {"Z"}:
                await asyncio.sleep(0.02)

    async def cut(self) -> None:
        """Cut the power: ``kill -9`` of the worker and of everything that it started."""
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.group, signal.SIGKILL)
            await self.worker.wait()

    @property
    def log(self) -> str:
        """Everything the worker has said."""
        file = self.folder / "worker.log"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def engine(self) -> int | None:
        """Return the process that holds the worker's model, once it has loaded the library of it."""
        for process in _processes(self.group):
            with suppress(OSError):
                if "libtorch" in (process / "maps").read_text():
                    return int(process.name)
        return None


@asynccontextmanager
async def computers(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[Callable[[str], Computer]]:
    """Lend computers by name; at the end the power of all is cut."""
    lent: dict[str, Computer] = {}

    def computer(name: str) -> Computer:
        return lent.setdefault(name, Computer(folder / name, environment))

    try:
        yield computer
    finally:
        for one in lent.values():
            await one.cut()


def _processes(group: int) -> list[Path]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int(_fields(int(process.name))[2]) == group:
                found.append(process)
    return found


def _states(group: int) -> list[str]:
    """Return the state of every process of a group: T stands still, Z has ended (proc(5))."""
    states = []
    for process in _processes(group):
        with suppress(OSError):
            states.append(_fields(int(process.name))[0])
    return states


def _fields(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


Held = Callable[[], Awaitable[None]]
MOMENTS = {"claim": "NEW.tries > OLD.tries", "done": "NEW.state = 'done'"}
_WAITING = "FROM pg_locks WHERE locktype = 'advisory' AND (classid, objid, objsubid) = (20, 26, 2) AND NOT granted"


@asynccontextmanager
async def turnstile(
    database: Database, moment: str, *, at_commit: bool
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Hold whoever claims a job of composing ("claim"), or ends one ("done"), in that transaction on PostgreSQL.

    They are held before their next statement, or ``at_commit``: then what they wrote counts, but they cannot know.
    What is lent waits until somebody is held. At the end they are let go, and waited for to be gone.
    """
    deferred = "DEFERRABLE INITIALLY DEFERRED" if at_commit else ""
    async with database.read() as keeper:
        await keeper.execute(text("SELECT pg_advisory_lock(20, 26)"))
        await keeper.execute(text(
            "CREATE OR REPLACE FUNCTION turnstile() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_advisory_xact_lock_shared(20, 26); RETURN NULL; END $$"
        ))  # fmt: skip
        await keeper.execute(text(
            f"CREATE CONSTRAINT TRIGGER turnstile AFTER UPDATE ON jobs {deferred} FOR EACH ROW "
            f"WHEN (NEW.kind = 'compose' AND {MOMENTS[moment]}) EXECUTE FUNCTION turnstile()"
        ))  # fmt: skip

        async def held() -> None:
            async with asyncio.timeout(PATIENCE):
                while not (await keeper.execute(text(f"SELECT pid {_WAITING}"))).all():
                    await asyncio.sleep(0.01)

        yield held
        there = "SELECT pid FROM pg_stat_activity WHERE pid = ANY(:inside)"
        inside = list((await keeper.execute(text(f"SELECT pid {_WAITING}"))).scalars())
        await keeper.execute(text("SELECT pg_advisory_unlock(20, 26)"))
        async with asyncio.timeout(PATIENCE):
            while (await keeper.execute(text(there), {"inside": inside})).all():
                await asyncio.sleep(0.01)
        await keeper.execute(text("DROP TRIGGER turnstile ON jobs"))
