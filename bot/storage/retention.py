"""Files that nobody needs any more are deleted after a while: previews, pictures, takes that nobody chose.

Masters, parcels, licences, scores and fingerprints stay: what was sold can be had again, revised and verified for ever.
An order is looked at once, when its time has come; a cursor, the moment and the id of the last one, remembers how far
that has gone.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import select

from bot.errors import TryLater
from bot.orders.order import Order, State
from bot.storage import tables
from bot.storage.media import Media
from bot.storage.order_book import OrderBook
from bot.storage.rows import read_order

DAY = 86_400.0
AT_ONCE = 200
"""Orders read at a time."""

PREVIEWS = ("preview", "waveform")
"""What of the chosen take is only for listening in before the verdict."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """What a sweep deletes, or would: orders, files and bytes on this machine."""

    orders: int = 0
    files: int = 0
    size: int = 0

    def __add__(self, other: "Due") -> "Due":
        return Due(self.orders + other.orders, self.files + other.files, self.size + other.size)


@dataclass(frozen=True, slots=True)
class Retention:
    """Deletes what is due. Days of 0 keep files for ever: ``previews`` of delivered orders, ``refused`` of those that
    came to nothing."""

    book: OrderBook
    media: Media
    previews: int
    refused: int

    async def run(self) -> None:
        """Sweep now and once a day until cancelled. Never raises: a full disk is no reason to stop selling."""
        while True:
            try:
                swept = await self.sweep()
                if swept.orders:
                    log.info("files_deleted", orders=swept.orders, files=swept.files, mebibytes=swept.size >> 20)
            except (OSError, TryLater) as error:
                log.warning("files_not_deleted", error=type(error).__name__)
            await asyncio.sleep(DAY)

    async def due(self) -> Due:
        """Return what the next sweep will delete; nothing is touched."""
        found = Due()
        for states, days in self._rules():
            async for order, _ in self._ended(states, days):
                found += await self._weighed(order)
        return found

    async def sweep(self) -> Due:
        """Delete what is due and return it."""
        found = Due()
        for states, days in self._rules():
            async for order, changed in self._ended(states, days):
                weighed = await self._weighed(order)
                for key in keys_of(order):
                    await self.media.delete(key)
                found += weighed
                # Moved on order by order: a sweep that is cut off goes on where it was.
                await self.book.remember(_cursor(states), {"changed": _stamp(changed), "id": order.id})
        return found

    def _rules(self) -> Iterator[tuple[tuple[State, ...], int]]:
        if self.previews:
            yield (State.DELIVERED,), self.previews
        if self.refused:
            yield (State.REFUNDED, State.CANCELLED), self.refused

    async def _ended(self, states: tuple[State, ...], days: int) -> AsyncIterator[tuple[Order, datetime]]:
        """Yield the orders whose time has come since the last sweep and when they last changed, oldest first.

        Many orders may change in one microsecond: the id says which of them were looked at.
        """
        note = await self.book.recall(_cursor(states)) or {}
        since = datetime.fromisoformat(note["changed"]) if note else datetime.fromtimestamp(0, UTC)
        last = str(note.get("id", ""))
        until, orders = self.book.clock() - timedelta(days=days), tables.orders
        while True:
            after = (orders.c.changed > since) | ((orders.c.changed == since) & (orders.c.id > last))
            query = (
                select(orders)
                .where(orders.c.state.in_([state.value for state in states]), after, orders.c.changed <= until)
                .order_by(orders.c.changed, orders.c.id)
                .limit(AT_ONCE)
            )
            async with self.book.database.read() as tx:
                rows = list(await tx.execute(query))
            for row in rows:
                yield read_order(row), row.changed
            if len(rows) < AT_ONCE:
                return
            since, last = rows[-1].changed, rows[-1].id

    async def _weighed(self, order: Order) -> Due:
        files = [file for key in keys_of(order) for file in await asyncio.to_thread(_files, self.media.path(key))]
        return Due(1 if files else 0, len(files), sum(size for _, size in files))


def keys_of(order: Order) -> list[str]:
    """Return the media keys that an ended order needs no longer; never those of its parcel."""
    if order.state is not State.DELIVERED:
        return _came_to_nothing(order)
    rounds = [(entry["round"], entry["takes"]) for entry in order.data.get("rounds", ())]
    rounds.append((order.round, order.data.get("takes", ())))
    keys = []
    for round_, takes in rounds:
        for take in takes:
            if round_ == order.round and take["index"] == order.data.get("chosen"):
                keys += [take["files"][role] for role in PREVIEWS if role in take["files"]]
            else:
                keys.append(f"orders/{order.id}/r{round_}/t{take['index']}")
        if takes:
            keys.append(f"orders/{order.id}/r{round_}/overview.png")
    return keys


def _came_to_nothing(order: Order) -> list[str]:
    """Return every round, told or stopped half-way; of one that was packed only what is not in its parcel."""
    keys = [f"orders/{order.id}/r{round_}" for round_ in range(1, order.round + 1)]
    if "files" in order.data:
        last, takes = keys.pop(), order.data.get("takes", ())
        keys += [*(f"{last}/t{take['index']}" for take in takes), f"{last}/overview.png"]
    return keys


def _files(path: Path) -> list[tuple[Path, int]]:
    found = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return [(file, file.stat().st_size) for file in found]


def _cursor(states: tuple[State, ...]) -> str:
    return f"retention:{states[0].value}"


def _stamp(moment: datetime) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
