"""The people's open Discord clients: each listens on its own queue for what happens on that person's screen."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from weakref import WeakSet

from bot.sandbox.discord.client import ClientEvent, EventKind, Json

Inbox = asyncio.Queue[ClientEvent | None]


class Screens:
    """Hands events to whoever listens for a person. Nobody listening (any more): nothing is kept."""

    def __init__(self) -> None:
        self._queues: dict[int, WeakSet[Inbox]] = defaultdict(WeakSet)

    def show(self, user_ids: Iterable[int], kind: EventKind, channel_id: int, data: Json) -> None:
        """Show one event to these people."""
        for user_id in user_ids:
            for queue in list(self._queues[user_id]):
                queue.put_nowait(ClientEvent(kind, str(channel_id), data))

    def listen(self, user_id: int) -> Listener:
        """Listen for a person from now on; close the listener to stop."""
        queue: Inbox = asyncio.Queue()
        self._queues[user_id].add(queue)
        return Listener(queue, self._queues[user_id])

    def close(self) -> None:
        """End every listener's iteration."""
        for queues in self._queues.values():
            for queue in list(queues):
                queue.put_nowait(None)


class Listener(AsyncIterator[ClientEvent]):
    """Iterates over a person's events until it, or the world, is closed."""

    def __init__(
        self,
        queue: Inbox,
        registry: WeakSet[Inbox],
    ) -> None:
        self._queue = queue
        self._registry = registry

    async def __anext__(self) -> ClientEvent:
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
