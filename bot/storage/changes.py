"""Wake-ups: who waits for work or for an order sleeps until something was written, here or in another process."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Iterator

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

CHANNEL = "bgm"
"""The PostgreSQL notification channel."""

POLL_SECONDS = 0.5
"""How often SQLite is asked whether another process wrote (about 0.2 ms each time)."""

RECONNECT_SECONDS = 2.0

Ring = Callable[[str | None], None]
"""Tells that something was written: about which order, "" for none, None if that is not known."""

log = structlog.get_logger(__name__)


class Changes:
    """A counter of writes that can be waited on, and a bell for every order somebody watches.

    Look at `count`, then at the tables, then `wait` with that count: nothing written in between is missed.
    ``listen`` runs for as long as anybody may wait, and rings for the writes of other processes.
    """

    def __init__(self, listen: Callable[[Ring], Awaitable[None]]) -> None:
        self.count = 0
        self._rung = asyncio.Event()
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._listen = listen
        self._listening: asyncio.Task[None] | None = None

    def ring(self, about: str | None = None) -> None:
        """Wake everybody who waits; ``about`` names the order that changed, "" none, None that it is not known."""
        self.count += 1
        self._rung.set()
        self._rung = asyncio.Event()
        rung = [self._bells.get(about, set())] if about is not None else list(self._bells.values())
        for bell in itertools.chain(*rung):
            bell.set()

    async def wait(self, seen: int, timeout: float | None = None) -> int:
        """Return the count once it is beyond ``seen``, or after ``timeout`` seconds whatever it is then."""
        self._start_listening()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while self.count <= seen:
                    await self._rung.wait()
        return self.count

    @contextlib.contextmanager
    def bell(self, order_id: str) -> Iterator[asyncio.Event]:
        """Lend an event that is set whenever an order may have changed; whoever waits for it clears it."""
        self._start_listening()
        bell = asyncio.Event()
        self._bells.setdefault(order_id, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[order_id].discard(bell)
            if not self._bells[order_id]:
                del self._bells[order_id]

    async def close(self) -> None:
        """Stop listening to other processes."""
        if self._listening is not None:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening
            self._listening = None

    def _start_listening(self) -> None:
        if self._listening is None:
            self._listening = asyncio.create_task(self._keep_listening())

    async def _keep_listening(self) -> None:
        while True:
            try:
                await self._listen(self.ring)
            except (DBAPIError, OSError) as error:
                log.warning("wake-ups from other processes are interrupted", error=type(error).__name__)
            await asyncio.sleep(RECONNECT_SECONDS)
            self.ring()  # whatever was written meanwhile was not heard


async def poll_sqlite(data_version: Callable[[], Awaitable[int]], ring: Ring) -> None:
    """Ring at first, and whenever ``PRAGMA data_version`` says that another process wrote. Never returns."""
    last = None
    while True:
        version = await data_version()
        if version != last:
            ring(None)
        last = version
        await asyncio.sleep(POLL_SECONDS)


async def listen_postgresql(engine: AsyncEngine, ring: Ring) -> None:
    """Ring at first, and at every notification; returns when the connection is lost."""
    async with engine.connect() as kept:
        driver = (await kept.get_raw_connection()).driver_connection
        assert driver is not None
        gone = asyncio.Event()
        driver.add_termination_listener(lambda _connection: gone.set())
        await driver.add_listener(CHANNEL, lambda _connection, _process, _channel, about: ring(about))
        ring(None)
        try:
            await gone.wait()
        finally:
            await kept.invalidate()
