"""Bank transfers: what buyers are to send, what the operator has seen come, and what was sent back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from bot.storage.database import Clock, Database
from bot.storage.tables import transfers as table


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer, named by its ``reference``; amounts are minor units of ``currency``, times UTC.

    ``came`` is what arrived, at ``came_at`` (None while nothing has); ``gone`` is what was sent back of it, at
    ``gone_at``; ``closed`` says that it is no longer waited for.
    """

    reference: str
    order: str
    amount: int
    currency: str
    opened: datetime
    expires: datetime
    closed: bool
    came: int
    came_at: datetime | None
    gone: int
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Transfers:
    """The bank transfers of the shop. Every change happens once: who comes second changes nothing."""

    database: Database
    clock: Clock

    async def open(self, reference: str, order: str, amount: int, currency: str, expires: datetime) -> Transfer:
        """Wait for a transfer; the same reference is the same transfer."""
        values = {
            "reference": reference, "order_id": order, "amount": amount, "currency": currency,
            "opened": self.clock(), "expires": expires, "closed": 0, "came": 0, "by": "",
        }  # fmt: skip
        async with self.database.write(quiet=True) as tx:
            insert = self.database.insert(table).values(values)
            await tx.execute(insert.on_conflict_do_nothing(index_elements=["reference"]))
        found = await self.get(reference)
        assert found is not None
        return found

    async def get(self, reference: str) -> Transfer | None:
        """Return a transfer, None if there is none of that reference."""
        async with self.database.read() as tx:
            row = (await tx.execute(select(table).where(table.c.reference == reference))).one_or_none()
        return _read(row) if row else None

    async def since(self, moment: datetime) -> Sequence[Transfer]:
        """Return the transfers opened, arrived or sent back since a moment, oldest first."""
        lately = (table.c.opened >= moment) | (table.c.came_at >= moment) | (table.c.gone_at >= moment)
        async with self.database.read() as tx:
            return [_read(row) for row in await tx.execute(select(table).where(lately).order_by(table.c.opened))]

    async def close(self, reference: str) -> None:
        """Wait no longer; what has come stays."""
        await self._change(reference, table.c.came_at.is_(None), closed=1)

    async def arrived(self, reference: str, amount: int, by: str) -> bool:
        """Write down that the money came, also after the shop has ceased to wait; False if that was known."""
        return await self._change(reference, table.c.came_at.is_(None), came=amount, came_at=self.clock(), by=by)

    async def returned(self, reference: str, amount: int, by: str) -> bool:
        """Write down that so much of what came was sent back; False if that was known, or nothing had come."""
        mine = table.c.came_at.is_not(None) & table.c.gone_at.is_(None)
        return await self._change(reference, mine, gone=amount, gone_at=self.clock(), by=by)

    async def _change(self, reference: str, only: Any, **values: Any) -> bool:
        async with self.database.write(quiet=True) as tx:
            change = update(table).where((table.c.reference == reference) & only).values(**values)
            return (await tx.execute(change)).rowcount == 1


def _read(row: Any) -> Transfer:
    return Transfer(
        row.reference, row.order_id, row.amount, row.currency, row.opened, row.expires, bool(row.closed), row.came,
        row.came_at, row.gone, row.gone_at,
    )  # fmt: skip
