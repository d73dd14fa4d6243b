"""The ledger: every movement of money, written in the transaction of the fact that speaks of it, and never changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.orders.facts import Fact, Paid
from bot.orders.ledger import Kind, Movement, movements
from bot.storage.database import Database
from bot.storage.tables import events
from bot.storage.tables import ledger as table


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: when it was written (UTC), for which order, and the movement."""

    at: datetime
    order: str
    movement: Movement


Totals = Mapping[str, Mapping[Kind, int]]
"""Sums in minor units, by currency and kind."""


async def write_down(database: Database, tx: AsyncConnection, fact: Fact, now: datetime) -> None:
    """Write what a fact says about money, in the transaction that journals it; a movement that is known stays as is."""
    rows = [
        {
            "key": one.key, "at": now, "order_id": fact.order, "kind": one.kind.value, "provider": one.provider,
            "payment": one.payment, "reference": one.reference, "amount": one.amount, "currency": one.currency,
        }
        for one in movements(fact.what)
    ]  # fmt: skip
    if rows:
        await tx.execute(database.insert(table).values(rows).on_conflict_do_nothing(index_elements=["key"]))


class Ledger:
    """Reads the ledger. Lines are written by the order book alone, and nobody changes or deletes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def between(self, since: datetime, until: datetime) -> list[Entry]:
        """Return the lines written from ``since`` to before ``until``, in order."""
        query = select(table).where(table.c.at >= since, table.c.at < until).order_by(table.c.id)
        async with self._database.read() as tx:
            return [
                Entry(
                    row.at,
                    row.order_id,
                    Movement(Kind(row.kind), row.provider, row.payment, row.reference, row.amount, row.currency),
                )
                for row in await tx.execute(query)
            ]

    async def totals(self, since: datetime, until: datetime) -> Totals:
        """Return the sums of a span of time, e.g. of a day for the digest; what is left is the sum over the kinds."""
        columns = (table.c.currency, table.c.kind)
        query = select(*columns, func.sum(table.c.amount)).where(table.c.at >= since, table.c.at < until)
        sums: dict[str, dict[Kind, int]] = {}
        async with self._database.read() as tx:
            for currency, kind, amount in await tx.execute(query.group_by(*columns).order_by(*columns)):
                sums.setdefault(currency, {})[Kind(kind)] = int(amount)
        return sums

    async def taxes(self, since: datetime, until: datetime) -> Mapping[str, int]:
        """Return the tax contained in the payments of a span of time, in minor units by currency.

        It is part of the payments and no movement of its own; what was sent back since is not taken out of it.
        """
        paid = (events.c.kind == Paid.__name__) & (events.c.at >= since) & (events.c.at < until)
        sums: dict[str, int] = {}
        async with self._database.read() as tx:
            for data in (await tx.execute(select(events.c.data).where(paid))).scalars():
                if tax := data.get("tax"):
                    currency = str(data["currency"]).upper()
                    sums[currency] = sums.get(currency, 0) + int(tax)
        return sums

    async def order_of(self, provider: str, payment: str) -> str | None:
        """Return the order that was paid with a payment, None if it is not known."""
        paid = (table.c.kind == Kind.PAYMENT.value) & (table.c.provider == provider) & (table.c.payment == payment)
        async with self._database.read() as tx:
            found: str | None = (await tx.execute(select(table.c.order_id).where(paid).limit(1))).scalar_one_or_none()
            return found

    async def known(self, kind: Kind, provider: str, references: Collection[str]) -> set[str]:
        """Return those of the references that have a line of that kind."""
        known: set[str] = set()
        ordered = sorted(references)
        async with self._database.read() as tx:
            for start in range(0, len(ordered), 500):
                some = table.c.reference.in_(ordered[start : start + 500])
                query = select(table.c.reference).where(table.c.kind == kind.value, table.c.provider == provider, some)
                known.update((await tx.execute(query)).scalars())
        return known
