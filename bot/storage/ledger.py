"""The ledger: every movement of money, written in the transaction of the fact that speaks of it, and never changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


TAXED = (Kind.PAYMENT, Kind.REFUND, Kind.REFUND_FAILED)
"""Lines that contain tax."""


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
            return [Entry(row.at, row.order_id, _movement(row)) for row in await tx.execute(query)]

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
        """Return the tax contained in the payments of a span of time less that in its refunds, in minor units by
        currency; below zero where more was sent back than came.

        It is part of the payments and refunds and no movement of its own.
        """
        entries = await self.between(since, until)
        parts = await self.taxes_in(entries)
        sums: dict[str, int] = {}
        for movement in (entry.movement for entry in entries):
            if movement.key in parts:
                sums[movement.currency] = sums.get(movement.currency, 0) + parts[movement.key]
        return sums

    async def taxes_in(self, entries: Collection[Entry]) -> Mapping[str, int]:
        """Return the tax contained in lines, in minor units with the line's sign, by the key of the movement; lines
        without any are left out.

        Providers tell the tax of a payment, not of a refund: a refund has its share of it by amount, and all refunds
        of a whole payment have the whole tax, however they are rounded. What disputes take is left without, because
        the tax of a payment that was made stays owed until the shop's books say otherwise.
        """
        concerned = {entry.order for entry in entries if entry.movement.kind in TAXED}
        found: dict[str, int] = {}
        async with self._database.read() as tx:
            for some in _batches(concerned):
                paid = await _paid_with_tax(tx, some)
                lines = select(table).where(table.c.order_id.in_({order for order, _ in paid})).order_by(table.c.id)
                for payment, kin in _by_payment(await tx.execute(lines)).items():
                    if payment in paid:
                        found |= shares(*paid[payment], kin)
        wanted = {entry.movement.key for entry in entries}
        return {key: tax for key, tax in found.items() if key in wanted and tax}

    async def order_of(self, provider: str, payment: str) -> str | None:
        """Return the order that was paid with a payment, None if it is not known."""
        paid = (table.c.kind == Kind.PAYMENT.value) & (table.c.provider == provider) & (table.c.payment == payment)
        async with self._database.read() as tx:
            found: str | None = (await tx.execute(select(table.c.order_id).where(paid).limit(1))).scalar_one_or_none()
            return found

    async def known(self, kind: Kind, provider: str, references: Collection[str]) -> set[str]:
        """Return those of the references that have a line of that kind."""
        known: set[str] = set()
        async with self._database.read() as tx:
            for batch in _batches(references):
                some = table.c.reference.in_(batch)
                query = select(table.c.reference).where(table.c.kind == kind.value, table.c.provider == provider, some)
                known.update((await tx.execute(query)).scalars())
        return known


def shares(amount: int, tax: int, lines: Sequence[Movement]) -> dict[str, int]:
    """Return the tax in each line of one payment by its key: ``tax`` is contained in its ``amount`` (minor units).

    A refund has what the tax of all that was sent back grows by, so that rounding never adds up to more than there is.
    """
    found, back = {}, 0
    for line in lines:
        if line.kind is Kind.PAYMENT:
            found[line.key] = tax
        elif line.kind in TAXED:
            before, back = back, back - line.amount
            found[line.key] = _share(before, amount, tax) - _share(back, amount, tax)
    return found


def _share(back: int, amount: int, tax: int) -> int:
    """Return the tax in the first ``back`` of a payment, to the nearest minor unit."""
    return (2 * tax * max(0, min(back, amount)) + amount) // (2 * amount)


async def _paid_with_tax(tx: AsyncConnection, orders: Sequence[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return (amount, tax) of the payments of orders that contain tax, by order and payment."""
    told = select(events.c.order_id, events.c.data).where(
        events.c.order_id.in_(orders), events.c.kind == Paid.__name__
    )  # fmt: skip
    found = {}
    for order, data in (await tx.execute(told)).all():
        if (tax := int(data.get("tax") or 0)) and int(data["amount"]) > 0:
            found[order, str(data.get("payment") or data["reference"])] = (int(data["amount"]), tax)
    return found


def _by_payment(rows: Iterable[Any]) -> dict[tuple[str, str], list[Movement]]:
    found: dict[tuple[str, str], list[Movement]] = {}
    for row in rows:
        found.setdefault((row.order_id, row.payment), []).append(_movement(row))
    return found


def _movement(row: Any) -> Movement:
    return Movement(Kind(row.kind), row.provider, row.payment, row.reference, row.amount, row.currency)


def _batches(names: Collection[str]) -> Iterable[list[str]]:
    """Return names in lots that one query takes."""
    ordered = sorted(names)
    return (ordered[start : start + 500] for start in range(0, len(ordered), 500))
