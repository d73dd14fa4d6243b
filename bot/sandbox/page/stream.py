"""Everything that happens, as one stream of server-sent events for each open tab."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from aiohttp import web

from bot.sandbox.page.gate import HEADERS

BEAT = 15.0
"""Seconds of silence after which a comment is sent, so that a dead connection shows."""
BACKLOG = 2000
"""Events a tab may be behind; one that is further behind is cut and reads everything again."""


class Stream:
    """Hands every event to every open tab."""

    def __init__(self) -> None:
        self._tabs: set[asyncio.Queue[str | None]] = set()

    def tell(self, kind: str, data: Any, who: str | None = None, channel_id: str | None = None) -> None:
        """Send one event; `who` is the person on whose screen it happened, None for the page as a whole."""
        event = {"kind": kind, "data": data}
        if who is not None:
            event |= {"who": who, "channel_id": channel_id}
        line = json.dumps(event, ensure_ascii=False)
        for tab in list(self._tabs):
            if tab.qsize() >= BACKLOG:
                self._cut(tab)
            else:
                tab.put_nowait(line)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Keep one tab informed until it leaves or the page closes."""
        tab: asyncio.Queue[str | None] = asyncio.Queue()
        self._tabs.add(tab)
        response = web.StreamResponse(
            headers=HEADERS | {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        )
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n\n")
            while (line := await _next(tab)) is not None:
                await response.write(line.encode())
        except ConnectionError:
            pass
        finally:
            self._tabs.discard(tab)
        return response

    def close(self) -> None:
        """Let every tab go."""
        for tab in list(self._tabs):
            self._cut(tab)

    def _cut(self, tab: asyncio.Queue[str | None]) -> None:
        self._tabs.discard(tab)
        while not tab.empty():
            tab.get_nowait()
        tab.put_nowait(None)


async def _next(tab: asyncio.Queue[str | None]) -> str | None:
    """Return the next thing to write, a heartbeat after a while of silence, or None at the end."""
    try:
        async with asyncio.timeout(BEAT):
            line = await tab.get()
    except TimeoutError:
        return ": still here\n\n"
    return None if line is None else f"data: {line}\n\n"
