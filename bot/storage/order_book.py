"""The order book: facts come in exactly once, and orders change by the table of the story.

The fact, the order as it is afterwards and the work that follows are written in one transaction.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import NotFound
from bot.orders import bundles, flow
from bot.orders.facts import DeadlinePassed, Fact, Placed, RefundAsked, SourceReturned
from bot.orders.flow import Ignored, Step
from bot.orders.order import Order, State
from bot.orders.policy import Policy
from bot.orders.revision import source_of
from bot.storage import families, purse, tables
from bot.storage.changes import Changes
from bot.storage.database import Clock, Database
from bot.storage.ledger import write_down
from bot.storage.outbox import alone_with, call_off, give_out
from bot.storage.rows import Event, order_values, read_event, read_order

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What became of a fact that was told."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a fact: what became of it, the order as it stands now (None while unknown), and why."""

    outcome: Outcome
    order: Order | None
    because: str


class OrderBook:
    """All orders and their journals. ``clock`` returns the present moment in UTC; ``changed`` wakes who waits."""

    def __init__(self, database: Database, policy: Policy, clock: Clock) -> None:
        self.database = database
        self.policy = policy
        self.clock = clock

    @property
    def changed(self) -> Changes:
        """The wake-ups of the database: ``seen = changed.count``, look, then ``await changed.wait(seen)``."""
        return self.database.changes

    async def place(self, order: Order, *, by: str, key: str) -> Order:
        """Write a new order and its first work down; facts that came before it are applied at once.

        ``key`` names the buyer's confirmation: told a second time, the order of the first time is returned. The coupon
        and the credit that its price was made with are used in the same transaction, and a revision is let into its
        family.

        :raises BadInput: if the coupon, the credit or the free revision is gone meanwhile; nothing is written then.
        """
        now = self.clock()
        fact = Fact(order.id, key, by, Placed())
        step = flow.placed(replace(order, created=order.created or now), self.policy, now)
        async with self.database.write(order.id) as tx:
            await self._lock(tx, order.id)
            told = Told(Outcome.APPLIED, step.order, step.because)
            if not await self._journal(tx, fact, told, None, now):
                return await self._placed_by(tx, key)
            await tx.execute(self.database.insert(tables.orders).values(order_values(step.order, now)))
            if source := source_of(order):
                for elder in dict.fromkeys((source.root, source.order)):  # from the root down, as taking back does
                    await self._lock(tx, elder)
                await families.admit(tx, step.order, source, self.policy)
            await purse.take(self.database, tx, step.order, now)
            await give_out(self.database, self.clock, tx, step.order.id, step.works)
            return await self._catch_up(tx, step.order)

    async def tell(self, fact: Fact) -> Told:
        """Let a fact into the story, once: the only way in which an order changes.

        A fact for an order that is not there yet waits for it; one whose key is known, or that means nothing in the
        order's state, changes nothing.
        """
        async with self.database.write(quiet=True) as tx:
            told = await self.tell_within(tx, fact)
            if told.outcome is Outcome.APPLIED:
                await self.database.announce(tx, fact.order)
        if told.outcome is Outcome.APPLIED:
            self.changed.ring(fact.order)
        return told

    async def tell_within(self, tx: AsyncConnection, fact: Fact) -> Told:
        """Do what `tell` does inside a transaction that writes something else as well, such as a job's end."""
        now = self.clock()
        await self._lock(tx, fact.order)
        before = await self._standing(tx, fact.order)
        if before and isinstance(fact.what, RefundAsked) and bundles.brought(before):
            await purse.alone(self.database, tx, before)
            fact = replace(fact, what=replace(fact.what, spent=await purse.spent(tx, before)))
        step = flow.transition(before, fact, self.policy, now) if before else None
        told = _told(before, step)
        if not await self._journal(tx, fact, told, before, now):
            return Told(Outcome.DUPLICATE, before, f"{fact.key} was told before.")
        await write_down(self.database, tx, fact, now)
        if before and isinstance(step, Step):
            await self._write(tx, before, step, now)
        return told

    async def get(self, order_id: str) -> Order:
        """Return an order as it stands.

        :raises NotFound: if there is none with that id.
        """
        async with self.database.read() as tx:
            order = await self._standing(tx, order_id)
        if order is None:
            raise NotFound(f"there is no order {order_id[:40]!r}", text="error-no-order", order=order_id[:40])
        return order

    async def find(self, customer: str, limit: int = 20, before: datetime | None = None) -> list[Order]:
        """Return a customer's orders, newest first; ``before`` continues after the last one's ``created``."""
        query = select(tables.orders).where(tables.orders.c.customer == customer)
        if before is not None:
            query = query.where(tables.orders.c.created < before)
        async with self.database.read() as tx:
            rows = await tx.execute(query.order_by(tables.orders.c.created.desc()).limit(limit))
            return [read_order(row) for row in rows]

    async def family(self, root_id: str) -> Sequence[Order]:
        """Return an order and all revisions that grew out of it, oldest first."""
        async with self.database.read() as tx:
            return await families.family(tx, root_id)

    async def standing(self, state: State, limit: int = 1000) -> list[Order]:
        """Return the orders in one state, oldest first."""
        query = select(tables.orders).where(tables.orders.c.state == state.value).order_by(tables.orders.c.created)
        async with self.database.read() as tx:
            return [read_order(row) for row in await tx.execute(query.limit(limit))]

    async def by_state(self) -> dict[State, int]:
        """Count the orders of every state."""
        query = select(tables.orders.c.state, func.count()).group_by(tables.orders.c.state)
        async with self.database.read() as tx:
            counted = {State(state): count for state, count in await tx.execute(query)}
        return {state: counted.get(state, 0) for state in State}

    async def journal(self, order_id: str) -> list[Event]:
        """Return everything that was said about an order, in the order it was heard."""
        events = tables.events
        async with self.database.read() as tx:
            rows = await tx.execute(select(events).where(events.c.order_id == order_id).order_by(events.c.id))
            return [read_event(row) for row in rows]

    async def heard_since(self, moment: datetime) -> list[Event]:
        """Return everything that was said about any order since a moment, in the order it was heard."""
        events = tables.events
        async with self.database.read() as tx:
            rows = await tx.execute(select(events).where(events.c.at >= moment).order_by(events.c.id))
            return [read_event(row) for row in rows]

    async def watch(self, order_id: str) -> AsyncIterator[Order]:
        """Yield an order as it stands, and again whenever it has changed, for as long as the caller listens.

        :raises NotFound: if there is none with that id.
        """
        version = -1
        with self.changed.bell(order_id) as bell:
            while True:
                bell.clear()
                order = await self.get(order_id)
                if order.version != version:
                    version = order.version
                    yield order
                await bell.wait()

    async def due(self, now: datetime, limit: int = 100) -> list[Order]:
        """Return the orders whose state has lasted too long at ``now``, longest first."""
        deadline = tables.orders.c.deadline
        async with self.database.read() as tx:
            rows = await tx.execute(select(tables.orders).where(deadline <= now).order_by(deadline).limit(limit))
            return [read_order(row) for row in rows]

    async def overdue(self, now: datetime) -> list[Told]:
        """Tell every order that is due at ``now`` that its time is over; several processes may do so at once."""
        told = []
        for order in await self.due(now):
            tick = Fact(order.id, f"tick:{order.id}:{order.version}", "shop", DeadlinePassed(version=order.version))
            try:
                told.append(await self.tell(tick))
            except (LookupError, TypeError, ValueError):  # one order that cannot be read must not stop the others
                log.exception("an order could not be told that its time is over", order=order.id)
        return told

    async def next_deadline(self) -> datetime | None:
        """Return the earliest deadline of all orders."""
        async with self.database.read() as tx:
            earliest: datetime | None = (await tx.execute(select(func.min(tables.orders.c.deadline)))).scalar_one()
            return earliest

    async def save_draft(self, customer: str, draft: dict[str, Any]) -> None:
        """Keep the order a customer is putting together, replacing an earlier draft."""
        await self._keep(tables.drafts, {"customer": customer}, {"draft": draft})

    async def load_draft(self, customer: str) -> dict[str, Any] | None:
        """Return a customer's draft, or None."""
        return await self._kept(tables.drafts.c.draft, tables.drafts.c.customer, customer)

    async def drop_draft(self, customer: str) -> None:
        """Forget a customer's draft."""
        async with self.database.write(quiet=True) as tx:
            await tx.execute(tables.drafts.delete().where(tables.drafts.c.customer == customer))

    async def remember(self, name: str, value: dict[str, Any]) -> None:
        """Keep a small durable note under a name such as ``stripe:cursor``, replacing the earlier one."""
        await self._keep(tables.notes, {"name": name}, {"value": value})

    async def recall(self, name: str) -> dict[str, Any] | None:
        """Return the note of that name, or None."""
        return await self._kept(tables.notes.c.value, tables.notes.c.name, name)

    async def forget(self, name: str) -> None:
        """Forget the note of that name; nothing happens if there is none."""
        async with self.database.write(quiet=True) as tx:
            await tx.execute(tables.notes.delete().where(tables.notes.c.name == name))

    async def recall_all(
        self, prefix: str, limit: int = 100, before: datetime | None = None
    ) -> list[tuple[str, datetime]]:
        """Return (name, when it was kept) of the notes whose names begin so, newest first."""
        notes = tables.notes.c
        query = select(notes.name, notes.changed).where(notes.name.startswith(prefix, autoescape=True))
        if before is not None:
            query = query.where(notes.changed < before)
        async with self.database.read() as tx:
            rows = await tx.execute(query.order_by(notes.changed.desc(), notes.name).limit(limit))
            return [(row.name, row.changed) for row in rows]

    async def _keep(self, table: Any, key: dict[str, Any], values: dict[str, Any]) -> None:
        values = values | {"changed": self.clock()}
        statement = self.database.insert(table).values(key | values)
        async with self.database.write() as tx:
            await tx.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))

    async def _kept(self, column: Any, key: Any, value: str) -> dict[str, Any] | None:
        async with self.database.read() as tx:
            found: dict[str, Any] | None = (await tx.execute(select(column).where(key == value))).scalar_one_or_none()
            return found

    async def _lock(self, tx: AsyncConnection, order_id: str) -> None:
        """Let one transaction at a time tell an order something, also while the order is not there yet."""
        await alone_with(self.database, tx, order_id)

    async def _journal(self, tx: AsyncConnection, fact: Fact, told: Told, before: Order | None, now: datetime) -> bool:
        """Write a fact into the journal with what became of it; False if its key is known."""
        values = {
            "key": fact.key, "order_id": fact.order, "kind": fact.kind, "by": fact.by, "data": fact.data(), "at": now,
        } | _outcome(told, before)  # fmt: skip
        statement = self.database.insert(tables.events).values(values).on_conflict_do_nothing(index_elements=["key"])
        return (await tx.execute(statement)).rowcount == 1

    async def _standing(self, tx: AsyncConnection, order_id: str) -> Order | None:
        row = (await tx.execute(select(tables.orders).where(tables.orders.c.id == order_id))).one_or_none()
        return read_order(row) if row else None

    async def _placed_by(self, tx: AsyncConnection, key: str) -> Order:
        events = tables.events
        order_id = (await tx.execute(select(events.c.order_id).where(events.c.key == key))).scalar_one()
        order = await self._standing(tx, order_id)
        if order is None:
            raise NotFound(f"the key {key!r} belongs to a fact of another kind")
        return order

    async def _catch_up(self, tx: AsyncConnection, order: Order) -> Order:
        """Apply the facts that came before their order, in the order they came."""
        events = tables.events
        query = select(events).where(events.c.order_id == order.id, events.c.outcome == Outcome.WAITING.value)
        for row in (await tx.execute(query.order_by(events.c.id))).all():
            fact, now = Fact.read(order.id, row.key, row.by, row.kind, row.data), self.clock()
            step = flow.transition(order, fact, self.policy, now)
            outcome = _outcome(_told(order, step), order)
            await tx.execute(update(events).where(events.c.id == row.id).values(outcome))
            if isinstance(step, Step):
                await self._write(tx, order, step, now)
                order = step.order
        return order

    async def _write(self, tx: AsyncConnection, before: Order, step: Step, now: datetime) -> None:
        orders = tables.orders
        values = order_values(step.order, now)
        same = (orders.c.id == before.id) & (orders.c.version == before.version)
        written = await tx.execute(update(orders).where(same).values(values))
        if written.rowcount != 1:
            raise RuntimeError(f"order {before.id} changed while it was locked")
        await purse.follow(self.database, tx, before, step.order, now)
        await give_out(self.database, self.clock, tx, before.id, step.works)
        await call_off(self.database, self.clock, tx, step.order)
        for child in await families.left_behind(tx, before, step.order):
            fact = Fact(child.id, f"source-returned:{child.id}", "shop", SourceReturned(before.id))
            await self.tell_within(tx, fact)


def _told(before: Order | None, step: Step | Ignored | None) -> Told:
    match step:
        case Step():
            return Told(Outcome.APPLIED, step.order, step.because)
        case Ignored():
            return Told(Outcome.IGNORED, before, step.because)
        case None:
            return Told(Outcome.WAITING, None, "The order is not known yet.")


def _outcome(told: Told, before: Order | None) -> dict[str, Any]:
    """Return the columns of a journal entry that say what became of its fact."""
    return {
        "outcome": told.outcome.value,
        "before": before.state.value if before else None,
        "after": told.order.state.value if told.order else None,
        "because": told.because,
    }
