"""The people's open clients: each listens on its own queue for what happens on that person's screen."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from typing import Generic, TypeVar
from weakref import WeakSet

Event = TypeVar("Event")


class Screens(Generic[Event]):
    """Hands events to whoever listens for a person. Nobody listening (any more): nothing is kept."""

    def __init__(self) -> None:
        self._queues: dict[int, WeakSet[asyncio.Queue[Event | None]]] = defaultdict(WeakSet)

    def tell(self, user_ids: Iterable[int], event: Event) -> None:
        """Show one event to these people."""
        for user_id in user_ids:
            for queue in list(self._queues[user_id]):
                queue.put_nowait(event)

    def listen(self, user_id: int) -> Listener[Event]:
        """Listen for a person from now on; close the listener to stop."""
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._queues[user_id].add(queue)
        return Listener(queue, self._queues[user_id])

    def close(self) -> None:
        """End every listener's iteration."""
        for queues in self._queues.values():
            for queue in list(queues):
                queue.put_nowait(None)


class Listener(AsyncIterator[Event]):
    """Iterates over a person's events until it, or the world, is closed."""

    def __init__(self, queue: asyncio.Queue[Event | None], registry: WeakSet[asyncio.Queue[Event | None]]) -> None:
        self._queue = queue
        self._registry = registry

    async def __anext__(self) -> Event:
        event = await self._queue.get()
        if event is None:
            self.close()
            raise StopAsyncIteration
        return event

    def close(self) -> None:
        """Stop listening."""
        self._registry.discard(self._queue)

    async def aclose(self) -> None:
        """Stop listening (the name `contextlib.aclosing` calls)."""
        self.close()
